"""The customer's watch of its own use once the quarter is over (OB-203): measured, on file, and what that does.

Heard through the quarter, its own heartbeats meet the clock as an attestation does. The clock is not swept before that
has been measured, and nobody is reminded of it while they are heard.
"""

from datetime import datetime, timedelta

from agent.engine import availability
from agent.engine.desk.turn import Turn
from agent.model import Obligation, ObligationState
from agent.rules import availability as rules
from agent.rules import own_use, periods
from agent.rules.availability import Period

SWEPT_AFTER = timedelta(minutes=1)
SOON = timedelta(seconds=1)
LOOKED_BACK = 60
"""So many facts of this sort are looked at, to measure no period twice."""


def look(turn: Turn) -> None:
    """Measure every period that is over and has a clock; and when to look again."""
    if turn.known.watched_at is None or turn.known.watched_at > turn.now:
        return
    ahead: list[datetime] = []
    for about in dict.fromkeys(each.about for each in turn.known.ledger.book("").open() if _is_asked(turn, each)):
        at = _bounds(turn, about).ends_at + rules.SETTLED_AFTER
        if at > turn.now:
            ahead.append(at)
        elif not _is_on_file(turn, about):
            _measure(turn, about)
    turn.known.watched_at = min(ahead, default=None)


def sweep_at(turn: Turn, clock: Obligation) -> datetime | None:
    """When the clock of a period may be swept, where that is not now: not before it was measured."""
    if not _is_asked(turn, clock) or clock.due_at > turn.now:
        return None
    if _is_on_file(turn, clock.about):
        return None
    if _is_written(turn, clock.about):  # the facts of this turn move the clock first
        return turn.now + SOON
    settled_at = _bounds(turn, clock.about).ends_at + rules.SETTLED_AFTER
    turn.known.watched_at = min(turn.known.watched_at or settled_at, settled_at)
    return settled_at + SWEPT_AFTER if settled_at > turn.now else turn.now + SOON


def is_on_its_way(turn: Turn, clock: Obligation) -> bool:
    """Whether its period is watched so far: then nobody needs to be reminded of it."""
    if clock.state is not ObligationState.RUNNING or not _is_asked(turn, clock):
        return False
    so_far = own_use.until(_bounds(turn, clock.about), turn.now - rules.SETTLED_AFTER)
    return own_use.is_watched(_share(turn, so_far))


def _measure(turn: Turn, about: str) -> None:
    """What the period came to, as a fact of its end."""
    period = _bounds(turn, about)
    share = _share(turn, period)
    turn.fact(
        "",
        own_use.FACT,
        at=period.ends_at,
        about=about,
        outcome="watched" if own_use.is_watched(share) else "not_watched",
        share=rules.percent(share),
        probes=sorted(availability.customers(turn.settings)),
    )


def _share(turn: Turn, period: Period) -> float:
    own = availability.customers(turn.settings)
    found = availability.runs(turn.store, turn.settings, period.begins_at, period.ends_at)
    return own_use.share(period, (run for run in found if run.probe in own))


def _is_asked(turn: Turn, clock: Obligation) -> bool:
    """Whether it is a clock of a period that the customer's own watch may meet, and there is one."""
    term = turn.settings.agreement.terms.get(clock.name)
    if term is None or own_use.EVENT not in term.met_by or not periods.is_period(clock.about):
        return False
    return bool(availability.customers(turn.settings)) and clock.due_at >= _bounds(turn, clock.about).ends_at


def _is_on_file(turn: Turn, about: str) -> bool:
    facts = turn.store.facts_of_agent(own_use.FACT, LOOKED_BACK)
    return any(str(each.fact.detail["about"]) == about for each in facts)


def _is_written(turn: Turn, about: str) -> bool:
    """Whether it was measured in this very turn."""
    return any(fact.kind == own_use.FACT and fact.detail["about"] == about for fact in turn.change.facts)


def _bounds(turn: Turn, about: str) -> Period:
    return own_use.bounds(about, turn.settings.agreement.zone)
