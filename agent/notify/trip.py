"""One send() under way: its hard deadline, the sockets it opened, what was seen on them.

Per-operation timeouts do not bound a server that drips a byte a second, so the sockets are shut down when the time is
up. That is done on duplicates of their descriptors: TLS moves the original one into another object, the shutdown
reaches the connection all the same.
"""

import contextlib
import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any

from agent import clock
from agent.notify.deadlines import Deadlines
from agent.notify.exchange import Exchange, Phase

_CURRENT: ContextVar["Trip | None"] = ContextVar("trip", default=None)
_DEADLINES = Deadlines()


class Trip:
    """Entered around one plugin call; belongs to the thread that entered it, but for the shutdown.

    `detours` leads a web origin (`https://host`) to another one: for tests of vendors whose address is fixed.
    `message_id`, where it is set, becomes the Message-ID of a mail.
    """

    def __init__(self, deadline_s: float, detours: Mapping[str, str] | None = None, message_id: str = "") -> None:
        self.message_id = message_id
        self.exchanges: list[Exchange] = []
        self.phase = Phase.NAME
        self.detours = detours or {}
        self._ends_at = clock.monotonic() + deadline_s
        self._handles: list[socket.socket] = []
        self._guard = threading.Lock()

    @property
    def left_s(self) -> float:
        """Seconds until the deadline, 0 where it has passed."""
        return max(self._ends_at - clock.monotonic(), 0.0)

    @property
    def is_over(self) -> bool:
        """Whether the deadline has passed; also where its shutdown is late and a socket's own timeout came first."""
        return clock.monotonic() >= self._ends_at

    @contextlib.contextmanager
    def under_way(self) -> Iterator["Trip"]:
        """While inside, whatever this thread sends through the wired library belongs to this trip.

        Raises:
            RuntimeError: there is no thread to watch over the deadline.
        """
        with _DEADLINES.until(self._ends_at, self._end):
            token = _CURRENT.set(self)
            try:
                yield self
            finally:
                _CURRENT.reset(token)
                self._close()

    def open(self, host: str, port: int) -> socket.socket:
        """A connected socket that the deadline will shut down.

        Raises:
            OSError: no such name, refused, unreachable, or no time left; `phase` says which step it was.
        """
        self.phase = Phase.NAME
        found = _addresses(host, port, self.left_s)
        self.phase = Phase.CONNECT
        fault: OSError = TimeoutError("no time left")
        for number, address in enumerate(found):
            try:
                # an address that does not answer must leave time for the next one
                return self._connect(address, self.left_s / (len(found) - number))
            except OSError as refused:
                fault = refused
        raise fault

    def record(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def _connect(self, address: Any, within_s: float) -> socket.socket:
        family, kind, protocol, _, place = address
        with contextlib.ExitStack() as unless_connected:
            link = unless_connected.enter_context(socket.socket(family, kind, protocol))
            self._take_charge(link)
            link.settimeout(max(within_s, 0.001))
            link.connect(place)
            link.settimeout(max(self.left_s, 0.001))
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            unless_connected.pop_all()
            return link

    def _take_charge(self, link: socket.socket) -> None:
        with self._guard:
            if self.is_over:
                raise TimeoutError("no time left")
            self._handles.append(link.dup())

    def _end(self) -> None:
        with self._guard:
            for handle in self._handles:
                with contextlib.suppress(OSError):  # already closed by the other side
                    handle.shutdown(socket.SHUT_RDWR)

    def _close(self) -> None:
        with self._guard:
            for handle in self._handles:
                handle.close()
            self._handles.clear()


def current() -> Trip:
    """The trip this thread is on.

    Raises:
        OSError: there is none; nothing is sent outside of one.
    """
    trip = _CURRENT.get()
    if trip is None:
        raise OSError("nothing is being sent")
    return trip


def _addresses(host: str, port: int, within_s: float) -> list[Any]:
    """What getaddrinfo answers, within a time: it cannot be interrupted, so a thread of its own may be left behind."""
    with contextlib.suppress(OSError, UnicodeError):  # a name; an address needs nobody's answer
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
        except OSError as fault:
            answers.put(fault)
        except UnicodeError:  # a label of over 63 characters
            answers.put(socket.gaierror(socket.EAI_NONAME, "not a host name"))

    try:
        threading.Thread(target=ask, name="resolve", daemon=True).start()
        answer = answers.get(timeout=within_s)
    except queue.Empty:
        raise TimeoutError("the resolver did not answer in time") from None
    except RuntimeError as no_thread:
        raise OSError(str(no_thread)) from None
    if isinstance(answer, OSError):
        raise answer
    return answer
