"""What a notice says of a grade 1 that the agent proposes and a person has to confirm (R8, concurrency)."""

from typing import Any

from agent.model import NoticeType
from agent.notify.case import Copy
from agent.rules.wording import listed


def values(copy: Copy) -> dict[str, Any]:
    """The name of a template that tells of it; nothing where a notice proposes none."""
    if not copy.is_provider or not copy.notice.content.get("beside"):
        return {}
    beside = listed((copy.short(number, 24) for number in copy.notice.content.get("beside", ())), copy.language)
    return {"proposal": copy.say("beside", others=beside)}


def tag(copy: Copy) -> str:
    """What the first line calls the notice; "" where it proposes nothing."""
    if copy.notice.type is not NoticeType.PROPOSAL:
        return ""
    return "一级？请核定" if copy.language == "zh" else "GRADE 1? please decide"


def tails(copy: Copy) -> tuple[str, ...]:
    """Nothing of its own: what is wrong, since when."""
    return ()
