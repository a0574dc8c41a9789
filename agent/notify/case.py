"""The circumstances of one copy of a notice: for whom it is, where it goes, and how things are called there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from agent.config.settings import Settings
from agent.model import SYSTEM, Contact, Endpoint, Incident, Manner, Notice, Obligation, Party
from agent.notify.phrases import PHRASES
from agent.rules import wording
from agent.rules.wording import clipped, plain

NAME_BYTES = 90
"""Of one name of a function, person or system in a notice."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """One notice that a digest tells."""

    notice: Notice
    incident: Incident | None
    link: str  # "" where there is nothing to acknowledge any more


@dataclass(frozen=True, slots=True)
class Case:
    """What a notice is composed from, beside itself."""

    incident: Incident | None  # None: a notice about the agent itself
    contact: Contact
    endpoint: Endpoint
    settings: Settings
    link: str  # "" where nothing is asked
    now: datetime
    owed: tuple[Obligation, ...] = ()  # the clocks of the incident that run now
    gathered: tuple[Gathered, ...] = ()  # of a digest


@dataclass(frozen=True, slots=True)
class Copy:
    """One party's copy in one contact's language."""

    notice: Notice
    case: Case
    language: str

    @property
    def is_room(self) -> bool:
        return self.case.endpoint.manner is Manner.GROUP

    @property
    def is_provider(self) -> bool:
        return self.notice.party is Party.PROVIDER

    def say(self, phrase: str, **words: str) -> str:
        return PHRASES[self.language][phrase].format(**words)

    def short(self, text: Any, most: int = NAME_BYTES) -> str:
        """What came from outside or from the configuration: one visible line, at most so many bytes."""
        return clipped(plain(str(text), 4 * most), most)

    def clock(self, at: datetime | str | None) -> str:
        """The time in the agreement's zone, with its date on another day; "" where there is none."""
        moment = _moment(at)
        return wording.at_clock(moment, self.zone, self.case.now, self.language) if moment else ""

    def day(self, at: datetime | str | None) -> str:
        """The date alone where it is another day's, else the time."""
        moment = _moment(at)
        if moment is None:
            return ""
        local, here = moment.astimezone(self.zone), self.case.now.astimezone(self.zone)
        return self.clock(at) if local.date() == here.date() else wording.on_day(local, self.language)

    @property
    def date(self) -> str:
        return wording.on_date(self.case.now, self.zone, self.language)

    @property
    def system(self) -> str:
        return self.short(self.case.settings.agreement.system)

    def function_ascii(self, id_: str) -> str:
        """The same for an SMS of 160 characters, where a name in another script would leave but 70."""
        name = self.function(id_)
        if name.isascii():
            return name
        return self.short(id_) if id_.isascii() and id_ in self.case.settings.agreement.functions else "the system"

    def function(self, id_: str) -> str:
        """What a function is called. One that is not agreed (any more) is the system itself in the customer's copy."""
        if id_ == SYSTEM:
            return self.system
        found = self.case.settings.agreement.functions.get(id_)
        if found is None:
            return self.short(id_) if self.is_provider else self.system
        return self.short(found.name or id_)

    def functions(self, ids: Sequence[str]) -> list[str]:
        return list(dict.fromkeys(self.function(id_) for id_ in ids)) or [self.system]

    def party(self, party: Party) -> str:
        """甲方 where the parties are called so, else the role's word in the reader's language."""
        label = plain(self.case.settings.parties[party].label, 12)
        is_chinese = not label.isascii()
        return label if self.language == "zh" and is_chinese else self.say(party.value)

    def name(self, id_: str) -> str:
        found = self.case.settings.contacts.get(id_)
        return self.short(found.name or id_) if found else ""

    def person(self, contact: Contact) -> str:
        """Name and number: contract data, shown to the other party while a grade 1 or 2 incident is open."""
        return f"{self.short(contact.name or contact.id)} {self.short(contact.phone, 40)}".rstrip()

    @property
    def zone(self) -> tzinfo:
        return self.case.settings.agreement.zone


def _moment(at: datetime | str | None) -> datetime | None:
    if isinstance(at, str):
        return datetime.fromisoformat(at) if at else None
    return at
