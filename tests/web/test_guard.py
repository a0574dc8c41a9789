"""Slow, silent and numerous senders on real sockets: what uvicorn does not guard by itself."""

import asyncio
import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import ClassVar

import pytest

from agent.config.settings import Limits
from agent.web.guard import Patience
from tests.web.running import Running, firing, running

QUICK = Patience(headers_s=0.5, request_s=1.0, answer_s=0.4, sweep_s=0.05)
HEAD = b"POST /webhooks/alertmanager HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\n"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, patience=QUICK) as started:
        yield started


def rest(wire: socket.socket) -> bytes:
    """Everything until the other end closes."""
    found = b""
    try:
        while piece := wire.recv(65536):
            found += piece
    except ConnectionResetError:
        pass
    return found


def drip(wire: socket.socket, pieces: Callable[[], bytes]) -> bytes:
    """Send a little every now and then until the other end closes; what it said."""
    said: list[bytes] = []
    reader = threading.Thread(target=lambda: said.append(rest(wire)))
    reader.start()
    try:
        for _ in range(2000):
            if not reader.is_alive():
                break
            wire.sendall(pieces())
            time.sleep(0.02)
    except OSError:
        pass
    reader.join(20)
    return said[0]


# --------------------------------------------------------------------------------------------------- slow senders


def test_a_silent_connection_is_closed(agent: Running) -> None:
    with agent.raw() as wire:
        assert rest(wire) == b""


def test_headers_that_drip_are_not_waited_for(agent: Running) -> None:
    with agent.raw() as wire:
        wire.sendall(b"POST /webhooks/alertmanager HTTP/1.1\r\nhost: localhost\r\nx-slow: ")

        answer = drip(wire, lambda: b"x")

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5" in answer


def test_a_body_that_stalls_is_answered_503(agent: Running) -> None:
    with agent.raw() as wire:
        wire.sendall(HEAD + b"{")

        answer = rest(wire)

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"took too long to arrive" in answer


def test_a_body_that_drips_is_answered_503(agent: Running) -> None:
    with agent.raw() as wire:
        wire.sendall(HEAD)

        answer = drip(wire, lambda: b" ")

    assert answer.startswith(b"HTTP/1.1 503 ")


def test_empty_lines_between_requests_do_not_hold_a_connection(agent: Running) -> None:
    with agent.raw() as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")

        answer = drip(wire, lambda: b"\r\n")

    assert answer.startswith(b"HTTP/1.1 200 ")


def test_headers_without_end_are_refused(agent: Running) -> None:
    with agent.raw() as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n" + b"x-more: y\r\n" * 8000)

        answer = rest(wire)

    assert answer.startswith(b"HTTP/1.1 431 ") or answer == b""  # a reset may swallow it


def test_an_answer_nobody_takes_is_given_up(tmp_path: Path) -> None:
    narrow = listening_narrowly()
    with narrow, running(tmp_path, patience=QUICK, sockets=[narrow]) as agent, socket.socket() as wire:
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.connect(("127.0.0.1", agent.port))
        wire.sendall(b"GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n" * 10)

        assert _is_reset(wire)


def test_a_connection_asks_for_so_much_before_it_is_answered(agent: Running) -> None:
    """45 bytes ask for one request, and each costs kilobytes until it is answered."""
    with agent.raw() as wire:
        wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n" * 5000)

        answers = rest(wire)

    assert answers.count(b"HTTP/1.1 200 ") < 5000
    assert agent.webhook({"alerts": [firing()]}).status == 200


