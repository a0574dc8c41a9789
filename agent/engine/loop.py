"""What turns the engines in production: each on its own daemon thread, each fault survived and counted."""

import threading
from collections.abc import Callable
from datetime import datetime

from agent import metrics
from agent.log import Log
from agent.ports import Clock

log = Log(__name__)

LONGEST_WAIT_S = 1.0
AFTER_FAULT_S = 0.5


class Loop:
    """Threads that call `tick(now) -> next wake-up` or `turn(wait_s)` until stopped."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
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
        while not self._stopping.is_set():
            try:
                once()
            except Exception as fault:
                metrics.ENGINE_FAULTS.labels(name).inc()
                log.error("engine fault survived", engine=name, exc=fault)
                self._stopping.wait(AFTER_FAULT_S)
            self.moved(name)
            metrics.ENGINE_TICK_AT.labels(name).set(self._clock.now().timestamp())


def lend(job: Callable[[], None]) -> None:
    """Run a blocking job on a daemon thread of its own: process exit never waits for it."""
    threading.Thread(target=job, daemon=True).start()
