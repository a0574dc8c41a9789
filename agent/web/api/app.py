"""The FastAPI application under /api, with its OpenAPI document."""

from importlib.metadata import version

from fastapi import FastAPI

from agent.web.api import (
    acting,
    asked,
    attempts,
    availability,
    entries,
    grade_talk,
    joint,
    owed,
    planning,
    plans,
    reading,
    register,
    reports,
    roster,
    statements,
    statutes,
)
from agent.web.api.faults import answer_faults
from agent.web.api.parties import ASKED
from agent.web.office import Office
from agent.web.wire import App, Receive, Scope, Send


def build(office: Office) -> FastAPI:
    """The API of the running agent."""
    api = FastAPI(
        title="Tocsin",
        summary="Incidents of a system emergency response agreement.",
        version=version("tocsin"),
        openapi_url="/api/openapi.json",
        docs_url=None,  # they would load scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
    )
    api.include_router(reading.routes(office), prefix="/api/v1")
    api.include_router(attempts.routes(office), prefix="/api/v1")
    api.include_router(acting.routes(office), prefix="/api/v1")
    api.include_router(planning.routes(office), prefix="/api/v1")
    api.include_router(reports.routes(office), prefix="/api/v1")
    api.include_router(entries.routes(office), prefix="/api/v1")
    api.include_router(grade_talk.routes(office), prefix="/api/v1")
    api.include_router(owed.routes(office), prefix="/api/v1")
    api.include_router(joint.routes(office), prefix="/api/v1")
    api.include_router(statutes.routes(office), prefix="/api/v1")
    api.include_router(availability.routes(office), prefix="/api/v1")
    api.include_router(asked.routes(office), prefix="/api/v1")
    api.include_router(plans.routes(office), prefix="/api/v1")
    api.include_router(register.routes(office), prefix="/api/v1")
    api.include_router(statements.routes(office), prefix="/api/v1")
    api.include_router(roster.routes(office), prefix="/api/v1")
    answer_faults(api)
    return api


def app(office: Office) -> App:
    """The same for the door: what it answers is the caller's own copy."""
    api = build(office)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        mark = ASKED.set(scope["tocsin"])
        try:
            await api(scope, receive, send)
        finally:
            ASKED.reset(mark)

    return answer
