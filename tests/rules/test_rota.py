"""Who is on call at a moment."""

from datetime import UTC, datetime, timedelta

from agent.model import Rota, Shift
from agent.rules import rota

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DAY = timedelta(days=1)


def days(contact: str, first: float, last: float) -> Shift:
    return Shift(contact, MONDAY + first * DAY, MONDAY + last * DAY)


KNOWN = Rota((days("li", 0, 2), days("qian", 1.5, 3), days("li", 4, 5)), MONDAY - DAY, MONDAY + 30 * DAY)


def test_a_shift_holds_its_first_moment_and_not_its_last() -> None:
    assert rota.on_call(KNOWN, MONDAY) == ("li",)
    assert rota.on_call(KNOWN, MONDAY + 5 * DAY) == ()


def test_of_shifts_that_overlap_all_are_on_call() -> None:
    assert rota.on_call(KNOWN, MONDAY + 1.5 * DAY) == ("li", "qian")


def test_without_a_rota_nobody_is_on_call() -> None:
    assert rota.on_call(None, MONDAY) == ()
    assert rota.changes_at(None, MONDAY) is None


def test_the_next_handover_is_said() -> None:
    assert rota.changes_at(KNOWN, MONDAY) == MONDAY + 1.5 * DAY
    assert rota.changes_at(KNOWN, MONDAY + 6 * DAY) is None


def test_the_first_gap_is_found_behind_overlapping_shifts() -> None:
    assert rota.first_gap(KNOWN, MONDAY, MONDAY + 5 * DAY) == (MONDAY + 3 * DAY, MONDAY + 4 * DAY)
    assert rota.first_gap(KNOWN, MONDAY, MONDAY + 3 * DAY) is None
    assert rota.first_gap(KNOWN, MONDAY + 4 * DAY, MONDAY + 6 * DAY) == (MONDAY + 5 * DAY, MONDAY + 6 * DAY)
    assert rota.first_gap(Rota((), MONDAY, MONDAY), MONDAY, MONDAY + DAY) == (MONDAY, MONDAY + DAY)
