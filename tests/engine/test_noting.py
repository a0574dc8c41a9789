"""What befell the agent itself is on file in the end, however long nothing could be written."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.clock import ManualClock
from agent.engine.auditor import Auditor
from agent.engine.loop import Loop
from agent.engine.noting import SELF
from agent.engine.timekeeper import Timekeeper
from agent.engine.works import Note, Work
from agent.errors import StoreUnavailable, TooBusy
from agent.model import Heartbeat

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Desk:
    """Answers at once, each time with the next of what was scripted."""

    def __init__(self, *answers: Exception | None) -> None:
        self._answers = list(answers)
        self.written: list[Note] = []

    def submit(self, work: Work) -> "Future[Any]":
        answer = self._answers.pop(0) if self._answers and isinstance(work, Note) else None
        if isinstance(answer, TooBusy):
            raise answer
        future: Future[Any] = Future()
        if answer is not None:
            future.set_exception(answer)
            return future
        if isinstance(work, Note):
            self.written.append(work)
        future.set_result(None)
        return future


def test_a_jump_that_could_not_be_written_is_handed_in_until_it_is() -> None:
    clock = ManualClock(NOON)
    desk = Desk(TooBusy("full"), StoreUnavailable("disk full"))
    timekeeper = Timekeeper(desk.submit, lambda: None, clock)
    clock.jump(timedelta(hours=2))

    for _ in range(5):
        timekeeper.tick(clock.now())

    assert [(note.kind, note.detail) for note in desk.written] == [("clock_jumped", {"by_s": 7200.0})]


def test_two_jumps_are_two_notes_in_order() -> None:
    clock = ManualClock(NOON)
    desk = Desk(StoreUnavailable("disk full"))
    timekeeper = Timekeeper(desk.submit, lambda: None, clock)
    clock.jump(timedelta(hours=2))
    timekeeper.tick(clock.now())
    clock.jump(timedelta(hours=-1))

    for _ in range(5):
        timekeeper.tick(clock.now())

    assert [note.detail["by_s"] for note in desk.written] == [7200.0, -3600.0]


def test_an_absence_is_on_file_though_the_first_write_fails() -> None:
    clock = ManualClock(NOON)
    desk = Desk(StoreUnavailable("disk full"))
    auditor = Auditor(desk.submit, Loop(clock), clock, Heartbeat(SELF, NOON - timedelta(minutes=10)))

    for _ in range(4):
        auditor.tick(clock.now())

    [note] = desk.written
    assert (note.kind, note.detail["for_s"]) == ("agent_was_away", 600)
