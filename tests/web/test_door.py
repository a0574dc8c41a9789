"""POST /webhooks/alertmanager over a real socket: 200 after the commit, and what else it may say."""

import asyncio
import gzip
import json
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from agent import metrics
from agent.engine.works import Receipt
from agent.errors import StoreUnavailable, TooBusy
from agent.web.wire import answer_of
from tests.web.running import Reply, Running, captured, firing

HOOK = "/webhooks/alertmanager"


def test_a_webhook_is_answered_once_it_is_on_file(agent: Running) -> None:
    reply = agent.webhook({"alerts": [firing()]})

    number = reply.json["incidents"][0]
    assert reply.status == 200
    assert reply.json == {"received": 1, "new": 1, "incidents": [number]}
    assert agent.store.incident(number) is not None


def test_the_same_message_again_changes_nothing(agent: Running) -> None:
    first = agent.webhook(captured("01_firing_first"))

    again = agent.webhook(captured("01_firing_first"))

    assert (first.status, again.status) == (200, 200)
    assert (first.json["new"], again.json["new"]) == (1, 0)


def test_a_thousand_alerts_in_one_body_are_taken(agent: Running) -> None:
    reply = agent.webhook({"alerts": [firing(instance=f"host-{number}") for number in range(1000)]})

    assert (reply.status, reply.json["received"], reply.json["new"]) == (200, 1000, 1000)
    assert len(reply.json["incidents"]) == 1


def test_good_alerts_are_stored_and_the_bad_ones_named(agent: Running) -> None:
    reply = agent.webhook({"alerts": [firing(), {"labels": {"alertname": 5}}, {"status": "firing"}]})

    assert reply.status == 400
    assert (reply.json["received"], reply.json["new"]) == (3, 1)
    assert [bad["index"] for bad in reply.json["bad"]] == [1, 2]
    assert reply.json["bad"][0]["reason"] == "labels: Expected `str`, got `int`"
    assert len(reply.json["incidents"]) == 1


def test_a_malformed_body_is_kept_on_file(agent: Running) -> None:
    reply = agent.ask("POST", HOOK, b'{"alerts": [')

    assert reply.status == 400
    assert reply.json["error"].startswith("the body is no JSON")
    assert [(body.raw, body.fault) for body in agent.store.bodies()] == [(b'{"alerts": [', reply.json["error"])]


def test_a_compressed_body_is_read(agent: Running) -> None:
    raw = gzip.compress(json.dumps({"alerts": [firing()]}).encode())

    reply = agent.ask("POST", HOOK, raw, {"content-encoding": "gzip"})

    assert (reply.status, reply.json["new"]) == (200, 1)


@pytest.mark.parametrize(
    ("raw", "coding"),
    [
        (b"no gzip", "gzip"),
        (gzip.compress(b"{}" * 100, mtime=0)[:-9], "gzip"),
        (gzip.compress(b"{}", mtime=0) * 2, "gzip"),
        (b"{}", "br"),
    ],
)
def test_a_body_that_is_not_compressed_as_it_says_is_kept_too(agent: Running, raw: bytes, coding: str) -> None:
    reply = agent.ask("POST", HOOK, raw, {"content-encoding": coding})

    assert reply.status == 400
    assert [body.raw for body in agent.store.bodies()] == [raw]


def test_a_body_too_long_is_refused_before_it_is_sent(agent: Running) -> None:
    with agent.raw() as wire:
        wire.sendall(b"POST /webhooks/alertmanager HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999\r\n\r\n")

        answer = b"".join(iter(lambda: wire.recv(4096), b""))  # until it closes

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"99999999 bytes long, at most 8388608" in answer


def test_whoever_sends_a_body_too_long_still_reads_the_answer(agent: Running) -> None:
    reply = agent.ask("POST", HOOK, b"x" * (9 * 1024 * 1024))

    assert reply.status == 413


def test_chunks_are_counted(agent: Running) -> None:
    limits = agent.settings.server.limits
    agent.configure(limits=replace(limits, body=1000))
    with agent.raw() as wire:
        wire.sendall(b"POST /webhooks/alertmanager HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n")
        wire.sendall(b"400\r\n" + b" " * 1024 + b"\r\n0\r\n\r\n")

        answer = wire.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_small_body_that_swells_is_refused(agent: Running) -> None:
    bomb = gzip.compress(b" " * 50_000_000)

    reply = agent.ask("POST", HOOK, bomb, {"content-encoding": "gzip"})

    assert reply.status == 413
    assert "once decompressed" in reply.json["error"]


