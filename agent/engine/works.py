"""What the desk is asked to do: each work is a value put on its queue. Answers come back through a Future."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.engine.joint import AcceptPart, Compare, RejectPart
from agent.engine.measured import AnswerExclusion, Exclude
from agent.engine.planned import Announce, End, Extend, Rest, Try
from agent.engine.registered import Advance, Register
from agent.engine.rostered import AnswerTest, StartTest
from agent.engine.stated import Confirm, Correct, FileReport, Record, Supplement
from agent.model import Body, Delivery, Heartbeat, Letter, Outcome, Party, ProbeState, Signal
from agent.model.hot import hot


@hot
@dataclass(frozen=True, slots=True)
class Post:
    """Bytes from the door. Read on the desk's own thread; answered with a `Receipt` once on disk."""

    raw: bytes
    source: str
    received_at: datetime
    read: Callable[[bytes, str, datetime], Letter]  # raises Malformed


@hot
@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a Post. `fault` set: nothing of it could be read; the body is on file all the same."""

    received: int = 0
    new: int = 0
    incidents: tuple[str, ...] = ()
    bad: tuple[tuple[int, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Watched:
    """What the watcher found: probe rows to keep, and signals that begin or end. Answered with None."""

    probes: tuple[ProbeState, ...] = ()
    signals: tuple[Signal, ...] = ()
    heartbeats: tuple[Heartbeat, ...] = ()


@dataclass(frozen=True, slots=True)
class Keep:
    """A body that could not be read or was refused, to be kept on file. Answered with None."""

    body: Body


@dataclass(frozen=True, slots=True)
class Acknowledge:
    """A person answers for their party. Answered with an `Acknowledged`.

    Raises (through the Future): NotFound, WrongParty, IllegalStep.
    """

    incident: str
    contact: str
    means: str  # link | api | cli | phone
    recorded_by: str = ""
    address: str = ""
    party: Party | None = None  # where the link or token fixes it: a contact of the other one is WrongParty
    called_at: datetime | None = None  # of a phone call: it counts from then
    up_to: int | None = None  # the last notice that the person had seen; None: all that their party had been told
    report: str = ""  # where it was asked for by a report's number
    progress: str = ""  # a first sentence on how it goes, and when the next one follows: on record with the fact
    next_update_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    incident: str
    contact: str
    party: Party
    at: datetime
    is_repeated: bool
    reports: tuple[str, ...] = ()  # numbers of those that it discharged (3.2(c))


@dataclass(frozen=True, slots=True)
class Verify:
    """A person states that the function is restored (3.4(d)). Answered with the Incident."""

    incident: str
    by: str
    note: str = ""
    confirm_full: bool = False  # also that a truncated group's hidden alerts are clear
    without: tuple[str, ...] = ()  # probes that cannot find out: the recovery need not wait for them; `note` says why
    recorded_by: str = ""  # the token or machine that brought it
    means: str = ""  # api | cli | phone
    called_at: datetime | None = None  # said on the phone: when; it takes effect when it is recorded
    said: Mapping[str, Any] = field(default_factory=dict)  # of `rules.restored.SAID`: what the recovery notice tells


@dataclass(frozen=True, slots=True)
class Void:
    """A false alarm, with its reason. Answered with the Incident."""

    incident: str
    by: str
    reason: str
    recorded_by: str = ""  # the token or machine that brought it
    means: str = ""  # api | cli | phone
    called_at: datetime | None = None  # said on the phone: when; it takes effect when it is recorded


@dataclass(frozen=True, slots=True)
class Close:
    """The end of a recovered incident. Answered with the Incident.

    Raises (through the Future): NotFound, WrongParty, IllegalStep; Refused names everything that is missing.
    """

    incident: str
    by: str
    note: str = ""
    recorded_by: str = ""  # the token or machine that brought it
    means: str = ""  # api | cli | phone
    called_at: datetime | None = None  # said on the phone: when; it takes effect when it is recorded
    waive_rest: bool = False  # what the customer did not answer within five working days (fact 13); `note` says why


@dataclass(frozen=True, slots=True)
class Regrade:
    """A person sets the grade; lowering is always a person's act, with a reason (3.1). Answered with the Incident.

    `with_` is who decides with them for the other party: then it is the joint decision (OB-403).
    """

    incident: str
    by: str
    grade: int
    reason: str
    recorded_by: str = ""  # the token or machine that brought it
    means: str = ""  # api | cli | phone
    called_at: datetime | None = None  # said on the phone: when; it takes effect when it is recorded
    with_: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """The courier is about to try: lease and text go on file first. Answered with the Delivery or None (not wanted)."""

    delivery: str
    lease_until: datetime
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """The courier's outcome. Answered with None."""

    delivery: Delivery
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Silent:
    """An attempt has been silent for 10 s: the contact's next channel starts beside it. Answered with None."""

    delivery: str


@dataclass(frozen=True, slots=True)
class Wake:
    """Time has passed: look at whatever is due. Answered with None."""


@dataclass(frozen=True, slots=True)
class Note:
    """A fact about the agent itself, for the chain of no incident. Answered with None."""

    kind: str  # clock_jumped, agent_was_away
    detail: Mapping[str, Any]
    bodies: tuple[Body, ...] = ()  # kept with it


@dataclass(frozen=True, slots=True)
class Polled:
    """What Alertmanager said of everything that fires there: fingerprint -> silenced, inhibited or "".

    Answered with None.
    """

    asked_at: datetime
    muted: Mapping[str, str]
    is_complete: bool  # False so soon after its start that it may lack what fires
    labels: Mapping[str, bytes] = field(default_factory=dict)  # fingerprint -> JSON text: few are ever read


Work = (
    Acknowledge | Claim | Close | Keep | Note | Polled | Post | Record | Regrade | Sent | Silent | Verify | Void | Wake
    | AcceptPart | Compare | RejectPart
    | Watched | Announce | End | Extend | Rest | Try | FileReport | Supplement | Register | Advance | Confirm | Correct
    | StartTest | AnswerTest | Exclude | AnswerExclusion
)  # fmt: skip


Submit = Callable[[Work], Future[Any]]
"""Puts a work on the desk's queue; the Future is done once the answer is on disk.

Raises:
    TooBusy: the queue is full.
    StoreUnavailable (through the Future): nothing is certain; the work may be submitted again.
"""
