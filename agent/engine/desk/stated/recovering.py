"""A recovery in words: what people of the provider verified, and the customer's answer to it (3.4(d), 4.2(c))."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.engine.desk.stated import behalf
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.engine.works import Verify
from agent.errors import Refused
from agent.model import Contact, Entry, EntryKind, Incident, NoticeState, NoticeType, Party
from agent.rules import restored


def verified(turn: Turn, incident: Incident, contact: Contact, act: Verify, at: datetime) -> None:
    """Put on the shared timeline how a person knows that it works again."""
    known = turn.known.ledger.entries.setdefault(incident.number, [])
    said = {**({"text": act.note} if act.note.strip() else {}), **act.said}
    entry = Entry(
        id=f"{incident.number}/{len(known) + 1}",
        incident=incident.number,
        kind=EntryKind.VERIFICATION,
        what="",
        party=contact.party,
        by=contact.id,
        at=at,
        on_file_at=turn.now,
        said=said,
        means=act.means,
        recorded_by=act.recorded_by,
    )
    turn.change.entries[entry.id] = entry
    known.append(entry)


def told(turn: Turn, incident: Incident, since: datetime | None) -> Mapping[str, Any]:
    """What the recovery notice says: since when nothing bad was seen, and what people said; "" where nobody did."""
    found = restored.restored(turn.known.ledger.entries.get(incident.number, ()), incident)
    return {
        "good_since": since.isoformat() if since else "",
        "checked": [{"by": by, "text": text} for by, text in found.checked],
        "data": found.data,
        "fix": found.fix,
        "is_temporary": found.is_temporary,
        "risk": found.risk,
    }


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
    incident = notices.numbered(turn, incident)
    said = {
        "by": entry.by,
        **behalf.recorded(entry),
        "said_at": entry.at.isoformat(),
        "entry": entry.id,
        "said": dict(entry.said),
    }
    turn.put(notices.issue(turn, incident, NoticeType.OBJECTION, Party.PROVIDER, what=said))
