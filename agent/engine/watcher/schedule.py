"""Who is due when, in monotonic seconds: names in a heap, each at most once."""

import heapq
import zlib
from math import floor

LONGEST_SPLAY_S = 60.0
"""A probe that runs once a day is still looked at within a minute of the start."""

_ROUNDING_S = 1e-6
"""Wake-ups travel as wall times, which are exact to the microsecond."""


class Schedule:
    """Turns by name. Not thread-safe: its owner keeps a lock."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, str]] = []
        self._due: dict[str, float] = {}

    def put(self, name: str, due_s: float) -> None:
        """Set the next turn of `name`, in place of the one it had."""
        self._due[name] = due_s
        heapq.heappush(self._heap, (due_s, name))

    def sooner(self, name: str, due_s: float) -> None:
        """The same, unless its turn comes before that anyway."""
        if due_s < self._due.get(name, float("inf")):
            self.put(name, due_s)

    def drop(self, name: str) -> None:
        self._due.pop(name, None)

    def take(self, now_s: float) -> list[tuple[str, float]]:
        """Every name whose turn has come, with when it was due, oldest first; they have no turn until `put` again."""
        taken = []
        while self._heap and self._heap[0][0] <= now_s + _ROUNDING_S:
            due_s, name = heapq.heappop(self._heap)
            if self._due.get(name) == due_s:
                del self._due[name]
                taken.append((name, due_s))
        return taken

    def next_s(self) -> float | None:
        """When the next turn comes, None for never."""
        while self._heap and self._due.get(self._heap[0][1]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None


def splay_s(name: str, every_s: float) -> float:
    """How long after the start a probe has its first turn: spread by name, the same at every start."""
    return zlib.crc32(name.encode()) / 2**32 * min(every_s, LONGEST_SPLAY_S)


def next_turn_s(due_s: float, every_s: float, now_s: float) -> float:
    """The first turn after now on the grid that began at `due_s`: turns that were missed are not made up for."""
    turn_s = due_s + every_s * (max(floor((now_s - due_s) / every_s), 0) + 1)
    return turn_s if turn_s > now_s + _ROUNDING_S else turn_s + every_s
