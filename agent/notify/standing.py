"""What notices say of the agreement itself: its end (fact 16), people (OB-103), a team (OB-101), a test (OB-104).

`content` of such a notice:
    event: ending | roster | contacts; exclusion (see `left_out`), register (see `registered`); of a channel test none
    ending: expires (ISO date), days (before it; 0: it is over)
    roster: party, lacks: [{what, people: [id], count}]
    contacts: party, changes: [{contact, about, changed: [word], name (of those who left)}]
    channel test: test, by, test_until (ISO time)
Addresses of channels never stand in them.
"""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from agent.model import NoticeType, Party, Role
from agent.notify import left_out, registered
from agent.notify.case import Copy
from agent.rules import roster, wording
from agent.rules.cards import About
from agent.rules.periods import days_until
from agent.rules.roster import Lack, What
from agent.rules.wording import clipped, listed

TYPES = frozenset({NoticeType.AGREEMENT, NoticeType.CHANNEL_TEST})

SHOWN = 5
"""So many people are named; the rest is counted."""

ROLES: Mapping[str, Mapping[Role, str]] = {
    "en": {role: role.value for role in Role},
    "zh": {
        Role.PRINCIPAL: "负责人",
        Role.COORDINATOR: "指定人员",
        Role.MEMBER: "成员",
        Role.SECURITY: "安全",
        Role.OBSERVER: "观察员",
    },
}
_TAGS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "ending": "AGREEMENT ENDS",
        "over": "AGREEMENT OVER",
        "roster": "ROSTER",
        "contacts": "CONTACTS",
        left_out.EVENT: "AVAILABILITY",
    },
    "zh": {
        "ending": "协议将到期",
        "over": "协议已到期",
        "roster": "名单不全",
        "contacts": "联系人变更",
        left_out.EVENT: "可用性",
    },
}
_TEST = {"en": "TEST", "zh": "渠道测试"}
_CHANGED: Mapping[str, Mapping[str, str]] = {
    "en": {"name": "name", "roles": "role", "phone": "phone", "email": "e-mail", "reach": "channels"},
    "zh": {"name": "姓名", "roles": "角色", "phone": "电话", "email": "邮箱", "reach": "联络渠道"},
}


def tag(copy: Copy) -> str:
    """What stands in brackets before the first line; "" where the notice is of another type."""
    if copy.notice.type is NoticeType.CHANNEL_TEST:
        return _TEST[copy.language]
    if copy.notice.type not in TYPES:
        return ""
    return registered.tag(copy) if _event(copy) == registered.EVENT else _TAGS[copy.language].get(_event(copy), "")


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the system's name on the first line, fullest first."""
    if copy.notice.type not in TYPES:
        return ()
    zh, ends_on = copy.language == "zh", _day(copy)
    whose = copy.party(Party(copy.notice.content["party"])) if "party" in copy.notice.content else ""
    match _event(copy):
        case "ending":
            return (f"，{ends_on}到期",) if zh else (f": ends on {ends_on}",)
        case "over":
            return (f"，{ends_on}到期",) if zh else (f": ended on {ends_on}",)
        case "roster":
            return (f"，{whose}小组名单不完整",) if zh else (f": the {whose}'s team is not complete",)
        case left_out.EVENT:
            return (left_out.tail(copy),)
        case registered.EVENT:
            return ("",)
        case "contacts":
            return (f"，{whose}联系人有变更",) if zh else (f": the {whose}'s contacts have changed",)
    return ("，请确认收到",) if zh else (": does this reach you?",)


def values(copy: Copy) -> dict[str, Any]:
    """The names of `names.NAMES` that only these notices fill."""
    content = copy.notice.content if copy.notice.type in TYPES else {}
    people = [clipped(_person(copy, each), 220) for each in content.get("changes", ())]
    more = len(people) - SHOWN
    return {
        "ends_on": _day(copy) if content.get("expires") else "",
        "days_left": days_until(date.fromisoformat(content["expires"]), copy.case.now, copy.zone)
        if content.get("expires")
        else 0,
        "whose": copy.party(Party(content["party"])) if content.get("party") else "",
        "missing": copy.say("and").join(_lack(copy, each) for each in content.get("lacks", ())),
        "left_out": left_out.lines(copy) if content else [],
        "register": registered.lines(copy) if content else [],
        "register_command": registered.command(copy) if content else "",
        "register_asks": bool(content.get("asks")),
        "register_clause": registered.clause(copy) if content else "",
        "people_changed": [*people[:SHOWN], *([copy.say("more", count=str(more))] if more > 0 else [])],
        "test": copy.short(content.get("test", ""), 40),
        "test_until": copy.clock(content.get("test_until", "")),
    }


def expired(copy: Copy) -> str:
    """What the legal line of an incident's notice says where it opened after the agreement's last day."""
    text = copy.notice.content.get("expired")
    return copy.say("expired", day=_date(date.fromisoformat(text), copy.language)) if text else ""


def _event(copy: Copy) -> str:
    event = str(copy.notice.content.get("event", ""))
    return "over" if event == "ending" and not copy.notice.content.get("days") else event


def _lack(copy: Copy, each: Mapping[str, Any]) -> str:
    lack = Lack(What(each["what"]), tuple(each.get("people", ())), int(each.get("count", 0)))
    return roster.said(lack, copy.language, {id_: copy.name(id_) or copy.short(id_) for id_ in lack.people})


def _person(copy: Copy, each: Mapping[str, Any]) -> str:
    """`New: Li Lei, coordinator, +86 …`; names, roles and numbers as they are when it is sent."""
    contact = copy.case.settings.contacts.get(each["contact"])
    if About.REMOVED in each["changed"] or contact is None:
        return copy.say("left", name=copy.short(each.get("name") or copy.name(each["contact"])))
    comma = "，" if copy.language == "zh" else ", "
    roles = ("、" if copy.language == "zh" else ", ").join(ROLES[copy.language][role] for role in contact.roles)
    who = comma.join(part for part in (copy.short(contact.name), roles, copy.short(contact.phone, 40)) if part)
    if About.ADDED in each["changed"]:
        return copy.say("new", who=who)
    words = listed((_CHANGED[copy.language].get(word, word) for word in each["changed"]), copy.language)
    return copy.say("changed", who=who, what=words)


def _day(copy: Copy) -> str:
    text = copy.notice.content.get("expires")
    return _date(date.fromisoformat(text), copy.language) if text else ""


def _date(day: date, language: str) -> str:
    """`31 Dec 2027` / `2027年12月31日`."""
    said = wording.on_day(datetime.combine(day, time()), language)
    return f"{day.year}年{said}" if language == "zh" else f"{said} {day.year}"
