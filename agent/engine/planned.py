"""What people arrange beforehand, as works of the desk: maintenance, quiet for a while, trials."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from agent.model import Condition, Grade, Incident, Ladder, Maintenance, Notice, Snooze

Outcome = Literal["opened", "joined", "alert_only", "maintenance"]
"""What becomes of a state that is tried."""


@dataclass(frozen=True, slots=True)
class Announce:
    """A window of planned maintenance (4.1(a)). Answered with an `Announced`.

    Raises (through the Future): NotFound, WrongParty, Refused.
    """

    what: str
    by: str
    ends_at: datetime
    starts_at: datetime | None = None  # None: now
    functions: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    recorded_by: str = ""  # the token or machine that brought it
    is_rehearsal: bool = False  # nothing is written or told


@dataclass(frozen=True, slots=True)
class Extend:
    """Answered with an `Announced`."""

    window: str
    by: str
    until: datetime
    reason: str = ""
    recorded_by: str = ""
    is_rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class End:
    """Over before its end, or called off before its start. Answered with an `Announced`."""

    window: str
    by: str
    reason: str = ""
    recorded_by: str = ""
    is_rehearsal: bool = False


@dataclass(frozen=True, slots=True)
class Announced:
    """What an act on a window did, or would do."""

    window: Maintenance
    notices: tuple[Notice, ...] = ()
    waiting: int = 0  # signals firing now that wait for its end
    live: tuple[str, ...] = ()  # incidents of its functions that it does not quiet: they were there before
    opened: tuple[str, ...] = ()  # incidents that an early end opened
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """Reminders of an incident rest for the contact's side, or for the contact alone. Answered with a `Rested`.

    Raises (through the Future): NotFound, IllegalStep, Refused.
    """

    incident: str
    contact: str
    length: timedelta  # none: it ends now
    reason: str = ""
    only_me: bool = False
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class Try:
    """What would happen if the function had this state now; the provider gets it as a marked trial.

    Answered with a `Tried`. Raises (through the Future): NotFound, WrongParty, Refused.
    """

    function: str
    condition: Condition
    by: str = ""
    recorded_by: str = ""
    is_rehearsal: bool = False  # nobody is told


@dataclass(frozen=True, slots=True)
class Lift:
    """What time alone adds (R7)."""

    at: datetime
    grade: Grade
    needs_second_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Tried:
    """What would happen. `incident` None: nothing opens, and `outcome` says why."""

    outcome: Outcome
    at: datetime
    incident: Incident | None = None
    lifts: tuple[Lift, ...] = ()
    notices: tuple[Notice, ...] = ()  # as they would be told, held ones with the time of their release
    ladders: tuple[Ladder, ...] = ()
    until: datetime | None = None  # end of the maintenance that it would wait for
    sent: tuple[Notice, ...] = ()  # what the provider gets now, marked


@dataclass(frozen=True, slots=True)
class Rested:
    """The quiet that was asked for, and whether it ended one."""

    snooze: Snooze
    has_ended: bool = False
