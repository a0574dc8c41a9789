"""Connecting within a deadline, and what a failed connection means."""

import errno
import ipaddress
import queue
import socket
import ssl
import threading
from typing import Any

from agent import clock
from agent.model import Reading
from collectors._readings import bad, unknown

OUR_OWN = frozenset(
    {errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL, errno.EACCES, errno.EPERM}
)
"""Faults of this host: nothing was learnt of the other one."""


class ResolverSilent(OSError):
    """The resolver did not answer: whether the name exists is not known."""


class Deadline:
    """A moment after which nothing is waited for any more."""

    def __init__(self, timeout_s: float) -> None:
        self._at = clock.monotonic() + timeout_s

    def left_s(self) -> float:
        """Seconds still to spend.

        Raises:
            TimeoutError: there are none.
        """
        left = self._at - clock.monotonic()
        if left <= 0:
            raise TimeoutError("the time is up")
        return left


class Bounded:
    """A socket whose every read gets only what is left of `deadline`: timeouts per operation never end a drip."""

    deadline: Deadline | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.deadline is not None:
            self.settimeout(self.deadline.left_s())  # type: ignore[attr-defined]
        return super().recv_into(*args, **kwargs)  # type: ignore[misc,no-any-return]


class BoundedSocket(Bounded, socket.socket):
    pass


class BoundedTls(Bounded, ssl.SSLSocket):
    pass


def connect(host: str, port: int, deadline: Deadline) -> BoundedSocket:
    """A connection to the first address that answers; each gets its share of the time.

    Raises:
        ResolverSilent, socket.gaierror: the name has no known address.
        OSError: no address answered; the last one's fault.
    """
    addresses = _addresses(host, port, deadline)
    fault: OSError = OSError(f"{host} has no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        plug = BoundedSocket(family, kind, protocol)
        try:
            plug.settimeout(deadline.left_s() / (len(addresses) - tried))
            plug.connect(address)
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            plug.settimeout(deadline.left_s())
        except OSError as refused:
            plug.close()
            fault = refused
        else:
            plug.deadline = deadline
            return plug
    raise fault


def verdict(fault: BaseException, timeout_s: float) -> Reading:
    """What a fault of the network says: bad, or nothing at all."""
    match fault:
        case ResolverSilent():
            return unknown(f"{fault}: look at this host's resolver (/etc/resolv.conf)")
        case socket.gaierror(errno=socket.EAI_NONAME):
            return bad("no such host name")
        case socket.gaierror():
            return unknown(f"the name could not be resolved ({fault.strerror}): look at this host's resolver")
        case ssl.SSLCertVerificationError():
            return bad(f"certificate refused: {fault.verify_message}")
        case ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return bad("the connection was closed during the TLS handshake")
        case ssl.SSLError():
            return bad(f"TLS failed: {fault.reason or fault}")
        case TimeoutError():
            return bad(f"no answer within {timeout_s:g} s")
        case ConnectionRefusedError():
            return bad("connection refused")
        case ConnectionError():
            return bad("the connection was closed before the answer was complete")
        case OSError(errno=number) if number in OUR_OWN:
            return unknown(f"this host could not connect: {fault.strerror}")
        case OSError():
            return bad(fault.strerror or str(fault))
        case _:
            return bad(f"the answer could not be read: {type(fault).__name__}")


def _addresses(host: str, port: int, deadline: Deadline) -> list[Any]:
    if _is_literal(host):
        return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST))
    answers: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()
    # getaddrinfo cannot be interrupted: it gets a thread of its own, left behind at the deadline
    threading.Thread(target=_ask, args=(host, port, answers), daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.left_s())
    except (queue.Empty, TimeoutError):
        raise ResolverSilent(f"the resolver did not answer for {host}") from None
    if isinstance(answer, OSError):
        raise answer
    return answer


def _ask(host: str, port: int, answers: "queue.SimpleQueue[list[Any] | OSError]") -> None:
    try:
        answers.put(list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except OSError as fault:
        answers.put(fault)
    except UnicodeError:  # a label that is empty or longer than 63 characters
        answers.put(socket.gaierror(socket.EAI_NONAME, "not a host name"))


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host.split("%", 1)[0])
    except ValueError:
        return False
    return True
