"""Planned maintenance that people announce (R2): what they may, when its end is near, from when a fault counts."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta, tzinfo

from agent.errors import Refused
from agent.model import Maintenance, Window
from agent.rules.windows import covering, end_of

LEAD = timedelta(hours=72)
"""4.1(a), OB-803: announced so long before, its minutes may be left out of the availability."""

LONGEST = timedelta(days=14)
FARTHEST = timedelta(days=366)

REMINDED_BEFORE = timedelta(minutes=15)

_CHAINED = 64
"""So many windows one after the other are followed at most."""


def check_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """
    Raises:
        Refused: a window that cannot be, or that would hide faults for too long.
    """
    if ends_at <= starts_at:
        raise Refused("a window ends after it begins: look at its times", "4.1(a)")
    if ends_at <= now:
        raise Refused("the window is over already: what has happened is not made planned afterwards", "4.1(a)")
    if ends_at - starts_at > LONGEST:
        raise Refused(f"a window lasts {LONGEST.days} days at most: announce the next one when it is due", "4.1(a)")
    if starts_at - now > FARTHEST:
        raise Refused("a window begins within a year: look at its date", "4.1(a)")


def is_short_notice(window: Maintenance) -> bool:
    """Whether all or part of it was announced less than 72 h before: that part counts as unavailable."""
    return window.starts_at - window.announced_at < LEAD or over_at(window) > window.announced_until


def over_at(window: Maintenance) -> datetime:
    """When it is over, or was."""
    return window.ends_at if window.ended_at is None else min(window.ended_at, window.ends_at)


def is_live(window: Maintenance, now: datetime) -> bool:
    """Whether it is still to come or under way."""
    return window.ended_at is None and now < window.ends_at


def is_under_way(window: Maintenance, now: datetime) -> bool:
    return window.starts_at <= now < over_at(window)


def remind_at(window: Maintenance) -> datetime:
    """When the provider hears that the end is near: 15 min before, in a short one when three quarters are over."""
    return window.ends_at - min(REMINDED_BEFORE, (window.ends_at - window.starts_at) / 4)


def next_look_at(window: Maintenance) -> datetime | None:
    """When time alone changes something; None: it is over."""
    if window.ended_at is not None:
        return None
    return remind_at(window) if window.reminded_of != window.ends_at else window.ends_at


def as_window(window: Maintenance) -> Window:
    """The same in the terms of the file's own windows; one called off before its start covers nothing."""
    return Window(
        what=window.what,
        duration=max(over_at(window) - window.starts_at, timedelta()),
        starts_at=window.starts_at,
        probes=window.probes,
        functions=window.functions,
        announced_at=window.announced_at,
    )


def under_way(windows: Iterable[Window], now: datetime, zone: tzinfo) -> int:
    """How many of the windows are under way."""
    return sum(end_of(window, now, zone) is not None for window in windows)


def waiting(windows: Collection[Window], lines: Iterable[tuple[str, str, int]], now: datetime, zone: tzinfo) -> int:
    """How many signals of (line, function, signals) stand in one of the windows now."""
    return sum(count for line, function, count in lines if covering(windows, function, probe_of(line), now, zone))


def probe_of(line: str) -> str:
    """The probe that a line of evidence is of; "" where no probe said it."""
    return line.removeprefix("probe:").rpartition("/")[0] if line.startswith("probe:") else ""


def counts_from(
    windows: Collection[Window], function: str, probe: str, at: datetime, now: datetime, zone: tzinfo
) -> datetime:
    """When something that began at `at` begins to count: at the end of the window it began in, if that is over."""
    counted = at
    for _ in range(_CHAINED if windows else 0):
        window = covering(windows, function, probe, counted, zone)
        ends_at = end_of(window, counted, zone) if window else None
        if ends_at is None:
            return counted
        if ends_at > now:  # it is not over: nothing of it counts yet
            return at
        counted = ends_at
    return counted
