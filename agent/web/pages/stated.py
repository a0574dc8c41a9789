"""The link of a statement (fact 15): GET shows what was recorded on behalf; only POST confirms or corrects it."""

import asyncio
from contextlib import suppress
from dataclasses import replace

from agent.engine.stated import Confirm, Correct, Record
from agent.engine.works import Work
from agent.errors import IllegalStep, Refused
from agent.model import EntryKind, Incident, Link
from agent.rules import wording
from agent.rules.joint import CLAUSE
from agent.web.pages import paper, reader
from agent.web.pages.stated_view import view
from agent.web.request import Request
from agent.web.wire import Answer, answer_of

LONGEST = 4000


async def answer(request: Request, link: Link, incident: Incident | None) -> Answer:
    """The page; after an answer as it stands then. No incident: the link is of a matter."""
    if request.method != "POST" or link.is_trial:
        return await asyncio.to_thread(_page, request, link, incident)
    form = await reader.form(request)
    contact = reader.chosen(request.office.settings(), link, form)
    text = wording.plain(form.get("text", ""), LONGEST)
    is_correction = form.get("answer") == "correct"
    fault = "" if contact else "pick"
    fault = fault or ("say" if is_correction and not text else "")
    if fault:
        return await asyncio.to_thread(_page, request, link, incident, 422, fault, form.get("statement", ""))
    act = _act(link, incident, form.get("statement", ""), contact, text if is_correction else "")
    try:
        with suppress(IllegalStep):  # it has been answered meanwhile, or its day is over: the page says so
            await answer_of(request.office.submit(act))
    except Refused as refused:
        if refused.clause != CLAUSE:
            raise
        return await asyncio.to_thread(_page, request, link, incident, 422, "may_not", form.get("statement", ""))
    return await asyncio.to_thread(_page, request, link, incident)


def _act(link: Link, incident: Incident | None, statement: str, contact: str, correction: str) -> Work:
    """What the reader does: confirms, or says what was so instead."""
    if not correction:
        return Confirm(link.incident, statement, contact, "link", party=link.party)
    if incident is None:
        return Correct(link.incident, statement, contact, correction, "link", party=link.party)
    said = {"text": correction}
    return Record(link.incident, EntryKind.DISPUTE, contact, "", said, statement, "link", party=link.party)


def _page(
    request: Request, link: Link, incident: Incident | None, status: int = 200, fault: str = "", at_fault: str = ""
) -> Answer:
    office = request.office
    shown = view(link, incident, office.store, office.settings(), office.clock.now())
    shown = replace(shown, fault=fault, at_fault=at_fault)
    return paper.html(status, "stated.html", language=shown.language, view=shown)
