"""What a contact is reminded of: duties whose time runs, gathered so that nobody hears of them every minute."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """One duty that is to be said to a contact, not before that time."""

    duty: str  # the obligation's id
    incident: str  # "" belongs to none
    why: str  # `50 %: coordinator`
    from_at: datetime
    is_actor: bool = False  # said to who handles the incident: this one duty alone (rule 6)


@dataclass(frozen=True, slots=True)
class Reminder:
    """One contact: when they were reminded last, and what waits to be said."""

    contact: str
    told_at: datetime | None = None
    look_at: datetime | None = None  # when what waits may be said; None: nothing waits
    waits: tuple[Waiting, ...] = ()
