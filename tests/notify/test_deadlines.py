"""Whatever is under way ends by its deadline, watched over by one thread, and nothing of it is left behind."""

import gc
import threading
import weakref
from contextlib import ExitStack

import pytest

from agent import clock
from agent.notify.deadlines import Deadlines
from agent.notify.trip import Trip


def watchers() -> int:
    return sum(thread.name == "deadlines" for thread in threading.enumerate())


def test_what_lasts_too_long_is_ended_once() -> None:
    ended = threading.Semaphore(0)

    with Deadlines().until(clock.monotonic() + 0.05, ended.release):
        first = ended.acquire(timeout=10)
        again = ended.acquire(timeout=0.2)

    assert (first, again) == (True, False)


def test_what_is_over_already_is_ended_at_once() -> None:
    ended = threading.Event()

    with Deadlines().until(clock.monotonic() - 1, ended.set):
        assert ended.wait(10)


def test_what_left_in_time_is_not_ended() -> None:
    deadlines = Deadlines()
    ended, later = threading.Event(), threading.Event()

    with deadlines.until(clock.monotonic() + 0.1, ended.set):
        pass
    with deadlines.until(clock.monotonic() + 0.3, later.set):
        assert later.wait(10)

    assert not ended.is_set()


def test_a_short_one_does_not_wait_for_a_long_one() -> None:
    deadlines = Deadlines()
    ended, later = threading.Event(), threading.Event()

    with deadlines.until(clock.monotonic() + 60, later.set), deadlines.until(clock.monotonic() + 0.05, ended.set):
        assert ended.wait(10)

    assert not later.is_set()


def test_one_thread_watches_over_a_hundred() -> None:
    deadlines = Deadlines()
    before = watchers()

    with ExitStack() as under_way:
        for _ in range(100):
            under_way.enter_context(deadlines.until(clock.monotonic() + 60, lambda: None))

        assert watchers() == before + 1


def test_what_fails_inside_is_not_ended_afterwards() -> None:
    deadlines = Deadlines()
    ended, later = threading.Event(), threading.Event()

    with pytest.raises(ConnectionError), deadlines.until(clock.monotonic() + 0.1, ended.set):
        raise ConnectionError
    with deadlines.until(clock.monotonic() + 0.3, later.set):
        assert later.wait(10)

    assert not ended.is_set()


def test_nothing_is_left_of_a_send_that_is_over() -> None:
    """A storm's deliveries do not wait in memory for the collector, which the daemon runs rarely."""
    gc.disable()
    try:
        trip = Trip(60)
        with trip.under_way():
            pass
        left = weakref.ref(trip)
        del trip

        assert left() is None
    finally:
        gc.enable()
