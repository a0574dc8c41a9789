"""Notices by mail, into real SMTP servers."""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.model import Verdict
from tests.notify.conftest import MESSAGE, Send
from tests.support.sinks import Letterbox, SmtpScript, close, hang, listening, mail_server, reset, self_signed


def to(port: int, options: str = "") -> str:
    return f"mailto://example.com:{port}?smtp=127.0.0.1&from=er@example.com&to=wang@customer.example{options}"


@pytest.fixture
def box() -> Letterbox:
    return Letterbox()


@pytest.fixture
def port(box: Letterbox) -> Iterator[int]:
    with mail_server(box) as port:
        yield port


def test_a_mail_arrives_as_plain_text_under_its_subject(send: Send, box: Letterbox, port: int) -> None:
    result = send(to(port))

    assert result.verdict is Verdict.ACCEPTED
    assert result.reason == "127.0.0.1 answered 250 to message"
    assert box.mails[0]["Subject"] == "[GRADE 1] Checkout down [INC-20261123-001 #1]"
    assert box.mails[0]["To"] == "wang@customer.example"
    assert box.mails[0].get_content_type() == "text/plain"
    assert box.mails[0].get_content().splitlines() == MESSAGE.text.splitlines()


def test_chinese_arrives_whole(send: Send, box: Letterbox, port: int) -> None:
    send(to(port), replace(MESSAGE, subject="【一级·暂定】收银台全部不可用", text="现象：支付页打不开\n范围：全部用户"))

    assert box.mails[0]["Subject"] == "【一级·暂定】收银台全部不可用"
    assert box.mails[0].get_content().splitlines() == ["现象：支付页打不开", "范围：全部用户"]


def test_the_mails_of_an_incident_are_one_thread(send: Send, box: Letterbox, port: int) -> None:
    send(to(port), replace(MESSAGE, id="d-1"))
    send(to(port), replace(MESSAGE, id="d-2"))

    assert [mail["References"] for mail in box.mails] == ["<INC-20261123-001@example.com>"] * 2
    assert [mail["Message-ID"] for mail in box.mails] == ["<d-1@example.com>", "<d-2@example.com>"]


def test_a_mail_sent_again_is_the_same_mail(send: Send, box: Letterbox, port: int) -> None:
    send(to(port))
    send(to(port))

    assert box.mails[0]["Message-ID"] == box.mails[1]["Message-ID"] == "<d-1@example.com>"
    assert box.mails[0].get_all("Message-ID") == ["<d-1@example.com>"]


def test_a_mail_says_that_a_machine_wrote_it(send: Send, box: Letterbox, port: int) -> None:
    send(to(port))

    assert box.mails[0]["Auto-Submitted"] == "auto-generated"
    assert box.mails[0]["Importance"] == "high"


def test_headers_of_the_url_are_kept(send: Send, box: Letterbox, port: int) -> None:
    send(to(port, "&%2BX-Team=red"))

    assert box.mails[0]["X-Team"] == "red"


def test_what_labels_hold_cannot_become_markup_or_headers(send: Send, box: Letterbox, port: int) -> None:
    hostile = replace(
        MESSAGE,
        subject="down\r\nBcc: all@example.com",
        text="<script>alert(1)</script> & [x](http://evil.example)",
        thread="INC-1>\r\nX-Evil: 1",
    )

    send(to(port), hostile)
    send(to(port, "&format=html"), hostile)

    assert box.mails[0].get_content().strip() == "<script>alert(1)</script> & [x](http://evil.example)"
    assert box.mails[0].get_content_type() == "text/plain"
    html = box.mails[1].get_body(("html",))
    assert html is not None
    assert "&lt;script&gt;" in html.get_content()
    assert "<script>" not in html.get_content()
    assert all(mail["Bcc"] is None and mail["X-Evil"] is None for mail in box.mails)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("451 try later", Verdict.RETRY),
        ("452 full", Verdict.RETRY),
        ("550 no such user", Verdict.REJECTED),
        ("554 spam", Verdict.REJECTED),
    ],
)
@pytest.mark.parametrize("at", ["at_recipient", "at_data"])
def test_4xx_is_tried_again_and_5xx_is_not(
    send: Send, box: Letterbox, port: int, at: str, answer: str, verdict: Verdict
) -> None:
    setattr(box, at, answer)

    result = send(to(port))

    assert result.verdict is verdict
    assert f"answered {answer[:3]}" in result.reason


