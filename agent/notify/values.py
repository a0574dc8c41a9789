"""What a template may say: every name it gets, ready to be shown. The customer's copy gets nothing technical.

`NAMES` is the contract with operators who write their own (docs/notices.md).
"""

from collections.abc import Mapping
from typing import Any

from agent.model import SYSTEM, Condition, Contact, Kind, Notice, NoticeState, NoticeType, Party, Plan, Role
from agent.notify.case import Case, Copy
from agent.rules import escalation, headlines, routing, wording
from agent.rules.headlines import About
from agent.rules.wording import CLAUSES, clipped, listed

NAMES: Mapping[str, str] = {
    "headline": "the first line: grade, what, since; within 24 汉字 or 65 Latin characters",
    "what": "the same without its tag, as long as an SMS has room (`short.txt` only, else the whole)",
    "marks": "`[TRIAL] `, `[DRILL] ` or nothing",
    "type": "opening, change, relapse, recovery, void, ask_again, escalation, phone or blind",
    "kind": "fault, security or other",
    "party": "whose copy it is: provider or customer",
    "number": "INC-20261123-001; empty in a monitoring gap",
    "short_number": "1123-001",
    "seq": "the notice's number within the incident",
    "system": "the agreed system's name",
    "date": "today, with the time zone",
    "grade": "1, 2 or 3",
    "grade_word": "grade 1 / 一级",
    "grade_mark": "the same, with provisional / 暂定 while nobody has confirmed it",
    "is_provisional": "whether nobody has confirmed the grade",
    "is_room": "whether it is posted to a room: nobody there is \"you\"",
    "name": "the function hit worst",
    "names": "all functions affected, listed",
    "since": "when it began",
    "symptom": "the customer's sentences: `says:` of rows and probes, else function and state",
    "scope": "functions and share of users, as far as known",
    "done": "measures taken, as far as known",
    "seen": "list: what the monitor saw; provider only",
    "rules": "the rules that graded it; provider only",
    "plan": "link of the fitting response plan; provider only",
    "link": "where to answer; may be empty",
    "short_link": "the same without https://",
    "asks": "whether an answer is asked for",
    "answer_by": "when the answer is due; empty where there is no limit in hours or minutes",
    "call_next_by": "when the next person is called; empty where nobody is left to call",
    "whom": "whom of the other party to call, as a sentence; empty in grade 3",
    "other": "what the other party is called",
    "own": "what the copy's own party is called",
    "change": "what changed: `from_grade` and `to_grade` words, or empty; see `added`",
    "because": "who changed the grade, or why it rose by itself",
    "reason": "the reason a person gave, or why a monitoring gap arose",
    "added": "functions that joined, listed",
    "recovered_at": "when the signals cleared",
    "verified_at": "when the recovery was verified",
    "lasted": "how long it lasted",
    "checked_by": "who verified it in person; may be empty",
    "checks": "the probes that answered well; provider only",
    "by": "whose act it was; may be empty",
    "asked": "how often the question has been asked again",
    "people": "list: whom to phone, name and number",
    "blind": "what cannot be found out, listed",
    "legal": "the legal sentence of an automatic notice",
    "clause": "the clause of the grade, such as 3.3(a)",
    "proof": "first digits of the head of the incident's chain of facts; may be empty",
}  # fmt: skip
"""Every name, and what it holds. Texts unless said otherwise."""

SEEN = 3
"""Lines of what the monitor saw; the rest is counted."""


def values(notice: Notice, case: Case, language: str) -> dict[str, Any]:
    """One value for every name of `NAMES`."""
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
        "symptom": clipped(_symptom(copy), 330),
        "scope": clipped(_scope(copy), 330),
        "done": clipped(_done(copy), 240),
        "seen": _seen(copy) if copy.is_provider else [],
        "rules": copy.short(copy.say("list").join(content.get("rules", ())), 120) if copy.is_provider else "",
        "plan": _plan(copy) if copy.is_provider else "",
        "link": case.link,
        "short_link": case.link.split("://", 1)[-1],
        "asks": notice.asks,
        "answer_by": copy.clock(notice.answer_by) if notice.grade < 3 else "",
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
        "checks": _checks(copy) if copy.is_provider else "",
        "by": copy.name(str(content.get("by", ""))),
        "asked": content.get("asked", 0),
        "people": [copy.person(contact) for contact in _to_phone(copy)],
        "blind": _blind(copy),
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
    if notice.type is NoticeType.BLIND and copy.is_provider:
        blind = content.get("blind") or [SYSTEM]
        name, more = copy.short(blind[0], 60), len(blind) - 1
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
    )


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


