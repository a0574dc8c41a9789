"""The server: uvicorn on a thread of its own, behind the guard, on a socket that was looked at first."""

import asyncio
import contextlib
import functools
import logging
import socket
import ssl
import threading
from collections.abc import Callable, Generator, Sequence
from typing import Any

import uvicorn

from agent import metrics
from agent.config import settings
from agent.config.certificates import ending
from agent.errors import CannotListen
from agent.log import Log
from agent.web.access import why_closed
from agent.web.app import app
from agent.web.guard import Connection, Guard, Patience, descriptors_for, guarded_by
from agent.web.office import Office
from agent.web.sockets import BACKLOG, address_of, inherited, listening
from agent.web.tls import Papers, papers

log = Log(__name__)

KEEP_ALIVE_S = 65
GRACE_S = 5


class Server:
    """Listens at `host:port`, or on what systemd hands on; `start` and `stop`, or `run` on the caller's thread."""

    def __init__(
        self,
        office: Office,
        host: str,
        port: int,
        sockets: Sequence[socket.socket] | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        moved: Callable[[], None] = lambda: None,
    ) -> None:
        """`moved` is called several times a second while requests can be answered."""
        self._office = office
        self._moved = moved
        self._patience = patience
        self._listen = (host, port)
        self._given = sockets
        self._sockets: list[socket.socket] = []
        self.is_inherited = False  # the socket is one that the service manager holds
        self._thread: threading.Thread | None = None
        self._server: _Uvicorn | None = None
        self._papers = Papers()
        self.ready = threading.Event()
        self.host, self.port = host, port

    @property
    def url(self) -> str:
        """Where it answers."""
        scheme = "https" if self._papers.context else "http"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"

    @property
    def body_bytes(self) -> int:
        """What the bodies that are being read hold now."""
        return self._server.guard.reception.held if self._server else 0

    def start(self, within_s: float = 10.0) -> None:
        """Answer on a thread of its own, from the moment this returns.

        Raises:
            CannotListen: the address is taken, or would let everyone in.
        """
        self._open()
        self._thread = threading.Thread(target=self._serve, name="door", daemon=True)
        self._thread.start()
        if not self.ready.wait(within_s):
            self.stop()
            raise CannotListen(f"the server at {self.host}:{self.port} did not start; see the log")

    def run(self) -> None:
        """Answer on this thread until `stop` is called from another.

        Raises:
            CannotListen: as `start`.
        """
        self._open()
        self._serve()

    def renewal(self, fresh: settings.Server) -> Callable[[], None]:
        """What brings the certificates of `fresh` into force, once the rest of it is; nothing where they are the same.

        Raises:
            CannotListen: they cannot be used; those in force stay.
        """
        renewed = papers(fresh)
        return lambda: self._renew(renewed)

    def stop(self, within_s: float = GRACE_S + 2.0) -> None:
        """Answer what was asked, then close. Again: nothing."""
        if self._server is not None:
            self._server.should_exit = True
        if self._thread is not None:
            self._thread.join(within_s)
        self._close()

    def _open(self) -> None:
        handed_on = list(inherited() if self._given is None else self._given)
        self.is_inherited = bool(handed_on)
        self._sockets = handed_on or [listening(*self._listen)]
        server = self._office.settings().server
        for each in self._sockets:
            if reason := why_closed(server, address_of(each)[0]):
                self._close()
                raise CannotListen(reason)
        self.host, self.port = address_of(self._sockets[0])
        try:
            self._papers = papers(server)
        except CannotListen:
            self._close()
            raise
        self._server = self._uvicorn()
        self._show_papers()

    def _uvicorn(self) -> "_Uvicorn":
        server = self._office.settings().server
        descriptors = descriptors_for(server.limits.connections)
        guard = Guard(lambda: self._office.settings().server.limits, descriptors, self._patience)
        config = uvicorn.Config(
            app(self._office),
            interface="asgi3",
            http=Connection,
            ws="none",
            lifespan="off",
            loop="uvloop",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=GRACE_S,
        )
        return _Uvicorn(config, guard, self._papers.context, self._patience.handshake_s, self.ready, self._moved)

    def _renew(self, renewed: Papers) -> None:
        if renewed.mark == self._papers.mark or self._server is None:
            return
        self._server.renew(renewed.context)
        self._papers = renewed
        self._show_papers()
        log.info("certificates renewed", url=self.url)

    def _show_papers(self) -> None:
        metrics.CERTIFICATE_ENDS.clear()
        for key, ends_at in self._papers.ends_at().items():
            metrics.CERTIFICATE_ENDS.labels(key).set(ends_at.timestamp())
        for key, certificates in self._papers.certificates:
            for said in ending(certificates, self._office.clock.now()):
                log.warning("certificate needs renewal", file=f"server.tls.{key}", said=said)

    def _serve(self) -> None:
        server = self._server
        if server is None:
            return
        try:
            server.run(sockets=self._sockets)
        except BaseException as fault:
            log.error("server ended", exc=fault)
            raise
        finally:
            self.ready.clear()

    def _close(self) -> None:
        for each in self._sockets:
            each.close()


