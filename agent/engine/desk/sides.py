"""What an incident holds for each party: what it was told, and who acknowledged."""

from agent.model import Incident, NoticeState, Party
from agent.model.hot import replace


def told(incident: Incident, party: Party) -> NoticeState | None:
    return incident.told_provider if party is Party.PROVIDER else incident.told_customer


def with_told(incident: Incident, party: Party, state: NoticeState | None) -> Incident:
    if party is Party.PROVIDER:
        return replace(incident, told_provider=state)
    return replace(incident, told_customer=state)


def with_acknowledged(incident: Incident, party: Party, contact: str) -> Incident:
    if party is Party.PROVIDER:
        return replace(incident, acknowledged_provider=contact)
    return replace(incident, acknowledged_customer=contact)


def acknowledged(incident: Incident, party: Party) -> str:
    """The contact that acknowledged for the party, "" while nobody has."""
    return incident.acknowledged_provider if party is Party.PROVIDER else incident.acknowledged_customer
