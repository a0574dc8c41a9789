"""What the watcher hands to the desk: signals at once and in order, rows in batches, nothing lost on the way.

One batch is under way at a time; one that was not written goes out again, before everything newer.
"""

import threading
from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from typing import Any

from agent import metrics
from agent.engine.works import Submit, Watched
from agent.errors import TocsinError
from agent.log import Log
from agent.model import Heartbeat, ProbeState, Signal
from agent.ports import Clock

log = Log(__name__)

ROWS_EVERY_S = 1.0
AFTER_FAULT_S = 1.0


@dataclass(frozen=True, slots=True)
class _Batch:
    work: Watched
    waiting: tuple["Future[None]", ...]


class Outgoing:
    def __init__(self, submit: Submit, clock: Clock) -> None:
        self._submit = submit
        self._clock = clock
        self._lock = threading.Lock()
        self._signals: deque[Signal] = deque()
        self._rows: dict[str, ProbeState] = {}
        self._beats: dict[str, Heartbeat] = {}
        self._waiting: list[Future[None]] = []
        self._is_under_way = False
        self._is_careful = False  # after an unexpected fault: one thing at a time, until the guilty one is found
        self._sent_s = float("-inf")
        self._not_before_s = float("-inf")
        self._was_refused = False

    def say(self, signals: Iterable[Signal]) -> None:
        with self._lock:
            self._signals.extend(signals)

    def keep(self, row: ProbeState) -> None:
        with self._lock:
            self._rows[row.name] = row

    def beat(self, heartbeat: Heartbeat) -> "Future[None]":
        """Put a ping on its way; done when it is on disk, with everything said before it."""
        answer: Future[None] = Future()
        answer.set_running_or_notify_cancel()
        with self._lock:
            self._beats[heartbeat.name] = heartbeat
            self._waiting.append(answer)
        return answer

    def remember(self, heartbeat: Heartbeat) -> None:
        """The same for a ping that nobody waits for."""
        with self._lock:
            self._beats[heartbeat.name] = heartbeat

    def send(self) -> None:
        """Submit what waits, if it is time."""
        with self._lock:
            if self._is_under_way or self._clock.monotonic() < self._ready_s():
                return
            batch = self._next_batch()
            self._is_under_way = True
            self._sent_s = self._clock.monotonic()
        try:
            answer = self._submit(batch.work)
        except TocsinError as refused:
            self._come_back(batch, refused)
            return
        answer.add_done_callback(partial(self._arrive, batch))

    def due_s(self) -> float | None:
        """When `send` would next do something, None while there is nothing or the last batch is under way."""
        with self._lock:
            ready_s = self._ready_s()
            return None if self._is_under_way or ready_s == float("inf") else ready_s

    def _ready_s(self) -> float:
        if self._signals or self._waiting:
            return self._not_before_s
        if self._rows or self._beats:
            return max(self._not_before_s, self._sent_s + ROWS_EVERY_S)
        return float("inf")

    def _next_batch(self) -> _Batch:
        if self._is_careful:
            return _Batch(self._one_thing(), ())
        work = Watched(tuple(self._rows.values()), tuple(self._signals), tuple(self._beats.values()))
        batch = _Batch(work, tuple(self._waiting))
        self._rows, self._beats, self._waiting = {}, {}, []
        self._signals.clear()
        return batch

    def _one_thing(self) -> Watched:
        if self._signals:
            return Watched(signals=(self._signals.popleft(),))
        if self._beats:
            return Watched(heartbeats=(self._beats.pop(next(iter(self._beats))),))
        if self._rows:
            return Watched(probes=(self._rows.pop(next(iter(self._rows))),))
        return Watched()

    def _arrive(self, batch: _Batch, answer: "Future[Any]") -> None:
        """Called by the desk's thread once the batch is on disk, or is not."""
        fault = answer.exception()
        if fault is not None:
            self._come_back(batch, fault)
            return
        with self._lock:
            self._is_under_way = False
            waiting = list(batch.waiting)
            if self._is_careful and not (self._signals or self._beats or self._rows):
                self._is_careful = False
                waiting += self._waiting
                self._waiting = []
            was_refused, self._was_refused = self._was_refused, False
        if was_refused:
            log.info("probe results handed in again")
        for each in waiting:
            each.set_result(None)
        self.send()

    def _come_back(self, batch: _Batch, fault: BaseException) -> None:
        """Nothing is certain: keep it, in front of what is newer; who waits is told."""
        is_expected = isinstance(fault, TocsinError)
        with self._lock:
            self._is_under_way = False
            self._not_before_s = self._clock.monotonic() + AFTER_FAULT_S
            was_refused, self._was_refused = self._was_refused, True
            if is_expected or not self._is_careful:
                self._signals.extendleft(reversed(batch.work.signals))
                self._rows = {row.name: row for row in batch.work.probes} | self._rows
                self._beats = {beat.name: beat for beat in batch.work.heartbeats} | self._beats
            else:
                log.error("a probe result could not be handed in", result=_named(batch.work), fault=repr(fault))
            if not is_expected:
                self._is_careful = True
        if not is_expected:
            metrics.ENGINE_FAULTS.labels("watcher").inc()
        if not was_refused:
            log.warning("probe results wait: the desk could not take them", fault=str(fault))
        for each in batch.waiting:
            each.set_exception(fault)


def _named(work: Watched) -> str:
    names = [signal.fingerprint for signal in work.signals]
    names += [row.name for row in work.probes] + [beat.name for beat in work.heartbeats]
    return ", ".join(names)
