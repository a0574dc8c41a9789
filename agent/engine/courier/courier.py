"""The courier: takes what is due out of the archive, claims it, hands it to the post, and writes down the outcome.

It knows no incidents and not what a grade means, only that 1 goes first. What it holds in memory is the fast way in;
the table is the truth: what a killed courier had in hand comes back by itself once its lease ends.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from agent import metrics
from agent.config.settings import Settings
from agent.engine.courier.errand import DEADLINE_S, LEASE_S, Compose, Errand
from agent.engine.courier.flights import Flight, Flights
from agent.engine.courier.returns import Returns
from agent.engine.courier.tray import Tray
from agent.engine.works import Claim, Sent, Silent, Submit
from agent.errors import StoreUnavailable, TocsinError, TooBusy
from agent.log import Log
from agent.model import Delivery, DeliveryState, Endpoint, Verdict
from agent.ports import Channel, Clock, Store

log = Log(__name__)

SWEEP_S = 10.0
SILENT_S = 10.0
SHORT_PAUSE_S = 0.5
MOST_SWEPT = 5000


class Courier:
    """`take` what was committed, and `turn` (or `tick`) it; `lend` runs a blocking job elsewhere, in tests at once."""

    def __init__(
        self,
        store: Store,
        submit: Submit,
        channel_for: Callable[[Endpoint], Channel],
        settings: Callable[[], Settings],
        compose: Compose,
        clock: Clock,
        lend: Callable[[Callable[[], None]], None],
    ) -> None:
        self._errand = Errand(store, submit, channel_for, settings, compose, clock)
        self._store = store
        self._submit = submit
        self._settings = settings
        self._clock = clock
        self._lend = lend
        self._lock = threading.Lock()
        self._poked = threading.Event()
        self._tray = Tray()
        self._flights = Flights()
        self._claims: dict[str, Claim] = {}  # made without an answer, to be made again as they were
        self._returns = Returns(submit, clock, self._filed)
        self._sweep_s = clock.monotonic()

    def take(self, deliveries: Iterable[Delivery]) -> None:
        """Deliveries just committed, whatever their state: what waits is kept, what does not is dropped."""
        self._keep(deliveries)
        self._poke()

    def take_out(self, deliveries: Iterable[Delivery]) -> None:
        """The same, and what may leave leaves now, without a turn of the courier's own thread in between."""
        self._keep(deliveries)
        try:
            self._set_out(self._clock.now())
        except Exception as fault:  # whoever hands them over has put them on file: they are the courier's matter now
            metrics.ENGINE_FAULTS.labels("courier").inc()
            log.error("courier could not set out", exc=fault)
        self._poke()

    def turn(self, wait_s: float) -> int:
        """Tick, then wait until something is due, is taken or returns, at most `wait_s`; how many are under way."""
        self._poked.clear()
        wake_at = self.tick(self._clock.now())
        wait_s = min(wait_s, (wake_at - self._clock.now()).total_seconds())
        if wait_s > 0:
            self._clock.wait(self._poked, wait_s)
        return len(self._flights.under_way)

    def tick(self, now: datetime) -> datetime:
        """Do what is due; when to be called again, should nothing be taken and nobody return before."""
        now_s = self._clock.monotonic()
        self._returns.tick(now_s)
        self._watch(now_s)
        self._sweep(now, now_s)
        self._set_out(now)
        return self._wake_at(now, now_s)

    def forget(self) -> None:
        """Drop what is only remembered and read the table again; what is under way goes on."""
        with self._lock:
            self._tray.clear()
            self._claims.clear()
            self._sweep_s = self._clock.monotonic()
        self._poked.set()

    def _poke(self) -> None:
        """Wake the courier's own thread where there is anything to look at; each wake-up holds up whoever sends."""
        with self._lock:
            is_any_left = bool(self._tray)
        if is_any_left:
            self._poked.set()

    # ------------------------------------------------------------------------------------------- what is due

    def _keep(self, deliveries: Iterable[Delivery]) -> None:
        with self._lock:
            for delivery in deliveries:
                if delivery.state is DeliveryState.WAITING:
                    self._tray.put(delivery)
                else:
                    self._tray.drop(delivery.id)

    def _sweep(self, now: datetime, now_s: float) -> None:
        """What the table holds and memory does not: after a start, a fault, another courier's death."""
        if now_s < self._sweep_s:
            return
        try:
            due = self._store.due_deliveries(now, MOST_SWEPT)
            next_at = self._store.next_delivery_at()
        except StoreUnavailable as fault:
            log.warning("outbox could not be read", fault=str(fault))
            self._sweep_s = now_s + 1.0
            return
        with self._lock:
            for delivery in due:
                if delivery.id not in self._flights.in_hand and delivery.id not in self._tray:
                    self._tray.put(delivery)
            waiting = len(self._tray) + len(self._flights.in_hand)
            oldest = min((at for at in (self._tray.oldest(), self._flights.oldest()) if at), default=now)
        ahead_s = (next_at - now).total_seconds() if next_at and next_at > now else SWEEP_S
        self._sweep_s = now_s + min(ahead_s, SWEEP_S)
        metrics.DELIVERIES_DUE.set(waiting)
        metrics.DELIVERY_OLDEST.set(max((now - oldest).total_seconds(), 0.0))

    def _set_out(self, now: datetime) -> None:
        while flight := self._pick(now):
            try:
                self._lend(partial(self._carry, flight))
            except RuntimeError as fault:
                log.error("courier found no thread", fault=str(fault))
                self._put_back(flight)
                self._land(flight)
                return

    def _pick(self, now: datetime) -> Flight | None:
        endpoints = self._settings().endpoints
        with self._lock:
            delivery = self._tray.pick(
                now, lambda waiting: self._flights.may_go(waiting, endpoints.get(waiting.endpoint), now)
            )
            return self._flights.begin(delivery, now, self._clock.monotonic()) if delivery else None

    def _wake_at(self, now: datetime, now_s: float) -> datetime:
        with self._lock:
            times_s = [self._sweep_s, self._flights.next_look_s(LEASE_S), self._returns.next_s()]
            ahead_s = min(at_s for at_s in times_s if at_s is not None) - now_s
            times = [self._tray.next_at(), self._tray.free_at, now + timedelta(seconds=max(ahead_s, 0.0))]
        return min(at for at in times if at is not None)

    # --------------------------------------------------------------------------------------------- under way

    def _carry(self, flight: Flight | None) -> None:
        """On a lent thread: deliver, then whatever may leave next."""
        while flight is not None:
            self._deliver(flight)
            flight = None if flight.is_abandoned else self._pick(self._clock.now())
        self._poke()

    def _deliver(self, flight: Flight) -> None:
        try:
            self._go(flight)
        except (StoreUnavailable, TooBusy) as fault:
            log.warning("delivery could not be claimed", delivery=flight.delivery.id, fault=str(fault))
            self._put_back(flight)
        except Exception as fault:  # costs only this one: the sweep or the end of its lease brings it back
            metrics.ENGINE_FAULTS.labels("courier").inc()
            log.error("delivery failed", exc=fault, delivery=flight.delivery.id)
            self._let_go(flight)
        finally:
            self._land(flight)

    def _go(self, flight: Flight) -> None:
        packed = self._errand.pack(flight.delivery)
        claim = self._claim_for(flight.delivery, packed.message.subject, packed.message.text)
        claimed = self._errand.claim(claim)
        self._claims.pop(claim.delivery, None)
        if claimed is None:
            self._let_go(flight)
            return
        flight.hand_to_channel(self._clock.monotonic(), SILENT_S)
        outcome = self._errand.send(packed, claimed)
        self._count(claimed, packed.endpoint, outcome.verdict)
        self._returns.hand_in(flight, Sent(claimed, outcome))

    def _claim_for(self, delivery: Delivery, subject: str, text: str) -> Claim:
        """A claim left without an answer is made again as it was: if it is on file after all, it is granted again."""
        now = self._clock.now()
        earlier = self._claims.get(delivery.id)
        if earlier is not None and earlier.lease_until - now > timedelta(seconds=DEADLINE_S):
            return earlier
        claim = Claim(delivery.id, now + timedelta(seconds=LEASE_S), subject, text)
        self._claims[delivery.id] = claim
        return claim

    def _count(self, claimed: Delivery, endpoint: Endpoint | None, verdict: Verdict) -> None:
        manner = endpoint.manner if endpoint else "gone"
        metrics.ATTEMPTS.labels(manner, verdict).inc()
        if verdict is Verdict.ACCEPTED:
            lasted = self._clock.now() - claimed.made_at
            metrics.DELIVERY_SECONDS.labels(manner).observe(max(lasted.total_seconds(), 0.0))
        with self._lock:
            self._flights.note(claimed.endpoint, verdict)

    def _land(self, flight: Flight) -> None:
        with self._lock:
            self._flights.land(flight)

    def _let_go(self, flight: Flight) -> None:
        with self._lock:
            self._flights.let_go(flight)

    def _filed(self, flight: Flight) -> None:
        self._let_go(flight)
        self._poke()

    def _put_back(self, flight: Flight) -> None:
        """Nothing was sent: shortly again."""
        self._let_go(flight)
        with self._lock:
            if flight.delivery.id not in self._tray:
                self._tray.put(flight.delivery, self._clock.now() + timedelta(seconds=SHORT_PAUSE_S))

    def _watch(self, now_s: float) -> None:
        """Tell the desk who is silent, and give up whose lease has ended."""
        with self._lock:
            silent = self._flights.silent(now_s)
            abandoned = self._flights.abandon(now_s, LEASE_S)
        for flight in abandoned:
            log.error("send outlived its lease", delivery=flight.delivery.id, endpoint=flight.delivery.endpoint)
        for flight in silent:
            self._tell_silence(flight)

    def _tell_silence(self, flight: Flight) -> None:
        def answered(answer: Future[Any]) -> None:
            if answer.exception() is not None:
                flight.tell_silence_s = self._clock.monotonic() + SHORT_PAUSE_S

        try:
            self._submit(Silent(flight.delivery.id)).add_done_callback(answered)
        except TocsinError:
            flight.tell_silence_s = self._clock.monotonic() + SHORT_PAUSE_S
