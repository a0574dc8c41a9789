"""The month's availability (1.6, 4.1(a)): which minutes were down, which are left out, and what that makes of a month.

Minutes of a month are the bits of a number: what two probes found is one operation on all 43,200 of them. A minute is
down when a probe of the function failed and none succeeded in it. Probes that look at least once a minute decide it;
one that looks less often is asked only where none of those could tell: what it read an hour ago proves nothing against
a reading of this minute. Unknown is neither good nor bad and never counted as up (fact 12).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo

from agent.model import SYSTEM, Criticality, Function, Result, Run
from agent.rules.measuring import MINUTE
from agent.rules.periods import midnight

LEAST_COVERAGE = 0.95
"""Below it the month cannot be assessed (不可评定)."""

SETTLED_AFTER = timedelta(minutes=3)
"""So long after a minute all its readings are on file."""

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_ONES = re.compile("1+")


@dataclass(frozen=True, slots=True)
class Period:
    """Minutes from one moment to another; `n` of them."""

    begins_at: datetime
    ends_at: datetime

    @property
    def n(self) -> int:
        return max((self.ends_at - self.begins_at) // MINUTE, 0)

    @property
    def all(self) -> int:
        return (1 << self.n) - 1

    def within(self, starts_at: datetime, ends_at: datetime) -> int:
        """The minutes that lie wholly between; of those that touch, none."""
        first = max(-((self.begins_at - starts_at) // MINUTE), 0)
        last = min((ends_at - self.begins_at) // MINUTE, self.n)
        return ((1 << (last - first)) - 1) << first if last > first else 0


@dataclass(frozen=True, slots=True)
class Span:
    """Time that a function is left out, or was to be maintained; of all functions where it names none."""

    starts_at: datetime
    ends_at: datetime
    functions: frozenset[str] = frozenset()

    def covers(self, function: str) -> bool:
        return not self.functions or function in self.functions


@dataclass(frozen=True, slots=True)
class Minutes:
    """Of one function: sets of minutes. What is in neither `up` nor `down` is unknown."""

    up: int = 0
    down: int = 0
    planned: int = 0
    excluded: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """What a month comes to. `total = excluded + unknown + unavailable + available`."""

    total: int  # minutes
    planned: int
    excluded: int
    unavailable: int
    unknown: int

    @property
    def counted(self) -> int:
        """The minutes that are left to count, of which the agent knows."""
        return self.total - self.excluded - self.unknown

    @property
    def coverage(self) -> float:
        """The share of the minutes not excluded of which the agent knows."""
        left = self.total - self.excluded
        return self.counted / left if left else 0.0

    @property
    def can_be_assessed(self) -> bool:
        return self.coverage >= LEAST_COVERAGE

    @property
    def measured(self) -> float | None:
        """The share of the counted minutes in which it was up, whatever the coverage; None where none is counted."""
        return (self.counted - self.unavailable) / self.counted if self.counted else None

    @property
    def ratio(self) -> float | None:
        """The same as a figure of the month: None where it cannot be assessed."""
        return self.measured if self.can_be_assessed else None

    def reaches(self, target: float) -> bool | None:
        """Whether the level is met; None where nobody can say."""
        return None if self.ratio is None else self.ratio >= target - 1e-12


@dataclass(frozen=True, slots=True)
class Outage:
    """Minutes in a row in which it was down."""

    starts_at: datetime
    ends_at: datetime
    excluded: int  # of its minutes

    @property
    def minutes(self) -> int:
        return (self.ends_at - self.starts_at) // MINUTE


@dataclass(frozen=True, slots=True)
class Measured:
    """One function in a month, or the system as a whole."""

    figure: Figure
    if_accepted: Figure | None = None  # were every open exclusion accepted; None: there is none
    outages: tuple[Outage, ...] = ()
    has_readings: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What a month is reckoned from."""

    period: Period
    runs: Sequence[Run] = ()
    planned: Sequence[Span] = ()
    excluded: Sequence[Span] = ()
    disputed: Sequence[Span] = field(default_factory=tuple)  # claimed, and not answered


def is_month(text: str) -> bool:
    """Whether it is one as `2026-11`."""
    return _MONTH.fullmatch(text) is not None


def month(text: str, zone: tzinfo) -> tuple[datetime, datetime]:
    """Begin and end of `2026-11`.

    Raises:
        ValueError: it names no month.
    """
    if not is_month(text):
        raise ValueError(f"{text[:20]!r} is no month: write it as 2026-11")
    first = date.fromisoformat(f"{text}-01")
    return midnight(first, zone), midnight((first + timedelta(days=32)).replace(day=1), zone)


