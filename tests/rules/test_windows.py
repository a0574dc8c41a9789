"""Announced maintenance: which moments a window covers, and when it is over."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Recurrence, Window
from agent.rules.windows import covering, end_of, occurrence

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


UPGRADE = Window("upgrade", timedelta(minutes=90), starts_at=at("2026-12-06 02:00"), probes=("ledger-db",))
RESTART = Window(
    "weekly restart",
    timedelta(minutes=30),
    recurs=Recurrence(time(2), weekdays=frozenset({6})),
    functions=("reports",),
)


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-12-06 01:59", None),
        ("2026-12-06 02:00", "2026-12-06 03:30"),
        ("2026-12-06 03:29", "2026-12-06 03:30"),
        ("2026-12-06 03:30", None),
        ("2026-12-13 02:00", None),
    ],
)
def test_a_window_runs_from_its_start_to_its_end_once(moment: str, end: str | None) -> None:
    assert end_of(UPGRADE, at(moment), SHANGHAI) == (end and at(end))


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-12-06 02:00", "2026-12-06 02:30"),  # Sunday
        ("2026-12-06 02:30", None),
        ("2026-12-07 02:10", None),
        ("2026-12-13 02:10", "2026-12-13 02:30"),
    ],
)
def test_a_weekly_window_comes_every_week(moment: str, end: str | None) -> None:
    assert end_of(RESTART, at(moment), SHANGHAI) == (end and at(end))


def test_a_monthly_window_comes_only_in_months_that_have_the_day() -> None:
    monthly = Window("month end", timedelta(hours=2), recurs=Recurrence(time(23), month_days=frozenset({31})))

    assert end_of(monthly, at("2026-09-01 00:30"), SHANGHAI) == at("2026-09-01 01:00")
    assert end_of(monthly, at("2026-10-01 00:30"), SHANGHAI) is None


def test_a_window_on_a_day_that_no_month_has_never_comes() -> None:
    never = Window("never", timedelta(hours=2), recurs=Recurrence(time(23), month_days=frozenset({32})))

    assert end_of(never, at("2026-10-01 00:30"), SHANGHAI) is None


def test_a_window_without_days_comes_daily() -> None:
    daily = Window("nightly", timedelta(hours=1), recurs=Recurrence(time(2)))

    assert end_of(daily, at("2026-12-09 02:59"), SHANGHAI) == at("2026-12-09 03:00")


def test_a_window_past_midnight_is_still_the_day_before_its_end() -> None:
    late = Window("late", timedelta(hours=4), recurs=Recurrence(time(23), weekdays=frozenset({5})))

    assert end_of(late, at("2026-12-06 02:59"), SHANGHAI) == at("2026-12-06 03:00")
    assert end_of(late, at("2026-12-07 02:59"), SHANGHAI) is None


def test_a_start_lost_in_a_dst_gap_moves_forward() -> None:
    night = Window("night", timedelta(minutes=30), recurs=Recurrence(time(2, 30)))

    # 29 March 2026 in Berlin: 02:00 becomes 03:00
    assert end_of(night, at("2026-03-29 01:59", BERLIN), BERLIN) is None
    assert end_of(night, at("2026-03-29 03:29", BERLIN), BERLIN) is None
    assert end_of(night, at("2026-03-29 03:30", BERLIN), BERLIN) == at("2026-03-29 04:00", BERLIN)


def test_a_start_that_comes_twice_is_the_first() -> None:
    night = Window("night", timedelta(minutes=30), recurs=Recurrence(time(2, 30)))

    # 25 October 2026 in Berlin: 03:00 becomes 02:00; 02:30 is 00:30 UTC, then 01:30 UTC
    assert end_of(night, datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN) == datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert end_of(night, datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN) is None


def test_a_window_covers_the_probes_and_functions_it_names() -> None:
    windows = [UPGRADE, RESTART]
    moment = at("2026-12-06 02:10")

    assert covering(windows, "ledger", "ledger-db", moment, SHANGHAI) == UPGRADE
    assert covering(windows, "ledger", "other", moment, SHANGHAI) is None
    assert covering(windows, "reports", "", moment, SHANGHAI) == RESTART
    assert covering(windows, "reports", "", at("2026-12-06 02:40"), SHANGHAI) is None
    assert covering([], "reports", "", moment, SHANGHAI) is None


def test_a_window_that_names_nothing_covers_everything() -> None:
    everything = Window("move", timedelta(hours=1), starts_at=at("2026-12-06 02:00"))

    assert covering([everything], "checkout", "", at("2026-12-06 02:10"), SHANGHAI) == everything


def test_of_several_windows_the_one_that_ends_last_is_told() -> None:
    short = Window("short", timedelta(hours=1), starts_at=at("2026-12-06 02:00"))
    long = Window("long", timedelta(hours=3), starts_at=at("2026-12-06 01:00"))
    same = Window("same", timedelta(hours=2), starts_at=at("2026-12-06 02:00"))

    assert covering([short, long, same], "f", "", at("2026-12-06 02:10"), SHANGHAI) == long


RECURRENCES = st.builds(
    Recurrence,
    st.times().map(lambda one: one.replace(microsecond=0)),
    st.frozensets(st.integers(0, 6), max_size=3),
    st.frozensets(st.integers(1, 31), max_size=2),
)


@given(
    recurs=RECURRENCES,
    hours=st.integers(1, 60),
    moment=st.timedeltas(timedelta(), timedelta(days=364)).map(lambda past: datetime(2026, 1, 1, tzinfo=UTC) + past),
    zone=st.sampled_from([BERLIN, SHANGHAI, ZoneInfo("America/New_York")]),
)
def test_a_recurring_window_is_open_when_any_of_its_starts_is_less_than_its_length_ago(
    recurs: Recurrence, hours: int, moment: datetime, zone: ZoneInfo
) -> None:
    window = Window("any", timedelta(hours=hours), recurs=recurs)
    every_day = [date(2025, 12, 1) + timedelta(days=day) for day in range(400)]
    starts = [
        datetime.combine(day, recurs.at, zone).astimezone(UTC)
        for day in every_day
        if day.weekday() in recurs.weekdays or day.day in recurs.month_days or recurs == Recurrence(recurs.at)
    ]
    ends = [start + window.duration for start in starts if start <= moment < start + window.duration]

    assert end_of(window, moment, zone) == max(ends, default=None)


@pytest.mark.parametrize(
    ("window", "moment", "span"),
    [
        (UPGRADE, "2026-12-01 00:00", ("2026-12-06 02:00", "2026-12-06 03:30")),
        (UPGRADE, "2026-12-06 03:00", ("2026-12-06 02:00", "2026-12-06 03:30")),
        (UPGRADE, "2026-12-06 03:30", None),
        (RESTART, "2026-12-06 02:10", ("2026-12-06 02:00", "2026-12-06 02:30")),
        (RESTART, "2026-12-06 02:30", ("2026-12-13 02:00", "2026-12-13 02:30")),
    ],
)
def test_the_occurrence_is_this_or_the_next_one(window: Window, moment: str, span: tuple[str, str] | None) -> None:
    expected = None if span is None else tuple(at(text) for text in span)

    assert occurrence(window, at(moment), SHANGHAI) == expected


def test_a_recurrence_that_never_comes_has_no_occurrence() -> None:
    never = Window("never", timedelta(hours=1), recurs=Recurrence(time(2), month_days=frozenset({32})))

    assert occurrence(never, at("2026-12-06 02:00"), SHANGHAI) is None
