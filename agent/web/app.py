"""The door: which path is answered by whom, who may ask, and what becomes of a fault.

Raw ASGI: a webhook costs 49 µs here and 271 µs through FastAPI, which is loaded only when /api is first asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from prometheus_client import Counter

from agent import metrics
from agent.errors import Malformed, TooBusy
from agent.log import Log
from agent.model import Party
from agent.web import blackbox, machines, webhooks
from agent.web.access import Caller, Denied, Right, admit, admit_signed, check_certificate, signing
from agent.web.late import Late
from agent.web.office import Office
from agent.web.pages import link
from agent.web.request import Handler, Request, asked_by
from agent.web.wire import RETRY_AFTER, Answer, App, Gone, Receive, Scope, Send, TooLarge, problem, send_answer

log = Log(__name__)

_ASK_FOR_TOKEN = ((b"www-authenticate", b'Bearer realm="tocsin", Basic realm="tocsin"'),)


@dataclass(frozen=True, slots=True)
class Place:
    path: str
    methods: frozenset[str]
    answer: Handler
    right: Right | None  # None: open to all
    is_providers: bool = False  # what it shows is technical: the customer's tokens are refused


def _place(path: str, methods: str, answer: Handler, right: Right | None, *, is_providers: bool = False) -> Place:
    return Place(path, frozenset(methods.split()), answer, right, is_providers)


_EXACT: Mapping[str, Place] = {
    place.path: place
    for place in (
        _place("/webhooks/alertmanager", "POST", webhooks.take_alertmanager, Right.INTAKE),
        _place("/webhooks/generic", "POST", webhooks.take_generic, Right.INTAKE),
        _place("/api/v2/alerts", "POST", webhooks.take_prometheus, Right.INTAKE),
        _place("/metrics", "GET HEAD", machines.metrics, Right.READ, is_providers=True),
        _place("/probe", "GET HEAD", blackbox.probe, Right.READ, is_providers=True),
        _place("/healthz", "GET HEAD", machines.healthz, None),
        _place("/readyz", "GET HEAD", machines.readyz, None),
    )
}
_BELOW: tuple[Place, ...] = (
    _place("/webhooks/generic/", "POST", webhooks.take_laid_out, Right.INTAKE),
    _place("/ping/", "GET HEAD POST", machines.ping, Right.PING),
    _place("/a/", "GET HEAD POST", link.answer, None),  # the token is the key
)


def app(office: Office) -> App:
    """The ASGI application of the running agent."""
    api = Late(office)

    async def door(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        request = Request(scope, receive, office, asked_by(scope))
        try:
            await _pass(request, api, send)
        finally:
            request.share.close()

    return door


async def _pass(request: Request, api: Late, send: Send) -> None:
    path: str = request.scope["path"]
    place = _EXACT.get(path)
    if place is None and path.startswith("/api/"):
        await _pass_to_api(request, api, send)
        return
    place = place or next((each for each in _BELOW if path.startswith(each.path)), None)
    answer = await _answer(place, request)
    if answer is not None:
        await _send(place.path if place else "other", answer, request, send)


async def _pass_to_api(request: Request, api: Late, send: Send) -> None:
    right = api.right(request.method, request.scope["path"])
    try:
        request.caller = admit(request.asked, request.office.settings().server, right)
        await api.answer(request, send)
    except Denied as denied:
        await _send("/api", _denied(denied), request, send)
    except TooLarge as fault:
        await _send("/api", problem(413, "too large", str(fault)), request, send)
    except TooBusy as fault:
        await _send("/api", _busy(fault), request, send)
    except Malformed as fault:
        await _send("/api", problem(400, "cannot be read", str(fault)), request, send)
    except Gone:
        return


async def _answer(place: Place | None, request: Request) -> Answer | None:
    """What the place answers; None where nobody is listening any more."""
    if place is None:
        return problem(404, "no such page", "the paths are listed in docs; there is no redirect to a nearby one")
    if request.method not in place.methods:
        allowed = ", ".join(sorted(place.methods))
        return problem(405, f"{request.method} is not for this path", headers=((b"allow", allowed.encode()),))
    try:
        if place.right is not None:
            request.caller = await _let_in(request, place.right)
            if place.is_providers and request.caller.party is not Party.PROVIDER:
                raise Denied(403, f"this is for the provider; the token {request.caller.name} is the customer's")
        request.rest = request.scope["path"][len(place.path) :]
        return await place.answer(request)
    except Denied as denied:
        return _denied(denied)
    except TooBusy as fault:
        return _busy(fault)
    except Gone:
        return None
    except Exception as fault:
        log.error("request failed", path=place.path, exc=fault)
        return problem(500, "unexpected fault", "it is in the agent's log")


async def _let_in(request: Request, right: Right) -> Caller:
    """By a token, or where messages are taken in by the signature over what is sent.

    Raises:
        Denied: neither is good.
    """
    server = request.office.settings().server
    signer = signing(request.asked, server) if right is Right.INTAKE else None
    if signer is None:
        return admit(request.asked, server, right)
    check_certificate(request.asked, server)
    try:
        body = await request.body(server.limits.body)
    except TooLarge as fault:
        raise Denied(413, str(fault)) from None
    except Malformed as fault:
        raise Denied(401, f"the signature cannot be checked: {fault}") from None
    return admit_signed(request.asked, signer, body, request.office.clock.now(), right)


def _denied(denied: Denied) -> Answer:
    return problem(denied.status, "not let in", str(denied), _ASK_FOR_TOKEN if denied.status == 401 else ())


def _busy(fault: TooBusy) -> Answer:
    return problem(503, "too busy", str(fault), RETRY_AFTER)


@lru_cache(maxsize=256)
def _answered(path: str, status: int) -> Counter:
    """Looking it up takes longer than counting."""
    return metrics.HTTP_REQUESTS.labels(path, str(status))


async def _send(path: str, answer: Answer, request: Request, send: Send) -> None:
    _answered(path, answer.status).inc()
    if not request.is_body_read:
        request.share.close()  # what still comes is dropped where it arrives
    await send_answer(answer, send, request.receive, is_body_read=request.is_body_read)
