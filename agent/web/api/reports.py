"""Reports (3.2(b), (c)): filed, supplemented, acknowledged, listed, and what was attached to them."""

from difflib import get_close_matches
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from agent.clock import in_utc
from agent.engine.stated import Filed, FileReport, Supplement
from agent.errors import NotFound
from agent.model import Report
from agent.web.api import models, report_shapes
from agent.web.api.acting import PROBLEMS, acknowledged, known
from agent.web.api.brought import brought
from agent.web.api.faults import UnknownFunction
from agent.web.api.parties import PartyRoute
from agent.web.api.report_shapes import Content, FiledShape, ReportAct, ReportShape, SupplementAct
from agent.web.office import Office
from agent.web.wire import answer_of


def routes(office: Office) -> APIRouter:
    """The reports of both parties."""
    api = APIRouter(tags=["reports"], responses=PROBLEMS, route_class=PartyRoute)
    store = office.store

    @api.post("/reports", status_code=201)
    async def file(act: ReportAct, request: Request, response: Response) -> FiledShape:
        """Report something: 201; 200 where the very same report is on file already. An incomplete one is accepted."""
        known(office, act.reporter)
        _check_functions(office, act.functions)
        work = FileReport(
            act.reporter,
            symptom=act.symptom,
            scope=act.scope,
            measures=act.measures,
            occurred_at=in_utc(act.occurred_at) if act.occurred_at else None,
            discovered_at=in_utc(act.discovered_at) if act.discovered_at else None,
            functions=tuple(act.functions),
            kind=act.kind,
            suggested_grade=act.suggested_grade,
            files=report_shapes.files(act.attachments),
            received_at=office.clock.now(),
            **brought(act, request, office),
        )
        return _filed(await answer_of(office.submit(work)), response, 201)

    @api.post("/reports/{number}/supplement")
    async def supplement(number: str, act: SupplementAct, request: Request, response: Response) -> FiledShape:
        """Add what a report lacks (OB-205); what it says already stays."""
        known(office, act.by)
        work = Supplement(
            number,
            act.by,
            symptom=act.symptom,
            scope=act.scope,
            measures=act.measures,
            occurred_at=in_utc(act.occurred_at) if act.occurred_at else None,
            files=report_shapes.files(act.attachments),
            **brought(act, request, office),
        )
        return _filed(await answer_of(office.submit(work)), response, 200)

    @api.post("/reports/{number}/acknowledgements", status_code=201)
    async def acknowledge(
        number: str, act: models.AcknowledgeAct, request: Request, response: Response
    ) -> models.AcknowledgementShape:
        """Acknowledge a report (3.2(c)), and with it its incident: `progress` and `next_update_at` are mandatory."""
        found = _report(office, number)
        return await acknowledged(office, found.incident, act, request, response, report=found.number)

    @api.get("/reports")
    def reports(
        incident: Annotated[str, Query(max_length=60)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
    ) -> models.Listed[ReportShape]:
        """Reports, newest first, each with its clocks."""
        found, following = store.reports(incident=incident, before=cursor, limit=limit)
        return models.Listed(items=[_shown(office, each) for each in found], next=following or None)

    @api.get("/reports/{number}")
    def report(number: str) -> ReportShape:
        """One report, with its clocks."""
        return _shown(office, _report(office, number))

    @api.get("/reports/{number}/attachments/{sha256}", response_class=Content)
    def attachment(number: str, sha256: str) -> Content:
        """What was attached, as it was sent."""
        found = _report(office, number)
        named = next((each for each in found.attachments if each.hash == sha256), None)
        body = store.body(sha256) if named else None
        if named is None or body is None:
            raise NotFound(f"{found.number} has no attachment {sha256[:64]}")
        answer = Content(body.raw, media_type=named.media_type, party=found.party)
        answer.headers["content-disposition"] = f"attachment; filename*=UTF-8''{quote(named.name, safe='')}"
        answer.headers["x-content-type-options"] = "nosniff"
        answer.headers["content-security-policy"] = "default-src 'none'; sandbox"
        return answer

    return api


def _filed(done: Filed, response: Response, status: int) -> FiledShape:
    response.status_code = 200 if done.is_repeated else status
    report = done.report
    return FiledShape(
        number=report.number,
        incident=report.incident,
        party=report.party,
        received_at=report.received_at,
        acknowledge_due_at=done.acknowledge_due_at,
        missing=list(report.missing),
        repeated=done.is_repeated,
    )


def _report(office: Office, number: str) -> Report:
    """
    Raises:
        NotFound
    """
    found = office.store.report(number)
    if found is None:
        raise NotFound(f"there is no report {number[:40]}: `tocsin report list` shows them")
    return found


def _shown(office: Office, report: Report) -> ReportShape:
    owed, _ = office.store.obligations(report=report.number)
    return report_shapes.report(report, owed)


def _check_functions(office: Office, functions: list[str]) -> None:
    agreed: Any = office.settings().agreement.functions
    for each in functions:
        if each not in agreed:
            near = get_close_matches(each, agreed, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(agreed))}"
            raise UnknownFunction(f"there is no function {each[:60]!r}: {meant}")
