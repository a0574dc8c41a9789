"""Notices over HTTP, into a receiver that behaves as badly as it can."""

import gzip
import json
import ssl
import threading
import time
import zlib
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agent.model import Verdict
from agent.notify import tls
from tests.notify.conftest import MESSAGE, Send
from tests.support.sinks import (
    Sink,
    body_drip,
    close,
    hang,
    head_drip,
    huge,
    listening,
    reply,
    reset,
    self_signed,
)

SLACK_S = 2.5  # a busy machine; the drips would run for 30 s


def test_a_notice_arrives_as_it_was_written(send: Send, web: Sink) -> None:
    result = send(f"json://{web.place}/call/13800000001", MESSAGE)

    assert result.verdict is Verdict.ACCEPTED
    assert result.reason == "127.0.0.1 answered 200"
    assert [(seen.method, seen.path) for seen in web.seen] == [("POST", "/call/13800000001")]
    assert json.loads(web.seen[0].body)["message"] == MESSAGE.text
    assert json.loads(web.seen[0].body)["title"] == MESSAGE.subject


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 422])
def test_a_refusal_is_permanent(send: Send, web: Sink, status: int) -> None:
    web.answer(reply(status))

    result = send(f"json://{web.place}/x")

    assert result.verdict is Verdict.REJECTED
    assert result.reason == f"127.0.0.1 answered {status}"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503])
def test_a_server_in_trouble_is_asked_again(send: Send, web: Sink, status: int) -> None:
    web.answer(reply(status))

    assert send(f"json://{web.place}/x").verdict is Verdict.RETRY


def test_the_pause_a_server_asks_for_is_handed_on(send: Send, web: Sink) -> None:
    web.answer(reply(429, retry_after="17"))

    assert send(f"json://{web.place}/x").retry_after == timedelta(seconds=17)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("switch", ["", "?redirect=yes"])
def test_a_redirect_is_not_followed_and_not_counted_as_sent(send: Send, web: Sink, status: int, switch: str) -> None:
    web.answer(reply(status, location=f"http://{web.place}/elsewhere"))

    result = send(f"json://{web.place}/x{switch}")

    assert result.verdict is Verdict.REJECTED
    assert [seen.path for seen in web.seen] == ["/x"]


@pytest.mark.parametrize("answer", [hang, head_drip, body_drip], ids=["hang", "head drip", "body drip"])
def test_no_server_holds_a_send_beyond_its_deadline(send: Send, web: Sink, answer: object) -> None:
    web.answer(answer)  # type: ignore[arg-type]
    begun = time.monotonic()

    result = send(f"json://{web.place}/x", deadline_s=0.8)

    assert result.verdict is Verdict.UNKNOWN
    assert "deadline" in result.reason
    assert time.monotonic() - begun < 0.8 + SLACK_S


def test_headers_cut_off_by_our_own_deadline_are_no_200(send: Send, web: Sink) -> None:
    """The status line was there, and a connection shut down reads like the end of the headers."""
    web.answer(head_drip)

    result = send(f"json://{web.place}/x", deadline_s=0.8)

    assert result.verdict is Verdict.UNKNOWN
    assert "200" not in result.reason


def test_a_longer_time_in_the_url_does_not_move_the_deadline(send: Send, web: Sink) -> None:
    web.answer(hang)
    begun = time.monotonic()

    send(f"json://{web.place}/x?rto=30&cto=30&retry=5&wait=20", deadline_s=0.8)

    assert time.monotonic() - begun < 0.8 + SLACK_S
    assert len(web.seen) == 1


@pytest.mark.parametrize("answer", [reset, close], ids=["reset", "closed"])
def test_a_connection_lost_after_sending_may_have_arrived(send: Send, web: Sink, answer: object) -> None:
    web.answer(answer)  # type: ignore[arg-type]

    assert send(f"json://{web.place}/x").verdict is Verdict.UNKNOWN


