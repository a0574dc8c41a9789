"""What the courier has under way: who is in hand, and whether one more may leave. Guarded by the courier's lock."""

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import inf

from agent.model import Delivery, Endpoint, Grade, Manner, Verdict
from agent.rules.retries import allowance_for, may_send

MOST_AT_ONCE: dict[Grade, int] = {1: 32, 2: 28, 3: 24}
"""Under way at once, by the grade of the one that wants to leave: grade 1 finds room longest."""

MOST_AILING = 16
"""Of these to endpoints that did not answer well last time: a dozen hanging ones leave room for the healthy."""

MOST_PER_ENDPOINT = 2
MOST_STUCK = 3
"""Threads that one endpoint may hold for good before nothing more is sent to it."""

MOST_RECENT = 64
"""Times of use remembered per endpoint; more than any allowance."""

WHEN_ANOTHER_LANDS = datetime.max.replace(tzinfo=UTC)
IN_HAND_PAUSE = timedelta(seconds=0.5)


@dataclass(slots=True, eq=False)
class Flight:
    """One delivery on its way, on a thread of its own."""

    delivery: Delivery
    left_at: datetime
    began_s: float
    sending_s: float | None = None  # since when the channel has it
    tell_silence_s: float = inf  # when the desk is told that nothing was heard of it
    is_abandoned: bool = False

    def hand_to_channel(self, now_s: float, silent_after_s: float) -> None:
        self.sending_s = now_s
        self.tell_silence_s = now_s + silent_after_s


@dataclass(slots=True)
class Flights:
    in_hand: dict[str, Flight] = field(default_factory=dict)  # by delivery, until its outcome is on file
    under_way: dict[Flight, None] = field(default_factory=dict)  # until the channel has answered
    _busy: Counter[str] = field(default_factory=Counter)  # endpoint -> those under way
    _stuck: Counter[str] = field(default_factory=Counter)  # endpoint -> those abandoned that have not returned
    _ailing: set[str] = field(default_factory=set)
    _recent: dict[str, deque[datetime]] = field(default_factory=dict)  # endpoint -> when it was used

    def may_go(self, delivery: Delivery, endpoint: Endpoint | None, now: datetime) -> datetime | None:
        """None: now. Else when the endpoint's allowance grants it, or once another one has landed."""
        if delivery.id in self.in_hand:
            return now + IN_HAND_PAUSE
        is_room = endpoint is not None and endpoint.manner is Manner.GROUP
        if not self._has_room(delivery, is_room=is_room):
            return WHEN_ANOTHER_LANDS
        if endpoint is None:
            return None
        at = may_send(self._recent.get(endpoint.id, ()), allowance_for(endpoint), delivery.grade, now)
        return at if at > now else None

    def begin(self, delivery: Delivery, now: datetime, now_s: float) -> Flight:
        flight = Flight(delivery, now, now_s)
        self.in_hand[delivery.id] = flight
        self.under_way[flight] = None
        self._busy[delivery.endpoint] += 1
        self._recent.setdefault(delivery.endpoint, deque(maxlen=MOST_RECENT)).append(now)
        return flight

    def land(self, flight: Flight) -> None:
        """Its thread is free again, and its place at the endpoint."""
        self.under_way.pop(flight, None)
        counted = self._stuck if flight.is_abandoned else self._busy
        counted[flight.delivery.endpoint] -= 1

    def let_go(self, flight: Flight) -> None:
        """No longer in hand; what was never sent does not count against the endpoint's allowance."""
        if self.in_hand.get(flight.delivery.id) is flight:
            del self.in_hand[flight.delivery.id]
        recent = self._recent.get(flight.delivery.endpoint)
        if flight.sending_s is None and recent and flight.left_at in recent:
            recent.remove(flight.left_at)

    def note(self, endpoint: str, verdict: Verdict) -> None:
        """Remember whether the endpoint answers; a refusal is an answer."""
        if verdict in (Verdict.ACCEPTED, Verdict.REJECTED):
            self._ailing.discard(endpoint)
        else:
            self._ailing.add(endpoint)

    def silent(self, now_s: float) -> list[Flight]:
        """Those that the channel has had for too long, each once."""
        found = [flight for flight in self.under_way if flight.tell_silence_s <= now_s]
        for flight in found:
            flight.tell_silence_s = inf
            self._ailing.add(flight.delivery.endpoint)
        return found

    def abandon(self, now_s: float, after_s: float) -> list[Flight]:
        """Give up those whose lease has ended: the delivery may be claimed again."""
        found = [flight for flight in self.under_way if now_s - (flight.sending_s or flight.began_s) >= after_s]
        for flight in found:
            flight.is_abandoned = True
            self._busy[flight.delivery.endpoint] -= 1
            self._stuck[flight.delivery.endpoint] += 1
            del self.under_way[flight]
            self.in_hand.pop(flight.delivery.id, None)
        return found

    def next_look_s(self, abandon_after_s: float) -> float | None:
        """When one of them turns silent or is abandoned next, in monotonic seconds."""
        silent = (flight.tell_silence_s for flight in self.under_way)
        abandoned = ((flight.sending_s or flight.began_s) + abandon_after_s for flight in self.under_way)
        return min((*silent, *abandoned), default=None)

    def oldest(self) -> datetime | None:
        return min((flight.delivery.made_at for flight in self.in_hand.values()), default=None)

    def _has_room(self, delivery: Delivery, *, is_room: bool) -> bool:
        endpoint = delivery.endpoint
        if len(self.under_way) >= MOST_AT_ONCE[delivery.grade] or self._stuck[endpoint] >= MOST_STUCK:
            return False
        is_ailing = endpoint in self._ailing
        if is_ailing and sum(flight.delivery.endpoint in self._ailing for flight in self.under_way) >= MOST_AILING:
            return False
        return self._busy[endpoint] < (1 if is_room or is_ailing else MOST_PER_ENDPOINT)
