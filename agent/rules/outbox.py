"""The outbox: which deliveries a notice becomes, and how each goes from waiting to its end.

waiting --claimed--> sending --accepted--> accepted
   ^                    |  \\--given up---> given_up
   \\----tried again-----/   a lease that ends: claimed anew, with a higher fence
waiting --cancelled--> cancelled
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from agent.model import Contact, Delivery, DeliveryState, Endpoint, Manner, Notice, Outcome, Verdict
from agent.model.hot import replace
from agent.rules.retries import delivery_id, next_try
from agent.rules.routing import endpoints_for, working_endpoints

ENDED = frozenset({DeliveryState.ACCEPTED, DeliveryState.GIVEN_UP, DeliveryState.CANCELLED})


def first_deliveries(
    notice: Notice,
    contacts: Iterable[Contact],
    endpoints: Mapping[str, Endpoint],
    now: datetime,
    seen_groups: Collection[str] = (),
) -> list[Delivery]:
    """What goes out to `contacts` when the notice is released: all channels of each where it is loud, else the first.

    A room is posted once per notice however many contacts name it; `seen_groups` are those already posted.
    A contact without a working channel has none.
    """
    made: dict[str, Delivery] = {}
    for contact in contacts:
        for endpoint in endpoints_for(contact, endpoints, notice.grade, notice.is_loud):
            if endpoint.manner is not Manner.GROUP or endpoint.id not in seen_groups:
                delivery = _delivery(notice, contact, endpoint, now)
                made.setdefault(delivery.id, delivery)
    return list(made.values())


def follow_up(
    notice: Notice,
    contact: Contact,
    deliveries: Iterable[Delivery],
    endpoints: Mapping[str, Endpoint],
    now: datetime,
) -> Delivery | None:
    """The contact's next channel after a failure or 10 s of silence; None: there is still hope, or no channel left.

    `deliveries` are the notice's, of this contact or of all. A channel of the person's own goes before a room.
    """
    of_notice = tuple(delivery for delivery in deliveries if delivery.notice == notice.id)
    used = {delivery.endpoint for delivery in of_notice if _is_used(delivery, contact, endpoints)}
    own = (delivery for delivery in of_notice if delivery.contact == contact.id)
    if any(is_hopeful(delivery) and not is_room(delivery, endpoints) for delivery in own):
        return None
    unused = [endpoint for endpoint in working_endpoints(contact, endpoints) if endpoint.id not in used]
    unused.sort(key=lambda endpoint: endpoint.manner is Manner.GROUP)
    return _delivery(notice, contact, unused[0], now) if unused else None


def claimed(delivery: Delivery, lease_until: datetime, subject: str, text: str, now: datetime) -> Delivery | None:
    """The delivery leased for one more try; None: not due, in other hands, or ended.

    The words first put on file stay. The very same claim repeated (its first answer was lost) is granted again.
    """
    if delivery.state is DeliveryState.SENDING and delivery.lease_until == lease_until:
        return delivery
    if not is_due(delivery, now):
        return None
    return replace(
        delivery,
        state=DeliveryState.SENDING,
        attempt=delivery.attempt + 1,
        fence=delivery.fence + 1,
        lease_until=lease_until,
        subject=delivery.subject or subject,
        text=delivery.text or text,
    )


def settled(current: Delivery, sent: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """What the outcome makes of the row on file: accepted, waiting for the next try, or given up.

    `sent` is the delivery as it was claimed. A result with an older fence, or told a second time, changes nothing:
    then `current` itself comes back.
    """
    if current.state is not DeliveryState.SENDING or current.fence != sent.fence:
        return current
    told = replace(current, lease_until=None, verdict=outcome.verdict, reason=outcome.reason)
    if outcome.verdict is Verdict.ACCEPTED:
        return replace(told, state=DeliveryState.ACCEPTED, finished_at=now)
    again_at = next_try(current, outcome, now)
    if again_at is None:
        return replace(told, state=DeliveryState.GIVEN_UP, finished_at=now)
    return replace(told, state=DeliveryState.WAITING, due_at=again_at)


def overtaken(delivery: Delivery) -> Delivery:
    """Silent for 10 s: the next channel starts beside it. What has ended meanwhile comes back as it is."""
    if delivery.state is not DeliveryState.SENDING or delivery.is_overtaken:
        return delivery
    return replace(delivery, is_overtaken=True)


def cancelled(delivery: Delivery, reason: str, now: datetime) -> Delivery:
    """No longer wanted. What is being sent right now cannot be called back and comes back as it is."""
    if delivery.state in ENDED or (delivery.state is DeliveryState.SENDING and not is_due(delivery, now)):
        return delivery
    return replace(delivery, state=DeliveryState.CANCELLED, reason=reason, lease_until=None, finished_at=now)


def superseded(older: Iterable[Delivery], newer: Delivery, now: datetime) -> tuple[Delivery, ...]:
    """The same person's older deliveries of the incident that the endpoint has refused to take so far, cancelled.

    For notices that ask the same question again: a channel that comes back after an hour brings one, not twelve.
    """
    return tuple(
        cancelled(row, "a newer notice takes its place", now)
        for row in older
        if row.state is DeliveryState.WAITING
        and row.verdict is not None
        and row.made_at < newer.made_at
        and (row.incident, row.contact, row.endpoint) == (newer.incident, newer.contact, newer.endpoint)
    )


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether a courier may claim it: its turn has come, or the lease of who tried has ended."""
    if delivery.state is DeliveryState.WAITING:
        return delivery.due_at <= now
    return delivery.state is DeliveryState.SENDING and (delivery.lease_until is None or delivery.lease_until <= now)


def is_room(delivery: Delivery, endpoints: Mapping[str, Endpoint]) -> bool:
    """Whether it is posted to a room, which is never delivery to a person."""
    endpoint = endpoints.get(delivery.endpoint)
    return endpoint is not None and endpoint.manner is Manner.GROUP


def _is_used(delivery: Delivery, contact: Contact, endpoints: Mapping[str, Endpoint]) -> bool:
    return delivery.contact == contact.id or is_room(delivery, endpoints)


def is_hopeful(delivery: Delivery) -> bool:
    """Accepted, or under way and nothing has failed yet."""
    if delivery.state in ENDED:
        return delivery.state is DeliveryState.ACCEPTED
    return delivery.verdict is None and not delivery.is_overtaken


def _delivery(notice: Notice, contact: Contact, endpoint: Endpoint, now: datetime) -> Delivery:
    named_for = "" if endpoint.manner is Manner.GROUP else contact.id
    return Delivery(
        id=delivery_id(notice.id, named_for, endpoint.id, notice.generation),
        notice=notice.id,
        incident=notice.incident,
        party=notice.party,
        contact=contact.id,
        endpoint=endpoint.id,
        grade=notice.grade,
        state=DeliveryState.WAITING,
        due_at=now,
        made_at=now,
        rank=contact.reach.index(endpoint.id),
    )
