"""What the two parties agreed on, as values: everything that routes.yaml says and the rules ask."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from agent.model.measured import Availability
from agent.model.owed import Term
from agent.model.statutory import Overlay
from agent.model.words import Condition, Criticality, Grade, Kind, Manner, Party, Role

SYSTEM = "system"
"""The implicit function: core where no functions are agreed, important beside agreed ones."""


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that never shows: not in repr, logs, pages or errors."""

    _text: str

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True)
class Function:
    """An agreed function of the system (1.2)."""

    id: str
    name: str
    criticality: Criticality
    depends_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way to reach one contact, or one room.

    `id` is what is stored and shown: `lee/call`, `lee/1` (the first anonymous URL), or `room` for a group channel,
    which is the same endpoint for every contact that names it. `broken` says why it cannot be built, else "".
    """

    id: str
    channel: str  # the channel's name, or the URL's scheme
    manner: Manner
    url: Secret
    broken: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    id: str
    party: Party
    name: str
    roles: tuple[Role, ...]
    language: str = "en"  # zh | en
    phone: str = ""
    email: str = ""
    deputy: str = ""
    reach: tuple[str, ...] = ()  # endpoint ids, in the order of the file


@dataclass(frozen=True, slots=True)
class PartyTerms:
    """A party as the head of the agreement names it."""

    party: Party
    label: str  # 甲方 / 乙方, or the party's role word
    name: str
    address: str
    language: str
    contacts: tuple[str, ...]  # ids, in the order of the file
    on_call: str = ""  # path of an iCalendar rota


@dataclass(frozen=True, slots=True)
class Matcher:
    """One Alertmanager matcher: `name op value`, op one of = != =~ !~ (regex: RE2, full match)."""

    name: str
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class Share:
    """Scope as distinct firing values of a label out of a total (agreement.md 3)."""

    of: str
    total: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of `signals:`: what an outside alert says about the system.

    `function` and `condition_from` may be templates: `{label.service}`, `{label.tocsin_state}`.
    """

    match: tuple[Matcher, ...]
    function: str = SYSTEM
    condition: Condition | None = None
    condition_from: str = ""
    grade: Grade | None = None  # an explicit grade replaces R4
    held: timedelta = timedelta()  # the alert rule's own `for`: the fault is that much older
    says: Mapping[str, str] = field(default_factory=dict)  # language -> the customer's sentence
    public_labels: tuple[str, ...] = ()
    share: Share | None = None
    heartbeat: timedelta | None = None  # a firing is a beat; silence beyond this is a monitoring gap
    tell_at_risk: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of a ladder: `after` a time, or after a share (0–1) of the launch limit."""

    to: tuple[str, ...]
    after: timedelta | None = None
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Who of a party is told; an empty condition matches everything. Per party the first match wins."""

    party: Party
    to: tuple[str, ...]  # roles, contact ids, everyone, on_call
    grades: tuple[Grade, ...] = ()
    kinds: tuple[Kind, ...] = ()
    functions: tuple[str, ...] = ()
    hours: str = ""  # work | off: a condition on the time
    hold: timedelta | None = None  # None: the party's default
    digest: timedelta | None = None
    escalate: tuple[Step, ...] | None = None  # None: the default ladder
    then: bool = False  # `continue: true`
    name: str = ""  # `routes[2]` or `default grade 1`, for the reason


@dataclass(frozen=True, slots=True)
class Calendar:
    """Working time of the agreement. `hours[weekday]` (0 is Monday) lists (from, to) spans, `to` 24:00 as time.max."""

    zone: tzinfo
    hours: tuple[tuple[tuple[time, time], ...], ...]
    days_off: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()  # 调休: weekend days that are worked
    known_years: frozenset[int] = frozenset()  # announced years; others fall back to the week and say so


@dataclass(frozen=True, slots=True)
class Period:
    """From a moment until another, which does not belong to it any more."""

    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Shift:
    """One person's stretch of a rota; its end does not belong to it."""

    contact: str
    begins_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Rota:
    """Who of a party is on call, as far as it was read: from one moment to another."""

    shifts: tuple[Shift, ...]
    begins_at: datetime
    ends_at: datetime
    unknown: tuple[str, ...] = ()  # titles of events that name no contact


@dataclass(frozen=True, slots=True)
class Recurrence:
    """`Sun 02:00`, `Mon..Fri 02:00` (weekdays) or `day 1 02:00` (month days), in the agreement's zone."""

    at: time
    weekdays: frozenset[int] = frozenset()  # 0 is Monday
    month_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Window:
    """Announced maintenance (R2)."""

    what: str
    duration: timedelta
    starts_at: datetime | None = None
    recurs: Recurrence | None = None
    probes: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    announced_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hold:
    """How long something must be so: `3` in a row, `3/5` three of five, or `90s`. Exactly one way is set."""

    times: int = 0
    of: int = 0  # 0: in a row
    lasting: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """One thing a probe may say, as expressions over what its collector yields; worst first."""

    when: str
    condition: Condition | None
    grade: Grade | None = None
    hold: Hold | None = None  # None: the probe's own `for`
    clear: str = ""


