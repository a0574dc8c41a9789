"""What the bodies that are being read may hold together: 2,048 senders of 8 MiB each would be 16 GiB.

A byte counts from its arrival until the desk has its body, which bounds its own queue, or until its request is over.
The guard counts them as they come; whoever reads a body without room is told 503. How long a body may take is the
guard's too, so nobody holds room for ever.
"""

import asyncio
from collections.abc import Callable

from agent import metrics

SHARE = "tocsin.share"
"""Where a request's scope holds its share."""

INFLATED_AT_ONCE = 4
"""Bodies that are decompressed are counted when they are whole: so many may be on their way to it."""


class Reception:
    """The bytes of all bodies under way. Lives on the event loop alone."""

    def __init__(self, most: Callable[[], int]) -> None:
        self._most = most
        self.held = 0
        self.refused = 0  # bodies, since the guard last said so
        self.inflating = asyncio.Semaphore(INFLATED_AT_ONCE)

    def has_room(self, count: int) -> bool:
        return self.held + count <= self._most()


class Share:
    """What one request holds of it."""

    __slots__ = ("_beside", "held", "is_open", "is_refused", "reception")

    def __init__(self, reception: Reception, beside: "set[Share]") -> None:
        """`beside` holds the open shares of the same connection: more than one where requests are pipelined."""
        self.reception = reception
        self._beside = beside
        beside.add(self)
        self.held = 0
        self.is_open = True  # False: what still comes is dropped
        self.is_refused = False

    def take(self, count: int) -> bool:
        """Whether so many more bytes may be kept. Once they may not, nothing of this request may."""
        if not self.is_open:
            return False
        if not self.reception.has_room(count):
            self.is_refused = True
            self.reception.refused += 1
            metrics.BODIES_REFUSED.inc()
            self.close()
            return False
        self.held += count
        self.reception.held += count
        return True

    def give_back(self) -> None:
        """What was kept is kept elsewhere now, or nowhere."""
        self.reception.held -= self.held
        self.held = 0

    def close(self) -> None:
        """Keep nothing more."""
        self.is_open = False
        self._beside.discard(self)
        self.give_back()
