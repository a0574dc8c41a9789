"""Who stands in for a contact whom no channel reaches: their deputy is told the same notice (2.1, OB-303)."""

from collections.abc import Iterable
from dataclasses import replace

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import Contact, Delivery, Notice, Recipient
from agent.rules import outbox


def stand_in(turn: Turn, notice: Notice, contact: Contact, rows: Iterable[Delivery]) -> None:
    """Tell the deputy of a contact, where no channel of the contact's own gives hope any more; each notice once."""
    own = [row for row in rows if row.contact == contact.id and not outbox.is_room(row, turn.settings.endpoints)]
    if notice.is_trial or any(outbox.is_hopeful(row) for row in own):
        return
    deputy = turn.settings.contacts.get(contact.deputy)
    if deputy is None or any(recipient.contact == deputy.id for recipient in notice.recipients):
        return
    stands_in = Recipient(deputy.id, f"deputy of {contact.id}, whom no channel reached")
    turn.change.notices[notice.id] = replace(notice, recipients=(*notice.recipients, stands_in))
    turn.fact(
        notice.incident,
        "deputy_told",
        party=notice.party,
        type=notice.type,
        seq=notice.seq,
        contact=contact.id,
        deputy=deputy.id,
    )
    notices.deliver(turn, replace(notice, recipients=(stands_in,)))
