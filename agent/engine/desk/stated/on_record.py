"""What a grade asks people to put on record: that the principals spoke (3.3(a)), who coordinates (3.3(b)), whether one
responds (3.3(c)), the cause (3.4(c)), and that a fault of grade 3 is not worse (R7)."""

from collections.abc import Mapping
from typing import Any

from agent.engine.desk.stated import progress
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Contact, Entry, Incident, Kind, Role, State
from agent.rules import launching

MEANS = ("phone", "video", "meeting", "message")
"""By which the principals may have spoken."""


def check_conversation(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """OB-413: time, means, and both names, each a principal or a deputy.

    Raises:
        WrongParty: both are of one party.
        Refused: a name that is neither, or no such means.
    """
    by, other = turn.settings.contacts[act.by], _contact(turn, str(act.said["with"]), "3.3(a)")
    if other.party is by.party:
        raise WrongParty(f"{by.id} and {other.id} are both of the {by.party}: both parties' heads speak", "3.3(a)")
    for each in (by, other):
        may = launching.principals(turn.settings.contacts.values(), each.party)
        if each.id not in may:
            heads = ", ".join(sorted(may))
            raise Refused(f"{each.id} is no principal of the {each.party}, nor a deputy: it takes {heads}", "3.3(a)")
    medium = str(act.said.get("medium") or MEANS[0])
    if medium not in MEANS:
        raise Refused(f"{medium!r} is no means of speaking: say {', '.join(MEANS)}", "3.3(a)")
    return {}


def check_coordinator(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """OB-415: a party names one of its own.

    Raises:
        WrongParty: the one named belongs to the other party.
        Refused: no such contact, or an observer.
    """
    by, named = turn.settings.contacts[act.by], _contact(turn, str(act.said["contact"]), "3.3(b)")
    if named.party is not by.party:
        raise WrongParty(f"{named.id} belongs to the {named.party}: each party names its own", "3.3(b)")
    if set(named.roles) <= {Role.OBSERVER}:
        raise Refused(f"{named.id} only looks on: name somebody of the team", "3.3(b)")
    return {}


def check_response(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """OB-416: whether one responds is a question in grade 3 only.

    Raises:
        IllegalStep: both teams are launched at this grade.
    """
    if incident.grade != 3:
        launch = "3.3(a)" if incident.grade == 1 else "3.3(b)"
        raise IllegalStep(f"{incident.number} is grade {incident.grade}: both teams respond ({launch})", "3.3(c)")
    return {}


def check_cause(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """OB-504 runs from the first time that the cause is said."""
    return progress.first_cause(turn, incident)


def cause_known(turn: Turn, incident: Incident, entry: Entry) -> None:
    """Both parties read it as progress."""
    incident = turn.known.incidents.get(incident.number, incident)
    progress.tell(turn, incident, entry, said={"cause": str(entry.said["text"])})


def check_not_worse(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """R7: a reasoned word holds the rise of a grade 3 fault.

    Raises:
        IllegalStep: time does not raise it anyhow.
    """
    if incident.grade != 3 or incident.kind is not Kind.FAULT or incident.was_lifted:
        raise IllegalStep(f"{incident.number}: only the rise of a fault from grade 3 by its age is held so", "3.1")
    if incident.state is not State.OPEN:
        raise IllegalStep(f"{incident.number} is {incident.state}: time does not raise it", "3.1")
    return {}


def _contact(turn: Turn, id_: str, clause: str) -> Contact:
    contact = turn.settings.contacts.get(id_)
    if contact is None:
        raise Refused(f"{id_!r} is no contact: it must be one of {', '.join(sorted(turn.settings.contacts))}", clause)
    return contact
