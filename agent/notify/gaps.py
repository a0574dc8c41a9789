"""What notices about the agent's own sight say: gaps that have ended, alerts that the file does not know."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.model import SYSTEM, NoticeType
from agent.notify.case import Copy
from agent.rules import wording

SHOWN = 5
_ROW = 200  # bytes


def values(copy: Copy) -> dict[str, Any]:
    """The names of `names.NAMES` that only these notices fill; the provider's alone."""
    content = copy.notice.content if copy.is_provider else {}
    ended = [_gap(copy, gap) for gap in content.get("again", ())]
    more = max(len(ended) - SHOWN, 0)
    return {
        "gaps": [*ended[:SHOWN], *([copy.say("more", count=str(more))] if more else [])],
        "unmapped": [_row(copy, each) for each in content.get("unmapped", ())],
        "more": content.get("more", 0) if "unmapped" in content else 0,
    }


def subject(copy: Copy) -> tuple[str, int] | None:
    """The first name of what such a notice is about, and how many more; None for every other notice."""
    content = copy.notice.content
    match copy.notice.type:
        case NoticeType.BLIND:
            names, more = list(content.get("blind", ())), 0
        case NoticeType.SEES_AGAIN:
            names, more = [gap["name"] for gap in content.get("again", ())], 0
        case NoticeType.UNMAPPED:
            names, more = [each["name"] for each in content.get("unmapped", ())], content.get("more", 0)
        case _:
            return None
    return copy.short((names or [SYSTEM])[0], 60), max(len(names) - 1, 0) + more


def _gap(copy: Copy, gap: Mapping[str, Any]) -> str:
    """`till: 03:02–03:20, 18 min`."""
    lasted = datetime.fromisoformat(gap["until"]) - datetime.fromisoformat(gap["since"])
    return copy.say(
        "gap",
        name=copy.short(gap["name"], 60),
        since=copy.clock(gap["since"]),
        until=copy.clock(gap["until"]),
        lasted=wording.lasting(int(lasted.total_seconds()), copy.language),
    )


def _row(copy: Copy, each: Mapping[str, Any]) -> dict[str, str]:
    """How often it came, and the row to paste."""
    return {"count": str(each["count"]), "row": copy.short(each["row"], _ROW)}
