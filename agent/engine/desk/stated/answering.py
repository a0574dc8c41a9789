"""What the other party says of a statement (fact 15): confirmed, or corrected in words.

A disputed statement stays on record as it was said, marked; so does whatever it discharged (decision 13).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent import metrics
from agent.engine.desk import lookup
from agent.engine.desk.stated import behalf, excluding, signing, waived
from agent.engine.desk.turn import Turn
from agent.engine.stated import Confirm, Confirmed, Correct, Record
from agent.errors import NotFound, Refused, WrongParty
from agent.model import (
    Contact,
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
    contact = _answerer(turn, act)
    is_same = (statement.state, statement.answered_by) == (StatementState.CONFIRMED, contact.id)
    if is_same:
        return Confirmed(statement, is_repeated=True)
    brought_by = behalf.party_of(turn, act.recorded_by)
    statements.check_answer(statement, contact, brought_by, turn.now, is_dispute=False)
    if statement.kind == signing.STATED:
        signing.confirmed(turn, statement, contact)
    if statement.kind == "duty_waived":
        waived.confirmed(turn, statement)
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


def correct(turn: Turn, act: Correct) -> Confirmed:
    """The same of a statement about no incident, whose correction stands on no shared timeline.

    Raises:
        NotFound: no such statement or contact.
        WrongParty, Refused, IllegalStep: fact 15; nothing has changed.
    """
    statement, text = _statement(turn, act.matter, act.statement), act.text.strip()
    contact = _answerer(turn, act)
    if statement.incident:
        raise NotFound(f"{statement.id} is about an incident: it is corrected there")
    if (statement.state, statement.answered_by, statement.answer) == (StatementState.DISPUTED, contact.id, text):
        return Confirmed(statement, is_repeated=True)
    statements.check_answer(statement, contact, behalf.party_of(turn, act.recorded_by), turn.now, is_dispute=True)
    if not text:
        raise Refused("a correction says what was so instead, in words a person would", statements.CLAUSE)
    turn.fact(
        "",
        "statement_disputed",
        by=contact.id,
        about=statement.id,
        party=contact.party,
        act=statement.kind,
        stated_by=statement.by,
        duties=[{"id": each.id, "name": each.name} for each in _discharged(turn, statement)],
        text=text,
        means=act.means,
        recorded_by=act.recorded_by,
    )
    marked = _mark(turn, statement, contact.id, text, statement.matter)
    excluding.disputed(turn, marked)
    return Confirmed(marked)


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
    now = behalf.incident_of(turn, incident.number) or incident
    _mark(turn, statement, entry.by, str(entry.said.get("text", "")), now)


def _mark(turn: Turn, statement: Statement, by: str, words: str, subject: Incident | str) -> Statement:
    """As disputed; those who recorded it are told."""
    marked = statements.answered(statement, StatementState.DISPUTED, by, turn.now, words)
    behalf.put(turn, marked)
    turn.count(metrics.STATEMENTS, "disputed")
    content = {"statements": [behalf.told_of(marked)], "by": by, "said": {"text": words}}
    content |= {"said_at": turn.now.isoformat(), **({"matter": marked.matter} if marked.matter else {})}
    people, of = _recorders(turn, marked), marked.id.rpartition("/")[2]
    behalf.tell(turn, subject, NoticeType.DISPUTE, marked.asked.other, people, content, of)
    return marked


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
    if book is None and not statement.incident:
        return []
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


def _answerer(turn: Turn, act: Confirm | Correct) -> Contact:
    """Who answers, of the party whose link or token it is.

    Raises:
        NotFound, WrongParty
    """
    contact = lookup.contact(turn, act.by)
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(
            f"{contact.id} belongs to the {contact.party}; this comes from the {act.party}", statements.CLAUSE
        )
    return contact


def _statement(turn: Turn, subject: str, named: str) -> Statement:
    """
    Raises:
        NotFound
    """
    kept = behalf.statements_of(turn, subject)
    found = statements.found(kept.values(), named)
    if found is None:
        there = ", ".join(each.rpartition("/")[2] for each in kept) or "none"
        raise NotFound(f"{subject[:40]} has no statement {named[:40]!r}: there is {there}")
    return found
