"""What a clock that was ahead did to the duties, once it is set back: what began in the future began now.

Otherwise a limit of 15 minutes lasts until the old time has come again, and what people do until then meets nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from agent.model import Calendar, Obligation, ObligationState
from agent.rules import clocks, limits, obligations
from agent.rules.obligations import Book, Ground
from agent.rules.reminders import mark_at

_DATED = timedelta(days=1)
"""What is due later than that, and not by its limit, is due on a day that somebody named."""


def is_ahead(book: Book, now: datetime) -> bool:
    """Whether anything that happened to its clocks happened later than now."""
    happened = (
        at
        for each in book.rows.values()
        for at in (each.started_at, each.discharged_at, each.overdue_at, each.paused_at)
    )
    return any(at is not None and at > now for at in happened)


def mend(book: Book, ground: Ground, *, is_standing: bool = False) -> None:
    """Supersede each open clock that began, and undo what was missed, later than now; of what has ended, its times.

    `is_standing`: the clocks of no incident go by the calendar, which comes to their beginning again.
    """
    now = ground.now
    for each in [row for row in book.rows.values() if row.state is not ObligationState.SUPERSEDED]:
        was_missed = each.overdue_at is not None and each.overdue_at > now and each.discharged_at is None
        was_missed |= (
            each.state is ObligationState.LAPSED and each.discharged_at is not None and each.discharged_at > now
        )
        is_ahead = each.started_at > now and not is_standing
        if each.state.is_open or was_missed:
            if is_ahead or was_missed or (each.paused_at is not None and each.paused_at > now):
                obligations.supersede(book, each, _begun_now(each, ground, is_ahead, was_missed))
        elif is_ahead or (each.discharged_at is not None and each.discharged_at > now):
            began = min(each.started_at, now) if is_ahead else each.started_at
            ended = each.discharged_at and min(each.discharged_at, now)
            book.put(replace(each, started_at=began, discharged_at=ended))


def _begun_now(old: Obligation, ground: Ground, is_ahead: bool, was_missed: bool) -> Obligation:
    now, term = ground.now, ground.terms.get(old.name)
    new = replace(
        old,
        state=ObligationState.RUNNING if was_missed else old.state,
        started_at=now if is_ahead else old.started_at,
        on_file_at=now,
        due_at=_due_at(old, now, ground.calendar) if is_ahead else old.due_at,
        marks=0 if was_missed else old.marks,
        overdue_at=None if was_missed else old.overdue_at,
        paused_at=old.paused_at and min(old.paused_at, now),
        discharged_at=None,
        discharged_by="",
    )
    is_running = new.state is ObligationState.RUNNING
    return replace(new, mark_at=mark_at(new, term, now) if term is not None and is_running else new.mark_at)


def _due_at(old: Obligation, now: datetime, calendar: Calendar | None) -> datetime:
    """As much earlier as its limit ends from now on, where it was due by its limit and the pauses."""
    limit = limits.limit(old.limit)
    due = clocks.due_at(limit, old.started_at, calendar)
    if old.paused_s or due == old.due_at:
        return old.due_at - (due - clocks.due_at(limit, now, calendar))
    return old.due_at - (old.started_at - now) if old.due_at - old.started_at <= _DATED else old.due_at
