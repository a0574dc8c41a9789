"""Who may know of an incident at all."""

from collections.abc import Sequence

from agent.model import Condition, Evidence, Incident


def may_tell_customer(incident: Incident, evidence: Sequence[Evidence]) -> bool:
    """Whether the customer is told.

    Never of an alert that nothing mapped, and of a mere risk only where the last redundancy is lost (R6) or the row
    says so (agreement.md 3 "At risk", 4 "Unmapped"). A grade that a person set opens it: somebody stands for it.
    """
    if not incident.is_mapped:
        return False
    if not incident.is_provisional:
        return True
    mapped = [item for item in evidence if item.line.is_mapped]
    if not evidence:
        return incident.told_customer is not None or incident.grade == 1
    return any(
        item.line.condition is not Condition.AT_RISK or item.line.tell_at_risk or "R6" in incident.rules
        for item in mapped
    )
