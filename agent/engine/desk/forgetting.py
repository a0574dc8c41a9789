"""What nothing late is expected of any more is forgotten, so that memory and tables stay as small as what goes on.

Some monitors make a name of every alert. A line of evidence is kept as long as an episode of it is open or remembered:
for 48 h after its end, so that what continues, relapses or was doubted finds its line. An incident that it once was in
needs it no more; a name that comes again is a line again.
"""

from agent.engine.desk import pinned
from agent.engine.desk.known import Known
from agent.engine.desk.seen import blindness
from agent.engine.desk.turn import Turn

MOST = 2000
"""Rows forgotten in one turn: about 10 ms."""

SILENT_KEPT = 1000
"""Alerts that beat and have fallen silent: of so many their coming back is put on file."""


def forget(turn: Turn) -> None:
    """Now and then, a bounded part of what is over; the rest in the next turns."""
    known = turn.known
    if not known.forget(turn.now):
        return
    pinned.forget(known)
    lines = _unused_lines(known)
    for line in lines[:MOST]:
        del known.lines[line]
        turn.change.forgotten_lines.add(line)
    for name in _silent_for_longest(known):
        del known.heartbeats[name]
        turn.change.forgotten_heartbeats.add(name)
    known.homes = {
        line: number for line, number in known.homes.items() if line in known.lines and number in known.incidents
    }
    if len(lines) > MOST:
        known.forgets_at = turn.now


def _unused_lines(known: Known) -> list[str]:
    used = {mark.line for mark in known.marks.values()}
    for tally in (*known.tallies.values(), *known.loose.values()):
        used.update(tally.lines)
    return [line for line in known.lines if line not in used]


def _silent_for_longest(known: Known) -> list[str]:
    silent = [beat for name, beat in known.heartbeats.items() if name.startswith(blindness.ALERT) and beat.has_failed]
    silent.sort(key=lambda beat: beat.last_at, reverse=True)
    return [beat.name for beat in silent[SILENT_KEPT:][:MOST]]
