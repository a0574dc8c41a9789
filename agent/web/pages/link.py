"""GET /a/{token} shows what a notice is about; only POST acknowledges: link scanners open every link they see."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from agent.engine.works import Acknowledge
from agent.errors import IllegalStep, Refused, StoreUnavailable, TocsinError, TooBusy
from agent.model import STATEMENTS, Incident, Link
from agent.rules import channel_tests, links, wording
from agent.rules.reporting import CLAUSE_ACKNOWLEDGED
from agent.web.access import client_address
from agent.web.office import Office
from agent.web.pages import asked, joint, paper, reader, registered, stated, tested
from agent.web.pages.asked_view import asked_view
from agent.web.pages.view import view
from agent.web.request import Request
from agent.web.wire import RETRY_AFTER, Answer, TooLarge, answer_of

LATEST_MIN = 24 * 60
"""The next update comes within a day."""

_UNKNOWN = (
    "This link is not known here / 此链接无效",
    "Please open the link of the latest notice, or phone your contact.",
    "请打开最新一条通知中的链接，或直接致电联系人。",
)
_NOT_NOW = (
    "Not on record yet / 尚未登记",
    "Please try again in a moment. If it is urgent, phone.",
    "请稍后重试；如情况紧急，请直接致电。",
)
_NOT_YOURS = (
    "This cannot be acknowledged here / 无法在此确认",
    "The agreement no longer names this contact. Please open the link of the latest notice.",
    "协议中已无此联系人，请打开最新一条通知中的链接。",
)


async def answer(request: Request) -> Answer:
    """The page of a notice's link."""
    office = request.office
    try:
        found = await asyncio.to_thread(_look_up, office, request.rest)
        if found is None:
            return await _of_agreement(request) or paper.plain(404, _UNKNOWN)
        link, incident = found
        if link.about == STATEMENTS:
            return await stated.answer(request, link, incident)
        if request.method != "POST" or link.is_trial:
            return await asyncio.to_thread(_page, office, link, incident, 200)
        form = await reader.form(request)
        contact = reader.chosen(office.settings(), link, form)
        if asked.is_answer(form):
            fault = await asked.put(request, link, contact, form)
            fresh = await asyncio.to_thread(_look_up, office, request.rest)
            at_fault = form.get("request") or form.get("waiver") or "recovery"
            now = fresh[1] if fresh else incident
            return await asyncio.to_thread(_page, office, link, now, 422 if fault else 200, fault, at_fault)
        if not contact:
            return await asyncio.to_thread(_page, office, link, incident, 422)
        try:
            await _acknowledge(request, link, contact, form)
        except Refused as refused:
            if refused.clause != CLAUSE_ACKNOWLEDGED:
                raise
            return await asyncio.to_thread(_page, office, link, incident, 422)
        fresh = await asyncio.to_thread(_look_up, office, request.rest)
        return await asyncio.to_thread(_page, office, link, fresh[1] if fresh else incident, 200)
    except (StoreUnavailable, TooBusy, TimeoutError):
        return paper.plain(503, _NOT_NOW, RETRY_AFTER)
    except TooLarge:
        return paper.plain(413, _NOT_YOURS)
    except TocsinError:
        return paper.plain(409, _NOT_YOURS)


async def _of_agreement(request: Request) -> Answer | None:
    """The page of a link that is about the agreement and no incident: a proposal (fact 14), a channel test (2.1), a
    statement of a register or of the agreement (fact 15).
    """
    if not _is_token(request.rest):
        return None
    link = await asyncio.to_thread(request.office.store.link, request.rest)
    if link is not None and channel_tests.endpoint_of(link.about):
        return await tested.answer(request, link)
    if link is not None and links.item_of(link.about):
        return await registered.answer(request, link)
    if link is not None and link.about == STATEMENTS:
        return await stated.answer(request, link, None)
    return await joint.answer(request, link) if link is not None and joint.number_of(link) else None


def _is_token(text: str) -> bool:
    return 0 < len(text) <= 64 and text.isascii() and text.isalnum()


def _look_up(office: Office, token: str) -> tuple[Link, Incident] | None:
    if not _is_token(token):
        return None
    link = office.store.link(token)
    incident = office.store.incident(link.incident) if link else None
    return (link, incident) if link and incident else None


async def _acknowledge(request: Request, link: Link, contact: str, form: dict[str, str]) -> None:
    office = request.office
    address = client_address(request.asked, office.settings().server.trusted_proxies)
    minutes, seen = form.get("next_in", ""), form.get("seen", "")
    is_said = minutes.isascii() and minutes.isdigit() and 0 < int(minutes[:5]) <= LATEST_MIN
    act = Acknowledge(
        link.incident,
        contact,
        "link",
        address=address,
        party=link.party,
        up_to=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 8 else None,
        progress=wording.plain(form.get("progress", ""), 1000),
        next_update_at=office.clock.now() + timedelta(minutes=int(minutes)) if is_said else None,
    )
    try:
        await answer_of(office.submit(act))
    except IllegalStep:
        return  # it has ended meanwhile: the page says so


def _page(office: Office, link: Link, incident: Incident, status: int, fault: str = "", at_fault: str = "") -> Answer:
    shown = view(link, incident, office.store, office.settings(), office.clock.now())
    shown = replace(shown, has_fault=status != 200 and not fault)
    waiting = asked_view(link, incident, shown.language, office.store, office.settings())
    waiting = replace(waiting, fault=fault, at_fault=at_fault)
    return paper.html(status, "link.html", language=shown.language, view=shown, asked=waiting)
