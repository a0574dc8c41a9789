"""Faults as problem+json (RFC 9457): which status each has, and what its reader can do."""

from typing import cast

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from agent.config.load import BadConfig
from agent.errors import Malformed, NotFound, Refused, StoreUnavailable, TocsinError, TooBusy, WrongParty
from agent.log import Log
from agent.web.api.shapes import fault as fault_shape

log = Log(__name__)


class UnknownContact(TocsinError):
    """The one named as acting is no contact of the agreement."""


class UnknownFunction(TocsinError):
    """A function that the agreement does not know."""


_STATUS: tuple[tuple[type[Exception], int, str], ...] = (
    (UnknownContact, 422, "unknown contact"),
    (UnknownFunction, 422, "unknown function"),
    (BadConfig, 422, "the configuration has faults; the old one stays in force"),
    (NotFound, 404, "not found"),
    (WrongParty, 403, "for the other party to do"),
    (Refused, 409, "refused"),
    (StoreUnavailable, 503, "cannot be written or read now"),
    (TooBusy, 503, "too busy"),
    (TimeoutError, 503, "no answer in time"),
    (Malformed, 400, "cannot be read"),
    (TocsinError, 400, "not possible"),
)
"""The first that fits."""


def answer_faults(api: FastAPI) -> None:
    """Every fault that can leave the API, as a problem."""
    for sort in (TocsinError, TimeoutError):
        api.add_exception_handler(sort, _told)
    api.add_exception_handler(RequestValidationError, _unfit)
    api.add_exception_handler(HTTPException, _plain)
    api.add_exception_handler(Exception, _unexpected)


def problem(status: int, title: str, detail: str = "", **more: object) -> JSONResponse:
    said = {"title": title, "status": status, "detail": detail, **more}
    headers = {"Retry-After": "5"} if status == 503 else None
    return JSONResponse(jsonable_encoder(said), status, headers, media_type="application/problem+json")


async def _told(_: Request, fault: Exception) -> JSONResponse:
    status, title = next((status, title) for sort, status, title in _STATUS if isinstance(fault, sort))
    more: dict[str, object] = {}
    if isinstance(fault, Refused) and fault.clause:
        more["clause"] = fault.clause
    if isinstance(fault, BadConfig):
        more["faults"] = [fault_shape(each) for each in fault.faults if not each.is_warning]
        more["warnings"] = [fault_shape(each) for each in fault.faults if each.is_warning]
    return problem(status, title, str(fault) or "it may have happened all the same: look before trying again", **more)


async def _unfit(_: Request, fault: Exception) -> JSONResponse:
    """What does not fit the shapes; the values themselves are not repeated."""
    errors = [
        {"at": ".".join(str(step) for step in each["loc"]), "reason": each["msg"]}
        for each in cast("RequestValidationError", fault).errors()
    ]
    detail = "; ".join(f"{each['at']}: {each['reason']}" for each in errors[:10])
    return problem(422, "the request does not fit", detail, errors=errors)


async def _plain(_: Request, fault: Exception) -> JSONResponse:
    known = cast("HTTPException", fault)
    answer = problem(known.status_code, str(known.detail).lower(), "see /api/openapi.json")
    answer.headers.update(known.headers or {})
    return answer


async def _unexpected(request: Request, fault: Exception) -> JSONResponse:
    log.error("request failed", path=request.url.path, exc=fault)
    return problem(500, "unexpected fault", "it is in the agent's log")
