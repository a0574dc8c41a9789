"""The only file that asks the time or sleeps."""

import threading
import time
from datetime import UTC, datetime, timedelta

monotonic = time.monotonic
"""Seconds for measuring durations; never set back."""


def now() -> datetime:
    """The wall time, aware, UTC."""
    return datetime.now(UTC)


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC.

    Raises:
        ValueError: `at` is naive, or out of range once moved to UTC.
    """
    if at.tzinfo is UTC:
        return at
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone: add Z or an offset such as +08:00")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{at.isoformat()} lies outside the years 1 to 9999 in UTC") from None


class SystemClock:
    """The machine's clock; see `ports.Clock`."""

    def now(self) -> datetime:
        return now()

    def monotonic(self) -> float:
        return monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Whether `event` was set within `seconds`."""
        return event.wait(seconds)


class ManualClock:
    """Time that moves only when told to: simulations and tests live through a month in seconds."""

    def __init__(self, start: datetime) -> None:
        self._now = in_utc(start)
        self._monotonic = 1000.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.is_set()

    def advance(self, by: timedelta) -> None:
        """Let `by` pass on both clocks."""
        self._now += by
        self._monotonic += by.total_seconds()

    def jump(self, by: timedelta) -> None:
        """Set the wall clock by `by`, as an administrator or NTP would; the monotonic clock does not move."""
        self._now += by
