"""What arrives by POST: a body goes to the desk as it came, and is answered once it is on disk."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from typing import Protocol

from agent import metrics
from agent.config.settings import Limits
from agent.engine.works import Keep, Post, Receipt
from agent.errors import StoreUnavailable, TooBusy
from agent.model import Body, Letter
from agent.web.intake import alertmanager, generic, laid_out, prometheus
from agent.web.request import Request
from agent.web.wire import RETRY_AFTER, Answer, TooLarge, Unreadable, answer_of, encoded, json, problem


class Read(Protocol):
    def __call__(self, raw: bytes, source: str, received_at: datetime, limits: Limits) -> Letter:
        """
        Raises:
            Malformed: nothing of it can be read.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Dialect:
    source: str
    read: Read
    answer: Callable[[Receipt], Answer]


async def take_alertmanager(request: Request) -> Answer:
    """Alertmanager's webhook; 200 after the commit."""
    return await _take(request, _ALERTMANAGER)


async def take_generic(request: Request) -> Answer:
    """Any other monitor's `{title, status, labels, …}`, one or a list; 200 after the commit."""
    return await _take(request, _GENERIC)


async def take_laid_out(request: Request) -> Answer:
    """The body of a monitor that `sources.generic` of the file names, in the monitor's own shape."""
    layouts = request.office.settings().layouts
    layout = layouts.get(request.rest)
    if layout is None:
        known = f"sources.generic names {', '.join(sorted(layouts))}" if layouts else "sources.generic names none"
        return problem(404, "no such monitor", f"the file says nothing of {request.rest[:40]!r}: {known}")
    return await _take(request, _Dialect(f"generic/{request.rest}", partial(laid_out.read, layout=layout), _said))


async def take_prometheus(request: Request) -> Answer:
    """What Prometheus posts to an Alertmanager, answered as one would: 200 and no body, after the commit."""
    return await _take(request, _PROMETHEUS)


async def _take(request: Request, dialect: _Dialect) -> Answer:
    office = request.office
    limits = office.settings().server.limits
    try:
        raw = await request.body(limits.body)
    except TooBusy as fault:
        return not_now(fault)
    except TooLarge as fault:
        metrics.LETTERS.labels(dialect.source, "too_large").inc()
        return json(413, {"error": str(fault)})
    except Unreadable as fault:
        return await _keep(request, fault, dialect)
    received_at = office.clock.now()
    began = office.clock.monotonic()
    try:
        on_file = office.submit(Post(raw, dialect.source, received_at, partial(dialect.read, limits=limits)))
        request.share.give_back()  # it counts on the desk's queue now
        receipt: Receipt = await answer_of(on_file)
    except (TooBusy, StoreUnavailable, TimeoutError) as fault:
        return not_now(fault)
    metrics.INTAKE_SECONDS.observe(office.clock.monotonic() - began)
    return dialect.answer(receipt)


def not_now(fault: Exception) -> Answer:
    """503: send it again. Alertmanager does after 5xx; after 4xx only with the group's next change."""
    reason = str(fault) or "the answer took too long: send it again, a repeated message changes nothing"
    return json(503, {"error": reason}, RETRY_AFTER)


def _said(receipt: Receipt) -> Answer:
    said = {"received": receipt.received, "new": receipt.new, "incidents": receipt.incidents}
    if receipt.fault:
        return json(400, {**said, "error": receipt.fault, "bad": []})
    if receipt.bad:
        bad = [{"index": index, "reason": reason} for index, reason in receipt.bad]
        error = f"{len(bad)} of {receipt.received} alerts cannot be read; the others are on file"
        return json(400, {**said, "error": error, "bad": bad})
    return json(200, said)


def _said_as_alertmanager(receipt: Receipt) -> Answer:
    """Its own words: an object where nothing could be read, one text where some alerts could not."""
    if receipt.fault:
        return json(400, {"code": 400, "message": receipt.fault})
    if receipt.bad:
        return encoded(400, "; ".join(f"alerts[{index}]: {reason}" for index, reason in receipt.bad))
    return Answer(200)


_ALERTMANAGER = _Dialect("alertmanager", alertmanager.read, _said)
_GENERIC = _Dialect("generic", generic.read, _said)
_PROMETHEUS = _Dialect("prometheus", prometheus.read, _said_as_alertmanager)


async def _keep(request: Request, fault: Unreadable, dialect: _Dialect) -> Answer:
    """What could not even be decompressed is kept on file like any malformed body."""
    office = request.office
    body = Body(sha256(fault.raw).hexdigest(), office.clock.now(), dialect.source, fault.raw, fault=str(fault))
    metrics.LETTERS.labels(dialect.source, "malformed").inc()
    try:
        await answer_of(office.submit(Keep(body)))
    except (TooBusy, StoreUnavailable, TimeoutError) as unavailable:
        return not_now(unavailable)
    return dialect.answer(Receipt(fault=str(fault)))
