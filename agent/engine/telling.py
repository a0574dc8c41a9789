"""Notices: what is to be told to whom, from when on, and the deliveries that begin it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from agent.engine import symptoms
from agent.engine.turn import Turn
from agent.model import (
    Incident,
    Ladder,
    Link,
    Manner,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    Recipient,
    Role,
    State,
)
from agent.rules import audience, escalation, incidents, outbox, routing, workdays
from agent.rules.routing import Told

STORM = timedelta(minutes=1)
"""However much joins an incident, its parties hear of it at most once in this time (agreement.md 4 "Joining")."""

UNPROVEN = timedelta(minutes=15)
"""How long a fault seen only by probes that never were good is told to the provider alone."""

ASKING = frozenset({NoticeType.OPENING, NoticeType.RELAPSE, NoticeType.ASK_AGAIN, NoticeType.ESCALATION})
"""Types that ask for an acknowledgement."""


def open_to(turn: Turn, incident: Incident) -> Incident:
    """The opening notices that are still missing: one message per contact, launch and link together."""
    seq = incident.seq + 1
    for party in _audience(turn, incident):
        if _told(incident, party) is None:
            incident = replace(incident, seq=seq, told_functions=incident.functions, changed_at=turn.now)
            incident = _notice(turn, incident, NoticeType.OPENING, party, may_hold=True)
    return turn.put(incident)


def change(turn: Turn, incident: Incident, **what: Any) -> Incident:
    """Tell a change of grade, functions or scope to every party that knows of the incident.

    A raise ends a customer's hold: what was held is told at once, in its present form.
    """
    is_raise = what.get("to_grade", 3) < what.get("from_grade", 3)
    incident = turn.put(replace(incident, seq=incident.seq + 1, told_functions=incident.functions, changed_at=turn.now))
    for party in _audience(turn, incident):
        told = _told(incident, party)
        if told is NoticeState.HELD:
            if is_raise:
                incident = _release_held_opening(turn, incident, party)
        elif told is None:
            incident = _notice(turn, incident, NoticeType.OPENING, party, may_hold=not is_raise)
        else:
            incident = _notice(turn, incident, NoticeType.CHANGE, party, what=what, asks=is_raise)
    return turn.put(incident)


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


def reopen(turn: Turn, incident: Incident) -> Incident:
    """Back from recovered within 24 h: acknowledged anew, told to whoever was told (agreement.md 4 "Reopen")."""
    state = incidents.step(incident.state, incidents.Event.REOPEN)
    turn.fact(incident.number, "incident_reopened")
    incident = replace(
        incident,
        state=state,
        cleared_at=None,
        recovered_at=None,
        verified_by="",
        acknowledged_provider="",
        acknowledged_customer="",
        graded_at=turn.now,
        seq=incident.seq + 1,
    )
    turn.put(incident)
    for party in _who_knows(incident):
        incident = _notice(turn, incident, NoticeType.RELAPSE, party, what={"was_recovered": True})
    return turn.put(incident)


def ended(turn: Turn, incident: Incident, type_: NoticeType, **what: Any) -> Incident:
    """Tell a recovery, a void or a close to whoever was told; what is still held stays on record only."""
    for notice in [notice for notice in turn.known.held.values() if notice.incident == incident.number]:
        incident = _withhold(turn, incident, notice)
    incident = replace(incident, seq=incident.seq + 1)
    for party in _who_knows(incident):
        incident = _notice(turn, incident, type_, party, what=what)
    end_ladders(turn, incident)
    return turn.put(incident)


def ask_to_phone(turn: Turn, incident: Incident, lost: Party) -> None:
    """Nobody of a party can be reached: the other one is asked to phone, with the numbers."""
    if lost.other not in _who_knows(incident):
        return
    people = [contact.id for contact in turn.settings.contacts_of(lost) if contact.phone]
    incident = replace(incident, seq=incident.seq + 1)
    turn.put(incident)
    _notice(turn, incident, NoticeType.PHONE, lost.other, what={"lost": lost, "people": people})


def look_at_held(turn: Turn, incident: Incident) -> Incident:
    """Release what was held long enough."""
    for notice in [notice for notice in turn.known.held.values() if notice.incident == incident.number]:
        if notice.due_at <= turn.now and incident.state is State.OPEN:
            incident = release(turn, incident, _fresh(turn, incident, notice))
    return incident


def next_held_at(turn: Turn, number: str) -> datetime | None:
    return min((notice.due_at for notice in turn.known.held.values() if notice.incident == number), default=None)


# ---------------------------------------------------------------------------------------------------- notices


def _notice(
    turn: Turn,
    incident: Incident,
    type_: NoticeType,
    party: Party,
    *,
    may_hold: bool = False,
    what: Mapping[str, Any] | None = None,
    asks: bool | None = None,
) -> Incident:
    """Decide one party's copy: its recipients with their reasons, its hold, its content."""
    told = route(turn, incident, party)
    if not told.recipients and not told.waits_for_hours:
        turn.fact(incident.number, "nobody_to_tell", party=party, type=type_)
        return incident
    wait = routing.hold_for(party, incident.grade, incident.kind, told, turn.settings.agreement.first_notice)
    if may_hold and party is Party.CUSTOMER and _is_unproven(turn, incident):
        wait = max(wait, UNPROVEN)
    due_at = turn.now + wait if may_hold else turn.now
    calendar = turn.settings.agreement.calendar
    if told.waits_for_hours and calendar is not None:
        due_at = max(due_at, workdays.next_working(turn.now, calendar))
    is_trial = turn.settings.agreement.is_trial and party is Party.CUSTOMER
    notice = Notice(
        id=f"{incident.number}/{incident.seq}/{party}",
        incident=incident.number,
        seq=incident.seq,
        type=type_,
        party=party,
        grade=incident.grade,
        at=turn.now,
        due_at=due_at,
        state=NoticeState.HELD if due_at > turn.now else NoticeState.RELEASED,
        recipients=_in_trial(turn) if is_trial else told.recipients,
        content=symptoms.content(turn, incident, party, what or {}),
        is_loud=incident.grade < 3,
        is_trial=is_trial,
        asks=type_ in ASKING if asks is None else asks,
        answer_by=turn.now + turn.settings.agreement.launch_limit[incident.grade],
    )
    if notice.state is NoticeState.HELD:
        turn.known.held[notice.id] = notice
        turn.change.notices[notice.id] = notice
        turn.fact(incident.number, "notice_held", seq=notice.seq, party=party, until=due_at.isoformat())
        return _with_told(incident, party, NoticeState.HELD) if type_ is NoticeType.OPENING else incident
    return release(turn, incident, notice)


