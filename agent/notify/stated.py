"""What notices say of acts that were recorded on a person's behalf: please confirm or correct, and a correction."""

from collections.abc import Mapping, Sequence
from typing import Any

from agent.model import NoticeType
from agent.notify.case import Copy
from agent.rules import deeds

TYPES = frozenset({NoticeType.STATEMENT, NoticeType.DISPUTE})

SHOWN = 3
"""Statements named in one notice; the rest is counted."""


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of statements; empty where a notice is about none."""
    content = copy.notice.content if copy.notice.type in TYPES else {}
    stated: Sequence[Mapping[str, Any]] = content.get("statements", ())
    more = len(stated) - SHOWN
    lines = [_line(copy, each) for each in stated[:SHOWN]]
    return {
        "statements": lines + ([copy.say("more", count=str(more))] if more > 0 else []),
        "confirm_by": copy.clock(content.get("until", "")),
        "correction": copy.short(content.get("said", {}).get("text", ""), 450),
    }


def tag(copy: Copy) -> str:
    """What the first line calls the notice; "" where it is about no statement."""
    if copy.notice.type is NoticeType.STATEMENT:
        return "请确认或更正" if copy.language == "zh" else "PLEASE CONFIRM"
    if copy.notice.type is NoticeType.DISPUTE:
        return "登记有异议" if copy.language == "zh" else "DISPUTED"
    return ""


def name(copy: Copy) -> str:
    """Who is said to have acted; "" where the notice is about no statement."""
    stated = copy.notice.content.get("statements", ()) if copy.notice.type in TYPES else ()
    return _who(copy, stated[0]) if stated else ""


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the name, fullest first."""
    stated = copy.notice.content.get("statements", ()) if copy.notice.type in TYPES else ()
    if not stated:
        return ()
    zh, first = copy.language == "zh", stated[0]
    did, at = _did(copy, first), copy.clock(first["at"])
    short = deeds.deed(str(first["act"]), copy.language)
    means = _means(copy, first)
    more = (f"等{len(stated)}项" if zh else f" and {len(stated) - 1} more") if len(stated) > 1 else ""
    if zh:
        return f"{at}{means}{did}{more}", f"{at}{did}{more}", f"{at}{short}{more}", f"{short}{more}"
    return f" {did} {means} at {at}{more}", f" {did} at {at}{more}", f" {short} at {at}{more}", f" {short}{more}"


def recorder(copy: Copy, recorded_by: str) -> str:
    """Who wrote it down: a person by name, a token by its own, or somebody who proved no name."""
    unnamed = copy.say("unnamed") if recorded_by == "unauthenticated" else copy.short(recorded_by, 40)
    return copy.name(recorded_by) or unnamed


def _line(copy: Copy, each: Mapping[str, Any]) -> str:
    """`S1: stated by Wang Fang, 03:06 by phone, recorded by Chen Jie: acknowledged; “…”`."""
    said = copy.short(deeds.words(each.get("said", {}), copy.language), 300)
    recorded_by = str(each.get("recorded_by", ""))
    return copy.say(
        "stated with" if said else "stated",
        id=_called_by(copy, each),
        name=_who(copy, each),
        at=copy.clock(each["at"]),
        means=_means(copy, each),
        recorder=recorder(copy, recorded_by),
        did=_did(copy, each),
        said=said,
    )


def _called_by(copy: Copy, each: Mapping[str, Any]) -> str:
    """`S1`; of what is about no incident the line or claim that it belongs to, by which both parties know it."""
    matter = str(each.get("matter", ""))
    is_known = bool(matter) and not matter.startswith("agreement-")  # that is told by its version
    return copy.short(matter if is_known else str(each["id"]).rpartition("/")[2], 40)


def _who(copy: Copy, each: Mapping[str, Any]) -> str:
    return _called(copy, str(each["by"]))


def _did(copy: Copy, each: Mapping[str, Any]) -> str:
    other = deeds.other(each.get("said", {}))
    return deeds.deed(str(each["act"]), copy.language, _called(copy, other))


def _means(copy: Copy, each: Mapping[str, Any]) -> str:
    return deeds.means(str(each["means"]), copy.language, each.get("said", {}))


def _called(copy: Copy, id_: str) -> str:
    return copy.name(id_) or copy.short(id_, 40)
