"""What people put on the shared timeline: progress, phases, the answer to a recovery. One shape for every sort."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import AwareDatetime, BaseModel, Field

from agent.clock import in_utc
from agent.engine.stated import Record, Recorded
from agent.errors import NotFound
from agent.model import Entry, EntryKind, Party, Phase
from agent.web.api.acting import PROBLEMS, known
from agent.web.api.brought import brought, side
from agent.web.api.models import Brought, Id, Listed, Restored, Text
from agent.web.api.parties import SHOWN, PartyRoute
from agent.web.office import Office
from agent.web.wire import answer_of


class EntryShape(BaseModel):
    """One act of a person during an incident."""

    id: str
    incident: str
    kind: EntryKind
    what: str
    party: Party
    by: str
    at: datetime = Field(description="When it was done; of a phone call, when it was said.")
    on_file_at: datetime
    said: dict[str, Any]
    about: str = Field(description="The request, objection or duty that it is about.")
    means: str
    recorded_by: str
    on_behalf: bool = Field(description="Stated by somebody else, and not confirmed so far.")
    not_applicable: bool
    repeated: Annotated[bool, Field(description="It was on file already, word for word; nothing changed.")] = False


class TimelineAct(Brought):
    """What every act on the timeline has."""

    by: Id = Field(description="The contact who acts.")


class UpdateAct(TimelineAct):
    text: Text = Field(description="How it goes, in a person's words.")
    done: Text = ""
    doing: Text = ""
    next: Text = ""
    eta: AwareDatetime | None = Field(None, description="When it is expected back.")
    confidence: Literal["", "low", "medium", "high"] = ""
    workaround: Text = ""
    cause: Text = Field("", description="The cause, once it is known (3.4(c)).")
    next_update_at: AwareDatetime | None = Field(None, description="Promised; the duty's own limit holds as well.")
    about: Annotated[str, Field(max_length=200)] = Field("", description="The objection that it answers.")


class PhaseAct(TimelineAct, Restored):
    phase: Phase
    text: Text = Field(description="What was done and found; of a phase that does not apply, why.")
    not_applicable: bool = False
    cause: Text = ""


class RecoveryAct(TimelineAct):
    """The customer's answer to a recovery (4.2(c))."""

    answer: Literal["confirmed", "objection"]
    text: Text = Field("", description="Needed for an objection.")


def routes(office: Office) -> APIRouter:
    """The timeline that both parties share."""
    api = APIRouter(tags=["timeline"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/incidents/{number}/updates")
    def updates(number: str) -> Listed[EntryShape]:
        """Progress as people told it (3.5), oldest first."""
        return listed(office, number, EntryKind.UPDATE)

    @api.post("/incidents/{number}/updates", status_code=201)
    async def update(number: str, act: UpdateAct, request: Request, response: Response) -> EntryShape:
        """Tell how it goes (3.5): 201, or 200 where the very same was told before."""
        return await put(office, number, EntryKind.UPDATE, act, request, response, about=act.about)

    @api.get("/incidents/{number}/phases")
    def phases(number: str) -> Listed[EntryShape]:
        """The records of the phases (3.4), oldest first."""
        return listed(office, number, EntryKind.PHASE)

    @api.post("/incidents/{number}/phases", status_code=201)
    async def phase(number: str, act: PhaseAct, request: Request, response: Response) -> EntryShape:
        """Record a phase, or why it does not apply (3.4)."""
        return await put(office, number, EntryKind.PHASE, act, request, response, what=act.phase)

    @api.post("/incidents/{number}/recovery", status_code=201)
    async def recovery(number: str, act: RecoveryAct, request: Request, response: Response) -> EntryShape:
        """Confirm a recovery, or object to it with a reason (4.2(c))."""
        return await put(office, number, EntryKind.RECOVERY_ANSWER, act, request, response, what=act.answer)

    return api


_HEAD = frozenset(
    {"by", "means", "called_at", "recorded_by", "about", "what", "duty", "phase", "answer", "not_applicable"}
)
"""Fields of an act that are no words of it."""


async def put(
    office: Office,
    number: str,
    kind: EntryKind,
    act: TimelineAct,
    request: Request,
    response: Response,
    *,
    what: str = "",
    about: str = "",
) -> EntryShape:
    """The entry that the act became; every sort of act goes this way."""
    known(office, act.by)
    door = request.scope["tocsin"]
    work = Record(
        number,
        kind,
        act.by,
        what,
        _said(act.model_dump(exclude_none=True, by_alias=True)),
        about,
        **brought(act, request, office),
        party=side(door),
        is_not_applicable=bool(getattr(act, "not_applicable", False)),
    )
    done: Recorded = await answer_of(office.submit(work))
    response.status_code = 200 if done.is_repeated else 201
    return shape(done.entry).model_copy(update={"repeated": done.is_repeated})


def listed(office: Office, number: str, kind: EntryKind) -> Listed[EntryShape]:
    """
    Raises:
        NotFound: no such incident.
    """
    if office.store.incident(number) is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    return Listed(items=[shape(each) for each in office.store.entries(number) if each.kind is kind], next=None)


def shape(each: Entry) -> EntryShape:
    return EntryShape(
        id=each.id,
        incident=each.incident,
        kind=each.kind,
        what=each.what,
        party=each.party,
        by=each.by,
        at=each.at,
        on_file_at=each.on_file_at,
        said=dict(each.said),
        about=each.about,
        means=each.means,
        recorded_by=each.recorded_by,
        on_behalf=each.is_on_behalf and each.confirmed_at is None,
        not_applicable=each.is_not_applicable,
    )


def _said(given: Mapping[str, Any]) -> dict[str, Any]:
    """The words of an act; times as text, in UTC."""
    words = {name: value for name, value in given.items() if name not in _HEAD and value not in ("", [])}
    return {name: in_utc(each).isoformat() if isinstance(each, datetime) else each for name, each in words.items()}


def _customers(each: EntryShape, office: Office) -> EntryShape | None:
    return None if each.kind is EntryKind.PLAN_STEP else each


SHOWN[EntryShape] = _customers
