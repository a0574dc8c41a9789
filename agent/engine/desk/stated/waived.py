"""A duty let go, and the wish to be let off one: the other party hears of both, and why (section 5, 3.5)."""

from collections.abc import Mapping
from typing import Any

from agent.engine.desk import pinned
from agent.engine.desk.owed import letting_go
from agent.engine.desk.stated import behalf
from agent.engine.desk.told import hearing, notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.model import Entry, Incident, NoticeType, Obligation, Party, Statement
from agent.rules import waivers


def let_go(turn: Turn, incident: Incident, entry: Entry) -> None:
    """The duty ends; who owed it is told. What the debtor wrote down in the creditor's name waits to be confirmed."""
    if entry.is_on_behalf and (behalf.party_of(turn, entry.recorded_by) or Party.PROVIDER) is not entry.party:
        return
    letting_go.let_go(turn, incident, entry)
    _tell(turn, incident, entry, "given")


def confirmed(turn: Turn, statement: Statement) -> None:
    """The creditor says that it was so: what is still open ends, as of when it was said (fact 15, decision 22)."""
    number = statement.incident
    known = turn.known.ledger.entries.get(number) or turn.store.entries(number)
    entry = next((each for each in known if each.id == statement.about), None)
    incident = behalf.incident_of(turn, number)
    if entry is None or incident is None or not letting_go.row_of(turn, incident, entry.about).state.is_open:
        return
    letting_go.let_go(turn, incident, entry)
    _tell(turn, incident, entry, "given")


def check_asking(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: the duty by name.

    Raises:
        WrongParty, IllegalStep: see `waivers.check_asking`.
        Refused: likewise, or the other party has never heard of the incident.
    """
    each = letting_go.row_of(turn, incident, act.about)
    party = turn.settings.contacts[act.by].party
    waivers.check_asking(each, party)
    hearing.check(incident, party.other, act.by, each.clauses[0] if each.clauses else waivers.CLAUSE)
    return letting_go.called(each)


def asked(turn: Turn, incident: Incident, entry: Entry) -> None:
    """To whom it is owed is told; the clock runs on until they let it go."""
    _tell(turn, hearing.let_hear(turn, incident, entry.party.other), entry, "asked")


def _tell(turn: Turn, incident: Incident, entry: Entry, event: str) -> None:
    if not hearing.has_heard(turn, incident, entry.party.other):
        return
    each = letting_go.row_of(turn, incident, entry.about)
    said = {"text": str(entry.said.get("text", ""))}
    told = {"by": entry.by, **behalf.recorded(entry), "said_at": entry.at.isoformat(), "said": said}
    duty = {"duty": _words(turn, each), "ob": each.ob, "clauses": list(each.clauses)}
    duty |= {"duty_id": each.id, "due_at": each.due_at.isoformat()}
    notices.tell(turn, incident, NoticeType.WAIVER, entry.party.other, {**told, **duty, "event": event})


def _words(turn: Turn, each: Obligation) -> dict[str, str]:
    """What is owed, by language."""
    term = pinned.agreement_of(turn, each.incident).terms.get(each.name)
    plain = each.name.replace("_", " ")
    return {"en": plain, "zh": plain, **(term.duty if term else {})}
