"""What turns the engines survives their faults, and says each when it begins and when it is over."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from agent.clock import SystemClock
from agent.engine.loop import Loop
from agent.errors import StoreUnavailable

PATIENCE_S = 20.0


class Engine:
    """Raises what it is told to, and says when it has turned so often."""

    def __init__(self, *faults: Exception | None) -> None:
        self._faults = list(faults)
        self.has_turned = threading.Event()

    def tick(self, now: datetime) -> datetime:
        if not self._faults:
            self.has_turned.set()
            return now
        fault = self._faults.pop(0)
        if fault is not None:
            raise fault
        return now


@contextmanager
def turning(engine: Engine) -> Iterator[None]:
    loop = Loop(SystemClock(), after_fault_s=0.001)
    loop.tick("engine", engine.tick)
    try:
        assert engine.has_turned.wait(PATIENCE_S)
        yield
    finally:
        loop.stop()


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [each.getMessage() for each in caplog.records if each.name == "agent.engine.loop"]


def test_a_fault_that_lasts_is_said_when_it_begins_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"), turning(Engine(*[StoreUnavailable("the disk is full") for _ in range(5)])):
        pass

    assert said(caplog) == ["engine fault survived", "engine turns again"]


def test_another_fault_is_another_line(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level("INFO"),
        turning(Engine(StoreUnavailable("the disk is full"), KeyError("who"), KeyError("who"))),
    ):
        pass

    assert said(caplog) == ["engine fault survived", "engine fault survived", "engine turns again"]
    named, unforeseen = (each for each in caplog.records if each.getMessage() == "engine fault survived")
    assert (named.exc_info, unforeseen.exc_info is None) == (None, False)


class Broken:
    """Raises the same fault at every turn."""

    def __init__(self, fault: Exception) -> None:
        self._fault = fault
        self.turns = threading.Semaphore(0)

    def tick(self, now: datetime) -> datetime:
        self.turns.release()
        raise self._fault


def moves_while(fault: Exception) -> bool:
    """Whether an engine counts as moving that meets this fault at every turn."""
    loop = Loop(SystemClock(), after_fault_s=0.001)
    engine = Broken(fault)
    loop.tick("engine", engine.tick)
    try:
        begun_s = loop.last_turn_at["engine"]
        for _ in range(5):
            assert engine.turns.acquire(timeout=PATIENCE_S)
        return loop.last_turn_at["engine"] > begun_s
    finally:
        loop.stop()


def test_an_engine_that_only_fails_does_not_move_so_the_watchdog_is_not_fed() -> None:
    assert not moves_while(RuntimeError("broken for good"))


def test_an_engine_that_waits_for_the_store_moves_a_restart_would_not_help_it() -> None:
    assert moves_while(StoreUnavailable("the disk is full"))
