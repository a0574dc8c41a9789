"""The channel test (OB-104), as works of the desk: a person starts it, each contact answers it."""

from dataclasses import dataclass
from datetime import datetime

from agent.model import Notice, Party


@dataclass(frozen=True, slots=True)
class StartTest:
    """Each contact gets a marked message with a link by every channel. Answered with a `StartedTest`.

    Raises (through the Future): NotFound, WrongParty, Refused.
    """

    by: str
    parties: tuple[Party, ...] = ()  # () the starter's own
    contacts: tuple[str, ...] = ()  # () everybody of these parties
    at_once: bool = False  # also outside working hours
    recorded_by: str = ""
    party: Party | None = None  # where the token fixes it: a contact of the other one is WrongParty


@dataclass(frozen=True, slots=True)
class StartedTest:
    notices: tuple[Notice, ...]  # one for each party; held ones wait for working hours
    is_repeated: bool = False


@dataclass(frozen=True, slots=True)
class AnswerTest:
    """It reached them. Answered with an `AnsweredTest`.

    Raises (through the Future): NotFound, WrongParty, IllegalStep.
    """

    contact: str
    test: str = ""  # "" the latest one that asked them
    endpoint: str = ""  # the channel whose link was opened, "" where they said so otherwise
    means: str = "link"
    recorded_by: str = ""
    party: Party | None = None  # where the link or token fixes it
    called_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AnsweredTest:
    test: str
    contact: str
    party: Party
    at: datetime
    is_repeated: bool = False
    waits_for: tuple[str, ...] = ()  # contacts of the party who have not answered this month
