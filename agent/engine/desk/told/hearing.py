"""Whether the other party knows of an incident that one party speaks to it about."""

from agent.engine.desk import sides
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.errors import Refused
from agent.model import Incident, NoticeState, Party, State


def check(incident: Incident, party: Party, by: str, clause: str) -> None:
    """
    Raises:
        Refused: the party has never heard of the incident.
    """
    may_tell = incident.is_mapped and (sides.told(incident, party) is not None or not incident.is_provisional)
    if party is Party.CUSTOMER and not may_tell:
        raise Refused(
            f"the customer has not heard of {incident.number}: confirm its grade first, which tells it "
            f"(tocsin regrade {incident.number} {incident.grade} --by {by})",
            clause,
        )


def has_heard(turn: Turn, incident: Incident, party: Party) -> bool:
    """Whether the party knows of the incident at all: nobody learns of it by what is said about it."""
    if party is Party.PROVIDER or incident.told_customer is NoticeState.RELEASED:
        return True
    return any(each.party is Party.CUSTOMER for each in turn.known.ledger.reports_of(incident.number))


def let_hear(turn: Turn, incident: Incident, party: Party) -> Incident:
    """What was held back from the party is told now: who speaks of it stands for it that there is something.

    What waits for working hours goes on waiting, with what is said of it: both are told then, in their order.
    """
    incident = turn.known.incidents.get(incident.number, incident)
    is_held = sides.told(incident, party) is NoticeState.HELD and incident.state is State.OPEN
    if is_held and not notices.route(turn, incident, party).waits_for_hours:
        return notices.release_at_once(turn, incident)
    return incident
