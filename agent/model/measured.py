"""What the agent measured of the availability (1.6, 4.1(a)), and which minutes the parties leave out of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.model.words import Party, Result


@dataclass(frozen=True, slots=True)
class Availability:
    """The availability level of the annex (1.6)."""

    target: float = 0.999  # of the minutes of a month
    exclude: tuple[str, ...] = ("announced_maintenance",)  # what may be left out
    is_agreed: bool = False  # the file says it; else it is our default


@dataclass(frozen=True, slots=True)
class Run:
    """Whole minutes in which a probe found the same; minutes of no run are unknown."""

    probe: str
    function: str
    result: Result  # ok or bad
    since: datetime
    until: datetime  # the first minute after it
    is_slow: bool = False  # it looked less often than once a minute, or waited to be pinged


@dataclass(frozen=True, slots=True)
class Attempted:
    """What was blocked of one function in some time: `security: attempt` (1.3, R3)."""

    function: str
    count: int  # signals that began to fire
    in_incidents: int  # so many of them belong to an incident: a row gives them a grade, or something graver was open
    first_at: datetime
    last_at: datetime


class ExclusionState(StrEnum):
    OPEN = "open"  # claimed by the provider, not answered: both figures are shown
    ACCEPTED = "accepted"  # by the creditor
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Minutes that a party wants left out of the availability; it counts once the creditor has accepted it."""

    id: str  # EXC-20261123-001
    function: str  # "" is all of them
    what: str  # announced_maintenance | force_majeure | customer_cause | other
    starts_at: datetime
    ends_at: datetime
    because: str
    party: Party
    by: str  # contact
    at: datetime
    state: ExclusionState
    answered_by: str = ""
    answered_at: datetime | None = None
    answer: str = ""
    means: str = ""
    recorded_by: str = ""
