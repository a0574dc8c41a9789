"""The closed sets of words: one word for one thing in code, SQL, YAML, pages and metrics."""

from enum import StrEnum
from typing import Literal

Grade = Literal[1, 2, 3]
"""How grave an incident is; 1 is gravest."""


class Party(StrEnum):
    PROVIDER = "provider"
    CUSTOMER = "customer"

    @property
    def other(self) -> "Party":
        return Party.CUSTOMER if self is Party.PROVIDER else Party.PROVIDER


class Role(StrEnum):
    PRINCIPAL = "principal"  # 负责人
    COORDINATOR = "coordinator"  # 指定人员
    MEMBER = "member"
    SECURITY = "security"
    OBSERVER = "observer"


class Kind(StrEnum):
    """What an incident is about (1.2, 1.3, recital)."""

    FAULT = "fault"
    SECURITY = "security"
    OTHER = "other"


class Criticality(StrEnum):
    CORE = "core"
    IMPORTANT = "important"
    AUXILIARY = "auxiliary"


class Condition(StrEnum):
    """What a signal says of a function; the last four are certainties of a security event (1.3)."""

    DOWN = "down"
    DEGRADED = "degraded"
    AT_RISK = "at_risk"
    DATA_BREACH = "data_breach"
    CONFIRMED = "confirmed"
    SUSPECTED = "suspected"
    ATTEMPT = "attempt"

    @property
    def is_security(self) -> bool:
        return self in _SECURITY


_SECURITY = frozenset({Condition.DATA_BREACH, Condition.CONFIRMED, Condition.SUSPECTED, Condition.ATTEMPT})


class Result(StrEnum):
    """The answer of one probe reading; unknown is neither good nor bad."""

    OK = "ok"
    BAD = "bad"
    UNKNOWN = "unknown"


class State(StrEnum):
    """Where an incident stands."""

    OPEN = "open"
    VERIFYING = "verifying"
    RECOVERED = "recovered"
    CLOSED = "closed"
    VOID = "void"


class Phase(StrEnum):
    ASSESSMENT = "assessment"
    CONTAINMENT = "containment"
    ERADICATION = "eradication"
    RECOVERY = "recovery"
    REVIEW = "review"


class Manner(StrEnum):
    """How a channel reaches a person."""

    LOUD = "loud"  # voice, critical push
    PERSONAL = "personal"
    GROUP = "group"  # a room: posted once, never delivery to a person
    QUIET = "quiet"  # mail


class NoticeType(StrEnum):
    OPENING = "opening"
    CHANGE = "change"  # grade, functions or scope changed
    UPDATE = "update"  # progress told by a person, or a phase's record (3.5, 3.4)
    OBJECTION = "objection"  # the other party objects: to the recovery (4.2(c)), or to the grade (3.1)
    REQUEST = "request"  # to the party asked: support, cooperation, feedback, attendance, by when (2.2(c), 4.2)
    ANSWER = "answer"  # to the party that asked
    WAIVER = "waiver"  # to the debtor: a duty was let go; to the creditor: it is asked to (section 5)
    SHARED = "shared"  # to the other party: a material fact that one party learned (2.2(c), 3.5)
    RISING = "rising"  # to the provider's coordinator: time lifts the grade in 2 h, unless it is not worse (R7)
    RELAPSE = "relapse"  # bad again while verifying or after recovery
    RECOVERY = "recovery"
    VOID = "void"
    CLOSED = "closed"
    ASK_AGAIN = "ask_again"  # the same question to who has not acknowledged
    ESCALATION = "escalation"  # the next person of the ladder
    PROPOSAL = "proposal"  # to the provider: a grade 1 that a person has to confirm (R8)
    PHONE = "phone"  # the other party is unreachable: please phone
    TERMS = "terms"  # a change of the agreement: proposed, accepted, in force, rejected (fact 14)
    MAINTENANCE = "maintenance"  # planned, longer, over early, or called off
    RECEIPT = "receipt"  # 自动回执: a report has arrived; never an acknowledgement of it (fact 4)
    REPORT = "report"  # to the provider: a report waits to be acknowledged (3.2(c))
    REPORT_ACKNOWLEDGED = "report_acknowledged"  # 受理确认: by whom, with first progress and the next update
    SUPPLEMENT = "supplement"  # what a report lacks (3.2(b))
    STATEMENT = "statement"  # to the other party: please confirm or correct what was recorded on behalf (fact 15)
    DISPUTE = "dispute"  # to who recorded it: the other party corrects it
    REMINDER = "reminder"  # duties whose time runs, to who is to see to them (agreement.md 5, rule 6)
    AILING = "ailing"  # the agent's look at itself fails: it may not do what it promises
    WELL_AGAIN = "well_again"
    BLIND = "blind"  # the agent cannot find out (OB-201)
    SEES_AGAIN = "sees_again"  # … and finds out again
    UNMAPPED = "unmapped"  # alerts that the file does not know, new since they were told last
    DIGEST = "digest"
    AGREEMENT = "agreement"  # of the agreement itself: its end, a party's people, a team that is no longer complete
    CHANNEL_TEST = "channel_test"  # 渠道测试: does it reach you? (OB-104)
    TRIAL = "trial"  # a marked test


class NoticeState(StrEnum):
    HELD = "held"  # waits for `due_at`, a raise or a person's confirmation
    RELEASED = "released"
    WITHHELD = "withheld"  # ended before its hold did: on record only


class DeliveryState(StrEnum):
    WAITING = "waiting"
    SENDING = "sending"  # leased to a courier: the attempt is on file before it is made
    ACCEPTED = "accepted"  # 服务商已受理: the carrier or server took it
    GIVEN_UP = "given_up"
    CANCELLED = "cancelled"  # no longer wanted when its turn came


class Verdict(StrEnum):
    """What became of one attempt to send."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"  # permanent: parked, told, next channel
    RETRY = "retry"  # 408, 425, 429, 5xx, SMTP 4xx
    NOT_SENT = "not_sent"  # refused, DNS, TLS: certainly did not arrive
    UNKNOWN = "unknown"  # read timeout, reset: may have arrived; sent again under the same number
