"""A creditor lets a duty go, with a reason (agreement.md 5): the debtor never lets go of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.engine.desk.owed import duties
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import NotFound, Refused
from agent.model import Entry, Incident, Obligation
from agent.rules import obligations, waivers


def named(turn: Turn, act: Record, _: Sequence[Entry]) -> Record:
    """The act with the duty's own id, by whatever name it was called: id, OB number or name.

    Raises:
        NotFound: the incident has no such duty.
        Refused: several are open under that name.
    """
    found = waivers.named(_rows(turn, act.incident), act.about)
    if len(found) > 1:
        ids = ", ".join(each.id for each in found)
        raise Refused(f"{act.about} is owed more than once: name one of {ids}", waivers.CLAUSE)
    if not found:
        raise NotFound(
            f"{act.incident} has no duty {act.about[:60]!r}: `tocsin obligations --incident {act.incident}` lists them"
        )
    return replace(act, about=found[0].id)


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: the duty by name.

    Raises:
        WrongParty, Refused, IllegalStep: see `waivers.check`.
    """
    each = row_of(turn, incident, act.about)
    waivers.check(each, turn.settings.contacts[act.by].party)
    return called(each)


def let_go(turn: Turn, incident: Incident, entry: Entry) -> None:
    """The duty ends; what stood still for an answer runs on (rule 4)."""
    book = duties.book_of(turn, incident.number)
    each = book.rows[entry.about]
    at = max(entry.at, each.started_at)
    if each.overdue_at is not None and each.overdue_at > at:  # said before it was due, confirmed after
        each = replace(each, overdue_at=None)
    book.put(obligations.waived(each, at, entry.by, str(entry.said.get("text", ""))))
    duties.look_at_pauses(book, duties.ground_of(turn, incident.number), at)


def row_of(turn: Turn, incident: Incident, id_: str) -> Obligation:
    """The clock of that id as it now is.

    Raises:
        NotFound
    """
    book = turn.known.ledger.books.get(incident.number)
    found = (book.rows.get(id_) if book else None) or turn.store.obligation(id_)
    if found is None:
        raise NotFound(f"there is no duty {id_[:60]!r}: `tocsin obligations --incident {incident.number}` lists them")
    return found


def called(each: Obligation) -> dict[str, Any]:
    """A duty by its name, as facts tell of it."""
    return {"duty": each.name, "ob": each.ob, "clauses": list(each.clauses)}


def _rows(turn: Turn, incident: str) -> Sequence[Obligation]:
    book = turn.known.ledger.books.get(incident)
    return list(book.rows.values()) if book else turn.store.obligations(incident=incident, limit=500)[0]
