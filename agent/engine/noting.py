"""Notes about the agent itself, each handed in until it is on file: an absence or a clock that jumped is evidence."""

from collections import deque
from concurrent.futures import Future
from typing import Any

from agent.engine.works import Note, Submit
from agent.errors import TocsinError

SELF = "agent"
"""The agent's own heartbeat on file: what it leaves out is the monitoring gap of OB-201."""


class Noting:
    """Not thread-safe: its owner's engine turns it."""

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._waiting: deque[Note] = deque()
        self._answer: Future[Any] | None = None

    def say(self, note: Note) -> None:
        self._waiting.append(note)

    def tick(self) -> None:
        """Hand in the oldest that is not on file yet; one that was refused goes in again."""
        if self._answer is not None and self._answer.done():
            if self._answer.exception() is None:
                self._waiting.popleft()
            self._answer = None
        if self._waiting and self._answer is None:
            try:
                self._answer = self._submit(self._waiting[0])
            except TocsinError:
                return  # the next tick asks again
