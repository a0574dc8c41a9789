"""The customer's answer to a recovery (4.2(c)): confirmed, or objected to, which the provider hears of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agent.engine.desk import notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import Refused
from agent.model import Entry, Incident, NoticeState, NoticeType, Party


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """
    Raises:
        Refused: an objection without a reason.
    """
    if act.what == "objection" and not str(act.said.get("text", "")).strip():
        raise Refused("an objection needs text: say what does not work", "4.2(c)")
    return {}


def answered(turn: Turn, incident: Incident, entry: Entry) -> None:
    """An objection keeps the incident from being closed until it is answered; the provider is told."""
    incident = turn.known.incidents.get(incident.number, incident)
    if entry.what != "objection" or incident.told_provider is not NoticeState.RELEASED:
        return
    incident = turn.put(replace(incident, seq=incident.seq + 1))
    said = {"by": entry.by, "said_at": entry.at.isoformat(), "entry": entry.id, "said": dict(entry.said)}
    turn.put(notices.issue(turn, incident, NoticeType.OBJECTION, Party.PROVIDER, what=said))
