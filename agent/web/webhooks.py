"""POST /webhooks/*: a body goes to the desk as it came, and is answered once it is on disk."""

from functools import partial
from hashlib import sha256

from agent import metrics
from agent.engine.works import Keep, Post, Receipt
from agent.errors import StoreUnavailable, TooBusy
from agent.model import Body
from agent.web.intake import alertmanager
from agent.web.request import Request
from agent.web.wire import RETRY_AFTER, Answer, TooLarge, Unreadable, answer_of, json


async def take_alertmanager(request: Request) -> Answer:
    """Alertmanager's webhook; 200 after the commit."""
    office = request.office
    limits = office.settings().server.limits
    try:
        raw = await request.body(limits.body)
    except TooLarge as fault:
        metrics.LETTERS.labels("alertmanager", "too_large").inc()
        return json(413, {"error": str(fault)})
    except Unreadable as fault:
        return await _keep(request, fault)
    received_at = office.clock.now()
    began = office.clock.monotonic()
    try:
        receipt: Receipt = await answer_of(
            office.submit(Post(raw, "alertmanager", received_at, partial(alertmanager.read, limits=limits)))
        )
    except (TooBusy, StoreUnavailable, TimeoutError) as fault:
        return not_now(fault)
    metrics.INTAKE_SECONDS.observe(office.clock.monotonic() - began)
    return _answer(receipt)


def not_now(fault: Exception) -> Answer:
    """503: send it again. Alertmanager does after 5xx; after 4xx only with the group's next change."""
    reason = str(fault) or "the answer took too long: send it again, a repeated message changes nothing"
    return json(503, {"error": reason}, RETRY_AFTER)


def _answer(receipt: Receipt) -> Answer:
    said = {"received": receipt.received, "new": receipt.new, "incidents": receipt.incidents}
    if receipt.fault:
        return json(400, {**said, "error": receipt.fault, "bad": []})
    if receipt.bad:
        bad = [{"index": index, "reason": reason} for index, reason in receipt.bad]
        error = f"{len(bad)} of {receipt.received} alerts cannot be read; the others are on file"
        return json(400, {**said, "error": error, "bad": bad})
    return json(200, said)


async def _keep(request: Request, fault: Unreadable) -> Answer:
    """What could not even be decompressed is kept on file like any malformed body."""
    office = request.office
    body = Body(sha256(fault.raw).hexdigest(), office.clock.now(), "alertmanager", fault.raw, fault=str(fault))
    metrics.LETTERS.labels("alertmanager", "malformed").inc()
    try:
        await answer_of(office.submit(Keep(body)))
    except (TooBusy, StoreUnavailable, TimeoutError) as unavailable:
        return not_now(unavailable)
    return _answer(Receipt(fault=str(fault)))
