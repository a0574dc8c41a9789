"""What is told: notices, deliveries, ladders, links."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from agent.model.hot import hot
from agent.model.words import DeliveryState, Grade, NoticeState, NoticeType, Party, Verdict


@dataclass(frozen=True, slots=True)
class Recipient:
    contact: str
    why: str  # `routes[2]: role member`, `default grade 1: everyone`, `ladder 50 %: coordinator`


@hot
@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told to one party: the structured content, not yet in anyone's language."""

    id: str  # derived: deciding twice tells once
    incident: str
    seq: int  # its number within the incident; both parties' copies share it
    type: NoticeType
    party: Party
    grade: Grade
    at: datetime
    due_at: datetime  # `at` plus its hold
    state: NoticeState
    recipients: tuple[Recipient, ...]
    content: Mapping[str, Any] = field(default_factory=dict)
    is_loud: bool = False  # all channels of a contact at once; else one after another
    is_trial: bool = False  # the customer's copy, sent to the provider's coordinator instead
    asks: bool = False  # carries a link to acknowledge
    answer_by: datetime | None = None
    generation: int = 0
    proof: str = ""  # first 8 digits of the chain's head; the store fills it in


@hot
@dataclass(frozen=True, slots=True)
class Delivery:
    """One notice to one contact by one endpoint: the outbox row."""

    id: str  # derived from notice, contact, endpoint and generation
    notice: str
    incident: str
    party: Party
    contact: str
    endpoint: str
    grade: Grade
    state: DeliveryState
    due_at: datetime
    made_at: datetime
    rank: int = 0  # position in the contact's reach; the next one starts when this fails or stays silent
    attempt: int = 0
    lease_until: datetime | None = None
    fence: int = 0  # a late courier's result with an older fence changes nothing
    subject: str = ""  # as first sent: a retry says the same
    text: str = ""
    verdict: Verdict | None = None
    reason: str = ""
    finished_at: datetime | None = None
    is_overtaken: bool = False  # silent for 10 s: the next channel was started beside it


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try of one delivery, as evidence."""

    delivery: str
    number: int
    at: datetime
    verdict: Verdict
    reason: str
    took_s: float


@dataclass(frozen=True, slots=True)
class Message:
    """What the post is given: text for one contact in their language, nothing to look up."""

    subject: str  # the first line, for mail and push titles
    text: str  # plain text, first line included
    short: str = ""  # for SMS and voice; "" means none shorter than `text`
    thread: str = ""  # incident number: one mail thread by References
    id: str = ""  # the delivery's id, for Message-ID
    grade: Grade = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the post answers."""

    verdict: Verdict
    reason: str = ""  # for people, without secrets
    retry_after: timedelta | None = None
    took_s: float = 0.0


@hot
@dataclass(frozen=True, slots=True)
class Ladder:
    """Calling a party's people, rung after rung, until one of them acknowledges. One row per incident and party."""

    incident: str
    party: Party
    started_at: datetime  # of this round
    limit: timedelta
    round: int = 0
    rung: int = 0  # the next one to call
    next_at: datetime | None = None  # None: ended
    asked_at: datetime | None = None  # when those told were last asked
    asked: int = 0  # how often
    unreachable_since: datetime | None = None


TRIAL = ":trial"
"""The link of a trial's copies for the customer; no room can be called so."""


@dataclass(frozen=True, slots=True)
class Link:
    """A token of a notice, kept server-side. `contact` "" is a group's: the page asks who you are."""

    token: str
    incident: str
    party: Party
    contact: str
    made_at: datetime
    endpoint: str = ""  # the room, for a group's link; TRIAL for a trial copy's
    about: str = ""  # STATEMENTS: what was recorded on behalf; terms:2: a proposed agreement; "" the incident itself

    @property
    def is_trial(self) -> bool:
        """Whether it stands in a trial's copy for the customer: it shows, and acknowledges nothing."""
        return self.endpoint == TRIAL