@pytest.mark.parametrize(
    ("command", "verdict"),
    [
        ("MAIL", Verdict.NOT_SENT),
        ("RCPT", Verdict.NOT_SENT),
        ("DATA", Verdict.NOT_SENT),
        (".", Verdict.UNKNOWN),
    ],
)
@pytest.mark.parametrize("how", [close, reset])
def test_a_connection_dropped_before_the_closing_dot_certainly_did_not_arrive(
    send: Send, command: str, verdict: Verdict, how: object
) -> None:
    with listening(SmtpScript(says={command: how})) as server:  # type: ignore[dict-item]
        assert send(to(server.port)).verdict is verdict


@pytest.mark.parametrize(("command", "verdict"), [("EHLO", Verdict.NOT_SENT), (".", Verdict.UNKNOWN)])
def test_a_hanging_mail_server_ends_at_the_deadline(send: Send, command: str, verdict: Verdict) -> None:
    begun = time.monotonic()
    with listening(SmtpScript(says={command: hang})) as server:
        result = send(to(server.port), deadline_s=0.8)
        took_s = time.monotonic() - begun

    assert result.verdict is verdict
    assert "deadline" in result.reason
    assert took_s < 0.8 + 2.5


def test_a_server_that_hangs_at_goodbye_has_the_mail(send: Send) -> None:
    with listening(SmtpScript(says={"QUIT": hang})) as server:
        result = send(to(server.port), deadline_s=20)

    assert result.verdict is Verdict.ACCEPTED
    assert result.took_s < 5


@pytest.mark.parametrize(
    ("greeting", "verdict"),
    [
        (b"421 busy\r\n", Verdict.RETRY),
        (b"554 go away\r\n", Verdict.REJECTED),
        (b"HTTP/1.1 400 Bad\r\n\r\n", Verdict.NOT_SENT),
    ],
)
def test_a_greeting_that_is_no_welcome(send: Send, greeting: bytes, verdict: Verdict) -> None:
    with listening(SmtpScript(greeting=greeting)) as server:
        assert send(to(server.port)).verdict is verdict


def test_a_refused_login_is_permanent_and_names_no_password(send: Send) -> None:
    script = SmtpScript(says={"EHLO": b"250-sink\r\n250 AUTH LOGIN\r\n", "AUTH": b"535 5.7.8 bad password\r\n"})
    with listening(script) as server:
        url = to(server.port).replace("mailto://", "mailto://er:pa55word@")
        result = send(url)

    assert result.verdict is Verdict.REJECTED
    assert result.reason == "127.0.0.1 answered 535 to AUTH"


def test_a_mail_server_nobody_trusts_certainly_did_not_get_it(send: Send, box: Letterbox, tmp_path: Path) -> None:
    with mail_server(box, self_signed(tmp_path)) as port:
        url = to(port, "&mode=ssl").replace("mailto://", "mailtos://")
        refused = send(url)
        taken = send(url + "&verify=no")

    assert refused.verdict is Verdict.NOT_SENT
    assert taken.verdict is Verdict.ACCEPTED
    assert len(box.mails) == 1


def test_a_server_without_starttls_is_not_spoken_to_in_the_clear(send: Send, box: Letterbox, port: int) -> None:
    result = send(to(port).replace("mailto://", "mailtos://"))

    assert result.verdict is Verdict.REJECTED
    assert box.mails == []


def test_of_two_recipients_the_refused_one_is_told(send: Send) -> None:
    with listening(SmtpScript(says={"RCPT": b"550 no\r\n"})) as server:
        assert send(to(server.port, "&cc=li@customer.example")).verdict is Verdict.REJECTED
