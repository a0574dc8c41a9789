"""A grade set by people (3.1): written down, what was held is told, and the change to whoever knows of the incident."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from agent.engine.desk.told import notices, telling
from agent.engine.desk.turn import Turn
from agent.model import Grade, Incident, NoticeState
from agent.rules import grading, reporting


@dataclass(frozen=True, slots=True)
class Word:
    """Whose word it is, why, who brought it, and what its fact says where it was recorded on their behalf."""

    by: str
    reason: str
    recorded_by: str = ""
    stated: Mapping[str, Any] = field(default_factory=dict)


def set_grade(
    turn: Turn, incident: Incident, grade: Grade, word: Word, *, is_provisional: bool = False, **told: Any
) -> Incident:
    """Another grade rules from now on. `told`: what its notice says beside from, to, who and why."""
    from_grade = incident.grade
    turn.fact(
        incident.number,
        "grade_set",
        by=word.by,
        from_grade=from_grade,
        to_grade=grade,
        reason=word.reason,
        recorded_by=word.recorded_by,
        **word.stated,
    )
    incident = turn.put(
        replace(
            _by_a_person(incident),
            grade=grade,
            is_provisional=is_provisional,
            overruled=proposed(turn, incident) if grade > from_grade else None,
            graded_at=turn.now,
        )
    )
    incident = _let_go(turn, incident)
    return telling.change(turn, incident, from_grade=from_grade, to_grade=grade, reason=word.reason, by=word.by, **told)


def confirm(turn: Turn, incident: Incident, word: Word) -> Incident:
    """The grade that stands is no longer provisional (R10)."""
    turn.fact(
        incident.number,
        "grade_confirmed",
        by=word.by,
        from_grade=incident.grade,
        to_grade=incident.grade,
        reason=word.reason,
        recorded_by=word.recorded_by,
        **word.stated,
    )
    return settle(turn, incident)


def settle(turn: Turn, incident: Incident) -> Incident:
    """Not provisional any more; what was held is told. What a person overruled when they lowered stays overruled."""
    return _let_go(turn, turn.put(replace(_by_a_person(incident), is_provisional=False)))


def proposed(turn: Turn, incident: Incident) -> Grade | None:
    """What the evidence says at the moment a person lowers: the same evidence alone raises no more."""
    reports = turn.known.ledger.reports_of(incident.number)
    evidence = (*turn.known.evidence(incident.number), *reporting.evidence_of(reports, turn.settings.contacts))
    return grading.grade(evidence, turn.settings.agreement, turn.now, current=incident).grade


def _let_go(turn: Turn, incident: Incident) -> Incident:
    return notices.release_at_once(turn, incident) if incident.told_customer is NoticeState.HELD else incident


def _by_a_person(incident: Incident) -> Incident:
    return incident if "R10" in incident.rules else replace(incident, rules=(*incident.rules, "R10"))
