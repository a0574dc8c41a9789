"""Announced maintenance (R2): whether a moment lies in a window, and when that ends."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from agent.model import Recurrence, Window

_LONGEST_PAUSE = 64
"""Days looked back for the last occurrence: the 31st comes again after 62 days at most."""


def covering(windows: Iterable[Window], function: str, probe: str, at: datetime, zone: tzinfo) -> Window | None:
    """The window that `at` lies in for this function or probe; of several the one that ends last.

    `probe` is "" for what no probe said. A window that names neither probes nor functions covers everything.
    """
    open_ones = [
        (end, -index, window)
        for index, window in enumerate(windows)
        if _concerns(window, function, probe) and (end := end_of(window, at, zone)) is not None
    ]
    return max(open_ones, key=lambda one: one[:2])[2] if open_ones else None


def end_of(window: Window, at: datetime, zone: tzinfo) -> datetime | None:
    """When the occurrence that `at` lies in is over, in UTC; None where `at` lies in none."""
    starts_at = window.starts_at if window.recurs is None else _last_start(window.recurs, at, zone)
    if starts_at is None or not starts_at <= at < starts_at + window.duration:
        return None
    return starts_at + window.duration


def occurrence(window: Window, at: datetime, zone: tzinfo) -> tuple[datetime, datetime] | None:
    """Begin and end of the occurrence that `at` lies in, else of the next one; None where none is to come."""
    ends_at = end_of(window, at, zone)
    if ends_at is not None:
        return ends_at - window.duration, ends_at
    starts_at = window.starts_at if window.recurs is None else _next_start(window.recurs, at, zone)
    if starts_at is None or starts_at <= at:
        return None
    return starts_at, starts_at + window.duration


def _next_start(recurs: Recurrence, at: datetime, zone: tzinfo) -> datetime | None:
    today = at.astimezone(zone).date()
    for ahead in range(_LONGEST_PAUSE):
        day = today + timedelta(days=ahead)
        starts_at = datetime.combine(day, recurs.at, zone).astimezone(UTC)
        if _falls_on(recurs, day) and starts_at > at:
            return starts_at
    return None


def _concerns(window: Window, function: str, probe: str) -> bool:
    if not window.probes and not window.functions:
        return True
    return probe in window.probes or function in window.functions


def _last_start(recurs: Recurrence, at: datetime, zone: tzinfo) -> datetime | None:
    """The latest start not after `at`: when that one is over, all earlier ones are."""
    today = at.astimezone(zone).date()
    for back in range(_LONGEST_PAUSE):
        day = today - timedelta(days=back)
        # a time lost in a DST gap moves forward, one that comes twice is the first (PEP 495, fold 0)
        starts_at = datetime.combine(day, recurs.at, zone).astimezone(UTC)
        if _falls_on(recurs, day) and starts_at <= at:
            return starts_at
    return None


def _falls_on(recurs: Recurrence, day: date) -> bool:
    """Whether the window opens on `day`; one without days opens daily."""
    if not recurs.weekdays and not recurs.month_days:
        return True
    return day.weekday() in recurs.weekdays or day.day in recurs.month_days
