"""A duty's limit: `15m`, `2wd`, `4wh`, `6mo`, `month_end`, `before 72h`, or the cadence `30m until 2h then 60m`."""

import calendar as months
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.config.units import DURATION, duration

PERIOD_ENDS = ("month_end", "quarter_end", "year_end")

_SPAN = re.compile(r"([0-9]{1,4})(wd|wh|w|mo|y)")
_CADENCE = re.compile(rf"({DURATION}|[0-9]+w[dh])(?: until ({DURATION}) then ({DURATION}|[0-9]+w[dh]))?")
SPAN = rf"{DURATION}|[0-9]{{1,4}}(?:wd|wh|w|mo|y)"
LIMIT = rf"{SPAN}|{'|'.join(PERIOD_ENDS)}|before (?:{SPAN})|(?:{SPAN}) until {DURATION} then (?:{SPAN})"


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time of which some units have no fixed number of seconds. Exactly one field is set."""

    fixed: timedelta = timedelta()
    days: int = 0  # of the calendar, whatever a clock change does to their length
    months: int = 0
    working_days: int = 0
    working: timedelta = timedelta()

    def after(self, at: datetime) -> datetime:
        """The moment so much later on the calendar of `at`'s zone; the 31st becomes a shorter month's last day.

        Working days and hours need the agreement's calendar: here they count as plain ones.
        """
        if self.months:
            month = at.month - 1 + self.months
            year, month = at.year + month // 12, month % 12 + 1
            return at.replace(year=year, month=month, day=min(at.day, months.monthrange(year, month)[1]))
        if self.days or self.working_days:
            return at + timedelta(days=self.days + self.working_days)  # wall time: same clock, later day
        return at + self.fixed + self.working

    @property
    def longest(self) -> timedelta:
        """No calendar makes it longer than this."""
        whole_months = timedelta(days=366 * (self.months // 12) + 31 * (self.months % 12))
        return self.fixed + self.working + whole_months + timedelta(days=self.days + self.working_days)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a term's `limit` says. Exactly one of `span` and `period_end` is set."""

    span: Span | None = None
    period_end: str = ""  # month_end | quarter_end | year_end
    is_before: bool = False  # at least so long before the event, not after it
    until: timedelta | None = None  # a cadence: every `span` until then, later every `later`
    later: Span | None = None


def span(text: str) -> Span:
    """A duration, or `2w`, `6mo`, `1y` by the calendar, `2wd` in working days, `4wh` in working hours.

    Raises:
        ValueError: it is none, or has no unit.
    """
    read = _SPAN.fullmatch(text.strip())
    if not read:
        try:
            return Span(fixed=duration(text))
        except ValueError as fault:
            raise ValueError(f"{fault}; also 2wd, 4wh, 2w, 6mo, 1y") from None
    count = int(read[1])
    match read[2]:
        case "wd":
            return Span(working_days=count)
        case "wh":
            return Span(working=timedelta(hours=count))
        case "w":
            return Span(days=7 * count)
        case "mo":
            return Span(months=_sane(count))
    return Span(months=_sane(12 * count))


def limit(text: str) -> Limit:
    """A term's limit.

    Raises:
        ValueError: it cannot be read.
    """
    text = text.strip()
    if text in PERIOD_ENDS:
        return Limit(period_end=text)
    if text.startswith("before "):
        return Limit(span(text.removeprefix("before ")), is_before=True)
    read = _CADENCE.fullmatch(text)
    if read and read[2]:
        return Limit(span(read[1]), until=duration(read[2]), later=span(read[3]))
    if " " in text:
        raise ValueError(f"{text!r} is no limit: write 15m, 2wd, 4wh, month_end, before 72h, or 30m until 2h then 60m")
    return Limit(span(text))


def _sane(count: int) -> int:
    if count > 1200:
        raise ValueError("longer than a hundred years")
    return count
