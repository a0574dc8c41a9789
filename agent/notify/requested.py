"""What notices say of requests between the parties, of their answers (4.2), and of material facts shared (3.5)."""

from typing import Any

from agent.model import NoticeType, Party
from agent.notify.case import Copy
from agent.rules import requests

TYPES = frozenset({NoticeType.REQUEST, NoticeType.ANSWER, NoticeType.SHARED})


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of them; empty where a notice is about none."""
    content = copy.notice.content if copy.notice.type in TYPES else {}
    sort = str(content.get("sort", ""))
    return {
        "request": copy.short(content.get("request", ""), 20),
        "sort": copy.say(sort) if sort in requests.SORTS else "",
        "asks_for": _asks_for(copy, sort),
        "asked_for": copy.short(content.get("asked", ""), 300),
        "respond_by": copy.clock(content.get("respond_by", "")),
        "pauses": bool(content.get("pauses", False)),
        "known_at": copy.clock(content.get("known_at", "")),
        "request_clause": _clause(copy, sort),
    }


def tag(copy: Copy, grade: str) -> str:
    """What the first line calls the notice; "" where it is about none of these."""
    number = str(copy.notice.content.get("request", ""))
    zh = copy.language == "zh"
    match copy.notice.type:
        case NoticeType.REQUEST:
            return f"请求{number}·{grade}" if zh else f"REQUEST {number}, {grade.lower()}"
        case NoticeType.ANSWER:
            return f"答复{number}·{grade}" if zh else f"ANSWER to {number}, {grade.lower()}"
        case NoticeType.SHARED:
            return f"信息共享·{grade}" if zh else f"FACT SHARED, {grade.lower()}"
    return ""


def _asks_for(copy: Copy, sort: str) -> str:
    if sort not in requests.SORTS:
        return ""
    name = copy.name(str(copy.notice.content.get("by", "")))
    return copy.say(f"asks {sort}", name=name, party=copy.party(copy.notice.party.other))


def _clause(copy: Copy, sort: str) -> str:
    """The clause by which the one who was asked owes an answer."""
    if sort not in requests.SORTS:
        return ""
    asker = Party(str(copy.notice.content.get("asker", copy.notice.party.other)))
    return requests.SORTS[sort].clauses.get(asker.other, "")
