"""What stands between incidents: the parties' people as the agent last saw them."""

from dataclasses import dataclass
from datetime import datetime

from agent.model.words import Party, Role


@dataclass(frozen=True, slots=True)
class Card:
    """A contact as it was when the file was last read: what it is compared with to notice a change (OB-103)."""

    id: str
    party: Party
    name: str
    roles: tuple[Role, ...]
    phone: str
    email: str
    reach: tuple[str, ...]  # the channels by name; an own URL as its scheme and a digest, never itself
    version: int  # grows with every change that is told
    at: datetime  # of this version
    is_gone: bool = False  # the file names it no more
