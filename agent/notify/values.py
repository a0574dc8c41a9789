"""What a template may say: every name it gets, ready to be shown. The customer's copy gets nothing technical."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from agent.model import SYSTEM, Contact, Kind, Notice, NoticeType, Party, Role
from agent.notify import (
    digested,
    gaps,
    health,
    items,
    joint,
    owed,
    progressed,
    proposed,
    recovered,
    recurring,
    registered,
    reminded,
    reported,
    requested,
    standing,
    stated,
    talked,
    waived,
    windows,
)
from agent.notify.case import Case, Copy
from agent.rules import escalation, headlines, rota, routing, wording
from agent.rules.headlines import About
from agent.rules.wording import CLAUSES, clipped, listed


def values(notice: Notice, case: Case, language: str) -> dict[str, Any]:
    """One value for every name of `names.NAMES`."""
    copy = Copy(notice, case, language)
    content = notice.content
    told = about(copy)
    number = copy.short(notice.incident)
    is_regrade = "to_grade" in content
    return {
        "headline": headlines.first_line(told, language),
        "what": headlines.what(told, language, headlines.WIDEST[language], wording.width),
        "marks": told.marks,
        "type": notice.type.value,
        "kind": str(content.get("kind", Kind.FAULT)),
        "party": notice.party.value,
        "number": number,
        "short_number": number[len("INC-2026") :],
        "seq": notice.seq,
        "system": copy.system,
        "date": copy.date,
        "grade": notice.grade,
        "grade_word": headlines.grade_mark(notice.grade, False, language),
        "grade_mark": headlines.grade_mark(notice.grade, told.is_provisional, language),
        "is_provisional": told.is_provisional,
        "is_room": copy.is_room,
        "name": told.name,
        "names": listed(copy.functions(content.get("functions", ())), language),
        "since": told.since,
        "symptom": clipped(items.symptom(copy), 330),
        "scope": clipped(items.scope(copy), 330),
        "done": clipped(items.done(copy), 240),
        "seen": items.seen(copy) if copy.is_provider else [],
        "rules": copy.short(copy.say("list").join(content.get("rules", ())), 120) if copy.is_provider else "",
        "plan": _plan(copy) if copy.is_provider else "",
        "link": case.link,
        "short_link": case.link.split("://", 1)[-1],
        "asks": notice.asks,
        "answer_by": _ahead(copy, notice.answer_by) if notice.grade < 3 else "",
        "call_next_by": _call_next_by(copy) if copy.is_provider else "",
        "whom": _whom(copy),
        "other": copy.party(notice.party.other),
        "own": copy.party(notice.party),
        "change": _change(copy) if is_regrade else "",
        "because": _because(copy) if is_regrade else "",
        "reason": _reason(copy),
        "added": listed(copy.functions(content["added"]), language) if content.get("added") else "",
        "recovered_at": told.recovered,
        "verified_at": told.verified,
        "lasted": wording.lasting(int(content.get("lasted_s", 0)), language),
        "checked_by": copy.name(str(content.get("by", ""))) if notice.type is NoticeType.RECOVERY else "",
        "checks": _checked(copy, "probes") if copy.is_provider else "",
        "without": _checked(copy, "without") if copy.is_provider else "",
        "is_partly_seen": bool(content.get("checks", {}).get("without")),
        "by": _by(copy),
        "moved_to": copy.short(copy.say("list").join(content.get("moved_to", ())), 120) if copy.is_provider else "",
        "asked": content.get("asked", 0),
        "people": people(copy),
        "blind": _blind(copy),
        "window": copy.short(content.get("window", ""), 40),
        **windows.values(copy),
        **reported.values(copy),
        **proposed.values(copy),
        **recurring.values(copy),
        **progressed.values(copy),
        **stated.values(copy),
        **requested.values(copy),
        **recovered.values(copy),
        **standing.values(copy),
        **owed.values(copy),
        **reminded.values(copy),
        **health.values(copy),
        **gaps.values(copy),
        **talked.values(copy),
        **waived.values(copy),
        **joint.values(copy),
        "entries": [],
        "legal": _legal(copy),
        "clause": CLAUSES[notice.grade],
        "proof": copy.short(notice.proof, 16),
    }


def about(copy: Copy, *, in_ascii: bool = False) -> About:
    """What the first line is about: the function hit worst, and how many more. `in_ascii`: by `function_ascii`."""
    notice, content = copy.notice, copy.notice.content
    called = copy.function_ascii if in_ascii else copy.function
    started_at = content.get("started_at", notice.at)
    worst, condition = _worst(content)
    name, more = called(worst), max(len(copy.functions(content.get("functions", ()))) - 1, 0)
    if copy.is_provider:
        name, more = gaps.subject(copy) or (name, more)
    if notice.type in reported.TYPES and reported.name(copy):
        name, more = reported.name(copy), 0
    if own := stated.name(copy) or reminded.name(copy) or health.name(copy) or registered.name(copy):
        name, more = own, 0
    is_maintenance = notice.type is NoticeType.MAINTENANCE
    if is_maintenance and copy.is_provider and content.get("probes") and not content.get("functions"):
        name, more = copy.short(content["probes"][0], 60), len(content["probes"]) - 1
    return About(
        type=notice.type,
        grade=notice.grade,
        name=name,
        since=copy.clock(started_at),
        since_day=copy.day(started_at),
        more=more,
        condition=condition,
        share=content.get("scope", {}).get("share"),
        is_provisional=bool(content.get("provisional")),
        is_clear="symptoms" in content and not content["symptoms"],
        from_grade=content.get("from_grade"),
        recovered=copy.clock(content.get("recovered_at")),
        verified=copy.clock(content.get("verified_at")),
        marks=_marks(copy),
        is_provider=copy.is_provider,
        tag=windows.tag(content, copy.language) if is_maintenance else _tag(copy),
        tails=windows.tails(copy, more) if is_maintenance else _tails(copy),
    )


def _tag(copy: Copy) -> str:
    """What the first line calls a notice that has no grade of its own to show; "" the others."""
    return next((tag for part in _CALLED if (tag := part.tag(copy))), "") or talked.tag(copy)


def _tails(copy: Copy) -> tuple[str, ...]:
    return next((tails for part in _CALLED if (tails := part.tails(copy))), ())


_CALLED = (reported, proposed, digested, progressed, stated, joint, reminded, health, standing)


def _worst(content: Mapping[str, Any]) -> tuple[str, str]:
    """Function and state of what is hit worst; symptoms come worst first."""
    for symptom in content.get("symptoms", ()):
        if symptom.get("function"):
            return symptom["function"], str(symptom.get("condition", ""))
    return next(iter(content.get("functions", ())), SYSTEM), str(content.get("state", ""))


def _marks(copy: Copy) -> str:
    incident = copy.case.incident
    drill = headlines.DRILL[copy.language] if incident is not None and incident.is_drill else ""
    return drill + (headlines.TRIAL[copy.language] if copy.notice.is_trial else "")


# ------------------------------------------------------------------------------------------------ provider only


def _plan(copy: Copy) -> str:
    """The response plan as it was pinned (3.1 行动方案): its link, else its steps."""
    plan = copy.case.incident.plan if copy.case.incident is not None else None
    if plan is None:
        return ""
    steps = copy.say("and").join(f"{number} {copy.short(words, 60)}" for number, words in enumerate(plan.steps, 1))
    return copy.short(plan.link, 200) if plan.link else clipped(steps, 200)


def _checked(copy: Copy, which: str) -> str:
    probes = copy.notice.content.get("checks", {}).get(which, ())
    return listed((copy.short(probe, 60) for probe in probes), copy.language)


def _call_next_by(copy: Copy) -> str:
    """When the party's ladder first calls somebody who is not told by this notice; "" where it is past or never."""
    notice, settings = copy.notice, copy.case.settings
    if "call_next_at" in notice.content:  # as the desk knows it
        at = notice.content["call_next_at"]
        return _ahead(copy, datetime.fromisoformat(at)) if at else ""
    limit_s = notice.content.get("limit_s")  # of a report that waits: its own, at any grade
    if notice.answer_by is None or (notice.grade == 3 and not limit_s):
        return ""
    limit = timedelta(seconds=limit_s) if limit_s else settings.agreement.launch_limit[notice.grade]
    answer_by = datetime.fromisoformat(notice.content["waiting_until"]) if limit_s else notice.answer_by
    steps = routing.told(
        notice.party,
        min(notice.grade, 2) if limit_s else notice.grade,
        Kind(notice.content.get("kind", Kind.FAULT)),
        notice.content.get("functions", ()),
        notice.at,
        settings.routes,
        settings.contacts,
        settings.agreement.calendar,
        endpoints=settings.endpoints,
    ).escalate
    told = tuple(recipient.contact for recipient in notice.recipients)
    on_call = rota.on_call(settings.rotas.get(notice.party), notice.at)
    ladder = escalation.begin(notice.incident, notice.party, answer_by - limit, limit, steps)
    for rung in escalation.rungs(steps, limit):
        at = ladder.started_at + rung.after
        called = escalation.call(ladder, at, steps, told, settings.contacts, on_call, settings.endpoints)
        if any(recipient.contact not in told for recipient in called.recipients):
            return _ahead(copy, at)
        ladder = called.ladder
    return ""


