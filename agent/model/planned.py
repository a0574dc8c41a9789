"""What people arrange beforehand: windows of planned maintenance, and quiet for a while."""

from dataclasses import dataclass
from datetime import datetime

from agent.model.words import Grade, Party


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A window of planned maintenance that a person announced through the agent (R2); those of the file are `Window`.

    Minutes up to `announced_until` were announced at `announced_at`; what an extension added was not, so early.
    """

    id: str  # MW-20261123-001
    what: str  # what is done, in the customer's words
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime
    announced_until: datetime
    by: str  # contact id
    functions: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    ended_at: datetime | None = None  # over: by a person, early, or at its end by itself
    ended_by: str = ""  # contact id, or agent
    reminded_of: datetime | None = None  # the end that the provider was reminded of


@dataclass(frozen=True, slots=True)
class Snooze:
    """Quiet for one side, or for one contact of it: reminders of one incident wait until then. No duty stops."""

    incident: str
    party: Party
    contact: str  # "" is the whole side
    by: str
    at: datetime
    until: datetime
    grade: Grade  # of the incident then: a raise ends the quiet
    reason: str = ""
