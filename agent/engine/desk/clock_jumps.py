"""The wall clock was moved under the running agent. Promises run on it (house.md 6): what is due by it is due now.

What others were to tell us is measured by how long we could listen: a clock set forward ends nothing, silences nobody,
and quiet that nobody watched is not stable. The jump stands in the chain of every incident that it touches.
"""

from datetime import timedelta

from agent.engine.desk import fast_clock
from agent.engine.desk.known import GRACE
from agent.engine.desk.turn import Turn
from agent.engine.works import Note
from agent.model import State


def take(turn: Turn, note: Note) -> None:
    """The clock was moved by so many seconds."""
    by = timedelta(seconds=float(note.detail["by_s"]))
    known = turn.known
    for incident in known.incidents.values():
        if incident.state in (State.OPEN, State.VERIFYING):
            turn.fact(incident.number, "clock_jumped", **note.detail)
            turn.touch(incident.number)
    known.listens_since = turn.now
    if by > timedelta():
        known.timers.grant(turn.now + GRACE)
    else:
        known.timers.shift(by)
        fast_clock.mend(turn)
