"""Bytes in, bytes out: the ASGI messages of one request and one answer."""

import asyncio
import zlib
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary, ref

import msgspec

from agent.errors import Malformed, TocsinError, TooBusy
from agent.model.hot import hot
from agent.web.reception import SHARE, Share

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
Headers = tuple[tuple[bytes, bytes], ...]

JSON = b"application/json"
PROBLEM = b"application/problem+json"
TEXT = b"text/plain; charset=utf-8"
HTML = b"text/html; charset=utf-8"

ANSWER_WITHIN_S = 10.0
LINGER_S = 1.0
RETRY_AFTER: Headers = ((b"retry-after", b"5"),)


class TooLarge(TocsinError):
    """The body is longer than the limit."""


class Gone(Exception):
    """The other end closed before its request was whole."""


@hot
@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    type: bytes = JSON
    headers: Headers = ()


_encode = msgspec.json.Encoder().encode


def json(status: int, content: Mapping[str, Any], headers: Headers = ()) -> Answer:
    return Answer(status, _encode(content), JSON, headers)


def encoded(status: int, content: Any) -> Answer:
    """Any value as JSON."""
    return Answer(status, _encode(content))


def problem(status: int, title: str, detail: str = "", headers: Headers = (), **more: Any) -> Answer:
    """An error as RFC 9457 writes it; `more` are members of our own."""
    said = {"title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    return Answer(status, _encode(said), PROBLEM, headers)


async def send_answer(answer: Answer, send: Send, receive: Receive, *, is_body_read: bool = True) -> None:
    """Send it whole. Where the body was not read it is let run out first: a reset would swallow the answer."""
    headers = [
        (b"content-type", answer.type),
        (b"content-length", str(len(answer.body)).encode()),
        *answer.headers,
    ]
    if not is_body_read:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if not is_body_read:
        await send({"type": "http.response.body", "body": answer.body, "more_body": True})
        await _let_run_out(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    else:
        await send({"type": "http.response.body", "body": answer.body, "more_body": False})


async def read_body(scope: Scope, receive: Receive, limit: int) -> bytes:
    """The request's body, decompressed; its receipt deadline is the guard's.

    Raises:
        TooLarge: before it is read where its length is announced.
        TooBusy: there is no room for it beside the others that are being read.
        Malformed: it is not compressed as it says.
        Gone: the other end closed.
    """
    coding = b""
    for name, value in scope["headers"]:
        if name == b"content-length" and int(value) > limit:
            raise TooLarge(f"the body is {int(value)} bytes long, at most {limit} are read")
        if name == b"content-encoding":
            coding = value.strip().lower()
    share: Share = scope[SHARE]
    raw = await _receive_all(receive, limit, share)
    if coding in (b"", b"identity"):
        return raw
    if coding not in (b"gzip", b"x-gzip"):
        raise Unreadable(f"Content-Encoding {coding.decode('latin-1')!r} is not known here: send gzip or none", raw)
    async with share.reception.inflating:
        body = await asyncio.to_thread(_gunzip, raw, limit)
    if not share.take(len(body)):
        raise _no_room()
    return body


class Unreadable(Malformed):
    """A body that cannot be decompressed, as it came."""

    def __init__(self, message: str, raw: bytes) -> None:
        super().__init__(message)
        self.raw = raw


async def answer_of(future: "Future[Any]", within_s: float = ANSWER_WITHIN_S) -> Any:
    """What the desk answers. The work itself is never cancelled: it may be half written.

    Raises:
        TimeoutError: no answer in time; the work may be on file or not.
    """
    loop = asyncio.get_running_loop()
    waiter: asyncio.Future[bool] = loop.create_future()

    def settle(is_answered: bool) -> None:
        if not waiter.done():
            waiter.set_result(is_answered)

    timer = loop.call_later(within_s, settle, False)
    bell = _BELLS.get(loop) or _BELLS.setdefault(loop, _Bell(loop))
    future.add_done_callback(lambda _: bell.ring(settle))
    try:
        if not await waiter:
            raise TimeoutError
    finally:
        timer.cancel()
    return future.result()


class _Bell:
    """Wakes a loop once for everything that was answered meanwhile: a turn of the desk answers many at once."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = ref(loop)  # else it would hold what it is kept by
        self._due: deque[Callable[[bool], None]] = deque()
        self._is_rung = False

    def ring(self, settle: Callable[[bool], None]) -> None:
        """From any thread: have it called on the loop."""
        self._due.append(settle)
        if self._is_rung or (loop := self._loop()) is None:
            return
        self._is_rung = True
        with suppress(RuntimeError):  # the loop ended meanwhile: nobody waits any more
            loop.call_soon_threadsafe(self._settle)

    def _settle(self) -> None:
        self._is_rung = False  # first: what is answered from here on rings again
        while self._due:
            self._due.popleft()(True)


_BELLS: WeakKeyDictionary[asyncio.AbstractEventLoop, _Bell] = WeakKeyDictionary()


async def _receive_all(receive: Receive, limit: int, share: Share) -> bytes:
    message = await receive()
    if share.is_refused:
        raise _no_room()
    if message["type"] == "http.request" and not message.get("more_body"):
        body: bytes = message.get("body", b"")
        if len(body) > limit:
            raise TooLarge(f"the body is longer than the {limit} bytes that are read")
        return body
    pieces = bytearray()
    while message["type"] == "http.request":
        pieces += message.get("body", b"")
        if len(pieces) > limit:
            raise TooLarge(f"the body is longer than the {limit} bytes that are read")
        if not message.get("more_body"):
            return bytes(pieces)
        message = await receive()
        if share.is_refused:
            raise _no_room()
    raise Gone


def _no_room() -> TooBusy:
    return TooBusy("too many bodies are being read at once: send this one again in a few seconds")


def _gunzip(raw: bytes, limit: int) -> bytes:
    inflate = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        body = inflate.decompress(raw, limit + 1)
    except zlib.error as fault:
        raise Unreadable(f"the body is not gzip: {fault}", raw) from None
    if len(body) > limit:
        raise TooLarge(f"the body is longer than {limit} bytes once decompressed")
    if not inflate.eof or inflate.unused_data:
        raise Unreadable("the gzip body ends too early, or goes on after its end", raw)
    return body


async def _let_run_out(receive: Receive) -> None:
    """Read and drop what the other end still sends, for a moment."""
    try:
        async with asyncio.timeout(LINGER_S):
            while (message := await receive())["type"] == "http.request" and message.get("more_body"):
                pass
    except TimeoutError:
        return
