"""/availability: a month's figures as they were measured, and the minutes that the parties leave out (1.6, 4.1(a))."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from agent.clock import in_utc
from agent.engine import availability
from agent.engine.measured import AnswerExclusion, Exclude, Excluded
from agent.errors import NotFound
from agent.rules import periods
from agent.rules.exclusions import Answer
from agent.web.api import availability_shapes as shapes
from agent.web.api.acting import PROBLEMS, known
from agent.web.api.availability_shapes import (
    AvailabilityShape,
    ExclusionAct,
    ExclusionAnswer,
    ExclusionShape,
    FigureShape,
    MeasuredShape,
)
from agent.web.api.brought import brought, side
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office
from agent.web.wire import answer_of


def routes(office: Office) -> APIRouter:
    """The availability part of the API."""
    api = APIRouter(tags=["availability"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/availability")
    def shown(
        month: Annotated[str, Query(max_length=7, description="`2026-11`; the present one if not said.")] = "",
        function: Annotated[str, Query(max_length=200, description="Only this one.")] = "",
    ) -> AvailabilityShape:
        """A month's availability: each function, the system as a whole, outages, windows and exclusions."""
        return _shown(office, month, function)

    @api.post("/availability/exclusions", status_code=201)
    async def exclude(act: ExclusionAct, request: Request, response: Response) -> ExclusionShape:
        """Leave minutes out: a claim of the provider, or the customer's own act (4.1(a)). 200: it stands already."""
        known(office, act.by)
        door = request.scope["tocsin"]
        work = Exclude(
            by=act.by,
            because=act.because,
            starts_at=in_utc(act.starts_at),
            ends_at=in_utc(act.ends_at),
            function=act.function or "",
            what=act.what,
            party=side(door),
            **brought(act, request, office),
        )
        done: Excluded = await answer_of(office.submit(work))
        response.status_code = 200 if done.is_repeated else 201
        return _done(done, office)

    @api.post("/availability/exclusions/{exclusion}/{answer}")
    async def answered(exclusion: str, answer: Answer, act: ExclusionAnswer, request: Request) -> ExclusionShape:
        """`accept` or `decline` for the customer; `withdraw` for who claimed it."""
        known(office, act.by)
        door = request.scope["tocsin"]
        party = side(door)
        work = AnswerExclusion(exclusion, answer, act.by, act.text, party=party, **brought(act, request, office))
        return _done(await answer_of(office.submit(work)), office)

    return api


def _shown(office: Office, month: str, function: str) -> AvailabilityShape:
    settings, now = office.settings(), office.clock.now()
    agreement = settings.agreement
    if function and function not in agreement.functions:
        raise NotFound(f"there is no function {function[:60]!r}: there are {', '.join(sorted(agreement.functions))}")
    try:
        found = availability.month(office.store, settings, month or periods.month_of(now, agreement.zone), now)
    except (ValueError, OverflowError):
        raise NotFound(f"{month[:7]!r} is no month: write it as 2026-11") from None
    names = {id_: (each.name, each.criticality) for id_, each in agreement.functions.items()}
    shape = shapes.month(found, names, agreement.system, office.store)
    if function:
        shape.functions = [each for each in shape.functions if each.function == function]
    return shape


def _done(done: Excluded, office: Office) -> ExclusionShape:
    return shapes.exclusion(done.exclusion, office.store).model_copy(update={"repeated": done.is_repeated})


def _customers(each: AvailabilityShape, office: Office) -> AvailabilityShape:
    """All of it, but windows it was never told of, and a target that nobody agreed (fact 2)."""
    planned = [one for one in each.planned if one.announced]
    if each.target_agreed:
        return each.model_copy(update={"planned": planned})
    whole, functions = _untargeted(each.whole), [_untargeted(one) for one in each.functions]
    return each.model_copy(update={"planned": planned, "target": None, "whole": whole, "functions": functions})


def _untargeted(each: MeasuredShape) -> MeasuredShape:
    asked: FigureShape | None = each.if_accepted
    asked = asked.model_copy(update={"met": None}) if asked else None
    return each.model_copy(update={"met": None, "if_accepted": asked})


def _whole(each: ExclusionShape, office: Office) -> ExclusionShape:
    return each


SHOWN[AvailabilityShape] = _customers
SHOWN[ExclusionShape] = _whole
