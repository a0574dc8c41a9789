"""What people do to an incident. Each act is checked whole before anything changes, and leaves a fact with its name."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

from agent.engine.desk import closing, ladders, notices, report_answers, sides, telling, waiving
from agent.engine.desk.turn import Turn
from agent.engine.works import Acknowledge, Acknowledged, Close, Regrade, Verify, Void
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Acknowledgement, Contact, Grade, Incident, NoticeState, NoticeType, Party, State
from agent.rules import grading, incidents, reporting
from agent.rules.incidents import Event


def acknowledge(turn: Turn, act: Acknowledge) -> Acknowledged:
    """A person answers for their party (4.2(c)); the other party goes on being asked.

    Raises:
        NotFound: no such incident or contact.
        WrongParty: the link or token belongs to the other party.
        IllegalStep: the incident has ended.
    """
    incident = _incident(turn, act.incident)
    contact = _contact(turn, act.contact)
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(
            f"{contact.id} belongs to the {contact.party}; this acknowledges for the {act.party}", "4.2(c)"
        )
    discharges = report_answers.check(turn, incident, contact, act)
    earlier = _acknowledged_by(turn, incident.number, contact.id)
    if earlier is not None and sides.acknowledged(incident, contact.party) and not discharges:
        return Acknowledged(incident.number, contact.id, contact.party, earlier.at, is_repeated=True)
    if incident.state in (State.CLOSED, State.VOID):
        if discharges:  # it is over, and a report of it was never answered
            answered = report_answers.discharge(turn, incident, contact, turn.now, act)
            return Acknowledged(incident.number, contact.id, contact.party, turn.now, False, answered)
        raise IllegalStep(f"{incident.number} is {incident.state}: there is nothing left to acknowledge", "4.2(c)")
    written = Acknowledgement(
        incident=incident.number,
        party=contact.party,
        contact=contact.id,
        at=turn.now,
        means=act.means,
        recorded_by=act.recorded_by,
        address=act.address,
    )
    turn.change.acknowledgements.append(written)
    turn.fact(
        incident.number,
        "acknowledged",
        by=contact.id,
        party=contact.party,
        means=act.means,
        recorded_by=act.recorded_by,
        **_promised(act),
    )
    if not sides.acknowledged(incident, contact.party):
        incident = turn.put(sides.with_acknowledged(incident, contact.party, contact.id))
        ladders.end(turn, incident, contact.party)
    answered = report_answers.discharge(turn, incident, contact, turn.now, act)
    turn.touch(incident.number)
    return Acknowledged(incident.number, contact.id, contact.party, turn.now, is_repeated=False, reports=answered)


def verify(turn: Turn, act: Verify) -> Callable[[], Incident]:
    """A person of the provider states that the function is restored (3.4(d)); the gate still asks for the rest.

    Raises:
        NotFound, WrongParty.
        IllegalStep: signals are still firing, or the incident has ended.
        Refused: the act names a probe that the recovery does not wait for, or has no note.
    """
    incident = _incident(turn, act.incident)
    contact = _contact(turn, act.by)
    if contact.party is not Party.PROVIDER:
        raise WrongParty("recovery is verified by the provider; the customer confirms it afterwards", "3.4(d)")
    if incident.state not in (State.OPEN, State.VERIFYING):
        raise IllegalStep(f"{incident.number} is {incident.state}: there is nothing to verify", "3.4(d)")
    waiving.check(turn, incident, act)
    if incident.state is State.OPEN and waiving.evidence_beside(turn, incident, act):
        raise IllegalStep(f"{incident.number} cannot be verified: signals are still firing; see tocsin show", "3.4(d)")
    if incident.truncated and act.confirm_full:
        turn.fact(incident.number, "truncated_confirmed_clear", by=contact.id, groups=list(incident.truncated))
        incident = replace(incident, truncated=())
    turn.fact(incident.number, "recovery_verified", by=contact.id, note=act.note, recorded_by=act.recorded_by)
    incident = waiving.waive(turn, turn.put(incident), act)
    turn.put(replace(incident, verified_by=contact.id))
    turn.touch(incident.number)
    return lambda: _now(turn, act.incident)


def void(turn: Turn, act: Void) -> Callable[[], Incident]:
    """A false alarm, with its reason; told to whoever was told.

    Raises:
        NotFound, IllegalStep.
        Refused: no reason given.
    """
    incident = _incident(turn, act.incident)
    contact = _contact(turn, act.by)
    if not act.reason.strip():
        raise Refused("a false alarm needs a reason: say what it was", "3.2(a)")
    state = incidents.step(incident.state, Event.VOID)
    turn.fact(incident.number, "incident_voided", by=contact.id, reason=act.reason, recorded_by=act.recorded_by)
    incident = replace(incident, state=state, closed_at=turn.now, reason=act.reason, wake_at=None)
    telling.ended(turn, incident, NoticeType.VOID, reason=act.reason, by=contact.id)
    turn.touch(incident.number)
    return lambda: _now(turn, act.incident)


def close(turn: Turn, act: Close) -> Callable[[], Incident]:
    """The end of a recovered incident.

    Raises:
        NotFound, WrongParty.
        IllegalStep: it has not recovered yet.
        Refused: with everything that is missing, and the command that would mend each.
    """
    incident = _incident(turn, act.incident)
    contact = _contact(turn, act.by)
    if contact.party is not Party.PROVIDER:
        raise WrongParty("the provider closes an incident", "3.4(e)")
    state = incidents.step(incident.state, Event.CLOSE)
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
    )
    turn.put(replace(incident, state=state, closed_at=turn.now, wake_at=None))
    turn.touch(incident.number)
    return lambda: _now(turn, act.incident)


def regrade(turn: Turn, act: Regrade) -> Callable[[], Incident]:
    """A person sets or confirms the grade; lowering needs a reason (3.1, fact 3). What was held is told.

    Raises:
        NotFound.
        Refused: no such grade, or lowered without a reason.
        IllegalStep: the incident is not open.
    """
    incident = _incident(turn, act.incident)
    contact = _contact(turn, act.by)
    if act.grade not in (1, 2, 3):
        raise Refused(f"there is no grade {act.grade}: 1, 2 or 3", "3.1")
    if incident.state not in (State.OPEN, State.VERIFYING):
        raise IllegalStep(f"{incident.number} is {incident.state}: its grade stands", "3.1")
    if act.grade > incident.grade and not act.reason.strip():
        raise Refused("lowering a grade needs a reason", "3.1")
    grade = cast("Grade", act.grade)
    turn.fact(
        incident.number,
        "grade_confirmed" if grade == incident.grade else "grade_set",
        by=contact.id,
        from_grade=incident.grade,
        to_grade=grade,
        reason=act.reason,
        recorded_by=act.recorded_by,
    )
    from_grade = incident.grade
    incident = turn.put(
        replace(
            incident,
            grade=grade,
            is_provisional=False,
            overruled=_proposed(turn, incident) if grade > incident.grade else None,
            graded_at=turn.now if grade != from_grade else incident.graded_at,
            rules=(*incident.rules, "R10") if "R10" not in incident.rules else incident.rules,
        )
    )
    if incident.told_customer is NoticeState.HELD:
        incident = notices.release_at_once(turn, incident)
    if grade != from_grade:
        telling.change(turn, incident, from_grade=from_grade, to_grade=grade, reason=act.reason, by=contact.id)
    turn.touch(incident.number)
    return lambda: _now(turn, act.incident)


def _proposed(turn: Turn, incident: Incident) -> Grade | None:
    """What the evidence says at the moment a person lowers: the same evidence alone raises no more."""
    reports = turn.known.ledger.reports_of(incident.number)
    evidence = (*turn.known.evidence(incident.number), *reporting.evidence_of(reports, turn.settings.contacts))
    return grading.grade(evidence, turn.settings.agreement, turn.now, current=incident).grade


def _incident(turn: Turn, number: str) -> Incident:
    incident = turn.known.incidents.get(number) or turn.known.ended.get(number) or turn.store.incident(number)
    if incident is None:
        raise NotFound(f"there is no incident {number}: `tocsin incidents` lists them")
    return incident


def _promised(act: Acknowledge) -> dict[str, Any]:
    """What was said with an acknowledgement, where anything was."""
    said = {"progress": act.progress} if act.progress else {}
    return {**said, "next_update_at": act.next_update_at.isoformat()} if act.next_update_at else said


def _now(turn: Turn, number: str) -> Incident:
    """The incident as the turn left it."""
    return turn.change.incidents.get(number) or _incident(turn, number)


def _contact(turn: Turn, id_: str) -> Contact:
    contact = turn.settings.contacts.get(id_)
    if contact is None:
        known = ", ".join(sorted(turn.settings.contacts))
        raise NotFound(f"{id_!r} is no contact of the agreement; it knows {known}")
    return contact


def _acknowledged_by(turn: Turn, number: str, contact: str) -> Acknowledgement | None:
    """The contact's last answer."""
    said = (*turn.store.acknowledgements(number), *turn.change.acknowledgements)
    return next((each for each in reversed(said) if each.incident == number and each.contact == contact), None)
