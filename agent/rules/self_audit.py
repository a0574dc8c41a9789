"""What the agent asks about itself: each check answers with a sentence, "" where all is well.

They say whether the promises are still being kept, not whether a thread turns: a delivery that nobody fetches, an
incident without its next timer, a probe that has stopped looking, evidence that does not hold.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from agent.model import Grade, Incident, Ladder, Obligation, ObligationState, Recovery, SealedFact, State, Term
from agent.rules import chain

OVERDUE: Mapping[Grade, timedelta] = {1: timedelta(minutes=2), 2: timedelta(minutes=5), 3: timedelta(minutes=15)}
"""So long after its turn a delivery may still wait: for a busy endpoint's allowance, behind a graver one."""

LATE = timedelta(seconds=30)
"""What is due by time is swept within a second."""

MEASURED_BY = frozenset({"availability.met", "own_use.watched"})
MEASURED = timedelta(minutes=6)
"""What is measured once its period is over waits so long at most: for its last readings, and its sweep."""

NAMED = 3
"""So many of a kind are named, the rest counted."""


def deliveries(due_since: Mapping[Grade, datetime], now: datetime) -> str:
    """Whether what is due goes out; `due_since`: of each grade, since when the oldest one has been due."""
    for grade in sorted(due_since):
        waited = now - due_since[grade]
        if waited > OVERDUE[grade]:
            return f"a delivery of grade {grade} has been due for {_seconds(waited)}"
    return ""


def timers(
    incidents: Iterable[Incident],
    ladders: Iterable[Ladder],
    obligations: Iterable[Obligation],
    recovery: Recovery,
    now: datetime,
    measured: Container[str] = (),
) -> str:
    """Whether every live incident that waits for something has its next timer, and nothing was slept through.

    `measured`: names of the duties that the agent measures itself once their period is over.
    """
    asking = {ladder.incident for ladder in ladders if ladder.next_at is not None}
    wrong = [fault for each in incidents if (fault := _timer(each, each.number in asking, recovery, now))]
    wrong += [fault for each in obligations if (fault := _owed(each, now, measured))]
    return _listed(wrong)


def measured(terms: Iterable[Term]) -> frozenset[str]:
    """Names of the duties that are met by what the agent measures."""
    return frozenset(term.name for term in terms if not MEASURED_BY.isdisjoint(term.met_by))


def _owed(duty: Obligation, now: datetime, measured: Container[str]) -> str:
    allowed = MEASURED if duty.name in measured else LATE
    if duty.state is ObligationState.RUNNING and now - duty.due_at > allowed:
        return f"{duty.id} fell due {_seconds(now - duty.due_at)} ago and still runs"
    if duty.state.is_open and duty.mark_at is not None and now - duty.mark_at > LATE:
        return f"people were to be reminded of {duty.id} {_seconds(now - duty.mark_at)} ago"
    return ""


def _timer(incident: Incident, is_asking: bool, recovery: Recovery, now: datetime) -> str:
    if incident.wake_at is not None:
        late = now - incident.wake_at
        return f"{incident.number} was to be looked at {_seconds(late)} ago" if late > LATE else ""
    is_settling = incident.state is State.VERIFYING and incident.cleared_at is not None
    if is_settling and incident.cleared_at is not None and incident.cleared_at + recovery.stable[incident.grade] > now:
        return f"{incident.number} is being verified and has no next timer"
    if is_asking and incident.state is State.OPEN:
        return f"{incident.number} asks for an answer and has no next timer"
    return ""


def probes(silent_s: Mapping[str, tuple[float, float]]) -> str:
    """Whether every probe looks when it should: name -> (seconds since its last look, seconds it may take)."""
    late = [(name, since_s) for name, (since_s, allowed_s) in silent_s.items() if since_s > allowed_s]
    return _listed([f"{name} has not looked for {since_s:.0f} s" for name, since_s in late])


def chain_tail(newest: Sequence[SealedFact], known: SealedFact | None, is_whole: bool) -> str:
    """Whether the newest facts hold: each its own hash, each its place after the one before, and none taken away.

    `newest` comes in the order of writing. `known` was the newest when it was looked last; `is_whole`: nothing older
    is on file, so that it must be among them.
    """
    heads: dict[str, SealedFact] = {}
    for sealed in newest:
        incident = sealed.fact.incident
        if not chain.follows(sealed, heads.get(incident)):
            return f"the chain of {incident or 'what belongs to no incident'} does not hold at fact {sealed.seq}"
        heads[incident] = sealed
    if known is None:
        return ""
    same = [each for each in newest if (each.fact.incident, each.seq) == (known.fact.incident, known.seq)]
    if any(each.hash != known.hash for each in same) or (is_whole and not same):
        return f"fact {known.seq} of {known.fact.incident or 'no incident'} is not the one that was written"
    return ""


def _listed(wrong: Sequence[str]) -> str:
    rest = f", and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
    return "; ".join(wrong[:NAMED]) + rest


def _seconds(lasted: timedelta) -> str:
    return f"{lasted.total_seconds():.0f} s"
