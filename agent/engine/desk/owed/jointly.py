"""Changing the agreement is a joint act (fact 14): proposed by the file, told to both parties, in force by both."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.joint import AcceptPart, Compare, RejectPart, Stands
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import AgreementPart, Contact, Link, Notice, NoticeState, NoticeType, PartState, Party, Recipient, Role
from agent.rules import joint, periods, routing
from agent.rules.joint import CLAUSE, Standing

TOLD = 20
"""So many differences stand in a notice; the command has them all."""


def compare(turn: Turn, _: Compare) -> Stands:
    """What becomes of the file's agreement part: in force at once, proposed to both, or as it was."""
    before = turn.known.joint
    decision = joint.compared(before, joint.wanted(turn.settings.part), turn.now)
    for part in decision.parts:
        _put(turn, part)
        _WRITE[part.state](turn, before, part, decision.outcome)
    return stands(turn, decision.outcome)


def accept(turn: Turn, act: AcceptPart, stated: Mapping[str, Any] | None = None) -> Stands:
    """One party's acceptance; with the other's it is in force from now on. `stated`: what its fact says beside it.

    Raises:
        NotFound: no such contact.
        WrongParty: the link or token belongs to the other party.
        Refused: no principal nor the deputy of one, or it is not what they read.
        IllegalStep: nothing waits for that party.
    """
    contact = signer(turn, act)
    stands_now = turn.known.joint
    part = acceptable(turn, contact, act.hash)
    if part is None:
        return stands(turn, is_repeated=True)
    part = joint.accepted(part, contact.party, contact.id, turn.now)
    brought = {**_brought(act), **(stated or {})}
    turn.fact("", "agreement_accepted", by=contact.id, **_said(part), party=contact.party, **brought)
    if not part.is_signed:
        _put(turn, part)
        _tell(turn, part, "accepted", by=contact.id)
    elif part.state is PartState.PROPOSED:
        for each in joint.entered(stands_now, part, turn.now):
            _put(turn, each)
        _enter(turn, stands_now, turn.known.joint.in_force or part, "accepted")
    else:
        _put(turn, part)
        tell_adopted(turn)
    return stands(turn)


def acceptable(turn: Turn, contact: Contact, hash_: str) -> AgreementPart | None:
    """What the contact may accept now; None: their party has accepted it already.

    Raises:
        Refused: it is not what they read.
        IllegalStep: nothing waits, or a colleague has signed what is in force.
    """
    standing = turn.known.joint
    part = standing.proposed or standing.in_force
    if part is None or (part is standing.in_force and joint.wanted(part.text).is_trial):
        raise IllegalStep("nothing waits to be accepted: a trial is signed by nobody", CLAUSE)
    _check_read(part, hash_)
    if not part.accepted_by(contact.party):
        return part
    if part.accepted_by(contact.party) == contact.id or part is standing.proposed:
        return None
    raise IllegalStep(f"the {contact.party} has accepted version {part.version} already", CLAUSE)


def reject(turn: Turn, act: RejectPart, stated: Mapping[str, Any] | None = None) -> Stands:
    """What is proposed does not come into force; the file has to say something else before it is proposed again.

    Raises:
        NotFound, WrongParty, IllegalStep.
        Refused: no principal, no reason, or it is not what they read.
    """
    contact = signer(turn, act)
    part = joint.rejected(rejectable(turn, act), contact.id, act.reason.strip(), turn.now)
    _put(turn, part)
    brought = {**_brought(act), **(stated or {})}
    turn.fact("", "agreement_rejected", by=contact.id, **_said(part), reason=part.reason, **brought)
    _tell(turn, part, "rejected", by=contact.id, reason=part.reason)
    return stands(turn)


def rejectable(turn: Turn, act: RejectPart) -> AgreementPart:
    """What waits, to be rejected.

    Raises:
        IllegalStep: nothing does.
        Refused: no reason, or it is not what they read.
    """
    part = turn.known.joint.proposed
    if part is None:
        raise IllegalStep("nothing waits to be accepted or rejected", CLAUSE)
    _check_read(part, act.hash)
    if not act.reason.strip():
        raise Refused("a rejection needs a reason: the other party reads it", CLAUSE)
    return part


# ---------------------------------------------------------------------------------------- what each new state leaves


def _propose(turn: Turn, stands: Standing, part: AgreementPart, _: str) -> None:
    found = _differences(stands, part)
    turn.fact("", "agreement_proposed", **_said(part), changes=len(found), keys=[each.key for each in found[:TOLD]])
    _link(turn, part)
    _tell(turn, part, "proposed")


def _enter(turn: Turn, stands: Standing, part: AgreementPart, why: str) -> None:
    turn.fact("", "agreement_in_force", **_said(part), provider=part.provider, customer=part.customer, why=why)
    tell_adopted(turn)
    if why != "first" and not joint.wanted(part.text).is_trial:
        _tell(turn, part, "in_force", before=stands.in_force)


def _supersede(turn: Turn, _: Standing, part: AgreementPart, __: str) -> None:
    turn.fact("", "agreement_superseded", **_said(part))


def _withdraw(turn: Turn, _: Standing, part: AgreementPart, __: str) -> None:
    turn.fact("", "agreement_withdrawn", **_said(part))
    _tell(turn, part, "withdrawn")


def _pass(_: Turn, __: Standing, ___: AgreementPart, ____: str) -> None:
    """The one that took its place says so."""


