"""How grave an incident is: R3 to R10 of the grading rule (agreement.md 4). Deterministic, and it says why.

R0, R1 and the first half of R5 are in `classify`; R2 is asked by the desk; what R8 weighs stands in `modifiers`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from agent.model import (
    SYSTEM,
    Agreement,
    Cell,
    Condition,
    Criticality,
    Evidence,
    Grade,
    Grading,
    Incident,
    Kind,
    Line,
    Rise,
    State,
)
from agent.rules import modifiers, rising
from agent.rules.modifiers import Circumstances

ASK_AGAIN = timedelta(minutes=1)
"""How soon to look again at an outage that lacks second evidence: the `reference:` target may answer by then."""

_LISTED = 10
"""Lines written down as inputs, gravest first; a storm has thousands."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the rule says of one line of evidence."""

    evidence: Evidence
    criticality: Criticality
    scope: float | None  # None: not known
    grade: Grade | None
    steps: tuple[tuple[str, Grade], ...]  # each rule that set or raised the grade
    next_at: datetime | None = None


def grade(
    evidence: Sequence[Evidence],
    agreement: Agreement,
    now: datetime,
    *,
    current: Incident | None = None,
    second_evidence: bool = False,
    reference_ok: bool = False,
    times: int | None = None,
    beside: Sequence[str] = (),
    not_worse_at: datetime | None = None,
) -> Grading:
    """The grade that the open evidence calls for, whatever grade stands now; `raised` says which of both acts.

    `second_evidence`: a report or a person says so too. `reference_ok`: the `reference:` target answers, so that the
    network in between is not at fault. With `current` the rows that lift by age count too (inputs: `time`).
    `times`: how often the same cause showed itself lately, None: as `current` remembers. `beside`: other grade 2
    matters of a core function of this one, which together call for grade 1; that waits for a person (`proposed`).
    `not_worse_at`: when somebody said with a reason that it is not worse, which holds the rise from grade 3.
    """
    around = modifiers.circumstances(
        agreement, now, modifiers.occurred_lately(current, now) if times is None else times
    )
    is_backed = second_evidence or reference_ok
    agreeing = _with_two_witnesses(evidence)
    judged = (
        _judge(item, agreement, now, is_backed or item.line.is_local or item.line.function in agreeing)
        for item in evidence
    )
    verdicts = [_shifted(verdict, around) for verdict in judged] if around.weighs else list(judged)
    verdicts.sort(key=lambda verdict: (verdict.grade or 4, verdict.evidence.line.id))
    steps = [step for verdict in verdicts for step in verdict.steps]
    found = _highest([verdict.grade for verdict in verdicts])
    looks = [verdict.next_at for verdict in verdicts if verdict.next_at is not None]
    warns_at: datetime | None = None
    inputs: dict[str, Any] = {"at": now.isoformat(), "lines": [_written(verdict) for verdict in verdicts[:_LISTED]]}
    if len(verdicts) > _LISTED:
        inputs["more_lines"] = len(verdicts) - _LISTED
    if found is not None:
        lifted, lifts_at, warns_at = _lift(verdicts, found, current, agreement, now, not_worse_at)
        if lifted is not None and current is not None:
            inputs["time"] = f"grade {current.grade} since {current.graded_at.isoformat()}"
            steps.append(("R7", lifted))
            found = _highest([found, lifted])
        looks += [at for at in (lifts_at, warns_at) if at is not None and at > now]
        if around.next_at is not None and found != 1:
            looks.append(around.next_at)
        if any(rule == "R8" for rule, _ in steps):
            inputs["modifiers"] = around.inputs()
    proposed = _proposed(found, current, beside)
    if proposed is not None:
        inputs["beside"] = list(beside)
        steps.append(("R8", proposed))
    inputs["steps"] = [list(step) for step in sorted(set(steps))]
    inputs["decided_by"] = max((rule for rule, given in steps if given == found), default="")
    return Grading(
        grade=found,
        rules=_rules(verdicts, steps, found, current),
        inputs=inputs,
        is_provisional=current is None or current.is_provisional or (found is not None and found < current.grade),
        next_at=min(looks, default=None),
        proposed=proposed,
        warns_at=warns_at,
    )


def raised(current: Grade, grading: Grading, *, overruled: Grade | None = None) -> Grade:
    """The grade that acts: the higher one. Raising is automatic, lowering is always a person's act (3.1, R9, R10).

    `overruled`: the proposal that a person lowered; the same proposal again does not undo their act, a graver one does.
    """
    proposed = grading.grade
    if proposed is None or (overruled is not None and proposed >= overruled):
        return current
    return min(current, proposed)


