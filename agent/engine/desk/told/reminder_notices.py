"""The one message that reminds a contact: what is called for, and what else falls due until then, the next one first.

`content` of such a notice:
    functions, kind, provisional, started_at      of the gravest incident it is about; functions [] where of none
    duties: [{id, name, duty: {lang: text}, clauses, due_at, is_overdue, is_target, incident ("" for the notice's own)}]
    called: [id] those of them that the contact is called for       is_actor: said to who handles the incident
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from agent.engine.desk import pinned
from agent.engine.desk.told import chased, notices
from agent.engine.desk.turn import Turn
from agent.model import (
    Contact,
    Incident,
    Kind,
    Notice,
    NoticeState,
    NoticeType,
    Obligation,
    ObligationState,
    Party,
    Recipient,
    Waiting,
)
from agent.rules import outbox, reminders

Said = Sequence[tuple[Waiting, Obligation]]

AHEAD = timedelta(minutes=10)
"""What falls due before the next message could come is said in this one."""

LOOKED_BACK = timedelta(hours=1)
_MARK = "/reminder/"


def send(turn: Turn, contact: Contact, party: Party, said: Said) -> None:
    """Tell it, under the number of the incident's last notice: it says nothing new of the matter itself."""
    called = [duty for _, duty in said]
    about = min(called, key=_gravest)
    incident = chased.incident_of(turn, about.incident)
    is_actor = all(waiting.is_actor for waiting, _ in said)
    until = max((*(duty.due_at for duty in called), turn.now + AHEAD))
    duties = called if is_actor else [*called, *chased.beside(turn, called, until, party)]
    notice = Notice(
        id=_id(turn, incident, party, contact),
        incident=incident.number if incident else "",
        seq=incident.seq if incident else 0,
        type=NoticeType.REMINDER,
        party=party,
        grade=min((duty.grade for duty in called if duty.grade and reminders.is_pressing(duty)), default=3),
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=(Recipient(contact.id, _why(said)),),
        content={
            **_content(turn, incident, duties),
            "called": [duty.id for duty in called],
            "is_actor": is_actor,
        },
        is_loud=any(reminders.is_pressing(duty) for duty in called),
        is_trial=party is not contact.party,
        generation=int(turn.now.timestamp()),
    )
    notices.let_go(turn, notice)
    if incident is not None:
        _supersede(turn, notice, contact)


def is_reminder(notice: str) -> bool:
    """Whether a notice of this id reminds of duties."""
    return _MARK in notice


def _gravest(duty: Obligation) -> tuple[bool, int, Any]:
    return not duty.incident, duty.grade or 4, duty.due_at


def _next_first(duty: Obligation) -> tuple[bool, Any, str]:
    """What is owed at an incident before what the file owes anyway: who is called at night reads why."""
    return not duty.incident, duty.due_at, duty.id


def _id(turn: Turn, incident: Incident | None, party: Party, contact: Contact) -> str:
    place = f"{incident.number}/{incident.seq}/{party}" if incident else "agent"
    return f"{place}{_MARK}{contact.id}/{int(turn.now.timestamp())}"


def _why(said: Said) -> str:
    reasons = list(dict.fromkeys(f"{duty.name} {waiting.why}" for waiting, duty in said))
    return "; ".join(reasons[:5]) + ("; …" if len(reasons) > 5 else "")


def _content(turn: Turn, incident: Incident | None, duties: Sequence[Obligation]) -> dict[str, Any]:
    own = incident.number if incident else ""
    incidents = [found for number in {duty.incident for duty in duties} if (found := chased.incident_of(turn, number))]
    is_security = any(each.kind is Kind.SECURITY for each in incidents)
    return {
        "functions": list(incident.functions) if incident else [],
        "kind": Kind.SECURITY if is_security else incident.kind if incident else Kind.OTHER,
        "provisional": bool(incident and incident.is_provisional),
        "started_at": incident.started_at.isoformat() if incident else turn.now.isoformat(),
        "duties": [_plain(turn, duty, own) for duty in sorted(duties, key=_next_first)],
    }


def _plain(turn: Turn, duty: Obligation, own: str) -> dict[str, Any]:
    term = pinned.agreement_of(turn, duty.incident).terms.get(duty.name)
    return {
        "id": duty.id,
        "name": duty.name,
        "duty": dict(term.duty) if term else {},
        "clauses": list(duty.clauses),
        "due_at": duty.due_at.isoformat(),
        "is_overdue": duty.state is ObligationState.OVERDUE,
        "is_target": duty.is_target,
        "incident": duty.incident if duty.incident != own else "",
        "subject": duty.incident,
    }


def _supersede(turn: Turn, notice: Notice, contact: Contact) -> None:
    """Where a channel has refused so far, the new one takes the place of the old ones."""
    rows = turn.store.deliveries_for(notice.incident, turn.now - LOOKED_BACK)
    older = [row for row in rows if row.contact == contact.id and is_reminder(row.notice)]
    for newer in [row for row in turn.change.deliveries.values() if row.notice == notice.id]:
        turn.change.put_deliveries(outbox.superseded(older, newer, turn.now))
