"""Which months, quarters and years begin and end in the agreement, from its first day to its last."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.rules import periods
from agent.rules.periods import Turned

CN = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def said(turned: list[Turned]) -> list[str]:
    """`2026-11-01 month 2026-11, ended 2026-10`."""
    names = ("day", "month", "quarter", "year", "ended")
    return [
        f"{each.at:%Y-%m-%d %H:%M} " + ", ".join(f"{name} {word}" for name in names if (word := getattr(each, name)))
        for each in turned
    ]


FORCE = periods.force(date(2026, 1, 1), date(2027, 12, 31), CN)
assert FORCE is not None


def test_an_agreement_begins_and_ends_at_midnight_of_its_own_zone() -> None:
    assert FORCE.begins_at == at("2025-12-31 16:00")
    assert FORCE.ends_at == at("2027-12-31 16:00")
    assert periods.force(None, date(2027, 12, 31), CN) is None


def test_it_is_in_force_from_the_very_first_moment_of_its_day() -> None:
    assert not FORCE.has_begun(at("2025-12-31 15:59"))
    assert FORCE.has_begun(at("2025-12-31 16:00"))


def test_the_month_is_that_of_the_agreements_zone() -> None:
    assert periods.month_of(at("2026-11-30 15:59"), CN) == "2026-11"
    assert periods.month_of(at("2026-11-30 16:00"), CN) == "2026-12"


def test_a_month_begins_where_the_last_one_ended() -> None:
    found = periods.turned(FORCE, at("2026-11-20 00:00"), at("2026-12-01 00:00"), CN)

    assert said(found) == ["2026-11-30 16:00 month 2026-12, ended 2026-11"]


def test_after_two_months_each_turn_is_there_once_at_its_own_time() -> None:
    found = periods.turned(FORCE, at("2026-10-31 16:00"), at("2027-01-15 00:00"), CN)

    assert said(found) == [
        "2026-11-30 16:00 month 2026-12, ended 2026-11",
        "2026-12-31 16:00 month 2027-01, quarter 2027-Q1, year 2027, ended 2026-12",
    ]
    assert periods.turned(FORCE, found[-1].at, at("2027-01-15 00:00"), CN) == []


def test_what_goes_on_when_the_agreement_is_taken_up_began_at_its_own_time() -> None:
    found = periods.taken_up(FORCE, at("2026-11-23 03:00"), CN)

    assert said(found) == [
        "2025-12-31 16:00 year 2026",
        "2026-09-30 16:00 quarter 2026-Q4",
        "2026-10-31 16:00 month 2026-11",
    ]


def test_a_period_that_began_before_the_agreement_is_none_of_it() -> None:
    force = periods.force(date(2026, 10, 10), None, CN)
    assert force is not None

    assert said(periods.taken_up(force, at("2026-11-23 03:00"), CN)) == ["2026-10-31 16:00 month 2026-11"]
    assert said(periods.turned(force, force.begins_at, at("2026-11-23 03:00"), CN)) == [
        "2026-10-31 16:00 month 2026-11, ended 2026-10"
    ]


def test_the_month_before_an_agreement_that_begins_with_a_month_never_ends_in_it() -> None:
    assert said(periods.taken_up(FORCE, at("2025-12-31 16:00"), CN)) == [
        "2025-12-31 16:00 month 2026-01, quarter 2026-Q1, year 2026"
    ]
    assert periods.turned(FORCE, at("2025-12-31 15:59"), at("2025-12-31 16:00"), CN)[0].ended == ""


@pytest.mark.parametrize(
    ("expires", "expected"),
    [
        (date(2026, 11, 30), ["2026-11-30 16:00 ended 2026-11"]),
        (date(2026, 12, 2), ["2026-11-30 16:00 month 2026-12, ended 2026-11", "2026-12-31 16:00 ended 2026-12"]),
    ],
)
def test_after_the_last_day_the_last_month_ends_and_nothing_begins(expires: date, expected: list[str]) -> None:
    force = periods.force(date(2026, 1, 1), expires, CN)
    assert force is not None

    assert said(periods.turned(force, at("2026-11-20 00:00"), at("2027-06-01 00:00"), CN)) == expected


def test_of_days_only_the_one_that_goes_on_is_told() -> None:
    found = periods.turned(FORCE, at("2026-11-03 00:00"), at("2026-11-23 03:00"), CN, daily=True)

    assert said(found) == ["2026-11-22 16:00 day 2026-11-23"]
    assert periods.next_at(at("2026-11-23 03:00"), CN, daily=True) == at("2026-11-23 16:00")
    assert periods.next_at(at("2026-11-23 03:00"), CN) == at("2026-11-30 16:00")


@pytest.mark.parametrize(
    ("now", "told", "due"),
    [
        ("2027-10-31 16:00", (), None),
        ("2027-11-01 16:00", (), 60),
        ("2027-11-02 00:00", (60,), None),
        ("2027-12-10 00:00", (), 30),  # away on the 60th day: one warning, the latest
        ("2027-12-10 00:00", (60,), 30),
        ("2027-12-28 00:00", (60, 30), 7),
        ("2028-01-03 00:00", (60, 30, 7), 0),
        ("2028-01-03 00:00", (60, 30, 7, 0), None),
        ("2028-01-03 00:00", (), 0),
    ],
)
def test_each_warning_is_due_once_and_after_an_absence_only_the_latest(
    now: str, told: tuple[int, ...], due: int | None
) -> None:
    assert FORCE.ends_at is not None
    assert periods.warning_due(FORCE.ends_at, at(now), told) == due


@pytest.mark.parametrize(
    ("now", "days"),
    [("2027-11-01 16:00", 60), ("2027-12-30 16:00", 1), ("2027-12-31 15:59", 1), ("2027-12-31 16:00", 0)],
)
def test_the_last_day_counts_among_those_that_are_left(now: str, days: int) -> None:
    """Fact 16; both parties read this number."""
    assert periods.days_until(date(2027, 12, 31), at(now), CN) == days


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-01-01 00:00", "2027-11-01 16:00"),
        ("2027-11-01 16:00", "2027-12-01 16:00"),
        ("2027-12-01 16:00", "2027-12-24 16:00"),
        ("2027-12-24 16:00", "2027-12-31 16:00"),
    ],
)
def test_it_warns_60_30_and_7_days_before_the_end_and_at_the_end(now: str, then: str) -> None:
    """Fact 16"""
    assert FORCE.ends_at is not None
    assert periods.next_warning_at(FORCE.ends_at, at(now)) == at(then)


def test_after_the_end_nothing_is_left_to_warn_of() -> None:
    assert FORCE.ends_at is not None
    assert periods.next_warning_at(FORCE.ends_at, FORCE.ends_at) is None


def test_a_period_is_known_by_its_name() -> None:
    assert all(map(periods.is_period, ("2026", "2026-11", "2026-Q4", "2026-11-23")))
    assert not any(map(periods.is_period, ("", "lee-2", "2026-Q5", "IMP-20261123-001", "2026-11-23T03:00")))
