"""The courier's words put on file: an attempt before it is made, its outcome, and the channel that follows."""

from typing import Any

from agent import metrics
from agent.engine.desk.owed import contacts
from agent.engine.desk.stated import acknowledging
from agent.engine.desk.told import chased, deputies, digests
from agent.engine.desk.turn import Turn
from agent.engine.works import Claim, Sent, Silent
from agent.model import Attempt, Delivery, DeliveryState, Manner, Notice, NoticeType, Party, State, Verdict
from agent.rules import as_sent, outbox, reach

_REACHES = frozenset(
    {NoticeType.OPENING, NoticeType.CHANGE, NoticeType.RECOVERY, NoticeType.RELAPSE, NoticeType.UPDATE}
)
_ONLY_WHILE_ASKING = frozenset({NoticeType.ASK_AGAIN, NoticeType.ESCALATION})


def claim(turn: Turn, work: Claim) -> Delivery | None:
    """Lease the delivery for one try; None: it is not wanted any more, not due, or in other hands."""
    delivery = _delivery(turn, work.delivery)
    if delivery is None:
        return None
    reason = _unwanted(turn, delivery)
    if reason:
        turn.change.put_deliveries([outbox.cancelled(delivery, reason, turn.now)])
        return None
    claimed = outbox.claimed(delivery, work.lease_until, work.subject, work.text, turn.now)
    if claimed is not None and claimed is not delivery:
        turn.change.put_deliveries([claimed])
    return claimed


def sent(turn: Turn, work: Sent) -> None:
    """Put an outcome on file; a late one of an older attempt changes nothing."""
    current = _delivery(turn, work.delivery.id)
    if current is None:
        return
    settled = outbox.settled(current, work.delivery, work.outcome, turn.now)
    if settled is current:
        return
    turn.change.put_deliveries([settled])
    turn.change.attempts.append(
        Attempt(
            delivery=settled.id,
            number=settled.attempt,
            at=turn.now,
            verdict=work.outcome.verdict,
            reason=work.outcome.reason,
            took_s=work.outcome.took_s,
        )
    )
    _tell_chain(turn, settled)
    if settled.state is not DeliveryState.ACCEPTED:
        turn.failed.add(settled.incident)
        turn.touch(settled.incident)
        _next_channel(turn, settled)


def silent(turn: Turn, work: Silent) -> None:
    """No answer for 10 s: the contact's next channel starts beside it."""
    delivery = _delivery(turn, work.delivery)
    if delivery is None:
        return
    overtaken = outbox.overtaken(delivery)
    if overtaken is not delivery:
        turn.change.put_deliveries([overtaken])
        _next_channel(turn, overtaken)


def _tell_chain(turn: Turn, delivery: Delivery) -> None:
    """Ends are facts: 已送出 and 服务商已受理 are never called 已到达 (fact 7)."""
    endpoint = turn.settings.endpoints.get(delivery.endpoint)
    manner = endpoint.manner if endpoint else "gone"
    if delivery.state is DeliveryState.ACCEPTED:
        kind = "notice_accepted"
    elif delivery.state is DeliveryState.GIVEN_UP:
        kind = "notice_given_up"
    elif delivery.attempt == 1:
        kind = "notice_not_accepted"
    else:
        return
    notice = _notice(turn, delivery.notice)
    is_person = manner is not Manner.GROUP  # what a room shows has reached nobody for certain
    is_digest = notice is not None and notice.type is NoticeType.DIGEST
    for told in digests.items_of(turn, notice) if notice is not None and is_digest else (notice,):
        _tell_of(turn, delivery, kind, told, is_person)
    if delivery.state in (DeliveryState.ACCEPTED, DeliveryState.GIVEN_UP):
        metrics.DELIVERIES.labels(manner, delivery.state).inc()
    if notice is not None and is_person and delivery.state is DeliveryState.ACCEPTED:
        contacts.told(turn, notice, delivery.id)


