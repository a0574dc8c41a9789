"""What happened: signals, episodes, incidents, acknowledgements, facts. Times are aware and in UTC."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.model.agreed import Plan
from agent.model.hot import hot
from agent.model.words import Condition, Grade, Kind, NoticeState, Party, Phase, Result, State


@hot
@dataclass(frozen=True, slots=True)
class Signal:
    """One alert, probe result or ping as it arrived. Its identity is `fingerprint` within `source`.

    Probes say what they mean themselves (`line`, `function`, `condition`, `grade`); alerts are looked up in `signals:`.
    """

    source: str  # alertmanager | probe | …
    fingerprint: str
    firing: bool
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    started_at: datetime
    received_at: datetime
    ended_at: datetime | None = None
    body: str = ""  # hash of the raw message that carried it
    group: str = ""  # the sender's group key
    is_inferred: bool = False  # the end was concluded, not told (dead-man, reconciliation)
    line: str = ""
    function: str = ""
    condition: Condition | None = None
    grade: Grade | None = None
    detected_at: datetime | None = None  # None: by the rules of agreement.md 4, "Times"
    expires_at: datetime | None = None  # a firing that is not told again until then has ended


@dataclass(frozen=True, slots=True)
class Letter:
    """One message from outside, read: its good signals, and what was wrong with the bad ones."""

    source: str
    signals: tuple[Signal, ...]
    bad: tuple[tuple[int, str], ...] = ()  # (index in `alerts`, reason)
    group: str = ""
    truncated: int = 0  # alerts the sender left out
    body: str = ""  # SHA-256 of the raw bytes


@dataclass(frozen=True, slots=True)
class Line:
    """What alerts of one sort say together: one line of evidence. Grading looks at lines, never at single alerts."""

    id: str  # `probe:checkout-page/0`, `row:CheckoutDown-3f2a1c`, `alert:DiskFull`
    function: str
    kind: Kind
    condition: Condition | None
    given: Grade | None = None  # an explicit grade of the row or probe
    is_mapped: bool = True  # a row, a probe, or labels naming an agreed function stand behind it
    severity: str = ""
    is_local: bool = False
    share_of: str = ""
    total: int = 0
    tell_at_risk: bool = False
    rules: tuple[str, ...] = ()  # rule ids that classified it


@dataclass(frozen=True, slots=True)
class Evidence:
    """A line with what is open of it now."""

    line: Line
    count: int  # open episodes
    values: int  # distinct firing values of `line.share_of`, 0 where it has none
    started_at: datetime
    detected_at: datetime


@dataclass(frozen=True, slots=True)
class Grading:
    """The result of the grading rule. `grade` None: alert only, no incident."""

    grade: Grade | None
    rules: tuple[str, ...]
    inputs: Mapping[str, Any] = field(default_factory=dict)
    is_provisional: bool = True
    next_at: datetime | None = None  # when time alone may raise it (R7, R8)
    proposed: Grade | None = None  # a graver one that waits for a person (R8, concurrency)
    warns_at: datetime | None = None  # when to warn of a rise by age, not before which it rises; perhaps past


@hot
@dataclass(frozen=True, slots=True)
class Episode:
    """One firing of a signal, from its start to its end: a row."""

    id: int
    source: str
    fingerprint: str
    line: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    started_at: datetime
    detected_at: datetime
    received_at: datetime
    body: str = ""
    group: str = ""
    function: str = ""
    condition: Condition | None = None
    given: Grade | None = None
    is_mapped: bool = True
    incident: str | None = None  # None: out of scope, alert only, or in maintenance
    outcome: str = ""  # joined | out_of_scope | alert_only | maintenance | heartbeat | never_seen_firing
    ended_at: datetime | None = None
    end_received_at: datetime | None = None
    is_end_inferred: bool = False
    value: str = ""  # of the label that `line.share_of` names
    doubt: str = ""  # hash of the message whose doubtful firing was kept and not acted on
    expires_at: datetime | None = None  # ends by itself then; on file it may lag behind what was told
    muted: str = ""  # silenced | inhibited, as Alertmanager said last


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's own answer for their party; a repeated one changes nothing."""

    incident: str
    party: Party
    contact: str
    at: datetime
    means: str  # link | api | cli | phone
    recorded_by: str = ""  # who recorded it, where not the contact
    address: str = ""  # from where
    seq: int = 0  # the last notice that the party had been told: it acknowledges that one and those before it
    on_file_at: datetime | None = None  # where that was later than `at`
    statement: str = ""  # its statement, where it was recorded on the contact's behalf (fact 15)


