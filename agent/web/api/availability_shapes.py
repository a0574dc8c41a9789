"""The shapes of the availability: a month's figures, its outages, and the minutes that are left out."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, Field

from agent.engine.availability import Month, Planned
from agent.model import Criticality, Exclusion, ExclusionState, Party
from agent.ports import Store
from agent.rules import availability
from agent.rules.availability import Figure, Measured
from agent.web.api import statements
from agent.web.api.models import Brought, Id, Text
from agent.web.api.statements import StatementShape

NOT_ASSESSABLE = "不可评定 / cannot be assessed"
FORMULA = "(minutes - excluded - unknown - unavailable) / (minutes - excluded - unknown)"

Sort = Literal["announced_maintenance", "force_majeure", "customer_cause", "other"]


class FigureShape(BaseModel):
    """What the minutes come to. Unknown ones are neither good nor bad and never counted as up."""

    minutes: int
    planned: int = Field(description="Minutes of maintenance windows, whether they are left out or count.")
    excluded: int = Field(description="Minutes left out: announced 72 h before, or accepted by the customer.")
    unavailable: int
    unknown: int
    coverage: float = Field(description="Share of the minutes not excluded of which the agent knows, 0 to 1.")
    assessable: bool = Field(description="Whether the coverage is 95 % or more.")
    availability: float | None = Field(description=f"{FORMULA}; null where it cannot be assessed.")
    text: str = Field(description=f"`99.953%`, cut off and not rounded; else `{NOT_ASSESSABLE}`.")
    met: bool | None = Field(description="Whether it reaches the target; null where nobody can say.")


class OutageShape(BaseModel):
    starts_at: datetime
    ends_at: datetime
    minutes: int
    excluded: int = Field(description="So many of them are left out.")


class MeasuredShape(FigureShape):
    """One function, or the system as a whole, which is down when one of its core functions is."""

    function: str | None = Field(description="null: the system as a whole.")
    name: str
    criticality: Criticality | None
    watched: bool = Field(description="Whether any probe of it was read in the month.")
    if_accepted: FigureShape | None = Field(description="Were every open exclusion accepted; null: none is open.")
    outages: list[OutageShape]


class PlannedShape(BaseModel):
    """A window of maintenance in the month."""

    id: str | None = Field(description="null: routes.yaml names it.")
    what: str
    functions: list[str] = Field(description="Empty: all.")
    starts_at: datetime
    ends_at: datetime
    announced: bool
    excluded_until: datetime | None = Field(description="null: its notice reached nobody 72 h before, so it counts.")


class ExclusionShape(BaseModel):
    """Minutes that a party wants left out."""

    id: str
    function: str | None = Field(description="null: all of them.")
    what: str
    starts_at: datetime
    ends_at: datetime
    because: str
    party: Party
    by: str
    at: datetime
    state: ExclusionState
    answered_by: str | None
    answered_at: datetime | None
    answer: str
    recorded_by: str
    stated: list[StatementShape] = Field(description="What was recorded on behalf of somebody, and how it stands.")
    repeated: Annotated[bool, Field(description="It was on file already; nothing changed.")] = False


class AvailabilityShape(BaseModel):
    """A month's availability (1.6, 4.1(a))."""

    month: str
    begins_at: datetime
    ends_at: datetime
    measured_until: datetime = Field(description="The end of what is assessed: the last three minutes are not yet.")
    over: bool
    target: float | None = Field(description="null for the customer where it is a default that nobody agreed.")
    target_agreed: bool
    formula: str = FORMULA
    whole: MeasuredShape
    functions: list[MeasuredShape]
    planned: list[PlannedShape]
    exclusions: list[ExclusionShape]
    drill_minutes: int = Field(description="Minutes of drills; they never count.")


class ExclusionAct(Brought):
    """Minutes to be left out."""

    by: Id = Field(description="A contact of the provider claims them; one of the customer leaves them out.")
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    because: Text
    function: Id | None = Field(None, description="Else all functions.")
    what: Sort = Field("announced_maintenance", description="The provider claims only what the annex names.")


class ExclusionAnswer(Brought):
    by: Id = Field(description="The contact who answers.")
    text: Text = Field("", description="Why; needed to decline or withdraw.")


def month(found: Month, names: dict[str, tuple[str, Criticality]], system: str, store: Store) -> AvailabilityShape:
    return AvailabilityShape(
        month=found.month,
        begins_at=found.begins_at,
        ends_at=found.ends_at,
        measured_until=found.measured_until,
        over=found.is_over,
        target=found.target,
        target_agreed=found.is_agreed,
        whole=_measured(found.whole, found.target, None, system, None),
        functions=[_measured(each, found.target, id_, *names[id_]) for id_, each in found.functions.items()],
        planned=[_planned(each) for each in found.planned],
        exclusions=[exclusion(each, store) for each in found.exclusions],
        drill_minutes=found.drill_minutes,
    )


def exclusion(each: Exclusion, store: Store) -> ExclusionShape:
    return ExclusionShape(
        id=each.id,
        function=each.function or None,
        what=each.what,
        starts_at=each.starts_at,
        ends_at=each.ends_at,
        because=each.because,
        party=each.party,
        by=each.by,
        at=each.at,
        state=each.state,
        answered_by=each.answered_by or None,
        answered_at=each.answered_at,
        answer=each.answer,
        recorded_by=each.recorded_by,
        stated=[statements.shape(one) for one in store.statements_of_matter(each.id)],
    )


def _measured(
    each: Measured, target: float, function: str | None, name: str, criticality: Criticality | None
) -> MeasuredShape:
    return MeasuredShape(
        **_figure(each.figure, target).model_dump(),
        function=function,
        name=name,
        criticality=criticality,
        watched=each.has_readings,
        if_accepted=_figure(each.if_accepted, target) if each.if_accepted else None,
        outages=[
            OutageShape(starts_at=one.starts_at, ends_at=one.ends_at, minutes=one.minutes, excluded=one.excluded)
            for one in each.outages
        ],
    )


def _figure(each: Figure, target: float) -> FigureShape:
    return FigureShape(
        minutes=each.total,
        planned=each.planned,
        excluded=each.excluded,
        unavailable=each.unavailable,
        unknown=each.unknown,
        coverage=each.coverage,
        assessable=each.can_be_assessed,
        availability=each.ratio,
        text=NOT_ASSESSABLE if each.ratio is None else availability.percent(each.ratio),
        met=each.reaches(target),
    )


def _planned(each: Planned) -> PlannedShape:
    return PlannedShape(
        id=each.id or None,
        what=each.what,
        functions=list(each.functions),
        starts_at=each.starts_at,
        ends_at=each.ends_at,
        announced=each.is_announced,
        excluded_until=each.excluded_until,
    )