def release(turn: Turn, incident: Incident, notice: Notice) -> Incident:
    """Let a notice go: links, first deliveries, and the ladder where it asks for an answer."""
    notice = replace(notice, state=NoticeState.RELEASED)
    turn.known.held.pop(notice.id, None)
    turn.change.notices[notice.id] = notice
    deliver(turn, notice)
    turn.fact(
        incident.number,
        "notice_released",
        seq=notice.seq,
        type=notice.type,
        party=notice.party,
        to=[recipient.contact for recipient in notice.recipients],
        why=[recipient.why for recipient in notice.recipients],
    )
    if notice.type is NoticeType.OPENING:
        incident = _with_told(incident, notice.party, NoticeState.RELEASED)
    if notice.asks and notice.type in (NoticeType.OPENING, NoticeType.RELAPSE, NoticeType.CHANGE):
        incident = start_ladder(turn, incident, notice)
    return turn.put(incident)


def deliver(turn: Turn, notice: Notice) -> None:
    """The first deliveries of a notice, and the links they carry."""
    known = turn.settings.contacts
    contacts = [known[recipient.contact] for recipient in notice.recipients if recipient.contact in known]
    deliveries = outbox.first_deliveries(notice, contacts, turn.settings.endpoints, turn.now)
    turn.change.put_deliveries(deliveries)
    for delivery in deliveries:
        endpoint = turn.settings.endpoints[delivery.endpoint]
        _link(turn, notice, "" if endpoint.manner is Manner.GROUP else delivery.contact, endpoint.id)


def _link(turn: Turn, notice: Notice, contact: str, endpoint: str) -> None:
    key = (notice.incident, contact or endpoint)
    if key in turn.known.links:
        return
    party = turn.settings.contacts[contact].party if contact else notice.party
    link = Link(turn.draw_token(), notice.incident, party, contact, turn.now, endpoint="" if contact else endpoint)
    turn.known.links[key] = link
    turn.change.links.append(link)


def _release_held_opening(turn: Turn, incident: Incident, party: Party) -> Incident:
    for notice in list(turn.known.held.values()):
        if notice.incident == incident.number and notice.party is party:
            incident = release(turn, incident, _fresh(turn, incident, notice))
    return incident


def release_at_once(turn: Turn, incident: Incident) -> Incident:
    """A person has confirmed: what was held is told now."""
    for party in Party:
        incident = _release_held_opening(turn, incident, party)
    return incident


