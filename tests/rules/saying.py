"""What people put on file during one incident, for the tests of the rules that read it."""

from typing import Any

from agent.model import Entry, EntryKind, Incident, Kind, Party, Phase, State
from tests.rules.owing import INC, at

RECOVERED_AT = at(60)

INCIDENT = Incident(
    number=INC,
    kind=Kind.FAULT,
    key="fault checkout",
    state=State.RECOVERED,
    grade=2,
    is_provisional=False,
    functions=("checkout",),
    rules=("R4",),
    started_at=at(0),
    detected_at=at(0),
    opened_at=at(0),
    graded_at=at(0),
    cleared_at=at(50),
    recovered_at=RECOVERED_AT,
)


def entry(
    kind: EntryKind,
    what: str = "",
    minutes: float = 70,
    party: Party = Party.PROVIDER,
    number: int = 1,
    about: str = "",
) -> Entry:
    """The incident's entry of that number, so many minutes after it began."""
    moment, by = at(minutes), "lee" if party is Party.PROVIDER else "wang"
    said: dict[str, Any] = {"text": "so it was"}
    return Entry(f"{INC}/{number}", INC, kind, what, party, by, moment, moment, said, about)


def record(phase: Phase, minutes: float = 70) -> Entry:
    """The record of a phase."""
    return entry(EntryKind.PHASE, phase, minutes)
