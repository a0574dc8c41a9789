"""The clock tower: wakes the desk when time alone may change something, and notices when the clock was moved."""

from collections.abc import Callable
from datetime import datetime, timedelta

from agent import metrics
from agent.engine.noting import Noting
from agent.engine.works import Note, Submit, Wake
from agent.errors import TocsinError
from agent.log import Log
from agent.ports import Clock

log = Log(__name__)

SWEEP = timedelta(seconds=1)
"""What is due is looked at within a second."""

JUMP = timedelta(seconds=1)


class Timekeeper:
    def __init__(self, submit: Submit, next_look_at: Callable[[], datetime | None], clock: Clock) -> None:
        self._submit = submit
        self._next_look_at = next_look_at
        self._clock = clock
        self._offset = _offset(clock)
        self._noting = Noting(submit)

    def tick(self, now: datetime) -> datetime:
        """When to be called again."""
        self._notice_jump()
        self._noting.tick()
        due_at = self._next_look_at()
        if due_at is not None and due_at <= now:
            self._ask()
            return now + SWEEP
        return min(due_at, now + SWEEP) if due_at else now + SWEEP

    def _notice_jump(self) -> None:
        """Promises run on the wall clock; when it parts from the monotonic one, that is put on file."""
        offset = _offset(self._clock)
        moved = offset - self._offset
        if abs(moved) > JUMP.total_seconds():
            self._offset = offset
            metrics.CLOCK_JUMPS.inc()
            self._noting.say(Note("clock_jumped", {"by_s": round(moved, 3)}))

    def _ask(self) -> None:
        try:
            self._submit(Wake())
        except TocsinError as busy:  # the next tick asks again
            log.warning("timekeeper could not ask", fault=str(busy))


def _offset(clock: Clock) -> float:
    return clock.now().timestamp() - clock.monotonic()
