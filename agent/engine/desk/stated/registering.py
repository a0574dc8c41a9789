"""The small registers at the desk: a line is put down, and moved on, each time with a fact that moves its clock.

Lines outlive their incidents and are few: they are looked up where an act asks for one, and never held in memory.
"""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from agent.engine.desk import lookup
from agent.engine.desk.stated import behalf, register_told
from agent.engine.desk.turn import Turn
from agent.engine.registered import Advance, Register, Registered
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Contact, Incident, Item, ItemKind, ItemState, Party, Role
from agent.rules import clocks, register, routing, statements
from agent.rules.register import Act

CALLED_BACK = timedelta(days=7)
"""So old may a call be that is put on record."""

LOOKED_BACK = 100
"""Among so many of the newest lines of a sort a repeated one is recognised."""


def put_down(turn: Turn, act: Register) -> Registered:
    """A new line.

    Raises:
        NotFound: no such contact, incident or item.
        WrongParty, Refused, IllegalStep: with the clause; nothing has changed.
    """
    by = lookup.contact(turn, act.by)
    clause = register.clause_of(act.kind, act.what)
    _check_side(by, act.party, clause)
    register.check_new(act.kind, act.what, act.text, by)
    at = statements.acted_at(act.called_at, turn.now - CALLED_BACK, turn.now, clause, "a week ago")
    incident = lookup.incident(turn, act.incident) if act.incident else None
    owner = _owner(turn, act, by)
    named = _named(turn, act, incident)
    item = replace(
        _drafted(turn, act, by, incident, at),
        owner=owner.id if owner else "",
        party=owner.party if owner else by.party,
        state=register.check_owner(act.kind, owner, by) if owner else _FIRST[act.kind],
        items=tuple(each.id for each in named),
    )
    earlier = _earlier(turn, item)
    if earlier is not None:
        return Registered(earlier, is_repeated=True)
    item = _numbered(turn, _dated(turn, item, incident))
    _write(turn, item, register.FACTS[item.kind][item.state], by, act, at=item.at, text=item.text)
    return Registered(item)


def advance(turn: Turn, act: Advance) -> Registered:
    """What is done to a line.

    Raises:
        as `put_down`.
    """
    by = lookup.contact(turn, act.by)
    item = find(turn, act.item)
    if item.is_internal and by.party is Party.CUSTOMER:
        raise NotFound(f"there is no {item.id} in the registers: `tocsin register list` shows what there is")
    _check_side(by, act.party, register.clause_of(item.kind, item.what))
    if register.is_said_already(item, act.act, by):
        return Registered(item, is_repeated=True)
    after = register.step(item, act.act)
    register.check_act(item, act.act, act.text, by, turn.now)
    clause = register.clause_of(item.kind, item.what)
    at = statements.acted_at(act.called_at, item.on_file_at, turn.now, clause, item.id)
    text = act.text.strip()
    told: dict[str, Any] = {"at": at, "text": text, "recorded_by": act.recorded_by}
    if act.act is Act.ACCEPT:
        return _accept(turn, item, after, by, act, told)
    moved = {
        Act.DONE: {"done_by": by.id, "done_at": at, "outcome": text},
        Act.VERIFY: {"verified_by": by.id, "verified_at": at},
        Act.REOPEN: {"done_by": "", "done_at": None, "outcome": ""},
        Act.WITHDRAW: {"ended_by": by.id, "ended_at": at, "reason": text},
    }[act.act]
    item = replace(item, state=after, **moved)  # type: ignore[arg-type]
    if act.act is Act.WITHDRAW and item.period:
        told["due_at"] = register.period_end(item.period, turn.settings.agreement.zone).isoformat()
    _write(turn, item, register.FACTS[item.kind][act.act], by, act, **told)
    return Registered(item)


def find(turn: Turn, id_: str) -> Item:
    """
    Raises:
        NotFound
    """
    found = turn.change.items.get(id_) or turn.store.item(id_)
    if found is None:
        raise NotFound(f"there is no {id_[:40]!r} in the registers: `tocsin register list` shows what there is")
    return found


def decided(turn: Turn, incident: Incident) -> dict[str, Any]:
    """What the fact of a closing says of it, where both parties have decided on improvements already (OB-905)."""
    for item in _of_incident(turn, incident.number):
        if item.kind is ItemKind.DECISION and item.state is ItemState.ACCEPTED:
            return {"decision": item.id}
    return {}


