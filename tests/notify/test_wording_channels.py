"""Where a security matter may be told in full: not in a room, not by SMS, not by mail (notices.md)."""

import pytest

from agent.model import Endpoint, Manner, NoticeType, Party, Secret
from agent.notify import library, limits
from agent.notify.discretion import OWN_DEVICE, SMS, may_say_all
from tests.notify.notices import SECURITY, composed, content, notice, symptom

TYPES = [type_ for type_ in NoticeType if type_ not in ("closed", "digest", "trial", "blind")]
GUARDED = [
    ("room", Manner.GROUP, "wecombot://key"),
    ("room", Manner.LOUD, "slack://a/b/c"),
    ("mail", Manner.QUIET, "mailtos://a:b@mail.example"),
    ("mail", Manner.LOUD, "mailtos://a:b@mail.example"),
    ("twilio", Manner.LOUD, "twilio://sid:token@15550100/15550101"),
    ("seven", Manner.PERSONAL, "seven://key/15550101"),
    ("sms", Manner.LOUD, "jsons://gw.example/sms/13800000001"),
    ("vip-sms", Manner.LOUD, "jsons://gw.example/send"),
    ("短信网关", Manner.LOUD, "jsons://gw.example/send"),
    ("jsons", Manner.PERSONAL, "jsons://gw.example/send"),
    ("tgram", Manner.PERSONAL, "tgram://token/-100200300"),
    ("log", Manner.PERSONAL, "log://"),
]
OPEN = [
    ("call", Manner.LOUD, "jsons://gw.example/call/13800000001"),
    ("smsung-push", Manner.LOUD, "jsons://gw.example/push"),
    ("pover", Manner.PERSONAL, "pover://user@token"),
    ("push", Manner.PERSONAL, "Gotifys://gw.example/token"),
]


@pytest.mark.parametrize(("channel", "manner", "url"), GUARDED)
def test_where_others_may_read_along_only_that_there_is_one(channel: str, manner: Manner, url: str) -> None:
    assert not may_say_all(Endpoint("x/1", channel, manner, Secret(url)))


@pytest.mark.parametrize(("channel", "manner", "url"), OPEN)
def test_on_a_persons_own_device_it_is_told(channel: str, manner: Manner, url: str) -> None:
    assert may_say_all(Endpoint("x/1", channel, manner, Secret(url)))


@pytest.mark.parametrize(
    "type_", [type_ for type_ in NoticeType if type_ not in ("closed", "digest", "trial", "blind")]
)
@pytest.mark.parametrize("party", list(Party))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_guarded_notice_names_nothing_but_number_and_link(type_: NoticeType, party: Party, language: str) -> None:
    shown = symptom(party, condition="confirmed", says={"zh": "数据库被入侵", "en": "database broken into"})
    said = content(party, **SECURITY, symptoms=[shown], people=["zhang"], reason="intruder", by="zhang")
    mail = Endpoint("x/1", "mail", Manner.QUIET, Secret("mailtos://a:b@mail.example"))

    message = composed(notice(type_, party, said), language, endpoint=mail)

    assert (
        message.subject
        == {
            "zh": "【一级】安全事项，请点开查看 [INC-20261123-001 #1]",
            "en": "[GRADE 1] Security matter, please open [INC-20261123-001 #1]",
        }[language]
    )
    for word in ("收银台", "Checkout", "入侵", "broken", "张伟", "Zhang", "138", "intruder", "平台", "platform", "泄"):
        assert word not in message.text + message.short


def test_an_sms_of_a_security_matter_is_guarded_on_every_channel() -> None:
    call = Endpoint("x/1", "call", Manner.LOUD, Secret("jsons://gw.example/call"))
    said = content(Party.CUSTOMER, **SECURITY, symptoms=[symptom(Party.CUSTOMER, condition="confirmed")])

    message = composed(notice(NoticeType.OPENING, Party.CUSTOMER, said), "en", endpoint=call)

    assert "security incident" in message.text
    assert message.short == "Grade 1: security matter, please open er.example/a/7Kq2mX9cT4, 1123-001"


def test_every_service_that_sends_sms_is_known_as_one() -> None:
    """Apprise grows; a service of 160 characters that is in neither list would tell a security matter by SMS."""
    apprise = library.library()
    short = set()
    for schema in apprise.schemas():
        size = getattr(apprise.service(schema), "body_maxlen", 0)
        if schema in limits._SMS or (isinstance(size, int) and size <= 160):
            short.add(schema)

    assert short <= SMS
    assert set(OWN_DEVICE) <= set(apprise.schemas())
    assert not OWN_DEVICE & SMS
