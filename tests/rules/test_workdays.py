"""Working time: hours and days of the agreement's calendar, with holidays and make-up days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Calendar
from agent.rules.workdays import add_working_days, add_working_hours, falls_back, is_working, next_working, working_time

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = ((time(9), time(18)),)
WEEK = (OFFICE,) * 5 + ((), ())

# National Day 2026: 1 to 7 October off, Saturday 10 October worked instead
CHINA = Calendar(
    SHANGHAI,
    WEEK,
    days_off=frozenset(date(2026, 10, day) for day in range(1, 8)),
    make_up_days=frozenset({date(2026, 10, 10)}),
    known_years=frozenset({2026}),
)
PLAIN = Calendar(SHANGHAI, WEEK)
NEVER = Calendar(SHANGHAI, ((),) * 7)
ALWAYS = Calendar(UTC, (((time(0), time.max),),) * 7)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """A wall time in the agreement's zone, as the agent keeps it."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "answer"),
    [
        ("2026-09-28 08:59", False),
        ("2026-09-28 09:00", True),
        ("2026-09-28 17:59", True),
        ("2026-09-28 18:00", False),
        ("2026-09-26 12:00", False),  # Saturday
        ("2026-10-01 12:00", False),  # holiday
        ("2026-10-10 12:00", True),  # make-up Saturday
    ],
)
def test_working_time_is_the_weeks_hours_without_holidays_and_with_make_up_days(moment: str, answer: bool) -> None:
    assert is_working(at(moment), CHINA) is answer


@pytest.mark.parametrize(
    ("moment", "begins"),
    [
        ("2026-09-28 10:00", "2026-09-28 10:00"),
        ("2026-09-28 07:00", "2026-09-28 09:00"),
        ("2026-09-28 18:00", "2026-09-29 09:00"),
        ("2026-09-30 18:30", "2026-10-08 09:00"),
        ("2026-10-09 20:00", "2026-10-10 09:00"),
        ("2026-10-10 20:00", "2026-10-12 09:00"),
    ],
)
def test_work_begins_next_with_the_first_working_hour(moment: str, begins: str) -> None:
    assert next_working(at(moment), CHINA) == at(begins)


@pytest.mark.parametrize(
    ("moment", "hours", "due"),
    [
        ("2026-09-28 10:00", 4, "2026-09-28 14:00"),
        ("2026-09-28 14:00", 4, "2026-09-28 18:00"),
        ("2026-09-28 17:00", 4, "2026-09-29 12:00"),
        ("2026-09-28 20:00", 4, "2026-09-29 13:00"),
        ("2026-09-30 17:00", 4, "2026-10-08 12:00"),
        ("2026-10-09 17:00", 4, "2026-10-10 12:00"),
        ("2026-09-28 03:00", 0, "2026-09-28 03:00"),
        ("2026-09-28 09:00", 27, "2026-09-30 18:00"),
    ],
)
def test_working_hours_count_only_working_time(moment: str, hours: int, due: str) -> None:
    assert add_working_hours(at(moment), timedelta(hours=hours), CHINA) == at(due)


@pytest.mark.parametrize(
    ("moment", "days", "due"),
    [
        ("2026-09-28 10:00", 1, "2026-09-29 18:00"),
        ("2026-09-28 23:59", 1, "2026-09-29 18:00"),
        ("2026-09-25 10:00", 1, "2026-09-28 18:00"),  # Friday: the weekend does not count
        ("2026-09-26 10:00", 1, "2026-09-28 18:00"),  # Saturday: neither does the first day
        ("2026-09-30 10:00", 1, "2026-10-08 18:00"),
        ("2026-09-30 10:00", 3, "2026-10-10 18:00"),  # Thursday, Friday, make-up Saturday
        ("2026-09-30 10:00", 4, "2026-10-12 18:00"),
        ("2026-09-28 10:00", 0, "2026-09-28 10:00"),
    ],
)
def test_working_days_exclude_the_first_day_and_end_with_the_last_working_hour(
    moment: str, days: int, due: str
) -> None:
    assert add_working_days(at(moment), days, CHINA) == at(due)


def test_the_first_day_is_that_of_the_agreements_zone() -> None:
    late_sunday_in_utc = datetime(2026, 9, 27, 20, tzinfo=UTC)  # Monday 04:00 in Shanghai

    assert add_working_days(late_sunday_in_utc, 1, CHINA) == at("2026-09-29 18:00")


def test_an_unannounced_year_falls_back_to_the_plain_week_and_says_so() -> None:
    new_year = at("2027-01-01 10:00")

    assert is_working(new_year, CHINA) is True
    assert falls_back(new_year, CHINA) is True
    assert falls_back(at("2026-12-31 23:59"), CHINA) is False


def test_a_plain_week_never_falls_back() -> None:
    assert falls_back(at("2027-01-01 10:00"), PLAIN) is False
    assert falls_back(at("2027-01-01 10:00"), None) is False


def test_without_a_calendar_all_time_is_worked() -> None:
    night = at("2026-10-01 03:00")

    assert is_working(night, None) is True
    assert next_working(night, None) == night
    assert add_working_hours(night, timedelta(hours=4), None) == at("2026-10-01 07:00")
    assert add_working_days(night, 2, None) == at("2026-10-03 03:00")


