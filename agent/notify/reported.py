"""What notices say of reports (3.2(b), (c)): receipt, the question to the provider, acknowledgement, what lacks.

A receipt says that a report has arrived, and never that it was acknowledged (fact 4).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.model import NoticeType
from agent.notify.case import Copy
from agent.rules import wording
from agent.rules.wording import clipped, listed

TYPES = frozenset({NoticeType.RECEIPT, NoticeType.REPORT, NoticeType.REPORT_ACKNOWLEDGED, NoticeType.SUPPLEMENT})

SHOWN = 3
"""Reports named in one notice; the rest is counted."""

_ITEMS = {"time": "time", "symptom": "symptom", "scope": "scope", "measures": "measures taken"}


def values(copy: Copy) -> dict[str, Any]:
    """The names of a template that tell of reports; empty where a notice is about none."""
    content = copy.notice.content
    reports: Sequence[Mapping[str, Any]] = content.get("reports", ())
    first = reports[0] if reports else {}
    received_at, done_at = first.get("received_at", ""), first.get("acknowledged_at", "")
    return {
        "reports": [_line(copy, each) for each in reports[:SHOWN]] + _more(copy, len(reports) - SHOWN),
        "report_numbers": listed((copy.short(each["number"], 24) for each in reports), copy.language),
        "reported": copy.short(first.get("symptom", ""), 330),
        "reporter": copy.name(first.get("reporter", "")),
        "received_at": copy.clock(received_at),
        "acknowledge_by": copy.clock(content.get("waiting_until", "")),
        "is_overdue": float(content.get("passed", 0)) >= 1,
        "acknowledged_at": copy.clock(done_at),
        "took": _between(received_at, done_at, copy.language),
        "limit": _between(received_at, first.get("due_at", ""), copy.language),
        "progress": copy.short(content.get("progress", ""), 450),
        "next_update_at": copy.clock(content.get("next_update_at", "")),
        "lacks": listed((copy.say(_ITEMS[item]) for item in first.get("missing", ())), copy.language),
        "proposal": _proposal(copy, reports),
        "is_acknowledgement": bool(content.get("discharges", False)),
        "contact": _contact(copy),
    }


def tag(copy: Copy) -> str:
    """What the first line calls the notice; "" where it is about no report."""
    zh, content = copy.language == "zh", copy.notice.content
    if copy.notice.type not in TYPES:
        return ""
    match copy.notice.type:
        case NoticeType.RECEIPT:
            return "自动回执" if zh else "RECEIPT"
        case NoticeType.REPORT_ACKNOWLEDGED:
            return "受理确认" if zh else "ACKNOWLEDGED"
        case NoticeType.SUPPLEMENT:
            return "请补充报告" if zh else "PLEASE ADD"
    if content.get("why"):
        return "报告待确认" if zh else "REPORT"
    by = copy.clock(content.get("waiting_until", ""))
    return (f"报告·{by}前确认" if zh else f"REPORT, answer by {by}") if by else ("报告" if zh else "REPORT")


def name(copy: Copy) -> str:
    """What stands after the tag: the report's number, for the provider the function it is about."""
    reports = copy.notice.content.get("reports", ())
    if copy.notice.type is NoticeType.REPORT or not reports:
        return ""
    return copy.short(reports[0]["number"], 24)


def tails(copy: Copy) -> tuple[str, ...]:
    """What follows the name, fullest first; () where the notice is about no report."""
    zh, content = copy.language == "zh", copy.notice.content
    reports = content.get("reports", ())
    if copy.notice.type not in TYPES or not reports:
        return ()
    more = (f"等{len(reports)}份" if zh else f" and {len(reports) - 1} more") if len(reports) > 1 else ""
    told = values(copy)
    match copy.notice.type:
        case NoticeType.RECEIPT if told["is_acknowledgement"]:
            return ("已到达，依约定视为受理确认",) if zh else (": as agreed, this acknowledges it", " is in")
        case NoticeType.RECEIPT:
            return ("已到达，尚未受理确认",) if zh else (" has arrived; not an acknowledgement", " has arrived")
        case NoticeType.REPORT_ACKNOWLEDGED:
            return _acknowledged(copy, told, more)
        case NoticeType.SUPPLEMENT:
            return (f"缺：{told['lacks']}", "待补充") if zh else (f" lacks {told['lacks']}", " is incomplete")
    if content.get("why"):
        return _waiting(copy, told)
    said = told["reported"] or copy.say("says nothing")
    return (f"：{said}", f"：{wording.cut(said, 20)}", "") if zh else (f": {said}", f": {wording.cut(said, 24)}", "")


def _acknowledged(copy: Copy, told: Mapping[str, Any], more: str) -> tuple[str, ...]:
    who, at = copy.name(str(copy.notice.content.get("by", ""))), told["acknowledged_at"]
    if copy.language == "zh":
        return (f"{more}：{who}{at}确认", f"{more}已确认")
    full = f"{more} by {who} at {at}"
    took = told["took"].removesuffix(" min") if told["limit"].endswith(" min") else told["took"]
    spent = f" ({took} of {told['limit']})" if told["limit"] else ""
    return f"{full}{spent}", full, f"{more} acknowledged"


def _waiting(copy: Copy, told: Mapping[str, Any]) -> tuple[str, ...]:
    """How much of the limit has passed, or since when it is overdue."""
    passed, zh = float(copy.notice.content.get("passed", 0)), copy.language == "zh"
    if passed >= 1:
        since = told["acknowledge_by"]
        if zh:
            return f"：{since}已超时，未受理确认", f"：{since}已超时", "已超时"
        return f": not acknowledged, overdue since {since} (3.2(c))", f": overdue since {since}", ": overdue"
    share = f"{round(passed * 100)}{'%' if zh else ' %'}"
    if zh:
        return f"：{told['limit']}时限已过{share}，未确认", f"：已过{share}，未确认", "：未确认"
    return (
        f": not acknowledged, {share} of {told['limit']} (3.2(c))",
        f": not acknowledged, {share}",
        ": unanswered",
    )


def _line(copy: Copy, report: Mapping[str, Any]) -> str:
    said = copy.short(report.get("symptom", ""), 200) or copy.say("says nothing")
    who = copy.name(report.get("reporter", "")) or "?"
    line = copy.say(
        "report line",
        number=copy.short(report["number"], 24),
        name=who,
        at=copy.clock(report.get("received_at", "")),
        said=said,
    )
    return clipped(line, 330)


def _more(copy: Copy, count: int) -> list[str]:
    return [copy.say("more", count=str(count))] if count > 0 else []


def _proposal(copy: Copy, reports: Sequence[Mapping[str, Any]]) -> str:
    proposed = [each for each in reports if each.get("is_proposal")]
    if not proposed or not copy.is_provider:
        return ""
    return copy.say("proposal", name=copy.name(proposed[0].get("reporter", "")))


def _contact(copy: Copy) -> str:
    """Who acknowledged; with the number while a grade 1 or 2 incident is open (contract data)."""
    contact = copy.case.settings.contacts.get(str(copy.notice.content.get("by", "")))
    if contact is None:
        return ""
    return copy.person(contact) if copy.notice.grade < 3 else copy.name(contact.id)


def _between(since: str, until: str, language: str) -> str:
    """`6 min` / `6分钟`; "" where one end is not known."""
    if not since or not until:
        return ""
    lasted_s = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()
    return wording.lasting(max(int(lasted_s), 0), language)
