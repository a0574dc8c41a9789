"""What a digest says: one line for each incident, in its latest form, with what happened to it since the last one."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from agent.model import Notice, NoticeType
from agent.notify.case import Case, Copy

Values = Callable[[Notice, Case, str], Mapping[str, Any]]

_EVENTS = {
    NoticeType.OPENING: "event opened",
    NoticeType.CHANGE: "event changed",
    NoticeType.UPDATE: "event progress",
    NoticeType.RELAPSE: "event again",
    NoticeType.RECOVERY: "event recovered",
    NoticeType.VOID: "event void",
    NoticeType.CLOSED: "event closed",
}

_OVER = frozenset({NoticeType.RECOVERY, NoticeType.VOID, NoticeType.CLOSED})
"""After these there is no symptom left to be told."""


def entries(case: Case, language: str, values: Values) -> list[dict[str, Any]]:
    """One for each incident of a digest, in the order of their numbers; `values` are those of a single notice."""
    by_incident: dict[str, list[Notice]] = {}
    for item in case.gathered:
        by_incident.setdefault(item.notice.incident, []).append(item.notice)
    found = []
    for number, told in by_incident.items():
        item = next(item for item in case.gathered if item.notice.incident == number)
        own = replace(case, incident=item.incident, link=item.link, owed=(), gathered=())
        said = values(told[-1], own, language)
        found.append(
            {
                "line": said["headline"],
                "number": said["number"],
                "seq": said["seq"],
                "events": _events(told, own, language),
                "symptom": "" if told[-1].type in _OVER else said["symptom"],
                "seen": [] if told[-1].type in _OVER or said["said"] else said["seen"][:1],
                "said": said["said"],
                "link": item.link,
            }
        )
    return found


def tag(copy: Copy) -> str:
    """What the first line calls the notice; "" where it is no digest."""
    if copy.notice.type is not NoticeType.DIGEST:
        return ""
    return "三级汇总" if copy.language == "zh" else "GRADE 3 DIGEST"


def tails(copy: Copy) -> tuple[str, ...]:
    """How many incidents it tells of, and how many of them go on."""
    if copy.notice.type is not NoticeType.DIGEST:
        return ()
    count, going_on = len(copy.notice.content.get("incidents", ())), int(copy.notice.content.get("open", 0))
    if copy.language == "zh":
        return f"：{count}起事件，{going_on}起未恢复", f"：{count}起事件"
    matters = f"{count} incident{'s' * (count != 1)}"
    return f": {matters}, {going_on} going on", f": {matters}"


def _events(told: list[Notice], case: Case, language: str) -> str:
    """`opened 10:05, recovered 10:20`; "" where only one thing happened, which its line says."""
    if len(told) < 2:
        return ""
    copies = [Copy(notice, case, language) for notice in told]
    said = [copy.say(_EVENTS.get(copy.notice.type, "event changed"), at=copy.clock(copy.notice.at)) for copy in copies]
    return copies[0].say("list").join(said)
