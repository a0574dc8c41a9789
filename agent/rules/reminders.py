"""Who of a debtor's people hears of a duty when, so that nobody first hears of it at its due time (rule 6).

In per cent of its limit: 20 % the next person, 50 % the coordinator, 75 % the principal, and of few duties 80 % who
acts already. Overdue, it starts over: a duty of hours in rounds of its own limit, one of days once per working day.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from enum import StrEnum

from agent.model import Calendar, Obligation, ObligationState, Term
from agent.rules import clocks, workdays


class Rung(StrEnum):
    NEXT = "next person"
    COORDINATOR = "coordinator"
    PRINCIPAL = "principal"
    ACTOR = "acting person"


@dataclass(frozen=True, slots=True)
class Call:
    """One rung that has come: who, at which share of the limit, and in which round after the due time."""

    to: Rung
    share: float
    round: int = 0  # 0: before it is due

    @property
    def why(self) -> str:
        """`50 %: coordinator`, `overdue: coordinator`."""
        return f"{'overdue' if self.round else f'{self.share * 100:g} %'}: {self.to}"


Ladder = tuple[tuple[float, Rung], ...]

LADDER: Ladder = ((0.2, Rung.NEXT), (0.5, Rung.COORDINATOR), (0.75, Rung.PRINCIPAL))
_WITH_ACTOR: Ladder = (*LADDER, (0.8, Rung.ACTOR))
_GENTLE: Ladder = ((0.5, Rung.COORDINATOR),)
_LATE: Ladder = ((0.75, Rung.COORDINATOR), (0.75, Rung.PRINCIPAL))
BY_CARRIER = ("first_notice", "change_notice", "recovery_notice")
"""Met when a carrier has taken the notice for those who count; late, people must phone."""

_OTHERWISE: Mapping[str, Ladder] = {
    # met by the agent itself, in the very turn or by its figures; a gap has notices of its own
    **dict.fromkeys(("judge", "monitor", "availability"), ()),
    **dict.fromkeys(BY_CARRIER, _LATE),
}

LONG = timedelta(hours=24)
"""A duty of so long or longer is no matter of the night."""

SHORTEST_ROUND = timedelta(minutes=15)
DAY = timedelta(days=1)


def ladder(term: Term) -> Ladder:
    """(share of the limit, who hears of it), in order; () nobody. A right is mentioned once, and never pressed."""
    if term.is_right:
        return _GENTLE
    return _OTHERWISE.get(term.name, _WITH_ACTOR if term.reminds_actor else LADDER)


def mark_at(obligation: Obligation, term: Term, now: datetime) -> datetime | None:
    """When the next person hears of it; None: nobody will. Of what is overdue, not before `now`."""
    rungs = ladder(term)
    if obligation.state is ObligationState.OVERDUE:
        return _after_due(obligation, now) if rungs else None
    if obligation.marks >= len(rungs):
        return None
    return clocks.share_at(rungs[obligation.marks][0], obligation.started_at, obligation.due_at)


def overdue(obligation: Obligation, term: Term | None, now: datetime) -> Obligation:
    """The same duty with its ladder begun anew, now that it is overdue."""
    if term is None:
        return replace(obligation, mark_at=None)
    begun = replace(obligation, marks=len(ladder(term)))
    return replace(begun, mark_at=mark_at(begun, term, now))


def marked(
    obligation: Obligation, term: Term | None, now: datetime, *, is_live: bool = True
) -> tuple[Obligation, list[Call]]:
    """The duty with the rungs ticked that have come, and who is to hear of it. `is_live`: its incident goes on.

    Rungs missed while nobody looked are called together, each once however many rounds went by.
    """
    if term is None or not ladder(term):
        return replace(obligation, mark_at=None), []
    if obligation.mark_at is None or obligation.mark_at > now:
        return obligation, []
    if obligation.state is ObligationState.OVERDUE:
        return _marked_late(obligation, term, now, is_live and is_pressing(obligation))
    called: list[Call] = []
    while obligation.mark_at is not None and obligation.mark_at <= now:
        share, rung = ladder(term)[obligation.marks]
        called.append(Call(rung, share))
        obligation = replace(obligation, marks=obligation.marks + 1)
        obligation = replace(obligation, mark_at=mark_at(obligation, term, now))
    return obligation, called


def is_pressing(obligation: Obligation) -> bool:
    """Whether it is a matter of minutes or hours in grade 1 or 2: told at any hour, loudly."""
    return obligation.grade in (1, 2) and obligation.due_at - obligation.started_at < LONG


def said_from(
    obligation: Obligation, term: Term, now: datetime, calendar: Calendar | None, *, is_live: bool = True
) -> datetime:
    """When it may be said. Minutes and hours of grade 1 and 2 are for any hour, all else is for working time.

    Once overdue they are so for a day, and only while the incident goes on. A longer one of these grades is said at
    night where working time would come too late. A right waits, and may lapse meanwhile.
    """
    worked = workdays.next_working(now, calendar)
    if term.is_right or obligation.grade not in (1, 2):
        return worked
    if obligation.state is ObligationState.OVERDUE:
        is_fresh = is_pressing(obligation) and is_live and now < obligation.due_at + LONG
        return now if is_fresh else worked
    return now if is_pressing(obligation) or obligation.due_at <= worked else worked


def rests_until(answered_at: datetime, calendar: Calendar | None) -> datetime:
    """Until when what is overdue is not called for again after a person of the party answered: the next working day."""
    if calendar is None:
        return answered_at + DAY
    tomorrow = answered_at.astimezone(calendar.zone).date() + DAY
    return workdays.next_working(datetime.combine(tomorrow, time(), calendar.zone), calendar)


def _marked_late(obligation: Obligation, term: Term, now: datetime, is_hurried: bool) -> tuple[Obligation, list[Call]]:
    at, passed = obligation.mark_at or now, obligation.marks - len(ladder(term))
    if not is_hurried:
        days = (now - at) // DAY + 1
        rungs = (Rung.COORDINATOR,) if passed > 0 else (Rung.COORDINATOR, Rung.PRINCIPAL)
        called = [Call(rung, 1, passed + 1) for rung in rungs]
        return replace(obligation, marks=obligation.marks + days, mark_at=at + days * DAY), called
    length = _round(obligation)
    missed = (now - at) // length
    at, passed = at + missed * length, passed + missed * len(LADDER)
    heard = dict.fromkeys(rung for _, rung in LADDER) if missed else {}
    while at <= now:
        share, rung = LADDER[passed % len(LADDER)]
        following = LADDER[(passed + 1) % len(LADDER)][0]
        heard[rung] = None
        at, passed = at + length * (following - share if following > share else 1 - share + following), passed + 1
    round_ = (passed - 1) // len(LADDER) + 1
    ticked = replace(obligation, marks=len(ladder(term)) + passed, mark_at=at)
    return ticked, [Call(rung, share, round_) for share, rung in LADDER if rung in heard]


def _after_due(obligation: Obligation, now: datetime) -> datetime:
    """The first rung after the due time that is still to come."""
    if not is_pressing(obligation):
        days = max((now - obligation.due_at) // DAY, 0)
        return obligation.due_at + (days * DAY if obligation.due_at + days * DAY >= now else (days + 1) * DAY)
    length = _round(obligation)
    first = obligation.due_at + length * LADDER[0][0]
    return first if first >= now else first + ((now - first) // length + 1) * length


def _round(obligation: Obligation) -> timedelta:
    return max(obligation.due_at - obligation.started_at, SHORTEST_ROUND)
