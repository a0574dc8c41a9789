"""The small registers: what may follow what, who may, by which clause. Pure; the desk writes what is decided here.

An improvement binds its owner once the owner's own party has agreed; somebody else verifies it. A vulnerability ends
fixed, or with its risk accepted by both parties. Nothing is deleted: what was put down wrongly is withdrawn, with the
reason, by whom it takes nothing from.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Contact, Grade, Incident, Item, ItemKind, ItemState, Party, Role, State

SLIP = timedelta(hours=24)
"""So long a party may take back by itself what it put down wrongly, also where it owes something by it."""

PREFIXES: Mapping[ItemKind, str] = {
    ItemKind.IMPROVEMENT: "IMP",
    ItemKind.DECISION: "DEC",
    ItemKind.VULNERABILITY: "VUL",
    ItemKind.MAINTENANCE: "MNT",
    ItemKind.ATTESTATION: "ATT",
}
SORTS: Mapping[ItemKind, tuple[str, ...]] = {
    ItemKind.IMPROVEMENT: ("",),
    ItemKind.DECISION: ("items", "none"),
    ItemKind.VULNERABILITY: ("critical", "high", "medium"),
    ItemKind.MAINTENANCE: ("maintenance", "hardening"),
    ItemKind.ATTESTATION: ("own_use", "access_review", "training"),
}
GRADES: Mapping[str, Grade] = {"critical": 1, "high": 2, "medium": 3}
"""OB-701: the limits by severity stand in the table of terms as those of grades."""

TERMS: Mapping[ItemKind, str] = {ItemKind.IMPROVEMENT: "improve", ItemKind.VULNERABILITY: "fix_vulnerability"}
"""The duty whose limit an item takes that names no day of its own."""


class Act(StrEnum):
    """What is done to an item that stands in a register."""

    DONE = "done"
    VERIFY = "verify"
    REOPEN = "reopen"  # it was said to be done, and is not
    ACCEPT = "accept"
    WITHDRAW = "withdraw"


_PROPOSED, _OPEN, _DONE = ItemState.PROPOSED, ItemState.OPEN, ItemState.DONE

NEXT: Mapping[ItemKind, Mapping[tuple[ItemState, Act], ItemState]] = {
    ItemKind.IMPROVEMENT: {
        (_PROPOSED, Act.ACCEPT): _OPEN,
        (_OPEN, Act.DONE): _DONE,
        (_DONE, Act.VERIFY): ItemState.VERIFIED,
        (_DONE, Act.REOPEN): _OPEN,
        (_PROPOSED, Act.WITHDRAW): ItemState.WITHDRAWN,
        (_OPEN, Act.WITHDRAW): ItemState.WITHDRAWN,
        (_DONE, Act.WITHDRAW): ItemState.WITHDRAWN,
    },
    ItemKind.DECISION: {
        (_PROPOSED, Act.ACCEPT): ItemState.ACCEPTED,
        (_PROPOSED, Act.WITHDRAW): ItemState.WITHDRAWN,
    },
    ItemKind.VULNERABILITY: {
        (_OPEN, Act.DONE): ItemState.FIXED,
        (_OPEN, Act.ACCEPT): ItemState.ACCEPTED,  # once both have
        (_OPEN, Act.WITHDRAW): ItemState.WITHDRAWN,
    },
    ItemKind.MAINTENANCE: {(ItemState.RECORDED, Act.WITHDRAW): ItemState.WITHDRAWN},
    ItemKind.ATTESTATION: {(ItemState.RECORDED, Act.WITHDRAW): ItemState.WITHDRAWN},
}

FACTS: Mapping[ItemKind, Mapping[str, str]] = {
    ItemKind.IMPROVEMENT: {
        "proposed": "improvement_proposed",
        "open": "improvement_agreed",
        Act.ACCEPT: "improvement_agreed",
        Act.DONE: "improvement_done",
        Act.VERIFY: "improvement_verified",
        Act.REOPEN: "improvement_reopened",
        Act.WITHDRAW: "improvement_withdrawn",
    },
    ItemKind.DECISION: {
        "proposed": "improvements_proposed",
        Act.ACCEPT: "improvements_decided",
        Act.WITHDRAW: "improvements_withdrawn",
    },
    ItemKind.VULNERABILITY: {
        "open": "vulnerability_known",
        Act.DONE: "vulnerability_fixed",
        Act.ACCEPT: "vulnerability_accepted",
        Act.WITHDRAW: "vulnerability_withdrawn",
    },
    ItemKind.MAINTENANCE: {"recorded": "maintenance_done", Act.WITHDRAW: "maintenance_withdrawn"},
    ItemKind.ATTESTATION: {"recorded": "attestation_given", Act.WITHDRAW: "attestation_withdrawn"},
}
"""The fact that an item leaves in the state it begins in, and that each act leaves."""

RISK_TAKEN = "vulnerability_risk_taken"
"""One party accepts the risk of a vulnerability; the other has not yet."""

KINDS = frozenset({RISK_TAKEN, *(fact for facts in FACTS.values() for fact in facts.values())})

_ANYONE = frozenset({Role.PRINCIPAL, Role.COORDINATOR, Role.MEMBER, Role.SECURITY})
_LEADS = frozenset({Role.PRINCIPAL, Role.COORDINATOR})
_ONE_PARTY: Mapping[ItemKind, Party] = {
    ItemKind.MAINTENANCE: Party.PROVIDER,
    ItemKind.ATTESTATION: Party.CUSTOMER,
}


def clause_of(kind: ItemKind, what: str = "") -> str:
    """The clause an item rests on."""
    if kind in (ItemKind.VULNERABILITY, ItemKind.MAINTENANCE):
        return "2.2(e)"
    if kind is ItemKind.ATTESTATION:
        return "2.3(a)" if what == "own_use" else "2.3(e)"
    return "4.3(c)"


def check_new(kind: ItemKind, what: str, text: str, by: Contact) -> None:
    """
    Raises:
        WrongParty, Refused: with the clause.
    """
    clause = clause_of(kind, what)
    if what not in SORTS[kind]:
        known = ", ".join(SORTS[kind]) or "nothing"
        raise Refused(f"{what or 'nothing'!r} is no sort of {kind}: say {known}", clause)
    party = _ONE_PARTY.get(kind)
    if party is not None and by.party is not party:
        raise WrongParty(f"{by.id} belongs to the {by.party}; this is for the {party} to put on record", clause)
    _check_role(by, _LEADS if kind is ItemKind.DECISION else _ANYONE, clause)
    if not text.strip():
        raise Refused("say it in words a person would: the text is empty", clause)


def check_owner(kind: ItemKind, owner: Contact, by: Contact) -> ItemState:
    """The state it begins in: nobody binds the other party, a vulnerability is the provider's to fix (2.2(e)).

    Raises:
        WrongParty, Refused
    """
    clause = clause_of(kind)
    _check_role(owner, _ANYONE, clause)
    if kind is ItemKind.VULNERABILITY:
        if owner.party is not Party.PROVIDER:
            raise WrongParty(f"{owner.id} belongs to the customer: a vulnerability is the provider's to fix", clause)
        return _OPEN
    return _OPEN if owner.party is by.party else _PROPOSED


def check_known_at(known_at: datetime | None, by: Contact, now: datetime) -> datetime:
    """Since when the provider knows: what the customer tells it, it knows from now on.

    Raises:
        Refused
    """
    if known_at is None:
        return now
    if known_at > now:
        raise Refused(f"known at {known_at:%Y-%m-%d %H:%M} UTC: that is to come", "2.2(e)")
    if by.party is Party.CUSTOMER:
        raise Refused("the provider knows what the customer tells it from now on: leave the time out", "2.2(e)")
    return known_at


def check_decision(what: str, named: tuple[Item, ...], incident: Incident) -> None:
    """4.3(c): decided once it is over, on improvements of that very incident that stand in the register.

    Raises:
        IllegalStep, Refused
    """
    if incident.state not in (State.RECOVERED, State.CLOSED):
        raise IllegalStep(f"{incident.number} is {incident.state}: what to improve is decided afterwards", "4.3(c)")
    if what == "none":
        if named:
            raise Refused("either no improvement is needed, or these are", "4.3(c)")
        return
    if not named:
        raise Refused(
            f"{incident.number} has no improvement in the register: add one first, or say that none is needed, and why",
            "4.3(c)",
        )
    for item in named:
        if item.kind is not ItemKind.IMPROVEMENT or item.incident != incident.number:
            raise Refused(f"{item.id} is no improvement of {incident.number}", "4.3(c)")
        if item.state in (_PROPOSED, ItemState.WITHDRAWN):
            raise IllegalStep(f"{item.id} is {item.state}: its owner's party has to accept it first", "4.3(c)")


def step(item: Item, act: Act) -> ItemState:
    """The state after the act.

    Raises:
        IllegalStep: the register has no such step.
    """
    after = NEXT[item.kind].get((item.state, act))
    if after is None:
        may = [str(each) for state, each in NEXT[item.kind] if state is item.state]
        rest = f"possible now: {', '.join(may)}" if may else "nothing follows it"
        clause = clause_of(item.kind, item.what)
        raise IllegalStep(f"{item.id} is {item.state} and cannot be {_PAST[act]}: {rest}", clause)
    return after


def check_act(item: Item, act: Act, text: str, by: Contact, now: datetime) -> None:
    """Whether this person may; `step` comes first.

    Raises:
        WrongParty, Refused: with the clause.
    """
    clause = clause_of(item.kind, item.what)
    _check_role(by, _LEADS if act is Act.ACCEPT and by.id != item.owner else _ANYONE, clause)
    takes_risk = act is Act.ACCEPT and item.kind is ItemKind.VULNERABILITY
    if (takes_risk or act in (Act.REOPEN, Act.WITHDRAW)) and not text.strip():
        raise Refused(f"say why: {item.id} is not {_PAST[act]} without a reason", clause)
    if act is Act.DONE and by.party is not item.party:
        raise WrongParty(f"{item.id} is for the {item.party} to do, and to say that it is done", clause)
    if act in (Act.VERIFY, Act.REOPEN) and by.id in (item.owner, item.done_by):
        raise Refused(f"{by.id} did it: somebody else verifies {item.id}", clause)
    if act is Act.ACCEPT:
        _check_accepts(item, by, clause)
    if act is Act.WITHDRAW:
        _check_withdraws(item, by, now, clause)


def is_said_already(item: Item, act: Act, by: Contact) -> bool:
    """Whether the very person did the very thing: a repeat changes nothing."""
    if act is Act.DONE:
        return item.done_by == by.id and item.state in (_DONE, ItemState.FIXED)
    if act is Act.VERIFY:
        return item.verified_by == by.id and item.state is ItemState.VERIFIED
    if act is Act.ACCEPT:
        return accepted_by(item, by.party) == by.id and item.state is not ItemState.WITHDRAWN
    return act is Act.WITHDRAW and item.ended_by == by.id


def asked_of(item: Item, party: Party) -> tuple[Act, ...]:
    """What a party is asked to do about a line that the other one put down or moved on; () where nothing."""
    if item.is_internal and party is Party.CUSTOMER:
        return ()
    if item.kind is ItemKind.IMPROVEMENT and item.state is _PROPOSED and party is item.party:
        return (Act.ACCEPT, Act.WITHDRAW)
    if item.kind is ItemKind.IMPROVEMENT and item.state is _DONE and party is not item.party:
        return (Act.VERIFY, Act.REOPEN)
    if item.kind is ItemKind.DECISION and item.state is _PROPOSED and not accepted_by(item, party):
        return (Act.ACCEPT, Act.WITHDRAW)
    is_half = item.kind is ItemKind.VULNERABILITY and item.state is _OPEN and bool(accepted_by(item, party.other))
    return (Act.ACCEPT,) if is_half else ()


def accepted_by(item: Item, party: Party) -> str:
    return item.accepted_provider if party is Party.PROVIDER else item.accepted_customer


def period(kind: ItemKind, what: str, at: datetime, zone: tzinfo) -> str:
    """What upkeep or an attestation of that day is for: `2026-11`, `2026-Q4`, `2026`; "" for the rest."""
    here = at.astimezone(zone)
    if kind is ItemKind.MAINTENANCE:
        return f"{here:%Y-%m}"
    if kind is ItemKind.ATTESTATION:
        return f"{here.year}" if what == "training" else f"{here.year}-Q{(here.month + 2) // 3}"
    return ""


_SHAPES = {"2026-11": r"\d{4}-(0[1-9]|1[0-2])", "2026-Q4": r"\d{4}-Q[1-4]", "2026": r"\d{4}"}


def check_period(asked: str, present: str, kind: ItemKind, what: str) -> str:
    """The period that is meant: the present one, where none is asked for.

    Raises:
        Refused: no such period, or one to come.
    """
    if not asked or asked == present:
        return present
    clause = clause_of(kind, what)
    example = next((name for name, shape in _SHAPES.items() if re.fullmatch(shape, present)), "")
    if not present:
        raise Refused(f"a {kind} is for no period: leave it out", clause)
    if not re.fullmatch(_SHAPES[example], asked):
        raise Refused(f"{asked!r} is no period of this: write {example}", clause)
    if asked > present:
        raise Refused(f"{asked} is to come: nothing is done in it yet", clause)
    return asked


def period_end(of: str, zone: tzinfo) -> datetime:
    """The first moment after `2026-11`, `2026-Q4` or `2026`, in UTC."""
    year, _, part = of.partition("-")
    first, months = {"": (1, 12)}.get(part) or ((int(part[1:]) * 3 - 2, 3) if part.startswith("Q") else (int(part), 1))
    after = first + months
    return datetime(int(year) + (after - 1) // 12, (after - 1) % 12 + 1, 1, tzinfo=zone).astimezone(UTC)


def _check_accepts(item: Item, by: Contact, clause: str) -> None:
    if item.kind is ItemKind.IMPROVEMENT and by.party is not item.party:
        raise WrongParty(f"{item.id} is proposed to the {item.party}: that party accepts it", clause)
    if accepted_by(item, by.party):
        raise IllegalStep(f"{accepted_by(item, by.party)} accepted {item.id} for the {by.party} already", clause)


def _check_withdraws(item: Item, by: Contact, now: datetime, clause: str) -> None:
    """What is owed to a party is let go by that party; a slip may be taken back for a day."""
    is_claim = item.kind in TERMS and item.state is not _PROPOSED and not item.is_internal
    is_slip = by.party is item.origin and now - item.on_file_at <= SLIP
    if is_claim and by.party is item.party and not is_slip:
        raise WrongParty(f"{item.id} is owed to the {item.party.other}: that party may let it go", clause)
    if item.kind in _ONE_PARTY and by.party is not item.party:
        raise WrongParty(f"{item.id} is what the {item.party} stated: that party may withdraw it", clause)


def _check_role(by: Contact, roles: frozenset[Role], clause: str) -> None:
    if not roles & set(by.roles):
        raise Refused(f"{by.id} may not: it takes a {', '.join(sorted(roles))} of the {by.party}", clause)


_PAST: Mapping[Act, str] = {
    Act.DONE: "done",
    Act.VERIFY: "verified",
    Act.REOPEN: "opened again",
    Act.ACCEPT: "accepted",
    Act.WITHDRAW: "withdrawn",
}
