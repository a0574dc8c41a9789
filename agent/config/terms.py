"""`agreement.terms`: duties amended by name (agreement.md 5), and duties of the parties' own."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.config.shapes import FLAG, PROSE, TEXT, Either, Entry, Field, ListOf, MapOf, Record, Scalar, measured, one_of
from agent.model import Grade, Limit
from agent.rules.limits import LIMIT, limit

NAMES = (
    "complete_roster", "tell_contact_change", "adopt_grade_table", "adopt_availability", "test_channels",
    "monitor", "judge", "watch_own_use", "report_incident", "supplement_report",
    "acknowledge_report", "first_notice", "progress_update", "change_notice", "acknowledge_notice", "feed_back",
    "share_facts", "answer_grade", "decide_grade",
    "launch_provider", "launch_customer", "principals_speak", "launch_teams", "name_coordinators", "decide_response",
    "assess", "contain", "eradicate", "restore", "verify", "recovery_notice", "confirm_recovery",
    "post_incident_report", "hold_review", "comment_review", "improve",
    "answer_support", "answer_cooperation", "fix_vulnerability", "maintain", "review_access", "train",
    "availability", "availability_report", "state_best_efforts", "announce_maintenance",
    "plan_drill", "hold_drill", "answer_invitation", "evaluate_drill", "decide_improvements",
)  # fmt: skip
"""The duties that ship, in the order of the agreement."""

EVENTS = (
    "incident.opened", "incident.detected", "grade.set", "grade.changed", "notice.delivered", "notice.acknowledged",
    "report.received", "report.acknowledged", "update.posted", "team.launched", "phase.recorded", "signals.cleared",
    "recovery.verified", "document.delivered", "request.asked", "request.answered",
    "calendar.day", "calendar.month", "calendar.quarter", "calendar.year",
)  # fmt: skip
"""What starts and meets clocks."""

_OWN = ("clauses", "basis", "debtor", "creditor", "starts", "limit", "met_by")

_GRADES: Mapping[str, Grade] = {"1": 1, "2": 2, "3": 3}


def grade_key(text: str) -> Grade:
    """The grade that a key `1:` means.

    Raises:
        ValueError: it is none.
    """
    if text not in _GRADES:
        raise ValueError(f"{text!r} is no grade: 1, 2 or 3")
    return _GRADES[text]


GRADE = Scalar("a grade: 1, 2 or 3", grade_key, {"enum": [1, 2, 3]})


def by_grade(shape: Scalar) -> MapOf:
    """`{1: …, 2: …, 3: …}`."""
    return MapOf(shape, grade_key, "^[123]$")


_LIMIT = measured("a limit such as 15m, 2wd or month_end", limit, pattern=LIMIT)
_PARTIES = one_of(("provider", "customer", "both"))
_EVENT = one_of(EVENTS)

SHAPE = MapOf(
    Record(
        {
            "limit": Field(Either(_LIMIT, by_grade(_LIMIT)), "one for all grades, or {1: 15m, 2: 30m, 3: 4h}"),
            "basis": Field(one_of(("contract", "annex", "default", "statute")), "what the number rests on"),
            "ref": Field(PROSE, "where it is written, such as annex 2"),
            "clauses": Field(ListOf(TEXT), "clauses of the agreement"),
            "debtor": Field(_PARTIES, "who owes it"),
            "creditor": Field(_PARTIES, "to whom"),
            "starts": Field(_EVENT, "the event that starts its clock"),
            "met_by": Field(_EVENT, "the event that meets it"),
            "deemed_accepted": Field(FLAG, "whether silence counts as acceptance; not unless the parties agreed it"),
        }
    )
)

LAUNCH: Mapping[str, Grade] = {"launch_provider": 1, "launch_customer": 1, "launch_teams": 2, "decide_response": 3}


def check(terms: Mapping[str, Entry], section: Node, faults: Faults) -> None:
    """Name what no duty is called, unless it is whole enough to be one of the parties' own."""
    for name, term in terms.items():
        if name in NAMES:
            continue
        missing = [key for key in _OWN if key not in term]
        if len(missing) > len(_OWN) // 2:
            own = f"a duty of your own needs {', '.join(_OWN)}"
            faults.error(section.at(name), f"unknown duty: {suggest(name, NAMES)} ({own})")
        elif missing:
            faults.error(section.at(name), f"a duty of your own needs also {', '.join(missing)}")


def limits(
    terms: Mapping[str, Entry], name: str, defaults: Mapping[Grade, timedelta], only: Grade | None = None
) -> dict[Grade, timedelta]:
    """The limits of a duty by grade, as amended; `only`: the duty has one grade."""
    amended: Any = terms[name].get("limit") if name in terms else None
    found = dict(defaults)
    if isinstance(amended, Limit):
        amended = {only: amended} if only else dict.fromkeys(defaults, amended)
    for grade, value in (amended or {}).items():
        if value.span is not None and (only is None or grade == only):
            found[grade] = value.span.longest
    return found
