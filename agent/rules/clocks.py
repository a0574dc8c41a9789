"""When a duty falls due: its limit reckoned from its start, by the agreement's calendar (agreement.md 5, rule 2).

Hours and minutes run on. Days, months and period ends follow the calendar of the agreement's zone. Working days leave
out the first day and end with the last working hour; working hours run only in working time.
"""

import calendar as months
from datetime import UTC, datetime, time, timedelta, tzinfo

from agent.model import Calendar, Limit, Span
from agent.rules.workdays import add_working_days, add_working_hours, working_time

_PERIOD_MONTHS = {"month_end": 1, "quarter_end": 3, "year_end": 12}


def after(span: Span, at: datetime, calendar: Calendar | None) -> datetime:
    """The moment so much later, in UTC; the 31st becomes a shorter month's last day."""
    if span.working_days:
        return add_working_days(at, span.working_days, calendar)
    if span.working:
        return add_working_hours(at, span.working, calendar)
    if span.months or span.days:
        return _on_the_wall(span, at.astimezone(_zone(calendar))).astimezone(UTC)
    return at + span.fixed


def due_at(limit: Limit, started_at: datetime, calendar: Calendar | None, begun_at: datetime | None = None) -> datetime:
    """When what started at `started_at` falls due, in UTC.

    `begun_at`: since when a cadence runs; its later, slower pace holds once `limit.until` has passed since then.
    """
    if limit.period_end:
        return period_end(limit.period_end, started_at, calendar)
    span = limit.span or Span()
    if limit.is_before:
        return started_at - span.longest
    if limit.until is not None and limit.later and started_at - (begun_at or started_at) >= limit.until:
        span = limit.later
    return after(span, started_at, calendar)


def is_working(limit: Limit) -> bool:
    """Whether it is reckoned in working time."""
    return limit.span is not None and bool(limit.span.working or limit.span.working_days)


def put_off(due: datetime, limit: Limit, since: datetime, until: datetime, calendar: Calendar | None) -> datetime:
    """`due` later by what passed between `since` and `until`, in UTC.

    Of a limit in working time only working time passed (rules 2 and 4): a weekend on which nobody would have worked
    gives no time back.
    """
    if is_working(limit):
        return add_working_hours(due, working_time(since, until, calendar), calendar)
    return due + max(until - since, timedelta())


def period_end(name: str, at: datetime, calendar: Calendar | None) -> datetime:
    """The end of the month, quarter or year that `at` lies in: the next one's first moment, in UTC."""
    zone = _zone(calendar)
    here = at.astimezone(zone)
    length = _PERIOD_MONTHS[name]
    first = (here.month - 1) // length * length + length  # months since January of the next period's first one
    return datetime.combine(
        here.date().replace(year=here.year + first // 12, month=first % 12 + 1, day=1), time(), zone
    ).astimezone(UTC)


def share_at(share: float, started_at: datetime, due: datetime) -> datetime:
    """When that share (0-1) of the time between start and due has passed."""
    return started_at + timedelta(seconds=(due - started_at).total_seconds() * share)


def _on_the_wall(span: Span, at: datetime) -> datetime:
    """The same time of day on a later date."""
    if span.months:
        month = at.month - 1 + span.months
        year, month = at.year + month // 12, month % 12 + 1
        return at.replace(year=year, month=month, day=min(at.day, months.monthrange(year, month)[1]))
    return at + timedelta(days=span.days)


def _zone(calendar: Calendar | None) -> tzinfo:
    return calendar.zone if calendar else UTC
