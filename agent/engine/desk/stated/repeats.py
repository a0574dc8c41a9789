"""Whether an act said again in the same words is the one on file: what time or the other party has overtaken is not."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.model import Entry, EntryKind, Incident
from agent.rules import agreeing, closing, phases, rising

SPOKE_WITHIN = timedelta(minutes=15)
"""A conversation put on record again so soon is the same one."""


def is_repeat(turn: Turn, incident: Incident, entry: Entry, act: Record, entries: Sequence[Entry]) -> bool:
    """Whether `act`, which says the same as `entry`, changes nothing."""
    if entry.kind is EntryKind.CONVERSATION:
        at = act.called_at or turn.now
        return abs(at - entry.at) < SPOKE_WITHIN and entry.on_file_at >= incident.graded_at
    if entry.kind is EntryKind.NOT_WORSE:
        warned_again_at = entry.at + rising.HELD_FOR - rising.WARNED_BEFORE
        return turn.now < warned_again_at and entry.on_file_at >= incident.graded_at
    if entry.kind is EntryKind.WAIVER and entry.is_on_behalf and entry.confirmed_at is None:
        return act.recorded_by == entry.recorded_by  # what others wrote down is no word of the person's own
    still_counts = _STILL_COUNTS.get(entry.kind)
    return still_counts is None or still_counts(entry, entries, incident)


def told_already(act: Record, entries: Sequence[Entry]) -> Entry | None:
    """The person's update that says all that `act` says: another promise to tell more is no progress by itself."""
    own = [each for each in entries if (each.kind, each.by, each.about) == (act.kind, act.by, act.about)]
    same = [each for each in own if _words(each.said, "text") == _words(act.said, "text")]
    if not same:
        return None
    new = [name for name in act.said if name not in ("text", "next_update_at") and _is_news(act, name, own)]
    return None if new else same[-1]


def _is_news(act: Record, name: str, own: Sequence[Entry]) -> bool:
    """Whether they never said this; of the expected time, whether it is another than they said last."""
    said = _words(act.said, name)
    before = [words for each in own if (words := _words(each.said, name))]
    return bool(said) and said not in (before[-1:] if name == "eta" else before)


def _words(said: Mapping[str, Any], name: str) -> str:
    return " ".join(str(said.get(name) or "").split())


def _is_last_word(entry: Entry, entries: Sequence[Entry], incident: Incident) -> bool:
    """A party's last one, at the grade that stands."""
    own = [each for each in entries if (each.kind, each.party) == (entry.kind, entry.party)]
    return own[-1].id == entry.id and entry.on_file_at >= incident.graded_at


def _is_on_record(entry: Entry, entries: Sequence[Entry], incident: Incident) -> bool:
    """A review is one of the recovery that it followed."""
    return entry.id in {each.id for each in phases.records(entries, incident).values()}


def _answers_recovery(entry: Entry, entries: Sequence[Entry], incident: Incident) -> bool:
    """The last answer to this recovery; an objection while it is open."""
    if entry.what == "objection":
        standing = closing.open_objection(entries, incident)
        return standing is not None and standing.id == entry.id
    answers = [each for each in entries if each.kind is EntryKind.RECOVERY_ANSWER]
    return (
        answers[-1].id == entry.id and incident.recovered_at is not None and entry.on_file_at >= incident.recovered_at
    )


_STILL_COUNTS: Mapping[EntryKind, Callable[[Entry, Sequence[Entry], Incident], bool]] = {
    EntryKind.GRADE_ANSWER: agreeing.stands_still,
    EntryKind.GRADE_DECISION: agreeing.stands_still,
    EntryKind.COORDINATOR: _is_last_word,
    EntryKind.RESPONSE: _is_last_word,
    EntryKind.RECOVERY_ANSWER: _answers_recovery,
    EntryKind.PHASE: _is_on_record,
}
