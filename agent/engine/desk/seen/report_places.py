"""Where a report belongs: the open or verifying incident of its function and kind, else one of its own."""

from collections.abc import Sequence
from dataclasses import replace

from agent.engine.desk.seen import placing
from agent.engine.desk.told import telling
from agent.engine.desk.turn import Turn
from agent.model import SYSTEM, Contact, Incident, Report, State
from agent.rules import grading, incidents, modifiers, reporting
from agent.rules.incidents import Joining

_RANK = tuple(Joining)  # in the order of preference


def place(turn: Turn, report: Report, reporter: Contact) -> tuple[Incident, Joining]:
    """The incident that takes the report, and why. One that joins nothing opens one, provisional."""
    functions = report.functions or (SYSTEM,)
    past = _past(turn, report, functions)
    if past is not None:
        return past, Joining.JOINED_SAME
    line = reporting.line_of(report, reporter)
    known = (*turn.known.incidents.values(), *turn.known.ended.values())
    agreed = turn.settings.agreement.functions
    found, why = min(
        (
            incidents.choose(replace(line, function=function), report.occurred_at, known, agreed, turn.now)
            for function in functions
        ),
        key=lambda choice: _RANK.index(choice[1]),
    )
    if found is None or why in (Joining.RECURRENCE, Joining.NEW):
        return _open(turn, report, reporter, functions, found), why
    incident = _merged(turn, found, report, functions, why)
    return (telling.reopen(turn, incident, line.id) if why is Joining.REOPENED else incident), why


def _merged(turn: Turn, incident: Incident, report: Report, functions: Sequence[str], why: Joining) -> Incident:
    added = tuple(function for function in functions if function not in incident.functions)
    for function in added:
        turn.fact(incident.number, "function_joined", function=function, why=why)
    started_at = min(incident.started_at, report.occurred_at)
    return turn.put(replace(incident, functions=incident.functions + added, started_at=started_at))


def _past(turn: Turn, report: Report, functions: Sequence[str]) -> Incident | None:
    """The recovered incident that the report tells of, late."""
    for incident in turn.known.incidents.values():
        is_alike = incident.kind is report.kind and incident.is_mapped and set(functions) & set(incident.functions)
        if incident.state is State.RECOVERED and is_alike and reporting.is_of_the_past(report, incident):
            return incident
    return None


def _open(
    turn: Turn, report: Report, reporter: Contact, functions: tuple[str, ...], earlier: Incident | None
) -> Incident:
    """A new one at the grade that the report calls for; `earlier` is the one that it may be a recurrence of."""
    evidence = reporting.evidence_of((report,), {reporter.id: reporter})
    graded = grading.grade(evidence, turn.settings.agreement, turn.now)
    assert graded.grade is not None
    agreement = turn.settings.agreement
    incident = Incident(
        number=placing.next_number(turn),
        kind=report.kind,
        key=incidents.key(report.kind, functions[0]),
        state=State.OPEN,
        grade=graded.grade,
        is_provisional=True,
        functions=functions,
        rules=graded.rules,
        started_at=report.occurred_at,
        detected_at=report.received_at,
        opened_at=turn.now,
        graded_at=turn.now,
        agreement_version=agreement.version,
        agreement_hash=agreement.hash,
        recurrence_of=earlier.number if earlier else "",
        occurred=modifiers.occurred(earlier, turn.now),
    )
    return placing.opened(turn, incident, graded)
