"""Before a fault rises from grade 3 by its age, its coordinator is warned: a reasoned “not worse” holds it (R7)."""

from dataclasses import replace
from datetime import datetime

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import EntryKind, Grading, Incident, NoticeState, NoticeType, Party, Recipient, Role, State
from agent.rules import rising


def not_worse_at(turn: Turn, incident: Incident) -> datetime | None:
    """When somebody of the provider said so last, since the incident took its grade."""
    said = [
        each.at
        for each in turn.known.ledger.entries.get(incident.number, ())
        if each.kind is EntryKind.NOT_WORSE and each.on_file_at >= incident.graded_at
    ]
    return max(said, default=None)


def is_due(turn: Turn, incident: Incident, graded: Grading) -> bool:
    """Whether the coordinator is to be warned now."""
    return incident.state is State.OPEN and graded.warns_at is not None and graded.warns_at <= turn.now


def warn(turn: Turn, incident: Incident) -> Incident:
    """Tell the provider's coordinator, with the time of the rise; first of all put down that it was done."""
    incident = turn.put(replace(incident, warned_at=turn.now))
    rises_at = turn.now + rising.WARNED_BEFORE
    turn.fact(incident.number, "rise_warned", grade=incident.grade, until=rises_at.isoformat())
    if incident.told_provider is not NoticeState.RELEASED:
        return incident
    what = {"rises_at": rises_at.isoformat()}
    return notices.address(turn, incident, NoticeType.RISING, Party.PROVIDER, _coordinators(turn), what)


def _coordinators(turn: Turn) -> tuple[Recipient, ...]:
    """Those of the provider; where it has none, its principals."""
    people = turn.settings.contacts_of(Party.PROVIDER)
    for role in (Role.COORDINATOR, Role.PRINCIPAL):
        found = tuple(Recipient(each.id, f"rises: {role}") for each in people if role in each.roles)
        if found:
            return found
    return ()
