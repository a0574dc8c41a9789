"""What people do to an incident. Each act is checked whole before anything changes, and leaves a fact with its name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from agent.engine.desk import lookup, sides
from agent.engine.desk.owed import launched
from agent.engine.desk.seen import waiving
from agent.engine.desk.stated import acknowledging, behalf, closing, recovering, registering, report_answers
from agent.engine.desk.told import ladders, telling
from agent.engine.desk.turn import Turn
from agent.engine.works import Acknowledge, Acknowledged, Close, Verify, Void
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Acknowledgement, Contact, Incident, NoticeType, Party, State
from agent.rules import incidents, restored, statements
from agent.rules.incidents import Event


def acknowledge(turn: Turn, act: Acknowledge) -> Acknowledged:
    """A person answers for their party (4.2(c)); the other party goes on being asked.

    Raises:
        NotFound: no such incident or contact.
        WrongParty: the link or token belongs to the other party.
        IllegalStep: the incident has ended.
        Refused: an observer, a call that lies ahead or before the incident, a report without its progress.
    """
    incident = lookup.incident(turn, act.incident)
    contact = lookup.contact(turn, act.contact)
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(
            f"{contact.id} belongs to the {contact.party}; this acknowledges for the {act.party}", "4.2(c)"
        )
    acknowledging.check(turn, contact)
    at = behalf.acted_at(turn, incident, act, acknowledging.CLAUSE)
    discharges = report_answers.check(turn, incident, contact, act, at)
    about = acknowledging.told(turn, incident.number, contact.party, at, act.up_to)
    seen = max((each.seq for each in about), default=0)
    earlier = acknowledging.said(turn, incident.number)
    own = [each for each in earlier if each.contact == contact.id]
    if sides.acknowledged(incident, contact.party) and not discharges and any(each.seq >= seen for each in own):
        return Acknowledged(incident.number, contact.id, contact.party, own[-1].at, is_repeated=True)
    is_over = incident.state in (State.CLOSED, State.VOID)
    if is_over and not discharges:
        raise IllegalStep(f"{incident.number} is {incident.state}: there is nothing left to acknowledge", "4.2(c)")
    promised, is_typed = _promised(act), act.means == "cli"
    stated = behalf.state(turn, incident, "acknowledged", contact, act, at=at, said=promised, is_typed=is_typed)
    if is_over:  # a report of it was never answered
        answered = report_answers.discharge(turn, incident, contact, at, act, stated)
        return Acknowledged(incident.number, contact.id, contact.party, at, False, answered)
    written = Acknowledgement(
        incident=incident.number,
        party=contact.party,
        contact=contact.id,
        at=at,
        means=act.means,
        recorded_by=act.recorded_by,
        address=act.address,
        seq=seen,
        on_file_at=turn.now if at != turn.now else None,
        statement=stated.get("statement", ""),
    )
    turn.change.acknowledgements.append(written)
    turn.fact(
        incident.number,
        "acknowledged",
        by=contact.id,
        at=at,
        party=contact.party,
        means=act.means,
        recorded_by=act.recorded_by,
        notices=acknowledging.seqs(turn, incident, contact.party, about, earlier),
        **promised,
        **stated,
    )
    if not acknowledging.is_overtaken(turn, incident.number, contact.party, seen, at):
        launched.look_at(turn, incident, contact.party, contact.id, at)
        if not sides.acknowledged(incident, contact.party):
            incident = turn.put(sides.with_acknowledged(incident, contact.party, contact.id))
            ladders.end(turn, incident, contact.party)
    answered = report_answers.discharge(turn, incident, contact, at, act, stated)
    turn.touch(incident.number)
    return Acknowledged(incident.number, contact.id, contact.party, at, is_repeated=False, reports=answered)


def verify(turn: Turn, act: Verify) -> Callable[[], Incident]:
    """A person of the provider states that the function is restored (3.4(d)); the gate still asks for the rest.

    Raises:
        NotFound, WrongParty.
        IllegalStep: signals are still firing, or the incident has ended.
        Refused: an observer, or the act names a probe that the recovery does not wait for, or has no note.
    """
    incident = lookup.incident(turn, act.incident)
    contact = lookup.contact(turn, act.by)
    _check_judges(contact, "recovery is verified by the provider; the customer confirms it afterwards", "3.4(d)")
    if incident.state not in (State.OPEN, State.VERIFYING):
        raise IllegalStep(f"{incident.number} is {incident.state}: there is nothing to verify", "3.4(d)")
    at = behalf.acted_at(turn, incident, act, "3.4(d)")
    restored.check(act.said)
    waiving.check(turn, incident, act)
    if incident.state is State.OPEN and waiving.evidence_beside(turn, incident, act):
        raise IllegalStep(f"{incident.number} cannot be verified: signals are still firing; see tocsin show", "3.4(d)")
    if incident.truncated and act.confirm_full:
        turn.fact(incident.number, "truncated_confirmed_clear", by=contact.id, groups=list(incident.truncated))
        incident = replace(incident, truncated=())
    told = {"note": act.note, **act.said}
    said = behalf.state(turn, incident, "recovery_verified", contact, act, at=at, said=told)
    recovering.verified(turn, incident, contact, act, at)
    turn.fact(incident.number, "recovery_verified", by=contact.id, recorded_by=act.recorded_by, **told, **said)
    incident = waiving.waive(turn, turn.put(incident), act)
    turn.put(replace(incident, verified_by=contact.id))
    turn.touch(incident.number)
    return lambda: lookup.incident_now(turn, act.incident)


def void(turn: Turn, act: Void) -> Callable[[], Incident]:
    """A false alarm, with its reason; told to whoever was told.

    Raises:
        NotFound, WrongParty, IllegalStep.
        Refused: an observer, or no reason given.
    """
    incident = lookup.incident(turn, act.incident)
    contact = lookup.contact(turn, act.by)
    told = f"tell it with tocsin update {incident.number} --by {contact.id} --text …"
    _check_judges(contact, f"the provider judges whether it is a false alarm: {told}", "3.2(a)")
    if not act.reason.strip():
        raise Refused("a false alarm needs a reason: say what it was", "3.2(a)")
    state = incidents.step(incident.state, Event.VOID)
    at = behalf.acted_at(turn, incident, act, "3.2(a)")
    said = behalf.state(turn, incident, "incident_voided", contact, act, at=at, said={"reason": act.reason})
    turn.fact(incident.number, "incident_voided", by=contact.id, reason=act.reason, recorded_by=act.recorded_by, **said)
    incident = replace(incident, state=state, closed_at=turn.now, reason=act.reason, wake_at=None)
    telling.ended(turn, incident, NoticeType.VOID, reason=act.reason, by=contact.id)
    turn.touch(incident.number)
    return lambda: lookup.incident_now(turn, act.incident)


def close(turn: Turn, act: Close) -> Callable[[], Incident]:
    """The end of a recovered incident.

    Raises:
        NotFound, WrongParty.
        IllegalStep: it has not recovered yet.
        Refused: an observer, or with everything that is missing, and the command that would mend each.
    """
    incident = lookup.incident(turn, act.incident)
    contact = lookup.contact(turn, act.by)
    _check_judges(contact, "the provider closes an incident", "3.4(e)")
    state = incidents.step(incident.state, Event.CLOSE)
    at = behalf.acted_at(turn, incident, act, "3.4(e)")
    waived = closing.check(turn, incident, act)
    closing.let_go(turn, incident, waived, act)
    turn.fact(
        incident.number,
        "incident_closed",
        by=contact.id,
        note=act.note,
        recorded_by=act.recorded_by,
        without=closing.without(turn, incident),
        waived=[each.name for each in waived],
        **behalf.state(turn, incident, "incident_closed", contact, act, at=at, said={"note": act.note}),
        **registering.decided(turn, incident),
    )
    turn.put(replace(incident, state=state, closed_at=turn.now, wake_at=None))
    turn.touch(incident.number)
    return lambda: lookup.incident_now(turn, act.incident)


def _check_judges(contact: Contact, whose: str, clause: str) -> None:
    """
    Raises:
        WrongParty: `whose` says that it is the provider's to do.
        Refused: an observer.
    """
    if contact.party is not Party.PROVIDER:
        raise WrongParty(whose, clause)
    if statements.is_observer(contact):
        raise Refused(f"{contact.id} only looks on: it takes somebody of the provider's team", clause)


def _promised(act: Acknowledge) -> dict[str, Any]:
    """What was said with an acknowledgement, where anything was."""
    said = {"progress": act.progress} if act.progress else {}
    return {**said, "next_update_at": act.next_update_at.isoformat()} if act.next_update_at else said
