"""What people put on the shared timeline: checked whole, written with a fact, and then acted on by its sort.

The fact moves the duties' clocks (`rules/happenings`); what else follows of an act stands in `AFTER`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from agent.engine.desk import lookup
from agent.engine.desk.owed import letting_go, statutes
from agent.engine.desk.stated import (
    answering,
    behalf,
    grade_talk,
    on_record,
    phases,
    plans,
    progress,
    recovering,
    repeats,
    requests,
    sharing,
    splitting,
    waived,
)
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record, Recorded
from agent.errors import WrongParty
from agent.model import Contact, Entry, EntryKind, Incident
from agent.rules import powers

FILLED: Mapping[EntryKind, Callable[[Turn, Record, Sequence[Entry]], Record]] = {
    EntryKind.REQUEST: requests.numbered,
    EntryKind.ANSWER: requests.addressed,
    EntryKind.SHARED_FACT: sharing.numbered,
    EntryKind.WAIVER: letting_go.named,
    EntryKind.WAIVER_REQUEST: letting_go.named,
    EntryKind.PLAN_STEP: plans.ticked,
    EntryKind.DISPUTE: answering.addressed,
}
"""What the desk adds to an act before it is looked at: a request's number, what is answered, the duty's own id …"""

BEFORE: Mapping[EntryKind, Callable[[Turn, Incident, Record], Mapping[str, Any]]] = {
    EntryKind.UPDATE: progress.check,
    EntryKind.PHASE: phases.check,
    EntryKind.RECOVERY_ANSWER: recovering.check,
    EntryKind.REQUEST: requests.check_request,
    EntryKind.ANSWER: requests.check_answer,
    EntryKind.SHARED_FACT: sharing.check,
    EntryKind.WAIVER: letting_go.check,
    EntryKind.WAIVER_REQUEST: waived.check_asking,
    EntryKind.PLAN_STEP: plans.check,
    EntryKind.GRADE_ANSWER: grade_talk.check_answer,
    EntryKind.GRADE_DECISION: grade_talk.check_decision,
    EntryKind.CONVERSATION: on_record.check_conversation,
    EntryKind.COORDINATOR: on_record.check_coordinator,
    EntryKind.RESPONSE: on_record.check_response,
    EntryKind.CAUSE: on_record.check_cause,
    EntryKind.NOT_WORSE: on_record.check_not_worse,
    EntryKind.SAME_CAUSE: splitting.check,
    EntryKind.LEVEL: statutes.check_level,
    EntryKind.FILING: statutes.check_filing,
    EntryKind.DISPUTE: answering.check_dispute,
}
"""What else must hold before an act is written, and what its fact says beside the words."""

AFTER: Mapping[EntryKind, Callable[[Turn, Incident, Entry], None]] = {
    EntryKind.UPDATE: progress.posted,
    EntryKind.PHASE: phases.recorded,
    EntryKind.RECOVERY_ANSWER: recovering.answered,
    EntryKind.REQUEST: requests.asked,
    EntryKind.ANSWER: requests.answered,
    EntryKind.SHARED_FACT: sharing.shared,
    EntryKind.WAIVER: waived.let_go,
    EntryKind.WAIVER_REQUEST: waived.asked,
    EntryKind.GRADE_ANSWER: grade_talk.answered,
    EntryKind.GRADE_DECISION: grade_talk.decided,
    EntryKind.CAUSE: on_record.cause_known,
    EntryKind.SAME_CAUSE: splitting.said,
    EntryKind.DISPUTE: answering.disputed,
}
"""What follows of an act beyond its fact."""


def record(turn: Turn, act: Record) -> Recorded:
    """Put a person's act on file.

    Raises:
        NotFound: no such incident or contact.
        WrongParty, IllegalStep, Refused: with the clause; nothing has changed.
    """
    incident = lookup.incident(turn, act.incident)
    contact = lookup.contact(turn, act.by)
    power = powers.POWERS[act.kind]
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(f"{contact.id} belongs to the {contact.party}; this comes from the {act.party}", power.clause)
    fill = FILLED.get(act.kind)
    act = fill(turn, act, entries_of(turn, incident.number)) if fill is not None else act
    powers.check(act.kind, act.what, act.said, contact, incident)
    earlier = _same(turn, incident, act)
    if earlier is not None:
        return Recorded(earlier, is_repeated=True)
    at = behalf.acted_at(turn, incident, act, power.clause)
    before = BEFORE.get(act.kind)
    more = before(turn, incident, act) if before is not None else {}
    id_ = f"{incident.number}/{len(entries_of(turn, incident.number)) + 1}"
    stated = _state(turn, incident, act, contact, at, id_)
    entry = Entry(
        id=id_,
        incident=incident.number,
        kind=act.kind,
        what=act.what,
        party=contact.party,
        by=contact.id,
        at=at,
        on_file_at=turn.now,
        said=act.said,
        about=act.about,
        means=act.means,
        recorded_by=act.recorded_by,
        is_on_behalf=bool(stated),
        is_not_applicable=act.is_not_applicable,
    )
    put(turn, entry)
    turn.fact(incident.number, power.fact, by=contact.id, at=entry.at, **{**_told(entry), **more, **stated})
    after = AFTER.get(act.kind)
    if after is not None:
        after(turn, incident, entry)
    turn.touch(incident.number)
    return Recorded(entry)


def _state(turn: Turn, incident: Incident, act: Record, contact: Contact, at: datetime, id_: str) -> dict[str, Any]:
    """What its fact says where it was recorded on the person's behalf, or on that of who is named `with` them.

    A correction is nobody else's word.
    """
    if act.kind in (EntryKind.DISPUTE, EntryKind.PLAN_STEP):  # the plan is the provider's own
        return {}
    said = {**act.said, **({"what": act.what} if act.what else {})}
    if act.kind in (EntryKind.WAIVER, EntryKind.WAIVER_REQUEST):
        said["duty"] = act.about
    fact = powers.POWERS[act.kind].fact
    stated = behalf.state(turn, incident, fact, contact, act, at=at, about=id_, said=said)
    other = turn.settings.contacts.get(str(act.said.get("with", "")))
    if stated or other is None:
        return stated
    return behalf.state(turn, incident, fact, other, act, at=at, about=id_, said={**said, "with": contact.id})


def put(turn: Turn, entry: Entry) -> None:
    """The entry as it now is."""
    turn.change.entries[entry.id] = entry
    known = turn.known.ledger.entries.setdefault(entry.incident, [])
    if any(each.id == entry.id for each in known):
        known[:] = [entry if each.id == entry.id else each for each in known]
    else:
        known.append(entry)


def entries_of(turn: Turn, incident: str) -> list[Entry]:
    """In the order of the file; of an ended incident they are read again."""
    if incident not in turn.known.ledger.entries and incident not in turn.known.incidents:
        turn.known.ledger.entries[incident] = list(turn.store.entries(incident))
    return turn.known.ledger.entries.setdefault(incident, [])


def _same(turn: Turn, incident: Incident, act: Record) -> Entry | None:
    """The same act of the same person, said in the same words: a repeat changes nothing."""
    entries = entries_of(turn, act.incident)
    if act.kind is EntryKind.UPDATE:
        return repeats.told_already(act, entries)
    for each in reversed(entries):
        is_same = (each.kind, each.what, each.by, each.about) == (act.kind, act.what, act.by, act.about)
        if is_same and dict(each.said) == dict(act.said) and each.is_not_applicable == act.is_not_applicable:
            return each if repeats.is_repeat(turn, incident, each, act, entries) else None
    return None


def _told(entry: Entry) -> dict[str, object]:
    told: dict[str, object] = {"entry": entry.id, "party": entry.party, "means": entry.means, **entry.said}
    if entry.what:
        told["what"] = entry.what
    if entry.about:
        told["about"] = entry.about
    if entry.recorded_by:
        told["recorded_by"] = entry.recorded_by
    if entry.is_not_applicable:
        told["is_not_applicable"] = True
    return told
