"""Maintenance, quiet for a while, trials: what people arrange beforehand, and how it stands."""

from collections.abc import Iterator

from fastapi import APIRouter, Request, Response

from agent.clock import in_utc
from agent.engine.planned import Announce, Announced, End, Extend, Rest, Rested, Tried, Try
from agent.errors import NotFound
from agent.model import Maintenance, Party
from agent.rules import escalation, routing
from agent.web.api import models, planned, shapes
from agent.web.api.acting import PROBLEMS, known, recorder
from agent.web.api.parties import PartyRoute
from agent.web.api.telling import told
from agent.web.api.windows import announced_one, standing
from agent.web.office import Office
from agent.web.wire import answer_of


def routes(office: Office) -> APIRouter:
    """The planning part of the API."""
    api = APIRouter(tags=["planning"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/maintenance")
    def listed(over: bool = False) -> models.Listed[planned.MaintenanceShape]:
        """Windows to come and under way, of the file and of people; `over`: also those of the last 30 days."""
        return models.Listed(items=standing(office, over=over), next=None)

    @api.post("/maintenance", status_code=201)
    async def announce(act: planned.AnnounceAct, request: Request, response: Response) -> planned.MaintenanceDone:
        """Announce a window (4.1(a)): 201; 200 where it was announced already, or for a dry run."""
        known(office, act.by)
        starts_at = in_utc(act.starts_at) if act.starts_at else None
        begins = max(starts_at or office.clock.now(), office.clock.now())
        work = Announce(
            what=act.what,
            by=act.by,
            starts_at=starts_at,
            ends_at=in_utc(act.ends_at) if act.ends_at else begins + planned.length(act.lasting or ""),
            functions=tuple(dict.fromkeys(act.functions)),
            probes=tuple(dict.fromkeys(act.probes)),
            recorded_by=recorder(request.scope["tocsin"]),
            is_rehearsal=act.dry_run,
        )
        done: Announced = await answer_of(office.submit(work))
        response.status_code = 200 if done.is_repeated or act.dry_run else 201
        return _done(office, done, dry_run=act.dry_run)

    @api.post("/maintenance/{window}/extension")
    async def extend(window: str, act: planned.ExtendAct, request: Request) -> planned.MaintenanceDone:
        """Let it end later; both parties are told."""
        known(office, act.by)
        until = in_utc(act.ends_at) if act.ends_at else _of(office, window).ends_at + planned.length(act.longer or "")
        work = Extend(window, act.by, until, act.reason, recorder(request.scope["tocsin"]), is_rehearsal=act.dry_run)
        return _done(office, await answer_of(office.submit(work)), dry_run=act.dry_run)

    @api.post("/maintenance/{window}/end")
    async def end(window: str, act: planned.EndAct, request: Request) -> planned.MaintenanceDone:
        """End it now, or call it off; what still fires in it is an incident at once."""
        known(office, act.by)
        work = End(window, act.by, act.reason, recorder(request.scope["tocsin"]), is_rehearsal=act.dry_run)
        return _done(office, await answer_of(office.submit(work)), dry_run=act.dry_run)

    @api.post("/incidents/{number}/snooze")
    async def snooze(number: str, act: planned.SnoozeAct, request: Request) -> models.SnoozeShape:
        """Let reminders of one's own side rest; no duty stops, no ladder waits."""
        known(office, act.contact)
        work = Rest(
            number,
            act.contact,
            planned.length(act.lasting),
            act.reason,
            act.only_me,
            recorder(request.scope["tocsin"]),
        )
        done: Rested = await answer_of(office.submit(work))
        return shapes.snooze(done.snooze)

    @api.post("/trials")
    async def try_out(act: planned.TryAct, request: Request) -> planned.TriedShape:
        """What would happen if the function had this state now; unless dry, the provider gets it, marked as a trial."""
        if act.by:
            known(office, act.by)
        work = Try(
            act.function,
            act.state,
            act.by or "",
            recorder(request.scope["tocsin"]),
            is_rehearsal=act.dry_run,
        )
        done: Tried = await answer_of(office.submit(work))
        return _tried(office, act, done)

    return api


def _of(office: Office, id_: str) -> Maintenance:
    """
    Raises:
        NotFound
    """
    found = office.store.maintenance_window(id_)
    if found is None:
        raise NotFound(f"nobody announced a window {id_[:40]!r}: `tocsin maintenance list` shows them")
    return found


def _done(office: Office, done: Announced, *, dry_run: bool) -> planned.MaintenanceDone:
    shown = announced_one(done.window, office).model_copy(update={"waiting": done.waiting})
    return planned.MaintenanceDone(
        window=shown,
        dry_run=dry_run,
        repeated=done.is_repeated,
        live=list(done.live),
        opened=list(done.opened),
        told=told(office, done.notices),
    )


def _tried(office: Office, act: planned.TryAct, tried: Tried) -> planned.TriedShape:
    incident = tried.incident
    return planned.TriedShape(
        outcome=tried.outcome,
        function=act.function,
        state=act.state,
        at=tried.at,
        grade=incident.grade if incident else None,
        provisional=incident.is_provisional if incident else True,
        kind=incident.kind if incident else None,
        rules=list(incident.rules) if incident else [],
        incident=incident.number if incident and tried.outcome == "joined" else None,
        until=tried.until,
        lifts=[
            planned.LiftShape(at=each.at, grade=each.grade, needs_second_evidence=each.needs_second_evidence)
            for each in tried.lifts
        ],
        told=told(office, tried.notices, incident),
        ladders=list(_ladders(office, tried)),
        dry_run=act.dry_run,
        sent=told(office, tried.sent),
    )


def _ladders(office: Office, tried: Tried) -> Iterator[planned.LadderShape]:
    """The ladders as they would begin; one that waits for the end of a hold begins then."""
    incident, settings = tried.incident, office.settings()
    if incident is None:
        return
    for party in Party:
        asks = [each for each in tried.notices if each.party is party and each.asks and not each.is_trial]
        if not asks or incident.grade == 3:
            continue
        began_at, limit = asks[0].due_at, settings.agreement.launch_limit[incident.grade]
        steps = routing.told(
            party,
            incident.grade,
            incident.kind,
            incident.functions,
            began_at,
            settings.routes,
            settings.contacts,
            settings.agreement.calendar,
            endpoints=settings.endpoints,
        ).escalate
        rungs = [
            planned.RungShape(at=began_at + rung.after, name=rung.name, to=list(rung.to))
            for rung in escalation.rungs(steps, limit)
        ]
        yield planned.LadderShape(party=party, answer_by=began_at + limit, rungs=rungs)
