"""A person sets or confirms the grade (3.1). Of the provider it is a judgement, of the customer an answer to one;
with a name of each party it is the joint decision."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from agent.engine.desk import lookup
from agent.engine.desk.stated import behalf, entries, grade_talk, regrading
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.engine.works import Regrade
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Contact, EntryKind, Grade, Incident, Party, Role, State
from agent.rules import agreeing
from agent.rules.agreeing import CLAUSE


def regrade(turn: Turn, act: Regrade) -> Callable[[], Incident]:
    """Lowering needs a reason (fact 3), and what the other party stands for is lowered by both. What was held is told.

    Raises:
        NotFound.
        WrongParty: the customer lowers no grade alone.
        Refused: no such grade, lowered without a reason, or against the other party's word.
        IllegalStep: the incident is not open.
    """
    incident = lookup.incident(turn, act.incident)
    contact = lookup.contact(turn, act.by)
    if act.grade not in (1, 2, 3):
        raise Refused(f"there is no grade {act.grade}: 1, 2 or 3", CLAUSE)
    grade = cast("Grade", act.grade)
    if act.with_:
        said = {"grade": grade, "with": act.with_, "text": act.reason}
        entries.record(turn, _recorded(act, EntryKind.GRADE_DECISION, "", said))
        return lambda: lookup.incident_now(turn, act.incident)
    if incident.state not in (State.OPEN, State.VERIFYING):
        raise IllegalStep(f"{incident.number} is {incident.state}: its grade stands", CLAUSE)
    if set(contact.roles) <= {Role.OBSERVER}:
        raise Refused(f"{contact.id} only looks on: it takes somebody of the team", CLAUSE)
    answer = _as_answer(turn, incident, contact, grade)
    if answer:
        said = {"grade": grade, **({"text": act.reason} if act.reason.strip() else {})}
        entries.record(turn, _recorded(act, EntryKind.GRADE_ANSWER, answer, said))
    else:
        _judge(turn, incident, grade, act)
    turn.touch(incident.number)
    return lambda: lookup.incident_now(turn, act.incident)


def _judge(turn: Turn, incident: Incident, grade: Grade, act: Regrade) -> None:
    """The provider judges first (2.2(a)): it raises and confirms; it lowers where the customer stands for no graver."""
    if grade > incident.grade and not act.reason.strip():
        raise Refused("lowering a grade needs a reason", CLAUSE)
    talk = grade_talk.talk(turn, incident)
    if grade > incident.grade and not agreeing.may_lower_alone(talk, Party.PROVIDER, grade, incident):
        together = f"tocsin regrade {incident.number} {grade} --by {act.by} --with CONTACT --reason …"
        wanted = agreeing.stands_for(talk, Party.CUSTOMER, incident)
        raise Refused(
            f"the customer stands for grade {wanted}, and the higher one rules: decide together, {together}", CLAUSE
        )
    at = behalf.acted_at(turn, incident, act, CLAUSE)
    fact, said = "grade_confirmed" if grade == incident.grade else "grade_set", {"grade": grade, "text": act.reason}
    stated = behalf.state(turn, incident, fact, turn.settings.contacts[act.by], act, at=at, said=said)
    record = regrading.Word(act.by, act.reason, act.recorded_by, stated)
    if grade == incident.grade:
        regrading.confirm(turn, incident, record)
    else:
        regrading.set_grade(turn, incident, grade, record)


def _as_answer(turn: Turn, incident: Incident, contact: Contact, grade: Grade) -> str:
    """Which answer to the grade this is, "" for none: the customer's word always is, and who meets the other's wish."""
    theirs = grade_talk.talk(turn, incident).objections.get(contact.party.other)
    if theirs is not None and agreeing.grade_of(theirs) == grade:
        return "accepted"
    if contact.party is Party.PROVIDER:
        return ""
    if grade > incident.grade:
        object_ = f"tocsin object {incident.number} --grade {grade} --by {contact.id} --because …"
        raise WrongParty(f"the customer lowers no grade alone: {object_}; or both decide, --with CONTACT", CLAUSE)
    return "accepted" if grade == incident.grade else "objection"


def _recorded(act: Regrade, kind: EntryKind, what: str, said: Mapping[str, Any]) -> Record:
    means = act.means or "api"
    return Record(
        act.incident, kind, act.by, what, said, means=means, recorded_by=act.recorded_by, called_at=act.called_at
    )