@pytest.mark.parametrize(
    "fault",
    [TooBusy("the queue is full"), StoreUnavailable("the disk is full"), TimeoutError("it took too long")],
)
def test_what_cannot_be_stored_now_is_503_with_retry_after(agent: Running, fault: Exception) -> None:
    def submit(work: Any) -> Future[Any]:
        if isinstance(fault, TooBusy):
            raise fault
        answer: Future[Any] = Future()
        answer.set_exception(fault)
        return answer

    agent.submit = submit
    reply = agent.webhook({"alerts": [firing()]})

    assert (reply.status, reply.headers["retry-after"]) == (503, "5")
    assert reply.json["error"] == str(fault)


def test_a_desk_that_does_not_answer_in_time_leaves_the_work_alone() -> None:
    work: Future[Any] = Future()

    with pytest.raises(TimeoutError):
        asyncio.run(answer_of(work, within_s=0.01))

    assert not work.cancelled()  # it may be half written
    work.set_result(Receipt())  # and nobody minds the late answer


def test_an_unexpected_fault_is_500_without_its_words(agent: Running) -> None:
    def submit(work: Any) -> Future[Any]:
        raise RuntimeError("secret inside")

    agent.submit = submit
    reply = agent.webhook({"alerts": [firing()]})

    assert (reply.status, "secret" in reply.text) == (500, False)


def test_nothing_is_ever_redirected(agent: Running) -> None:
    statuses = {path: agent.ask("POST", path, b"{}").status for path in (HOOK + "/", "/webhooks", "/", "//webhooks/x")}
    got = agent.ask("GET", HOOK)

    assert set(statuses.values()) == {404}
    assert (got.status, got.headers["allow"]) == (405, "POST")


def test_connections_are_kept_alive(agent: Running) -> None:
    body = json.dumps({"alerts": [firing()]}).encode()
    request = b"POST %s HTTP/1.1\r\nhost: localhost\r\ncontent-length: %d\r\n\r\n%s" % (HOOK.encode(), len(body), body)
    with agent.raw() as wire:
        answers = []
        for _ in range(3):
            wire.sendall(request)
            answers.append(wire.recv(4096).split(b"\r\n")[0])

    assert answers == [b"HTTP/1.1 200 OK"] * 3


def test_requests_are_counted_by_path_and_code(agent: Running) -> None:
    before = _count("/webhooks/alertmanager", "200")

    agent.webhook({"alerts": [firing()]})

    assert _count("/webhooks/alertmanager", "200") == before + 1


# -------------------------------------------------------------------------------------------------------- pings


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_a_ping_is_ok(agent: Running, method: str) -> None:
    reply = agent.ask(method, "/ping/backup", b"log of the run" if method == "POST" else None)

    assert (reply.status, reply.body) == (200, b"" if method == "HEAD" else b"OK")
    assert agent.pinged == [("backup", False)]


def test_a_failed_run_says_so(agent: Running) -> None:
    assert agent.ask("GET", "/ping/backup/fail").body == b"OK"
    assert agent.pinged == [("backup", True)]


@pytest.mark.parametrize("path", ["/ping/", "/ping/nobody", "/ping/nobody/fail", "/ping/backup/", "/ping/backup/x"])
def test_an_unknown_heartbeat_is_404(agent: Running, path: str) -> None:
    assert agent.ask("GET", path).status == 404
    assert agent.pinged == []


# ------------------------------------------------------------------------------------------------------- health


def test_health_says_why_not(agent: Running) -> None:
    from agent.ports import Health

    well = agent.ask("GET", "/healthz"), agent.ask("GET", "/readyz")
    agent.health = Health(is_alive=True, is_ready=False, reasons=("store: the disk is full",))
    unready = agent.ask("GET", "/healthz"), agent.ask("GET", "/readyz")

    assert [_seen(reply) for reply in well] == [(200, {"status": "ok"})] * 2
    assert _seen(unready[0]) == (200, {"status": "ok", "reasons": ["store: the disk is full"]})
    assert _seen(unready[1]) == (503, {"status": "unavailable", "reasons": ["store: the disk is full"]})


def _seen(reply: Reply) -> tuple[int, Any]:
    return reply.status, reply.json


def _count(path: str, code: str) -> float:
    return metrics.REGISTRY.get_sample_value("tocsin_http_requests_total", {"path": path, "code": code}) or 0.0