def _fresh(turn: Turn, incident: Incident, notice: Notice) -> Notice:
    """A held notice in its present form: grade, recipients and symptoms may have changed meanwhile."""
    told = route(turn, incident, notice.party)
    return replace(
        notice,
        grade=incident.grade,
        recipients=notice.recipients if notice.is_trial else told.recipients or notice.recipients,
        content=symptoms.content(turn, incident, notice.party, {}),
        is_loud=incident.grade < 3,
        answer_by=turn.now + turn.settings.agreement.launch_limit[incident.grade],
    )


def _withhold(turn: Turn, incident: Incident, notice: Notice) -> Incident:
    turn.known.held.pop(notice.id, None)
    turn.change.notices[notice.id] = replace(notice, state=NoticeState.WITHHELD)
    turn.fact(notice.incident, "notice_withheld", seq=notice.seq, party=notice.party, type=notice.type)
    return _with_told(incident, notice.party, None)


def route(turn: Turn, incident: Incident, party: Party) -> Told:
    settings = turn.settings
    return routing.told(
        party,
        incident.grade,
        incident.kind,
        incident.functions,
        turn.now,
        settings.routes,
        settings.contacts,
        settings.agreement.calendar,
        endpoints=settings.endpoints,
    )


def _is_unproven(turn: Turn, incident: Incident) -> bool:
    """Whether only probes say so that have never once been good: perhaps they ask the wrong question."""
    probes = [item.line.id for item in turn.known.evidence(incident.number)]
    if not probes or not all(line.startswith("probe:") for line in probes):
        return False
    names = [line.removeprefix("probe:").rsplit("/", 1)[0] for line in probes]
    states = [turn.known.probes.get(name) for name in names]
    return not any(state is not None and state.has_been_ok for state in states)


def _in_trial(turn: Turn) -> tuple[Recipient, ...]:
    """In a trial the customer's copy goes to the provider's coordinator, marked."""
    contacts = turn.settings.contacts_of(Party.PROVIDER)
    chosen = [contact for contact in contacts if Role.COORDINATOR in contact.roles] or list(contacts[:1])
    return tuple(Recipient(contact.id, "trial: the customer's copy") for contact in chosen)


# ----------------------------------------------------------------------------------------------------- ladders


def start_ladder(turn: Turn, incident: Incident, notice: Notice) -> Incident:
    """From now on the party is asked until one of its people acknowledges (grades 1 and 2)."""
    if incident.grade == 3 or notice.is_trial:
        return incident
    limit = turn.settings.agreement.launch_limit[incident.grade]
    steps = route(turn, incident, notice.party).escalate
    standing = turn.known.ladders.get((incident.number, notice.party))
    if standing is None:
        ladder = escalation.begin(incident.number, notice.party, turn.now, limit, steps)
    else:
        ladder = escalation.restart(standing, limit, steps, turn.now)
    put_ladder(turn, ladder)
    return with_acknowledged(incident, notice.party, "")


def put_ladder(turn: Turn, ladder: Ladder) -> None:
    key = (ladder.incident, ladder.party)
    turn.change.ladders[key] = ladder
    if ladder.next_at is None:
        turn.known.ladders.pop(key, None)
    else:
        turn.known.ladders[key] = ladder


def end_ladders(turn: Turn, incident: Incident, party: Party | None = None) -> None:
    """Nobody needs to be asked any more."""
    for each in (party,) if party else tuple(Party):
        ladder = turn.known.ladders.get((incident.number, each))
        if ladder is not None:
            put_ladder(turn, replace(ladder, next_at=None))


# ------------------------------------------------------------------------------------------------------- words


def _audience(turn: Turn, incident: Incident) -> tuple[Party, ...]:
    evidence = turn.known.evidence(incident.number)
    return tuple(Party) if audience.may_tell_customer(incident, evidence) else (Party.PROVIDER,)


def _who_knows(incident: Incident) -> tuple[Party, ...]:
    return tuple(party for party in Party if _told(incident, party) is NoticeState.RELEASED)


def _told(incident: Incident, party: Party) -> NoticeState | None:
    return incident.told_provider if party is Party.PROVIDER else incident.told_customer


def _with_told(incident: Incident, party: Party, state: NoticeState | None) -> Incident:
    if party is Party.PROVIDER:
        return replace(incident, told_provider=state)
    return replace(incident, told_customer=state)


def with_acknowledged(incident: Incident, party: Party, contact: str) -> Incident:
    if party is Party.PROVIDER:
        return replace(incident, acknowledged_provider=contact)
    return replace(incident, acknowledged_customer=contact)


def acknowledged(incident: Incident, party: Party) -> str:
    """The contact that acknowledged for the party, "" while nobody has."""
    return incident.acknowledged_provider if party is Party.PROVIDER else incident.acknowledged_customer
