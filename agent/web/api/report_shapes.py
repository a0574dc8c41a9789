"""The shapes of reports (3.2(b)): as posted, as filed, as they stand with their clocks."""

import base64
import binascii
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from fastapi import Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from agent.engine.stated import File
from agent.model import Basis, Grade, Kind, Obligation, ObligationState, Owing, Party, Report
from agent.rules.reporting import LONGEST_NAME, MOST_FILES
from agent.web.api.models import Act, Brought, Id, Text


def _decodable(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError("is not base64") from None
    return text


class AttachmentAct(Act):
    name: Annotated[str, Field(min_length=1, max_length=4 * LONGEST_NAME)]
    media_type: Annotated[str, Field(max_length=100, description="`image/png`, `application/pdf`, `text/plain` …")]
    content: Annotated[str, AfterValidator(_decodable), Field(description="Base64, of 5 MiB at most.")]


Attachments = Annotated[list[AttachmentAct], Field([], max_length=MOST_FILES, validate_default=False)]


class ReportAct(Brought):
    """A report. Of the four items what is not said is asked for; the report counts as it is."""

    reporter: Id = Field(description="A contact of the agreement.")
    occurred_at: AwareDatetime | None = Field(None, description="When it began; with a time zone.")
    discovered_at: AwareDatetime | None = Field(None, description="When it was noticed; else when it began.")
    symptom: Text = ""
    scope: Text = ""
    measures: Text = Field("", description="What was done already; “none so far” is an answer.")
    functions: list[Id] = Field([], max_length=50, description="Agreed functions; none means the system as a whole.")
    kind: Kind = Kind.FAULT
    suggested_grade: Grade | None = None
    attachments: Attachments


class SupplementAct(Brought):
    by: Id = Field(description="A contact of the reporter's party.")
    occurred_at: AwareDatetime | None = None
    symptom: Text = ""
    scope: Text = ""
    measures: Text = ""
    attachments: Attachments


class FiledShape(BaseModel):
    number: str
    incident: str
    party: Party
    received_at: datetime
    acknowledge_due_at: datetime | None = Field(description="By when a person of the provider is to acknowledge it.")
    missing: list[str] = Field(description="Which of time, symptom, scope and measures it lacks.")
    repeated: bool = Field(description="It was on file already, word for word; nothing changed.")


class AttachmentShape(BaseModel):
    name: str
    media_type: str
    size: int
    sha256: str


class OwedShape(BaseModel):
    """A clock of a report (routes.md: an obligation)."""

    id: str
    ob: str
    name: str
    clauses: list[str]
    basis: Basis
    target: bool = Field(description="A default that nobody signed: shown to its debtor alone.")
    debtor: Owing
    creditor: Owing
    incident: str
    report: str
    state: ObligationState
    started_at: datetime
    due_at: datetime
    overdue_at: datetime | None
    discharged_at: datetime | None
    discharged_by: str


class ReportShape(BaseModel):
    number: str
    incident: str
    party: Party
    reporter: str
    received_at: datetime
    occurred_at: datetime
    discovered_at: datetime
    symptom: str
    scope: str
    measures: str
    functions: list[str]
    kind: Kind
    suggested_grade: Grade | None
    missing: list[str]
    joined: bool = Field(description="It joined an incident that was open already.")
    means: str
    recorded_by: str
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    attachments: list[AttachmentShape]
    obligations: list[OwedShape] = Field(description="Its clocks, begun last first.")


class Content(Response):
    """What was attached to a report, as it was sent: to be kept, never to be shown in place."""

    def __init__(
        self,
        content: bytes = b"",
        status_code: int = 200,
        *,
        media_type: str = "application/octet-stream",
        party: Party | None = None,
    ) -> None:
        super().__init__(content, status_code, media_type=media_type)
        self.party = party


def files(acts: Iterable[AttachmentAct]) -> tuple[File, ...]:
    return tuple(
        File(each.name, each.media_type.strip().lower().partition(";")[0], base64.b64decode(each.content))
        for each in acts
    )


def report(each: Report, obligations: Iterable[Obligation]) -> ReportShape:
    return ReportShape(
        number=each.number,
        incident=each.incident,
        party=each.party,
        reporter=each.reporter,
        received_at=each.received_at,
        occurred_at=each.occurred_at,
        discovered_at=each.discovered_at,
        symptom=each.symptom,
        scope=each.scope,
        measures=each.measures,
        functions=list(each.functions),
        kind=each.kind,
        suggested_grade=each.suggested_grade,
        missing=list(each.missing),
        joined=each.joined,
        means=each.means,
        recorded_by=each.recorded_by,
        acknowledged_by=each.acknowledged_by or None,
        acknowledged_at=each.acknowledged_at,
        attachments=[
            AttachmentShape(name=one.name, media_type=one.media_type, size=one.size, sha256=one.hash)
            for one in each.attachments
        ],
        obligations=[owed(one) for one in obligations],
    )


def owed(each: Obligation) -> OwedShape:
    return OwedShape(
        id=each.id,
        ob=each.ob,
        name=each.name,
        clauses=list(each.clauses),
        basis=each.basis,
        target=each.is_target,
        debtor=each.debtor,
        creditor=each.creditor,
        incident=each.incident,
        report=each.report,
        state=each.state,
        started_at=each.started_at,
        due_at=each.due_at,
        overdue_at=each.overdue_at,
        discharged_at=each.discharged_at,
        discharged_by=each.discharged_by,
    )
