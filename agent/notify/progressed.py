"""What notices say of progress told by people (3.5), of phases recorded (3.4), and of an objection (4.2(c))."""

from typing import Any

from agent.model import NoticeType
from agent.notify import requested, waived
from agent.notify.case import Copy
from agent.rules import wording

TYPES = frozenset({NoticeType.UPDATE, NoticeType.OBJECTION, NoticeType.WAIVER}) | requested.TYPES

PHASES = {
    "en": {
        "assessment": "assessment",
        "containment": "containment",
        "eradication": "eradication",
        "recovery": "recovery",
        "review": "review",
    },
    "zh": {"assessment": "评估", "containment": "抑制", "eradication": "根除", "recovery": "恢复", "review": "总结"},
}
_SURE = {"en": {"low": "low", "medium": "medium", "high": "high"}, "zh": {"low": "低", "medium": "中", "high": "高"}}


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of progress; empty where a notice is about none."""
    content = copy.notice.content if copy.notice.type in TYPES else {}
    said = content.get("said", {})
    return {
        "said": copy.short(said.get("text", ""), 600),
        "said_done": copy.short(said.get("done", ""), 300),
        "said_doing": copy.short(said.get("doing", ""), 300),
        "said_next": copy.short(said.get("next", ""), 300),
        "eta": copy.clock(said.get("eta", "")),
        "confidence": _SURE[copy.language].get(str(said.get("confidence", "")), ""),
        "workaround": copy.short(said.get("workaround", ""), 240),
        "cause": copy.short(said.get("cause", ""), 240),
        "phase": PHASES[copy.language].get(str(content.get("phase", "")), ""),
        "is_not_applicable": bool(content.get("is_not_applicable", False)),
        "said_at": copy.clock(content.get("said_at", "")),
        "is_target": bool(content.get("is_target", False)),
        "entry": copy.short(content.get("entry", ""), 40),
    }


def tag(copy: Copy) -> str:
    """What the first line calls the notice; "" where it is about no progress."""
    if copy.notice.type not in TYPES:
        return ""
    grade = wording.GRADES[copy.language][copy.notice.grade]
    zh = copy.language == "zh"
    if copy.notice.type in requested.TYPES:
        return requested.tag(copy, grade)
    if copy.notice.type is NoticeType.WAIVER:
        return waived.tag(copy, grade)
    if copy.notice.type is NoticeType.OBJECTION:
        about = "等级" if copy.notice.content.get("contested") else "恢复"
        return f"{about}异议·{grade}" if zh else f"OBJECTION, {grade.lower()}"
    return f"进展·{grade}" if zh else f"UPDATE, {grade.lower()}"


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the function's name, fullest first: the words themselves, as much of them as there is room for."""
    if copy.notice.type not in TYPES:
        return ()
    if copy.notice.type is NoticeType.WAIVER:
        return waived.tails(copy)
    told = values(copy)
    text, colon = told["said"] or told["cause"], "：" if copy.language == "zh" else ": "
    return (f"{colon}{text}", *(f"{colon}{wording.cut(text, widest)}" for widest in (40, 32, 24, 16, 10)), "")
