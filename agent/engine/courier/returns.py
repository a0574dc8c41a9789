"""Outcomes on their way to the desk: each is handed in until it is on file, or the process and then its lease ends."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from agent.engine.courier.flights import Flight
from agent.engine.works import Sent, Submit
from agent.errors import TocsinError
from agent.log import Log
from agent.ports import Clock

log = Log("agent.engine.courier.courier")

SHORT_PAUSE_S = 0.5
LONG_PAUSE_S = 30.0


@dataclass(slots=True, eq=False)
class Return:
    """An outcome that is not on file yet. Its delivery stays in hand: nothing is sent twice for want of a line."""

    flight: Flight
    sent: Sent
    pause_s: float = SHORT_PAUSE_S
    again_s: float = 0.0


class Returns:
    """`on_file` is told of each flight whose outcome the desk has confirmed."""

    def __init__(self, submit: Submit, clock: Clock, on_file: Callable[[Flight], None]) -> None:
        self._submit = submit
        self._clock = clock
        self._on_file = on_file
        self._lock = threading.Lock()
        self._waiting: list[Return] = []

    def hand_in(self, flight: Flight, sent: Sent) -> None:
        self._try(Return(flight, sent))

    def tick(self, now_s: float) -> None:
        """Hand in again what the desk has not confirmed."""
        with self._lock:
            due = [back for back in self._waiting if back.again_s <= now_s]
            self._waiting = [back for back in self._waiting if back.again_s > now_s]
        for back in due:
            self._try(back)

    def next_s(self) -> float | None:
        with self._lock:
            return min((back.again_s for back in self._waiting), default=None)

    def _try(self, back: Return) -> None:
        try:
            answer = self._submit(back.sent)
        except TocsinError as fault:
            self._keep(back, fault)
        else:
            answer.add_done_callback(partial(self._answered, back))

    def _answered(self, back: Return, answer: Future[Any]) -> None:
        fault = answer.exception()
        if fault is None:
            self._on_file(back.flight)
        else:
            self._keep(back, fault)

    def _keep(self, back: Return, fault: BaseException) -> None:
        log.warning("outcome is not on file yet", delivery=back.sent.delivery.id, fault=str(fault))
        back.again_s = self._clock.monotonic() + back.pause_s
        back.pause_s = min(back.pause_s * 2, LONG_PAUSE_S)
        with self._lock:
            self._waiting.append(back)
