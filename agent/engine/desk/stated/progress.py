"""Progress told by people (3.5): checked, and sent to both parties as a notice of its own."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.engine.desk import lookup, pinned, sides
from agent.engine.desk.stated import behalf
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import Refused
from agent.model import Entry, EntryKind, Incident, NoticeState, NoticeType, Party, State
from agent.rules import clocks

_GOES_ON = frozenset({State.OPEN, State.VERIFYING})
_SAID = (
    "text",
    "done",
    "doing",
    "next",
    "eta",
    "confidence",
    "workaround",
    "cause",
    "next_update_at",
    "data",
    "fix",
    "risk",
)


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: whether the expected time changed, when the next one is due.

    Raises:
        Refused: a time that has passed or is none.
    """
    said: dict[str, Any] = dict(cause(turn, incident, act))
    eta, promised = (_time(turn, act, name) for name in ("eta", "next_update_at"))
    if act.about and act.about not in {each.id for each in _entries(turn, incident)}:
        raise Refused(f"{act.about} is no entry of {incident.number}", "3.5")
    if eta is not None and eta != _last_eta(turn, incident):
        said["is_new_eta"] = True
    if promised is not None:
        said["promised_at"] = promised.isoformat()
    return said


def cause(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """OB-504 runs from the first time that the cause is said, unless it is removed already."""
    contact = turn.settings.contacts[act.by]
    if not str(act.said.get("cause", "")).strip():
        return {}
    if contact.party is not Party.PROVIDER:
        raise Refused("the cause is for the provider to put on record", "3.4(c)")
    return {} if act.what == "eradication" else first_cause(turn, incident)


def first_cause(turn: Turn, incident: Incident) -> Mapping[str, Any]:
    """A mark for the fact, where no cause was known and none is removed yet."""
    earlier = _entries(turn, incident)
    is_known = any(each.said.get("cause") or each.kind is EntryKind.CAUSE for each in earlier)
    is_removed = any(each.kind is EntryKind.PHASE and each.what == "eradication" for each in earlier)
    return {} if is_known or is_removed else {"is_first_cause": True}


def posted(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Tell it. A person of the provider who says how it goes has confirmed that there is something."""
    incident = turn.known.incidents.get(incident.number, incident)
    if entry.party is Party.PROVIDER and incident.told_customer is NoticeState.HELD and incident.state is State.OPEN:
        incident = notices.release_at_once(turn, incident)
    tell(turn, incident, entry)


def tell(turn: Turn, incident: Incident, entry: Entry, **what: Any) -> Incident:
    """A progress notice to every party that knows of the incident."""
    knows = [party for party in Party if sides.told(incident, party) is NoticeState.RELEASED]
    if not knows:
        return incident
    said = {name: str(entry.said[name]) for name in _SAID if entry.said.get(name)}
    content = {
        "by": entry.by,
        **behalf.recorded(entry),
        "said_at": entry.at.isoformat(),
        "said": said,
        **_next(turn, incident, entry),
        **what,
    }
    incident = notices.numbered(turn, incident)
    for party in knows:
        incident = notices.issue(turn, incident, NoticeType.UPDATE, party, what=content)
    return turn.put(incident)


def _next(turn: Turn, incident: Incident, entry: Entry) -> Mapping[str, Any]:
    """When the next update is owed, or promised earlier; whether the limit is a target that nobody signed (fact 2)."""
    agreement = pinned.agreement_of(turn, incident.number)
    term = agreement.terms.get("progress_update")
    limit = term.limits.get(incident.grade) if term is not None else None
    if term is None or limit is None or entry.party is not Party.PROVIDER or incident.state not in _GOES_ON:
        return {}
    owed = clocks.due_at(limit, entry.at, agreement.calendar, incident.detected_at)
    promised = str(entry.said.get("next_update_at") or "")
    at = min(owed, datetime.fromisoformat(promised)) if promised else owed
    return {"next_update_at": at.isoformat(), "is_target": at == owed and (agreement.is_trial or not term.is_adopted)}


def _time(turn: Turn, act: Record, name: str) -> datetime | None:
    at = lookup.time_said(act.said, name, "3.5")
    if at is not None and at <= turn.now:
        raise Refused(f"{name}: {act.said[name]} has passed", "3.5")
    return at


def _last_eta(turn: Turn, incident: Incident) -> datetime | None:
    said = [each.said["eta"] for each in _entries(turn, incident) if each.said.get("eta")]
    return datetime.fromisoformat(str(said[-1])) if said else None


def _entries(turn: Turn, incident: Incident) -> list[Entry]:
    return turn.known.ledger.entries.get(incident.number, [])
