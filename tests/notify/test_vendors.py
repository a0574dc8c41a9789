"""Services whose address is fixed: the trip's detour leads them to the sink, everything else is the real way."""

import json
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from agent.model import Verdict
from agent.notify import AppriseChannel
from tests.notify.conftest import MESSAGE, Send
from tests.support.sinks import Sink, close, reply

VENDORS = (
    "https://qyapi.weixin.qq.com",
    "https://oapi.dingtalk.com",
    "https://open.feishu.cn",
    "https://open.larksuite.com",
    "https://sctapi.ftqq.com",
    "https://platform.clickatell.com",
)


@pytest.fixture
def by(web: Sink) -> AppriseChannel:
    return AppriseChannel(dict.fromkeys(VENDORS, f"http://{web.place}"))


@pytest.mark.parametrize(
    ("url", "body"),
    [
        ("wecombot://0123456789abcdef", b'{"errcode":0,"errmsg":"ok"}'),
        ("dingtalk://0123456789abcdef", b'{"errcode":0,"errmsg":"ok"}'),
        ("feishu://0123456789abcdef", b'{"StatusCode":0,"StatusMessage":"success"}'),
        ("feishu://0123456789abcdef", b'{"code":0,"data":{},"msg":"success"}'),
        ("lark://0123456789abcdef", b'{"code":0,"msg":"success"}'),
        ("schan://SCT0123456789abcdef", b'{"code":0,"message":"","data":{"errno":0}}'),
    ],
)
def test_a_200_with_the_good_code_is_accepted(send: Send, web: Sink, by: AppriseChannel, url: str, body: bytes) -> None:
    web.answer(reply(200, body))

    assert send(url, by=by).verdict is Verdict.ACCEPTED
    assert len(web.seen) == 1


@pytest.mark.parametrize(
    ("url", "body", "verdict", "said"),
    [
        ("wecombot://0123456789abcdef", b'{"errcode":93000}', Verdict.REJECTED, "errcode 93000"),
        ("wecombot://0123456789abcdef", b'{"errcode":45009}', Verdict.RETRY, "errcode 45009"),
        ("dingtalk://0123456789abcdef", b'{"errcode":310000}', Verdict.REJECTED, "errcode 310000"),
        ("dingtalk://0123456789abcdef", b'{"errcode":130101}', Verdict.RETRY, "errcode 130101"),
        ("feishu://0123456789abcdef", b'{"code":19001}', Verdict.REJECTED, "code 19001"),
        ("feishu://0123456789abcdef", b'{"code":11232}', Verdict.RETRY, "code 11232"),
        ("lark://0123456789abcdef", b'{"code":9499}', Verdict.RETRY, "code 9499"),
        ("schan://SCT0123456789abcdef", b'{"code":40001}', Verdict.REJECTED, "code 40001"),
    ],
)
def test_a_200_with_another_code_is_not(
    send: Send, web: Sink, by: AppriseChannel, url: str, body: bytes, verdict: Verdict, said: str
) -> None:
    """Apprise calls every one of these a success."""
    web.answer(reply(200, body))

    result = send(url, by=by)

    assert result.verdict is verdict
    assert said in result.reason


@pytest.mark.parametrize("body", [b"", b"<html>captive portal</html>", b"[]", b'{"hello":1}', b"[" * 100_000])
def test_a_200_without_the_code_it_owes_is_not_believed(send: Send, web: Sink, by: AppriseChannel, body: bytes) -> None:
    web.answer(reply(200, body))

    assert send("wecombot://0123456789abcdef", by=by).verdict is Verdict.UNKNOWN


