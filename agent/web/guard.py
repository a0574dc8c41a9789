"""What uvicorn does not guard by itself: slow senders, too many of them, and the last descriptors.

A request has 5 s for its headers and 10 s in all. All bodies being read have room for so many bytes together. Of one
address only so many may dawdle over their headers; those that are quick may be a thousand. Beyond the cap in total the
idle go first, then the newest are turned away.
"""

import asyncio
import resource
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from agent import metrics
from agent.config.settings import Limits
from agent.log import Log
from agent.web.reception import SHARE, Reception, Share
from agent.web.tls import shown_by

log = Log(__name__)

CERTIFICATE = "tocsin.certificate"
"""Where a request's scope names whom the client's certificate is of; "" where it showed none."""

HEADER_BYTES = 64 * 1024
PIPELINED = 16
"""Requests of one connection before the first is answered; each costs some kilobytes, and 45 bytes ask for one."""
DESCRIPTORS_KEPT = 256
"""For the store, the couriers and the probes: connections never take the last ones."""

_TURNED_AWAY = (
    b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain; charset=utf-8\r\nretry-after: 5\r\n"
    b"connection: close\r\ncontent-length: %d\r\n\r\n%s"
)
_TOO_LONG = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


def descriptors_for(connections: int) -> int:
    """How many connections the process has descriptors for, after its soft limit was raised as far as needed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = connections + DESCRIPTORS_KEPT
    if soft != resource.RLIM_INFINITY and soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    if soft == resource.RLIM_INFINITY:
        return connections
    return max(min(connections, soft - DESCRIPTORS_KEPT), soft // 4)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long the other end may take for what, in seconds."""

    headers_s: float = 5.0
    request_s: float = 10.0
    dawdling_s: float = 1.0  # without whole headers for longer than this counts towards `dawdlers`
    dawdlers: int = 64  # of one address
    answer_s: float = 30.0  # to take what was answered
    handshake_s: float = 5.0  # of TLS
    sweep_s: float = 0.25


class Guard:
    """Knows every connection, and since when each has been awaited. Lives on the event loop alone."""

    def __init__(self, limits: Callable[[], Limits], descriptors: int, patience: Patience) -> None:
        self._limits = limits
        self._patience = patience
        self._descriptors = descriptors
        self.held: set[Connection] = set()
        self.awaited: dict[Connection, float] = {}  # since when the rest of its request is
        self._unread: dict[Connection, float] = {}  # since when its answer is not taken
        self._refused = 0
        self.reception = Reception(lambda: limits().bodies)

    def admits(self, connection: "Connection") -> bool:
        """Whether there is room; an idle or dawdling connection makes some."""
        self.held.add(connection)
        if len(self.held) <= min(self._limits().connections, self._descriptors):
            return True
        if (idle := self._idlest(connection)) is not None:
            idle.end()
            return True
        self._refused += 1
        return False

    def forget(self, connection: "Connection") -> None:
        self.held.discard(connection)
        self.awaited.pop(connection, None)
        self._unread.pop(connection, None)

    def most_bytes(self) -> int:
        """What one request may send in all, framing of chunks included."""
        return 2 * self._limits().body + HEADER_BYTES

    async def watch(self) -> None:
        """Sweep until cancelled."""
        loop = asyncio.get_running_loop()
        last = loop.time()
        while True:
            await asyncio.sleep(self._patience.sweep_s)
            now = loop.time()
            try:
                self._forgive(now - last - self._patience.sweep_s)
                self.sweep(now)
            except Exception as fault:
                metrics.ENGINE_FAULTS.labels("guard").inc()
                log.error("guard fault survived", exc=fault)
            last = now

    def sweep(self, now: float) -> None:
        """End what has had its time."""
        patience = self._patience
        dawdlers: Counter[str] = Counter()
        for connection, since in tuple(self.awaited.items()):  # the longest awaited first
            age = now - since
            if age > (patience.request_s if connection.has_headers else patience.headers_s):
                connection.expire()
            elif not connection.has_headers and age > patience.dawdling_s:
                dawdlers[connection.address] += 1
                if dawdlers[connection.address] > patience.dawdlers:
                    connection.end()
        self._end_unread(now)
        self._say_refused()

    def _say_refused(self) -> None:
        if self._refused:
            log.warning("connections were turned away", refused=self._refused, held=len(self.held))
            self._refused = 0
        if self.reception.refused:
            log.warning("bodies were turned away", refused=self.reception.refused, held_bytes=self.reception.held)
            self.reception.refused = 0

    def _forgive(self, late_s: float) -> None:
        """When the loop itself was held up, what had arrived meanwhile was not read: that time is not the senders'."""
        if late_s > self._patience.sweep_s:
            self.awaited = {connection: since + late_s for connection, since in self.awaited.items()}

    def _end_unread(self, now: float) -> None:
        for connection in tuple(self.held):
            if not connection.is_unread:
                self._unread.pop(connection, None)
            elif now - self._unread.setdefault(connection, now) > self._patience.answer_s:
                connection.transport.abort()

    def _idlest(self, newest: "Connection") -> "Connection | None":
        now = newest.loop.time()
        for connection, since in self.awaited.items():
            if not connection.has_headers and now - since > self._patience.dawdling_s and not connection.is_ending:
                return connection
        return next((each for each in self.held if each.is_idle and not each.is_ending), None)


