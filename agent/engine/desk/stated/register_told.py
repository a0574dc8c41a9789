"""What the other party hears of the registers (3.5, 4.1(c), 4.3(c)): each new line and what is done to it.

Quietly, and in working time. Where that party is to decide, accept or verify, the notice says so and has a link.
The provider's own matters stay with the provider.
"""

from agent.engine.desk.stated import behalf
from agent.engine.desk.told import hearing, standing_notices
from agent.engine.desk.turn import Turn
from agent.engine.registered import Advance, Register
from agent.model import Contact, Item, ItemKind, Role
from agent.rules import register
from agent.rules.register import Act

EVENT = "register"


def tell(turn: Turn, item: Item, fact: str, by: Contact, act: Register | Advance, text: str) -> None:
    """The line as it now is, to the party that did not do it."""
    to = by.party.other
    incident = behalf.incident_of(turn, item.incident) if item.incident else None
    if item.is_internal or (incident is not None and not hearing.has_heard(turn, incident, to)):
        return
    asks = register.asked_of(item, to)
    owner = turn.settings.contacts.get(item.owner)
    also = (owner.id,) if owner is not None and owner.party is to else ()
    roles = (Role.PRINCIPAL, Role.COORDINATOR) if Act.ACCEPT in asks else (Role.COORDINATOR,)
    standing_notices.tell(
        turn,
        to,
        EVENT,
        roles,
        about=f"{item.id}/{fact}",
        also=also,
        item=item.id,
        kind=item.kind,
        what=item.what,
        said=item.text,
        did=_did(item, fact, by, act),
        by=by.id,
        recorded_by=act.recorded_by if behalf.is_stated(turn, by, act) else "",
        owner=item.owner,
        due_at=item.due_at.isoformat() if item.due_at else "",
        period=item.period,
        incident=item.incident,
        items=list(item.items),
        because=text if isinstance(act, Advance) else "",
        asks=[str(each) for each in asks],
    )


def _did(item: Item, fact: str, by: Contact, act: Register | Advance) -> str:
    """The fact's kind, where that alone does not say it: put down by the owner's own party, or declined."""
    if fact == "improvement_agreed" and isinstance(act, Register):
        return "improvement_put_down"
    is_decline = isinstance(act, Advance) and act.act is Act.WITHDRAW and by.party is not item.origin
    if is_decline and item.kind is ItemKind.IMPROVEMENT and by.party is item.party:
        return "improvement_declined"
    if is_decline and item.kind is ItemKind.DECISION:
        return "improvements_declined"
    return fact
