"""The end of a recovered incident: what is missing is named; what nobody answers is let go in one reasoned act."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agent.engine.desk.owed import duties
from agent.engine.desk.turn import Turn
from agent.engine.works import Close
from agent.errors import Refused
from agent.model import Incident, ObligationState
from agent.rules import closing, incidents, phases
from agent.rules.closing import Lack


def lacks(turn: Turn, incident: Incident) -> tuple[Lack, ...]:
    """Everything that keeps it from being closed."""
    return closing.lacks(
        incident,
        turn.known.ledger.entries.get(incident.number, ()),
        turn.known.ledger.book(incident.number).rows.values(),
        closing.nobody_waits_from(incident, turn.settings.agreement.calendar),
    )


def check(turn: Turn, incident: Incident, act: Close) -> tuple[Lack, ...]:
    """What the act lets go.

    Raises:
        Refused: with everything that is missing, and the command that would mend each.
    """
    found = lacks(turn, incident)
    if not found:
        return ()
    if not act.waive_rest:
        raise Refused(_said(incident, found), found[0].clause)
    firm = [each for each in found if not each.may_waive]
    if firm:
        raise Refused(_said(incident, firm), firm[0].clause)
    from_ = closing.nobody_waits_from(incident, turn.settings.agreement.calendar)
    if from_ is None or turn.now < from_:
        when = f"{from_:%Y-%m-%d %H:%M} UTC" if from_ else "its recovery"
        raise Refused(f"{incident.number}: the customer has until {when} to answer (4.2(c))", "4.2(c)")
    if not act.note.strip():
        raise Refused("letting go of what is open needs a reason: say it with --note", "4.2(c)")
    return found


def let_go(turn: Turn, incident: Incident, waived: Sequence[Lack], act: Close) -> None:
    """The duties that the customer still owed end as waived by the provider, who is owed them."""
    book = duties.book_of(turn, incident.number)
    for lack in waived:
        if lack.obligation:
            each = book.rows[lack.obligation]
            state = ObligationState.WAIVED
            book.put(replace(each, state=state, discharged_at=turn.now, reason=act.note, mark_at=None))


def without(turn: Turn, incident: Incident) -> list[str]:
    """Phases that have no record, as the fact of the closing says them: in grade 3 none is needed (3.3(c))."""
    return [str(each) for each in phases.missing(turn.known.ledger.entries.get(incident.number, ()), incident)]


def _said(incident: Incident, found: Sequence[Lack]) -> str:
    lines = [f"{each.what} {each.name} ({each.clause}): {each.mend}" for each in found]
    return f"{incident.number} cannot be closed yet; missing: " + "; ".join(lines)


def closes_itself_at(turn: Turn, incident: Incident) -> datetime | None:
    """Grade 3: 24 h after its recovery; while an objection stands, not before nobody waits for the customer."""
    at = incidents.closes_itself_at(incident)
    entries = turn.known.ledger.entries.get(incident.number, ())
    if at is None or closing.open_objection(entries, incident) is None:
        return at
    return max(at, closing.nobody_waits_from(incident, turn.settings.agreement.calendar) or at)
