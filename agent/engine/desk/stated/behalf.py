"""Acts that were recorded on a person's behalf, at the desk (fact 15): put beside the act, asked about, lapsed.

What the other party answers stands in `answering`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from agent import metrics
from agent.engine.desk.told import hearing, notices, standing_notices
from agent.engine.desk.turn import Turn
from agent.model import (
    Contact,
    Entry,
    Incident,
    NoticeType,
    Party,
    Recipient,
    Role,
    State,
    Statement,
)
from agent.rules import routing, statements


class Act(Protocol):
    """What every act of a person says of how it came here."""

    @property
    def means(self) -> str: ...
    @property
    def recorded_by(self) -> str: ...
    @property
    def called_at(self) -> datetime | None: ...


def acted_at(turn: Turn, incident: Incident, act: Act, clause: str) -> datetime:
    """When an act was done: of a phone call, when it was made.

    Raises:
        Refused: that lies ahead, or before the incident began.
    """
    return statements.acted_at(act.called_at, incident.started_at, turn.now, clause, incident.number)


def state(
    turn: Turn,
    incident: Incident,
    kind: str,
    contact: Contact,
    act: Act,
    *,
    at: datetime,
    about: str = "",
    said: Mapping[str, Any] | None = None,
    is_typed: bool = False,
) -> dict[str, Any]:
    """What the fact of an act says beside its words where it was recorded on the person's behalf; {} where not.

    `is_typed`: it is no word of the person's own however it came, such as `tocsin ack --as`.
    """
    is_others = is_typed and act.recorded_by not in ("", contact.id)
    if not is_others and not is_stated(turn, contact, act):
        return {}
    turn.touch(incident.number)
    return _put_beside(turn, incident.number, "", kind, contact, act, at, about, said or {})


def state_of(
    turn: Turn, matter: str, kind: str, contact: Contact, act: Act, *, at: datetime, said: Mapping[str, Any]
) -> dict[str, Any]:
    """The same of an act about no incident: a line of a register, a claim, an agreement part."""
    if not is_stated(turn, contact, act):
        return {}
    return _put_beside(turn, "", matter, kind, contact, act, at, matter, said)


def is_stated(turn: Turn, contact: Contact, act: Act) -> bool:
    """Whether an act was recorded on the person's behalf."""
    recorded_at = recorded_at_of(turn, act)
    return statements.is_stated(contact, act.recorded_by, recorded_at, act.means, act.called_at, turn.settings.contacts)


def recorded_at_of(turn: Turn, act: Act) -> Party:
    """The party that recorded it; where nobody proved who they are, the one whose agent this is."""
    return party_of(turn, act.recorded_by) or Party.PROVIDER


def _put_beside(
    turn: Turn,
    incident: str,
    matter: str,
    kind: str,
    contact: Contact,
    act: Act,
    at: datetime,
    about: str,
    said: Mapping[str, Any],
) -> dict[str, Any]:
    """The statement beside the act, and what the act's fact says of it."""
    subject = incident or matter
    id_ = f"{subject}/S{len(statements_of(turn, subject)) + 1}"
    put(
        turn,
        Statement(
            id=id_,
            incident=incident,
            kind=kind,
            about=about,
            party=contact.party,
            by=contact.id,
            at=at,
            on_file_at=turn.now,
            means=act.means or "phone",
            recorded_by=act.recorded_by,
            asked=recorded_at_of(turn, act).other,
            said={name: value for name, value in said.items() if value not in ("", None)},
            matter=matter,
        ),
    )
    turn.count(metrics.STATEMENTS, "stated")
    called = {"called_at": act.called_at.isoformat()} if act.called_at is not None else {}
    return {"statement": id_, "on_file_at": turn.now.isoformat(), **called}


def statements_of(turn: Turn, subject: str) -> dict[str, Statement]:
    """All of an incident or of a matter, as this turn leaves them."""
    found = {each.id: each for each in (*turn.store.statements(subject), *turn.store.statements_of_matter(subject))}
    return found | {id_: each for id_, each in turn.change.statements.items() if each.subject == subject}


def recorded(entry: Entry) -> dict[str, str]:
    """What a notice about somebody's words says of who wrote them down for them."""
    return {"recorded_by": entry.recorded_by} if entry.is_on_behalf else {}


def put(turn: Turn, statement: Statement) -> None:
    """The statement as it now is."""
    turn.change.statements[statement.id] = statement
    turn.known.ledger.keep(statement)


def party_of(turn: Turn, recorded_by: str) -> Party | None:
    """Whose person or token it is; None: nobody proved who they are, or the person used their own link."""
    contact = turn.settings.contacts.get(recorded_by)
    if contact is not None:
        return contact.party
    return next((each.party for each in turn.settings.server.tokens if each.name == recorded_by), None)


