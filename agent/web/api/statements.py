"""Who acknowledged, contact by contact (fact 7); what was recorded on behalf, confirmed or corrected (fact 15)."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from agent.engine.stated import Confirm, Confirmed, Correct, Record, Recorded
from agent.errors import NotFound
from agent.model import Acknowledgement, EntryKind, Party, Statement, StatementState
from agent.rules import statements
from agent.web.api.acting import PROBLEMS, known
from agent.web.api.brought import recorder, side
from agent.web.api.models import Act, Id, Listed, Text
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office
from agent.web.wire import answer_of


class GivenShape(BaseModel):
    """One contact's acknowledgement: who, when, by what means, from where."""

    contact: str
    party: Party
    at: datetime = Field(description="When it was given; of a phone call, when that was.")
    on_file_at: datetime
    means: str
    recorded_by: str | None = Field(description="Who wrote it down, where not the contact.")
    address: str | None = Field(description="Where it came from; shown to its own party and to the provider.")
    up_to: int = Field(description="The last notice that the contact had been told: that one and those before it.")
    statement: str | None = Field(description="S2: it was recorded on the contact's behalf.")
    state: StatementState | None = Field(description="How that statement stands.")


class StatementShape(BaseModel):
    """An act that was recorded on a person's behalf."""

    id: str = Field(description="S1, S2 … within the incident or matter.")
    incident: str = Field(description="Empty where it is about none; then `matter` says what it is about.")
    kind: str = Field(description="The fact it left: acknowledged, update_posted, report_received …")
    about: str | None = Field(description="The entry or the report that it became.")
    party: Party = Field(description="Of the person who is said to have acted.")
    by: str
    at: datetime
    on_file_at: datetime
    means: str
    recorded_by: str
    said: dict[str, Any]
    asked: Party = Field(description="Who confirms or corrects it: the other party of whoever recorded it.")
    state: StatementState
    asked_at: datetime | None = Field(description="When that party was told; null: not so far.")
    due_at: datetime | None = Field(description="The end of its working day; afterwards it reads “no answer”.")
    answered_by: str | None
    answered_at: datetime | None
    answer: str | None = Field(description="What a correction says instead.")
    matter: str | None = Field(description="IMP-20261123-001, EXC-20261123-001, agreement-2; null of an incident.")
    repeated: Annotated[bool, Field(description="It was answered so already; nothing changed.")] = False


class ConfirmAct(Act):
    by: Id = Field(description="Who confirms it, of the party that was asked.")
    means: Annotated[str, Field(pattern="^(api|cli)$")] = "api"


class DisputeAct(Act):
    by: Id = Field(description="Who corrects it, of the party that was asked, or the person who is said to have acted.")
    text: Text = Field(description="What was said and done instead.")
    means: Annotated[str, Field(pattern="^(api|cli)$")] = "api"


