"""One party's copy of a notice: its recipients with their reasons, its hold, its release into deliveries."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from agent.engine.desk import sides
from agent.engine.desk.known import key_of
from agent.engine.desk.told import gathering, ladders, symptoms
from agent.engine.desk.turn import Turn
from agent.model import (
    TRIAL,
    Contact,
    Delivery,
    Grade,
    Incident,
    Link,
    Manner,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    Recipient,
    Role,
    Step,
)
from agent.model.hot import replace
from agent.rules import escalation, links, outbox, routing, workdays
from agent.rules.routing import Told

UNPROVEN = timedelta(minutes=15)
"""How long a fault seen only by probes that never were good is told to the provider alone."""

EARLIER = timedelta(hours=1)
"""How far back is looked for who was told of an incident before."""

ASKING = frozenset({NoticeType.OPENING, NoticeType.RELAPSE, NoticeType.ASK_AGAIN, NoticeType.ESCALATION})
"""Types that ask for an acknowledgement."""


STANDING = frozenset(
    {NoticeType.REQUEST, NoticeType.ANSWER, NoticeType.WAIVER, NoticeType.SHARED, NoticeType.OBJECTION}
)
"""Types that no newer notice takes the place of: what one person says to another is so whatever comes after it."""


def issue(
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
    incident = _take_the_place_of(turn, incident, party)
    told = route(turn, incident, party)
    if not told.recipients and not told.waits_for_hours:
        turn.fact(incident.number, "nobody_to_tell", party=party, type=type_)
        return incident
    wait = routing.hold_for(party, incident.grade, incident.kind, told, turn.settings.agreement.first_notice)
    if may_hold and party is Party.CUSTOMER and is_unproven(turn, incident):
        wait = max(wait, UNPROVEN)
    due_at = turn.now + wait if may_hold else turn.now
    calendar = turn.settings.agreement.calendar
    if told.waits_for_hours and calendar is not None:
        due_at = max(due_at, workdays.next_working(turn.now, calendar))
    notice = replace(
        _copy(turn, incident, type_, party, told.recipients, what or {}),
        due_at=due_at,
        state=NoticeState.HELD if due_at > turn.now else NoticeState.RELEASED,
        asks=type_ in ASKING if asks is None else asks,
    )
    if notice.state is NoticeState.HELD:
        turn.known.held[notice.id] = notice
        turn.change.notices[notice.id] = notice
        turn.fact(incident.number, "notice_held", seq=notice.seq, party=party, until=due_at.isoformat())
        return sides.with_told(incident, party, NoticeState.HELD) if type_ is NoticeType.OPENING else incident
    return release(turn, incident, notice)


def tell(turn: Turn, incident: Incident, type_: NoticeType, party: Party, what: Mapping[str, Any]) -> None:
    """One notice to one party under a number of its own, also about an incident that is over."""
    known = turn.known.incidents.get(incident.number)
    incident = numbered(turn, known or turn.change.incidents.get(incident.number, incident))
    if known is not None:
        turn.put(issue(turn, incident, type_, party, what=what))
        return
    let_go(turn, _copy(turn, incident, type_, party, route(turn, incident, party).recipients, what))


def numbered(turn: Turn, incident: Incident) -> Incident:
    """The incident with the next notice's number; one that has ended stays what it is."""
    incident = replace(incident, seq=incident.seq + 1)
    if incident.number in turn.known.incidents:
        return turn.put(incident)
    turn.change.incidents[incident.number] = incident
    if incident.number in turn.known.ended:
        turn.known.ended[incident.number] = incident
    return incident


def address(
    turn: Turn,
    incident: Incident,
    type_: NoticeType,
    party: Party,
    recipients: tuple[Recipient, ...],
    what: Mapping[str, Any],
) -> Incident:
    """A notice for those named, whatever the routes say, under a number of its own."""
    incident = numbered(turn, incident)
    let_go(turn, _copy(turn, incident, type_, party, recipients, what))
    return incident


def made(
    turn: Turn,
    incident: Incident,
    type_: NoticeType,
    party: Party,
    recipients: tuple[Recipient, ...],
    what: Mapping[str, Any],
) -> Notice:
    """A quiet notice that leaves now and asks for nothing; in a trial the customer's goes to the provider."""
    is_trial = turn.settings.agreement.is_trial and party is Party.CUSTOMER
    return Notice(
        id=f"{incident.number}/{incident.seq}/{party}",
        incident=incident.number,
        seq=incident.seq,
        type=type_,
        party=party,
        grade=incident.grade,
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=in_trial(turn) if is_trial else recipients,
        content=symptoms.content(turn, incident, party, what),
        is_trial=is_trial,
    )


