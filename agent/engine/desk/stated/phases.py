"""The phases at the desk (3.4): recorded by people and told to both parties.

The phase of the incident itself follows when it is looked at.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.engine.desk.stated import progress
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import IllegalStep, Refused
from agent.model import Entry, Incident, NoticeState, Phase, State
from agent.rules import phases, restored


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words.

    Raises:
        Refused, IllegalStep: with the clause.
    """
    phase = Phase(act.what)
    clause = phases.CLAUSES[phase]
    if act.is_not_applicable and phase in phases.NEVER_SKIPPED:
        raise Refused(f"the {phase} is never skipped: record it", clause)
    if phase is Phase.RECOVERY and incident.state is State.OPEN:
        raise IllegalStep(
            f"{incident.number} is open: recovery is recorded once its signals have cleared; see tocsin show", clause
        )
    if phase is Phase.REVIEW and incident.state not in (State.RECOVERED, State.CLOSED):
        raise IllegalStep(f"{incident.number} is {incident.state}: the review follows the recovery", clause)
    of_recovery = {name: act.said[name] for name in restored.SAID if name in act.said}
    if of_recovery and phase is not Phase.RECOVERY:
        raise Refused(f"{', '.join(of_recovery)}: only the recovery's record says so", clause)
    restored.check(of_recovery)
    recorded = phases.records(turn.known.ledger.entries.get(incident.number, ()), incident)
    said: dict[str, Any] = dict(progress.cause(turn, incident, act))
    if phase in recorded:
        said["is_again"] = True
    return said


def recorded(turn: Turn, incident: Incident, entry: Entry) -> None:
    """An assessment confirms the grade; who knows of the incident is told."""
    incident = turn.known.incidents.get(incident.number, incident)
    if incident.state is State.CLOSED:
        return
    if entry.what == Phase.ASSESSMENT and incident.is_provisional:
        incident = _confirm(turn, incident, entry)
    progress.tell(turn, incident, entry, phase=entry.what, is_not_applicable=entry.is_not_applicable)


def _confirm(turn: Turn, incident: Incident, entry: Entry) -> Incident:
    """OB-502: the grade is confirmed by the person who assessed it; what was held is told."""
    turn.fact(
        incident.number,
        "grade_confirmed",
        by=entry.by,
        from_grade=incident.grade,
        to_grade=incident.grade,
        reason=str(entry.said.get("text", "")),
        recorded_by=entry.recorded_by,
    )
    incident = turn.put(replace(incident, is_provisional=False))
    if incident.told_customer is NoticeState.HELD:
        incident = notices.release_at_once(turn, incident)
    return incident
