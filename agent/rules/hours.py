"""Working time: whether a moment lies in it, and when it begins next. No calendar means that all time is."""

from datetime import date, datetime, time, timedelta

from agent.model import Calendar

_LONGEST_BREAK = 60
"""Days looked ahead; a calendar without any working time in them is taken as having none at all."""

Span = tuple[time, time]


def is_working(at: datetime, calendar: Calendar | None) -> bool:
    """Whether `at` lies in working time; a span's end does not."""
    if calendar is None:
        return True
    here = at.astimezone(calendar.zone)
    moment = here.time()
    return any(start <= moment and (moment < end or end == time.max) for start, end in spans(here.date(), calendar))


def work_begins(at: datetime, calendar: Calendar | None) -> datetime:
    """The first working moment not before `at`, in UTC; `at` itself where the calendar knows none."""
    if calendar is None or is_working(at, calendar):
        return at
    here = at.astimezone(calendar.zone)
    for ahead in range(_LONGEST_BREAK):
        day = here.date() + timedelta(days=ahead)
        for start, _ in sorted(spans(day, calendar)):
            begins = datetime.combine(day, start, calendar.zone).astimezone(at.tzinfo)
            if begins >= at:
                return begins
    return at


def spans(day: date, calendar: Calendar) -> tuple[Span, ...]:
    """The working spans of `day`. A make-up day (调休) is worked like the first day of the week that is."""
    if day in calendar.make_up_days:
        return calendar.hours[day.weekday()] or next((hours for hours in calendar.hours if hours), ())
    if day in calendar.days_off:
        return ()
    return calendar.hours[day.weekday()]
