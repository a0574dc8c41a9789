"""The link of a proposed agreement (fact 14): GET shows what would change; only POST accepts or rejects it."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from agent.engine.joint import AcceptPart, RejectPart
from agent.errors import IllegalStep, Refused
from agent.model import AgreementPart, Link, PartState
from agent.notify.joint import changed
from agent.rules import joint, wording
from agent.web.office import Office
from agent.web.pages import paper, reader
from agent.web.request import Request
from agent.web.wire import Answer, answer_of

LONGEST = 2000

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "tag": "agreement",
        "title": "Version {version} waits for you",
        "over": "Version {version} waits no more",
        "about": "Until both principals have accepted it, version {before} stays in force.",
        "changes": "What it changes",
        "new": "new: {now}",
        "gone": "gone, was: {was}",
        "moved": "{was} → {now}",
        "accept": "Accept for the {party}",
        "reject": "Reject it",
        "because": "Why",
        "send": "Send the rejection",
        "say": "Please say why.",
        "accepted": "Accepted for the {party}",
        "rejected": "Rejected by {who}: {reason}",
        "in_force": "It is in force.",
        "waits": "It waits for the other party's principal.",
        "gone_over": "It was withdrawn, or changed again.",
        "signed": "Accepted so far",
        "nobody": "nobody",
        "hash": "Hash",
        "provider": "provider",
        "customer": "customer",
        "legal": "Your answer goes on record with your name and the time.",
    },
    "zh": {
        "tag": "协议变更",
        "title": "第{version}版待您确认",
        "over": "第{version}版无须再确认",
        "about": "双方负责人确认之前，仍执行第{before}版。",
        "changes": "变更内容",
        "new": "新增：{now}",
        "gone": "删除，原为：{was}",
        "moved": "{was} → {now}",
        "accept": "代表{party}确认",
        "reject": "否决",
        "because": "理由",
        "send": "提交否决",
        "say": "请填写理由。",
        "accepted": "已代表{party}确认",
        "rejected": "{who}已否决：{reason}",
        "in_force": "已生效。",
        "waits": "待对方负责人确认。",
        "gone_over": "已撤回或再次修改。",
        "signed": "已确认",
        "nobody": "无",
        "hash": "哈希",
        "provider": "服务方",
        "customer": "客户方",
        "legal": "您的答复将与姓名、时间一并登记。",
    },
}


@dataclass(frozen=True, slots=True)
class JointView:
    """What the page shows."""

    language: str
    words: Mapping[str, str]
    title: str
    about: str
    system: str
    hash: str
    changes: tuple[tuple[str, str], ...]  # where, what
    signed: str
    may_answer: bool
    outcome: str  # what became of it; "" while it waits for this party
    is_good: bool
    party: str
    fault: str = ""


def number_of(link: Link) -> int:
    """The agreement part that a link is about, 0 where it is about something else."""
    kind, _, number = link.about.partition(":")
    return int(number) if kind == "terms" and number.isdigit() else 0


async def answer(request: Request, link: Link) -> Answer | None:
    """The page; after an answer as it stands then. None: what it was about is not on file."""
    fault = ""
    if request.method == "POST":
        fault = await _act(request, link)
    return await asyncio.to_thread(_page, request.office, link, 422 if fault else 200, fault)


async def _act(request: Request, link: Link) -> str:
    """What the reader left out, "" for nothing."""
    office = request.office
    part = await asyncio.to_thread(_waiting, office, link)
    if part is None:
        return ""  # it is over: the page says so
    form = await reader.form(request)
    reason = wording.plain(form.get("reason", ""), LONGEST)
    is_rejection = form.get("answer") == "reject"
    if is_rejection and not reason:
        return "say"
    act: AcceptPart | RejectPart = AcceptPart(link.contact, part.hash, "link", party=link.party)
    if is_rejection:
        act = RejectPart(link.contact, reason, part.hash, "link", party=link.party)
    with suppress(IllegalStep, Refused):  # it was answered or changed meanwhile: the page says so
        await answer_of(office.submit(act))
    return ""


def _waiting(office: Office, link: Link) -> AgreementPart | None:
    proposed = joint.standing(office.store.standing_parts()).proposed
    return proposed if proposed is not None and proposed.number == number_of(link) else None


def _page(office: Office, link: Link, status: int, fault: str) -> Answer | None:
    stands = joint.standing(office.store.standing_parts())
    part = office.store.agreement_part_of(number_of(link))
    if part is None:
        return None
    settings = office.settings()
    contact = settings.contacts.get(link.contact)
    language = contact.language if contact and contact.language in WORDS else "en"
    words = WORDS[language]
    is_waiting = part.state is PartState.PROPOSED
    found = joint.differences(stands.in_force.text, part.text) if stands.in_force and is_waiting else ()
    before = stands.in_force.version if stands.in_force else 0
    names = [settings.contacts[id_].name for id_ in (part.provider, part.customer) if id_ in settings.contacts]
    outcome, is_good = _outcome(part, link, words)
    view = JointView(
        language=language,
        words=words,
        title=words["title" if is_waiting else "over"].format(version=part.version),
        about=words["about"].format(before=before) if is_waiting else "",
        system=settings.agreement.system,
        hash=part.hash[:8],
        changes=tuple((changed(each.key, language, words["customer"]), _change(each, words)) for each in found),
        signed=", ".join(names) or words["nobody"],
        may_answer=is_waiting and link.party in part.waits_for,
        outcome=outcome,
        is_good=is_good,
        party=words[link.party.value],
        fault=fault,
    )
    return paper.html(status, "joint.html", language=language, view=view)


def _change(each: joint.Difference, words: Mapping[str, str]) -> str:
    name = "new" if not each.was else "gone" if not each.now else "moved"
    return words[name].format(was=wording.plain(each.was, 400), now=wording.plain(each.now, 400))


def _outcome(part: AgreementPart, link: Link, words: Mapping[str, str]) -> tuple[str, bool]:
    if part.state is PartState.REJECTED:
        return words["rejected"].format(who=part.ended_by, reason=part.reason), False
    if part.state in (PartState.IN_FORCE, PartState.PAST):
        return words["in_force"], True
    if part.state is not PartState.PROPOSED:
        return words["gone_over"], False
    if link.party not in part.waits_for:
        return words["accepted"].format(party=words[link.party.value]) + " " + words["waits"], True
    return "", False