def look_at(turn: Turn) -> None:
    """Ask about what may be asked now, and let lapse what nobody answered in its working day."""
    for each in list(turn.known.ledger.statements.values()):
        at = statements.next_at(each)
        if at is None or at > turn.now:
            continue
        if each.due_at is None:
            ask(turn, each.subject, each.asked)
        else:
            _lapse(turn, each)


def plan(turn: Turn) -> None:
    """When the other party is asked about what is new; of a matter that it has not heard of, not before it has."""
    now: dict[tuple[str, Party], None] = {}
    for id_ in sorted(turn.known.ledger.unasked):
        each = turn.known.ledger.statements[id_]
        incident = incident_of(turn, each.incident) if each.incident in turn.touched else None
        if incident is None and not each.matter:
            continue
        if incident is not None and not hearing.has_heard(turn, incident, each.asked):
            if incident.state in _ENDED:
                _lapse(turn, replace(each, due_at=turn.now), why="never told of the matter")
            continue
        at = statements.asks_at(each.asked, each.party, turn.now, turn.settings.agreement.calendar)
        put(turn, replace(each, asked_at=at))
        if at <= turn.now:
            now[each.subject, each.asked] = None
    for subject, asked in now:
        ask(turn, subject, asked)


_ENDED = frozenset({State.CLOSED, State.VOID})


def _lapse(turn: Turn, statement: Statement, **detail: Any) -> None:
    put(turn, statements.lapsed(statement))
    about, party, act = statement.id, statement.asked, statement.kind
    turn.fact(statement.incident, "statement_unanswered", about=about, party=party, act=act, **detail)
    turn.count(metrics.STATEMENTS, "unanswered")


def ask(turn: Turn, subject: str, asked: Party) -> None:
    """One message about everything of the incident or matter that this party was not asked about so far."""
    waiting = [
        each
        for each in turn.known.ledger.statements.values()
        if each.subject == subject and each.asked is asked and each.due_at is None and each.asked_at is not None
    ]
    incident = incident_of(turn, subject)
    if not waiting or (incident is None and not waiting[0].matter):
        return
    due_at = statements.lapses_at(turn.now, turn.settings.agreement.calendar)
    for each in waiting:
        put(turn, replace(each, asked_at=turn.now, due_at=due_at))
    content = {"statements": [told_of(each) for each in waiting], "until": due_at.isoformat()}
    content |= {"matter": waiting[0].matter} if waiting[0].matter else {}
    people, first = _people(turn, asked, waiting), waiting[0]
    tell(turn, incident or first.matter, NoticeType.STATEMENT, asked, people, content, first.id.rpartition("/")[2])


def told_of(statement: Statement) -> dict[str, Any]:
    """One statement, as notices tell of it."""
    return {
        "id": statement.id,
        "act": statement.kind,
        "by": statement.by,
        "party": statement.party,
        "at": statement.at.isoformat(),
        "means": statement.means,
        "recorded_by": statement.recorded_by,
        "said": dict(statement.said),
        "matter": statement.matter,
    }


def tell(
    turn: Turn,
    subject: Incident | str,
    type_: NoticeType,
    party: Party,
    people: tuple[Recipient, ...],
    what: Mapping[str, Any],
    of: str,
) -> None:
    """A quiet notice about statements of an incident, under a number of its own, or of a matter, which has none."""
    if isinstance(subject, str):
        notices.let_go(turn, standing_notices.made(turn, f"{subject}/{type_}/{of}", type_, party, people, what))
        return
    incident = notices.numbered(turn, subject)
    notice = notices.made(turn, incident, type_, party, people, what)
    notice = replace(notice, id=f"{notice.id}/{type_}/{of}")
    notices.let_go(turn, notice)


def _people(turn: Turn, asked: Party, about: list[Statement]) -> tuple[Recipient, ...]:
    """The people who are said to have acted, where they are the party's own, and its coordinator."""
    contacts = turn.settings.contacts
    own = [each.by for each in about if each.party is asked and each.by in contacts]
    told = [Recipient(id_, "said to have acted") for id_ in dict.fromkeys(own)]
    beside = routing.contacts_of_role(Role.COORDINATOR, asked, contacts)
    return (*told, *(Recipient(id_, "coordinator: confirm or correct") for id_ in beside if id_ not in own))


def incident_of(turn: Turn, number: str) -> Incident | None:
    return turn.change.incidents.get(number) or turn.known.incidents.get(number) or turn.store.incident(number)
