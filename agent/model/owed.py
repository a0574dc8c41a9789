"""What the parties owe each other: terms, the clocks that run on them, and what moves the clocks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from agent.model.hot import hot
from agent.model.words import Grade, Party, Role


class Basis(StrEnum):
    """What a limit rests on. Nobody signed a default: it is a target until the parties adopt it (fact 2)."""

    CONTRACT = "contract"
    ANNEX = "annex"
    STATUTE = "statute"
    DEFAULT = "default"


class Owing(StrEnum):
    """Who owes a duty, or to whom it is owed."""

    PROVIDER = "provider"
    CUSTOMER = "customer"
    BOTH = "both"  # one clock, met by both together
    EACH = "each"  # a clock for each party
    NAMED = "named"  # the event names the party: the reporter, the one invited, the owner


class ObligationState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"  # only restoration and report clocks, while a request for cooperation is unanswered
    OVERDUE = "overdue"  # stays open until discharged
    MET = "met"
    MET_LATE = "met_late"
    WAIVED = "waived"  # by the creditor, with a reason
    LAPSED = "lapsed"  # a right that was not used (fact 13)
    VOID = "void"  # its ground has gone: a false alarm, another grade, the incident's end
    SUPERSEDED = "superseded"  # another clock took its place

    @property
    def is_open(self) -> bool:
        return self in _OPEN


_OPEN = frozenset({ObligationState.RUNNING, ObligationState.PAUSED, ObligationState.OVERDUE})


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time of which some units have no fixed number of seconds. Exactly one field is set."""

    fixed: timedelta = timedelta()
    days: int = 0  # of the calendar, whatever a clock change does to their length
    months: int = 0
    working_days: int = 0
    working: timedelta = timedelta()

    @property
    def longest(self) -> timedelta:
        """No calendar makes it longer than this."""
        whole_months = timedelta(days=366 * (self.months // 12) + 31 * (self.months % 12))
        return self.fixed + self.working + whole_months + timedelta(days=self.days + self.working_days)


@dataclass(frozen=True, slots=True)
class Limit:
    """What a term's `limit` says. Exactly one of `span` and `period_end` is set."""

    span: Span | None = None
    period_end: str = ""  # month_end | quarter_end | year_end
    is_before: bool = False  # at least so long before the event, not after it
    until: timedelta | None = None  # a cadence: every `span` until then, later every `later`
    later: Span | None = None
    text: str = field(default="", compare=False)  # as the table or the file writes it


@dataclass(frozen=True, slots=True)
class Term:
    """One duty of agreement.md 5 as data, or one of the parties' own.

    Events are written `name` or `name/what`: `notice.delivered/opening` is one that `notice.delivered` covers.
    """

    name: str  # first_notice
    ob: str  # OB-303; "" for the parties' own
    duty: Mapping[str, str]  # language -> what is owed
    clauses: tuple[str, ...]
    basis: Basis
    debtor: Owing
    creditor: Owing
    starts: tuple[str, ...]
    met_by: tuple[str, ...]
    limits: Mapping[Grade, Limit]  # a grade that is missing does not owe it
    ends: tuple[str, ...] = ()  # events that void what is still open
    by: tuple[Role, ...] = ()  # who may discharge it; () the agent as well
    evidence: Mapping[str, str] = field(default_factory=dict)  # language -> what proves it
    is_right: bool = False  # ends unused as lapsed, never overdue (fact 13)
    keeps_start: bool = False  # a regrade moves the limit and not the start (rule 3: the RTO)
    may_pause: bool = False  # rule 4
    is_per_event: bool = False  # every starting event has a clock of its own, told apart by `about`
    reminds_actor: bool = False  # rule 6: the acting person hears of it at 80 %
    is_adopted: bool = True  # False: a default that nobody signed is a target
    ref: str = ""  # where it is written: annex 2
    overlay: str = ""  # the statutory table it comes from
    from_grade: Grade | None = None  # of an overlay: the grade from which on its clock starts by itself
    after: str = ""  # owed only where this duty is or was owed of the incident, and not excluded
    deemed_accepted: bool = False  # an unused right counts as acceptance, where the annex says so (fact 13)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that starts, meets or ends clocks. `at` is when it happened, not when it was noticed (rule 1)."""

    name: str  # of the closed list: notice.delivered
    at: datetime
    what: str = ""  # opening, containment, cooperation …
    incident: str = ""
    report: str = ""
    about: str = ""  # the notice, request or item it is about
    party: Party | None = None  # who acted; of what starts a clock: who is told or asked
    contact: str = ""  # the person, "" for the agent
    grade: Grade | None = None
    due_at: datetime | None = None  # a day of its own, which wins over the term's limit
    begun_at: datetime | None = None  # a cadence counts its stretches from here
    is_own: bool = False  # a party's own matter: a target, whatever the parties adopted
    is_again: bool = False  # what met the duty before was taken back: it is owed once more


@hot
@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty's clock. Superseded by another row, never overwritten; `overdue_at` stays when it is met late."""

    id: str  # first_notice-INC-20261123-001, then …-2 for the second of its kind
    name: str
    ob: str
    clauses: tuple[str, ...]
    basis: Basis
    is_target: bool  # a default that nobody signed: shown to the debtor alone
    debtor: Owing  # provider, customer or both
    creditor: Owing
    incident: str
    report: str
    about: str
    grade: Grade | None  # None: belongs to no incident
    state: ObligationState
    started_at: datetime
    on_file_at: datetime  # later than `started_at` where the agent was away (agent_gap)
    limit: str  # as written: 15m, 4wh, month_end
    due_at: datetime
    marks: int = 0  # how many of its ladder's rungs were called
    mark_at: datetime | None = None  # when the next one is; None: no more
    paused_at: datetime | None = None
    paused_s: float = 0.0  # whole pauses so far
    overdue_at: datetime | None = None
    discharged_at: datetime | None = None
    discharged_by: str = ""  # contact, "" for the agent
    reason: str = ""  # why waived, void or superseded; not worse …
    superseded_by: str = ""
    is_retroactive: bool = False  # was past its new limit when the grade was raised (rule 3)
    agreement_version: int = 1
    agreement_hash: str = ""
