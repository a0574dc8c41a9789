"""Response plans (3.1 行动方案): which one fits an incident, and how far its steps are done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agent.model import Entry, EntryKind, Grade, Incident, Plan


@dataclass(frozen=True, slots=True)
class Step:
    number: int  # from 1
    words: str
    done: Entry | None = None  # who ticked it, and when


def fitting(plans: Iterable[Plan], incident: Incident, grade: Grade | None = None) -> Plan | None:
    """The plan for its kind, functions and grade; the narrowest goes first."""
    wanted = grade or incident.grade
    found = [
        plan
        for plan in plans
        if plan.kind is incident.kind
        and (not plan.function or plan.function in incident.functions)
        and plan.grade in (None, wanted)
    ]
    return min(found, key=lambda plan: (not plan.function, plan.grade is None), default=None)


def pinned(plans: Sequence[Plan], incident: Incident) -> Plan | None:
    """The plan that an incident is to follow: chosen once for each grade, whatever the file says later.

    Where none fits another grade, the one that was pinned goes on. Its `grade` says for which grade it was chosen.
    """
    if incident.plan is not None and incident.plan.grade == incident.grade:
        return incident.plan
    found = fitting(plans, incident)
    return replace(found, grade=incident.grade) if found is not None else incident.plan


def steps(plan: Plan, entries: Iterable[Entry]) -> tuple[Step, ...]:
    """Its steps with who did them. One that another plan had in the same words before a regrade stays done."""
    done: dict[str, Entry] = {}
    for entry in entries:
        if entry.kind is EntryKind.PLAN_STEP:
            done.setdefault(str(entry.said.get("words", "")), entry)
    return tuple(Step(number, words, done.get(words)) for number, words in enumerate(plan.steps, 1))
