"""The month's availability once the month is over (OB-801): measured, on file, and what that does to its clock.

The level met meets the clock; missed leaves it to fall overdue; a month that cannot be assessed ends it as void, for
neither can be said of it. So the clock is not swept before its month has been measured.
"""

from datetime import datetime, timedelta

from agent.engine import availability
from agent.engine.availability import Month
from agent.engine.desk.turn import Turn
from agent.model import Exclusion, Obligation
from agent.rules import availability as rules

MET = "availability.met"
FACT = "availability_measured"
SWEPT_AFTER = timedelta(minutes=1)
SOON = timedelta(seconds=1)
"""Of a month that was over before: it is measured in this turn or the next one, and the facts move the clock first."""

LOOKED_BACK = 60
"""So many months on file are looked at, to measure none of them twice."""


def look(turn: Turn) -> None:
    """Measure every month that is over and has a clock; and when to look again."""
    if turn.known.measure_at is None or turn.known.measure_at > turn.now:
        return
    waiting = [each for each in _clocks(turn) if _measured_at(turn, each.about) is None]
    ahead: list[datetime] = []
    for month in dict.fromkeys(each.about for each in waiting):
        at = _settled_at(turn, month)
        if at <= turn.now:
            measure(turn, month)
        else:
            ahead.append(at)
    turn.known.measure_at = min(ahead, default=None)


def measure(turn: Turn, month: str) -> None:
    """What the month came to, as a fact of its end."""
    found = availability.month(turn.store, turn.settings, month, turn.now, turn.change.exclusions)
    figure = found.whole.figure
    turn.known.measured_months[month] = turn.now
    turn.fact(
        "",
        FACT,
        at=found.ends_at,
        month=month,
        about=month,
        outcome=outcome_of(found),
        figure=rules.percent(figure.ratio) if figure.ratio is not None else "",
        coverage=rules.percent(figure.coverage),
        target=rules.percent(found.target),
        minutes=figure.total,
        planned=figure.planned,
        excluded=figure.excluded,
        unavailable=figure.unavailable,
        unknown=figure.unknown,
        disputed=sum(each.state == "open" for each in found.exclusions),
    )


def again(turn: Turn, exclusion: Exclusion) -> None:
    """An exclusion that was answered after the month was measured: the month is measured again."""
    zone = turn.settings.agreement.zone
    for month in rules.months_between(exclusion.starts_at, exclusion.ends_at, zone):
        if _measured_at(turn, month) is not None:
            measure(turn, month)


def sweep_at(turn: Turn, clock: Obligation) -> datetime | None:
    """When the clock of a month may be swept, where that is not now: only what was measured before is missed."""
    term = turn.settings.agreement.terms.get(clock.name)
    if term is None or MET not in term.met_by or not rules.is_month(clock.about):
        return None
    at = _measured_at(turn, clock.about)
    if at is not None:
        return None if at < turn.now else turn.now + SOON
    settled_at = _settled_at(turn, clock.about)
    turn.known.measure_at = min(turn.known.measure_at or turn.now, settled_at)
    return settled_at + SWEPT_AFTER if settled_at > turn.now else turn.now + SOON


def outcome_of(month: Month) -> str:
    """met, missed or not_assessable."""
    reached = month.whole.figure.reaches(month.target)
    return "not_assessable" if reached is None else "met" if reached else "missed"


def _clocks(turn: Turn) -> list[Obligation]:
    terms = turn.settings.agreement.terms
    names = {name for name, term in terms.items() if MET in term.met_by}
    return [each for each in turn.known.ledger.book("").open() if each.name in names and rules.is_month(each.about)]


def _measured_at(turn: Turn, month: str) -> datetime | None:
    """When the month was measured, as far as this agent remembers or finds on file."""
    known = turn.known.measured_months
    if not known:
        told = turn.store.facts_of_agent(FACT, LOOKED_BACK)
        known.update({str(each.fact.detail["month"]): each.fact.at for each in told})
        known.setdefault("", turn.now)
    return known.get(month)


def _settled_at(turn: Turn, month: str) -> datetime:
    """When everything that was read in the month is on file."""
    return rules.month(month, turn.settings.agreement.zone)[1] + rules.SETTLED_AFTER