# ---------------------------------------------------------------------------------------------- one line of evidence


def _judge(item: Evidence, agreement: Agreement, now: datetime, is_backed: bool) -> _Verdict:
    """R3 to R7 for one line; `is_backed`: there is second evidence for it."""
    line = item.line
    criticality = criticality_of(line.function, agreement)
    scope = scope_of(item)
    if line.kind is not Kind.FAULT:
        base = _by_certainty(line, agreement) if line.kind is Kind.SECURITY else line.given or 3
        rule = "R3" if line.kind is Kind.SECURITY else "R4"
        return _Verdict(item, criticality, scope, base, ((rule, base),) if base else ())

    cell = _cell(line, criticality, scope, agreement)
    base = line.given or (cell.grade if cell else None)
    steps: list[tuple[str, Grade]] = [("R4", base)] if base else []
    if line.condition is None and line.given is None:
        return _Verdict(item, criticality, scope, None, ())  # R5: info
    if criticality is Criticality.CORE:
        if "R5" in line.rules and line.severity.lower() == "critical":
            steps.append(("R5", 2))
        if is_last_redundancy(item):
            steps.append(("R6", 2))
    next_at = None
    # an explicit grade replaces the table with its times; a total outage is a rule of its own and still applies
    if cell is not None and cell.rise is not None and (line.given is None or cell.rise.needs_second_evidence):
        has_risen, next_at = _rise(cell.rise, item.started_at, is_backed, now)
        if has_risen:
            steps.append(("R7", cell.rise.grade))
    return _Verdict(item, criticality, scope, _highest([given for _, given in steps]), _that_raised(steps), next_at)


def _shifted(verdict: _Verdict, around: Circumstances) -> _Verdict:
    """R8: the verdict as the circumstances make it."""
    if verdict.grade is None:
        return verdict
    moved = modifiers.modified(verdict.grade, around.shift(verdict.evidence.line))
    if moved == verdict.grade:
        return verdict
    return replace(verdict, grade=moved, steps=(*verdict.steps, ("R8", moved)))


def _proposed(found: Grade | None, current: Incident | None, beside: Sequence[str]) -> Grade | None:
    """R8, concurrency: grade 1 where what would be, or is, grade 2 goes on beside another such matter."""
    if found is None or not beside:
        return None
    return 1 if min(found, current.grade if current else found) == 2 else None


def criticality_of(function: str, agreement: Agreement) -> Criticality:
    """The class of an agreed function; one that is agreed no longer counts as the implicit `system`."""
    found = agreement.functions.get(function) or agreement.functions.get(SYSTEM)
    return found.criticality if found else Criticality.CORE


def scope_of(item: Evidence) -> float | None:
    """Distinct firing instances out of all; None where nothing tells them apart (agreement.md 3)."""
    if item.line.total < 1 or item.values < 1:
        return None
    return min(1.0, item.values / item.line.total)


def is_last_redundancy(item: Evidence) -> bool:
    """R6: at most one healthy instance is left of two or more."""
    return item.line.total >= 2 and item.values >= item.line.total - 1


def _by_certainty(line: Line, agreement: Agreement) -> Grade | None:
    """R3. A row may give an attempt a grade, as the annex may; it cannot make a certain event less grave."""
    by_table = agreement.grades.security[line.condition] if line.condition is not None else None
    return _highest([by_table, line.given])


def _cell(line: Line, criticality: Criticality, scope: float | None, agreement: Agreement) -> Cell | None:
    """R4: the cell for the scope. `down` without a known scope means all; a degraded function is not taken for dead."""
    if line.condition is None:
        return None
    share = scope if scope is not None else 1.0 if line.condition is Condition.DOWN else 0.0
    cells = agreement.grades.base[criticality][line.condition]
    return next(cell for cell in cells if share >= cell.scope)


def _rise(rise: Rise, started_at: datetime, is_backed: bool, now: datetime) -> tuple[bool, datetime | None]:
    """R7: whether time has raised the cell, and when to look next."""
    due_at = started_at + rise.after
    if now < due_at:
        return False, due_at
    if rise.needs_second_evidence and not is_backed:
        return False, now + ASK_AGAIN
    return True, None