# ------------------------------------------------------------------------- the four items of 3.2(b), beside the time


def _symptom(copy: Copy) -> str:
    """What rows and probes say to the customer, else each function and its state."""
    content = copy.notice.content
    symptoms = content.get("symptoms", ())
    if not symptoms and "symptoms" in content:
        return copy.say("cleared")
    said = [text for text in dict.fromkeys(_sentence(copy, symptom) for symptom in symptoms) if text]
    if not said:
        name = copy.functions(content.get("functions", ()))[0]
        said = [copy.say("is", name=name, state=_state(copy, content.get("state", "")))]
    return copy.say("and").join(said[:3])


def _sentence(copy: Copy, symptom: Mapping[str, Any]) -> str:
    says = symptom.get("says") or {}
    text = copy.short(says.get(copy.language) or next(iter(says.values()), ""), 200)
    if not text:
        function = symptom.get("function") or next(iter(copy.notice.content.get("functions", ())), "")
        text = copy.say("is", name=copy.function(function), state=_state(copy, symptom.get("condition", "")))
    public = symptom.get("public") or {}
    opened = ", ".join(f"{copy.short(name, 40)}={copy.short(value, 60)}" for name, value in public.items())
    return copy.say("says", text=text, public=clipped(opened, 120)) if opened else text


def _state(copy: Copy, condition: str) -> str:
    words = wording.CONDITIONS[copy.language]
    return words.get(condition, words[""])


def _scope(copy: Copy) -> str:
    content, incident = copy.notice.content, copy.case.incident
    names = listed(copy.functions(content.get("functions", ())), copy.language)
    share = content.get("scope", {}).get("share")
    is_least = incident is not None and bool(incident.truncated)  # the sender left alerts out
    if share is not None and share < 1:
        part = f"{max(round(share * 100), 1)}{'%' if copy.language == 'zh' else ' %'}"
        return copy.say("share at least" if is_least else "share", names=names, share=part)
    if share is not None:
        return copy.say("share of all", names=names)
    return copy.say("all users" if content.get("state") == Condition.DOWN else "extent unknown", names=names)


def _done(copy: Copy) -> str:
    """Measures taken. What nobody has recorded is being found out, never made up."""
    steps = copy.notice.content.get("done", ())
    said = [copy.say("told teams", at=copy.clock(step["at"])) for step in steps if step["what"] == "told_teams"]
    if copy.is_provider and not _has_customer_been_told(copy):
        said = []
    if not said:
        said = [_recorded(copy)]
    for step in steps:
        if step["what"] == "acknowledged" and copy.name(step["by"]):
            phrase = "on it" if step["party"] == Party.PROVIDER else "confirmed"
            said.append(copy.say(phrase, name=copy.name(step["by"]), party=copy.party(Party(step["party"]))))
    return copy.say("and").join(said)


def _has_customer_been_told(copy: Copy) -> bool:
    incident = copy.case.incident
    return incident is not None and incident.told_customer is NoticeState.RELEASED


def _recorded(copy: Copy) -> str:
    incident = copy.case.incident
    is_told = incident is not None and incident.told_provider is NoticeState.RELEASED
    return copy.say("told provider" if is_told else "recorded", provider=copy.party(Party.PROVIDER))


# ------------------------------------------------------------------------------------------------ provider only


def _seen(copy: Copy) -> list[str]:
    """Where it was seen, how often, and what was said."""
    symptoms = copy.notice.content.get("symptoms", ())
    lines = [_seen_line(copy, symptom) for symptom in symptoms[:SEEN]]
    more = max(len(symptoms) - SEEN, 0) + copy.notice.content.get("more", 0)
    return [*lines, copy.say("more", count=str(more))] if more else lines


def _seen_line(copy: Copy, symptom: Mapping[str, Any]) -> str:
    labels = symptom.get("labels") or {}
    line = str(symptom.get("line", ""))
    name = labels.get("alertname") or line.removeprefix("probe:").removeprefix("alert:").rpartition("/")[0] or line
    name = copy.short(name, 60)
    if symptom.get("count", 1) > 1:
        name = copy.say("count", name=name, count=str(symptom["count"]))
    where = [f"{key}={copy.short(labels[key], 50)}" for key in ("instance", "job") if labels.get(key)]
    return clipped(" ".join(part for part in (name, *where, copy.short(symptom.get("summary", ""), 120)) if part), 220)


