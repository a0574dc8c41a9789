"""/signals/attempts: the monthly figure of blocked attempts, which open no incident and are told to nobody (R3)."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from agent.errors import NotFound
from agent.rules import availability, periods
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office


class AttemptedShape(BaseModel):
    function: str
    name: str
    count: int = Field(description="Signals of `security: attempt` that began to fire in the month.")
    in_incidents: int = Field(description="So many of them belong to an incident; the others are on record only.")
    first_at: datetime | None
    last_at: datetime | None


class AttemptsShape(BaseModel):
    """Blocked attempts of a month (1.3): counted, below every grade unless a row of `signals:` gives them one."""

    month: str
    begins_at: datetime
    ends_at: datetime
    over: bool
    count: int
    functions: list[AttemptedShape]


def routes(office: Office) -> APIRouter:
    """The one route of the figure."""
    api = APIRouter(tags=["reading"], route_class=PartyRoute)

    @api.get("/signals/attempts")
    def attempts(
        month: Annotated[str, Query(max_length=7, description="`2026-11`; the present one if not said.")] = "",
    ) -> AttemptsShape:
        """A month's blocked attempts: each agreed function, and whatever else attempts were counted of."""
        return _shown(office, month)

    return api


def _shown(office: Office, month: str) -> AttemptsShape:
    agreement, now = office.settings().agreement, office.clock.now()
    text = month or periods.month_of(now, agreement.zone)
    try:
        begins_at, ends_at = availability.month(text, agreement.zone)
    except (ValueError, OverflowError):
        raise NotFound(f"{month[:7]!r} is no month: write it as 2026-11") from None
    names = {id_: each.name for id_, each in agreement.functions.items()}
    found = {
        each.function: AttemptedShape(
            function=each.function,
            name=names.get(each.function, each.function),
            count=each.count,
            in_incidents=each.in_incidents,
            first_at=each.first_at,
            last_at=each.last_at,
        )
        for each in office.store.attempts(begins_at, ends_at)
    }
    none = (
        AttemptedShape(function=id_, name=name, count=0, in_incidents=0, first_at=None, last_at=None)
        for id_, name in names.items()
        if id_ in agreement.named_functions
    )
    functions = {each.function: each for each in none} | found
    return AttemptsShape(
        month=text,
        begins_at=begins_at,
        ends_at=ends_at,
        over=now >= ends_at,
        count=sum(each.count for each in functions.values()),
        functions=list(functions.values()),
    )


def _whole(each: AttemptsShape, office: Office) -> AttemptsShape:
    """Both parties see it: the figure is part of what they agreed on."""
    return each


SHOWN[AttemptsShape] = _whole
