"""What people put on file: reports, and every act during an incident that is more than an acknowledgement."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from agent.model.words import Grade, Kind, Party


class EntryKind(StrEnum):
    """What an entry on the shared timeline is; each has its clause in `rules/powers.py`."""

    UPDATE = "update"  # 3.5: progress by a person, with content
    PHASE = "phase"  # 3.4: a phase's record, or why it does not apply
    CAUSE = "cause"  # 3.4(c): the cause is known
    GRADE_ANSWER = "grade_answer"  # 3.1: accepted or objection
    GRADE_DECISION = "grade_decision"  # 3.1: with both names
    SAME_CAUSE = "same_cause"  # 3.4(a): what came back has the same cause, or another
    NOT_WORSE = "not_worse"  # R7: a reasoned statement holds the rise by time for 24 h
    CONVERSATION = "conversation"  # 3.3(a): the principals spoke
    COORDINATOR = "coordinator"  # 3.3(b)
    RESPONSE = "response"  # 3.3(c): respond or not, with the reason
    REQUEST = "request"  # 2.2(c), 4.2(b), 4.2(c), 4.3(b)
    ANSWER = "answer"  # to a request
    SHARED_FACT = "shared_fact"  # 2.2(c), 3.5
    VERIFICATION = "verification"  # 3.4(d): a person states that it works again, and how they know
    RECOVERY_ANSWER = "recovery_answer"  # 4.2(c): confirmed or objection
    WAIVER = "waiver"  # a creditor lets a duty go
    WAIVER_REQUEST = "waiver_request"  # a debtor asks the creditor to let one go
    PLAN_STEP = "plan_step"  # 3.1 行动方案: a step ticked
    LEVEL = "level"  # fact 11: the regulatory level by a statute; the contract grade is another thing
    FILING = "filing"  # fact 11: a person filed a report with an authority
    DISPUTE = "dispute"  # fact 15: the other party corrects what was stated on its behalf


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of a person, with what they said. Never changed but for its confirmation (fact 15)."""

    id: str  # the incident's number and its own: INC-20261123-001/7
    incident: str
    kind: EntryKind
    what: str  # containment, accepted, cooperation …
    party: Party  # for whom it was said
    by: str  # contact
    at: datetime  # when it was done: of a phone call, `called_at`
    on_file_at: datetime
    said: Mapping[str, Any] = field(default_factory=dict)  # text, eta, done, doing, next, both names …
    about: str = ""  # the request, report, obligation or entry it is about
    means: str = ""  # link | api | cli | phone
    recorded_by: str = ""  # contact or machine that recorded it, where not the person
    is_on_behalf: bool = False  # reads “stated by …” until confirmed
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    is_not_applicable: bool = False  # of a phase, with the reason in `said`


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    media_type: str
    size: int  # bytes
    hash: str  # SHA-256; the content is kept as a body


@dataclass(frozen=True, slots=True)
class Report:
    """What a party reported (3.2(b)): it arrived when it entered the system, not when somebody read it (fact 5)."""

    number: str  # REP-20261123-001
    incident: str
    party: Party
    reporter: str  # contact
    received_at: datetime
    occurred_at: datetime  # what the reporter claims
    discovered_at: datetime
    symptom: str = ""
    scope: str = ""
    measures: str = ""
    functions: tuple[str, ...] = ()
    kind: Kind = Kind.FAULT
    suggested_grade: Grade | None = None
    missing: tuple[str, ...] = ()  # mandatory items it lacks: time, symptom, scope, measures
    means: str = ""
    recorded_by: str = ""
    attachments: tuple[Attachment, ...] = ()
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    joined: bool = False  # it joined an incident that was open already
