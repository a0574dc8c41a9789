"""What people put into the small registers, as works of the desk."""

from dataclasses import dataclass
from datetime import date, datetime

from agent.model import Item, ItemKind, Party
from agent.rules.register import Act


@dataclass(frozen=True, slots=True)
class Register:
    """A new line of a register. Answered with a `Registered`.

    Raises (through the Future): NotFound, WrongParty, Refused, IllegalStep; each names its clause.
    """

    kind: ItemKind
    by: str
    text: str
    what: str = ""  # of a vulnerability its severity; own_use, hardening, none …
    owner: str = ""  # "": who puts it down
    due: date | None = None  # of an improvement: its last day, in the agreement's zone
    known_at: datetime | None = None  # of a vulnerability
    period: str = ""  # of upkeep and attestations: 2026-11, 2026-Q4, 2026; "" is the present one
    incident: str = ""
    items: tuple[str, ...] = ()  # of a decision; () is every improvement that was agreed for the incident
    is_internal: bool = False
    means: str = ""  # api | cli | phone
    called_at: datetime | None = None  # said on the phone: when; it counts from then
    recorded_by: str = ""  # the token, machine or contact that brought it
    party: Party | None = None  # where the token fixes it


@dataclass(frozen=True, slots=True)
class Advance:
    """What is done to a line. Answered with a `Registered`.

    Raises (through the Future): as `Register`.
    """

    item: str
    act: Act
    by: str
    text: str = ""
    means: str = ""
    called_at: datetime | None = None
    recorded_by: str = ""
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    item: Item
    is_repeated: bool = False  # it was on file already; nothing changed
