"""Clocks that stand still, and run on (rule 4): what stood still is due later by that, in the clock's own time."""

from dataclasses import replace
from datetime import datetime, timedelta

from agent.model import Calendar, Limit, Obligation, ObligationState, Term
from agent.rules import clocks, limits
from agent.rules.reminders import mark_at
from agent.rules.workdays import add_working_hours, working_time


def paused(obligation: Obligation, term: Term, at: datetime) -> Obligation:
    """Stands still while a request for cooperation is unanswered, where the duty may (rule 4)."""
    if not term.may_pause or obligation.state is not ObligationState.RUNNING:
        return obligation
    return replace(obligation, state=ObligationState.PAUSED, paused_at=at, mark_at=None)


def resumed(obligation: Obligation, term: Term, at: datetime, calendar: Calendar | None) -> Obligation:
    """Runs on; what it stood still it is due later."""
    if obligation.paused_at is None:
        return obligation
    running = replace(run_on(obligation, at, calendar), state=ObligationState.RUNNING)
    return replace(running, mark_at=mark_at(running, term, at))


def run_on(obligation: Obligation, at: datetime, calendar: Calendar | None) -> Obligation:
    """Due later by what it stood still, in its own time: a limit in working hours by the working hours of it."""
    since = obligation.paused_at
    if since is None:
        return obligation
    return replace(
        obligation,
        paused_at=None,
        paused_s=obligation.paused_s + max(at - since, timedelta()).total_seconds(),
        due_at=clocks.put_off(obligation.due_at, limits.limit(obligation.limit), since, at, calendar),
    )


def due_from_start(limit: Limit, old: Obligation, calendar: Calendar | None) -> datetime:
    """When another limit would have been due, with the pauses so far; of old working time only the working hours."""
    due, stood = clocks.due_at(limit, old.started_at, calendar), timedelta(seconds=old.paused_s)
    if not clocks.is_working(limit):
        return due + stood
    before = limits.limit(old.limit)
    if clocks.is_working(before):
        stood = working_time(clocks.due_at(before, old.started_at, calendar), old.due_at, calendar)
    return add_working_hours(due, stood, calendar)
