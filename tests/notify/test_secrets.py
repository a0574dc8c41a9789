"""Keys, passwords and phone numbers stand in URLs, and nowhere else."""

import logging
import smtplib
import sys

import pytest
import requests

from agent.model import Endpoint, Manner, Outcome, Secret
from agent.notify import AppriseChannel, Post
from agent.notify.trip import Trip
from tests.notify.conftest import MESSAGE
from tests.support.sinks import Answer, Sink, SmtpScript, close, hang, listening, reply

PLANTED = ("tr0ub4dor", "13800000001", "k3y5tring", "pa55word")

TELEGRAM = "tgram://123456789:k3y5tringk3y5tringk3y5tringk3y5tringk/13800000001/"
WECOM = "wecombot://k3y5tring0123456789"


def urls(place: str) -> list[str]:
    return [
        f"json://er:tr0ub4dor@{place}/call/13800000001?%2BX-Key=k3y5tring&:to=13800000001",
        f"form://er:tr0ub4dor@{place}/k3y5tring",
        "json://er:tr0ub4dor@127.0.0.1:1/13800000001",
        "json://er:tr0ub4dor@no-such-host.invalid/13800000001",
        f"jsons://er:tr0ub4dor@{place}/13800000001",
        "json://er:tr0ub4dor@x@/13800000001",
        "nosuch://tr0ub4dor",
        TELEGRAM,
        WECOM,
    ]


@pytest.mark.parametrize(
    "answer",
    [
        reply(404, b'{"description": "unknown k3y5tring for 13800000001"}'),
        reply(302, location="http://127.0.0.1:1/k3y5tring?to=13800000001"),
        reply(200, b'{"errcode":40001,"errmsg":"k3y5tring is invalid"}'),
        reply(429, b"k3y5tring", retry_after="k3y5tring"),
        close,
        hang,
    ],
)
def test_a_failing_send_shows_no_secret(
    web: Sink, answer: Answer, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    web.answer(answer)
    detours = dict.fromkeys(("https://api.telegram.org", "https://qyapi.weixin.qq.com"), f"http://{web.place}")
    post = Post(apprise=AppriseChannel(detours))

    told: list[object] = []
    for url in urls(web.place):
        endpoint = Endpoint("lee/1", "test", Manner.PERSONAL, Secret(url))
        outcome = post.send(endpoint, MESSAGE, 0.2)
        told += [endpoint, outcome, outcome.reason]

    assert_nothing_of(PLANTED, told, caplog, capfd)
    assert len(told) == 3 * 9


@pytest.mark.parametrize(
    "says",
    [
        {"EHLO": b"250-sink\r\n250 AUTH LOGIN PLAIN\r\n", "AUTH": b"535 pa55word is wrong for er\r\n"},
        {"EHLO": b"250-sink\r\n250 AUTH LOGIN\r\n", "AUTH": b"334 VXNlcm5hbWU6\r\n"},
        {"RCPT": b"550 13800000001@sms.example is unknown\r\n"},
        {".": b"554 k3y5tring\r\n"},
        {"MAIL": close},
    ],
)
def test_a_failing_mail_shows_no_secret(
    says: dict[str, bytes | Answer], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    with listening(SmtpScript(says=says)) as server:
        url = f"mailto://er:pa55word@example.com:{server.port}?smtp=127.0.0.1&to=13800000001@sms.example"
        outcome = Post().send(Endpoint("lee/1", "mail", Manner.QUIET, Secret(url)), MESSAGE, 1)

    assert_nothing_of((*PLANTED, "cGE1NXdvcmQ="), [outcome], caplog, capfd)
    assert isinstance(outcome, Outcome)


def test_what_was_seen_on_the_wire_does_not_print_the_reply(web: Sink) -> None:
    web.answer(reply(200, b"k3y5tring"))
    from agent.notify import carrier

    with Trip(2).under_way() as trip:
        carrier.request("POST", f"http://{web.place}/tr0ub4dor?to=13800000001")

    assert trip.exchanges[0].body == b"k3y5tring"
    assert not any(secret in repr(trip.exchanges) for secret in PLANTED)


def test_nothing_of_apprise_reaches_the_network_outside_a_trip(web: Sink) -> None:
    from agent.notify.library import library

    plugin = library().plugin(f"json://{web.place}/x")

    assert plugin is not None
    with pytest.raises(OSError, match="nothing is being sent"):
        plugin.send(body="x")
    assert web.seen == []


def test_no_module_of_apprise_holds_the_real_libraries() -> None:
    """Each one that speaks HTTP or SMTP by name is wired to the carrier, also the ones that a new release brings."""
    from agent.notify.library import library

    library()
    unwired = [
        name
        for name, module in sys.modules.items()
        if name.startswith("apprise.plugins")
        and any(thing in (requests, smtplib, requests.Session, requests.post) for thing in list(vars(module).values()))
    ]

    assert unwired == []


def test_everyone_else_s_requests_stay_as_they_are(web: Sink) -> None:
    from agent.notify.library import library

    library()

    assert requests.post(f"http://{web.place}/x", timeout=5).status_code == 200


def assert_nothing_of(
    secrets: tuple[str, ...],
    told: list[object],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    printed = capfd.readouterr()
    everything = "\n".join([*map(repr, told), *map(str, told), caplog.text, printed.out, printed.err])
    assert [secret for secret in secrets if secret in everything] == []
