"""Who may look now: looks that wait, looks under way, and how many at once, overall and per kind."""

from collections import Counter, deque
from collections.abc import Callable

from agent import metrics
from agent.engine.watcher.watch import Run, Watch

OVERRUN_S = 1.0
"""How long after its timeout a collector is still waited for."""


class Crew:
    """Not thread-safe: its owner keeps a lock."""

    def __init__(self, most_at_once: int) -> None:
        self._most_at_once = most_at_once
        self._waiting: deque[tuple[Watch, float]] = deque()
        self._under_way: list[Run] = []
        self._busy: Counter[str] = Counter()

    def queue(self, watch: Watch, due_s: float) -> None:
        self._waiting.append((watch, due_s))

    def begin_next(self, now_s: float, is_wanted: Callable[[Watch], bool]) -> tuple[Run, float] | None:
        """The oldest waiting look that has a worker left, begun, and when it was due; None for none.

        Those that are no longer wanted are forgotten.
        """
        index = 0
        while index < len(self._waiting) and len(self._under_way) < self._most_at_once:
            watch, due_s = self._waiting[index]
            if not is_wanted(watch):
                del self._waiting[index]
            elif self._busy[watch.probe.kind] >= watch.collector.workers:
                index += 1
            else:
                del self._waiting[index]
                return self._begin(watch, now_s), due_s
        return None

    def release(self, run: Run) -> None:
        """Free the worker of a look that has ended, or is no longer waited for."""
        if run in self._under_way:
            self._under_way.remove(run)
            self._busy[run.probe.kind] -= 1

    def abandon_late(self, now_s: float) -> list[Run]:
        """Looks past their deadline: nobody waits for them any more, and other threads take their place."""
        late = [run for run in self._under_way if now_s >= run.deadline_s]
        for run in late:
            run.is_abandoned = True
            self.release(run)
            metrics.PROBE_DEADLINES.labels(run.probe.kind).inc()
        return late

    def next_deadline_s(self) -> float | None:
        return min((run.deadline_s for run in self._under_way), default=None)

    def _begin(self, watch: Watch, now_s: float) -> Run:
        run = Run(watch, watch.probe, now_s, now_s + watch.probe.timeout.total_seconds() + OVERRUN_S)
        watch.run = run
        self._under_way.append(run)
        self._busy[watch.probe.kind] += 1
        return run