_FIRST = {
    ItemKind.DECISION: ItemState.PROPOSED,
    ItemKind.MAINTENANCE: ItemState.RECORDED,
    ItemKind.ATTESTATION: ItemState.RECORDED,
}


def _accept(turn: Turn, item: Item, after: ItemState, by: Contact, act: Advance, told: dict[str, Any]) -> Registered:
    """One party accepts; the risk of a vulnerability is taken only once both have."""
    other = register.accepted_by(item, by.party.other)
    accepted = {f"accepted_{by.party}": by.id}
    if item.kind is ItemKind.VULNERABILITY and not other:
        item = replace(item, **accepted)  # type: ignore[arg-type]
        _write(turn, item, register.RISK_TAKEN, by, act, **{**told, "for": by.party})
        return Registered(item)
    item = replace(item, state=after, **accepted)  # type: ignore[arg-type]
    if item.kind is ItemKind.IMPROVEMENT:
        item = _dated(turn, item, lookup.incident(turn, item.incident) if item.incident else None)
        told["text"] = item.text
    else:
        told |= {"with": other, "reason": told["text"], "text": item.text}
    _write(turn, item, register.FACTS[item.kind][Act.ACCEPT], by, act, **told)
    return Registered(item)


def _drafted(turn: Turn, act: Register, by: Contact, incident: Incident | None, at: datetime) -> Item:
    """The line as its words make it; owner, number and day follow.

    Raises:
        Refused: only the provider has matters of its own here, and of improvements alone.
    """
    clause = register.clause_of(act.kind, act.what)
    if act.is_internal and (by.party is Party.CUSTOMER or act.kind is not ItemKind.IMPROVEMENT):
        raise Refused("only an improvement of the provider may be its own matter", clause)
    zone = turn.settings.agreement.zone
    is_decision = act.kind is ItemKind.DECISION
    is_known = act.kind is ItemKind.VULNERABILITY
    return Item(
        id="",
        kind=act.kind,
        what=act.what,
        text=act.text.strip(),
        party=by.party,
        origin=by.party,
        by=by.id,
        at=register.check_known_at(act.known_at, by, turn.now) if is_known else at,
        on_file_at=turn.now,
        state=ItemState.PROPOSED,
        due_at=_last_moment(turn, act.due) if act.due and act.kind is ItemKind.IMPROVEMENT else None,
        period=register.check_period(
            act.period, register.period(act.kind, act.what, turn.now, zone), act.kind, act.what
        ),
        incident=incident.number if incident else "",
        is_internal=act.is_internal or (incident is not None and not incident.is_mapped),
        recorded_by=act.recorded_by,
        accepted_provider=by.id if is_decision and by.party is Party.PROVIDER else "",
        accepted_customer=by.id if is_decision and by.party is Party.CUSTOMER else "",
    )


def _owner(turn: Turn, act: Register, by: Contact) -> Contact | None:
    """Who owes it; None for what nobody owes any more."""
    if act.kind not in register.TERMS:
        return None
    if act.owner:
        return lookup.contact(turn, act.owner)
    if act.kind is ItemKind.VULNERABILITY and by.party is Party.CUSTOMER:
        people = routing.contacts_of_role(Role.COORDINATOR, Party.PROVIDER, turn.settings.contacts)
        return turn.settings.contacts[people[0]]
    return by


def _named(turn: Turn, act: Register, incident: Incident | None) -> tuple[Item, ...]:
    """The improvements that a decision is for.

    Raises:
        NotFound, Refused, IllegalStep
    """
    if act.kind is not ItemKind.DECISION:
        return ()
    if incident is None:
        raise Refused("a decision is about an incident: name it", "4.3(c)")
    named = tuple(find(turn, id_) for id_ in act.items)
    if not named and act.what == "items":
        agreed = (each for each in _of_incident(turn, incident.number) if each.kind is ItemKind.IMPROVEMENT)
        named = tuple(each for each in agreed if each.state not in (ItemState.PROPOSED, ItemState.WITHDRAWN))
    register.check_decision(act.what, named, incident)
    return named


