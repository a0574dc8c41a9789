"""The link of a statement (fact 15): GET shows what was recorded on behalf; only POST confirms or corrects it."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs

from agent.engine.stated import Confirm, Record
from agent.errors import IllegalStep
from agent.model import EntryKind, Incident, Link
from agent.rules import wording
from agent.web.pages import paper
from agent.web.pages.stated_view import view
from agent.web.request import Request
from agent.web.wire import Answer, answer_of

FORM = 40 * 1024  # bytes: a correction in any script
LONGEST = 4000


async def answer(request: Request, link: Link, incident: Incident) -> Answer:
    """The page; after an answer as it stands then."""
    if request.method != "POST" or link.is_trial:
        return await asyncio.to_thread(_page, request, link, incident)
    form = await _form(request)
    contact = link.contact or _chosen(request, link, form.get("contact", ""))
    text = wording.plain(form.get("text", ""), LONGEST)
    is_correction = form.get("answer") == "correct"
    fault = "" if contact else "pick"
    fault = fault or ("say" if is_correction and not text else "")
    if fault:
        return await asyncio.to_thread(_page, request, link, incident, 422, fault, form.get("statement", ""))
    act: Confirm | Record = Confirm(link.incident, form.get("statement", ""), contact, "link", party=link.party)
    if is_correction:
        said, about = {"text": text}, form.get("statement", "")
        act = Record(link.incident, EntryKind.DISPUTE, contact, "", said, about, "link", party=link.party)
    with suppress(IllegalStep):  # it has been answered meanwhile, or its day is over: the page says so
        await answer_of(request.office.submit(act))
    return await asyncio.to_thread(_page, request, link, incident)


def _page(
    request: Request, link: Link, incident: Incident, status: int = 200, fault: str = "", at_fault: str = ""
) -> Answer:
    office = request.office
    shown = view(link, incident, office.store, office.settings(), office.clock.now())
    shown = replace(shown, fault=fault, at_fault=at_fault)
    return paper.html(status, "stated.html", language=shown.language, view=shown)


async def _form(request: Request) -> dict[str, str]:
    found = parse_qs((await request.body(FORM)).decode("latin-1"), max_num_fields=8)
    return {name: values[0].strip() for name, values in found.items()}


def _chosen(request: Request, link: Link, id_: str) -> str:
    """Who says to be answering, of a group's link; "" where no contact of that party was chosen."""
    contact = request.office.settings().contacts.get(id_)
    return id_ if contact and contact.party is link.party else ""