def _with_two_witnesses(evidence: Sequence[Evidence]) -> set[str]:
    """The functions that two different probes, rows or alerts say are down."""
    said = {(item.line.function, witness_of(item.line)) for item in evidence if item.line.condition is Condition.DOWN}
    counts = Counter(function for function, _ in said)
    return {function for function, count in counts.items() if count >= 2}


def witness_of(line: Line) -> str:
    """Who says so: two `tells:` of one probe, or two states of one row, are one witness."""
    if line.id.startswith("probe:"):
        return line.id.rpartition("/")[0] or line.id
    return line.id.partition("/")[0]


def _that_raised(steps: list[tuple[str, Grade]]) -> tuple[tuple[str, Grade], ...]:
    """Of the steps in their order, the first and each that made the grade higher than it was."""
    kept: list[tuple[str, Grade]] = []
    for rule, given in steps:
        if not kept or given < kept[-1][1]:
            kept.append((rule, given))
    return tuple(kept)


# ------------------------------------------------------------------------------------------------ the whole incident


def _lift(
    verdicts: Sequence[_Verdict],
    found: Grade,
    current: Incident | None,
    agreement: Agreement,
    now: datetime,
    not_worse_at: datetime | None,
) -> tuple[Grade | None, datetime | None, datetime | None]:
    """(the grade that age lifts a fault to, when age lifts it next, when to warn of that); see agreement.md 3, "Time".

    At-risk and alert-only lines have no age, an auxiliary function is never lifted above 2, an incident is lifted once
    and only while it is open.
    """
    ageing = [verdict for verdict in verdicts if _ages(verdict)]
    if not ageing or (current is not None and (current.was_lifted or current.state is not State.OPEN)):
        return None, None, None
    limit: Grade = 2 if all(verdict.criticality is Criticality.AUXILIARY for verdict in ageing) else 1
    if current is None or current.grade > found:  # the incident takes this grade now: its age begins
        return None, *_lifts_at(found, now, limit, agreement)
    lifts_at, warns_at = _lifts_at(current.grade, current.graded_at, limit, agreement, current.warned_at, not_worse_at)
    if lifts_at is not None and lifts_at <= now:
        return _one_up(current.grade), None, None
    return None, lifts_at, warns_at


def _lifts_at(
    standing: Grade,
    since: datetime,
    limit: Grade,
    agreement: Agreement,
    warned_at: datetime | None = None,
    not_worse_at: datetime | None = None,
) -> tuple[datetime | None, datetime | None]:
    """When age lifts the standing grade, and when to warn of that first: grade 3 does not rise unwarned."""
    after = agreement.grades.lifts.get(standing)
    if after is None or standing <= limit:
        return None, None
    if standing != 3:
        return since + after, None
    ahead = rising.of_grade_3(since, after, agreement.calendar, not_worse_at=not_worse_at, warned_at=warned_at)
    return ahead.rises_at, ahead.warns_at


def _ages(verdict: _Verdict) -> bool:
    line = verdict.evidence.line
    return verdict.grade is not None and line.kind is Kind.FAULT and line.condition is not Condition.AT_RISK


def _one_up(standing: Grade) -> Grade:
    return 2 if standing == 3 else 1


def _highest(grades: Sequence[Grade | None]) -> Grade | None:
    """R9: the gravest; None where none is graded."""
    return min((given for given in grades if given is not None), default=None)


def _rules(
    verdicts: Sequence[_Verdict], steps: Sequence[tuple[str, Grade]], found: Grade | None, current: Incident | None
) -> tuple[str, ...]:
    """Every rule that fired, in the order of the rule."""
    fired = {rule for verdict in verdicts for rule in verdict.evidence.line.rules} | {rule for rule, _ in steps}
    if len({verdict.grade for verdict in verdicts}) > 1:
        fired.add("R9")  # the lines disagree: the highest wins
    if current is not None and verdicts and (found is None or found > current.grade):
        fired.add("R10")  # the evidence is less grave than it was: lowering takes a person
    return tuple(sorted(fired, key=lambda rule: int(rule[1:])))


def _written(verdict: _Verdict) -> dict[str, Any]:
    line = verdict.evidence.line
    return {
        "line": line.id,
        "function": line.function,
        "criticality": verdict.criticality.value,
        "condition": line.condition.value if line.condition else None,
        "given": line.given,
        "scope": None if verdict.scope is None else round(verdict.scope, 4),
        "open": verdict.evidence.count,
        "since": verdict.evidence.started_at.isoformat(),
        "grade": verdict.grade,
    }
