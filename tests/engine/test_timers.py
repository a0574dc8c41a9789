"""Timers of firings: each ends at its own time, moving one later costs no place."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.engine.desk.timers import Timers

START = datetime(2026, 11, 23, tzinfo=UTC)
A, B = "a", "b"


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def test_each_is_due_at_its_own_time() -> None:
    timers: Timers[str] = Timers()
    timers.set(A, at(4))
    timers.set(B, at(2))

    assert timers.next_at() == at(2)
    assert timers.take_due(at(2)) == [(B, at(2))]
    assert timers.take_due(at(9)) == [(A, at(4))]
    assert timers.take_due(at(99)) == []
    assert timers.next_at() is None


def test_one_that_was_moved_later_is_not_due_at_its_old_time() -> None:
    timers: Timers[str] = Timers()
    timers.set(A, at(4))
    timers.set(A, at(5))

    assert timers.take_due(at(4)) == []
    assert timers.next_at() == at(5)
    assert timers.take_due(at(5)) == [(A, at(5))]


def test_one_that_was_moved_earlier_is_due_earlier_and_once() -> None:
    timers: Timers[str] = Timers()
    timers.set(A, at(60))
    timers.set(A, at(5))

    assert timers.take_due(at(5)) == [(A, at(5))]
    assert timers.take_due(at(60)) == []


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(-1, 9), st.integers(0, 3)), max_size=40),
    st.sampled_from([0, 1_000]),
)
def test_whatever_is_set_moved_and_stopped_is_due_exactly_when_a_plain_table_says(
    steps: list[tuple[str, int, int]], spare: int
) -> None:
    timers: Timers[str] = Timers(spare)
    table: dict[str, datetime] = {}
    now = START
    for name, minutes, passed in steps:
        now += timedelta(minutes=passed)
        due = sorted(key for key, when in table.items() if when <= now)
        assert sorted(key for key, _ in timers.take_due(now)) == due
        for key in due:
            del table[key]
        if minutes < 0:
            timers.stop(name)
            table.pop(name, None)
        else:
            table[name] = now + timedelta(minutes=minutes)
            timers.set(name, table[name])
        assert not table or (timers.next_at() or at(1e6)) <= min(table.values())


def test_what_a_storm_sets_and_stops_does_not_wait_in_memory_for_days() -> None:
    timers: Timers[str] = Timers()
    timers.set(A, at(4))
    for number in range(10_000):
        timers.set(f"restore-{number}", at(480))
        timers.stop(f"restore-{number}")

    assert timers.places < 1_010
    assert timers.take_due(at(9999)) == [(A, at(4))]


def test_a_grant_puts_off_what_would_be_due_before_and_nothing_else() -> None:
    timers: Timers[str] = Timers()
    timers.set(A, at(1))
    timers.set(B, at(20))

    timers.grant(at(5))

    assert timers.take_due(at(4)) == []
    assert timers.take_due(at(30)) == [(A, at(5)), (B, at(20))]


def test_a_clock_that_was_set_back_takes_all_of_them_along() -> None:
    timers: Timers[str] = Timers()
    timers.set(A, at(64))
    timers.set(B, at(61))

    timers.shift(timedelta(minutes=-60))

    assert timers.take_due(at(5)) == [(B, at(1)), (A, at(4))]
    assert timers.take_due(at(99)) == []


def test_those_of_one_moment_come_by_name_and_leave_nothing_behind() -> None:
    timers: Timers[str] = Timers()
    for name in ("c", A, B):
        timers.set(name, at(4))

    assert timers.take_due(at(4)) == [(A, at(4)), (B, at(4)), ("c", at(4))]
    assert timers.next_at() is None
    assert timers.places == 0
