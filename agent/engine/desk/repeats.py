"""Whether an act said again in the same words is the one on file: what time or the other party has overtaken is not."""

from collections.abc import Sequence
from datetime import timedelta

from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.model import Entry, EntryKind, Incident
from agent.rules import agreeing, rising

SPOKE_WITHIN = timedelta(minutes=15)
"""A conversation put on record again so soon is the same one."""

_LAST_WORD = frozenset({EntryKind.COORDINATOR, EntryKind.RESPONSE})
"""Of these a party's last word counts, and at the grade that stands."""

_ON_GRADE = frozenset({EntryKind.GRADE_ANSWER, EntryKind.GRADE_DECISION})


def is_repeat(turn: Turn, incident: Incident, entry: Entry, act: Record, entries: Sequence[Entry]) -> bool:
    """Whether `act`, which says the same as `entry`, changes nothing."""
    if entry.kind in _ON_GRADE:
        return agreeing.stands_still(entry, entries, incident)
    if entry.kind in _LAST_WORD:
        own = [each for each in entries if (each.kind, each.party) == (entry.kind, entry.party)]
        return own[-1].id == entry.id and entry.on_file_at >= incident.graded_at
    if entry.kind is EntryKind.CONVERSATION:
        at = act.called_at or turn.now
        return abs(at - entry.at) < SPOKE_WITHIN and entry.on_file_at >= incident.graded_at
    if entry.kind is EntryKind.NOT_WORSE:
        warned_again_at = entry.at + rising.HELD_FOR - rising.WARNED_BEFORE
        return turn.now < warned_again_at and entry.on_file_at >= incident.graded_at
    return True
