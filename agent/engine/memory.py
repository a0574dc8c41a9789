"""How the process keeps its memory: few heaps, few collections, and what is free goes back to the system.

A send leaves cycles behind (Apprise makes four classes each time), a burst of alerts leaves holes: without the minute's
tidying an agent held 30 MiB more after 40 minutes of a storm than it used.
"""

import ctypes
import gc
from collections.abc import Callable
from datetime import datetime, timedelta

EVERY = timedelta(minutes=1)
HEAPS = 2
_M_ARENA_MAX = -8  # malloc.h


def start_sparingly() -> None:
    """Before any thread starts. Each thread would have a heap of its own, and nothing is returned from most of them.

    A start makes next to no garbage, and looking for it 150 times is a sixth of the start.
    """
    gc.disable()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):  # glibc's; others have one heap
        libc.mallopt(_M_ARENA_MAX, HEAPS)


def collect_rarely() -> None:
    """What lives since the start is never looked at again, and the rest seldom: full collections cost 20 ms of p99."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    gc.enable()


def tidy() -> None:
    """Look through what is young, and return what is free."""
    gc.collect(0)
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)


class Tidying:
    """Each minute, for the first time a minute after the start: all that a start makes is young, and lives on."""

    def __init__(self, tidy: Callable[[], None] = tidy) -> None:
        self._tidy = tidy
        self._due_at: datetime | None = None

    def tick(self, now: datetime) -> datetime:
        """Tidy if it is time; when that is next."""
        if self._due_at is not None and self._due_at <= now:
            self._tidy()
        if self._due_at is None or not now < self._due_at <= now + EVERY:
            self._due_at = now + EVERY
        return self._due_at