def _copy(
    turn: Turn,
    incident: Incident,
    type_: NoticeType,
    party: Party,
    recipients: tuple[Recipient, ...],
    what: Mapping[str, Any],
) -> Notice:
    answer_by = turn.now + turn.settings.agreement.launch_limit[incident.grade]
    notice = made(turn, incident, type_, party, recipients, what)
    return replace(notice, is_loud=incident.grade < 3, answer_by=answer_by)


def release(turn: Turn, incident: Incident, notice: Notice) -> Incident:
    """Let a notice go: links, first deliveries, and the ladder where it asks for an answer."""
    if notice.type is NoticeType.OPENING:
        incident = sides.with_told(incident, notice.party, NoticeState.RELEASED)
    if notice.asks and notice.type in (NoticeType.OPENING, NoticeType.RELAPSE, NoticeType.CHANGE):
        steps = route(turn, incident, notice.party).escalate
        incident = ladders.start(turn, incident, notice, steps)
        notice = _with_next_call(turn, notice, steps)
    if not gathering.gather(turn, incident, notice, route(turn, incident, notice.party)):
        let_go(turn, notice)
    return turn.put(incident)


def _with_next_call(turn: Turn, notice: Notice, steps: tuple[Step, ...] | None) -> Notice:
    """The notice with the time of the ladder's next call: after a raise it goes on in step, sooner than a new one."""
    ladder = turn.known.ladders.get((notice.incident, notice.party))
    if ladder is None or "limit_s" in notice.content:  # a report that waits calls by a ladder of its own
        return notice
    is_new = any(opened.number == notice.incident for opened in turn.opened)
    earlier = () if is_new else turn.store.deliveries_for(notice.incident, turn.now - EARLIER)
    told = [delivery.contact for delivery in earlier if delivery.party is notice.party]
    beside = [recipient.contact for recipient in notice.recipients]
    settings = turn.settings
    on_call = turn.on_call(notice.party)
    at = escalation.next_call_at(ladder, steps, told, beside, settings.contacts, settings.endpoints, on_call)
    return replace(notice, content={**notice.content, "call_next_at": at.isoformat() if at else ""})


def release_afterwards(turn: Turn) -> None:
    """What waited for working hours and has outlived its incident: a recovery, a void, a close."""
    for notice in [notice for notice in turn.known.held.values() if notice.due_at <= turn.now]:
        if notice.incident not in turn.known.incidents:
            ended = turn.store.incident(notice.incident)
            present = fresh(turn, ended, notice) if ended else notice
            if ended is None or not gathering.gather(turn, ended, present, route(turn, ended, notice.party)):
                let_go(turn, present)


def let_go(turn: Turn, notice: Notice) -> None:
    """Send it to those it is for."""
    notice = replace(notice, state=NoticeState.RELEASED, due_at=min(notice.due_at, turn.now))
    turn.known.held.pop(notice.id, None)
    turn.change.notices[notice.id] = notice
    deliver(turn, notice)
    turn.fact(
        notice.incident,
        "notice_released",
        seq=notice.seq,
        type=notice.type,
        party=notice.party,
        to=[recipient.contact for recipient in notice.recipients],
        why=[recipient.why for recipient in notice.recipients],
    )


def _rooms_beside(turn: Turn, contacts: Iterable[Contact]) -> frozenset[str]:
    """Rooms of people who have a channel of their own: what one person is reminded of is not posted to all."""
    found = [routing.working_endpoints(contact, turn.settings.endpoints) for contact in contacts]
    return frozenset(
        endpoint.id
        for endpoints in found
        if any(each.manner is not Manner.GROUP for each in endpoints)
        for endpoint in endpoints
        if endpoint.manner is Manner.GROUP
    )


def deliver(turn: Turn, notice: Notice) -> None:
    """The first deliveries of a notice, and the links they carry."""
    known = turn.settings.contacts
    contacts = [known[recipient.contact] for recipient in notice.recipients if recipient.contact in known]
    rooms = _rooms_beside(turn, contacts) if notice.type is NoticeType.REMINDER else frozenset()
    deliveries = outbox.first_deliveries(notice, contacts, turn.settings.endpoints, turn.now, rooms)
    turn.change.put_deliveries(deliveries)
    if not deliveries:
        turn.fact(notice.incident, "nobody_to_tell", party=notice.party, type=notice.type)
    own, about = links.subject(notice) if notice.type is not NoticeType.TERMS else ("", "")  # a proposal makes its own
    for number in notice.content.get("incidents", ()) if notice.type is NoticeType.DIGEST else (own,):
        if number in turn.known.incidents or about:  # else there is nothing to acknowledge
            _links(turn, replace(notice, incident=number), deliveries, about)


def _links(turn: Turn, notice: Notice, deliveries: Iterable[Delivery], about: str) -> None:
    for delivery in deliveries:
        if notice.is_trial:  # read by the provider: it must not answer for either party
            _link(turn, notice, "", TRIAL, about)
            continue
        endpoint = turn.settings.endpoints[delivery.endpoint]
        _link(turn, notice, "" if endpoint.manner is Manner.GROUP else delivery.contact, endpoint.id, about)


