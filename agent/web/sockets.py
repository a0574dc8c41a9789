"""The listening sockets: systemd's, where it hands some on, else one of our own."""

import os
import socket
from collections.abc import Mapping

from agent.errors import CannotListen

FIRST_INHERITED = 3
BACKLOG = 2048


def inherited(environment: Mapping[str, str] = os.environ) -> list[socket.socket]:
    """The sockets systemd opened for this very process, in its order."""
    if environment.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = environment.get("LISTEN_FDS", "")
    found = []
    for number in range(FIRST_INHERITED, FIRST_INHERITED + (int(count) if count.isdigit() else 0)):
        os.set_inheritable(number, False)
        found.append(socket.socket(fileno=number))
    return found


def listening(host: str, port: int) -> socket.socket:
    """
    Raises:
        CannotListen: the address is taken, or none of this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as fault:
        raise CannotListen(f"cannot listen on {host}:{port}: {fault.strerror or fault}") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as fault:
        listener.close()
        raise CannotListen(
            f"cannot listen on {host}:{port}: {fault.strerror or fault}; "
            "is another agent running? choose another address with --listen or server.listen"
        ) from None
    return listener


def address_of(listener: socket.socket) -> tuple[str, int]:
    """Host and port of the real socket; ("", 0) for a Unix one."""
    if listener.family == socket.AF_UNIX:
        return "", 0
    name = listener.getsockname()
    return str(name[0]), int(name[1])
