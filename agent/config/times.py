"""Times as people of one place write them: `2026-12-06 02:00`, `Mon..Fri 09:00-18:00`, `Sun 02:00`."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from agent.config.faults import suggest
from agent.model import Recurrence

Hours = tuple[tuple[tuple[time, time], ...], ...]
"""Per weekday (0 is Monday) the spans of working time; an end of 24:00 is time.max."""

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WORK_WEEK = "Mon..Fri 09:00-18:00"

_CLOCK = r"([01]?[0-9]|2[0-3]):([0-5][0-9])"
_DAY = f"({'|'.join(DAYS)})"
_SPAN = re.compile(rf"(?:{_DAY}(?:\.\.{_DAY})? +)?{_CLOCK}-(?:{_CLOCK}|24:00)")
_RECURRENCE = re.compile(rf"(?:day ([0-9]{{1,2}}) +|{_DAY}(?:\.\.{_DAY})? +)?{_CLOCK}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def zone(name: str) -> tzinfo:
    """The time zone of that IANA name.

    Raises:
        ValueError: there is none.
    """
    if found := _known(name):
        return found
    raise ValueError(f"unknown time zone {name!r}: {suggest(name, sorted(available_timezones()))}")


def host_zone(environment: Mapping[str, str]) -> tzinfo:
    """The zone this machine is set to: $TZ, else /etc/localtime, else UTC."""
    link = Path("/etc/localtime")
    linked = str(link.resolve()).partition("zoneinfo/")[2] if link.is_symlink() else ""
    return _known(environment.get("TZ", "").lstrip(":")) or _known(linked) or UTC


def _known(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def day(text: str) -> date:
    """`2026-01-01`.

    Raises:
        ValueError: it is no date.
    """
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"{text!r} is no date: write 2026-12-31")


def moment(text: str) -> datetime:
    """`2026-12-06 02:00`, still without a zone unless it has an offset of its own; see `placed`.

    Raises:
        ValueError: it is no time.
    """
    try:
        if _MOMENT.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f'{text!r} is no time: write "2026-12-06 02:00" (in the agreement\'s time zone)')


def day_or_moment(text: str) -> datetime:
    """A moment, or the beginning of a day.

    Raises:
        ValueError: it is neither.
    """
    if re.fullmatch(r"[0-9-]+", text):
        return datetime.combine(day(text), time.min)
    return moment(text)


def placed(at: datetime, where: tzinfo) -> datetime:
    """A written time as a moment in UTC.

    A time that a clock change skips moves forward by the gap; of one that happens twice the first is meant.

    Raises:
        ValueError: it lies outside the years 1 to 9999 in UTC.
    """
    try:
        return (at if at.tzinfo else at.replace(tzinfo=where, fold=0)).astimezone(UTC)
    except OverflowError:
        raise ValueError("lies outside the years 1 to 9999 in UTC") from None


def hours(text: str) -> Hours:
    """`Mon..Fri 09:00-12:00, 13:00-18:00, Sat 09:00-12:00` per weekday; a span without days has those before it.

    Raises:
        ValueError: it cannot be read, or holds no time at all.
    """
    week: list[list[tuple[time, time]]] = [[] for _ in DAYS]
    days: tuple[int, ...] = tuple(range(7))
    for part in re.split(r" *[,;] *", text.strip()):
        read = _SPAN.fullmatch(part)
        if not read:
            raise ValueError(f'{part!r} is no working time: write "{WORK_WEEK}"')
        first, last, *clock = read.groups()
        days = _days(first, last) if first else days
        start = time(int(clock[0]), int(clock[1]))
        end = time(int(clock[2]), int(clock[3])) if clock[2] else time.max
        for weekday in days:
            _add(week, weekday, start, end)
    return tuple(tuple(sorted(spans)) for spans in week)


def recurrence(text: str) -> Recurrence:
    """`Sun 02:00`, `Mon..Fri 02:00`, `day 1 02:00`, or `02:00` for every day.

    Raises:
        ValueError: it cannot be read.
    """
    read = _RECURRENCE.fullmatch(text.strip())
    if not read:
        raise ValueError(f'{text!r} is no recurrence: write "Sun 02:00", "Mon..Fri 02:00", "day 1 02:00" or "02:00"')
    month_day, first, last, hour, minute = read.groups()
    at = time(int(hour), int(minute))
    if month_day:
        if not 1 <= int(month_day) <= 31:
            raise ValueError(f"no month has a day {month_day}")
        return Recurrence(at, month_days=frozenset({int(month_day)}))
    return Recurrence(at, weekdays=frozenset(_days(first, last) if first else range(7)))


def _days(first: str, last: str | None) -> tuple[int, ...]:
    start = DAYS.index(first)
    count = (DAYS.index(last or first) - start) % 7 + 1
    return tuple((start + step) % 7 for step in range(count))


def _add(week: list[list[tuple[time, time]]], weekday: int, start: time, end: time) -> None:
    if start == end:
        raise ValueError(f"{start:%H:%M}-{end:%H:%M} is no time at all: write 00:00-24:00 for the whole day")
    if start < end:
        week[weekday].append((start, end))
        return
    # over midnight: the rest belongs to the next day
    week[weekday].append((start, time.max))
    if end > time.min:
        week[(weekday + 1) % 7].append((time.min, end))


def year_of(at: datetime, where: tzinfo) -> int:
    """The year it is there, kept clear of the calendar's ends."""
    return min(max((at + timedelta()).astimezone(where).year, 2), 9998)
