"""What machines ask: pings of heartbeats, the agent's own metrics, whether it is alive and ready."""

import asyncio

from agent.errors import NotFound, StoreUnavailable, TooBusy
from agent.model import Party
from agent.ports import Health
from agent.web.access import Denied, Right, admit
from agent.web.exposition import expose
from agent.web.request import Request
from agent.web.webhooks import not_now
from agent.web.wire import TEXT, Answer, answer_of, json, problem

FAIL = "/fail"


async def ping(request: Request) -> Answer:
    """A heartbeat's sign of life, or its cry for help; a body is not looked at."""
    has_failed = request.rest.endswith(FAIL)
    name = request.rest.removesuffix(FAIL)
    if not _may_ping(request, name):
        said = f"{name} is the customer's own watch (2.3(a)): only a token of the customer's pings it"
        return problem(403, "not yours to ping", said, clause="2.3(a)")
    try:
        await answer_of(request.office.ping(name, has_failed))
    except NotFound as fault:
        return problem(404, "no such heartbeat", str(fault))
    except (TooBusy, StoreUnavailable, TimeoutError) as fault:
        return not_now(fault)
    return Answer(200, b"OK", TEXT)


async def metrics(request: Request) -> Answer:
    """The agent's own metrics and one series per probe, in the format the scraper asks for."""
    accept = request.asked.headers.get(b"accept", b"").decode("latin-1")
    text, kind = await asyncio.to_thread(expose, request.office, accept)
    return Answer(200, text, kind.encode())


async def healthz(request: Request) -> Answer:
    """Alive: 503 says that a restart would help."""
    health = request.office.health()
    return _state(request, health.is_alive, health)


async def readyz(request: Request) -> Answer:
    """Ready: able to take, decide and write."""
    health = request.office.health()
    return _state(request, health.is_ready, health)


def _state(request: Request, is_well: bool, health: Health) -> Answer:
    said: dict[str, object] = {"status": "ok" if is_well else "unavailable"}
    if _may_read(request):
        if health.reasons:
            said["reasons"] = health.reasons
        if health.checks:
            said["checks"] = {check: fault or "ok" for check, fault in health.checks.items()}
            said["audited_at"] = health.audited_at
    return json(200 if is_well else 503, said, ((b"cache-control", b"no-store"),))


def _may_ping(request: Request, name: str) -> bool:
    """Nobody else says for the customer that it watches."""
    probe = request.office.settings().probes.get(name)
    if probe is None or probe.party is Party.PROVIDER:
        return True
    return request.caller is not None and request.caller.party is Party.CUSTOMER


def _may_read(request: Request) -> bool:
    """Anyone may ask whether the agent is well; why not is for those of the provider who may read."""
    try:
        caller = admit(request.asked, request.office.settings().server, Right.READ)
    except Denied:
        return False
    return caller.party is Party.PROVIDER
