"""Working time by the agreement's calendar (agreement.md 5, rule 2). It never fails.

A year whose holidays are not announced falls back to the plain week, and `falls_back` says so; no calendar at all
means that all time is worked, and a calendar without any working time counts hours and days as they run.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile

from agent.model import Calendar

_FURTHEST = 3700
"""Days looked ahead: ten years, more than any limit, so that every search ends."""


def is_working(at: datetime, calendar: Calendar | None) -> bool:
    """Whether `at` lies in working time; a span's end does not."""
    if calendar is None:
        return True
    return any(start <= at < end for start, end in _spans(at.astimezone(calendar.zone).date(), calendar))


def next_working(at: datetime, calendar: Calendar | None) -> datetime:
    """`at` itself where it is worked, else when work begins next, in UTC."""
    if calendar is None:
        return at
    return next((max(start, at) for start, end in _spans_from(at, calendar) if at < end), at)


def add_working_hours(at: datetime, length: timedelta, calendar: Calendar | None) -> datetime:
    """When `length` of working time has passed since `at`, in UTC."""
    if calendar is None or not length:
        return at + length
    left = length
    for start, end in _spans_from(at, calendar):
        begins = max(start, at)
        if left <= end - begins:
            return begins + left
        left -= max(end - begins, timedelta())
    return at + length


def add_working_days(at: datetime, days: int, calendar: Calendar | None) -> datetime:
    """The last working hour of the `days`-th working day after the day of `at`, which does not count, in UTC."""
    if calendar is None or not days:
        return at + timedelta(days=days)
    left = days
    first = at.astimezone(calendar.zone).date() + timedelta(days=1)
    for day in _days(first):
        spans = _spans(day, calendar)
        left -= bool(spans)
        if not left:
            return spans[-1][1]
    return at + timedelta(days=days)


def working_time(since: datetime, until: datetime, calendar: Calendar | None) -> timedelta:
    """How much of the time from `since` to `until` is worked; none where it ends before it begins."""
    if since >= until:
        return timedelta()
    if calendar is None or not any(calendar.hours):
        return until - since
    touched = takewhile(lambda span: span[0] < until, _spans_from(since, calendar))
    return sum((max(min(end, until) - max(start, since), timedelta()) for start, end in touched), timedelta())


def falls_back(at: datetime, calendar: Calendar | None) -> bool:
    """Whether the holidays of that year are not announced yet; a calendar that is a plain week never falls back."""
    if calendar is None or not (calendar.known_years or calendar.days_off or calendar.make_up_days):
        return False
    return at.astimezone(calendar.zone).year not in calendar.known_years


def _days(first: date) -> Iterator[date]:
    last = min(first.toordinal() + _FURTHEST, date.max.toordinal() - 1)
    return map(date.fromordinal, range(first.toordinal(), last))


def _spans_from(at: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    """The working spans of the day of `at` and of all days after it."""
    for day in _days(at.astimezone(calendar.zone).date()):
        yield from _spans(day, calendar)


def _spans(day: date, calendar: Calendar) -> list[tuple[datetime, datetime]]:
    """The working spans of one day, in order, in UTC."""
    return [
        (_moment(day, start, calendar), _moment(day, end, calendar)) for start, end in sorted(_hours(day, calendar))
    ]


def _hours(day: date, calendar: Calendar) -> tuple[tuple[time, time], ...]:
    usual = calendar.hours[day.weekday()]
    if day in calendar.make_up_days:  # 调休: a weekend day worked like the first working day of the week
        return usual or next((hours for hours in calendar.hours if hours), ())
    return () if day in calendar.days_off else usual


def _moment(day: date, at: time, calendar: Calendar) -> datetime:
    """That wall time in UTC: one lost in a DST gap moves forward, of one that comes twice the first is meant."""
    if at == time.max:  # 24:00
        day, at = day + timedelta(days=1), time()
    return datetime.combine(day, at, calendar.zone).astimezone(UTC)
