"""What the grading rule makes of an imagined alert, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from agent.model import Agreement, Criticality, Evidence, Grading, Line
from agent.rules import grading, matchers, modifiers
from agent.rules.classify import Classified, classify

if TYPE_CHECKING:
    from agent.config.settings import Settings


@dataclass(frozen=True, slots=True)
class Alert:
    """The alert that is imagined."""

    labels: Mapping[str, str]
    at: datetime
    lasting: timedelta = timedelta()
    firing: int = 1  # distinct values of the label that its row's scope counts
    has_second_evidence: bool = False
    times: int = 1  # that the same cause showed itself within 30 days
    is_beside_another: bool = False  # another grade 2 of its core function is open


def graded(alert: Alert, settings: "Settings") -> dict[str, Any]:
    """What `tocsin grade test --json` says: `{grade, rules, inputs, provisional}` and how it came about."""
    index = matchers.first_match([row.match for row in settings.rows], alert.labels)
    classified = classify(alert.labels, settings.rows, index, settings.agreement)
    row, notes = _row(classified, index), _notes(classified, alert)
    if classified.line is None or classified.outcome:
        return {**_UNGRADED, "row": row, "notes": notes, "outcome": classified.outcome}
    judged = _judged(alert, classified.line, settings.agreement)
    return {**_UNGRADED, "row": row, "notes": notes, **judged}


_UNGRADED: Mapping[str, Any] = {
    "outcome": "",
    "grade": None,
    "provisional": True,
    "rules": (),
    "steps": (),
    "proposed": None,
    "inputs": {},
    "row": None,
    "function": None,
    "criticality": None,
    "state": None,
    "scope": None,
    "next": (),
    "notes": (),
}


def _judged(alert: Alert, line: Line, agreement: Agreement) -> dict[str, Any]:
    now = alert.at
    started_at = now - alert.lasting
    values = alert.firing if line.share_of else 0
    evidence = (Evidence(line, count=alert.firing, values=values, started_at=started_at, detected_at=started_at),)
    beside = ("another",) if alert.is_beside_another and _is_core(line, agreement) else ()
    judged = grading.grade(
        evidence, agreement, now, second_evidence=alert.has_second_evidence, times=alert.times, beside=beside
    )
    return {
        "outcome": "" if judged.grade else "alert_only",
        "grade": judged.grade,
        "provisional": judged.is_provisional,
        "rules": list(judged.rules),
        "steps": judged.inputs["steps"],
        "inputs": dict(judged.inputs),
        "proposed": judged.proposed,
        "function": line.function,
        "criticality": grading.criticality_of(line.function, agreement).value,
        "state": line.condition.value if line.condition else None,
        "scope": grading.scope_of(evidence[0]),
        "next": _next(judged, evidence, agreement, alert),
    }


def _is_core(line: Line, agreement: Agreement) -> bool:
    return grading.criticality_of(line.function, agreement) is Criticality.CORE


def _next(judged: Grading, evidence: tuple[Evidence, ...], agreement: Agreement, alert: Alert) -> list[dict[str, Any]]:
    """What time alone adds next (R7, or a boundary of R8); nothing where it never does."""
    at, found = judged.next_at, judged.grade
    for _ in range(_BOUNDARIES):
        if at is None or found is None:
            return []
        alone, backed = (
            grading.grade(evidence, agreement, at, second_evidence=is_backed, times=alert.times)
            for is_backed in (alert.has_second_evidence, True)
        )
        to = min(alone.grade or found, backed.grade or found)
        is_boundary = at == modifiers.circumstances(agreement, at - _MOMENT, alert.times).next_at
        if to < found or not is_boundary:
            return [
                {
                    # the table's own times say so themselves; what is left is age, which lifts by one
                    "grade": to if to < found else found - 1,
                    "rule": "R8" if is_boundary else "R7",
                    "at": at.isoformat(),
                    "in_s": (at - alert.at).total_seconds(),
                    "needs_second_evidence": (backed.grade or found) < (alone.grade or found),
                }
            ]
        at = alone.next_at
    return []


_BOUNDARIES = 20
"""So many boundaries that raise nothing are passed over before what comes after them is left unsaid."""

_MOMENT = timedelta(microseconds=1)


def _row(classified: Classified, index: int) -> dict[str, Any] | None:
    row = classified.row
    if row is None:
        return None
    return {"name": f"signals[{index}]", "match": [f'{each.name}{each.op}"{each.value}"' for each in row.match]}


def _notes(classified: Classified, alert: Alert) -> list[str]:
    notes = [classified.why] if classified.why else []
    if classified.line is not None and not classified.line.is_mapped:
        notes.append("no row matched it: it never reaches the customer; `tocsin signals unmapped` lists such alerts")
    if classified.line is not None and alert.firing > 1 and not classified.line.share_of:
        notes.append("its row has no `scope:`: how many are firing changes nothing")
    return notes
