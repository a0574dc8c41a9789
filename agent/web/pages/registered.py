"""The link of a line of the registers: GET shows what is asked about it; only POST accepts, declines or verifies it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from agent.engine.registered import Advance
from agent.errors import IllegalStep, Refused
from agent.model import Item, ItemKind, Link
from agent.rules import links, register, wording
from agent.rules.register import Act
from agent.web.office import Office
from agent.web.pages import paper, reader
from agent.web.request import Request
from agent.web.wire import Answer, answer_of

LONGEST = 2000

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "tag": "register",
        "improvement": "An improvement",
        "decision": "What an incident is to be improved by",
        "vulnerability": "The risk of a vulnerability",
        "item": "Number",
        "incident": "Incident",
        "owner": "To be carried out by",
        "due": "By",
        "done": "What was done",
        "names": "Improvements",
        "none": "No improvement is needed",
        "accept": "Accept it",
        "withdraw": "Decline it",
        "verify": "It is carried out",
        "reopen": "It is not",
        "why": "In your words",
        "because": "Why",
        "who": "Who are you?",
        "choose": "Choose your name",
        "pick": "Please choose your name first.",
        "say": "Please say why.",
        "may_not": "You may not answer this: it takes a principal or coordinator, or who is to carry it out; what was "
        "done is verified by somebody else.",
        "nothing": "There is nothing left for you to do here.",
        "legal": "Your answer goes on record with your name and the time.",
    },
    "zh": {
        "tag": "台账",
        "improvement": "改进措施",
        "decision": "改进决定",
        "vulnerability": "漏洞风险",
        "item": "编号",
        "incident": "事件编号",
        "owner": "落实人",
        "due": "期限",
        "done": "落实情况",
        "names": "改进措施",
        "none": "无需改进",
        "accept": "同意",
        "withdraw": "不同意",
        "verify": "已落实",
        "reopen": "未落实",
        "why": "说明",
        "because": "理由",
        "who": "您是哪位？",
        "choose": "请选择您的姓名",
        "pick": "请先选择您的姓名。",
        "say": "请填写理由。",
        "may_not": "您无权答复：须由负责人、指定人员或落实人答复；落实情况须由他人验证。",
        "nothing": "此处无需您再操作。",
        "legal": "您的答复将与姓名、时间一并登记。",
    },
}

STATES: Mapping[str, Mapping[str, str]] = {
    "en": {},
    "zh": {
        "proposed": "待同意",
        "open": "进行中",
        "done": "待验证",
        "verified": "已验证",
        "fixed": "已修复",
        "accepted": "双方已同意",
        "withdrawn": "已撤回",
    },
}


@dataclass(frozen=True, slots=True)
class ItemView:
    """What the page shows."""

    language: str
    words: Mapping[str, str]
    system: str
    title: str
    item: str
    text: str
    state: str
    rows: tuple[tuple[str, str], ...]
    asks: tuple[str, ...]
    needs_words: tuple[str, ...]  # those of them that need a reason
    choices: tuple[reader.Person, ...]  # who may have read it in a room
    is_trial: bool
    fault: str = ""


async def answer(request: Request, link: Link) -> Answer | None:
    """The page; after an answer as it stands then. None: there is no such line."""
    fault = await _act(request, link) if request.method == "POST" and not link.is_trial else ""
    return await asyncio.to_thread(_page, request.office, link, 422 if fault else 200, fault)


async def _act(request: Request, link: Link) -> str:
    """What the reader left out or may not do, "" for nothing."""
    office = request.office
    item = await asyncio.to_thread(office.store.item, links.item_of(link.about))
    form = await reader.form(request)
    asks = [str(each) for each in register.asked_of(item, link.party)] if item else []
    if item is None or form.get("answer") not in asks:
        return ""  # it is over: the page says so
    act, text = Act(form["answer"]), wording.plain(form.get("text", ""), LONGEST)
    contact = reader.chosen(office.settings(), link, form)
    if not contact:
        return "pick"
    if not text and act in _needing_words(item):
        return "say"
    work = Advance(item.id, act, contact, text, means="link", party=link.party)
    try:
        with suppress(IllegalStep):  # somebody answered meanwhile: the page says so
            await answer_of(office.submit(work))
    except Refused:
        return "may_not"
    return ""


def _needing_words(item: Item) -> frozenset[Act]:
    is_risk = item.kind is ItemKind.VULNERABILITY
    return frozenset({Act.WITHDRAW, Act.REOPEN, *([Act.ACCEPT] if is_risk else [])})


def _page(office: Office, link: Link, status: int, fault: str) -> Answer | None:
    item = office.store.item(links.item_of(link.about))
    if item is None:
        return None
    settings = office.settings()
    contact = settings.contacts.get(link.contact)
    spoken = contact.language if contact else settings.parties[link.party].language
    language = spoken if spoken in WORDS else "en"
    words = WORDS[language]
    asks = () if link.is_trial else register.asked_of(item, link.party)
    people = () if link.contact or link.is_trial else settings.contacts_of(link.party)
    view = ItemView(
        language=language,
        words=words,
        system=settings.agreement.system,
        title=words.get(item.kind.value, item.kind.value),
        item=item.id,
        text=wording.plain(item.text, LONGEST),
        state=STATES[language].get(item.state.value, item.state.value),
        rows=tuple((words[name], text) for name, text in _rows(office, item, language) if text),
        asks=tuple(str(each) for each in asks),
        needs_words=tuple(str(each) for each in _needing_words(item)),
        choices=reader.choices(people),
        is_trial=link.is_trial,
        fault=fault,
    )
    return paper.html(status, "register.html", language=language, view=view)


def _rows(office: Office, item: Item, language: str) -> tuple[tuple[str, str], ...]:
    settings = office.settings()
    owner = settings.contacts.get(item.owner)
    zone = settings.agreement.zone
    named = ", ".join(item.items) or (WORDS[language]["none"] if item.kind is ItemKind.DECISION else "")
    return (
        ("item", item.id),
        ("incident", item.incident),
        ("owner", (owner.name or owner.id) if owner else item.owner),
        ("due", wording.on_date(item.due_at, zone, language) if item.due_at else ""),
        ("names", named),
        ("done", wording.plain(item.outcome, LONGEST)),
    )
