"""Windows of maintenance that people announce (R2, 4.1(a))."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.errors import Refused
from agent.model import Maintenance, Window
from agent.rules import maintenance

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOW + timedelta(hours=hours)


WINDOW = Maintenance(
    id="MW-20261123-001",
    what="database upgrade",
    starts_at=at(80),
    ends_at=at(82),
    announced_at=NOW,
    announced_until=at(82),
    by="lee",
    functions=("ledger",),
)


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (2, 2, "ends after it begins"),
        (-2, -1, "over already"),
        (0, 14 * 24 + 1, "14 days at most"),
        (366 * 24 + 1, 366 * 24 + 2, "within a year"),
    ],
)
def test_a_window_that_cannot_be_is_refused(starts: float, ends: float, said: str) -> None:
    with pytest.raises(Refused, match=said):
        maintenance.check_times(at(starts), at(ends), NOW)


def test_one_that_can_be_is_not() -> None:
    maintenance.check_times(at(0), at(14 * 24), NOW)


@pytest.mark.parametrize(
    ("window", "is_short"),
    [
        (WINDOW, False),
        (replace(WINDOW, announced_at=at(8)), False),
        (replace(WINDOW, announced_at=at(9)), True),
        (replace(WINDOW, ends_at=at(83)), True),  # the last hour was announced later
        (replace(WINDOW, ends_at=at(83), ended_at=at(81.5)), False),  # and never used
    ],
)
def test_what_was_announced_less_than_72_h_before_is_short_notice(window: Maintenance, is_short: bool) -> None:
    assert maintenance.is_short_notice(window) is is_short


def test_its_life_in_hours() -> None:
    moments = [0, 80, 81.9, 82]

    assert [maintenance.is_live(WINDOW, at(hour)) for hour in moments] == [True, True, True, False]
    assert [maintenance.is_under_way(WINDOW, at(hour)) for hour in moments] == [False, True, True, False]
    assert not maintenance.is_live(replace(WINDOW, ended_at=at(1)), at(2))


def test_the_end_is_near_a_quarter_of_an_hour_before_and_sooner_in_a_short_one() -> None:
    short = replace(WINDOW, ends_at=WINDOW.starts_at + timedelta(minutes=20))

    assert maintenance.remind_at(WINDOW) == at(82) - timedelta(minutes=15)
    assert maintenance.remind_at(short) == WINDOW.starts_at + timedelta(minutes=15)


def test_time_changes_something_at_the_reminder_at_the_end_and_never_after() -> None:
    reminded = replace(WINDOW, reminded_of=WINDOW.ends_at)

    assert maintenance.next_look_at(WINDOW) == at(81.75)
    assert maintenance.next_look_at(reminded) == at(82)
    assert maintenance.next_look_at(replace(reminded, ends_at=at(84))) == at(83.75)
    assert maintenance.next_look_at(replace(reminded, ended_at=at(82))) is None


def test_one_called_off_covers_nothing() -> None:
    assert maintenance.as_window(replace(WINDOW, ended_at=at(1))).duration == timedelta()
    assert maintenance.as_window(replace(WINDOW, ended_at=at(81))).duration == timedelta(hours=1)


def test_what_began_in_a_window_counts_from_its_end() -> None:
    windows = [
        Window("one", timedelta(hours=1), at(0), functions=("ledger",)),
        Window("the next", timedelta(hours=1), at(1), functions=("ledger",)),
        Window("another's", timedelta(hours=9), at(0), functions=("checkout",)),
    ]

    def counted(began: float, now: float) -> datetime:
        return maintenance.counts_from(windows, "ledger", "", at(began), at(now), UTC)

    assert counted(0.5, 3) == at(2)
    assert counted(0.5, 1.5) == at(0.5)  # the next is not over
    assert counted(-1, 3) == at(-1)
    assert counted(2, 3) == at(2)
    assert maintenance.counts_from((), "ledger", "", at(0.5), at(3), UTC) == at(0.5)


def test_signals_that_wait_are_counted_by_the_windows_under_way() -> None:
    windows = [
        Window("one", timedelta(hours=1), at(0), functions=("ledger",)),
        Window("two", timedelta(hours=1), at(0), probes=("shop/page",)),
        Window("ahead", timedelta(hours=1), at(5), functions=("reports",)),
    ]
    lines = [("row:LedgerDown-1", "ledger", 3), ("probe:shop/page/0", "checkout", 1), ("row:x", "reports", 7)]

    assert maintenance.under_way(windows, at(0.5), UTC) == 2
    assert maintenance.waiting(windows, lines, at(0.5), UTC) == 4
