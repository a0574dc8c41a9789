"""Who may do what during an incident: a refusal names the clause."""

from dataclasses import replace

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Contact, EntryKind, Party, Role, State
from agent.rules import powers
from tests.rules.test_happenings import INCIDENT

LEE = Contact("lee", Party.PROVIDER, "Lee", (Role.PRINCIPAL,))
CHEN = Contact("chen", Party.PROVIDER, "Chen", (Role.MEMBER,))
WANG = Contact("wang", Party.CUSTOMER, "Wang", (Role.COORDINATOR,))


def test_what_is_allowed_rests_on_its_clause() -> None:
    assert powers.check(EntryKind.UPDATE, "", {"text": "pool restarted"}, CHEN, INCIDENT).clause == "3.5"


@pytest.mark.parametrize(
    ("fault", "kind", "what", "said", "contact", "state", "clause"),
    [
        (WrongParty, EntryKind.PHASE, "containment", {"text": "x"}, WANG, State.OPEN, "3.4"),
        (Refused, EntryKind.GRADE_ANSWER, "accepted", {}, CHEN, State.OPEN, "3.1"),
        (IllegalStep, EntryKind.UPDATE, "", {"text": "x"}, CHEN, State.CLOSED, "3.5"),
        (Refused, EntryKind.PHASE, "", {"text": "x"}, CHEN, State.OPEN, "3.4"),
        (Refused, EntryKind.PHASE, "celebration", {"text": "x"}, CHEN, State.OPEN, "3.4"),
        (Refused, EntryKind.UPDATE, "", {"text": " "}, CHEN, State.OPEN, "3.5"),
    ],
)
def test_a_refusal_names_the_clause(
    fault: type[Refused],
    kind: EntryKind,
    what: str,
    said: dict[str, str],
    contact: Contact,
    state: State,
    clause: str,
) -> None:
    with pytest.raises(fault) as refused:
        powers.check(kind, what, said, contact, replace(INCIDENT, state=state))

    assert refused.value.clause == clause


def test_every_sort_of_entry_has_its_power() -> None:
    assert set(powers.POWERS) == set(EntryKind)


@pytest.mark.parametrize(
    ("kind", "by", "state", "told"),
    [
        (EntryKind.UPDATE, CHEN, State.CLOSED, "is closed: too late for an update"),
        (EntryKind.RECOVERY_ANSWER, WANG, State.OPEN, "is open: too early for a recovery answer"),
        (EntryKind.RECOVERY_ANSWER, WANG, State.VOID, "is void: too late for a recovery answer"),
        (EntryKind.NOT_WORSE, CHEN, State.RECOVERED, "is recovered: too late for a not worse"),
    ],
)
def test_an_act_out_of_its_time_is_told_whether_to_wait_for_it(
    kind: EntryKind, by: Contact, state: State, told: str
) -> None:
    with pytest.raises(IllegalStep, match=told):
        powers.check(kind, "confirmed", {"text": "x"}, by, replace(INCIDENT, state=state))


def test_what_is_not_said_is_asked_for_in_good_words() -> None:
    with pytest.raises(Refused, match="an update needs text: say it in words a person would"):
        powers.check(EntryKind.UPDATE, "", {"text": " "}, CHEN, INCIDENT)
