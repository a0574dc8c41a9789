"""What the parties ask of each other, share and let go during an incident (2.2(c), 3.5, 4.2, agreement.md 5)."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from agent.errors import NotFound
from agent.model import EntryKind, Obligation, Party
from agent.rules import requests
from agent.rules.requests import Asked
from agent.web.api import entries
from agent.web.api.acting import PROBLEMS
from agent.web.api.entries import EntryShape, TimelineAct, put
from agent.web.api.models import Listed, Text
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office


class RequestShape(BaseModel):
    """What one party asked of the other, and what became of it."""

    number: str = Field(description="R-1, R-2 … within the incident.")
    incident: str
    what: str = Field(description="support, cooperation, feedback or invitation.")
    text: str
    by: str
    at: datetime
    asked: Party = Field(description="Who is to answer.")
    clause: str = Field(description="By which clause.")
    respond_by: datetime | None = Field(description="When the answer is due; null where nothing says so.")
    target: bool = Field(description="That limit is a default that nobody signed.")
    state: str = Field(description="The state of the duty to answer: running, overdue, met, waived …")
    answered_by: str | None
    answered_at: datetime | None
    answer: str | None


class RequestAct(TimelineAct):
    what: Literal["support", "cooperation", "feedback", "invitation"] = Field(
        description="The customer asks for support, the provider for cooperation and feedback, either invites."
    )
    text: Text = Field(description="What is asked, in a person's words.")


class AnswerAct(TimelineAct):
    text: Text = Field(description="The answer, in a person's words.")


class FactAct(TimelineAct):
    text: Text = Field(description="What became known, in a person's words: the other party reads them.")
    known_at: AwareDatetime | None = Field(None, description="Since when it was known; now where it is not said.")


class WaiverAct(TimelineAct):
    duty: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="The duty by its id, its OB number or its name."
    )
    text: Text = Field(description="Why it is let go, or should be.")


def routes(office: Office) -> APIRouter:
    """Requests, facts and waivers."""
    api = APIRouter(tags=["timeline"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/incidents/{number}/requests")
    def asked(
        number: str,
        open: Annotated[bool, Query(description="Only those not answered.")] = False,  # noqa: A002
    ) -> Listed[RequestShape]:
        """What the parties asked of each other, in the order of asking."""
        return Listed(items=[each for each in listed(office, number) if each.answer is None or not open], next=None)

    @api.post("/incidents/{number}/requests", status_code=201)
    async def ask(number: str, act: RequestAct, request: Request, response: Response) -> EntryShape:
        """Ask the other party for something (2.2(c), 4.2): `about` of the answer is the request's number."""
        return await put(office, number, EntryKind.REQUEST, act, request, response, what=act.what)

    @api.post("/incidents/{number}/requests/{about}/answer", status_code=201)
    async def answer(number: str, about: str, act: AnswerAct, request: Request, response: Response) -> EntryShape:
        """Answer a request; who asked is told."""
        return await put(office, number, EntryKind.ANSWER, act, request, response, about=about[:20])

    @api.get("/incidents/{number}/facts")
    def facts(number: str) -> Listed[EntryShape]:
        """Material facts that the parties shared (3.5), oldest first."""
        return entries.listed(office, number, EntryKind.SHARED_FACT)

    @api.post("/incidents/{number}/facts", status_code=201)
    async def share(number: str, act: FactAct, request: Request, response: Response) -> EntryShape:
        """Share a material fact with the other party (2.2(c), 2.3(c), 3.5)."""
        return await put(office, number, EntryKind.SHARED_FACT, act, request, response)

    @api.post("/incidents/{number}/waivers", status_code=201)
    async def waive(number: str, act: WaiverAct, request: Request, response: Response) -> EntryShape:
        """Let a duty go that is owed to one's own party, with the reason (agreement.md 5)."""
        return await put(office, number, EntryKind.WAIVER, act, request, response, about=act.duty)

    @api.post("/incidents/{number}/waiver-requests", status_code=201)
    async def ask_to_waive(number: str, act: WaiverAct, request: Request, response: Response) -> EntryShape:
        """Ask the other party to let go of a duty that one's own party owes to it; the clock runs on until it does."""
        return await put(office, number, EntryKind.WAIVER_REQUEST, act, request, response, about=act.duty)

    return api


def listed(office: Office, number: str) -> list[RequestShape]:
    """
    Raises:
        NotFound: no such incident.
    """
    if office.store.incident(number) is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    owed, _ = office.store.obligations(incident=number, limit=500)
    clocks = {(each.name, each.about): each for each in owed}
    found = requests.asked_in(office.store.entries(number)).values()
    return [_shape(each, clocks.get((each.sort.duty, each.number))) for each in found]


def _shape(each: Asked, clock: Obligation | None) -> RequestShape:
    request, answer = each.request, each.answer
    return RequestShape(
        number=each.number,
        incident=request.incident,
        what=request.what,
        text=str(request.said.get("text", "")),
        by=request.by,
        at=request.at,
        asked=each.asked,
        clause=each.clause,
        respond_by=clock.due_at if clock else None,
        target=clock.is_target if clock else False,
        state=clock.state if clock else "",
        answered_by=answer.by if answer else None,
        answered_at=answer.at if answer else None,
        answer=str(answer.said.get("text", "")) if answer else None,
    )


def _customers(each: RequestShape, office: Office) -> RequestShape:
    """Of the provider's targets it reads nothing (fact 2)."""
    is_theirs = each.target and each.asked is Party.PROVIDER
    return each.model_copy(update={"respond_by": None, "state": ""}) if is_theirs else each


SHOWN[RequestShape] = _customers
