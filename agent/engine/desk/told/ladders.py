"""The ladder of a party: begun with what asks, put on file, ended with an answer."""

from agent.engine.desk import pinned, sides
from agent.engine.desk.turn import Turn
from agent.model import (
    Incident,
    Ladder,
    Notice,
    Party,
    Step,
)
from agent.model.hot import replace
from agent.rules import escalation


def start(turn: Turn, incident: Incident, notice: Notice, steps: tuple[Step, ...] | None) -> Incident:
    """From now on the party is asked until one of its people acknowledges (grades 1 and 2)."""
    if incident.grade == 3 or notice.is_trial:
        return incident
    limit = pinned.agreement_of(turn, incident.number).launch_limit[incident.grade]
    standing = turn.known.ladders.get((incident.number, notice.party))
    if standing is None:
        ladder = escalation.begin(incident.number, notice.party, turn.now, limit, steps)
    else:
        ladder = replace(escalation.restart(standing, limit, steps, turn.now), asked_at=notice.at)
    put(turn, ladder)
    return sides.with_acknowledged(incident, notice.party, "")


def put(turn: Turn, ladder: Ladder) -> None:
    key = (ladder.incident, ladder.party)
    turn.change.ladders[key] = ladder
    if ladder.next_at is None:
        turn.known.ladders.pop(key, None)
    else:
        turn.known.ladders[key] = ladder


def end(turn: Turn, incident: Incident, party: Party | None = None) -> None:
    """Nobody needs to be asked any more."""
    for each in (party,) if party else tuple(Party):
        ladder = turn.known.ladders.get((incident.number, each))
        if ladder is not None:
            put(turn, replace(ladder, next_at=None))
