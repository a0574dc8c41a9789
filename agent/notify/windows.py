"""What a notice about planned maintenance says: what is done, of what, from when to when, and what became of it.

`content` of such a notice:
    window, event: announced | extended | ended | called_off | ends_soon
    what, functions, probes (provider only), starts_at, ends_at (ISO; of an ended one when it ended), is_short
    and what the event adds: was_until, reason, by, waiting
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.notify.case import Copy
from agent.rules.wording import listed

_TAGS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "announced": "MAINTENANCE",
        "extended": "MAINTENANCE, longer",
        "ended": "MAINTENANCE OVER",
        "called_off": "MAINTENANCE OFF",
        "ends_soon": "MAINTENANCE ENDS",
    },
    "zh": {
        "announced": "维护",
        "extended": "维护·延长",
        "ended": "维护结束",
        "called_off": "维护取消",
        "ends_soon": "维护将结束",
    },
}


def tag(content: Mapping[str, Any], language: str) -> str:
    """What stands in brackets before the first line."""
    return _TAGS[language].get(str(content.get("event", "")), _TAGS[language]["announced"])


def tails(copy: Copy, more: int) -> tuple[str, ...]:
    """What follows the name of the function on the first line, fullest first; `more` others are covered."""
    content, is_chinese = copy.notice.content, copy.language == "zh"
    if "starts_at" not in content:
        return ("",)
    others = (f"等{more + 1}项" if is_chinese else f" and {more} more") if more > 0 else ""
    begins, ends = copy.clock(content["starts_at"]), _ends(copy)
    day = copy.day(content["starts_at"])
    event = content.get("event")
    if event == "ended":
        return (f"{others}，{ends}结束",) if is_chinese else (f"{others}: over at {ends}",)
    if event == "called_off":
        told = (f"{others}，原定{begins}，不再进行", f"，原定{day}，不再进行")
        return told if is_chinese else (f"{others}: not on {begins}", f": not on {day}")
    if event in ("extended", "ends_soon"):
        return (f"{others}，至{ends}",) if is_chinese else (f"{others}, until {ends}",)
    spans = (f"{begins}至{ends}", f"{begins}起") if is_chinese else (f"{begins} to {ends}", f"from {begins}")
    return tuple(f"{others}{'，' if is_chinese else ': '}{span}" for span in spans)


def values(copy: Copy) -> dict[str, Any]:
    """The names of `names.NAMES` that only such a notice fills."""
    content = copy.notice.content
    return {
        "event": str(content.get("event", "")),
        "work": copy.short(content.get("what", ""), 240),
        "probes": listed((copy.short(each, 60) for each in _probes(copy)), copy.language),
        "begins_at": copy.clock(content.get("starts_at")),
        "ends_at": copy.clock(content.get("ends_at")),
        "was_until": copy.clock(content.get("was_until")),
        "is_short": bool(content.get("is_short")),
        "waiting": int(content.get("waiting", 0)),
    }


def _probes(copy: Copy) -> tuple[str, ...]:
    return tuple(copy.notice.content.get("probes", ())) if copy.is_provider else ()


def _ends(copy: Copy) -> str:
    """The end, without its date where that is the begin's."""
    content = copy.notice.content
    zone = copy.case.settings.agreement.zone
    begins, ends = (datetime.fromisoformat(content[key]).astimezone(zone) for key in ("starts_at", "ends_at"))
    is_same_day = begins.date() == ends.date() and content.get("event") == "announced"
    return f"{ends:%H:%M}" if is_same_day else copy.clock(content["ends_at"])
