"""The link of a channel test (OB-104): GET shows what it is; only POST says that it arrived, and by which channel."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from agent.engine.rostered import AnswerTest
from agent.errors import IllegalStep
from agent.model import Link
from agent.rules import channel_tests
from agent.rules.wording import at_clock, plain
from agent.web.office import Office
from agent.web.pages import paper, reader
from agent.web.request import Request
from agent.web.wire import Answer, answer_of

FORM = 4 * 1024  # bytes

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "tag": "channel test",
        "title": "Does this reach you?",
        "about": "Nothing has happened. It is tested every month that a message would reach you by this channel.",
        "channel": "Channel",
        "test": "Test",
        "who": "Who are you?",
        "choose": "Choose your name",
        "pick": "Please choose your name first.",
        "yes": "Yes, it reached me",
        "done": "Thank you, it is on record",
        "others": "Your other channels have a link each: please open those as well.",
        "over": "This test is over",
        "nothing": "There is nothing left for you to do here.",
        "legal": "Your answer goes on record with your name and the time. It confirms no incident and no notice.",
    },
    "zh": {
        "tag": "渠道测试",
        "title": "您能收到本消息吗？",
        "about": "并无异常发生。每月测试一次，以确认通过此渠道可以联系到您。",
        "channel": "渠道",
        "test": "测试编号",
        "who": "您是哪位？",
        "choose": "请选择您的姓名",
        "pick": "请先选择您的姓名。",
        "yes": "能收到",
        "done": "已登记，谢谢",
        "others": "您的其他渠道各有一个链接，请一并打开确认。",
        "over": "本次测试已结束",
        "nothing": "此处无需您再操作。",
        "legal": "您的答复将与姓名、时间一并登记；不视为对任何事件或通知的确认。",
    },
}


@dataclass(frozen=True, slots=True)
class TestedView:
    """What the page shows."""

    language: str
    words: Mapping[str, str]
    system: str
    channel: str
    test: str
    choices: tuple[reader.Person, ...]  # who may have read it in a room
    answered: str  # by whom and when; "" while nobody has
    is_over: bool
    fault: str


async def answer(request: Request, link: Link) -> Answer:
    """The page; after an answer as it stands then."""
    fault, contact = "", link.contact
    if request.method == "POST":
        contact = reader.chosen(request.office.settings(), link, await reader.form(request, FORM))
        fault = "" if contact else "pick"
        if contact:
            act = AnswerTest(
                contact, link.incident, channel_tests.endpoint_of(link.about), means="link", party=link.party
            )
            with suppress(IllegalStep):  # it is over: the page says so
                await answer_of(request.office.submit(act))
    return await asyncio.to_thread(_page, request.office, link, contact, 422 if fault else 200, fault)


def _page(office: Office, link: Link, who: str, status: int, fault: str) -> Answer:
    settings = office.settings()
    contact = settings.contacts.get(who)
    spoken = contact.language if contact else settings.parties[link.party].language
    language = spoken if spoken in WORDS else "en"
    now = office.clock.now()
    people = settings.contacts_of(link.party)
    view = TestedView(
        language=language,
        words=WORDS[language],
        system=settings.agreement.system,
        channel=_channel(office, link),
        test=link.incident,
        choices=() if link.contact else reader.choices(people),
        answered=_answered(office, link, who, now, language),
        is_over=now - link.made_at > channel_tests.OPEN,
        fault=fault,
    )
    return paper.html(status, "tested.html", language=language, view=view)


def _channel(office: Office, link: Link) -> str:
    """What the channel is called; its address stands nowhere."""
    endpoint = office.settings().endpoints.get(channel_tests.endpoint_of(link.about))
    return endpoint.channel if endpoint else ""


def _answered(office: Office, link: Link, who: str, now: datetime, language: str) -> str:
    """By whom and when it was answered by this channel; of a room's link only what the reader answered."""
    settings, endpoint = office.settings(), channel_tests.endpoint_of(link.about)
    given = channel_tests.answers(office.store.facts_of_agent(channel_tests.ANSWERED, 500), link.party)
    for each in given:
        if (each.test, each.endpoint, each.contact) == (link.incident, endpoint, who):
            name = settings.contacts[who].name if who in settings.contacts else who
            comma = "，" if language == "zh" else ", "
            return f"{plain(name, 60)}{comma}{at_clock(each.at, settings.agreement.zone, now, language)}"
    return ""
