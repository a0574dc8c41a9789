"""What people put on file during an incident, as works of the desk: entries and reports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.model import Entry, EntryKind, Party


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
