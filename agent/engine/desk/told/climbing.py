"""Asking a party until one of its people answers: the ladder, asking again, and nobody reachable."""

from datetime import datetime, timedelta

from agent.engine.desk.told import ladders, notices, reaching, report_ladders, resting, symptoms
from agent.engine.desk.turn import Turn
from agent.model import (
    Delivery,
    DeliveryState,
    Incident,
    Kind,
    Ladder,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    Recipient,
    State,
)
from agent.rules import escalation, outbox

LOOKED_BACK = timedelta(hours=1)
"""How far before the last time that all were asked."""


def climb(turn: Turn, incident: Incident) -> Incident:
    """Whatever is due on the ladders of both parties; what calls for a report of it goes before the provider's."""
    is_reported = report_ladders.is_asking(turn, incident.number)
    if is_reported:
        incident = report_ladders.climb(turn, incident)
    for party in Party:
        if party is Party.PROVIDER and is_reported:
            continue
        ladder = turn.known.ladders.get((incident.number, party))
        if ladder is not None and (_is_due(turn, ladder, incident) or incident.number in turn.failed):
            incident = _climb_one(turn, incident, ladder)
    return incident


def next_at(turn: Turn, incident: Incident) -> datetime | None:
    """When a ladder of the incident is due next."""
    reported_at = report_ladders.next_at(turn, incident.number)
    times: list[datetime | None] = [reported_at]
    for party in Party:
        ladder = turn.known.ladders.get((incident.number, party))
        if party is Party.PROVIDER and reported_at is not None:
            continue
        if ladder is not None and _is_asking(incident):
            times += [ladder.next_at, resting.asks_again_at(turn, ladder, incident)]
    return min((at for at in times if at is not None), default=None)


def _is_asking(incident: Incident) -> bool:
    """While it is being verified, only what needs a person to end goes on asking (agreement.md 4, recovery gate)."""
    if incident.state is State.VERIFYING:
        return incident.grade == 1 or incident.kind is Kind.SECURITY
    return incident.state is State.OPEN


def _is_due(turn: Turn, ladder: Ladder, incident: Incident) -> bool:
    again_at = resting.asks_again_at(turn, ladder, incident)
    times = [at for at in (ladder.next_at, again_at) if at is not None]
    return _is_asking(incident) and bool(times) and min(times) <= turn.now


def _climb_one(turn: Turn, incident: Incident, ladder: Ladder) -> Incident:
    settings, now = turn.settings, turn.now
    steps = notices.route(turn, incident, ladder.party).escalate
    deliveries = _deliveries(turn, ladder)
    incident, ladder = reaching.with_reach(turn, incident, ladder, deliveries, steps)
    told = tuple(dict.fromkeys(delivery.contact for delivery in deliveries))
    on_call = turn.on_call(ladder.party)
    called = escalation.call(ladder, now, steps, told, settings.contacts, on_call, settings.endpoints)
    ladder = called.ladder
    just_asked = _just_asked(turn, ladder)
    recipients = tuple(each for each in called.recipients if each.contact not in just_asked)
    if recipients:
        why = called.why or "nobody could be reached: everyone"
        incident = _ask(turn, incident, ladder, NoticeType.ESCALATION, recipients, why, deliveries)
    again_at = resting.asks_again_at(turn, ladder, incident)
    if again_at is not None and again_at <= now:
        ladder = escalation.asked(ladder, now)
        fresh = just_asked | {recipient.contact for recipient in recipients}
        silent = tuple(
            Recipient(contact, "has not answered")
            for contact in told
            if contact not in fresh and not resting.quiet_until(turn, incident.number, ladder.party, contact)
        )
        incident = _ask(turn, incident, ladder, NoticeType.ASK_AGAIN, silent, "has not answered", deliveries)
    ladders.put(turn, ladder)
    return incident


def _just_asked(turn: Turn, ladder: Ladder) -> set[str]:
    """Who is asked by another notice of this very moment, after a raise or a relapse: one message asks one thing."""
    return {
        recipient.contact
        for notice in turn.change.notices.values()
        if notice.incident == ladder.incident and notice.party is ladder.party
        if notice.asks and notice.at == turn.now and notice.state is NoticeState.RELEASED
        for recipient in notice.recipients
    }


def _ask(
    turn: Turn,
    incident: Incident,
    ladder: Ladder,
    type_: NoticeType,
    recipients: tuple[Recipient, ...],
    why: str,
    older: list[Delivery],
) -> Incident:
    """Ask people; where a channel has refused so far, the new question takes the place of the old one."""
    if not recipients:
        return incident
    generation = int(turn.now.timestamp())
    notice = Notice(
        id=f"{incident.number}/{incident.seq}/{ladder.party}/{type_}/{generation}",
        incident=incident.number,
        seq=incident.seq,
        type=type_,
        party=ladder.party,
        grade=incident.grade,
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=recipients,
        content=symptoms.content(turn, incident, ladder.party, {"why": why, "asked": ladder.asked}),
        is_loud=True,
        asks=True,
        answer_by=ladder.started_at + ladder.limit,
        generation=generation,
    )
    incident = notices.release(turn, incident, notice)
    fresh = [row for row in turn.change.deliveries.values() if row.notice == notice.id]
    for newer in fresh:
        turn.change.put_deliveries(outbox.superseded(older, newer, turn.now))
    return incident


def _deliveries(turn: Turn, ladder: Ladder) -> list[Delivery]:
    """What was sent to the party in this incident, this turn's changes included.

    Whoever was told was asked again when all of them were last: nobody needs to look further back than that, and what
    goes unanswered for a week has thousands.
    """
    number = ladder.incident
    since = (ladder.asked_at or ladder.started_at) - LOOKED_BACK
    rows = {delivery.id: delivery for delivery in turn.store.deliveries_for(number, since)}
    rows.update((id_, row) for id_, row in turn.change.deliveries.items() if row.incident == number)
    return [row for row in rows.values() if row.party is ladder.party and row.state is not DeliveryState.CANCELLED]