def test_a_long_notice_goes_in_numbered_parts_of_at_most_2048_bytes(send: Send, web: Sink, by: AppriseChannel) -> None:
    web.answer(reply(200, b'{"errcode":0}'))
    text = "\n".join(f"第{number}行：收银台全部不可用，支付页打不开" for number in range(60))

    result = send("wecombot://0123456789abcdef", replace(MESSAGE, text=text), by=by)

    contents = [json.loads(seen.body)["text"]["content"] for seen in web.seen]
    assert result.verdict is Verdict.ACCEPTED
    assert [content[:6] for content in contents] == ["(1/2) ", "(2/2) "]
    assert max(len(content.encode()) for content in contents) <= 2048
    assert "\n".join(content[6:] for content in contents) == text


def test_a_notice_is_accepted_only_when_all_its_parts_are(send: Send, web: Sink, by: AppriseChannel) -> None:
    web.answer(reply(200, b'{"errcode":0}'), reply(200, b'{"errcode":45009}'))

    result = send("wecombot://0123456789abcdef", replace(MESSAGE, text="收银台\n" * 1000), by=by)

    assert result.verdict is Verdict.RETRY
    assert result.reason.startswith("part 2 of ")
    assert len(web.seen) == 2


def test_the_first_line_is_not_said_twice(send: Send, web: Sink, by: AppriseChannel) -> None:
    web.answer(reply(200, b'{"errcode":0}'))

    send("wecombot://0123456789abcdef", by=by)
    send("dingtalk://0123456789abcdef", by=by)

    assert [json.loads(seen.body)["text"]["content"] for seen in web.seen] == [MESSAGE.text, MESSAGE.text]


def test_lark_does_not_pause_before_it_sends(send: Send, web: Sink, by: AppriseChannel) -> None:
    web.answer(reply(200, b'{"code":0}'))

    assert send("lark://0123456789abcdef", by=by).took_s < 4


def test_an_sms_carries_the_short_form(send: Send, web: Sink, by: AppriseChannel) -> None:
    send("clickatell://0123456789abcdef/13800000001", by=by)

    assert "Grade 1: checkout down" in str(parse_qs(web.seen[0].path)) + web.seen[0].body.decode()
    assert "Scope" not in str(web.seen)


def test_a_vendor_that_drops_the_line_may_have_taken_it(send: Send, web: Sink, by: AppriseChannel) -> None:
    web.answer(close)

    assert send("feishu://0123456789abcdef", by=by).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("switch", "shown"),
    [
        ("", "&lt;script&gt;x&lt;/script&gt; [a](http://evil.example) *b*"),
        ("?format=markdown", "<script>x</script> \\[a\\](http://evil.example) \\*b\\*"),
    ],
)
def test_labels_come_escaped_where_the_service_renders_markup(send: Send, web: Sink, switch: str, shown: str) -> None:
    by = AppriseChannel({"https://api.telegram.org": f"http://{web.place}"})
    web.answer(reply(200, b'{"ok":true,"result":{}}'))
    hostile = replace(MESSAGE, text="<script>x</script> [a](http://evil.example) *b*")

    send(f"tgram://123456789:abcdefghijklmnopqrstuvwxyz012345678/12315544/{switch}", hostile, by=by)

    assert json.loads(web.seen[-1].body)["text"] == shown


def test_an_sms_service_with_room_for_more_carries_the_short_form_too(send: Send, web: Sink) -> None:
    by = AppriseChannel({"https://api.twilio.com": f"http://{web.place}"})
    web.answer(reply(201, b"{}"))

    send(f"twilio://AC{'a' * 32}:{'b' * 32}@15551234567/15557654321", by=by)

    assert b"Scope" not in web.seen[0].body
    assert b"Grade+1%3A+checkout+down" in web.seen[0].body


def test_a_server_s_429_does_not_make_a_plugin_sleep(send: Send, web: Sink) -> None:
    """Discord's plugin would sleep for as long as the answer says, and then ask again by itself."""
    by = AppriseChannel({"https://discord.com": f"http://{web.place}"})
    web.answer(reply(429, b'{"retry_after": 12.5}'))

    result = send("discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js", by=by)

    assert result.verdict is Verdict.RETRY
    assert result.retry_after is not None
    assert result.retry_after.total_seconds() == 12.5
    assert result.took_s < 4
