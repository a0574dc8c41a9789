"""The duties' clocks at the desk: moved by the facts of a turn, swept when their time has come, put on file.

What a clock does follows from `rules/obligations` alone; here it is looked up, written down and told to the timers.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from agent import metrics
from agent.engine.desk import pinned
from agent.engine.desk.owed import monthly, quarterly
from agent.engine.desk.turn import Turn
from agent.model import Event, Incident, Obligation, ObligationState, Owing, State
from agent.rules import happenings, obligations, pauses, reminders
from agent.rules import set_back as clock_set_back
from agent.rules.obligations import Book, Ground


def settle(turn: Turn) -> None:
    """Let every fact of this turn move the clocks."""
    for fact in tuple(turn.change.facts):
        if fact.kind not in happenings.KINDS:
            continue
        incident = _incident(turn, fact.incident)
        for event in happenings.events_of(fact, incident):
            happen(turn, event)
    write(turn)


def happen(turn: Turn, event: Event) -> None:
    """One event, on the clocks of its incident or on the standing ones."""
    book = book_of(turn, event.incident)
    ground = ground_of(turn, event.incident)
    if event.name == "grade.changed" and event.grade is not None:
        obligations.regraded(book, event.grade, event.at, ground)
    obligations.take(book, event, ground)
    look_at_pauses(book, ground, event.at)


def sweep(turn: Turn) -> None:
    """What fell due since the last look is overdue now, or has lapsed."""
    for (subject, id_), at in turn.known.ledger.clocks.take_due(turn.now):
        book = turn.known.ledger.books.get(subject)
        standing = book.rows.get(id_) if book else None
        if book is None or standing is None:
            continue
        if later := monthly.sweep_at(turn, standing) or quarterly.sweep_at(turn, standing):
            turn.known.ledger.clocks.set((subject, id_), later)
            continue
        metrics.TIMEKEEPER_LATENESS.observe((turn.now - at).total_seconds())
        term = ground_of(turn, subject).terms.get(standing.name)
        ticked, called = reminders.marked(standing, term, turn.now, is_live=_is_live(turn, subject))
        after = obligations.swept(ticked, term, turn.now)
        book.put(after)
        is_late = after.state is ObligationState.OVERDUE and standing.state is not after.state
        if is_late and after.report and after.ob == "OB-301":
            turn.count(metrics.REPORTS_OVERDUE, after.creditor)
        turn.moved[subject] = None
        if called and not quarterly.is_on_its_way(turn, after):
            turn.called.extend((after, call) for call in called)
    write(turn)


def write(turn: Turn) -> None:
    """Put on file what changed, with a fact for each sort of change."""
    for subject in turn.moved:
        book = turn.known.ledger.book(subject)
        by_kind: dict[str, list[Obligation]] = defaultdict(list)
        for id_, was in book.before.items():
            each = turn.change.obligations[id_] = book.rows[id_]
            turn.known.ledger.watch(each)
            if each.state in _OUTCOMES and (was is None or was.state is not each.state):
                turn.count(metrics.OBLIGATIONS, each.name, ",".join(each.clauses), each.state)
            if was is None or (was.state, was.due_at) != (each.state, each.due_at):
                by_kind[KINDS[each.state]].append(each)
        book.before.clear()
        for kind, changed in by_kind.items():
            turn.fact(subject, kind, duties=[_plain(each) for each in changed])
        turn.known.ledger.shorten(subject)
    turn.moved.clear()


def set_back(turn: Turn) -> frozenset[str]:
    """The clock that they began by was ahead: see `rules/set_back`. Whose clocks it touched."""
    for subject, book in list(turn.known.ledger.books.items()):
        if clock_set_back.is_ahead(book, turn.now):
            turn.moved[subject] = None
            clock_set_back.mend(book, ground_of(turn, subject), is_standing=not subject)
    touched = frozenset(turn.moved)
    write(turn)
    return touched


def book_of(turn: Turn, subject: str) -> Book:
    """The clocks of an incident, or of "" for those of none; to be written at the end of the turn."""
    turn.moved[subject] = None
    return turn.known.ledger.book(subject)


def ground_of(turn: Turn, subject: str = "") -> Ground:
    """By what the clocks of an incident go: the agreement pinned to it (rule 7); of "" the one in force."""
    agreement = pinned.agreement_of(turn, subject)
    return Ground(
        terms=agreement.terms,
        calendar=agreement.calendar,
        now=turn.now,
        version=agreement.version,
        hash=agreement.hash,
        is_trial=agreement.is_trial,
    )


KINDS = {
    ObligationState.RUNNING: "obligations_started",
    ObligationState.PAUSED: "obligations_paused",
    ObligationState.OVERDUE: "obligations_overdue",
    ObligationState.MET: "obligations_met",
    ObligationState.MET_LATE: "obligations_met_late",
    ObligationState.WAIVED: "obligations_waived",
    ObligationState.LAPSED: "obligations_lapsed",
    ObligationState.VOID: "obligations_void",
    ObligationState.SUPERSEDED: "obligations_superseded",
}
"""The fact that each new state leaves."""


_OUTCOMES = frozenset(ObligationState) - {ObligationState.RUNNING, ObligationState.PAUSED}


def look_at_pauses(book: Book, ground: Ground, at: datetime) -> None:
    """Rule 4: only an unanswered request for cooperation lets the restoration and reports of who waits stand still."""
    is_waiting = any(each.name == "answer_cooperation" and each.state.is_open for each in book.rows.values())
    for each in book.open():
        term = ground.terms.get(each.name)
        if term is not None and term.may_pause and each.debtor is not Owing.CUSTOMER:
            changed = pauses.paused(each, term, at) if is_waiting else pauses.resumed(each, term, at, ground.calendar)
            if changed is not each:
                book.put(changed)


def _incident(turn: Turn, number: str) -> Incident | None:
    return turn.change.incidents.get(number) or turn.known.incidents.get(number) if number else None


def _is_live(turn: Turn, subject: str) -> bool:
    incident = turn.known.incidents.get(subject)
    return incident is not None and incident.state in (State.OPEN, State.VERIFYING)


def _plain(each: Obligation) -> dict[str, Any]:
    said = {"id": each.id, "name": each.name, "debtor": str(each.debtor), "due_at": each.due_at.isoformat()}
    return said | ({"reason": each.reason} if each.reason else {}) | ({"is_target": True} if each.is_target else {})
