"""What a reminder says: which duties fall due when, the next one first; and what the agent says of its own health.

A default that nobody signed is a target: it is missed, and never overdue (fact 2).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.model import NoticeType
from agent.notify.case import Copy
from agent.rules import wording

SHOWN = 4
"""Duties named in one notice; the rest is counted."""


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that list duties; empty in every other notice."""
    if copy.notice.type is not NoticeType.REMINDER:
        return {"duties": [], "clauses": "", "is_actor": False}
    duties: Sequence[Mapping[str, Any]] = copy.notice.content.get("duties", ())
    lines = Counter(_line(copy, each) for each in duties)
    shown = dict(list(lines.items())[:SHOWN])
    more = len(duties) - sum(shown.values())
    clauses = dict.fromkeys(clause for each in duties[:SHOWN] for clause in each["clauses"])
    return {
        "duties": [
            copy.say("count", name=line, count=str(count)) if count > 1 else line for line, count in shown.items()
        ]
        + ([copy.say("more", count=str(more))] if more > 0 else []),
        "clauses": copy.say("list").join(clauses),
        "is_actor": bool(copy.notice.content.get("is_actor")),
    }


def tag(copy: Copy) -> str:
    """What the first line calls it; "" where it is no reminder."""
    first = _first(copy)
    if first is None:
        return ""
    word = copy.say("missed" if first["is_target"] else "overdue") if _is_late(copy, first) else copy.say("reminder")
    if copy.notice.grade == 3:
        return word
    grade = wording.GRADES[copy.language][copy.notice.grade]
    return f"{word}·{grade}" if copy.language == "zh" else f"{word}, {grade.lower()}"


def name(copy: Copy) -> str:
    """The duty that falls due first of those the reader is called for; "" where it is no reminder."""
    first = _first(copy)
    return _duty(copy, first) if first is not None else ""


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows, fullest first; () where it is no reminder."""
    first = _first(copy)
    if first is None:
        return ()
    zh, at = copy.language == "zh", copy.clock(first["due_at"])
    count = len(copy.notice.content["duties"]) - 1
    functions = copy.notice.content.get("functions", ())
    where = copy.function(functions[0]) if functions else ""
    if zh:
        due = f"{at}到期" if _is_late(copy, first) else f"{at}前"
        more = f"，另{count}项" if count else ""
        places = (f"：{where}，",) if where else ()
        return *(f"{place}{due}{more}" for place in places), f"：{due}{more}", f"：{due}"
    due = f"due {at}" if _is_late(copy, first) else f"by {at}"
    more = f" (+{count})" if count else ""
    places = (f": {where}",) if where else ()
    return *(f"{place}, {due}{more}" for place in places), f", {due}{more}", f", {due}"


def _first(copy: Copy) -> Mapping[str, Any] | None:
    if copy.notice.type is not NoticeType.REMINDER:
        return None
    content = copy.notice.content
    duties = content.get("duties", ())
    called = [each for each in duties if each["id"] in content.get("called", ())]
    return next(iter(called or duties), None)


def _duty(copy: Copy, each: Mapping[str, Any]) -> str:
    said = copy.short(each["duty"].get(copy.language) or each["name"].replace("_", " "), 60)
    return said[:1].upper() + said[1:]


def _is_late(copy: Copy, each: Mapping[str, Any]) -> bool:
    """As it is when it is sent: it may have waited for its channel."""
    return bool(each["is_overdue"]) or datetime.fromisoformat(each["due_at"]) <= copy.case.now


def _line(copy: Copy, each: Mapping[str, Any]) -> str:
    at = copy.clock(each["due_at"])
    if _is_late(copy, each):
        phrase = "target missed" if each["is_target"] else "overdue since"
        left = ""
    else:
        phrase = "target by" if each["is_target"] else "due by"
        left_s = int((datetime.fromisoformat(each["due_at"]) - copy.case.now).total_seconds())
        left = wording.lasting(left_s, copy.language)
    number = copy.short(each["incident"], 24)
    said = copy.say(phrase, duty=_duty(copy, each), at=at, left=left)
    return (f"{number}｜{said}" if copy.language == "zh" else f"{number}: {said}") if number else said
