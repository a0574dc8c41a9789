"""What a party asks of the other during an incident: numbered, told with its limit, and the answer told back.

Only a request for cooperation lets the provider's restoration stand still (rule 4); `duties` does that by the clocks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.engine.desk import pinned
from agent.engine.desk.stated import behalf
from agent.engine.desk.told import hearing, notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import IllegalStep, NotFound, WrongParty
from agent.model import Entry, Incident, NoticeType, Party, State
from agent.rules import clocks, requests
from agent.rules.requests import Asked


def numbered(_: Turn, act: Record, earlier: Sequence[Entry]) -> Record:
    """The request with its number; in the words of one that still waits, that one's."""
    for asked in requests.asked_in(earlier).values():
        known = asked.request
        if asked.answer is None and (known.what, known.by, dict(known.said)) == (act.what, act.by, dict(act.said)):
            return replace(act, about=asked.number)
    return replace(act, about=requests.next_number(earlier))


def addressed(_: Turn, act: Record, earlier: Sequence[Entry]) -> Record:
    """The answer with the sort of request that it answers.

    Raises:
        NotFound: there is no such request.
    """
    number = requests.plain_number(act.about)
    return replace(act, about=number, what=_asked(act.incident, earlier, number).request.what)


def check_request(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """
    Raises:
        WrongParty: this sort is for the other party to ask.
        Refused: the other party has never heard of the incident.
    """
    asker = turn.settings.contacts[act.by].party
    clause = requests.check_asking(act.what, asker)
    hearing.check(incident, asker.other, act.by, clause)
    return {}


def check_answer(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: the notice of the request, which is acknowledged with it (OB-306).

    Raises:
        WrongParty: it was not asked.
        IllegalStep: it is answered, or the incident is over and nobody waits for it.
    """
    asked = _asked(act.incident, turn.known.ledger.entries.get(act.incident, ()), act.about)
    contact = turn.settings.contacts[act.by]
    if contact.party is not asked.asked:
        raise WrongParty(f"{asked.number} is for the {asked.asked} to answer, which was asked", asked.clause)
    if asked.answer is not None:
        raise IllegalStep(f"{asked.number} was answered by {asked.answer.by} already", asked.clause)
    if incident.state is State.CLOSED and asked.request.what != "invitation":
        raise IllegalStep(f"{incident.number} is closed: nobody waits for an answer to {asked.number}", asked.clause)
    seq = _told_in(turn, asked) if contact.party is Party.CUSTOMER else 0
    return {"notice_seq": seq} if seq else {}


def asked(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Tell the other party what is asked and by when; who asks stands for it that there is something."""
    incident = hearing.let_hear(turn, incident, entry.party.other)
    content = {**_said(entry), **_limit(turn, incident, entry), "pauses": _pauses(turn, entry)}
    notices.tell(turn, incident, NoticeType.REQUEST, entry.party.other, content)


def answered(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Tell who asked."""
    incident = turn.known.incidents.get(incident.number, incident)
    request = _asked(incident.number, turn.known.ledger.entries.get(incident.number, ()), entry.about).request
    content = {**_said(entry), "asked": str(request.said.get("text", "")), "asker": request.party}
    notices.tell(turn, incident, NoticeType.ANSWER, entry.party.other, content)


def _said(entry: Entry) -> dict[str, Any]:
    said = {"text": str(entry.said.get("text", ""))}
    told = {"by": entry.by, **behalf.recorded(entry), "said_at": entry.at.isoformat(), "said": said}
    return {**told, "request": entry.about, "sort": entry.what}


def _limit(turn: Turn, incident: Incident, entry: Entry) -> Mapping[str, Any]:
    """By when it is to be answered, and whether that is a target that nobody signed (fact 2)."""
    agreement = pinned.agreement_of(turn, incident.number)
    term = agreement.terms.get(requests.SORTS[entry.what].duty)
    limit = term.limits.get(incident.grade) if term is not None else None
    if term is None or limit is None:
        return {}
    until = clocks.due_at(limit, entry.at, agreement.calendar)
    return {"respond_by": until.isoformat(), "is_target": agreement.is_trial or not term.is_adopted}


def _pauses(turn: Turn, entry: Entry) -> bool:
    """Whether an agreed time for restoration stands still; of a mere target the other party reads nothing (fact 2)."""
    rows = turn.known.ledger.book(entry.incident).open() if requests.SORTS[entry.what].pauses else ()
    return any(each.name == "restore" and not each.is_target and each.overdue_at is None for each in rows)


def _asked(incident: str, entries: Sequence[Entry], number: str) -> Asked:
    found = requests.asked_in(entries).get(number)
    if found is None:
        raise NotFound(f"{incident} has no request {number[:20]}: `tocsin request {incident} --list` shows them")
    return found


def _told_in(turn: Turn, asked: Asked) -> int:
    """The number of the notice that told it, 0 where there was none."""
    told = (*turn.store.notices(asked.request.incident), *turn.change.notices.values())
    seqs = [
        each.seq for each in told if each.type is NoticeType.REQUEST and each.content.get("request") == asked.number
    ]
    return seqs[-1] if seqs else 0
