from datetime import UTC, datetime, timedelta

import pytest

from agent.model import Verdict
from agent.notify.exchange import Exchange, Phase
from agent.notify.verdicts import outcome, retry_after

NOW = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)


def web(status: int, body: bytes = b"", pause: str = "") -> Exchange:
    return Exchange("gw.example", Phase.DONE, status=status, retry_after=pause, body=body)


def broken(phase: Phase, *, is_mail: bool = False, is_late: bool = False) -> Exchange:
    return Exchange("gw.example", phase, fault="ConnectionResetError", is_mail=is_mail, is_late=is_late)


@pytest.mark.parametrize(
    ("phase", "web_verdict", "mail_verdict"),
    [
        (Phase.NAME, Verdict.NOT_SENT, Verdict.NOT_SENT),
        (Phase.CONNECT, Verdict.NOT_SENT, Verdict.NOT_SENT),
        (Phase.TLS, Verdict.NOT_SENT, Verdict.NOT_SENT),
        (Phase.TALK, Verdict.NOT_SENT, Verdict.NOT_SENT),
        (Phase.SEND, Verdict.UNKNOWN, Verdict.NOT_SENT),  # a mail without its closing dot is thrown away
        (Phase.REPLY, Verdict.UNKNOWN, Verdict.UNKNOWN),
    ],
)
def test_how_far_it_came_decides_whether_it_may_have_arrived(
    phase: Phase, web_verdict: Verdict, mail_verdict: Verdict
) -> None:
    assert outcome([broken(phase)], False, "json", NOW).verdict is web_verdict
    assert outcome([broken(phase, is_mail=True)], False, "mailto", NOW).verdict is mail_verdict


def test_the_reason_names_host_and_cause() -> None:
    assert outcome([broken(Phase.CONNECT)], False, "json", NOW).reason == (
        "gw.example: no connection (ConnectionResetError)"
    )
    assert outcome([broken(Phase.REPLY, is_late=True)], False, "json", NOW).reason == (
        "gw.example: broke off before the answer (deadline)"
    )


def test_a_plugin_s_yes_does_not_overrule_a_redirect() -> None:
    assert outcome([web(302)], True, "json", NOW).verdict is Verdict.REJECTED


def test_a_plugin_s_yes_after_a_failed_first_try_is_a_yes() -> None:
    """A token that had to be renewed: 401, then 200."""
    assert outcome([web(401), web(200)], True, "json", NOW).verdict is Verdict.ACCEPTED


def test_a_business_code_anywhere_overrules_the_plugin_s_yes() -> None:
    """Two targets in one URL, the first of them refused."""
    exchanges = [web(200, b'{"errcode":93000}'), web(200, b'{"errcode":0}')]

    assert outcome(exchanges, True, "wecombot", NOW).verdict is Verdict.REJECTED


def test_of_several_failures_the_one_worth_another_try_is_told() -> None:
    result = outcome([web(503, pause="9"), web(404)], False, "json", NOW)

    assert result.verdict is Verdict.RETRY
    assert result.reason == "gw.example answered 503"
    assert result.retry_after == timedelta(seconds=9)


def test_a_plugin_s_no_to_a_200_is_a_refusal() -> None:
    result = outcome([web(200, b'{"ok":false}')], False, "slack", NOW)

    assert result.verdict is Verdict.REJECTED
    assert result.reason == "gw.example answered 200, but its reply was a refusal"


def test_nothing_on_the_wire_and_a_no_is_a_refusal() -> None:
    assert outcome([], False, "json", NOW).verdict is Verdict.REJECTED


@pytest.mark.parametrize(
    ("schema", "body", "verdict"),
    [
        ("bark", b'{"code":200}', Verdict.ACCEPTED),
        ("bark", b'{"code":400}', Verdict.REJECTED),
        ("wecombot", b'{"errcode":"0"}', Verdict.ACCEPTED),
        ("wecombot", b'{"errcode":null}', Verdict.REJECTED),
        ("wecombot", b'{"errcode":false}', Verdict.REJECTED),
        ("wecombot", b'{"errcode":-1}', Verdict.RETRY),
        ("synology", b'{"success":true}', Verdict.ACCEPTED),
        ("synology", b'{"success":false,"error":{"code":117}}', Verdict.REJECTED),
        ("json", b'{"errcode":93000}', Verdict.ACCEPTED),
    ],
)
def test_business_codes(schema: str, body: bytes, verdict: Verdict) -> None:
    assert outcome([web(200, body)], True, schema, NOW).verdict is verdict


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("17", 17),
        ("0", 0),
        ("Mon, 23 Nov 2026 03:03:30 GMT", 90),
        ("Mon, 23 Nov 2026 03:00:00 GMT", 0),
        ("99999999999999999999", 86400),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 86400),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٧", None),
        ("Mon, 99 Nov 2026 03:03:30 GMT", None),
    ],
)
def test_retry_after(header: str, seconds: int | None) -> None:
    assert retry_after(header, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("body", "seconds"),
    [
        (b'{"retry_after": 1.5}', 1.5),
        (b'{"parameters": {"retry_after": 33}}', 33),
        (b'{"retry_after_ms": 2500}', 2.5),
        (b'{"retry_after": NaN}', None),
        (b'{"retry_after": 1e400}', 86400),
        (b'{"retry_after": "5"}', None),
        (b"nonsense", None),
    ],
)
def test_the_pause_may_stand_in_the_body(body: bytes, seconds: float | None) -> None:
    pause = outcome([web(429, body)], False, "tgram", NOW).retry_after

    assert pause == (None if seconds is None else timedelta(seconds=seconds))
