"""When firings end by themselves, unless they are told again first (the dead man's timer of `endsAt`)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heapify, heappop, heappush

Key = tuple[str, str]
"""(source, fingerprint) of a signal."""


@dataclass(slots=True)
class Timers:
    """Moving one later costs nothing: its place in the queue is looked at again when its old time has come.

    So do the places of those that were stopped, up to `spare` more than there are timers twice over.
    """

    spare: int = 1_000
    _at: dict[Key, datetime] = field(default_factory=dict)
    _queued: dict[Key, datetime] = field(default_factory=dict)  # its valid place in `_queue`
    _queue: list[tuple[datetime, Key]] = field(default_factory=list)

    def get(self, key: Key) -> datetime | None:
        return self._at.get(key)

    def set(self, key: Key, at: datetime) -> None:
        self._at[key] = at
        queued = self._queued.get(key)
        if queued is None or at < queued:
            self._place(key, at)

    def stop(self, key: Key) -> None:
        self._at.pop(key, None)

    def grant(self, until: datetime) -> None:
        """None is due before: whoever was to tell again could not, or had no reason to."""
        for key, at in self._at.items():
            if at < until:
                self._at[key] = until

    def shift(self, by: timedelta) -> None:
        """All by so much: the clock they were read from was moved."""
        for key, at in list(self._at.items()):
            self.set(key, at + by)

    def take_due(self, now: datetime) -> list[tuple[Key, datetime]]:
        """Those whose time has come, and when it came; they are not set any more."""
        due: list[tuple[Key, datetime]] = []
        while self._queue and self._queue[0][0] <= now:
            placed, key = heappop(self._queue)
            if self._queued.get(key) != placed:
                continue
            del self._queued[key]
            at = self._at.get(key)
            if at is not None and at <= now:
                del self._at[key]
                due.append((key, at))
            elif at is not None:
                self._place(key, at)
        return due

    def next_at(self) -> datetime | None:
        """When to look again: never too late, at times too early; from any thread."""
        return min((at for at, _ in self._queue[:1]), default=None)

    @property
    def places(self) -> int:
        """How many there are in the queue."""
        return len(self._queue)

    def _place(self, key: Key, at: datetime) -> None:
        self._queued[key] = at
        heappush(self._queue, (at, key))
        if len(self._queue) > 2 * len(self._at) + self.spare:  # a storm sets and stops thousands that end in days
            self._queued = dict(self._at)
            self._queue = [(at, key) for key, at in self._at.items()]
            heapify(self._queue)
