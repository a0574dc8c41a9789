"""Working hours, recurrences, and times in the agreement's zone."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from agent.config import times
from agent.model import Recurrence

BERLIN = ZoneInfo("Europe/Berlin")
NINE, TWELVE, ONE, SIX = time(9), time(12), time(13), time(18)


def test_working_hours_are_spans_of_weekdays() -> None:
    week = times.hours("Mon..Fri 09:00-18:00")

    assert week == (((NINE, SIX),),) * 5 + ((), ())


def test_a_span_without_days_has_those_before_it() -> None:
    week = times.hours("Mon..Thu 09:00-12:00, 13:00-18:00, Sat 09:00-12:00")

    assert week[0] == ((NINE, TWELVE), (ONE, SIX))
    assert week[4] == ()
    assert week[5] == ((NINE, TWELVE),)


def test_hours_over_midnight_belong_to_both_days() -> None:
    week = times.hours("Fri 22:00-06:00")

    assert week[4] == ((time(22), time.max),)
    assert week[5] == ((time(0), time(6)),)


def test_the_whole_week_is_written_to_24_00() -> None:
    assert times.hours("Mon..Sun 00:00-24:00") == (((time.min, time.max),),) * 7


def test_days_may_run_over_the_weekend() -> None:
    week = times.hours("Sat..Mon 09:00-12:00")

    assert [index for index, spans in enumerate(week) if spans] == [0, 5, 6]


@pytest.mark.parametrize("text", ["", "Mon-Fri 09:00-18:00", "Mon..Fri 9-18", "Mon 09:00-09:00", "Mon 24:00-25:00"])
def test_what_holds_no_working_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        times.hours(text)


@pytest.mark.parametrize(
    ("text", "recurs"),
    [
        ("Sun 02:00", Recurrence(time(2), weekdays=frozenset({6}))),
        ("Mon..Wed 02:30", Recurrence(time(2, 30), weekdays=frozenset({0, 1, 2}))),
        ("day 1 02:00", Recurrence(time(2), month_days=frozenset({1}))),
        ("02:00", Recurrence(time(2), weekdays=frozenset(range(7)))),
    ],
)
def test_a_recurrence_is_a_day_and_a_time(text: str, recurs: Recurrence) -> None:
    assert times.recurrence(text) == recurs


@pytest.mark.parametrize("text", ["", "Sunday 02:00", "day 0 02:00", "day 32 02:00", "Sun", "Sun 25:00", "daily"])
def test_what_recurs_never_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        times.recurrence(text)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-12-06 02:00", datetime(2026, 12, 6, 1, 0, tzinfo=UTC)),
        ("2026-12-06T02:00:30", datetime(2026, 12, 6, 1, 0, 30, tzinfo=UTC)),
        ("2026-12-06 02:00+08:00", datetime(2026, 12, 5, 18, 0, tzinfo=UTC)),
        ("2026-12-06 02:00Z", datetime(2026, 12, 6, 2, 0, tzinfo=UTC)),
    ],
)
def test_a_time_without_a_zone_is_in_the_agreements(text: str, at: datetime) -> None:
    assert times.placed(times.moment(text), BERLIN) == at


def test_a_time_that_a_clock_change_skips_moves_forward() -> None:
    at = times.placed(times.moment("2026-03-29 02:30"), BERLIN)

    assert at.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


def test_of_a_time_that_happens_twice_the_first_is_meant() -> None:
    at = times.placed(times.moment("2026-10-25 02:30"), BERLIN)

    assert at.astimezone(BERLIN).isoformat() == "2026-10-25T02:30:00+02:00"


def test_a_date_is_the_beginning_of_its_day() -> None:
    at = times.placed(times.day_or_moment("2026-12-01"), BERLIN)

    assert at == datetime(2026, 11, 30, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13-01 00:00", "2026-02-30 00:00", "06.12.2026 02:00", "2026-12-06", "now"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        times.moment(text)


def test_a_time_outside_of_the_calendar_is_refused() -> None:
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        times.placed(times.moment("0001-01-01 00:00"), BERLIN)


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/passwd", "Asia"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="unknown time zone"):
        times.zone(name)


def test_the_hosts_zone_is_the_one_of_its_environment() -> None:
    assert times.host_zone({"TZ": "Asia/Tokyo"}) == ZoneInfo("Asia/Tokyo")
