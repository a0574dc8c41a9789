"""GET /obligations (agreement.md 5): who owes what to whom by when, and what became of it."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from agent.errors import NotFound
from agent.model import Obligation, ObligationState, Owing, Statement
from agent.rules import statements
from agent.web.api import owed_shapes
from agent.web.api.models import Listed
from agent.web.api.owed_shapes import ObligationShape
from agent.web.api.parties import PartyRoute
from agent.web.office import Office


def routes(office: Office) -> APIRouter:
    """The duties, read only: what happens moves their clocks."""
    api = APIRouter(tags=["reading"], route_class=PartyRoute)

    @api.get("/obligations")
    def obligations(
        state: Annotated[list[ObligationState], Query()] = [],  # noqa: B006
        incident: Annotated[str, Query(max_length=60)] = "",
        report: Annotated[str, Query(max_length=60)] = "",
        debtor: Owing | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
    ) -> Listed[ObligationShape]:
        """Duties, begun last first."""
        found, following = office.store.obligations(
            states=state, incident=incident, report=report, debtor=debtor or "", before=cursor, limit=limit
        )
        stated: dict[str, Sequence[Statement]] = {}
        return Listed(items=[_shape(each, office, stated) for each in found], next=following or None)

    @api.get("/obligations/{id}")
    def obligation(id: str) -> ObligationShape:  # noqa: A002
        """One duty's clock."""
        found = office.store.obligation(id)
        if found is None:
            raise NotFound(f"there is no obligation {id[:60]}: GET /api/v1/obligations lists them")
        return _shape(found, office, {})

    return api


def _shape(each: Obligation, office: Office, stated: dict[str, Sequence[Statement]]) -> ObligationShape:
    """`stated`: what was recorded on behalf in the incidents that were looked at so far."""
    if each.incident and each.discharged_by and each.incident not in stated:
        stated[each.incident] = office.store.statements(each.incident)
    said = stated.get(each.incident, ())
    is_disputed = statements.is_disputed(said, each.discharged_by, each.discharged_at)
    term = office.settings().agreement.terms.get(each.name)
    return owed_shapes.obligation(each, term, is_disputed=is_disputed)
