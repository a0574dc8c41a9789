"""What the parties say of the grade, at the desk (3.1): accepted, objected to, decided by both.

An objection that asks for a graver grade raises at once; one that asks for a lighter one changes nothing until both
have decided. The other party is told of it, with the time by which the decision is owed (OB-403).
"""

from collections.abc import Mapping
from typing import Any, cast

from agent.engine.desk import pinned, sides
from agent.engine.desk.stated import regrading
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import Refused, WrongParty
from agent.model import (
    Contact,
    Entry,
    EntryKind,
    Grade,
    Incident,
    NoticeState,
    NoticeType,
    Obligation,
    ObligationState,
    Party,
    State,
    StatementState,
)
from agent.rules import agreeing, clocks
from agent.rules.agreeing import CLAUSE, Talk

_HANDLED = frozenset({State.OPEN, State.VERIFYING})
"""States in which a grade decides how an incident is handled; later it is a matter of record."""


def talk(turn: Turn, incident: Incident) -> Talk:
    """What the parties say of the grade that stands."""
    return agreeing.talk(_entries(turn, incident), incident, is_deemed=_is_deemed(turn, incident))


def check_answer(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What the fact says beside the words: the objection that an acceptance takes back, or agrees to.

    Raises:
        Refused: it answers nothing that stands, contradicts what the party said, or lacks its reason.
    """
    contact = turn.settings.contacts[act.by]
    party = contact.party
    grade = _grade(act)
    if party is Party.CUSTOMER and sides.told(incident, party) is None:
        raise Refused(f"{incident.number} is the provider's own matter: the customer was told no grade", CLAUSE)
    now = talk(turn, incident)
    mine, theirs = now.objections.get(party), now.objections.get(party.other)
    is_theirs = theirs is not None and agreeing.grade_of(theirs) == grade
    if act.what == "objection":
        _check_objection(act, grade, incident, now, party, is_theirs)
        return {}
    if is_theirs and theirs is not None:
        return {"settles": theirs.id}
    if grade != incident.grade:
        asked = f", nor what the {party.other} asks for" if theirs is not None else ""
        raise Refused(f"grade {grade} is not the one that stands, {incident.grade}{asked}: accept that one", CLAUSE)
    if mine is not None and agreeing.grade_of(mine) == grade:
        raise Refused(f"the {party} asked for grade {grade} itself ({mine.id}): it is for the other to answer", CLAUSE)
    if party in now.accepted:
        raise Refused(f"the {party} accepted grade {grade} already", CLAUSE)
    return {"withdraws": mine.id} if mine is not None else {}


def answered(turn: Turn, incident: Incident, entry: Entry) -> None:
    """An objection is told, and raises at once where it asks for that; what both accept is provisional no longer."""
    incident = turn.known.incidents.get(incident.number, incident)
    if entry.what == "objection":
        _object(turn, incident, entry)
        return
    earlier = [each for each in _entries(turn, incident) if each.id != entry.id]
    before = agreeing.talk(earlier, incident, is_deemed=_is_deemed(turn, incident))
    theirs = before.objections.get(entry.party.other)
    if theirs is not None and agreeing.grade_of(theirs) == agreeing.grade_of(entry):
        text = _text(entry) or _text(theirs)
        turn.fact(
            incident.number,
            "grade_decided",
            by=entry.by,
            at=entry.at,
            party=entry.party,
            grade=agreeing.grade_of(entry),
            text=text,
            **{"with": theirs.by},
        )
        _carry_out(turn, incident, agreeing.grade_of(entry), entry, theirs.by, text)
    elif incident.is_provisional and talk(turn, incident).is_agreed:
        regrading.confirm(turn, incident, _word(entry, _text(entry)))
    elif entry.party is Party.PROVIDER and incident.told_customer is NoticeState.HELD and incident.state is State.OPEN:
        notices.release_at_once(turn, incident)  # a person has confirmed that there is something


def check_decision(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """Whether both names may decide, and there is something to decide.

    Raises:
        WrongParty: both are of one party.
        Refused: no such grade, a name that may not decide, or nothing to decide.
    """
    by, grade = turn.settings.contacts[act.by], _grade(act)
    other = _named(turn, str(act.said["with"]))
    if other.party is by.party:
        raise WrongParty(f"{by.id} and {other.id} are both of the {by.party}: it takes one of each", CLAUSE)
    if not agreeing.is_lead(other):
        leads = "principal or coordinator"
        raise Refused(f"{other.id} may not decide: it takes a {leads} of the {other.party}", CLAUSE)
    if sides.told(incident, Party.CUSTOMER) is None:
        raise Refused(f"{incident.number} is the provider's own matter: set its grade without --with", CLAUSE)
    now = talk(turn, incident)
    is_settled = now.is_agreed or not incident.is_provisional
    if grade == incident.grade and not now.is_contested and is_settled:
        raise Refused(f"nothing is contested: grade {grade} stands", CLAUSE)
    return {}


def decided(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Both have decided: it may lower as well."""
    incident = turn.known.incidents.get(incident.number, incident)
    _carry_out(turn, incident, agreeing.grade_of(entry), entry, str(entry.said["with"]), _text(entry))


def deem(turn: Turn) -> None:
    """A right to object that lapses is no acceptance, unless the annex says so (fact 13). Looked at as it is swept."""
    told = {fact.incident for fact in turn.change.facts if fact.kind == "grade_deemed_accepted"}
    lapsed = {each.incident for each in turn.change.obligations.values() if _has_lapsed(each)}
    for number in lapsed - told:
        incident = turn.known.incidents.get(number)
        if incident is None or not _is_deemed(turn, incident):
            continue
        now = talk(turn, incident)
        if Party.CUSTOMER not in now.accepted:
            continue
        turn.fact(incident.number, "grade_deemed_accepted", party=Party.CUSTOMER, grade=incident.grade)
        if now.is_agreed and incident.is_provisional:
            regrading.settle(turn, incident)


def contested(turn: Turn, incident: Incident, entry: Entry) -> dict[str, Any]:
    """What a notice says of an objection: who asks for which grade, and by when both are to decide."""
    grade = agreeing.ruling(incident.grade, agreeing.grade_of(entry)) if incident.state in _HANDLED else incident.grade
    said: dict[str, Any] = {"by": entry.by, "grade": agreeing.grade_of(entry), "entry": entry.id}
    agreement = pinned.agreement_of(turn, incident.number)
    term = agreement.terms.get("decide_grade")
    limit = term.limits.get(grade) if term is not None else None
    if term is None or limit is None:
        return said
    at = clocks.due_at(limit, entry.at, agreement.calendar)
    return {**said, "decide_by": at.isoformat(), "is_target": agreement.is_trial or not term.is_adopted}


def _check_objection(act: Record, grade: Grade, incident: Incident, now: Talk, party: Party, is_theirs: bool) -> None:
    number = incident.number
    if not str(act.said.get("text", "")).strip():
        raise Refused("an objection needs its reason: say it with --because", CLAUSE)
    if grade == incident.grade and party not in now.objections:
        raise Refused(f"grade {grade} stands already: name the grade it should be", CLAUSE)
    if is_theirs:
        accept = f"tocsin accept {number} --grade {grade} --by CONTACT"
        raise Refused(f"the {party.other} asks for grade {grade} too: {accept}", CLAUSE)
    if party in now.accepted and grade > incident.grade:  # what has become graver since, one party raises (fact 3)
        together = f"tocsin regrade {number} {grade} --by CONTACT --with CONTACT --reason …"
        raise Refused(f"the {party} accepted grade {incident.grade}: change it together, {together}", CLAUSE)
    mine = now.objections.get(party)
    if mine is not None and agreeing.grade_of(mine) == grade:
        raise Refused(f"the {party} asked for grade {grade} already ({mine.id}): it is open", CLAUSE)


def _object(turn: Turn, incident: Incident, entry: Entry) -> None:
    wanted, said = agreeing.grade_of(entry), contested(turn, incident, entry)
    if wanted < incident.grade and incident.state in _HANDLED:
        regrading.set_grade(turn, incident, wanted, _word(entry, _text(entry)), is_provisional=True, contested=said)
    elif sides.told(incident, entry.party.other) is NoticeState.RELEASED:
        content = {"by": entry.by, "said_at": entry.at.isoformat(), "said": {"text": _text(entry)}, "contested": said}
        notices.tell(turn, incident, NoticeType.OBJECTION, entry.party.other, content)


def _carry_out(turn: Turn, incident: Incident, grade: Grade, entry: Entry, other: str, text: str) -> None:
    if grade == incident.grade:
        regrading.settle(turn, incident)
        return
    regrading.set_grade(turn, incident, grade, _word(entry, text), decided_with=other)


def _is_deemed(turn: Turn, incident: Incident) -> bool:
    term = pinned.agreement_of(turn, incident.number).terms.get("answer_grade")
    if term is None or not term.deemed_accepted:
        return False
    rows = turn.known.ledger.book(incident.number).rows.values()
    return any(_has_lapsed(each) and each.started_at >= incident.graded_at for each in rows)


def _has_lapsed(each: Obligation) -> bool:
    return each.name == "answer_grade" and each.state is ObligationState.LAPSED


def _named(turn: Turn, id_: str) -> Contact:
    contact = turn.settings.contacts.get(id_)
    if contact is None:
        raise Refused(f"{id_!r} is no contact: it must be one of {', '.join(sorted(turn.settings.contacts))}", CLAUSE)
    return contact


def _grade(act: Record) -> Grade:
    said = act.said.get("grade")
    if said not in (1, 2, 3):
        raise Refused(f"there is no grade {said}: 1, 2 or 3", CLAUSE)
    return cast("Grade", said)


def _word(entry: Entry, reason: str) -> regrading.Word:
    return regrading.Word(entry.by, reason, entry.recorded_by)


def _text(entry: Entry) -> str:
    return str(entry.said.get("text", ""))


def _entries(turn: Turn, incident: Incident) -> list[Entry]:
    """Answers and decisions; none that were recorded on somebody's behalf and disputed (fact 15)."""
    known = turn.known.ledger.entries.get(incident.number, ())
    disputed = _disputed(turn, incident) if any(each.kind is EntryKind.DISPUTE for each in known) else frozenset()
    on_grade = (EntryKind.GRADE_ANSWER, EntryKind.GRADE_DECISION)
    return [each for each in known if each.kind in on_grade and each.id not in disputed]


def _disputed(turn: Turn, incident: Incident) -> frozenset[str]:
    stated = {each.id: each for each in turn.store.statements(incident.number)}
    stated |= turn.change.statements
    return frozenset(each.about for each in stated.values() if each.state is StatementState.DISPUTED)
