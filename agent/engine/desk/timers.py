"""When something ends by itself, unless it is told again first (the dead man's timer of `endsAt`)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import Generic, TypeVar

Name = TypeVar("Name", str, tuple[str, str])
"""What a timer is known by."""


@dataclass(slots=True)
class Timers(Generic[Name]):
    """Moving one later costs nothing: its place in the queue is looked at again when its old time has come.

    So do the places of those that were stopped, up to `spare` more than there are timers twice over. Those of one time
    share a place and the time itself: what one evaluation of a rule found ends at one moment.
    """

    spare: int = 1_000
    _at: dict[Name, datetime] = field(default_factory=dict)
    _places: dict[datetime, list[Name]] = field(default_factory=dict)  # whom to look at when a time has come
    _queue: list[datetime] = field(default_factory=list)
    _taken: int = 0  # names in `_places`
    _last: datetime | None = None

    def get(self, name: Name) -> datetime | None:
        return self._at.get(name)

    def set(self, name: Name, at: datetime) -> None:
        if self._last is not None and self._last == at:
            at = self._last
        self._last = at
        before = self._at.get(name)
        self._at[name] = at
        if before is None or at < before:
            self._place(name, at)

    def stop(self, name: Name) -> None:
        self._at.pop(name, None)

    def grant(self, until: datetime) -> None:
        """None is due before: whoever was to tell again could not, or had no reason to."""
        for name, at in self._at.items():
            if at < until:
                self._at[name] = until

    def shift(self, by: timedelta) -> None:
        """All by so much: the clock they were read from was moved."""
        for name, at in list(self._at.items()):
            self.set(name, at + by)

    def take_due(self, now: datetime) -> list[tuple[Name, datetime]]:
        """Those whose time has come, and when it came; they are not set any more."""
        due: list[tuple[Name, datetime]] = []
        while self._queue and self._queue[0] <= now:
            names = self._places.pop(heappop(self._queue))
            self._taken -= len(names)
            for name in names:
                at = self._at.get(name)
                if at is not None and at <= now:
                    del self._at[name]
                    due.append((name, at))
                elif at is not None:
                    self._place(name, at)
        return sorted(due, key=lambda each: (each[1], each[0]))

    def next_at(self) -> datetime | None:
        """When to look again: never too late, at times too early; from any thread."""
        return min(self._queue[:1], default=None)

    @property
    def places(self) -> int:
        """How many there are in the queue."""
        return self._taken

    def _place(self, name: Name, at: datetime) -> None:
        if self._taken > 2 * len(self._at) + self.spare:  # a storm sets and stops thousands that end in days
            self._places, self._taken = {}, 0
            for each, its in self._at.items():
                self._put(each, its)
            self._queue = sorted(self._places)
            return
        if self._put(name, at):
            heappush(self._queue, at)

    def _put(self, name: Name, at: datetime) -> bool:
        """Whether nobody had that time before."""
        self._taken += 1
        names = self._places.get(at)
        if names is None:
            self._places[at] = [name]
            return True
        names.append(name)
        return False