def test_a_calendar_without_working_time_counts_as_time_runs() -> None:
    night = at("2026-10-01 03:00")

    assert is_working(night, NEVER) is False
    assert next_working(night, NEVER) == night
    assert add_working_hours(night, timedelta(hours=4), NEVER) == at("2026-10-01 07:00")
    assert add_working_days(night, 2, NEVER) == at("2026-10-03 03:00")


def test_the_end_of_days_is_survived() -> None:
    last = datetime(9999, 12, 30, 12, tzinfo=UTC)

    assert next_working(last, NEVER) == last


def test_a_day_of_24_hours_ends_at_midnight() -> None:
    moment = datetime(2026, 9, 28, 23, 30, tzinfo=UTC)

    assert is_working(moment, ALWAYS) is True
    assert add_working_hours(moment, timedelta(hours=2), ALWAYS) == datetime(2026, 9, 29, 1, 30, tzinfo=UTC)
    assert add_working_days(moment, 1, ALWAYS) == datetime(2026, 9, 30, tzinfo=UTC)


def test_a_make_up_day_has_the_weekdays_own_hours_where_it_has_some() -> None:
    weekend = frozenset({date(2026, 10, 10), date(2026, 10, 11)})
    mornings = Calendar(
        SHANGHAI,
        (*WEEK[:5], ((time(9), time(12)),), ()),
        make_up_days=weekend,
    )

    assert add_working_days(at("2026-10-09 10:00"), 1, mornings) == at("2026-10-10 12:00")
    assert add_working_days(at("2026-10-09 10:00"), 2, mornings) == at("2026-10-11 18:00")


def test_a_lunch_break_does_not_count() -> None:
    broken = Calendar(SHANGHAI, (((time(13), time(18)), (time(9), time(12))),) * 5 + ((), ()))

    assert is_working(at("2026-09-28 12:30"), broken) is False
    assert next_working(at("2026-09-28 12:30"), broken) == at("2026-09-28 13:00")
    assert add_working_hours(at("2026-09-28 11:00"), timedelta(hours=2), broken) == at("2026-09-28 14:00")
    assert add_working_days(at("2026-09-25 11:00"), 1, broken) == at("2026-09-28 18:00")


def test_hours_across_a_clock_change_are_real_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    nights = Calendar(berlin, (((time(0), time(6)),),) * 7)

    # 29 March 2026: 02:00 becomes 03:00, so that night has five hours
    assert add_working_hours(at("2026-03-29 00:00", berlin), timedelta(hours=5), nights) == at(
        "2026-03-29 06:00", berlin
    )
    # 25 October 2026: 03:00 becomes 02:00, so that night has seven
    assert add_working_hours(at("2026-10-25 00:00", berlin), timedelta(hours=7), nights) == at(
        "2026-10-25 06:00", berlin
    )


@pytest.mark.parametrize(
    ("since", "until", "hours"),
    [
        ("2026-09-28 10:00", "2026-09-28 12:30", 2.5),
        ("2026-09-28 07:00", "2026-09-29 10:00", 10),
        ("2026-09-30 17:00", "2026-10-10 10:00", 20),  # an hour, two days after the holiday, and one of a Saturday
        ("2026-10-03 09:00", "2026-10-03 18:00", 0),
        ("2026-09-28 12:00", "2026-09-28 12:00", 0),
        ("2026-09-29 12:00", "2026-09-28 12:00", 0),
    ],
)
def test_of_a_length_of_time_only_what_is_worked_is_working_time(since: str, until: str, hours: float) -> None:
    assert working_time(at(since), at(until), CHINA) == timedelta(hours=hours)


@pytest.mark.parametrize("calendar", [None, NEVER])
def test_without_a_calendar_or_working_time_all_time_is_worked(calendar: Calendar | None) -> None:
    assert working_time(at("2026-10-01 00:00"), at("2026-10-04 12:00"), calendar) == timedelta(days=3, hours=12)


MOMENTS = st.timedeltas(timedelta(), timedelta(days=61)).map(lambda past: datetime(2026, 9, 1, tzinfo=UTC) + past)


@given(MOMENTS, st.integers(1, 40), st.integers(1, 40))
def test_working_hours_add_up(moment: datetime, some: int, more: int) -> None:
    step_by_step = add_working_hours(
        add_working_hours(moment, timedelta(hours=some), CHINA), timedelta(hours=more), CHINA
    )

    assert step_by_step == add_working_hours(moment, timedelta(hours=some + more), CHINA)


@given(MOMENTS, st.integers(1, 15))
def test_working_days_are_what_leafing_through_the_calendar_finds(moment: datetime, days: int) -> None:
    day = moment.astimezone(SHANGHAI).date()
    left = days
    while left:
        day += timedelta(days=1)
        left -= day in CHINA.make_up_days or (day.weekday() < 5 and day not in CHINA.days_off)

    assert add_working_days(moment, days, CHINA) == at(f"{day} 18:00")


@given(MOMENTS)
def test_work_begins_in_working_time_and_not_a_second_late(moment: datetime) -> None:
    begins = next_working(moment, CHINA)

    assert is_working(begins, CHINA)
    assert begins == moment or not is_working(begins - timedelta(seconds=1), CHINA)
