"""The courier's tray: deliveries in memory, by when their turn comes, and who goes first among those that are due."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heappop, heappush
from itertools import count

from agent.model import Delivery

_Later = tuple[datetime, int, Delivery]
_Ready = tuple[int, datetime, int, Delivery]

MayGo = Callable[[Delivery], datetime | None]
"""When a delivery may leave: None is now; a time, or the end of time where only another's return can tell."""


@dataclass(slots=True)
class Tray:
    """Grade 1 goes first, then what waits longest; what may not leave yet stays and holds up nobody else."""

    _known: dict[str, Delivery] = field(default_factory=dict)
    _later: list[_Later] = field(default_factory=list)
    _ready: dict[str, list[_Ready]] = field(default_factory=dict)  # by endpoint
    _number: Iterator[int] = field(default_factory=count)
    free_at: datetime | None = None  # when the soonest of those that the last pick had to leave may go

    def put(self, delivery: Delivery, due_at: datetime | None = None) -> None:
        """Keep it until its turn, or until `due_at`; what was known of it before is forgotten."""
        self._known[delivery.id] = delivery
        heappush(self._later, (due_at or delivery.due_at, self._next(), delivery))

    def drop(self, id_: str) -> None:
        self._known.pop(id_, None)

    def clear(self) -> None:
        self._known.clear()
        self._later.clear()
        self._ready.clear()

    def pick(self, now: datetime, may_go: MayGo) -> Delivery | None:
        """Take out the first delivery that is due and may leave now."""
        self._turn(now)
        heads: list[_Ready] = []
        waits: list[datetime] = []
        for endpoint in list(self._ready):
            head = self._head(endpoint)
            if head is None:
                continue
            at = may_go(head[-1])
            if at is None:
                heads.append(head)
            else:
                waits.append(at)
        self.free_at = min(waits, default=None)
        if not heads:
            return None
        delivery = min(heads)[-1]
        heappop(self._ready[delivery.endpoint])
        del self._known[delivery.id]
        return delivery

    def next_at(self) -> datetime | None:
        """When the next one falls due that is not due yet."""
        while self._later and not self._is_known(self._later[0][-1]):
            heappop(self._later)
        return self._later[0][0] if self._later else None

    def oldest(self) -> datetime | None:
        return min((delivery.made_at for delivery in self._known.values()), default=None)

    def __len__(self) -> int:
        return len(self._known)

    def __contains__(self, id_: str) -> bool:
        return id_ in self._known

    def _turn(self, now: datetime) -> None:
        while self._later and self._later[0][0] <= now:
            due_at, number, delivery = heappop(self._later)
            if self._is_known(delivery):
                heap = self._ready.setdefault(delivery.endpoint, [])
                heappush(heap, (delivery.grade, due_at, number, delivery))

    def _head(self, endpoint: str) -> _Ready | None:
        heap = self._ready[endpoint]
        while heap and not self._is_known(heap[0][-1]):
            heappop(heap)
        if not heap:
            del self._ready[endpoint]
            return None
        return heap[0]

    def _is_known(self, delivery: Delivery) -> bool:
        return self._known.get(delivery.id) is delivery

    def _next(self) -> int:
        return next(self._number)
