"""What an acknowledgement is about (fact 7, OB-306): the notices that the person's party had been told by then."""

from datetime import datetime
from typing import Any

from agent.engine.desk.turn import Turn
from agent.errors import Refused
from agent.model import Acknowledgement, Contact, Incident, Notice, NoticeType, Party
from agent.rules import answers, statements

CLAUSE = "4.2(c)"

ASKS_ANEW = frozenset({NoticeType.OPENING, NoticeType.CHANGE, NoticeType.RELAPSE})
"""Those that begin to ask a party anew, where they ask."""


def check(turn: Turn, contact: Contact) -> None:
    """
    Raises:
        Refused: an observer, where the party has anybody else to acknowledge for it.
    """
    team = [each for each in turn.settings.contacts_of(contact.party) if not statements.is_observer(each)]
    if statements.is_observer(contact) and team:
        may = ", ".join(each.id for each in team)
        raise Refused(f"{contact.id} observes and cannot acknowledge for the {contact.party}: {may} can", CLAUSE)


def said(turn: Turn, number: str) -> list[Acknowledgement]:
    """All acknowledgements of an incident, this turn's included."""
    return [*turn.store.acknowledgements(number), *(e for e in turn.change.acknowledgements if e.incident == number)]


def told(turn: Turn, number: str, party: Party, at: datetime, up_to: int | None) -> list[Notice]:
    """What a party had been told of an incident by then, up to a number that a person says they had seen."""
    known = {each.id: each for each in turn.store.notices(number)}
    known.update((each.id, each) for each in turn.change.notices.values() if each.incident == number)
    return answers.told(known.values(), party, at, up_to)


def seqs(
    turn: Turn, incident: Incident, party: Party, notices: list[Notice], earlier: list[Acknowledgement]
) -> list[int]:
    """Numbers of the notices that an acknowledgement is about: new ones, and those whose clock still runs."""
    before = max((each.seq for each in earlier if each.party is party), default=0)
    open_rows = turn.known.ledger.book(incident.number).open() if party is Party.CUSTOMER else []
    waited_for = {each.about for each in open_rows if each.name == "acknowledge_notice"}
    return sorted({each.seq for each in notices if each.seq > before or str(each.seq) in waited_for})


def is_overtaken(turn: Turn, number: str, party: Party, seen: int, at: datetime) -> bool:
    """Whether the party was asked anew since: who answers the older notice does not answer that one."""
    newer = told(turn, number, party, turn.now, None)
    return any(each.asks and each.type in ASKS_ANEW and (each.seq > seen or each.at > at) for each in newer)


def told_of(turn: Turn, notice: Notice) -> dict[str, Any]:
    """What the fact of a delivery says for OB-306: whether the grade changed, and who acknowledged it already."""
    if notice.party is not Party.CUSTOMER or notice.is_trial or notice.type not in answers.TO_ACKNOWLEDGE:
        return {}
    told: dict[str, Any] = {"is_regrade": "to_grade" in notice.content} if notice.type is NoticeType.CHANGE else {}
    incident = turn.known.incidents.get(notice.incident)
    if incident is not None and incident.acknowledged_customer:
        own = (each for each in said(turn, notice.incident) if each.party is notice.party and each.seq >= notice.seq)
        first = next(own, None)
        told |= {"acknowledged_by": first.contact} if first else {}
    return told
