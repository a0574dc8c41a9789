"""GET: what is going on, and what was on file about it."""

from collections.abc import Callable, Iterable
from typing import Annotated, TypeVar

from fastapi import APIRouter, Query

from agent.errors import NotFound
from agent.model import Incident, State
from agent.rules import redaction
from agent.web.api import models, shapes
from agent.web.api.parties import PartyRoute
from agent.web.api.windows import maintained
from agent.web.office import Office

T = TypeVar("T")

Limit = Annotated[int, Query(ge=1, le=500)]
Cursor = Annotated[str, Query(max_length=200, description="`next` of the page before.")]


def routes(office: Office) -> APIRouter:
    """The reading half of the API. Plain functions: the store blocks, so they run on threads."""
    api = APIRouter(tags=["reading"], route_class=PartyRoute)
    store = office.store

    @api.get("/incidents")
    def incidents(
        state: Annotated[list[State], Query()] = [],  # noqa: B006
        limit: Limit = 100,
        cursor: Cursor = "",
    ) -> models.Listed[models.IncidentShape]:
        """Incidents, newest first."""
        found, following = store.incidents(states=state, before=cursor, limit=limit)
        return models.Listed(items=[shapes.incident(each, office) for each in found], next=following or None)

    @api.get("/incidents/{number}")
    def incident(number: str) -> models.IncidentShape:
        """One incident, with at most 50 of its signals."""
        return shapes.incident(incident_of(office, number), office)

    @api.get("/incidents/{number}/timeline")
    def timeline(number: str) -> models.Listed[models.FactShape]:
        """Every fact of the incident's chain in its order: the minutes are not paged."""
        incident_of(office, number)
        return models.Listed(
            items=[shapes.fact(sealed) for sealed in redaction.overlaid(store.timeline(number))], next=None
        )

    @api.get("/incidents/{number}/notices")
    def notices(number: str) -> models.Listed[models.NoticeShape]:
        """Who was to be told what, why, and what became of each delivery."""
        incident_of(office, number)
        deliveries = store.deliveries_for(number)
        return models.Listed(items=[shapes.notice(each, deliveries) for each in store.notices(number)], next=None)

    @api.get("/probes")
    def probes(limit: Limit = 100, cursor: Cursor = "") -> models.Listed[models.ProbeShape]:
        """The configured probes by name, with their last answers."""
        states = office.probes()
        configured = sorted(office.settings().probes.values(), key=lambda each: each.name)
        page, following = _page(configured, lambda each: each.name, limit, cursor)
        until = maintained(office)
        items = [shapes.probe(each, states.get(each.name), until(each.name, each.function)) for each in page]
        return models.Listed(items=items, next=following)

    @api.get("/signals/unmapped")
    def unmapped(limit: Limit = 100) -> models.Listed[models.UnmappedShape]:
        """Alert names that no row of `signals:` matched, most frequent first."""
        found = [models.UnmappedShape.model_validate(dict(each)) for each in store.unmapped(limit)]
        return models.Listed(items=found, next=None)

    return api


def incident_of(office: Office, number: str) -> Incident:
    """
    Raises:
        NotFound
    """
    found = office.store.incident(number)
    if found is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    return found


def _page(items: Iterable[T], name: Callable[[T], str], limit: int, after: str) -> tuple[list[T], str | None]:
    """At most `limit` of what follows `after`, and where the next page begins."""
    rest = [each for each in items if name(each) > after]
    page = rest[:limit]
    return page, name(page[-1]) if len(rest) > limit else None
