"""Quiet that a person asks for (`tocsin snooze`): how long at most, and for whom. No duty stops, no ladder waits."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from agent.errors import Refused
from agent.model import Grade, Party, Snooze, State

LONGEST: Mapping[Grade, timedelta] = {1: timedelta(minutes=30), 2: timedelta(hours=2), 3: timedelta(hours=24)}
"""The graver, the shorter."""

ASKED = frozenset({State.OPEN, State.VERIFYING})
"""While it is in one of these, people are reminded of an incident."""


def check_length(length: timedelta, grade: Grade) -> None:
    """
    Raises:
        Refused: longer than the grade allows, or no length at all.
    """
    if length <= timedelta():
        raise Refused("say for how long, such as 30m", "3.2(c)")
    if length > LONGEST[grade]:
        minutes = LONGEST[grade] // timedelta(minutes=1)
        most = f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
        raise Refused(f"in grade {grade} reminders rest for {most} at most: ask again then", "3.2(c)")


def quiet_until(snoozes: Iterable[Snooze], party: Party, contact: str, now: datetime) -> datetime | None:
    """Until when this contact is not reminded; None: now. `contact` "": the whole side."""
    times = [
        each.until
        for each in snoozes
        if each.party is party and each.until > now and (not each.contact or each.contact == contact)
    ]
    return max(times, default=None)