def _link(turn: Turn, notice: Notice, contact: str, endpoint: str, about: str) -> None:
    party = turn.settings.contacts[contact].party if contact else notice.party
    endpoint = "" if contact else endpoint
    link = Link("", notice.incident, party, contact, turn.now, endpoint, about)
    if key_of(link) in turn.known.links:
        return
    link = replace(link, token=turn.draw_token())
    if notice.incident in turn.known.incidents:
        turn.known.links[key_of(link)] = link
    turn.change.links.append(link)


def release_held(turn: Turn, incident: Incident, party: Party) -> Incident:
    for notice in held_of(turn, incident.number):
        if notice.party is party:
            incident = release(turn, incident, fresh(turn, incident, notice))
    return incident


def release_at_once(turn: Turn, incident: Incident) -> Incident:
    """A person has confirmed: what was held is told now."""
    for party in Party:
        incident = release_held(turn, incident, party)
    return incident


def fresh(turn: Turn, incident: Incident, notice: Notice) -> Notice:
    """A held notice in its present form: grade, recipients and symptoms may have changed meanwhile.

    What an incident's opening says is what is so now; a change, a recovery or a void stays as it was.
    """
    told = route(turn, incident, notice.party)
    is_opening = notice.type is NoticeType.OPENING
    return replace(
        notice,
        grade=incident.grade,
        recipients=notice.recipients if notice.is_trial else told.recipients or notice.recipients,
        content=symptoms.content(turn, incident, notice.party, {}) if is_opening else notice.content,
        is_loud=incident.grade < 3,
        answer_by=turn.now + turn.settings.agreement.launch_limit[incident.grade],
    )


def hold(turn: Turn, notice: Notice) -> None:
    """Keep it until it is due."""
    turn.known.held[notice.id] = turn.change.notices[notice.id] = notice


def withhold_own(turn: Turn, notice: Notice) -> None:
    """What is told of the agent itself stays on record only."""
    turn.known.held.pop(notice.id, None)
    turn.change.notices[notice.id] = replace(notice, state=NoticeState.WITHHELD)
    turn.fact("", "notice_withheld", seq=notice.seq, party=notice.party, type=notice.type)


def withhold(turn: Turn, incident: Incident, notice: Notice) -> Incident:
    turn.known.held.pop(notice.id, None)
    turn.change.notices[notice.id] = replace(notice, state=NoticeState.WITHHELD)
    is_opening = notice.type is NoticeType.OPENING
    kind = "notice_withheld" if is_opening else "notice_replaced"
    turn.fact(notice.incident, kind, seq=notice.seq, party=notice.party, type=notice.type)
    return sides.with_told(incident, notice.party, None) if is_opening else incident


def _take_the_place_of(turn: Turn, incident: Incident, party: Party) -> Incident:
    """What still waits to be told to the party is not so any more; an opening is told in its present form."""
    for notice in held_of(turn, incident.number):
        if notice.party is party and notice.type is not NoticeType.OPENING and notice.type not in STANDING:
            incident = withhold(turn, incident, notice)
    return incident


def held_of(turn: Turn, number: str) -> list[Notice]:
    return [notice for notice in turn.known.held.values() if notice.incident == number]


def route(turn: Turn, incident: Incident, party: Party, grade: Grade | None = None) -> Told:
    """Whom the routes name for it as it is, or as it would be at another grade; walked once in a turn."""
    matter = party, grade or incident.grade, incident.kind, incident.functions
    found = turn.routed.get(matter)
    if found is None:
        settings = turn.settings
        found = turn.routed[matter] = routing.told(
            *matter,
            turn.now,
            settings.routes,
            settings.contacts,
            settings.agreement.calendar,
            turn.on_call(party),
            settings.endpoints,
        )
    return found


def is_unproven(turn: Turn, incident: Incident) -> bool:
    """Whether only probes say so that have never once been good: perhaps they ask the wrong question."""
    probes = [item.line.id for item in turn.known.evidence(incident.number)]
    if not probes or not all(line.startswith("probe:") for line in probes):
        return False
    names = [line.removeprefix("probe:").rsplit("/", 1)[0] for line in probes]
    states = [turn.known.probes.get(name) for name in names]
    return not any(state is not None and state.has_been_ok for state in states)


def in_trial(turn: Turn) -> tuple[Recipient, ...]:
    """In a trial the customer's copy goes to the provider's coordinator, marked."""
    contacts = turn.settings.contacts_of(Party.PROVIDER)
    chosen = [contact for contact in contacts if Role.COORDINATOR in contact.roles] or list(contacts[:1])
    return tuple(Recipient(contact.id, "trial: the customer's copy") for contact in chosen)
