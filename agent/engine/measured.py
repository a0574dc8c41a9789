"""What people say about the availability, as works of the desk."""

from dataclasses import dataclass
from datetime import datetime

from agent.model import Exclusion, Party
from agent.rules.exclusions import Answer


@dataclass(frozen=True, slots=True)
class Exclude:
    """Minutes to be left out of the availability (4.1(a)). Answered with an `Excluded`.

    Raises (through the Future): NotFound, WrongParty, Refused; each names its clause.
    """

    by: str
    because: str
    starts_at: datetime
    ends_at: datetime
    function: str = ""  # "" is all of them
    what: str = "announced_maintenance"
    means: str = ""  # api | cli | phone
    called_at: datetime | None = None  # said on the phone: when
    recorded_by: str = ""  # the token, machine or contact that brought it
    party: Party | None = None  # where the token fixes it


@dataclass(frozen=True, slots=True)
class AnswerExclusion:
    """The creditor accepts or declines, or who claimed it withdraws. Answered with an `Excluded`.

    Raises (through the Future): as `Exclude`; IllegalStep where it was answered otherwise.
    """

    exclusion: str
    answer: Answer
    by: str
    text: str = ""
    means: str = ""
    called_at: datetime | None = None
    recorded_by: str = ""
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    exclusion: Exclusion
    is_repeated: bool = False  # it was on file already; nothing changed