def _plan(copy: Copy) -> str:
    """The fitting response plan's link (3.1 行动方案); the narrowest goes first."""
    incident = copy.case.incident
    if incident is None:
        return ""

    def fits(plan: Plan) -> bool:
        return (
            plan.kind is incident.kind
            and (not plan.function or plan.function in incident.functions)
            and (plan.grade is None or plan.grade == copy.notice.grade)
        )

    fitting = [plan for plan in copy.case.settings.plans if plan.link and fits(plan)]
    fitting.sort(key=lambda plan: (not plan.function, plan.grade is None))
    return copy.short(fitting[0].link, 200) if fitting else ""


def _checks(copy: Copy) -> str:
    probes = copy.notice.content.get("checks", {}).get("probes", ())
    return listed((copy.short(probe, 60) for probe in probes), copy.language)


def _call_next_by(copy: Copy) -> str:
    """When the next person is called, by the party's own ladder; "" where nobody is left to call, or it is past."""
    notice, settings = copy.notice, copy.case.settings
    told = {recipient.contact for recipient in notice.recipients}
    others = [contact for contact in settings.contacts_of(notice.party) if contact.id not in told and contact.reach]
    if notice.answer_by is None or notice.grade == 3 or not others:
        return ""
    if "call_next_at" in notice.content:
        return copy.clock(notice.content["call_next_at"])
    limit = settings.agreement.launch_limit[notice.grade]
    route = routing.told(
        notice.party,
        notice.grade,
        Kind(notice.content.get("kind", Kind.FAULT)),
        notice.content.get("functions", ()),
        notice.at,
        settings.routes,
        settings.contacts,
        settings.agreement.calendar,
        endpoints=settings.endpoints,
    )
    rungs = escalation.rungs(route.escalate, limit)
    return copy.clock(notice.answer_by - limit + rungs[0].after) if rungs else ""


# ------------------------------------------------------------------------------------------------------- people


def _whom(copy: Copy) -> str:
    """Whom of the other party to call: the principal in grade 1 (3.3(a)), who is on it or coordinates in grade 2."""
    notice, other = copy.notice, copy.notice.party.other
    if notice.grade == 3 or notice.type not in _WITH_NUMBERS:
        return ""
    contact, phrase = _counterpart(copy)
    if contact is None:
        return ""
    return copy.say(phrase, party=copy.party(other), person=copy.person(contact))


_WITH_NUMBERS = frozenset({NoticeType.OPENING, NoticeType.CHANGE, NoticeType.RELAPSE, NoticeType.ESCALATION})


def _counterpart(copy: Copy) -> tuple[Contact | None, str]:
    notice, settings = copy.notice, copy.case.settings
    people = settings.contacts_of(notice.party.other)
    principal = next((contact for contact in people if Role.PRINCIPAL in contact.roles), None)
    if notice.grade == 1:
        speaks = Role.PRINCIPAL in copy.case.contact.roles and not copy.is_room
        return principal, "to principal" if speaks else "principal"
    answered = {step["party"]: step["by"] for step in notice.content.get("done", ()) if step["what"] == "acknowledged"}
    who = settings.contacts.get(answered.get(notice.party.other, ""))
    if who is not None:
        return who, "contact"
    coordinator = next((contact for contact in people if Role.COORDINATOR in contact.roles), None)
    return (coordinator, "coordinator") if coordinator else (principal, "principal")


def _to_phone(copy: Copy) -> list[Contact]:
    known = copy.case.settings.contacts
    return [known[id_] for id_ in copy.notice.content.get("people", ()) if id_ in known][:5]


# ------------------------------------------------------------------------------------------------ what was done


def _change(copy: Copy) -> str:
    content = copy.notice.content
    words = [headlines.grade_mark(content[key], False, copy.language) for key in ("from_grade", "to_grade")]
    return (" → " if copy.language == "zh" else " -> ").join(words)


def _because(copy: Copy) -> str:
    """Who set the grade, or in plain words which rule raised it; rule ids stand in the provider's `rules`."""
    by = str(copy.notice.content.get("by", ""))
    contact = copy.case.settings.contacts.get(by)
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
    if copy.notice.type in (NoticeType.RECOVERY, NoticeType.VOID, NoticeType.BLIND):
        return copy.say("automatic")
    if copy.notice.content.get("provisional"):
        return copy.say("provisional", grade=headlines.grade_mark(copy.notice.grade, False, copy.language))
    return copy.say("settled")