@dataclass(frozen=True, slots=True)
class Probe:
    """One health probe. `options` is the collector's own frozen Options value."""

    name: str
    kind: str
    options: Any
    function: str = SYSTEM
    every: timedelta = timedelta(seconds=30)
    timeout: timedelta = timedelta(seconds=5)
    hold: Hold = field(default_factory=lambda: Hold(times=3))
    retry: timedelta | None = None
    recover: timedelta = timedelta(minutes=5)
    flap: tuple[int, timedelta] | None = None  # openings, within
    depends_on: tuple[str, ...] = ()
    tells: tuple[Tell, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict)
    is_local: bool = False  # asks this very host: no network of ours in between
    party: Party = Party.PROVIDER  # the customer's own watch is pinged by its machines, under its token (2.3(a))


@dataclass(frozen=True, slots=True)
class Recovery:
    """The recovery gate's numbers (3.4(d))."""

    good: int = 3
    stable: Mapping[Grade, timedelta] = field(
        default_factory=lambda: {1: timedelta(minutes=15), 2: timedelta(minutes=10), 3: timedelta(minutes=5)}
    )


@dataclass(frozen=True, slots=True)
class Quorum:
    """So many of a party acknowledge before its team is launched (3.3(a)); one person of two roles counts for both."""

    principal_or_deputy: int = 1
    member: int = 1


@dataclass(frozen=True, slots=True)
class Rise:
    """What time adds to a cell of the grade table (R7)."""

    after: timedelta
    grade: Grade
    needs_second_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the grade table: it holds from `scope` (0-1) on. `grade` None: alert only."""

    scope: float
    grade: Grade | None
    rise: Rise | None = None


@dataclass(frozen=True, slots=True)
class GradeTable:
    """The grade table as data (agreement.md 4); `agent/agreement/grades.yaml` is the shipped one.

    `base[criticality][condition]` lists the cells of a fault, largest scope first; `security` is R3; `lifts` says how
    long a fault may stay in a grade before time lifts it by one.
    """

    scope_1: float = 0.5
    scope_2: float = 0.05
    total_outage_to_1_after: timedelta = timedelta(minutes=5)
    base: Mapping[Criticality, Mapping[Condition, tuple[Cell, ...]]] = field(default_factory=dict)
    security: Mapping[Condition, Grade | None] = field(default_factory=dict)
    lifts: Mapping[Grade, timedelta] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A response plan (3.1 行动方案)."""

    kind: Kind
    function: str = ""
    grade: Grade | None = None
    steps: tuple[str, ...] = ()
    link: str = ""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Head and numbers of the agreement in force."""

    system: str
    id: str = ""
    version: int = 1
    hash: str = ""  # SHA-256 of the file it was read from
    status: str = "in_force"  # or trial
    zone: tzinfo = UTC
    calendar: Calendar | None = None
    functions: Mapping[str, Function] = field(default_factory=dict)  # always holds `system`
    recovery: Recovery = field(default_factory=Recovery)
    launch: Quorum = Quorum()
    grades: GradeTable = field(default_factory=GradeTable)
    launch_limit: Mapping[Grade, timedelta] = field(
        default_factory=lambda: {1: timedelta(minutes=15), 2: timedelta(minutes=30), 3: timedelta(hours=4)}
    )
    first_notice: Mapping[Grade, timedelta] = field(
        default_factory=lambda: {1: timedelta(minutes=15), 2: timedelta(minutes=30), 3: timedelta(hours=4)}
    )

    terms: Mapping[str, Term] = field(default_factory=dict)  # the duties in force, by name
    effective: date | None = None
    expires: date | None = None
    overlays: tuple[Overlay, ...] = ()  # statutory clocks, drafts only (fact 11)
    auto_receipt_discharges: bool = False  # only where the annex says so (fact 4)
    service_hours: Calendar | None = None  # None: at any time; holidays do not count (R8)
    availability: Availability = field(default_factory=Availability)  # the level of the annex (1.6)
    assurance: tuple[Period, ...] = ()  # declared assurance periods (重保), by their begin (R8)

    @property
    def is_trial(self) -> bool:
        return self.status == "trial"

    @property
    def has_functions(self) -> bool:
        """Whether functions beyond the implicit one are agreed."""
        return len(self.functions) > 1

    @property
    def named_functions(self) -> tuple[str, ...]:
        """Ids of the agreed ones; the implicit one where none are."""
        return tuple(id_ for id_ in self.functions if id_ != SYSTEM or not self.has_functions)
