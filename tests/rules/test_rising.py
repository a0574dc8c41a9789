"""When a fault rises from grade 3 by its age: in working hours, warned of 2 h before, held by a reasoned word (R7)."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.rules.rising import HELD_FOR, WARNED_BEFORE, of_grade_3
from agent.rules.workdays import is_working
from tests.rules.people import MONDAY_3AM, MONDAY_NOON, WEEK

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}+00:00")


def test_it_is_warned_of_two_hours_before_and_rises_then() -> None:
    warned = of_grade_3(MONDAY_NOON, DAY, WEEK)
    rises = of_grade_3(MONDAY_NOON, DAY, WEEK, warned_at=at("24T10:00"))

    assert (warned.warns_at, warned.rises_at) == (at("24T10:00"), None)
    assert (rises.warns_at, rises.rises_at) == (None, at("24T12:00"))


def test_nobody_is_warned_or_called_at_night() -> None:
    """agreement.md 3, "Time": from 03:00 on Monday, a day is over at night."""
    assert of_grade_3(MONDAY_3AM, DAY, WEEK).warns_at == at("24T09:00")
    assert of_grade_3(MONDAY_3AM, DAY, WEEK, warned_at=at("24T09:00")).rises_at == at("24T11:00")


def test_a_warning_at_the_end_of_a_day_lets_it_rise_next_morning() -> None:
    assert of_grade_3(at("23T19:30"), DAY, WEEK, warned_at=at("24T17:30")).rises_at == at("25T09:00")


def test_a_late_warning_moves_the_rise() -> None:
    """The agent was away at ten."""
    assert of_grade_3(MONDAY_NOON, DAY, WEEK, warned_at=at("24T11:30")).rises_at == at("24T13:30")


def test_not_worse_holds_it_for_a_day_from_then_and_it_is_warned_of_anew() -> None:
    held = of_grade_3(MONDAY_NOON, DAY, WEEK, not_worse_at=at("24T11:00"), warned_at=at("24T10:00"))

    assert (held.warns_at, held.rises_at) == (at("25T09:00"), None)


def test_an_early_word_holds_nothing_beyond_its_day() -> None:
    assert of_grade_3(MONDAY_NOON, DAY, None, not_worse_at=MONDAY_NOON + HOUR).warns_at == at("24T11:00")


MINUTES = st.integers(0, 60 * 24 * 20).map(lambda count: timedelta(minutes=count))


@given(MINUTES, st.none() | MINUTES, st.none() | MINUTES)
def test_it_never_rises_unwarned_outside_working_hours_or_before_its_time(
    since: timedelta, said: timedelta | None, warned: timedelta | None
) -> None:
    began = MONDAY_3AM + since
    said_at = None if said is None else began + said
    warned_at = None if warned is None else began + warned

    ahead = of_grade_3(began, DAY, WEEK, not_worse_at=said_at, warned_at=warned_at)

    [next_at] = [each for each in (ahead.warns_at, ahead.rises_at) if each is not None]
    assert is_working(next_at, WEEK)
    if ahead.rises_at is not None and warned_at is not None:
        assert ahead.rises_at >= max(began + DAY, warned_at + WARNED_BEFORE)
        assert said_at is None or ahead.rises_at >= said_at + HELD_FOR


@given(MINUTES, MINUTES, st.none() | MINUTES)
def test_a_reasoned_word_never_lets_it_rise_sooner(since: timedelta, said: timedelta, warned: timedelta | None) -> None:
    began = MONDAY_3AM + since
    warned_at = None if warned is None else began + warned

    without = of_grade_3(began, DAY, WEEK, warned_at=warned_at)
    held = of_grade_3(began, DAY, WEEK, warned_at=warned_at, not_worse_at=began + said)

    assert held.rises_at is None or (without.rises_at is not None and held.rises_at >= without.rises_at)