def routes(office: Office) -> APIRouter:
    """Acknowledgements and statements of an incident."""
    api = APIRouter(tags=["timeline"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/incidents/{number}/acknowledgements")
    def acknowledgements(number: str) -> Listed[GivenShape]:
        """Who acknowledged, contact by contact, oldest first."""
        _check(office, number)
        standing = {each.id: each.state for each in office.store.statements(number)}
        found = office.store.acknowledgements(number)
        return Listed(items=[_given(each, standing.get(each.statement)) for each in found], next=None)

    @api.get("/incidents/{number}/statements")
    def stated(number: str) -> Listed[StatementShape]:
        """What was recorded on somebody's behalf, and what the other party said of it, oldest first."""
        _check(office, number)
        return Listed(items=[shape(each) for each in office.store.statements(number)], next=None)

    @api.post("/incidents/{number}/statements/{statement}/confirmation", status_code=201)
    async def confirm(
        number: str, statement: str, act: ConfirmAct, request: Request, response: Response
    ) -> StatementShape:
        """It was as recorded: 201, or 200 where the same person had said so."""
        known(office, act.by)
        door = request.scope["tocsin"]
        party = side(door)
        return await _answered(office, Confirm(number, statement, act.by, act.means, recorder(door), party), response)

    @api.post("/incidents/{number}/statements/{statement}/dispute", status_code=201)
    async def dispute(
        number: str, statement: str, act: DisputeAct, request: Request, response: Response
    ) -> StatementShape:
        """It was not so: the correction and what was recorded both stay on record."""
        known(office, act.by)
        door = request.scope["tocsin"]
        work = Record(
            number,
            EntryKind.DISPUTE,
            act.by,
            said={"text": act.text},
            about=statement,
            means=act.means,
            recorded_by=recorder(door),
            party=side(door),
        )
        done: Recorded = await answer_of(office.submit(work))
        response.status_code = 200 if done.is_repeated else 201
        found = statements.found(office.store.statements(number), done.entry.about)
        if found is None:
            raise NotFound(f"{number[:40]} has no statement {statement[:40]}")
        return shape(found).model_copy(update={"repeated": done.is_repeated})

    @api.get("/statements/{matter}")
    def stated_of(matter: str) -> Listed[StatementShape]:
        """The same of a line of a register (IMP-…), a claim (EXC-…), a channel test (CT-…) or an agreement part."""
        _check_matter(office, matter)
        return Listed(items=[shape(each) for each in office.store.statements_of_matter(matter)], next=None)

    @api.post("/statements/{matter}/{statement}/confirmation", status_code=201)
    async def confirm_of(
        matter: str, statement: str, act: ConfirmAct, request: Request, response: Response
    ) -> StatementShape:
        """It was as recorded: 201, or 200 where the same person had said so."""
        known(office, act.by)
        door = request.scope["tocsin"]
        party = side(door)
        _check_matter(office, matter)
        return await _answered(office, Confirm(matter, statement, act.by, act.means, recorder(door), party), response)

    @api.post("/statements/{matter}/{statement}/dispute", status_code=201)
    async def dispute_of(
        matter: str, statement: str, act: DisputeAct, request: Request, response: Response
    ) -> StatementShape:
        """It was not so: the correction and what was recorded both stay on record."""
        known(office, act.by)
        door = request.scope["tocsin"]
        party = side(door)
        _check_matter(office, matter)
        work = Correct(matter, statement, act.by, act.text, act.means, recorder(door), party)
        return await _answered(office, work, response)

    return api


async def _answered(office: Office, work: Confirm | Correct, response: Response) -> StatementShape:
    done: Confirmed = await answer_of(office.submit(work))
    response.status_code = 200 if done.is_repeated else 201
    return shape(done.statement).model_copy(update={"repeated": done.is_repeated})


def shape(each: Statement) -> StatementShape:
    is_asked = each.due_at is not None
    return StatementShape(
        id=each.id.rpartition("/")[2],
        incident=each.incident,
        kind=each.kind,
        about=each.about or None,
        party=each.party,
        by=each.by,
        at=each.at,
        on_file_at=each.on_file_at,
        means=each.means,
        recorded_by=each.recorded_by,
        said=dict(each.said),
        asked=each.asked,
        state=each.state,
        asked_at=each.asked_at if is_asked else None,
        due_at=each.due_at,
        answered_by=each.answered_by or None,
        answered_at=each.answered_at,
        answer=each.answer or None,
        matter=each.matter or None,
    )


def _given(each: Acknowledgement, state: StatementState | None) -> GivenShape:
    return GivenShape(
        contact=each.contact,
        party=each.party,
        at=each.at,
        on_file_at=each.on_file_at or each.at,
        means=each.means,
        recorded_by=each.recorded_by or None,
        address=each.address or None,
        up_to=each.seq,
        statement=each.statement.rpartition("/")[2] or None,
        state=state,
    )


def _check(office: Office, number: str) -> None:
    """
    Raises:
        NotFound: no such incident.
    """
    if office.store.incident(number) is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")


def _check_matter(office: Office, matter: str) -> None:
    """
    Raises:
        NotFound: nothing was recorded on behalf in it.
    """
    if not office.store.statements_of_matter(matter):
        raise NotFound(f"nothing was recorded on behalf in {matter[:40]!r}")


def _customers_given(each: GivenShape, office: Office) -> GivenShape:
    return each if each.party is Party.CUSTOMER else each.model_copy(update={"address": None})


def _customers_stated(each: StatementShape, office: Office) -> StatementShape:
    return each


SHOWN[GivenShape] = _customers_given
SHOWN[StatementShape] = _customers_stated
