"""What turns the engines in production: each on its own daemon thread, each fault survived and counted."""

import threading
from collections.abc import Callable
from datetime import datetime

from agent import metrics
from agent.errors import TocsinError
from agent.log import Log
from agent.ports import Clock

log = Log(__name__)

LONGEST_WAIT_S = 1.0
AFTER_FAULT_S = 0.5


class Loop:
    """Threads that call `tick(now) -> next wake-up` or `turn(wait_s)` until stopped."""

    def __init__(self, clock: Clock, *, after_fault_s: float = AFTER_FAULT_S) -> None:
        self._clock = clock
        self._after_fault_s = after_fault_s
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self.last_turn_at: dict[str, float] = {}  # engine -> monotonic seconds: progress, for the watchdog

    def tick(self, name: str, tick: Callable[[datetime], datetime | None]) -> None:
        """Call `tick` whenever it asked to be, and at least once a second."""

        def once() -> None:
            now = self._clock.now()
            wanted = tick(now)
            wait_s = LONGEST_WAIT_S if wanted is None else (wanted - self._clock.now()).total_seconds()
            self._clock.wait(self._stopping, min(max(wait_s, 0.002), LONGEST_WAIT_S))

        self._start(name, once)

    def turn(self, name: str, turn: Callable[[float], int]) -> None:
        """Call `turn`, which itself waits for work."""
        self._start(name, lambda: turn(LONGEST_WAIT_S))

    def stop(self, within_s: float = 5.0) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(within_s)

    def moved(self, name: str) -> None:
        """Count progress of what runs on a thread that is not the loop's own."""
        self.last_turn_at[name] = self._clock.monotonic()

    def _start(self, name: str, once: Callable[[], object]) -> None:
        self.moved(name)  # from here on: an engine that hangs in its first turn is stuck as well
        thread = threading.Thread(target=self._run, args=(name, once), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, name: str, once: Callable[[], object]) -> None:
        told = ""
        while not self._stopping.is_set():
            try:
                once()
                told = _tell(name, None, told)
                self.moved(name)
            except Exception as fault:
                if isinstance(fault, TocsinError):  # the world's fault: a restart would not mend it
                    self.moved(name)
                metrics.ENGINE_FAULTS.labels(name).inc()
                told = _tell(name, fault, told)
                self._stopping.wait(self._after_fault_s)
            metrics.ENGINE_TICK_AT.labels(name).set(self._clock.now().timestamp())


def _tell(name: str, fault: Exception | None, told: str) -> str:
    """A line when it breaks, another when it turns again; what was told, "" for a sound engine."""
    now = "" if fault is None else f"{type(fault).__name__}: {fault}"
    if fault is None and told:
        log.info("engine turns again", engine=name)
    elif now != told:
        # a named fault says it all; only one that nobody thought of needs its traceback
        log.error(
            "engine fault survived", engine=name, fault=now, exc=None if isinstance(fault, TocsinError) else fault
        )
    return now