def _earlier(turn: Turn, item: Item) -> Item | None:
    """The same line, word for word, that stands already.

    Raises:
        IllegalStep: there is one decision for an incident, and one attestation for a period.
    """
    filed = turn.store.items(kinds=[item.kind], incident=item.incident, limit=LOOKED_BACK)[0]
    alike = {each.id: each for each in filed} | {
        each.id: each for each in turn.change.items.values() if each.kind is item.kind
    }
    for each in alike.values():
        if each.state in (ItemState.WITHDRAWN, ItemState.VERIFIED, ItemState.FIXED):
            continue
        if _words(each) == _words(item):
            return each
        if item.kind is ItemKind.DECISION and each.incident == item.incident:
            raise IllegalStep(f"{each.id} is {each.state}: accept it, or withdraw it first", "4.3(c)")
        is_attested = item.kind is ItemKind.ATTESTATION and (each.what, each.period) == (item.what, item.period)
        if is_attested:
            clause = register.clause_of(item.kind, item.what)
            raise IllegalStep(f"{each.id} states that for {each.period} already: withdraw it first", clause)
    return None


def _words(item: Item) -> tuple[Any, ...]:
    return (item.kind, item.what, item.text, item.by, item.owner, item.incident, item.period, item.items)


def _dated(turn: Turn, item: Item, incident: Incident | None) -> Item:
    """With the day it falls due: its own, else by the limit of its duty; of what is only proposed, later."""
    agreement = turn.settings.agreement
    term = agreement.terms.get(register.TERMS.get(item.kind, ""))
    if term is None or item.state is not ItemState.OPEN or item.due_at is not None:
        return item
    limit = term.limits.get(_grade(item, incident))
    start = max(item.at, turn.now) if item.kind is ItemKind.IMPROVEMENT else item.at
    return replace(item, due_at=clocks.due_at(limit, start, agreement.calendar)) if limit else item


def _grade(item: Item, incident: Incident | None) -> Any:
    return register.GRADES.get(item.what) or (incident.grade if incident else 3)


def _numbered(turn: Turn, item: Item) -> Item:
    """`IMP-20261123-001`: the day in the agreement's zone, and a number within it."""
    day = turn.now.astimezone(turn.settings.agreement.zone).strftime("%Y%m%d")
    stem = f"{register.PREFIXES[item.kind]}-{day}-"
    given = [int(id_.removeprefix(stem)) for id_ in turn.change.items if id_.startswith(stem)]
    last = max(turn.store.last_item(register.PREFIXES[item.kind], day), *given, 0)
    return replace(item, id=f"{stem}{last + 1:03d}")


def _write(turn: Turn, item: Item, kind: str, by: Contact, act: Register | Advance, at: datetime, **told: Any) -> None:
    """The line as it now is, and the fact of it. `about` tells clocks of one sort apart.

    What is recorded on a person's behalf is for the other party to confirm (fact 15).
    """
    turn.change.items[item.id] = item
    incident = lookup.incident(turn, item.incident) if item.incident else None
    detail: dict[str, Any] = {
        "item": item.id,
        "party": item.party,
        "about": item.id if item.kind in register.TERMS else item.period,
        "what": item.what,
        "owner": item.owner,
        "due_at": item.due_at.isoformat() if item.due_at else "",
        "period": item.period,
        "improvements": list(item.items),
        "is_internal": item.is_internal,
        "grade": _grade(item, incident) if item.kind in register.TERMS else "",
        "recorded_by": item.recorded_by,
        "means": act.means if act.means == "phone" else "",
        **told,
    }
    said = {"text": told.get("text", "")}
    if incident is not None and incident.is_mapped and not item.is_internal:
        detail |= behalf.state(turn, incident, kind, by, act, at=at, about=item.id, said=said)
    elif incident is None and not item.is_internal:
        detail |= behalf.state_of(turn, item.id, kind, by, act, at=at, said=said)
    turn.fact(item.incident, kind, by=by.id, at=at, **{name: value for name, value in detail.items() if value})
    register_told.tell(turn, item, kind, by, act, act.text.strip())


def _of_incident(turn: Turn, number: str) -> list[Item]:
    """In the order of the file, as this turn leaves them."""
    filed = {each.id: each for each in turn.store.items_of_incident(number)}
    filed |= {each.id: each for each in turn.change.items.values() if each.incident == number}
    return list(filed.values())


def _last_moment(turn: Turn, due: date) -> datetime:
    """The end of that day, in the agreement's zone.

    Raises:
        Refused: it is over.
    """
    midnight = datetime.combine(due + timedelta(days=1), time(), turn.settings.agreement.zone)
    end = midnight.astimezone(turn.now.tzinfo)
    if end <= turn.now:
        raise Refused(f"{due} is over: name a day to come", "4.3(c)")
    return end


def _check_side(by: Contact, party: Party | None, clause: str) -> None:
    if party is not None and by.party is not party:
        raise WrongParty(f"{by.id} belongs to the {by.party}; this comes from the {party}", clause)
