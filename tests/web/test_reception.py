"""What bodies under way may hold together, on real sockets: 2,048 senders of 8 MiB each would be 16 GiB."""

import gzip
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from agent import metrics
from agent.config.settings import Limits, Token
from agent.engine.works import Receipt
from agent.model import Secret
from agent.web.guard import Patience
from tests.web.running import Running, bearer, firing, running

HOOK = "/webhooks/alertmanager"
MIB = 1024 * 1024
LIMITS = Limits(body=MIB, bodies=2 * MIB)
PATIENT = Patience(headers_s=30, request_s=30)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, patience=PATIENT, limits=LIMITS) as started:
        yield started


def head(length: int, more: str = "") -> bytes:
    return f"POST /webhooks/alertmanager HTTP/1.1\r\nhost: localhost\r\n{more}content-length: {length}\r\n\r\n".encode()


def begun(agent: Running, stack: ExitStack, length: int, *, sent: int) -> socket.socket:
    """A connection whose body has arrived as far as `sent`."""
    wire = stack.enter_context(agent.raw())
    wire.sendall(head(length) + b" " * sent)
    return wire


def until(holds: Callable[[], bool], within_s: float = 20) -> bool:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        if holds():
            return True
        time.sleep(0.01)
    return False


def refused() -> float:
    return metrics.REGISTRY.get_sample_value("tocsin_bodies_refused_total") or 0.0


def full(agent: Running, stack: ExitStack) -> list[socket.socket]:
    """Two bodies that lack their last bytes, and leave room for almost nothing."""
    wires = [begun(agent, stack, MIB, sent=MIB - 100) for _ in range(2)]
    assert until(lambda: agent.server.body_bytes == 2 * (MIB - 100))
    return wires


def test_a_body_without_room_is_told_to_come_again_and_is_counted(agent: Running) -> None:
    before = refused()
    with ExitStack() as stack:
        full(agent, stack)

        reply = agent.webhook({"alerts": [firing(note="x" * 1000)]})

    assert (reply.status, reply.headers["retry-after"], reply.headers["connection"]) == (503, "5", "close")
    assert "too many bodies are being read at once" in reply.json["error"]
    assert refused() == before + 1


def test_who_is_refused_in_the_middle_of_a_long_body_still_reads_the_answer(agent: Running) -> None:
    with ExitStack() as stack:
        full(agent, stack)

        reply = agent.ask("POST", HOOK, b" " * MIB)

    assert reply.status == 503


def test_what_was_there_first_is_taken_all_the_same(agent: Running) -> None:
    body = json.dumps({"alerts": [firing()]}).encode().ljust(MIB)
    with ExitStack() as stack:
        first = stack.enter_context(agent.raw())
        first.sendall(head(MIB) + body[:-100])
        begun(agent, stack, MIB, sent=MIB - 100)
        assert until(lambda: agent.server.body_bytes == 2 * (MIB - 100))
        agent.webhook({"alerts": [firing(note="x" * 1000)]})

        first.sendall(body[-100:])

        assert first.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_requests_without_a_body_are_answered_when_there_is_no_room(agent: Running) -> None:
    with ExitStack() as stack:
        full(agent, stack)

        assert agent.ask("GET", "/healthz").status == 200
        assert agent.ask("GET", "/api/v1/incidents").status == 200


def test_slow_senders_do_not_hold_the_room_for_ever(tmp_path: Path) -> None:
    patience = Patience(headers_s=1, request_s=1, sweep_s=0.05)
    with running(tmp_path, patience=patience, limits=LIMITS) as agent, ExitStack() as stack:
        full(agent, stack)
        assert agent.webhook({"alerts": [firing(note="x" * 1000)]}).status == 503

        assert until(lambda: agent.webhook({"alerts": [firing()]}).status == 200)
        assert until(lambda: agent.server.body_bytes == 0)


def test_what_is_given_up_half_way_gives_its_room_back(agent: Running) -> None:
    with ExitStack() as stack:
        full(agent, stack)

    assert until(lambda: agent.server.body_bytes == 0)
    assert agent.webhook({"alerts": [firing(note="x" * 1000)]}).status == 200


def test_a_body_that_the_desk_has_holds_no_room_here(agent: Running) -> None:
    """The desk's queue is bounded by bytes of its own."""
    waiting: list[Future[Any]] = []

    def submit(work: Any) -> Future[Any]:
        waiting.append(Future())
        return waiting[-1]

    agent.submit = submit
    with ExitStack() as stack:
        wires = []
        for number in range(1, 5):
            wires.append(begun(agent, stack, MIB, sent=MIB))
            assert until(lambda count=number: len(waiting) == count)  # type: ignore[misc]

        assert agent.server.body_bytes == 0
        for answer in waiting:
            answer.set_result(Receipt())
        assert [wire.recv(4096)[9:12] for wire in wires] == [b"200"] * 4


def test_a_body_that_swells_counts_as_what_it_becomes(agent: Running) -> None:
    """Half a megabyte sent as a few hundred bytes finds no room beside one and a half that are being read."""
    raw = gzip.compress(json.dumps({"alerts": [firing()]}).encode().ljust(MIB // 2))
    zipped = {"content-encoding": "gzip"}
    with ExitStack() as stack:
        begun(agent, stack, MIB, sent=MIB - 100)
        begun(agent, stack, MIB, sent=MIB * 3 // 4)
        assert until(lambda: agent.server.body_bytes == MIB - 100 + MIB * 3 // 4)
        without_room = agent.ask("POST", HOOK, raw, zipped)

    assert until(lambda: agent.server.body_bytes == 0)
    assert (without_room.status, without_room.headers["retry-after"]) == (503, "5")
    assert agent.ask("POST", HOOK, raw, zipped).status == 200
    assert until(lambda: agent.server.body_bytes == 0)


def test_a_body_that_nobody_lets_in_holds_no_room(agent: Running) -> None:
    agent.configure(tokens=(_token("alertmanager", "intake"),))
    with ExitStack() as stack:
        for _ in range(4):
            begun(agent, stack, MIB, sent=MIB // 2)

        assert until(lambda: agent.post_json(HOOK, {"alerts": [firing()]}, bearer("alertmanager-secret")).status == 200)
        assert until(lambda: agent.server.body_bytes == 0)


def test_the_api_and_signed_messages_say_it_too(agent: Running) -> None:
    number = agent.opened().number
    signed = Token("grafana", frozenset({"intake"}), Secret("key"), hmac_header="X-Signature")
    agent.configure(tokens=(_token("desk", "act"), signed))
    with ExitStack() as stack:
        agent.configure(tokens=())
        full(agent, stack)
        agent.configure(tokens=(_token("desk", "act"), signed))

        act = agent.post_json(
            f"/api/v1/incidents/{number}/void", {"by": "lee", "reason": "x" * 500}, bearer("desk-secret")
        )
        webhook = agent.post_json(HOOK, {"alerts": ["x" * 500]}, {"x-signature": "0" * 64})

    assert [(each.status, each.headers["retry-after"]) for each in (act, webhook)] == [(503, "5")] * 2


def _token(name: str, may: str) -> Token:
    return Token(
        name, frozenset({may}), Secret("sha256:" + sha256(f"{name}-secret".encode()).hexdigest()), is_hashed=True
    )
