"""What people put on file during an incident, as works of the desk: entries and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.model import Entry, EntryKind, Grade, Kind, Party, Report, Statement


@dataclass(frozen=True, slots=True)
class Record:
    """A person's act during an incident. Answered with a `Recorded`.

    Raises (through the Future): NotFound, WrongParty, Refused, IllegalStep; each names its clause.
    """

    incident: str
    kind: EntryKind
    by: str  # the contact who acts
    what: str = ""  # containment, accepted, cooperation …
    said: Mapping[str, Any] = field(default_factory=dict)
    about: str = ""  # the request, obligation or entry it is about
    means: str = "api"  # link | api | cli | phone
    recorded_by: str = ""  # the token, machine or contact that brought it
    called_at: datetime | None = None  # of a phone call: when it was said
    party: Party | None = None  # where the token or link fixes it
    is_not_applicable: bool = False  # of a phase, with the reason in `said["text"]`


@dataclass(frozen=True, slots=True)
class Recorded:
    entry: Entry
    is_repeated: bool = False  # it was on file already, word for word; nothing changed


@dataclass(frozen=True, slots=True)
class File:
    """What is attached to a report, as it was sent."""

    name: str
    media_type: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class FileReport:
    """A party reports something (3.2(b)). Answered with a `Filed`.

    Raises (through the Future): NotFound, Refused; each names its clause.
    """

    reporter: str
    symptom: str = ""
    scope: str = ""
    measures: str = ""
    occurred_at: datetime | None = None  # None: the reporter did not say
    discovered_at: datetime | None = None  # None: when it occurred
    functions: tuple[str, ...] = ()  # () is the system as a whole
    kind: Kind = Kind.FAULT
    suggested_grade: Grade | None = None
    files: tuple[File, ...] = ()
    means: str = "api"  # api | cli | phone
    called_at: datetime | None = None  # of a phone call: it arrived then
    recorded_by: str = ""  # the token, machine or contact that brought it
    received_at: datetime | None = None  # when the door had it; None: as the desk decides


@dataclass(frozen=True, slots=True)
class Supplement:
    """What a report lacked, told afterwards (3.2(b), OB-205). Answered with a `Filed`.

    Raises (through the Future): NotFound, WrongParty, Refused.
    """

    report: str
    by: str
    symptom: str = ""
    scope: str = ""
    measures: str = ""
    occurred_at: datetime | None = None
    files: tuple[File, ...] = ()
    means: str = "api"
    recorded_by: str = ""
    called_at: datetime | None = None  # of a phone call: when it was said


@dataclass(frozen=True, slots=True)
class Filed:
    """The report as it now is, and when it has to be acknowledged; None: nobody has to."""

    report: Report
    acknowledge_due_at: datetime | None = None
    is_repeated: bool = False  # it was on file already, word for word; nothing changed


@dataclass(frozen=True, slots=True)
class Confirm:
    """A person of the other party says that it was as recorded (fact 15). Answered with a `Confirmed`.

    A correction is a `Record` of kind DISPUTE about the statement.

    Raises (through the Future): NotFound, WrongParty, Refused, IllegalStep.
    """

    incident: str  # or the matter of a statement about none: IMP-20261123-001, agreement-2
    statement: str  # S2, or the number of the entry or report that it became
    by: str
    means: str = "api"  # link | api | cli
    recorded_by: str = ""  # the token, machine or contact that brought it
    party: Party | None = None  # where the token or link fixes it


@dataclass(frozen=True, slots=True)
class Correct:
    """A person of the other party says what was so instead, of what is about no incident. Answered with a `Confirmed`.

    Raises (through the Future): NotFound, WrongParty, Refused, IllegalStep.
    """

    matter: str
    statement: str
    by: str
    text: str
    means: str = "api"  # link | api | cli
    recorded_by: str = ""
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The statement as it was answered."""

    statement: Statement
    is_repeated: bool = False  # the same person had answered so already