def _tell_of(turn: Turn, delivery: Delivery, kind: str, notice: Notice | None, is_person: bool) -> None:
    """One notice that a delivery carried: itself, or one of a digest's, in the chain of its own incident."""
    turn.fact(
        notice.incident if notice else delivery.incident,
        kind,
        party=delivery.party,
        type=notice.type if notice else "",
        seq=notice.seq if notice else 0,
        is_person=is_person,
        notice=delivery.notice,
        contact=delivery.contact,
        endpoint=delivery.endpoint,
        attempt=delivery.attempt,
        reason="" if delivery.verdict is Verdict.ACCEPTED else delivery.reason,
        **_words(delivery, kind),
        **(acknowledging.told_of(turn, notice) if notice and kind == "notice_accepted" and is_person else {}),
    )
    if notice is not None and is_person and delivery.state is DeliveryState.ACCEPTED:
        _tell_reached(turn, notice, delivery)


def _words(delivery: Delivery, kind: str) -> dict[str, Any]:
    """What was said, by its hash: whoever has the archive cannot rewrite it (4.1(c))."""
    return {"words": as_sent.digest(delivery.subject, delivery.text)} if kind == "notice_accepted" else {}


def _tell_reached(turn: Turn, notice: Notice, delivery: Delivery) -> None:
    """OB-303: a notice has reached the customer once those who count have it on a channel of their own."""
    if notice.party is not Party.CUSTOMER or notice.is_trial or notice.type not in _REACHES:
        return
    ids = (notice.id, *notice.content.get("digests", ()))
    rows = {row.id: row for id_ in ids for row in turn.store.deliveries_of(id_)}
    rows.update((id_, row) for id_, row in turn.change.deliveries.items() if row.notice in ids)
    had = {row.contact for row in rows.values() if row.id != delivery.id and _is_with_a_person(turn, row)}
    contacts = [contact for name in notice.recipients if (contact := turn.settings.contacts.get(name.contact))]
    if not reach.is_reached(contacts, had) and reach.is_reached(contacts, had | {delivery.contact}):
        turn.fact(notice.incident, "notice_reached", party=notice.party, type=notice.type, seq=notice.seq)


def _is_with_a_person(turn: Turn, row: Delivery) -> bool:
    endpoint = turn.settings.endpoints.get(row.endpoint)
    return row.state is DeliveryState.ACCEPTED and not (endpoint and endpoint.manner is Manner.GROUP)


def _next_channel(turn: Turn, delivery: Delivery) -> None:
    notice = _notice(turn, delivery.notice)
    contact = turn.settings.contacts.get(delivery.contact)
    if notice is None or contact is None:
        return
    tried = {row.id: row for row in turn.store.deliveries_of(notice.id)}
    tried.update((id_, row) for id_, row in turn.change.deliveries.items() if row.notice == notice.id)
    following = outbox.follow_up(notice, contact, tried.values(), turn.settings.endpoints, turn.now)
    if following is not None:
        turn.change.put_deliveries([following])
    else:
        deputies.stand_in(turn, notice, contact, tried.values())


def _unwanted(turn: Turn, delivery: Delivery) -> str:
    """Why a delivery needs not be made any more; "" while it is wanted."""
    notice = _notice(turn, delivery.notice)
    incident = turn.known.incidents.get(delivery.incident)
    if notice is not None and notice.type is NoticeType.REPORT and notice.generation:
        told = [each["number"] for each in notice.content.get("reports", ())]
        return "" if any(_waits(turn, number) for number in told) else "the report has been acknowledged"
    if notice is not None and notice.type is NoticeType.REMINDER:
        return "" if chased.is_any_owed(turn, notice.content) else "nothing of it is owed any more"
    if notice is None or notice.type not in _ONLY_WHILE_ASKING:
        return ""
    if incident is None or incident.state not in (State.OPEN, State.VERIFYING):
        return "the incident is over"
    if (delivery.incident, delivery.party) not in turn.known.ladders:
        return "the party has acknowledged"
    return ""


def _waits(turn: Turn, report: str) -> bool:
    """Whether a report waits to be acknowledged; those that do are all known."""
    known = turn.known.ledger.reports.get(report)
    return known is not None and known.acknowledged_at is None


def _delivery(turn: Turn, id_: str) -> Delivery | None:
    return turn.change.deliveries.get(id_) or turn.store.delivery(id_)


def _notice(turn: Turn, id_: str) -> Notice | None:
    return turn.change.notices.get(id_) or turn.store.notice(id_)
