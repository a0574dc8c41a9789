"""What the parties hear of an incident: its opening, its changes, its end."""

from datetime import datetime, timedelta
from typing import Any

from agent.engine.desk import sides
from agent.engine.desk.told import gathering, ladders, notices
from agent.engine.desk.turn import Turn
from agent.model import (
    Incident,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    State,
)
from agent.model.hot import replace
from agent.rules import audience, incidents, modifiers

STORM = timedelta(minutes=1)
"""However much joins an incident, its parties hear of it at most once in this time (agreement.md 4 "Joining")."""


def open_to(turn: Turn, incident: Incident) -> Incident:
    """The opening notices that are still missing: one message per contact, launch and link together."""
    seq = incident.seq + 1
    for party in _audience(turn, incident):
        if sides.told(incident, party) is None:
            incident = replace(incident, seq=seq, told_functions=incident.functions, changed_at=turn.now)
            incident = notices.issue(turn, incident, NoticeType.OPENING, party, may_hold=True)
    return turn.put(incident)


def change(turn: Turn, incident: Incident, **what: Any) -> Incident:
    """Tell a change of grade, functions or scope to every party that knows of the incident.

    A raise ends a customer's hold: what was held is told at once, in its present form. Of a probe that never was good
    the customer hears after its quarter of an hour all the same: perhaps it asks the wrong question.
    """
    is_raise = what.get("to_grade", 3) < what.get("from_grade", 3)
    asks = is_raise and incident.state is not State.RECOVERED  # then nobody is called any more
    incident = turn.put(replace(incident, seq=incident.seq + 1, told_functions=incident.functions, changed_at=turn.now))
    for party in _audience(turn, incident):
        told = sides.told(incident, party)
        if is_raise and gathering.take_back(turn, incident, party):
            told = None
        if told is NoticeState.HELD:
            if is_raise and not _must_wait(turn, incident, party):
                incident = notices.release_held(turn, incident, party)
        elif told is None:
            may_hold = not is_raise or _must_wait(turn, incident, party)
            incident = notices.issue(turn, incident, NoticeType.OPENING, party, may_hold=may_hold)
        else:
            incident = notices.issue(turn, incident, NoticeType.CHANGE, party, what=what, asks=asks)
    return turn.put(incident)


def _must_wait(turn: Turn, incident: Incident, party: Party) -> bool:
    """Whether only a probe that never was good says so, and no person has confirmed it."""
    return party is Party.CUSTOMER and incident.is_provisional and notices.is_unproven(turn, incident)


def widened(turn: Turn, incident: Incident) -> Incident:
    """Tell functions that have joined since the last notice; in a storm once a minute, all together."""
    if incident.told_provider is None or incident.functions == incident.told_functions:
        return incident
    at = widens_at(incident)
    if at is not None and at > turn.now:
        return incident
    added = [function for function in incident.functions if function not in incident.told_functions]
    return change(turn, incident, added=added)


def widens_at(incident: Incident) -> datetime | None:
    """When joined functions that were not told yet may be."""
    if incident.functions == incident.told_functions or incident.changed_at is None:
        return None
    return incident.changed_at + STORM


def reopen(turn: Turn, incident: Incident, line: str) -> Incident:
    """Back from recovered within 24 h: acknowledged anew, told to whoever was told (agreement.md 4 "Reopen")."""
    state = incidents.step(incident.state, incidents.Event.REOPEN)
    turn.fact(incident.number, "incident_reopened", line=line)
    incident = replace(
        incident,
        state=state,
        cleared_at=None,
        recovered_at=None,
        verified_by="",
        without=(),
        acknowledged_provider="",
        acknowledged_customer="",
        graded_at=turn.now,
        is_flapping=False,
        seq=incident.seq + 1,
        occurred=modifiers.occurred(incident, turn.now),
    )
    turn.put(incident)
    again = {"was_recovered": True, "same_cause": incident.number}
    for party in _who_knows(incident):
        incident = notices.issue(turn, incident, NoticeType.RELAPSE, party, what=again)
    return turn.put(incident)


def ended(turn: Turn, incident: Incident, type_: NoticeType, **what: Any) -> Incident:
    """Tell a recovery, a void or a close to whoever was told; what is still held stays on record only."""
    for notice in notices.held_of(turn, incident.number):
        if notice.type not in notices.STANDING or type_ is NoticeType.VOID:
            incident = notices.withhold(turn, incident, notice)
    incident = replace(incident, seq=incident.seq + 1)
    for party in _who_knows(incident):
        incident = notices.issue(turn, incident, type_, party, what=what)
    ladders.end(turn, incident)
    return turn.put(incident)


def ask_to_phone(turn: Turn, incident: Incident, lost: Party) -> Incident:
    """Nobody of a party can be reached: the other one is asked to phone, with the numbers."""
    if lost.other not in _who_knows(incident):
        return incident
    people = [contact.id for contact in turn.settings.contacts_of(lost) if contact.phone]
    incident = notices.numbered(turn, incident)
    return notices.issue(turn, incident, NoticeType.PHONE, lost.other, what={"lost": lost, "people": people})


def look_at_held(turn: Turn, incident: Incident) -> Incident:
    """Release what was held long enough."""
    for notice in notices.held_of(turn, incident.number):
        if notice.due_at <= turn.now and _may_be_told(notice, incident):
            incident = notices.release(turn, incident, notices.fresh(turn, incident, notice))
    return incident


def next_held_at(turn: Turn, incident: Incident) -> datetime | None:
    held = notices.held_of(turn, incident.number)
    return min((notice.due_at for notice in held if _may_be_told(notice, incident)), default=None)


def _may_be_told(notice: Notice, incident: Incident) -> bool:
    """An opening only while the incident is open: what is over before its hold is a blip, on record only."""
    return notice.type is not NoticeType.OPENING or incident.state is State.OPEN


def _audience(turn: Turn, incident: Incident) -> tuple[Party, ...]:
    reports = turn.known.ledger.reports_of(incident.number)
    if incident.is_mapped and any(report.party is Party.CUSTOMER for report in reports):
        return tuple(Party)  # it said so itself
    evidence = turn.known.evidence(incident.number)
    return tuple(Party) if audience.may_tell_customer(incident, evidence) else (Party.PROVIDER,)


def _who_knows(incident: Incident) -> tuple[Party, ...]:
    return tuple(party for party in Party if sides.told(incident, party) is NoticeState.RELEASED)
