"""What a notice says of a duty that a party lets go, or asks to be let off (section 5)."""

from typing import Any

from agent.model import NoticeType
from agent.notify.case import Copy
from agent.rules import wording


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of it; empty where a notice is about none."""
    content = copy.notice.content if copy.notice.type is NoticeType.WAIVER else {}
    named = (str(each) for each in (content.get("ob", ""), *content.get("clauses", ())))
    return {
        "duty": copy.short(content.get("duty", {}).get(copy.language, ""), 120),
        "duty_id": copy.short(content.get("duty_id", ""), 80),
        "duty_clauses": copy.short(copy.say("list").join(each for each in named if each), 80),
        "duty_due": copy.clock(content.get("due_at", "")),
    }


def tag(copy: Copy, grade: str) -> str:
    """What the first line calls it."""
    is_asked = copy.notice.content.get("event") == "asked"
    if copy.language == "zh":
        return f"{'请求免除义务' if is_asked else '义务已免除'}·{grade}"
    return f"{'WAIVER ASKED' if is_asked else 'DUTY LET GO'}, {grade.lower()}"


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the function's name: the duty."""
    duty, colon = values(copy)["duty"], "：" if copy.language == "zh" else ": "
    return (f"{colon}{duty}", *(f"{colon}{wording.cut(duty, widest)}" for widest in (32, 24, 16)), "")
