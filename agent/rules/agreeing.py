"""What the parties say of the grade (3.1): who accepted it, who objects, and what a party stands for.

Until they agree the higher grade rules (fact 3): raising needs one party's word, lowering what the other party stands
for needs both.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from agent.model import Contact, Entry, EntryKind, Grade, Incident, Party, Role

CLAUSE = "3.1"

LEADS = frozenset({Role.PRINCIPAL, Role.COORDINATOR})


@dataclass(frozen=True, slots=True)
class Talk:
    """Who accepted the grade that stands, and whose objection is open."""

    accepted: frozenset[Party]
    objections: Mapping[Party, Entry]

    @property
    def is_contested(self) -> bool:
        return bool(self.objections)

    @property
    def is_agreed(self) -> bool:
        """Whether both parties accepted it."""
        return self.accepted == frozenset(Party) and not self.objections


def talk(entries: Iterable[Entry], incident: Incident, *, is_deemed: bool = False) -> Talk:
    """How it stands. `is_deemed`: the customer let its time pass, and the annex takes that for acceptance (fact 13)."""
    accepted: dict[Party, Grade] = {}
    objections: dict[Party, Entry] = {}
    for entry in entries:
        if entry.kind is EntryKind.GRADE_DECISION:
            objections.clear()
            accepted = dict.fromkeys(Party, grade_of(entry))
        elif entry.kind is EntryKind.GRADE_ANSWER and entry.what == "objection":
            accepted.pop(entry.party, None)
            objections[entry.party] = entry
        elif entry.kind is EntryKind.GRADE_ANSWER:
            theirs = objections.get(entry.party.other)
            if theirs is not None and grade_of(theirs) == grade_of(entry):
                objections.clear()
                accepted = dict.fromkeys(Party, grade_of(entry))
            else:
                objections.pop(entry.party, None)
                accepted[entry.party] = grade_of(entry)
    if is_deemed and Party.CUSTOMER not in objections:
        accepted.setdefault(Party.CUSTOMER, incident.grade)
    standing = frozenset(party for party, grade in accepted.items() if grade == incident.grade)
    return Talk(standing, objections)


def grade_of(entry: Entry) -> Grade:
    """The grade that an answer or a decision names."""
    return cast("Grade", int(entry.said["grade"]))


def stands_for(talk: Talk, party: Party, incident: Incident) -> Grade | None:
    """The grade that a party wants or has accepted; None while it said nothing of the one that stands."""
    objection = talk.objections.get(party)
    if objection is not None:
        return grade_of(objection)
    return incident.grade if party in talk.accepted else None


def may_lower_alone(talk: Talk, party: Party, to_grade: Grade, incident: Incident) -> bool:
    """Whether the other party stands for no graver one: what it accepted or asked for is lowered by both."""
    theirs = stands_for(talk, party.other, incident)
    return theirs is None or theirs >= to_grade


def ruling(grade: Grade, wanted: Grade) -> Grade:
    """The grade that rules while one is objected to: the higher one (fact 3)."""
    return min(grade, wanted)


def is_lead(contact: Contact) -> bool:
    """Whether the person may speak for the party on the grade."""
    return bool(LEADS & set(contact.roles))


def stands_still(entry: Entry, entries: Iterable[Entry], incident: Incident) -> bool:
    """Whether an answer or a decision is the party's last word: the same words again would change nothing."""
    said = [each for each in entries if each.kind in (EntryKind.GRADE_ANSWER, EntryKind.GRADE_DECISION)]
    if entry.kind is EntryKind.GRADE_DECISION:
        return said[-1].id == entry.id and grade_of(entry) == incident.grade
    now = talk(said, incident)
    if entry.what == "objection":
        return now.objections.get(entry.party) is entry
    own = [each for each in said if each.party is entry.party]
    return own[-1].id == entry.id and entry.party in now.accepted
