"""The shapes of what people arrange beforehand: maintenance, quiet for a while, trials."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, model_validator

from agent.engine.planned import Outcome
from agent.model import Condition, Grade, Kind, NoticeType, Party
from agent.rules import units
from agent.web.api.models import Act, Id, Text


def _duration(text: str) -> str:
    units.duration(text)
    return text


Lasting = Annotated[str, Field(max_length=40, examples=["30m", "4h"]), AfterValidator(_duration)]
"""A duration as the file would write it; a number without a unit is refused."""

Needed = Annotated[str, Field(min_length=1, max_length=500)]


class Standing(StrEnum):
    AHEAD = "ahead"
    OPEN = "open"
    OVER = "over"
    CALLED_OFF = "called_off"  # before it began


class MaintenanceShape(BaseModel):
    """A window of maintenance: of the file, or announced by a person. A recurring one: this or the next occurrence."""

    id: str
    source: Literal["file", "person"]
    what: str
    functions: list[str]
    probes: list[str]
    state: Standing
    starts_at: datetime
    ends_at: datetime
    announced_at: datetime | None
    short_notice: bool = Field(description="Announced less than 72 h before, or not at all: its minutes count.")
    by: str | None = Field(description="Who announced it.")
    ended_by: str | None = Field(description="Who ended it early, or `agent` at its end.")
    waiting: int = Field(description="Signals that fire in it and wait for its end.")


class ToldShape(BaseModel):
    """What one contact is told, or would be."""

    contact: str
    party: Party = Field(description="Whose copy it is.")
    type: NoticeType
    why: str
    at: datetime = Field(description="When it leaves; of a held notice the end of its hold.")
    held: bool
    trial: bool
    channels: list[str] = Field(description="Those that start at once.")
    subject: str
    text: str


class MaintenanceDone(BaseModel):
    window: MaintenanceShape
    dry_run: bool = False
    repeated: bool = False
    live: list[str] = Field(description="Incidents of its functions that it does not quiet: they were there before.")
    opened: list[str] = Field(description="Incidents that an early end opened.")
    told: list[ToldShape]


class AnnounceAct(Act):
    what: Needed = Field(description="What is done; the customer reads it.")
    by: Id = Field(description="A contact of the provider.")
    functions: list[Id] = Field([], max_length=100)
    probes: list[Id] = Field([], max_length=1000)
    starts_at: AwareDatetime | None = Field(None, description="Now, where it is not said.")
    ends_at: AwareDatetime | None = Field(None, description="This, or `lasting`.")
    lasting: Lasting | None = None
    dry_run: bool = Field(False, description="Nothing is written or told.")

    @model_validator(mode="after")
    def _one_end(self) -> "AnnounceAct":
        _check_one(self.ends_at, self.lasting, "ends_at or lasting")
        return self


class ExtendAct(Act):
    by: Id = Field(description="A contact of the provider.")
    ends_at: AwareDatetime | None = Field(None, description="This, or `longer`.")
    longer: Lasting | None = Field(None, description="So much later than it ends now.")
    reason: Text = ""
    dry_run: bool = False

    @model_validator(mode="after")
    def _one_end(self) -> "ExtendAct":
        _check_one(self.ends_at, self.longer, "ends_at or longer")
        return self


class EndAct(Act):
    by: Id = Field(description="A contact of the provider.")
    reason: Text = ""
    dry_run: bool = False


class SnoozeAct(Act):
    contact: Id = Field(description="Who asks; reminders of their own side rest, never the other's.")
    lasting: Lasting = Field(description="At most 30m in grade 1, 2h in grade 2, 24h in grade 3; `0s` ends it.")
    only_me: bool = Field(False, description="Only reminders to this contact.")
    reason: Text = ""


class TryAct(Act):
    function: Id
    state: Condition
    by: Id | None = Field(None, description="A contact of the provider.")
    dry_run: bool = Field(False, description="Nobody is told; nothing is written.")


class LiftShape(BaseModel):
    """What time alone adds."""

    at: datetime
    grade: Grade
    needs_second_evidence: bool


class RungShape(BaseModel):
    at: datetime
    name: str
    to: list[str]


class LadderShape(BaseModel):
    """Whom of a party is called while nobody of it acknowledges; then it starts over."""

    party: Party
    answer_by: datetime
    rungs: list[RungShape]


class TriedShape(BaseModel):
    """What would happen if the function had this state now, by the rules in force and what is going on."""

    outcome: Outcome
    function: str
    state: Condition
    at: datetime
    grade: Grade | None
    provisional: bool
    kind: Kind | None
    rules: list[str]
    incident: str | None = Field(description="The live incident that it would join.")
    until: datetime | None = Field(description="The end of maintenance that it would wait for.")
    lifts: list[LiftShape]
    told: list[ToldShape] = Field(description="What the parties would be told, and when.")
    ladders: list[LadderShape]
    dry_run: bool
    sent: list[ToldShape] = Field(description="What the provider gets now, marked as a trial.")


def length(lasting: str) -> timedelta:
    return units.duration(lasting)


def _check_one(one: object, other: object, names: str) -> None:
    if (one is None) == (other is None):
        raise ValueError(f"say either {names}")
