"""Whether the customer watched its own use through a period (2.3(a), OB-203), by how its own machines were heard.

Each of its heartbeats is pinged under its own token. A minute is watched in which one of them was heard in time; what
nobody knows, because the agent was away or had not begun, is not.
"""

from collections.abc import Iterable
from datetime import date, datetime, tzinfo

from agent.model import Result, Run
from agent.rules import register
from agent.rules.availability import LEAST_COVERAGE, Period
from agent.rules.periods import midnight

CLAUSE = "2.3(a)"
EVENT = "own_use.watched"
FACT = "own_use_measured"

LEAST = LEAST_COVERAGE
"""The share of a period that has to be watched: as much as the availability asks of the provider's own watch."""


def bounds(about: str, zone: tzinfo) -> Period:
    """`2026-Q4`, `2026-11` or `2026`, from its first midnight to that of the next."""
    year, _, part = about.partition("-")
    month = int(part[1:]) * 3 - 2 if part.startswith("Q") else int(part or 1)
    return Period(midnight(date(int(year), month, 1), zone), register.period_end(about, zone))


def share(period: Period, heard: Iterable[Run]) -> float:
    """The share of the period's minutes in which a watch of the customer's was heard; `heard`: the runs of those."""
    minutes = 0
    for run in heard:
        if run.result is Result.OK:
            minutes |= period.within(run.since, run.until)
    return minutes.bit_count() / period.n if period.n else 0.0


def is_watched(share: float) -> bool:
    return share >= LEAST


def until(period: Period, now: datetime) -> Period:
    """As much of it as has passed."""
    return Period(period.begins_at, min(max(now, period.begins_at), period.ends_at))
