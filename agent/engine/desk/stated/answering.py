"""What the other party says of a statement (fact 15): confirmed, or corrected in words.

A disputed statement stays on record as it was said, marked; so does whatever it discharged (decision 13).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent import metrics
from agent.engine.desk import lookup
from agent.engine.desk.stated import behalf
from agent.engine.desk.turn import Turn
from agent.engine.stated import Confirm, Confirmed, Record
from agent.errors import NotFound, WrongParty
from agent.model import (
    Entry,
    Incident,
    NoticeType,
    Obligation,
    ObligationState,
    Recipient,
    Role,
    Statement,
    StatementState,
)
from agent.rules import routing, statements

_DISCHARGED = frozenset({ObligationState.MET, ObligationState.MET_LATE})


def confirm(turn: Turn, act: Confirm) -> Confirmed:
    """A person of the other party says that it was so; from then on it reads as said by the person themself.

    Raises:
        NotFound: no such statement or contact.
        WrongParty, Refused, IllegalStep: fact 15; nothing has changed.
    """
    statement = _statement(turn, act.incident, act.statement)
    contact = lookup.contact(turn, act.by)
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(
            f"{contact.id} belongs to the {contact.party}; this comes from the {act.party}", statements.CLAUSE
        )
    is_same = (statement.state, statement.answered_by) == (StatementState.CONFIRMED, contact.id)
    if is_same:
        return Confirmed(statement, is_repeated=True)
    brought_by = behalf.party_of(turn, act.recorded_by)
    statements.check_answer(statement, contact, brought_by, turn.now, is_dispute=False)
    confirmed = statements.answered(statement, StatementState.CONFIRMED, contact.id, turn.now)
    behalf.put(turn, confirmed)
    _confirm_entry(turn, confirmed)
    turn.fact(
        statement.incident,
        "statement_confirmed",
        by=contact.id,
        about=statement.id,
        act=statement.kind,
        party=contact.party,
        means=act.means,
        recorded_by=act.recorded_by,
    )
    turn.count(metrics.STATEMENTS, "confirmed")
    return Confirmed(confirmed)


def addressed(turn: Turn, act: Record, entries: Sequence[Entry]) -> Record:
    """A correction with the statement's whole number, however it was named.

    Raises:
        NotFound: the incident has no such statement.
    """
    return replace(act, about=_statement(turn, act.incident, act.about).id)


def check_dispute(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact of a correction says beside the words: what was said, and which duties it had discharged.

    Raises:
        WrongParty, Refused, IllegalStep: fact 15.
    """
    statement = _statement(turn, incident.number, act.about)
    brought_by = behalf.party_of(turn, act.recorded_by)
    statements.check_answer(statement, lookup.contact(turn, act.by), brought_by, turn.now, is_dispute=True)
    duties = [{"id": each.id, "name": each.name} for each in _discharged(turn, statement)]
    return {"act": statement.kind, "stated_by": statement.by, "duties": duties}


def disputed(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Mark it, and tell those who recorded it."""
    statement = _statement(turn, incident.number, entry.about)
    words = str(entry.said.get("text", ""))
    marked = statements.answered(statement, StatementState.DISPUTED, entry.by, turn.now, words)
    behalf.put(turn, marked)
    turn.count(metrics.STATEMENTS, "disputed")
    content = {"statements": [behalf.told_of(marked)], "by": entry.by, "said": {"text": words}}
    content["said_at"] = entry.at.isoformat()
    people, of = _recorders(turn, marked), marked.id.rpartition("/")[2]
    now = behalf.incident_of(turn, incident.number) or incident
    behalf.tell(turn, now, NoticeType.DISPUTE, marked.asked.other, people, content, of)


def _recorders(turn: Turn, statement: Statement) -> tuple[Recipient, ...]:
    """Who recorded it, where that is a person, and the coordinator of their party."""
    contacts, party = turn.settings.contacts, statement.asked.other
    recorder = contacts.get(statement.recorded_by)
    own = (Recipient(recorder.id, "recorded it"),) if recorder is not None and recorder.party is party else ()
    beside = routing.contacts_of_role(Role.COORDINATOR, party, contacts)
    known = {each.contact for each in own}
    return (*own, *(Recipient(id_, "coordinator: what was recorded is disputed") for id_ in beside if id_ not in known))


def _discharged(turn: Turn, statement: Statement) -> list[Obligation]:
    """The duties that rest on the statement: discharged by that person at that very time."""
    book = turn.known.ledger.books.get(statement.incident)
    rows = book.rows.values() if book else turn.store.obligations(incident=statement.incident, limit=500)[0]
    return [
        each
        for each in rows
        if each.state in _DISCHARGED and (each.discharged_by, each.discharged_at) == (statement.by, statement.at)
    ]


def _confirm_entry(turn: Turn, statement: Statement) -> None:
    """The entry that the statement became knows who confirmed it."""
    number = statement.incident
    known = turn.known.ledger.entries.get(number) or list(turn.store.entries(number))
    for place, each in enumerate(known):
        if each.id == statement.about:
            known[place] = turn.change.entries[each.id] = replace(
                each, confirmed_by=statement.answered_by, confirmed_at=statement.answered_at
            )


def _statement(turn: Turn, incident: str, named: str) -> Statement:
    """
    Raises:
        NotFound
    """
    kept = {each.id: each for each in turn.store.statements(incident)}
    kept.update((id_, each) for id_, each in turn.change.statements.items() if each.incident == incident)
    found = statements.found(kept.values(), named)
    if found is None:
        there = ", ".join(each.rpartition("/")[2] for each in kept) or "none"
        raise NotFound(f"{incident} has no statement {named[:40]!r}: there is {there}; see `tocsin show {incident}`")
    return found
