"""/register: improvements, vulnerabilities, upkeep, attestations, and what both parties decide to improve."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from agent.clock import in_utc
from agent.engine.registered import Advance, Register, Registered
from agent.errors import NotFound
from agent.model import Item, ItemKind, ItemState, Party
from agent.rules.register import Act
from agent.web.api import register_shapes
from agent.web.api.acting import PROBLEMS, known
from agent.web.api.brought import brought, side
from agent.web.api.models import Listed
from agent.web.api.parties import SHOWN, PartyRoute, has_heard
from agent.web.api.register_shapes import ItemAct, ItemShape, RegisterAct
from agent.web.office import Office
from agent.web.wire import answer_of


def routes(office: Office) -> APIRouter:
    """The registers part of the API."""
    api = APIRouter(tags=["registers"], responses=PROBLEMS, route_class=PartyRoute)

    @api.get("/register")
    def listed(
        kind: Annotated[list[ItemKind], Query()] = [],  # noqa: B006
        state: Annotated[list[ItemState], Query()] = [],  # noqa: B006
        open: bool = False,  # noqa: A002
        incident: Annotated[str, Query(max_length=60)] = "",
        owner: Annotated[str, Query(max_length=200)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        cursor: Annotated[str, Query(max_length=200, description="`next` of the page before.")] = "",
    ) -> Listed[ItemShape]:
        """Lines of the registers, newest first; `open`: those that somebody still has to do something about."""
        states = state or ([each for each in ItemState if each.is_open] if open else [])
        found, following = office.store.items(
            kinds=kind, states=states, incident=incident, owner=owner, before=cursor, limit=limit
        )
        return Listed(items=[register_shapes.item(each, office.store) for each in found], next=following or None)

    @api.get("/register/{item}")
    def shown(item: str) -> ItemShape:
        """One line."""
        return register_shapes.item(_of(office, item), office.store)

    @api.post("/register", status_code=201)
    async def put_down(act: RegisterAct, request: Request, response: Response) -> ItemShape:
        """A new line: 201, or 200 where it stands already, word for word."""
        known(office, act.by)
        if act.owner:
            known(office, act.owner)
        door = request.scope["tocsin"]
        party = side(door)
        if party is Party.CUSTOMER and act.incident and not has_heard(act.incident, office.store):
            raise NotFound(f"there is no incident {act.incident[:40]}: `tocsin incidents` lists them")
        work = Register(
            kind=act.kind,
            by=act.by,
            text=act.text,
            what=act.what,
            owner=act.owner or "",
            due=act.due,
            known_at=in_utc(act.known_at) if act.known_at else None,
            period=act.period,
            incident=act.incident or "",
            items=tuple(dict.fromkeys(act.items)),
            is_internal=act.internal,
            party=party,
            **brought(act, request, office),
        )
        return await _done(office, work, response, fresh=201)

    @api.post("/register/{item}/{act}")
    async def advance(item: str, act: Act, said: ItemAct, request: Request, response: Response) -> ItemShape:
        """`done`, `verify`, `reopen`, `accept` or `withdraw` a line; nothing is ever deleted."""
        known(office, said.by)
        door = request.scope["tocsin"]
        party = side(door)
        if party is Party.CUSTOMER:
            shown = register_shapes.item(_of(office, item), office.store)
            if _customers(shown, office) is None:
                raise _unknown(item)
        work = Advance(item, act, said.by, said.text, party=party, **brought(said, request, office))
        return await _done(office, work, response, fresh=200)

    return api


async def _done(office: Office, work: Register | Advance, response: Response, fresh: int) -> ItemShape:
    done: Registered = await answer_of(office.submit(work))
    response.status_code = 200 if done.is_repeated else fresh
    return register_shapes.item(done.item, office.store).model_copy(update={"repeated": done.is_repeated})


def _of(office: Office, id_: str) -> Item:
    found = office.store.item(id_)
    if found is None:
        raise _unknown(id_)
    return found


def _unknown(id_: str) -> NotFound:
    return NotFound(f"there is no {id_[:40]!r} in the registers: `tocsin register list` shows what there is")


def _customers(each: ItemShape, office: Office) -> ItemShape | None:
    """Its own, and what is shared with it: nothing of the provider's own, nor of what it has not heard of."""
    is_heard = each.incident is None or has_heard(each.incident, office.store)
    return each if is_heard and not each.internal else None


SHOWN[ItemShape] = _customers
