"""A party's on-call rota, read from iCalendar: whoever an event's title names is on call while it lasts.

Recurring events, exceptions, moved and cancelled occurrences, time zones and all-day events are the libraries' work;
they are loaded late: 0.3 s and 10 MiB that only a file with `on_call:` pays for.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from agent.errors import Malformed
from agent.model import Rota, Shift

BACK = timedelta(days=2)
AHEAD = timedelta(days=62)
"""How far around a moment shifts are read; the agent reads anew every few hours."""

LARGEST = 4 * 1024 * 1024
MOST = 20_000
"""Bytes of a file, and shifts within what is read: more is no rota of people."""

_TOO_OFTEN = re.compile(rb"FREQ=(SECONDLY|MINUTELY)", re.IGNORECASE)


def read_file(path: Path, contacts: Collection[str], zone: tzinfo, around: datetime) -> Rota:
    """The rota in this file; see `read`.

    Raises:
        Malformed: it cannot be read, with the remedy.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Malformed(f"{path} is larger than {LARGEST // 1024 // 1024} MiB: export the rota alone")
        raw = path.read_bytes()
    except OSError as fault:
        raise Malformed(f"{path} cannot be read: {fault.strerror or fault}") from None
    return read(raw, contacts, zone, around)


def read(raw: bytes, contacts: Collection[str], zone: tzinfo, around: datetime) -> Rota:
    """The shifts around a moment. Times without a zone are in `zone`; titles that are no contact id are listed.

    Raises:
        Malformed: it is no iCalendar, or an event of it cannot be understood.
    """
    if _TOO_OFTEN.search(raw):
        raise Malformed("an event of the rota recurs by the minute: write whole shifts")
    # loaded late, see above
    import icalendar
    import recurring_ical_events

    begins_at, ends_at = around - BACK, around + AHEAD
    try:
        calendars: list[Any] = icalendar.Calendar.from_ical(raw, multiple=True)
        if not calendars:
            raise Malformed("the rota holds no VCALENDAR: export it as iCalendar (.ics)")
        events = [
            event
            for calendar in calendars
            for event in recurring_ical_events.of(calendar).between(
                begins_at.astimezone(zone) - BACK, ends_at.astimezone(zone) + timedelta(days=1)
            )
        ]
    except Malformed:
        raise
    except Exception as fault:  # the libraries raise whatever a bad calendar leads them to
        raise Malformed(f"the rota cannot be read as iCalendar ({_said(fault)}): export it anew (.ics)") from None
    if len(events) > MOST:
        raise Malformed(f"the rota has over {MOST} shifts in two months: export the rota alone")
    return _rota(events, contacts, zone, begins_at, ends_at)


def _rota(
    events: Iterable[Any], contacts: Collection[str], zone: tzinfo, begins_at: datetime, ends_at: datetime
) -> Rota:
    by_word = {id_.casefold(): id_ for id_ in contacts}
    shifts: list[Shift] = []
    unknown: dict[str, None] = {}
    for event in events:
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        title = str(event.get("SUMMARY", "")).strip()
        contact = by_word.get(title.casefold())
        if contact is None:
            unknown[title] = None
            continue
        start, end = _moment(event.start, zone), _moment(event.end, zone)
        if start < end:
            shifts.append(Shift(contact, start, end))
    shifts.sort(key=lambda shift: (shift.begins_at, shift.ends_at, shift.contact))
    return Rota(tuple(shifts), begins_at, ends_at, tuple(unknown))


def _moment(at: date | datetime, zone: tzinfo) -> datetime:
    """In UTC; a day begins at its midnight, a time without a zone is of `zone`."""
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min)
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)


def _said(fault: Exception) -> str:
    """What a library complains of, on one line, and not too much of the file."""
    text = " ".join(str(fault).split())
    return f"{type(fault).__name__}: {text[:120]}" if text else type(fault).__name__