class _Uvicorn(uvicorn.Server):
    """uvicorn's server with our guard, quiet about what the other end does wrong, and without its signal handlers."""

    def __init__(
        self,
        config: uvicorn.Config,
        guard: Guard,
        tls: ssl.SSLContext | None,
        handshake_s: float,
        ready: threading.Event,
        moved: Callable[[], None],
    ) -> None:
        super().__init__(config)
        self._moved = moved
        self.guard = guard
        self._protocol = guarded_by(guard)
        self._tls = tls
        self._handshake_s = handshake_s
        self._ready = ready
        self._watch: asyncio.Task[None] | None = None
        logging.getLogger("uvicorn").setLevel(logging.ERROR)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, with a deadline for TLS handshakes."""
        await self.lifespan.startup()
        self._loop = asyncio.get_running_loop()
        self._loop.set_exception_handler(_Fuss().heard)
        self._sockets = tuple(sockets or ())
        self.servers = await self._listening()
        self._watch = self._loop.create_task(self.guard.watch())
        self.started = True
        self._ready.set()

    def renew(self, tls: ssl.SSLContext | None, within_s: float = 10.0) -> None:
        """Begin connections under other certificates, from the moment this returns; from any thread but the loop's.

        The ones that are there are answered what they asked, and closed: whom the new ones would not let in goes.
        """
        asyncio.run_coroutine_threadsafe(self._renewed(tls), self._loop).result(within_s)

    async def _renewed(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        before, self.servers = self.servers, await self._listening()
        for server in before:
            server.close()
        for connection in tuple(self.guard.held):
            connection.leave()

    async def _listening(self) -> list[asyncio.Server]:
        """On copies of the sockets, which share one queue of connections: none is lost from one copy to the next."""
        connection = functools.partial(
            self._protocol,
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
        tls: dict[str, Any] = {"ssl": self._tls, "ssl_handshake_timeout": self._handshake_s} if self._tls else {}
        return [
            await self._loop.create_server(connection, sock=each.dup(), backlog=BACKLOG, **tls)
            for each in self._sockets
        ]

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self._watch is not None:
            self._watch.cancel()

    async def on_tick(self, counter: int) -> bool:
        self._moved()
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


class _Fuss:
    """The loop's complaints, each sort once a minute: descriptors running out wrote 245,000 lines elsewhere."""

    def __init__(self) -> None:
        self._said_at: dict[str, float] = {}

    def heard(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        message = str(context.get("message", "event loop complained"))
        fault = context.get("exception")
        if isinstance(fault, ConnectionError | asyncio.CancelledError):
            return
        sort = f"{message} {type(fault).__name__}"
        if loop.time() - self._said_at.get(sort, -60.0) < 60.0:
            return
        self._said_at[sort] = loop.time()
        log.warning("event loop complained", said=message, fault=f"{type(fault).__name__}: {fault}" if fault else "")
