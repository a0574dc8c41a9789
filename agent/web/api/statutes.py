"""What a statute asks for (fact 11): the regulatory level, drafts, and what people filed. Nothing is ever sent."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from agent.config import parts
from agent.config.people import People
from agent.config.settings import Settings
from agent.errors import Malformed, NotFound
from agent.model import Agreement, EntryKind, Incident, Overlay, Party
from agent.rules import statutes
from agent.web.api.acting import PROBLEMS
from agent.web.api.entries import EntryShape, TimelineAct, listed, put
from agent.web.api.models import Id, Listed, Text
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office


class LevelAct(TimelineAct):
    """A person decides on the regulatory level; the contract grade stays what it is."""

    overlay: Id = Field(description="`cn-incident-report` …, one that `agreement.overlays` names.")
    level: Id = Field(description="One of that overlay's levels; it says whether a report is owed.")
    text: Text = Field(description="Why.")
    since: AwareDatetime | None = Field(None, description="Since when it counts; now where it is not said.")


class FilingAct(TimelineAct):
    """A person filed a report with an authority."""

    duty: Id = Field(description="The duty's name: `cn_first_report`.")
    reference: Text = Field(description="What the authority gave, or how it can be found again.")
    filed_at: AwareDatetime | None = Field(None, description="When; now where it is not said.")
    text: Text = ""


class DraftShape(BaseModel):
    """A draft from what is on file. Nobody has sent it; no legal advice."""

    incident: str
    overlay: str
    language: Literal["en", "zh"]
    owed_by: Party
    level: str | None = Field(description="The regulatory level as a person decided it.")
    lacks: list[int] = Field(description="Numbers of the items of which something is not on file.")
    text: str


def routes(office: Office) -> APIRouter:
    """Statutory overlays."""
    api = APIRouter(tags=["statutes"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/incidents/{number}/levels")
    def levels(number: str) -> Listed[EntryShape]:
        """Regulatory levels as people decided them, oldest first."""
        return listed(office, number, EntryKind.LEVEL)

    @api.post("/incidents/{number}/levels", status_code=201)
    async def level(number: str, act: LevelAct, request: Request, response: Response) -> EntryShape:
        """Decide on the level by one statute: it starts or ends that statute's clocks."""
        return await put(office, number, EntryKind.LEVEL, act, request, response, what=act.overlay)

    @api.get("/incidents/{number}/filings")
    def filings(number: str) -> Listed[EntryShape]:
        """What people filed with authorities, oldest first."""
        return listed(office, number, EntryKind.FILING)

    @api.post("/incidents/{number}/filings", status_code=201)
    async def filing(number: str, act: FilingAct, request: Request, response: Response) -> EntryShape:
        """Record that a report was filed; it meets that duty. Tocsin itself files nothing."""
        return await put(office, number, EntryKind.FILING, act, request, response, what=act.duty)

    @api.get("/incidents/{number}/drafts/{overlay}")
    def draft(number: str, overlay: str, language: Annotated[str, Query(pattern="^(en|zh)$")] = "en") -> DraftShape:
        """A draft of what the statute asks for, its items filled from what is on file."""
        return _draft(office, number, overlay, language)

    return api


def _draft(office: Office, number: str, name: str, language: str) -> DraftShape:
    incident = office.store.incident(number)
    if incident is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    settings = office.settings()
    agreement = _agreement_of(incident, office)
    overlay = _overlay(agreement, name)
    entries = office.store.entries(number)
    found = statutes.fills(
        overlay,
        incident,
        settings.parties,
        settings.contacts,
        agreement.system,
        {id_: each.name or id_ for id_, each in agreement.functions.items()},
        office.store.reports(incident=number)[0],
        entries,
        agreement.zone,
        language,
    )
    level = statutes.level_of(overlay, entries)
    return DraftShape(
        incident=number,
        overlay=overlay.name,
        language="zh" if language == "zh" else "en",
        owed_by=overlay.owed_by,
        level=level.name if level else None,
        lacks=list(statutes.lacking(overlay, found)),
        text=statutes.draft(overlay, number, found, office.clock.now(), agreement.zone, language),
    )


def _overlay(agreement: Agreement, name: str) -> Overlay:
    found = next((each for each in agreement.overlays if each.name == name), None)
    if found is None:
        known = ", ".join(each.name for each in agreement.overlays) or "none: `agreement.overlays` names them"
        raise NotFound(f"{name[:40]!r} is no overlay of this agreement: {known}")
    return found


def _agreement_of(incident: Incident, office: Office) -> Agreement:
    """The one pinned to the incident; where it is not on file, the one in force."""
    settings: Settings = office.settings()
    part = office.store.agreement_part(incident.agreement_hash)
    if incident.agreement_hash == settings.agreement.hash or part is None:
        return settings.agreement
    try:
        return parts.agreed(
            part.text, People(settings.parties, settings.contacts, {}), {}, office.clock.now()
        ).agreement
    except Malformed:
        return settings.agreement


SHOWN[DraftShape] = lambda each, office: each
