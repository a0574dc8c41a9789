"""A material fact that one party learned, put on the shared timeline and told to the other (2.2(c), 2.3(c), 3.5)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.engine.desk import lookup
from agent.engine.desk.stated import behalf
from agent.engine.desk.told import hearing, notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import Refused
from agent.model import Entry, EntryKind, Incident, NoticeType, Party

CLAUSES = {Party.PROVIDER: "2.2(c)", Party.CUSTOMER: "2.3(c)"}


def numbered(turn: Turn, act: Record, earlier: Sequence[Entry]) -> Record:
    """The fact with its number; in the same words, that of the first time."""
    shared = [each for each in earlier if each.kind is EntryKind.SHARED_FACT]
    for each in shared:
        if (each.by, dict(each.said)) == (act.by, dict(act.said)):
            return replace(act, about=each.about)
    return replace(act, about=f"F-{len(shared) + 1}")


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """Since when it was known, as far as that is said: what was known before it all began counts from the detection.

    Raises:
        Refused: it became known after it was shared, or the other party has never heard of the incident.
    """
    party = turn.settings.contacts[act.by].party
    hearing.check(incident, party.other, act.by, CLAUSES[party])
    known_at = lookup.time_said(act.said, "known_at", CLAUSES[party])
    if known_at is None:
        return {}
    if known_at > min(act.called_at or turn.now, turn.now):
        raise Refused(f"known_at: {act.said['known_at']} lies ahead of its telling", CLAUSES[party])
    return {"known_at": max(known_at, incident.detected_at).isoformat()}


def shared(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Tell the other party, in the words of the person who shared it."""
    incident = hearing.let_hear(turn, incident, entry.party.other)
    said = {"text": str(entry.said.get("text", ""))}
    known_at = str(entry.said.get("known_at") or "")
    content = {
        "by": entry.by,
        **behalf.recorded(entry),
        "said_at": entry.at.isoformat(),
        "said": said,
        "known_at": known_at,
    }
    notices.tell(turn, incident, NoticeType.SHARED, entry.party.other, content)