def test_an_answer_that_is_not_http_may_have_arrived(send: Send, web: Sink) -> None:
    web.answer(lambda link, _stopped: link.sendall(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"))

    assert send(f"json://{web.place}/x").verdict is Verdict.UNKNOWN


def test_a_refused_connection_certainly_did_not_arrive(send: Send) -> None:
    with listening(Sink()) as gone:
        place = gone.place

    result = send(f"json://{place}/x")

    assert result.verdict is Verdict.NOT_SENT
    assert result.reason == "127.0.0.1: no connection (ConnectionRefusedError)"


def test_an_unknown_name_certainly_did_not_arrive(send: Send) -> None:
    assert send("json://no-such-host.invalid/x", deadline_s=3).verdict is Verdict.NOT_SENT


def test_no_time_left_means_nothing_is_sent(send: Send, web: Sink) -> None:
    result = send(f"json://{web.place}/x", deadline_s=0)

    assert result.verdict is Verdict.NOT_SENT
    assert web.seen == []


def test_a_certificate_nobody_trusts_certainly_did_not_arrive(send: Send, tmp_path: Path) -> None:
    with listening(Sink(), self_signed(tmp_path)) as web:
        refused = send(f"jsons://{web.place}/x")
        taken = send(f"jsons://{web.place}/x?verify=no")

    assert refused.verdict is Verdict.NOT_SENT
    assert "no secure connection" in refused.reason
    assert taken.verdict is Verdict.ACCEPTED


def test_tls_towards_a_server_without_it_certainly_did_not_arrive(send: Send, web: Sink) -> None:
    result = send(f"jsons://{web.place}/x", deadline_s=1)

    assert result.verdict is Verdict.NOT_SENT


def test_a_tls_handshake_that_hangs_ends_at_the_deadline(send: Send, web: Sink) -> None:
    web.take = lambda _link: web.stopped.wait(30)  # type: ignore[method-assign, assignment]
    begun = time.monotonic()

    result = send(f"jsons://{web.place}/x", deadline_s=0.3)

    assert result.verdict is Verdict.NOT_SENT
    assert time.monotonic() - begun < 0.3 + SLACK_S


def test_a_reply_of_300_mb_is_not_read(send: Send, web: Sink) -> None:
    web.answer(huge(300))
    begun = time.monotonic()

    result = send(f"json://{web.place}/x", deadline_s=20)

    assert result.verdict is Verdict.ACCEPTED
    assert time.monotonic() - begun < SLACK_S


def test_a_packed_reply_in_pieces_is_understood(send: Send, web: Sink) -> None:
    packed = gzip.compress(b"taken")
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    web.answer(lambda link, _stopped: link.sendall(b"%s%x\r\n%s\r\n0\r\n\r\n" % (head, len(packed), packed)))

    assert send(f"json://{web.place}/x").verdict is Verdict.ACCEPTED


def test_a_reply_that_unpacks_to_300_mb_is_not_unpacked(send: Send, web: Sink) -> None:
    packer = zlib.compressobj(wbits=31)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(300)) + packer.flush()
    web.answer(reply(200, packed, content_encoding="gzip"))
    begun = time.monotonic()

    assert send(f"json://{web.place}/x").verdict is Verdict.ACCEPTED
    assert time.monotonic() - begun < SLACK_S


def test_the_environment_has_no_say(send: Send, web: Sink, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")

    assert send(f"json://{web.place}/x").verdict is Verdict.ACCEPTED


def test_eight_hanging_endpoints_do_not_delay_a_healthy_one(send: Send, web: Sink) -> None:
    with listening(Sink(answers=[hang])) as stuck:
        threads = [
            threading.Thread(target=send, args=(f"json://{stuck.place}/x",), kwargs={"deadline_s": 3}, daemon=True)
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        begun = time.monotonic()
        result = send(f"json://{web.place}/x")
        took_s = time.monotonic() - begun
        stuck.stopped.set()
        for thread in threads:
            thread.join(5)

    assert result.verdict is Verdict.ACCEPTED
    assert took_s < 2


def test_two_notices_to_one_endpoint_do_not_wait_for_each_other(send: Send, web: Sink) -> None:
    """Apprise as it ships sleeps 5.5 s between two messages of one plugin."""
    begun = time.monotonic()

    for _ in range(3):
        send(f"json://{web.place}/x")

    assert time.monotonic() - begun < 4
    assert len(web.seen) == 3


def test_half_a_character_does_not_stop_a_notice(send: Send, web: Sink) -> None:
    result = send(f"json://{web.place}/x", replace(MESSAGE, subject="down \ud800", text="down \udfff"))

    assert result.verdict is Verdict.ACCEPTED
    assert json.loads(web.seen[0].body)["message"] == "down ?"


def test_the_ca_bundle_is_read_once() -> None:
    assert tls.context_for(True) is tls.context_for(True)
    assert tls.context_for(True).verify_mode is ssl.CERT_REQUIRED
    assert tls.context_for(True).check_hostname


def test_files_are_never_read_for_a_notice(send: Send, web: Sink, tmp_path: Path) -> None:
    secret = tmp_path / "key.pem"
    secret.write_text("PRIVATE")

    send(f"json://{web.place}/x?attach={secret}", replace(MESSAGE, text=f"attach={secret} file://{secret}"))

    assert b"PRIVATE" not in web.seen[0].body


@pytest.mark.parametrize(
    "url", ["", "nonsense", "json://u:p@s@h/x", "dbus://", "syslog://", "https://example.com/hook", "nosuch://x"]
)
def test_what_cannot_be_built_is_rejected_not_raised(send: Send, url: str) -> None:
    result = send(url)

    assert result.verdict is Verdict.REJECTED
    assert "tocsin check" in result.reason