class TooManyAtOnce(Exception):
    """More requests of one connection than are looked at before the first of them is answered."""


class Connection(HttpToolsProtocol):
    """uvicorn's connection, watched by the guard its subclass is made for."""

    guard: Guard

    address = ""
    has_headers = False
    _taken = 0  # bytes of the request so far
    _share: Share  # of the request that is arriving
    _is_leaving = False

    @property
    def is_idle(self) -> bool:
        """Between two requests."""
        return self.timeout_keep_alive_task is not None

    @property
    def is_ending(self) -> bool:
        return self.transport.is_closing()

    @property
    def is_unread(self) -> bool:
        return self.transport is not None and self.transport.get_write_buffer_size() > 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._shares: set[Share] = set()
        self.address = self.client[0] if self.client else ""
        self.certificate = shown_by(transport)
        self._await()
        if not self.guard.admits(self):
            self._turn_away(b"too many connections: try again in a few seconds\n")

    def connection_lost(self, exc: Exception | None) -> None:
        self.guard.forget(self)
        for share in tuple(self._shares):
            share.close()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.is_ending:
            return
        if self.is_idle:
            self._await()
        self._taken += len(data)
        super().data_received(data)
        if self._taken > HEADER_BYTES and not self.has_headers:
            self.transport.write(_TOO_LONG)
            self.end()
        elif self._taken > self.guard.most_bytes():
            self.end()

    def on_message_begin(self) -> None:
        if self not in self.guard.awaited:
            self._await()
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.has_headers = True
        if len(self._shares) >= PIPELINED:
            raise TooManyAtOnce  # ends the parser in the middle of what has arrived, and the connection with a 400
        scope = cast("dict[str, Any]", self.scope)
        self._share = scope[SHARE] = Share(self.guard.reception, self._shares)
        scope[CERTIFICATE] = self.certificate
        super().on_headers_complete()
        if self._is_leaving:
            self.cycle.keep_alive = False

    def on_body(self, body: bytes) -> None:
        if self._share.take(len(body)):
            super().on_body(body)
        else:
            self.cycle.message_event.set()  # whoever reads looks at the share

    def on_message_complete(self) -> None:
        self.guard.awaited.pop(self, None)
        self._taken = 0
        super().on_message_complete()

    def expire(self) -> None:
        """The request took too long. Its sender is told to try again, where nothing else was said yet."""
        if self.is_ending:
            self.guard.awaited.pop(self, None)
        elif self._taken and not (self.cycle and self.cycle.response_started and not self.cycle.response_complete):
            self._turn_away(b"the request took too long to arrive: try again\n")
        else:
            self.end()

    def leave(self) -> None:
        """Answer what is being asked, and close."""
        self._is_leaving = True
        if self.is_idle:
            self.end()
        elif self.cycle is not None:
            self.cycle.keep_alive = False

    def end(self) -> None:
        self.guard.awaited.pop(self, None)
        self.transport.close()

    def _await(self) -> None:
        self.guard.awaited[self] = self.loop.time()
        self.has_headers = False
        self._taken = 0

    def _turn_away(self, reason: bytes) -> None:
        self.transport.write(_TURNED_AWAY % (len(reason), reason))
        self.end()


def guarded_by(guard: Guard) -> type[Connection]:
    """The protocol class for a server of this guard."""
    return type("GuardedConnection", (Connection,), {"guard": guard})
