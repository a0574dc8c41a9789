"""Whether anybody of a party can be reached: a party that is lost is on record, and the other one asked to phone."""

from agent.engine.desk.told import telling
from agent.engine.desk.turn import Turn
from agent.model import Delivery, Incident, Ladder, Step
from agent.rules import escalation


def with_reach(
    turn: Turn, incident: Incident, ladder: Ladder, deliveries: list[Delivery], steps: tuple[Step, ...] | None
) -> tuple[Incident, Ladder]:
    """Notice that a party is lost or found again; when lost, the other one is asked to phone, once."""
    reach = escalation.reachability(deliveries, turn.settings.endpoints, turn.now, ladder.started_at)
    changed = escalation.with_reach(ladder, reach, steps, turn.now)
    if (changed.unreachable_since is None) == (ladder.unreachable_since is None):
        return incident, changed
    is_lost = changed.unreachable_since is not None
    turn.fact(incident.number, "party_unreachable" if is_lost else "party_reachable", party=ladder.party)
    if is_lost and incident.number in turn.known.incidents:
        incident = telling.ask_to_phone(turn, incident, ladder.party)
    return incident, changed