def _by(copy: Copy) -> str:
    """Whose words or act it was; with whoever wrote them down for them."""
    by, recorded_by = (str(copy.notice.content.get(name, "")) for name in ("by", "recorded_by"))
    name = copy.name(by)
    if not (recorded_by and name):
        return name
    return copy.say("written down", name=name, recorder=stated.recorder(copy, recorded_by))


def _ahead(copy: Copy, at: datetime | None) -> str:
    """A time by which something is asked; "" where it is past already: the notice had to wait."""
    return copy.clock(at) if at is not None and at > copy.case.now else ""


# ------------------------------------------------------------------------------------------------------- people


def _whom(copy: Copy) -> str:
    """Whom of the other party to call: the principal in grade 1 (3.3(a)), who is on it or coordinates in grade 2."""
    notice, other = copy.notice, copy.notice.party.other
    if notice.grade == 3 or notice.type not in _WITH_NUMBERS:
        return ""
    contact, phrase = _counterpart(copy)
    if contact is None:
        return ""
    party, name = copy.party(other), copy.short(contact.name or contact.id)
    said = copy.say(phrase, party=party, name=name, person=copy.person(contact))
    if phrase == "to principal" and contact.phone:
        return said + copy.say("number", phone=copy.short(contact.phone, 40))
    return said