_WRITE: dict[PartState, Callable[[Turn, Standing, AgreementPart, str], None]] = {
    PartState.PROPOSED: _propose,
    PartState.IN_FORCE: _enter,
    PartState.SUPERSEDED: _supersede,
    PartState.WITHDRAWN: _withdraw,
    PartState.PAST: _pass,
}


def tell_adopted(turn: Turn) -> None:
    """OB-105, OB-106: what both parties adopted with what is in force, as of when they did."""
    part = turn.known.joint.in_force
    if part is None:
        return
    file = joint.wanted(part.text)
    provider, customer = part.provider or file.provider, part.customer or file.customer
    at = _adopted_at(turn, part)
    for what in joint.adopted(part):
        turn.fact("", "annex_adopted", at=at, what=what, **_said(part), provider=provider, customer=customer)


def _adopted_at(turn: Turn, part: AgreementPart) -> datetime:
    """When the second one accepted it; of what the file says was adopted, that day; not before its first one."""
    zone = turn.settings.agreement.zone
    signed = [at for at in (part.provider_at, part.customer_at) if at is not None]
    day = joint.wanted(part.text).adopted_on
    if len(signed) < 2 and day is not None:
        signed.append(periods.midnight(day, zone))
    force = periods.force(turn.settings.agreement.effective, None, zone)
    begins = [force.begins_at] if force is not None else []
    return min(max(signed + begins, default=turn.now), turn.now)


# ------------------------------------------------------------------------------------------------------------ telling


def _tell(turn: Turn, part: AgreementPart, event: str, *, before: AgreementPart | None = None, **more: Any) -> None:
    """One notice to the principals and coordinators of each party."""
    stands = turn.known.joint
    found = _differences(Standing(before), part) if before else _differences(stands, part)
    was = before or stands.in_force
    for party in Party:
        notices.let_go(
            turn,
            Notice(
                id=f"terms/{part.number}/{party}/{event}/{int(turn.now.timestamp() * 1000)}",
                incident="",
                seq=0,
                type=NoticeType.TERMS,
                party=party,
                grade=3,
                at=turn.now,
                due_at=turn.now,
                state=NoticeState.RELEASED,
                recipients=_people(turn, party),
                content={
                    "event": event,
                    "version": part.version,
                    "hash": part.hash,
                    "version_before": was.version if was else 0,
                    "differences": [[each.key, each.was, each.now] for each in found[:TOLD]],
                    "more": max(len(found) - TOLD, 0),
                    "accepted": [each for each in (part.provider, part.customer) if each],
                    "waits_for": list(part.waits_for),
                    **more,
                },
                is_loud=event == "proposed",
            ),
        )


def _link(turn: Turn, part: AgreementPart) -> None:
    """A link of their own for everybody whose acceptance it waits for."""
    about = f"terms:{part.number}"
    for contact in turn.settings.contacts.values():
        if contact.party in part.waits_for and joint.may_sign(contact, turn.settings.contacts):
            turn.change.links.append(Link(turn.draw_token(), "", contact.party, contact.id, turn.now, about=about))


def _people(turn: Turn, party: Party) -> tuple[Recipient, ...]:
    found: dict[str, Recipient] = {}
    for role in (Role.PRINCIPAL, Role.COORDINATOR):
        for id_ in routing.contacts_of_role(role, party, turn.settings.contacts):
            found.setdefault(id_, Recipient(id_, f"agreement: role {role}"))
    return tuple(found.values())


# -------------------------------------------------------------------------------------------------------------- small


def _put(turn: Turn, part: AgreementPart) -> None:
    turn.change.parts[part.number] = part
    known = turn.known.joint
    left = {each.number: each for each in (known.in_force, known.proposed, known.newest) if each}
    turn.known.joint = joint.standing([*(left | {part.number: part}).values()])


def stands(turn: Turn, outcome: joint.Outcome = "same", *, is_repeated: bool = False) -> Stands:
    """How the agreement stands, as this turn leaves it."""
    found = turn.known.joint
    newest = found.newest
    is_rejected = outcome == "rejected" and newest is not None
    return Stands(
        in_force=found.in_force,
        proposed=found.proposed,
        differences=_differences(found, found.proposed) if found.proposed else (),
        outcome=outcome,
        rejected=newest if is_rejected else None,
        is_repeated=is_repeated,
    )


def _differences(stands: Standing, part: AgreementPart) -> tuple[joint.Difference, ...]:
    return joint.differences(stands.in_force.text, part.text) if stands.in_force else ()


def signer(turn: Turn, act: AcceptPart | RejectPart) -> Contact:
    """Who accepts or rejects.

    Raises:
        NotFound, WrongParty, Refused: as `accept`.
    """
    contacts = turn.settings.contacts
    contact = contacts.get(act.by)
    if contact is None:
        raise NotFound(f"{act.by[:40]!r} is no contact of the agreement; it knows {', '.join(sorted(contacts))}")
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(f"{contact.id} belongs to the {contact.party}; this comes from the {act.party}", CLAUSE)
    if not joint.may_sign(contact, contacts):
        raise Refused(f"{contact.id} may not: it takes the principal of the {contact.party}, or a deputy", CLAUSE)
    return contact


def _check_read(part: AgreementPart, hash_: str) -> None:
    if hash_ and not part.hash.startswith(hash_):
        raise Refused(f"what waits is {part.hash[:8]}, not {hash_[:8]}: read it again with `tocsin terms diff`", CLAUSE)


def _said(part: AgreementPart) -> dict[str, Any]:
    return {"version": part.version, "hash": part.hash}


def _brought(act: AcceptPart | RejectPart) -> dict[str, Any]:
    return {"means": act.means, "recorded_by": act.recorded_by}
