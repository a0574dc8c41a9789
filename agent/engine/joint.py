"""The agreement part of the configuration: what people do about it, as works of the desk; and what is in force now.

A reload or a start with another agreement part keeps the one in force beside the new operations part until both
principals have accepted (fact 14). What stands is on file: a restart in between loses nothing.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent.config import parts
from agent.config.settings import Fault, Settings
from agent.errors import Malformed, StoreUnavailable, TooBusy
from agent.log import Log
from agent.model import AgreementPart, Party
from agent.ports import Clock, Store
from agent.rules import joint
from agent.rules.joint import Difference, Outcome

log = Log(__name__)

FIRST_DAYS = 60
"""So many first days on record are looked at."""

ASKS_AGAIN = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Compare:
    """The file was read: is its agreement part in force? Answered with a `Stands`."""


@dataclass(frozen=True, slots=True)
class AcceptPart:
    """A principal accepts what is proposed; where nothing is, what is in force. Answered with a `Stands`.

    Raises (through the Future): NotFound, WrongParty, IllegalStep, Refused.
    """

    by: str
    hash: str = ""  # of what was read; another one is refused
    means: str = "api"  # link | api | cli | phone
    recorded_by: str = ""  # the token, machine or contact that brought it
    called_at: datetime | None = None  # of a phone call: when it was said
    party: Party | None = None  # where the token or link fixes it


@dataclass(frozen=True, slots=True)
class RejectPart:
    """A principal rejects what is proposed, with a reason. Answered with a `Stands`.

    Raises (through the Future): NotFound, WrongParty, IllegalStep, Refused.
    """

    by: str
    reason: str
    hash: str = ""
    means: str = "api"
    recorded_by: str = ""
    called_at: datetime | None = None
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Stands:
    """How the agreement stands: what is in force, what waits for whom, and where they differ."""

    in_force: AgreementPart | None
    proposed: AgreementPart | None = None
    differences: tuple[Difference, ...] = ()
    outcome: Outcome = "same"  # of the file
    rejected: AgreementPart | None = None  # what the file still says, and somebody has rejected
    is_repeated: bool = False


class InForce:
    """The configuration in force: the file's operations part, beside the agreement part that both accepted."""

    def __init__(self, file: Settings, store: Store, clock: Clock, entered: Callable[[], None] = lambda: None) -> None:
        self._clock = clock
        self._store = store
        self._entered = entered
        self._changing = threading.RLock()
        self._file = file
        part = joint.standing(store.standing_parts()).in_force
        self._text = part.text if part else file.part
        self._settings = self._composed()
        self._compared: Settings | None = None  # the file that the desk has compared with what stands

    def settings(self) -> Settings:
        """From any thread."""
        return self._settings

    @property
    def part(self) -> str:
        """The agreement part in force, as canonical text."""
        return self._text

    def read(self, file: Settings) -> Settings:
        """Another file was read: its operations part is in force from now on."""
        with self._changing:
            self._file = file
            self._settings = self._composed()
            return self._settings

    def late_start(self) -> tuple[Fault, ...]:
        """What the file's first day costs, where that is not on record yet (clock rule 1); into the log as well."""
        late, first = self._file.late_start, str(self._file.agreement.effective)
        if late is None:
            return ()
        try:
            told = self._store.facts_of_agent("agreement_effective", FIRST_DAYS)
        except StoreUnavailable:
            told = ()
        if any(each.fact.detail.get("effective") == first for each in told):
            return ()
        log.warning("first day lies behind", warning=late.message)
        return (late,)

    def enter(self, part: AgreementPart) -> None:
        """Both accepted it, and that is on disk."""
        with self._changing:
            if part.text == self._text:
                return
            self._text = part.text
            self._settings = self._composed()
        log.info("agreement came into force", version=part.version, hash=part.hash[:8])
        self._entered()

    def compare(self, submit: Callable[[Any], "Future[Any]"], wait_s: float) -> Stands:
        """What the file's agreement part comes to, on file.

        Raises:
            StoreUnavailable, TooBusy, TimeoutError: not on file yet; `tick` asks again.
        """
        file = self._file
        found: Stands = submit(Compare()).result(wait_s)
        self._compared = file
        if found.proposed is not None:
            waits_for = ", ".join(found.proposed.waits_for)
            log.warning("agreement waits to be accepted", version=found.proposed.version, by=waits_for)
        return found

    def ticks(self, submit: Callable[[Any], "Future[Any]"]) -> Callable[[datetime], datetime]:
        """Ask again what could not be put on file."""

        def tick(now: datetime) -> datetime:
            if self._compared is not self._file:
                with suppress(StoreUnavailable, TooBusy, TimeoutError):
                    self.compare(submit, 5)
            return now + ASKS_AGAIN

        return tick

    def _composed(self) -> Settings:
        try:
            return parts.beside(self._file, self._text, os.environ, self._clock.now())
        except Malformed as fault:  # of another version: an agent that runs on the file is better than none
            log.error("agreement part on file cannot be used; the file's own is", fault=str(fault))
            return self._file
