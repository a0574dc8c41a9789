"""What is told of the agent's own health: that its look at itself fails, and that it passes again.

The provider reads what failed. The customer reads that automatic notices are in doubt, and whom to phone meanwhile.
"""

from typing import Any

from agent.model import NoticeType
from agent.notify.case import Copy

TYPES = frozenset({NoticeType.AILING, NoticeType.WELL_AGAIN})

_CHECKS = {
    "en": {
        "deliveries": "notices are not sent in time",
        "timers": "clocks are not looked at in time",
        "probes": "probes have stopped looking",
        "evidence": "the facts on file do not hold",
        "seal": "the daily seal is late",
    },
    "zh": {
        "deliveries": "通知未按时发送",
        "timers": "计时未按时检查",
        "probes": "监测停止",
        "evidence": "事实记录校验不通过",
        "seal": "每日封存延误",
    },
}


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that only these notices fill."""
    content = copy.notice.content if copy.notice.type in TYPES else {}
    checks = content.get("checks", {}) if copy.is_provider else {}
    known = _CHECKS[copy.language]
    return {
        "failing": [
            f"{known.get(check, check)}{'：' if copy.language == 'zh' else ': '}{copy.short(fault, 160)}"
            for check, fault in checks.items()
        ],
        "ailing_since": copy.clock(content.get("since", "")),
        "well_since": copy.clock(content.get("until", "")),
        "is_of_records": _is_of_records(copy),
    }


def name(copy: Copy) -> str:
    """What stands after the tag: the system; "" where it is no such notice."""
    return copy.system if copy.notice.type in TYPES else ""


def tag(copy: Copy) -> str:
    """What the first line calls it; "" where it is no such notice."""
    if copy.notice.type not in TYPES:
        return ""
    is_over = copy.notice.type is NoticeType.WELL_AGAIN
    if copy.is_provider:
        return copy.say("self-audit good" if is_over else "self-audit fails")
    if is_over:
        return copy.say("all clear")
    return copy.say("please keep" if _is_of_records(copy) else "please phone")


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the name; () where it is no such notice."""
    if copy.notice.type not in TYPES:
        return ()
    told = values(copy)
    if copy.notice.type is NoticeType.WELL_AGAIN:
        return (copy.say("notices again", at=told["well_since"]),)
    doubt = "agent" if copy.is_provider else "records" if _is_of_records(copy) else "notices"
    return (copy.say(f"{doubt} in doubt", at=told["ailing_since"]),)


def _is_of_records(copy: Copy) -> bool:
    return copy.notice.content.get("doubt") == "records"
