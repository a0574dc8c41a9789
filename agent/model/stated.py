"""What one party recorded on a person's behalf, until the other party confirms or corrects it (fact 15)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from agent.model.words import Party


class StatementState(StrEnum):
    WAITING = "waiting"  # reads “stated by …”
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"  # stays on record, marked
    UNANSWERED = "unanswered"  # its working day has passed: no answer, never acceptance


@dataclass(frozen=True, slots=True)
class Statement:
    """An act that somebody recorded for somebody else. The act stands beside it, as it was recorded."""

    id: str  # the subject's number and its own: INC-20261123-001/S2, IMP-20261123-001/S1
    incident: str  # "" where it is about none
    kind: str  # of the fact: acknowledged, update_posted, report_received …
    about: str  # the entry or the report that it became, "" for none
    party: Party  # of the person who is said to have acted
    by: str  # that person
    at: datetime  # when they acted: of a phone call, `called_at`
    on_file_at: datetime
    means: str  # phone | cli | api
    recorded_by: str  # contact, token or unauthenticated
    asked: Party  # who confirms or corrects: the other party of whoever recorded it
    said: Mapping[str, Any] = field(default_factory=dict)  # what was recorded, in words
    state: StatementState = StatementState.WAITING
    asked_at: datetime | None = None  # when that party was told; None: not so far
    due_at: datetime | None = None  # the end of its working day
    answered_by: str = ""
    answered_at: datetime | None = None
    answer: str = ""  # the correction's words
    matter: str = ""  # of none of an incident: the line of a register, the claim or the agreement part it belongs to

    @property
    def subject(self) -> str:
        """What it is counted under: its incident, else its matter."""
        return self.incident or self.matter


STATEMENTS = "statements"
"""What a link is about that shows an incident's statements instead of the incident."""