_WITH_NUMBERS = frozenset({NoticeType.OPENING, NoticeType.CHANGE, NoticeType.RELAPSE, NoticeType.ESCALATION})


def _counterpart(copy: Copy) -> tuple[Contact | None, str]:
    notice, settings = copy.notice, copy.case.settings
    people = settings.contacts_of(notice.party.other)
    principal = next((contact for contact in people if Role.PRINCIPAL in contact.roles), None)
    if notice.grade == 1:
        speaks = Role.PRINCIPAL in copy.case.contact.roles and not copy.is_room
        return principal, "to principal" if speaks else "principal"
    named = notice.content.get("coordinators") or {}
    if (chosen := settings.contacts.get(str(named.get(notice.party.other, "")))) is not None:
        return chosen, "coordinator"
    answered = {step["party"]: step["by"] for step in notice.content.get("done", ()) if step["what"] == "acknowledged"}
    who = settings.contacts.get(answered.get(notice.party.other, ""))
    if who is not None:
        return who, "contact"
    coordinator = next((contact for contact in people if Role.COORDINATOR in contact.roles), None)
    return (coordinator, "coordinator") if coordinator else (principal, "principal")


def people(copy: Copy, *, in_ascii: bool = False) -> list[str]:
    """Whom to phone, name and number; `in_ascii`: the number alone where the name is in another script."""
    known = copy.case.settings.contacts
    found = [known[id_] for id_ in copy.notice.content.get("people", ()) if id_ in known][:5]
    return [copy.short(each.phone, 40) if in_ascii and not each.name.isascii() else copy.person(each) for each in found]


# ------------------------------------------------------------------------------------------------ what was done


def _change(copy: Copy) -> str:
    content = copy.notice.content
    words = [headlines.grade_mark(content[key], False, copy.language) for key in ("from_grade", "to_grade")]
    return ("→" if copy.language == "zh" else " -> ").join(words)


def _because(copy: Copy) -> str:
    """Who set the grade, or in plain words which rule raised it; rule ids stand in the provider's `rules`."""
    by = str(copy.notice.content.get("by", ""))
    contact = copy.case.settings.contacts.get(by)
    other = copy.name(str(copy.notice.content.get("decided_with", "")))
    if contact is not None and other:
        return copy.say("decided by", name=copy.name(by), other=other)
    if contact is not None:
        return copy.say("set by", name=copy.name(by), party=copy.party(contact.party))
    rule = str(copy.notice.content.get("reason", ""))
    return copy.say("raised because", why=copy.say(rule)) if rule in _RULES else ""


_RULES = frozenset({"R3", "R4", "R5", "R6", "R7", "R8"})


def _reason(copy: Copy) -> str:
    """What a person gave as a reason. An error text of the agent's own is for the provider only."""
    content = copy.notice.content
    if content.get("by") in copy.case.settings.contacts or copy.is_provider:
        return "" if content.get("reason") in _RULES else copy.short(content.get("reason", ""), 240)
    return ""


def _blind(copy: Copy) -> str:
    blind = copy.notice.content.get("blind", ()) if copy.is_provider else ()
    return listed((copy.short(each, 60) for each in blind), copy.language)


def _legal(copy: Copy) -> str:
    """The sentence of the law; of what opened after the agreement's last day it says that first (fact 16)."""
    over = standing.expired(copy)
    return over + (" " if over and copy.language == "en" else "") + _of_its_type(copy)


def _of_its_type(copy: Copy) -> str:
    if copy.notice.type in _AUTOMATIC:
        return copy.say("automatic")
    grade = headlines.grade_mark(copy.notice.grade, False, copy.language)
    is_provisional = bool(copy.notice.content.get("provisional"))
    if copy.notice.content.get("is_reported"):
        customer = copy.party(Party.CUSTOMER)
        return copy.say("reported" if is_provisional else "reported settled", customer=customer, grade=grade)
    return copy.say("provisional", grade=grade) if is_provisional else copy.say("settled")


_AUTOMATIC = frozenset(
    {
        *(NoticeType.RECOVERY, NoticeType.VOID, NoticeType.BLIND, NoticeType.MAINTENANCE),
        *(NoticeType.AILING, NoticeType.AGREEMENT, NoticeType.CHANNEL_TEST, NoticeType.DIGEST),
    }
)
