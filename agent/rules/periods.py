"""When the agreement is in force, and which months, quarters and years begin and end in it.

Everything begins at midnight of the agreement's zone. A period that began before the agreement did is no period of it:
its duties are owed from the first whole one on.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

_PERIOD = re.compile(r"\d{4}(-(\d\d(-\d\d)?|Q[1-4]))?")

WARNED: tuple[int, ...] = (60, 30, 7)
"""So many days before the agreement ends both parties hear of it (fact 16)."""


@dataclass(frozen=True, slots=True)
class Force:
    """From when to when the agreement is in force."""

    begins_at: datetime
    ends_at: datetime | None  # the first moment after it

    def has_begun(self, now: datetime) -> bool:
        return self.begins_at <= now


@dataclass(frozen=True, slots=True)
class Turned:
    """One midnight at which something began or ended; what did not is ""."""

    at: datetime
    day: str = ""  # 2026-11-23
    month: str = ""  # 2026-11
    quarter: str = ""  # 2026-Q4
    year: str = ""
    ended: str = ""  # the month that is over

    def __bool__(self) -> bool:
        return any((self.day, self.month, self.quarter, self.year, self.ended))


def force(effective: date | None, expires: date | None, zone: tzinfo) -> Force | None:
    """None: the file does not say since when it is in force, so nothing standing runs."""
    if effective is None:
        return None
    return Force(midnight(effective, zone), ends_at(expires, zone))


def ends_at(expires: date | None, zone: tzinfo) -> datetime | None:
    """The end of the last day; None: it has none."""
    return midnight(expires + timedelta(days=1), zone) if expires else None


def midnight(day: date, zone: tzinfo) -> datetime:
    """Its first moment, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def taken_up(force: Force, now: datetime, zone: tzinfo, *, daily: bool = False) -> list[Turned]:
    """The periods that go on when the agent first sees the agreement in force; what is over is nobody's to measure."""
    today = now.astimezone(zone).date()
    month = today.replace(day=1)
    quarter = month.replace(month=(month.month - 1) // 3 * 3 + 1)
    begun: dict[date, dict[str, str]] = {}
    for day, name, text in (
        (month.replace(month=1), "year", f"{today.year}"),
        (quarter, "quarter", quarter_of(today)),
        (month, "month", f"{today:%Y-%m}"),
        (today, "day", f"{today:%Y-%m-%d}" if daily else ""),
    ):
        begun.setdefault(day, {})[name] = text
    found = [_within(Turned(midnight(day, zone), **words), force, zone) for day, words in sorted(begun.items())]
    return [turned for turned in found if turned]


def turned(force: Force, after: datetime, now: datetime, zone: tzinfo, *, daily: bool = False) -> list[Turned]:
    """Every month that began or ended since, each at its own time; of days only the one that goes on."""
    today = now.astimezone(zone).date()
    first = after.astimezone(zone).date()
    days = set(_firsts(first, today)) | ({today} if daily else set())
    found = [_within(_at(day, zone, daily=daily and day == today), force, zone) for day in sorted(days)]
    return [each for each in found if each and after < each.at <= now]


def next_at(now: datetime, zone: tzinfo, *, daily: bool = False) -> datetime:
    """When something turns next."""
    today = now.astimezone(zone).date()
    if daily:
        return midnight(today + timedelta(days=1), zone)
    return midnight(_next_month(today.replace(day=1)), zone)


def quarter_of(day: date) -> str:
    return f"{day.year}-Q{(day.month - 1) // 3 + 1}"


def month_of(at: datetime, zone: tzinfo) -> str:
    return f"{at.astimezone(zone):%Y-%m}"


def is_period(text: str) -> bool:
    """Whether it names a day, month, quarter or year: `2026-11-23`, `2026-11`, `2026-Q4`, `2026`."""
    return _PERIOD.fullmatch(text) is not None


def days_until(last: date, now: datetime, zone: tzinfo) -> int:
    """How many days the agreement goes on, its last one counted; 0: it is over."""
    return max((last - now.astimezone(zone).date()).days + 1, 0)


def warning_due(ends_at: datetime, now: datetime, told: Sequence[int]) -> int | None:
    """Which warning is to be told now: the latest that is due, once; 0 is that it has ended; None: none."""
    due = [days for days in (*WARNED, 0) if ends_at - timedelta(days=days) <= now]
    return min(due) if due and not any(days <= min(due) for days in told) else None


def next_warning_at(ends_at: datetime, now: datetime) -> datetime | None:
    times = (ends_at - timedelta(days=days) for days in (*WARNED, 0))
    return min((at for at in times if at > now), default=None)


def _firsts(after: date, until: date) -> list[date]:
    """The first days of the months after the one day and up to the other."""
    found, day = [], _next_month(after.replace(day=1)) if after.day > 1 else after
    while day <= until:
        found.append(day)
        day = _next_month(day)
    return found


def _at(day: date, zone: tzinfo, *, daily: bool) -> Turned:
    if day.day != 1:
        return Turned(midnight(day, zone), day=f"{day:%Y-%m-%d}" if daily else "")
    return Turned(
        at=midnight(day, zone),
        day=f"{day:%Y-%m-%d}" if daily else "",
        month=f"{day:%Y-%m}",
        quarter=quarter_of(day) if day.month % 3 == 1 else "",
        year=f"{day.year}" if day.month == 1 else "",
        ended=f"{day - timedelta(days=1):%Y-%m}",
    )


def _within(each: Turned, force: Force, zone: tzinfo) -> Turned:
    """What of it the agreement knows: no period from before it began, none that begins after its end."""
    ended = each.ended if each.at > force.begins_at and not _began_after(each, force, zone) else ""
    if each.at < force.begins_at or (force.ends_at is not None and each.at >= force.ends_at):
        return Turned(each.at, ended=ended)
    return Turned(each.at, each.day, each.month, each.quarter, each.year, ended)


def _began_after(each: Turned, force: Force, zone: tzinfo) -> bool:
    """Whether the month that ends here began when the agreement was over already."""
    if not each.ended or force.ends_at is None:
        return False
    return midnight(date.fromisoformat(f"{each.ended}-01"), zone) >= force.ends_at


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)
