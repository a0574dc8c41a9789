"""Ends what lasts longer than it may: one thread for every send, where a timer each would start a thread each."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf

from agent import clock


class Deadlines:
    """Watches over whatever is under way; its thread starts with the first and is a daemon.

    What it calls must be short and raise nothing.
    """

    def __init__(self) -> None:
        self._ends: dict[object, tuple[float, Callable[[], None]]] = {}
        self._changed = threading.Condition()
        self._wakes_at = -inf  # until it has started, and after each look
        self._is_started = False

    @contextmanager
    def until(self, at: float, end: Callable[[], None]) -> Iterator[None]:
        """While inside, `end` is called once when `at`, in seconds of `clock.monotonic`, has passed.

        Raises:
            RuntimeError: no thread can be started.
        """
        key = object()
        with self._changed:
            if not self._is_started:
                threading.Thread(target=self._watch, name="deadlines", daemon=True).start()
                self._is_started = True
            self._ends[key] = (at, end)
            if at < self._wakes_at:  # most end later than those that began before them
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends.pop(key, None)

    def _watch(self) -> None:
        while True:
            for end in self._next_over():
                end()

    def _next_over(self) -> list[Callable[[], None]]:
        """Those whose time is up; waits until there are some, or something has changed."""
        with self._changed:
            now = clock.monotonic()
            over = [key for key, (at, _) in self._ends.items() if at <= now]
            if not over:
                self._wakes_at = min((at for at, _ in self._ends.values()), default=inf)
                self._changed.wait(None if self._wakes_at == inf else self._wakes_at - now)
            return [self._ends.pop(key)[1] for key in over]
