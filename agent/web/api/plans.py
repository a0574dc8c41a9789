"""The response plan of an incident (3.1): its steps, and who did them. The provider's own; the customer sees none."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from agent.errors import NotFound
from agent.model import EntryKind
from agent.rules import plans
from agent.rules.plans import Step
from agent.web.api.acting import PROBLEMS
from agent.web.api.entries import EntryShape, TimelineAct, put
from agent.web.api.models import Text
from agent.web.api.parties import PartyRoute
from agent.web.office import Office


class StepShape(BaseModel):
    number: int
    words: str
    done_by: str | None
    done_at: datetime | None


class PlanShape(BaseModel):
    """The plan as it was pinned, whatever the file says since."""

    incident: str
    function: str = Field(description="What it was chosen for; empty: any.")
    grade: int | None = Field(description="The incident's grade when it was chosen.")
    link: str
    steps: list[StepShape]


class StepAct(TimelineAct):
    step: Annotated[int, Field(ge=1, le=999)] = Field(description="Its number.")
    text: Text = Field("", description="What there is to say about it.")


def routes(office: Office) -> APIRouter:
    """Plans and their ticks."""
    api = APIRouter(tags=["timeline"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/incidents/{number}/plan")
    def plan(number: str) -> PlanShape:
        """The pinned response plan, and how far it is done (3.1)."""
        return _plan(office, number)

    @api.post("/incidents/{number}/plan", status_code=201)
    async def tick(number: str, act: StepAct, request: Request, response: Response) -> EntryShape:
        """Tick a step (3.1): 201, or 200 where the same person had ticked it."""
        return await put(office, number, EntryKind.PLAN_STEP, act, request, response)

    return api


def _plan(office: Office, number: str) -> PlanShape:
    incident = office.store.incident(number)
    if incident is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    if incident.plan is None:
        raise NotFound(f"{number} has no response plan: none of `plans:` fitted it when it was graded (3.1)")
    return PlanShape(
        incident=number,
        function=incident.plan.function,
        grade=incident.plan.grade,
        link=incident.plan.link,
        steps=[_step(each) for each in plans.steps(incident.plan, office.store.entries(number))],
    )


def _step(each: Step) -> StepShape:
    done = each.done
    return StepShape(
        number=each.number, words=each.words, done_by=done.by if done else None, done_at=done.at if done else None
    )
