"""What a notice about a change of the agreement says (fact 14): what differs, who accepted, for whom it waits.

`content` of such a notice:
    event: proposed | accepted | in_force | rejected | withdrawn
    version, hash, version_before; differences: [[key, was, now]], more: how many are left out
    accepted: contacts, waits_for: parties, and what the event adds: by, reason
"""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.model import NoticeType, Party
from agent.notify.case import Copy
from agent.rules.wording import listed

SHOWN = 8
"""So many differences fit; the command has them all."""

_TAGS: Mapping[str, str] = {"en": "AGREEMENT", "zh": "协议变更"}
_TAILS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "en": {
        "proposed": (": version {version} proposed, please answer", ": version {version} proposed"),
        "accepted": (": version {version}, one party has accepted", ": version {version}, half accepted"),
        "in_force": (": version {version} is in force", ": version {version}"),
        "rejected": (": version {version} was rejected", ": version {version} rejected"),
        "withdrawn": (": version {version} was withdrawn", ": version {version} withdrawn"),
    },
    "zh": {
        "proposed": ("：第{version}版待双方确认",),
        "accepted": ("：第{version}版一方已确认",),
        "in_force": ("：第{version}版已生效",),
        "rejected": ("：第{version}版被否决",),
        "withdrawn": ("：第{version}版已撤回",),
    },
}
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "functions": "agreed functions",
        "terms": "duties",
        "grades": "grade table",
        "availability": "availability",
        "recovery": "recovery",
        "overlays": "statutory clocks",
        "adopted": "who adopted what",
        "routes": "customer's routes",
    },
    "zh": {
        "functions": "约定功能",
        "terms": "义务与时限",
        "grades": "分级标准",
        "availability": "可用性",
        "recovery": "恢复条件",
        "overlays": "法定时限",
        "adopted": "约定确认",
        "routes": "{customer}通知对象",
    },
}
"""What the parts of an agreement part are called."""


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of a change of the agreement; empty where a notice is about none."""
    content = copy.notice.content if copy.notice.type is NoticeType.TERMS else {}
    found: Sequence[Sequence[str]] = content.get("differences", ())
    left = max(len(found) - SHOWN, 0) + int(content.get("more", 0))
    return {
        "version": int(content.get("version", 0)),
        "version_before": int(content.get("version_before", 0)),
        "terms_hash": str(content.get("hash", ""))[:8],
        "differences": [_line(copy, *each) for each in found[:SHOWN]],
        "differences_more": left if content else 0,
        "accepted": listed((copy.name(str(each)) for each in content.get("accepted", ())), copy.language),
        "waits_for": listed((copy.party(Party(each)) for each in content.get("waits_for", ())), copy.language),
        "is_own_turn": copy.notice.party.value in content.get("waits_for", ()),
        "contact_id": copy.short(copy.case.contact.id, 40) if content and not copy.is_room else "",
    }


def tag(copy: Copy) -> str:
    """What the first line calls it; "" for every other notice."""
    return _TAGS[copy.language] if copy.notice.type is NoticeType.TERMS else ""


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the system's name."""
    if copy.notice.type is not NoticeType.TERMS:
        return ()
    said = _TAILS[copy.language].get(str(copy.notice.content.get("event")), ())
    return (*(each.format(version=copy.notice.content.get("version", "")) for each in said), "")


def _line(copy: Copy, key: str, was: str, now: str) -> str:
    """`duties: first_notice.limit.1: 10m -> 5m`."""
    where, said = (
        copy.short(changed(key, copy.language, copy.party(Party.CUSTOMER)), 120),
        [copy.short(each, 80) for each in (was, now)],
    )
    zh = copy.language == "zh"
    colon, arrow = ("：", "→") if zh else (": ", " -> ")
    if not was:
        return f"{where}{colon}{'新增' if zh else 'new, '}{said[1]}"
    if not now:
        return f"{where}{colon}{'删除，原为' if zh else 'gone, was '}{said[0]}"
    return f"{where}{colon}{said[0]}{arrow}{said[1]}"


def changed(key: str, language: str, customer: str) -> str:
    """A dotted key, its section in words; `customer` is what that party is called."""
    inner = key.removeprefix("agreement.")
    head, dot, rest = inner.partition(".")
    section, bracket, index = head.partition("[")
    called = SECTIONS[language].get(section)
    if called is None:
        return inner
    return (
        called.format(customer=customer)
        + (f" {bracket}{index}" if bracket else "")
        + (f"{dot and ' '}{rest}" if rest else "")
    )