@hot
@dataclass(frozen=True, slots=True)
class Incident:
    number: str
    kind: Kind
    key: str  # kind + first function: one open incident per key
    state: State
    grade: Grade
    is_provisional: bool
    functions: tuple[str, ...]  # first the one that opened it
    rules: tuple[str, ...]
    started_at: datetime
    detected_at: datetime
    opened_at: datetime  # on file
    graded_at: datetime  # when it took its grade: the time rows count from here
    agreement_version: int = 1
    agreement_hash: str = ""
    phase: Phase = Phase.ASSESSMENT
    cleared_at: datetime | None = None
    recovered_at: datetime | None = None
    closed_at: datetime | None = None
    verified_by: str = ""
    acknowledged_provider: str = ""  # contact id
    acknowledged_customer: str = ""
    recurrence_of: str = ""
    reason: str = ""  # of a void
    truncated: tuple[str, ...] = ()  # groups whose last message left alerts out
    is_drill: bool = False
    is_mapped: bool = True  # False: never reaches the customer
    is_flapping: bool = False
    was_lifted: bool = False  # time lifts an incident once
    told_provider: NoticeState | None = None  # of the latest opening or reopening notice
    told_customer: NoticeState | None = None
    signals_total: int = 0
    seq: int = 0  # number of the last notice
    overruled: Grade | None = None  # what the evidence proposed when a person lowered: that alone raises no more
    told_functions: tuple[str, ...] = ()  # those named in the last notice
    changed_at: datetime | None = None  # when a change was told last: a storm is told once a minute
    wake_at: datetime | None = None  # when time alone may change something
    without: tuple[str, ...] = ()  # probes that its recovery need not wait for, as a person put on record
    runs: Mapping[str, int] = field(default_factory=dict)  # probe -> its good run when the last signal cleared
    occurred: tuple[datetime, ...] = ()  # when the same cause showed itself, with what it is a recurrence of (R8)
    warned_at: datetime | None = None  # when its coordinator was warned last that time lifts the grade
    plan: Plan | None = None  # the response plan as it was pinned (3.1), whatever the file says since


@hot
@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened, for the chain of its incident ("" is the chain of everything else).

    Facts carry contact ids, never names, numbers or addresses.
    """

    incident: str
    at: datetime
    kind: str  # past tense: incident_opened, grade_raised, notice_accepted …
    by: str = "agent"  # agent, or a contact id
    detail: Mapping[str, Any] = field(default_factory=dict)


@hot
@dataclass(frozen=True, slots=True)
class SealedFact:
    """A fact in its chain: `hash = H(prev_hash | seq | at | kind | by | H(salt | detail))`."""

    fact: Fact
    seq: int
    salt: bytes
    prev_hash: str
    hash: str
    detail_hash: str = ""  # H(salt | detail): what stays in the chain when a detail is erased (then salt is b"")


@dataclass(frozen=True, slots=True)
class Body:
    """A raw message that changed something or could not be read; kept once per hash."""

    hash: str
    received_at: datetime
    source: str
    raw: bytes
    fault: str = ""  # why it could not be read


@dataclass(frozen=True, slots=True)
class Reading:
    """What one look of a collector found. A missing value is unknown, never 0."""

    result: Result
    values: Mapping[str, float | str | bool | None] = field(default_factory=dict)
    error: str = ""  # why bad or unknown, for the provider


@dataclass(frozen=True, slots=True)
class TellState:
    """Where one `tells:` entry of a probe stands, across restarts."""

    is_telling: bool = False
    since: datetime | None = None  # start of the current telling
    bad_since: datetime | None = None  # first bad answer of the current run
    good_since: datetime | None = None  # first good answer of the current run
    recent: tuple[bool, ...] = ()  # known answers, newest last, for `3` and `3/5`
    openings: tuple[datetime, ...] = ()  # for flap
    is_flapping: bool = False
    bad_at: tuple[datetime, ...] = ()  # when the bad ones of `recent` were read
    answered_at: datetime | None = None  # the last known answer
    counted_s: float = 0.0  # how long known answers cover the current run; unknown stretches are left out


@dataclass(frozen=True, slots=True)
class ProbeState:
    """The last known of one probe: a row that survives a restart."""

    name: str
    kind: str
    function: str
    result: Result = Result.UNKNOWN
    since: datetime | None = None  # of `result`
    last_run_at: datetime | None = None
    duration_s: float = 0.0
    values: Mapping[str, float | str | bool | None] = field(default_factory=dict)
    error: str = ""
    good_run: int = 0  # ok readings in a row
    good_since: datetime | None = None
    unknown_run: int = 0
    tells: tuple[TellState, ...] = ()
    has_been_ok: bool = False  # ever; one that never was is told to the customer only after a while
    measured: Result = Result.UNKNOWN  # what its readings say of the function's availability (1.6)
    measured_since: datetime | None = None  # since then all of them did, without a pause
    measured_after: datetime | None = None  # the last reading before that


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """The last ping of a heartbeat probe."""

    name: str
    last_at: datetime
    has_failed: bool = False
    within_s: float = 0.0  # of an alert that beats: silence beyond this is a monitoring gap
