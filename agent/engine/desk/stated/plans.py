"""The response plan of an incident (3.1): pinned when it opens and when its grade changes, ticked by people."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import IllegalStep, Refused
from agent.model import Entry, Incident
from agent.rules import plans

CLAUSE = "3.1"


def pin(turn: Turn, incident: Incident) -> Incident:
    """The incident with the plan that fits it, as the file says it now; later changes of the file change nothing."""
    if incident.plan is None and not turn.settings.plans:
        return incident
    plan = plans.pinned(turn.settings.plans, incident)
    if plan is None or plan == incident.plan:
        return incident
    was = incident.plan
    if was is None or (was.link, was.steps) != (plan.link, plan.steps):
        said: dict[str, Any] = {"link": plan.link} if plan.link else {}
        turn.fact(
            incident.number,
            "plan_pinned",
            grade=incident.grade,
            function=plan.function,
            steps=list(plan.steps),
            **said,
        )
    return turn.put(replace(incident, plan=plan))


def ticked(turn: Turn, act: Record, _: Sequence[Entry]) -> Record:
    """The act with the words of the step: they stay what they were when the plan is another one."""
    incident = turn.known.incidents.get(act.incident)
    number = _number(act.said.get("step"))
    steps = incident.plan.steps if incident is not None and incident.plan is not None else ()
    words = steps[number - 1] if 0 < number <= len(steps) else ""
    return replace(act, said={**act.said, "step": number, "words": words})


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """
    Raises:
        Refused: there is no plan, or no such step.
        IllegalStep: it is done.
    """
    if incident.plan is None or not incident.plan.steps:
        raise Refused(f"{incident.number} has no response plan with steps: `plans:` in the file says them", CLAUSE)
    number = int(act.said["step"])
    if not act.said["words"]:
        raise Refused(f"there is no such step: the plan has 1 to {len(incident.plan.steps)}", CLAUSE)
    step = plans.steps(incident.plan, turn.known.ledger.entries.get(incident.number, ()))[number - 1]
    if step.done is not None:
        raise IllegalStep(f"step {number} was done by {step.done.by} already", CLAUSE)
    return {}


def _number(said: Any) -> int:
    text = str(said or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
