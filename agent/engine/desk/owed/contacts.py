"""Contacts kept current (OB-103, 2.1): what the file says otherwise than before is on record and told to the others.

Names, roles and phone numbers are told, addresses of channels never. What the agent read first is no change.
"""

from typing import Any

from agent.engine.desk.told import standing_notices
from agent.engine.desk.turn import Turn
from agent.model import DeliveryState, Manner, Notice, NoticeType, Party, Role
from agent.rules import cards
from agent.rules.cards import About, Changed


def look(turn: Turn, *, is_in_force: bool) -> None:
    """Compare the file's people with those on the cards. Outside the agreement nobody is owed to hear of it."""
    settings, known = turn.settings, turn.known.cards
    changed = cards.changed(known, settings.contacts, settings.endpoints, turn.now)
    for each in changed:
        known[each.contact] = turn.change.contacts[each.contact] = each.card
    if not is_in_force or turn.known.has_no_cards:
        turn.known.has_no_cards = False
        return
    for each in changed:
        turn.fact(
            "", "contact_changed", party=each.party, contact=each.contact, about=each.about, changed=list(each.what)
        )
    for party in Party:
        own = [each for each in changed if each.party is party]
        if own:
            told = [_plain(each) for each in own]
            standing_notices.tell(turn, party.other, "contacts", (Role.COORDINATOR,), party=party, changes=told)


def told(turn: Turn, notice: Notice, delivery: str) -> None:
    """A carrier took the notice for a person of the other party: with the first of them what it tells is told."""
    if notice.type is not NoticeType.AGREEMENT or notice.content.get("event") != "contacts" or notice.is_trial:
        return
    rows = {row.id: row for row in turn.store.deliveries_of(notice.id)}
    rows.update((id_, row) for id_, row in turn.change.deliveries.items() if row.notice == notice.id)
    del rows[delivery]
    if any(row.state is DeliveryState.ACCEPTED and not _is_room(turn, row.endpoint) for row in rows.values()):
        return
    for each in notice.content["changes"]:
        turn.fact("", "contact_told", party=notice.content["party"], contact=each["contact"], about=each["about"])


def _plain(each: Changed) -> dict[str, Any]:
    """What is told of it; who is called how is looked up when it is sent, but for those whom the file names no more."""
    named = {"name": each.card.name} if About.REMOVED in each.what else {}
    return {"contact": each.contact, "about": each.about, "changed": list(each.what), **named}


def _is_room(turn: Turn, endpoint: str) -> bool:
    known = turn.settings.endpoints.get(endpoint)
    return known is not None and known.manner is Manner.GROUP
