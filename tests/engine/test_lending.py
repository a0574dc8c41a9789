"""Jobs run side by side, each on a thread of its own; threads that are free serve again and go when nobody comes."""

import threading
from queue import SimpleQueue

import pytest

from agent.engine.lending import Lending


def test_a_free_thread_takes_the_next_job() -> None:
    lend, ran_on = Lending(), SimpleQueue[int]()

    seen = set()
    for _ in range(5):
        lend(lambda: ran_on.put(threading.get_ident()))
        seen.add(ran_on.get(timeout=10))
        _until_free(lend)

    assert len(seen) == 1


def test_a_job_that_hangs_holds_up_no_other() -> None:
    lend, go_on, done = Lending(), threading.Event(), SimpleQueue[str]()

    def hang() -> None:
        go_on.wait(20)
        done.put("slow")

    lend(hang)
    lend(lambda: done.put("quick"))
    first = done.get(timeout=10)
    go_on.set()

    assert (first, done.get(timeout=10)) == ("quick", "slow")


def test_a_thread_without_a_job_is_let_go_and_another_comes_for_the_next() -> None:
    lend, ran_on = Lending(rest_s=0.01), SimpleQueue[threading.Thread]()

    lend(lambda: ran_on.put(threading.current_thread()))
    gone = ran_on.get(timeout=10)
    gone.join(10)
    lend(lambda: ran_on.put(threading.current_thread()))
    another = ran_on.get(timeout=10)

    assert not gone.is_alive()
    assert another is not gone


def test_a_job_that_raises_costs_no_other_job(monkeypatch: pytest.MonkeyPatch) -> None:
    told = SimpleQueue[type[BaseException]]()
    monkeypatch.setattr(threading, "excepthook", lambda args: told.put(args.exc_type))
    lend, done = Lending(), SimpleQueue[str]()

    def fail() -> None:
        raise KeyError

    lend(fail)
    fault = told.get(timeout=10)
    lend(lambda: done.put("next"))

    assert (fault, done.get(timeout=10)) == (KeyError, "next")


def _until_free(lend: Lending) -> None:
    """The thread says that it is free a moment after its job is done."""
    for _ in range(1000):
        if lend._free:
            return
        threading.Event().wait(0.005)
    raise AssertionError("no thread is free again")