def listening_narrowly() -> socket.socket:
    """A listening socket whose connections hold few bytes that were not taken yet."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_a_good_sender_is_answered_while_hundreds_dawdle(tmp_path: Path) -> None:
    with running(tmp_path) as agent, ExitStack() as stack:
        for number in range(300):
            wire = stack.enter_context(agent.raw())
            wire.sendall([b"", b"POST /web", HEAD, HEAD + b"{"][number % 4])

        reply = agent.webhook({"alerts": [firing()]})

    assert reply.status == 200


# ------------------------------------------------------------------------------------------------ too many of them


def test_of_one_address_only_so_many_may_dawdle(tmp_path: Path) -> None:
    patience = Patience(headers_s=30, request_s=30, dawdling_s=0.2, dawdlers=5, sweep_s=0.05)
    with running(tmp_path, patience=patience) as agent, ExitStack() as stack:
        wires = [stack.enter_context(agent.raw()) for _ in range(20)]
        for wire in wires:
            wire.settimeout(0.05)

        _until(lambda: sum(_is_closed(wire) for wire in wires) >= 15)

        assert sum(_is_closed(wire) for wire in wires) == 15
        assert agent.webhook({"alerts": [firing()]}).status == 200


def test_idle_connections_make_room(tmp_path: Path) -> None:
    with running(tmp_path, limits=Limits(connections=8)) as agent, ExitStack() as stack:
        for _ in range(8):
            wire = stack.enter_context(agent.raw())
            wire.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert wire.recv(4096).startswith(b"HTTP/1.1 200 ")

        replies = [agent.webhook({"alerts": [firing()]}).status for _ in range(4)]

    assert replies == [200] * 4


def test_beyond_the_cap_the_newest_is_told_to_come_again(tmp_path: Path) -> None:
    with running(tmp_path, limits=Limits(connections=8)) as agent, ExitStack() as stack:
        for _ in range(8):
            wire = stack.enter_context(agent.raw())
            wire.sendall(HEAD)
        _until(lambda: agent.ask("GET", "/healthz").status == 503)

        reply = agent.ask("GET", "/healthz")

    assert (reply.status, reply.headers["retry-after"]) == (503, "5")


def test_a_thousand_good_connections_at_once_are_all_answered(tmp_path: Path) -> None:
    """1,000 groups of one Alertmanager open 1,000 connections at once."""
    count = _room_for(1000)
    patience = Patience(headers_s=60, request_s=60, dawdling_s=15, dawdlers=1)
    with running(tmp_path, patience=patience) as agent:
        answers = asyncio.run(_all_at_once(agent.port, count))

        assert answers == Counter({200: count})
        assert len(list(agent.store.marks(agent.clock.now()))) == count


async def _all_at_once(port: int, count: int) -> Counter[int]:
    gate = asyncio.Event()
    opened = 0

    async def one(number: int) -> int:
        nonlocal opened
        body = json.dumps({"alerts": [firing(instance=str(number))]}).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD.replace(b"1000", str(len(body)).encode()))
        opened += 1
        if opened == count:
            gate.set()
        await gate.wait()  # all are open before the first one posts
        writer.write(body)
        status = int((await reader.readline()).split()[1])
        writer.close()
        await writer.wait_closed()
        return status

    return Counter(await asyncio.gather(*(one(number) for number in range(count))))


def test_time_the_loop_itself_was_held_up_is_not_the_senders(agent: Running) -> None:
    """A desk that held the interpreter for seconds must not cost those who wrote meanwhile their connections."""
    agent.health = Stuck(1.5)  # type: ignore[assignment]
    with agent.raw() as held, agent.raw() as wire:
        held.sendall(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
        time.sleep(0.2)  # the loop sleeps now
        wire.sendall(b"GET /readyz HTTP/1.1\r\nhost: localhost\r\n\r\n")

        answer = wire.recv(4096)

    assert answer.startswith(b"HTTP/1.1 200 ")


class Stuck:
    """Health that takes its time the first time it is asked, on the event loop."""

    is_alive = True
    is_ready = True
    checks: ClassVar[dict[str, str]] = {}
    audited_at = None

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    @property
    def reasons(self) -> tuple[str, ...]:
        time.sleep(self._seconds)
        self._seconds = 0.0
        return ()


# --------------------------------------------------------------------------------------------- the last descriptors

SHORT_OF_DESCRIPTORS = """
import logging, resource, socket, sys, tempfile
from contextlib import ExitStack
from pathlib import Path

resource.setrlimit(resource.RLIMIT_NOFILE, (400, 400))
lines = []
class Counting(logging.Handler):
    def emit(self, record): lines.append(record.getMessage())
logging.basicConfig(level=logging.INFO, handlers=[Counting()])
from tests.web.running import firing, running

with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as agent:
    agent.webhook({"alerts": [firing()]})
    with ExitStack() as stack:
        for _ in range(120):
            try:
                stack.enter_context(agent.raw())
            except OSError:
                break
        free = []
        try:
            while True:
                free.append(socket.socket())
        except OSError:
            pass
        reserve = len(free)
        for each in free[:-1]:
            each.close()
        free[-1].close()
    reply = agent.webhook({"alerts": [firing("LedgerDown")]})
    print(reply.status, reserve > 60, len(lines) < 50)
"""


def test_connections_never_take_the_last_descriptors() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHORT_OF_DESCRIPTORS],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.stdout.split() == ["200", "True", "True"], done.stderr[-2000:]


# -------------------------------------------------------------------------------------------------------- helpers


def _is_closed(wire: socket.socket) -> bool:
    try:
        return wire.recv(4096) == b""
    except TimeoutError:
        return False
    except ConnectionResetError:
        return True


def _is_reset(wire: socket.socket) -> bool:
    """Whether the other end gives up, though nothing is read here."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            wire.send(b"\r\n")
        except OSError:
            return True
        time.sleep(0.05)
    return False


def _until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + 10
    while not holds() and time.monotonic() < ends:
        time.sleep(0.02)


def _room_for(count: int) -> int:
    """As many connections as the test's own descriptors allow for both ends."""
    from agent.web.guard import descriptors_for

    return min(count, descriptors_for(2 * count + 64) // 2)
