"""A courier with a desk of a few lines: rows in a dict, the real rules, faults on demand."""

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from agent.clock import ManualClock
from agent.engine.courier.courier import Courier
from agent.engine.works import Claim, Sent, Silent, Work
from agent.errors import StoreUnavailable
from agent.model import (
    Contact,
    Delivery,
    DeliveryState,
    Endpoint,
    Message,
    Notice,
    Outcome,
    Verdict,
)
from agent.ports import Clock
from agent.rules import outbox
from tests.rules.people import LI, MONDAY_3AM, QIAN, endpoints_of, notice

ACCEPTED = Outcome(Verdict.ACCEPTED)


class Desk:
    """Store and desk in one: what is in `rows` is on disk."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.rows: dict[str, Delivery] = {}
        self.notices: dict[str, Notice] = {}
        self.works: list[Work] = []
        self.unwanted: set[str] = set()
        self.faults: list[Callable[[Work], bool]] = []  # asked before a work is written
        self.lost_answers: list[Callable[[Work], bool]] = []  # asked after it was written
        self.hand_over: Callable[[Sequence[Delivery]], None] = lambda rows: None
        self.is_readable = True
        self._lock = threading.Lock()

    def submit(self, work: Work) -> "Future[Any]":
        answer: Future[Any] = Future()
        if any(fails(work) for fails in self.faults):
            answer.set_exception(StoreUnavailable("disk full"))
            return answer
        with self._lock:
            self.works.append(work)
            value, changed = self._decide(work)
            self.rows.update((row.id, row) for row in changed)
            self.hand_over(changed)
        if any(fails(work) for fails in self.lost_answers):
            answer.set_exception(StoreUnavailable("no answer"))
        else:
            answer.set_result(value)
        return answer

    def _decide(self, work: Work) -> tuple[Any, list[Delivery]]:
        now = self.clock.now()
        if isinstance(work, Claim):
            row = self.rows[work.delivery]
            if row.id in self.unwanted:
                return None, [outbox.cancelled(row, "not wanted", now)]
            got = outbox.claimed(row, work.lease_until, work.subject, work.text, now)
            return got, [got] if got else []
        if isinstance(work, Sent):
            row = outbox.settled(self.rows[work.delivery.id], work.delivery, work.outcome, now)
            return None, [row]
        assert isinstance(work, Silent)
        return None, [outbox.overtaken(self.rows[work.delivery])]

    # --- what the courier reads

    def notice(self, id_: str) -> Notice | None:
        self._must_be_readable()
        return self.notices.get(id_)

    def due_deliveries(self, now: datetime, limit: int) -> list[Delivery]:
        self._must_be_readable()
        return [row for row in self.rows.values() if outbox.is_due(row, now)][:limit]

    def next_delivery_at(self) -> datetime | None:
        return min((row.due_at for row in self.rows.values() if row.state is DeliveryState.WAITING), default=None)

    def _must_be_readable(self) -> None:
        if not self.is_readable:
            raise StoreUnavailable("cannot be read")


class Scripted:
    """A channel that answers what the test says, endpoint by endpoint; without a script it accepts."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Message]] = []
        self.scripts: dict[str, Callable[[], Outcome]] = {}

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome:
        self.sent.append((endpoint.id, message))
        return self.scripts.get(endpoint.id, lambda: ACCEPTED)()

    def to(self, endpoint: str) -> list[str]:
        return [message.text for id_, message in self.sent if id_ == endpoint]


def compose(told: Notice, contact: Contact, endpoint: Endpoint, row: Delivery) -> Message:
    return Message(
        subject=f"{told.incident} #{told.seq}", text=f"to {contact.name}, try {row.attempt + 1}", short="short"
    )


@dataclass
class Office:
    """Everything around one courier. `restart` is a kill -9: only what is on disk remains."""

    contacts: tuple[Contact, ...] = (LI, QIAN)
    clock: Any = field(default_factory=lambda: ManualClock(MONDAY_3AM))
    lend: Callable[[Callable[[], None]], None] = lambda job: job()
    compose: Callable[..., Message] = compose

    def __post_init__(self) -> None:
        self.desk = Desk(self.clock)
        self.channel = Scripted()
        self.settings: Any = SimpleNamespace(
            contacts={each.id: each for each in self.contacts}, endpoints=endpoints_of(*self.contacts)
        )
        self.restart()

    def restart(self) -> None:
        self.courier = Courier(
            self.desk,  # type: ignore[arg-type]
            self.desk.submit,
            lambda endpoint: self.channel,
            lambda: self.settings,
            self.compose,
            self.clock,
            self.lend,
        )
        self.desk.hand_over = self.courier.take

    def tell(self, told: Notice, *contacts: Contact) -> list[Delivery]:
        """Put a notice and its first deliveries on file and hand them over, as a commit does."""
        self.desk.notices[told.id] = told
        rows = outbox.first_deliveries(told, contacts, self.settings.endpoints, self.clock.now())
        self.put(rows)
        return rows

    def put(self, rows: Iterable[Delivery]) -> None:
        rows = list(rows)
        for row in rows:
            self.desk.notices.setdefault(row.notice, replace(notice(row.contact, id_=row.notice), grade=row.grade))
            self.desk.rows[row.id] = row
        self.courier.take(rows)

    def tick(self) -> datetime:
        return self.courier.tick(self.clock.now())

    def advance(self, seconds: float) -> None:
        """Live through so many seconds from wake-up to wake-up."""
        end = self.clock.now() + timedelta(seconds=seconds)
        while (wake_at := self.tick()) < end:
            self.clock.advance(max(wake_at - self.clock.now(), timedelta(milliseconds=1)))
        self.clock.advance(end - self.clock.now())
        self.tick()

    def state(self, endpoint: str) -> DeliveryState:
        return next(row.state for row in self.desk.rows.values() if row.endpoint == endpoint)

    def row(self, endpoint: str) -> Delivery:
        return next(row for row in self.desk.rows.values() if row.endpoint == endpoint)
