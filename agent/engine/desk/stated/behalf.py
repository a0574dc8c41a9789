"""Acts that were recorded on a person's behalf, at the desk (fact 15): put beside the act, asked about, lapsed.

What the other party answers stands in `answering`.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from agent import metrics
from agent.engine.desk.told import hearing, notices
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
    recorded_by, contacts = act.recorded_by, turn.settings.contacts
    recorded_at = party_of(turn, recorded_by) or Party.PROVIDER
    is_others = is_typed and recorded_by not in ("", contact.id)
    if not is_others and not statements.is_stated(
        contact, recorded_by, recorded_at, act.means, act.called_at, contacts
    ):
        return {}
    number = incident.number
    count = len({each.id for each in (*turn.store.statements(number), *_new(turn, number))})
    put(
        turn,
        Statement(
            id=f"{number}/S{count + 1}",
            incident=number,
            kind=kind,
            about=about,
            party=contact.party,
            by=contact.id,
            at=at,
            on_file_at=turn.now,
            means=act.means or "phone",
            recorded_by=recorded_by,
            asked=recorded_at.other,
            said={name: value for name, value in (said or {}).items() if value not in ("", None)},
        ),
    )
    turn.touch(number)
    turn.count(metrics.STATEMENTS, "stated")
    called = {"called_at": act.called_at.isoformat()} if act.called_at is not None else {}
    return {"statement": f"{number}/S{count + 1}", "on_file_at": turn.now.isoformat(), **called}


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
            ask(turn, each.incident, each.asked)
        else:
            _lapse(turn, each)


def plan(turn: Turn) -> None:
    """When the other party is asked about what is new; of a matter that it has not heard of, not before it has."""
    now: dict[tuple[str, Party], None] = {}
    for id_ in sorted(turn.known.ledger.unasked):
        each = turn.known.ledger.statements[id_]
        incident = incident_of(turn, each.incident) if each.incident in turn.touched else None
        if incident is None:
            continue
        if not hearing.has_heard(turn, incident, each.asked):
            if incident.state in _ENDED:
                _lapse(turn, replace(each, due_at=turn.now), why="never told of the matter")
            continue
        at = statements.asks_at(each.asked, each.party, turn.now, turn.settings.agreement.calendar)
        put(turn, replace(each, asked_at=at))
        if at <= turn.now:
            now[each.incident, each.asked] = None
    for number, asked in now:
        ask(turn, number, asked)


_ENDED = frozenset({State.CLOSED, State.VOID})


def _lapse(turn: Turn, statement: Statement, **detail: Any) -> None:
    put(turn, statements.lapsed(statement))
    about, party, act = statement.id, statement.asked, statement.kind
    turn.fact(statement.incident, "statement_unanswered", about=about, party=party, act=act, **detail)
    turn.count(metrics.STATEMENTS, "unanswered")


def ask(turn: Turn, number: str, asked: Party) -> None:
    """One message about everything of the incident that this party was not asked about so far."""
    incident = incident_of(turn, number)
    waiting = [
        each
        for each in turn.known.ledger.statements.values()
        if each.incident == number and each.asked is asked and each.due_at is None and each.asked_at is not None
    ]
    if incident is None or not waiting:
        return
    due_at = statements.lapses_at(turn.now, turn.settings.agreement.calendar)
    for each in waiting:
        put(turn, replace(each, asked_at=turn.now, due_at=due_at))
    content = {"statements": [told_of(each) for each in waiting], "until": due_at.isoformat()}
    people = _people(turn, asked, waiting)
    tell(turn, incident, NoticeType.STATEMENT, asked, people, content, waiting[0].id.rpartition("/")[2])


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
    }


def tell(
    turn: Turn,
    incident: Incident,
    type_: NoticeType,
    party: Party,
    people: tuple[Recipient, ...],
    what: Mapping[str, Any],
    of: str,
) -> None:
    """A quiet notice about statements, under a number of its own."""
    incident = notices.numbered(turn, incident)
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


def _new(turn: Turn, incident: str) -> list[Statement]:
    return [each for each in turn.change.statements.values() if each.incident == incident]
