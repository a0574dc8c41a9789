"""Is it us? Before something remote is called down, the agent looks at its own route, resolver and `reference:`.

All bad is unknown, not down (agreement.md 4, "Own fault first"). What proves that this host's network works:
- a route: without any the others need not be asked. It proves nothing about what lies behind the first router,
- the `reference:` target, something of nobody's,
- an answer of a resolver that is not this host itself; so that a dead reference alone hides no fault of others.

Where no `reference:` is set, the route alone decides.
"""

import ipaddress
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from agent.log import Log
from agent.model import Probe, Reading, Result
from agent.ports import Clock, Collector

log = Log(__name__)

KEPT_S = 5.0
"""Probes that fail together share one look."""

STALE_S = 120.0
"""A reference that was last asked longer ago says nothing of now."""

REFRESH_S = 20.0
RESOLVER_TIMEOUT_S = 1.0
RESOLVERS_ASKED = 3


class OwnFault:
    def __init__(
        self,
        reference: Callable[[], Probe | None],
        catalogue: Mapping[str, Collector],
        clock: Clock,
        *,
        has_route: Callable[[], bool] | None = None,
        resolver_answers: Callable[[], bool] | None = None,
    ) -> None:
        self._reference = reference
        self._catalogue = catalogue
        self._clock = clock
        self._has_route = has_route or has_any_route
        self._resolver_answers = resolver_answers or any_resolver_answers
        self._looking = threading.Lock()
        self._found = ""
        self._found_s = float("-inf")
        self._result: Result | None = None
        self._asked_s = float("-inf")

    def look(self) -> str:
        """What is wrong with this host's own network, "" for nothing. May take the reference's timeout."""
        with self._looking:
            if self._clock.monotonic() - self._found_s >= KEPT_S:
                was = self._found
                self._found = self._look_now()
                self._found_s = self._clock.monotonic()
                self._report(was, self._found)
            return self._found

    def refresh(self) -> None:
        """Ask the reference again where its last answer ages: while something is down its word may be needed (R7)."""
        with self._looking:
            if self._clock.monotonic() - self._asked_s >= REFRESH_S:
                self._ask_reference()

    def reference_ok(self) -> bool | None:
        """Whether the reference was reached a moment ago; None where that is not known."""
        if self._clock.monotonic() - self._asked_s > STALE_S or self._result is Result.UNKNOWN:
            return None
        return self._result is Result.OK

    def _look_now(self) -> str:
        if not self._has_route():
            self._ask_reference()
            return "this host has no route to any network"
        reading = self._ask_reference()
        if reading is None or reading.result is Result.OK or self._resolver_answers():
            return ""
        return f"neither the reference target ({reading.error}) nor a resolver answers"

    def _ask_reference(self) -> Reading | None:
        probe = self._reference()
        if probe is None:
            return None
        reading = self._catalogue[probe.kind].probe(probe.options, probe.timeout.total_seconds())
        self._result, self._asked_s = reading.result, self._clock.monotonic()
        return reading

    def _report(self, was: str, now: str) -> None:
        if now and not was:
            log.warning("own network is at fault: remote probes read unknown", fault=now)
        elif was and not now:
            log.info("own network works again")


def has_any_route(table: Path = Path("/proc/net/route")) -> bool:
    """Whether packets can leave this host at all: a route in the main table, or one the kernel finds elsewhere."""
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return True  # hidden from us: that is no proof of a fault
    routes = (line.split() for line in lines)
    if any(len(route) > 3 and route[0] != "lo" and int(route[3], 16) & 1 for route in routes):
        return True
    return _is_routed(socket.AF_INET, "192.0.2.1") or _is_routed(socket.AF_INET6, "2001:db8::1")


def _is_routed(family: socket.AddressFamily, address: str) -> bool:
    """Whether the kernel knows a way there; connecting a datagram socket sends nothing."""
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as plug:
            plug.connect((address, 9))
    except OSError:
        return False
    return True


def any_resolver_answers(configuration: Path = Path("/etc/resolv.conf")) -> bool:
    """Whether a configured name server other than this host itself answers for the root of all names."""
    try:
        lines = configuration.read_text().splitlines()
    except OSError:
        return False
    servers = [words[1] for words in map(str.split, lines) if len(words) > 1 and words[0] == "nameserver"]
    return any(_answers(server) for server in servers[:RESOLVERS_ASKED])


def _answers(server: str, port: int = 53) -> bool:
    """Whether it says who serves the root: a forwarder cut off from the world says SERVFAIL, or nothing."""
    try:
        address = ipaddress.ip_address(server.split("%", 1)[0])
    except ValueError:
        return False
    if address.is_loopback and port == 53:
        return False
    number = secrets.token_bytes(2)
    question = number + bytes.fromhex("01000001000000000000" + "0000020001")  # recursion desired; "." NS IN
    family = socket.AF_INET6 if address.version == 6 else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as plug:
            plug.settimeout(RESOLVER_TIMEOUT_S)
            plug.connect((server, port))
            plug.send(question)
            answer = plug.recv(4096)
    except OSError:
        return False
    return len(answer) >= 12 and answer[:2] == number and answer[3] & 0x0F == 0 and answer[6:8] != b"\0\0"
