"""The agreement as both parties stand to it (fact 14): what is in force, what is proposed, and their answers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from agent.engine.joint import AcceptPart, RejectPart, Stands
from agent.model import AgreementPart, PartState, Party
from agent.rules import joint
from agent.web.api import statements
from agent.web.api.acting import PROBLEMS, known
from agent.web.api.brought import brought, side
from agent.web.api.models import Brought, Id, Text
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.api.statements import StatementShape
from agent.web.office import Office
from agent.web.wire import answer_of


class PartShape(BaseModel):
    """One version of the agreement part, and who accepted it."""

    version: int
    hash: str
    state: PartState
    at: datetime = Field(description="When the file brought it.")
    provider: str | None = Field(description="The contact that accepted for the provider.")
    provider_at: datetime | None
    customer: str | None
    customer_at: datetime | None
    in_force_at: datetime | None
    waits_for: list[Party] = Field(description="The parties whose principal has not accepted it.")
    ended_by: str | None = Field(description="Who rejected it.")
    reason: str | None


class DifferenceShape(BaseModel):
    """One place where the file differs from what is in force; empty where one of them says nothing."""

    key: str
    was: str
    now: str


class JointShape(BaseModel):
    """How the agreement stands."""

    in_force: PartShape | None
    proposed: PartShape | None = Field(description="What the file says and both principals have to accept.")
    rejected: PartShape | None = Field(description="What the file still says and somebody has rejected.")
    differences: list[DifferenceShape] = Field(description="Between what is in force and what is proposed.")
    stated: list[StatementShape] = Field(
        [],
        description="What was recorded on behalf; an acceptance that the other party wrote down counts once confirmed.",
    )
    repeated: bool = False


class AcceptAct(Brought):
    by: Id = Field(description="The principal of the party, or the deputy of one.")
    hash: Annotated[str, Field(max_length=64)] = Field("", description="Of what was read; another one is refused.")


class RejectAct(AcceptAct):
    reason: Text = Field(description="Why; the other party reads it.")


def routes(office: Office) -> APIRouter:
    """The agreement part of the configuration."""
    api = APIRouter(tags=["agreement"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/terms/proposed")
    def proposed() -> JointShape:
        """What is in force, what waits for whom, and where the two differ."""
        return standing(office)

    @api.post("/terms/accept", status_code=201)
    async def accept(act: AcceptAct, request: Request, response: Response) -> JointShape:
        """A principal accepts what is proposed, else what is in force: 201, or 200 where that party had already."""
        known(office, act.by)
        door = request.scope["tocsin"]
        party = side(door)
        work = AcceptPart(act.by, act.hash, party=party, **brought(act, request, office))
        done: Stands = await answer_of(office.submit(work))
        response.status_code = 200 if done.is_repeated else 201
        return shape(done, office)

    @api.post("/terms/reject")
    async def reject(act: RejectAct, request: Request) -> JointShape:
        """A principal rejects what is proposed; it is not proposed again until the file says something else."""
        known(office, act.by)
        door = request.scope["tocsin"]
        party = side(door)
        work = RejectPart(act.by, act.reason, act.hash, party=party, **brought(act, request, office))
        done: Stands = await answer_of(office.submit(work))
        return shape(done, office)

    return api


def standing(office: Office) -> JointShape:
    """As it is on file."""
    stands = joint.standing(office.store.standing_parts())
    waiting, newest, file = stands.proposed, stands.newest, office.settings().part
    is_rejected = newest is not None and newest.state is PartState.REJECTED and newest.text == file
    found = joint.differences(stands.in_force.text, waiting.text) if stands.in_force and waiting else ()
    return shape(Stands(stands.in_force, waiting, found, rejected=newest if is_rejected else None), office)


def shape(stands: Stands, office: Office) -> JointShape:
    part = stands.proposed or stands.in_force
    said = office.store.statements_of_matter(f"agreement-{part.number}") if part else ()
    return JointShape(
        in_force=_part(stands.in_force),
        proposed=_part(stands.proposed),
        rejected=_part(stands.rejected),
        differences=_differences(stands.differences),
        stated=[statements.shape(each) for each in said],
        repeated=stands.is_repeated,
    )


def _differences(found: Sequence[joint.Difference]) -> list[DifferenceShape]:
    return [DifferenceShape(key=each.key, was=each.was, now=each.now) for each in found]


def _part(part: AgreementPart | None) -> PartShape | None:
    if part is None:
        return None
    return PartShape(
        version=part.version,
        hash=part.hash,
        state=part.state,
        at=part.at,
        provider=part.provider or None,
        provider_at=part.provider_at,
        customer=part.customer or None,
        customer_at=part.customer_at,
        in_force_at=part.in_force_at,
        waits_for=list(part.waits_for),
        ended_by=part.ended_by or None,
        reason=part.reason or None,
    )


SHOWN[JointShape] = lambda each, office: each