def measured(ground: Ground, functions: Mapping[str, Function]) -> tuple[dict[str, Measured], Measured]:
    """Each function, and the system as a whole: it is down when one of its core functions is."""
    agreed = {name: minutes_of(ground, name, ground.excluded) for name in functions}
    if_accepted = (*ground.excluded, *ground.disputed)
    asked = {name: minutes_of(ground, name, if_accepted) for name in functions} if ground.disputed else {}
    read = {run.function for run in ground.runs}
    each = {
        name: _measured(ground.period, minutes, asked.get(name), has_readings=name in read)
        for name, minutes in agreed.items()
    }
    core = core_of(functions)
    whole = together(ground.period, [agreed[name] for name in core])
    whole_if = together(ground.period, [asked[name] for name in core]) if asked else None
    return each, _measured(ground.period, whole, whole_if, has_readings=not read.isdisjoint(core))


def core_of(functions: Mapping[str, Function]) -> tuple[str, ...]:
    """The functions that the system as a whole stands or falls with: the core ones, else the gravest there are."""
    agreed = {name: each for name, each in functions.items() if name != SYSTEM} or functions
    there = {each.criticality for each in agreed.values()}
    gravest = next(weight for weight in Criticality if weight in there)
    return tuple(name for name, each in agreed.items() if each.criticality is gravest)


def minutes_of(ground: Ground, function: str, excluded: Iterable[Span]) -> Minutes:
    """What the probes of one function found, minute by minute."""
    period = ground.period
    good = {True: 0, False: 0}
    bad = {True: 0, False: 0}
    for run in ground.runs:
        if run.function == function:
            found = good if run.result is Result.OK else bad
            found[run.is_slow] |= period.within(run.since, run.until)
    told = good[False] | bad[False]
    up = good[False] | (good[True] & ~told)
    down = (bad[False] | (bad[True] & ~told)) & ~up
    return Minutes(up, down, _of(period, ground.planned, function), _of(period, excluded, function))


def together(period: Period, functions: Sequence[Minutes]) -> Minutes:
    """The system: down where one is that is not excluded, else excluded where one is, up where all others are."""
    down = excluded = planned = 0
    up = period.all
    for each in functions:
        down |= each.down & ~each.excluded
        excluded |= each.excluded
        planned |= each.planned
        up &= each.up
    excluded &= ~down
    hidden = 0  # down only in what is excluded: an outage of the list all the same
    for each in functions:
        hidden |= each.down & excluded
    return Minutes(up & ~down & ~hidden, down | hidden, planned, excluded)


def figure(period: Period, minutes: Minutes) -> Figure:
    known = minutes.up | minutes.down
    return Figure(
        total=period.n,
        planned=minutes.planned.bit_count(),
        excluded=minutes.excluded.bit_count(),
        unavailable=(minutes.down & ~minutes.excluded).bit_count(),
        unknown=(period.all & ~known & ~minutes.excluded).bit_count(),
    )


def outages(period: Period, minutes: Minutes) -> tuple[Outage, ...]:
    """Every row of down minutes, the excluded ones among them, by its begin."""
    bits = f"{minutes.down:b}"[::-1]
    found = []
    for match in _ONES.finditer(bits) if minutes.down else ():
        first, last = match.span()
        excluded = (minutes.excluded >> first) & ((1 << (last - first)) - 1)
        begins_at = period.begins_at + first * MINUTE
        found.append(Outage(begins_at, begins_at + (last - first) * MINUTE, excluded.bit_count()))
    return tuple(found)


def percent(ratio: float) -> str:
    """`99.953%`, cut off and not rounded: what missed the target never reads as if it had met it."""
    whole, part = divmod(int(ratio * 100_000 + 1e-7), 1000)
    return f"{whole}.{part:03d}%"


def months_between(first: datetime, last: datetime, zone: tzinfo) -> list[str]:
    """The months that the time touches: `2026-11`, `2026-12`."""
    found, day = [], first.astimezone(zone).date().replace(day=1)
    while midnight(day, zone) < max(last, first + MINUTE).astimezone(UTC):
        found.append(f"{day:%Y-%m}")
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _measured(period: Period, agreed: Minutes, asked: Minutes | None, *, has_readings: bool) -> Measured:
    return Measured(
        figure=figure(period, agreed),
        if_accepted=figure(period, asked) if asked is not None else None,
        outages=outages(period, agreed),
        has_readings=has_readings,
    )


def _of(period: Period, spans: Iterable[Span], function: str) -> int:
    found = 0
    for span in spans:
        if span.covers(function):
            found |= period.within(span.starts_at, span.ends_at)
    return found
