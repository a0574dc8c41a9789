"""POST: what people do to an incident. Each is put on the desk, and answered once it is on disk."""

from typing import Any

from fastapi import APIRouter, Request, Response

from agent.clock import in_utc
from agent.engine.works import Acknowledge, Acknowledged, Close, Regrade, Verify, Void, Work
from agent.model import Incident
from agent.rules import restored
from agent.web import access
from agent.web.api import models, shapes
from agent.web.api.brought import brought, recorder, side
from agent.web.api.faults import UnknownContact
from agent.web.api.parties import PartyRoute
from agent.web.office import Office
from agent.web.request import Request as AtTheDoor
from agent.web.wire import answer_of

__all__ = ["PROBLEMS", "acknowledged", "known", "recorder", "routes"]

PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": models.Problem, "content": {"application/problem+json": {}}} for status in (403, 404, 409, 503)
}


def routes(office: Office) -> APIRouter:
    """The acting half of the API."""
    api = APIRouter(tags=["acting"], responses=PROBLEMS, route_class=PartyRoute)

    @api.post("/incidents/{number}/acknowledgements", status_code=201)
    async def acknowledge(
        number: str, act: models.AcknowledgeAct, request: Request, response: Response
    ) -> models.AcknowledgementShape:
        """A contact answers for their party: 201, or 200 where they had already."""
        return await acknowledged(office, number, act, request, response)

    @api.post("/incidents/{number}/verification")
    async def verify(number: str, act: models.VerifyAct, request: Request) -> models.IncidentShape:
        """A person of the provider states that the function is restored (3.4(d))."""
        said = brought(act, request, office)
        return await _done(
            office,
            act.by,
            Verify(number, act.by, act.note, act.confirm_full, tuple(act.without), said=_restored(act), **said),
        )

    @api.post("/incidents/{number}/void")
    async def void(number: str, act: models.VoidAct, request: Request) -> models.IncidentShape:
        """It was a false alarm; whoever was told is told so."""
        return await _done(office, act.by, Void(number, act.by, act.reason, **brought(act, request, office)))

    @api.post("/incidents/{number}/close")
    async def close(number: str, act: models.CloseAct, request: Request) -> models.IncidentShape:
        """The end of a recovered incident; a refusal lists what is missing, and the command for each (3.4)."""
        said = brought(act, request, office)
        return await _done(office, act.by, Close(number, act.by, act.note, waive_rest=act.waive_rest, **said))

    @api.post("/incidents/{number}/grade")
    async def grade(number: str, act: models.GradeAct, request: Request) -> models.IncidentShape:
        """A person sets or confirms the grade (3.1); with a name of each party, both decide on it."""
        return await _done(
            office,
            act.by,
            Regrade(number, act.by, act.grade, act.reason, with_=act.with_ or "", **brought(act, request, office)),
        )

    @api.post("/reload")
    def reload() -> models.ReloadShape:
        """Read the file again: all or nothing."""
        return shapes.reloaded(office.reload(), office)

    return api


def _restored(act: models.Restored) -> dict[str, Any]:
    """What was said of the recovery, by the names of `rules.restored`."""
    said = {name: getattr(act, name) for name in restored.SAID}
    return {name: value for name, value in said.items() if value not in (None, "", [])}


async def acknowledged(
    office: Office, number: str, act: models.AcknowledgeAct, request: Request, response: Response, *, report: str = ""
) -> models.AcknowledgementShape:
    """An incident acknowledged for a contact's party, and with it the reports of it that wait (3.2(c))."""
    known(office, act.contact)
    door: AtTheDoor = request.scope["tocsin"]
    done: Acknowledged = await answer_of(
        office.submit(
            Acknowledge(
                number,
                act.contact,
                **brought(act, request, office),
                up_to=act.up_to,
                report=report,
                address=access.client_address(door.asked, office.settings().server.trusted_proxies),
                party=side(door),
                progress=act.progress,
                next_update_at=in_utc(act.next_update_at) if act.next_update_at else None,
            )
        )
    )
    response.status_code = 200 if done.is_repeated else 201
    return models.AcknowledgementShape(
        incident=done.incident,
        contact=done.contact,
        party=done.party,
        at=done.at,
        repeated=done.is_repeated,
        reports=list(done.reports),
    )


async def _done(office: Office, by: str, work: Work) -> models.IncidentShape:
    """The incident as the act left it."""
    known(office, by)
    incident: Incident = await answer_of(office.submit(work))
    return shapes.incident(incident, office)


def known(office: Office, contact: str) -> None:
    contacts = office.settings().contacts
    if contact not in contacts:
        raise UnknownContact(f"{contact[:40]!r} is no contact of the agreement: {', '.join(sorted(contacts))}")
