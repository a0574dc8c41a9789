"""Which acknowledgements of a party stand, and which notices they are about (4.2(c))."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.model import Acknowledgement, Notice, NoticeState, NoticeType, Party
from agent.rules.answers import newest, standing, told
from tests.rules.people import MONDAY_3AM, MONDAY_NOON, A, B, notice
from tests.rules.test_recovery import T0, an_incident


def said(contact: str, minute: int, party: Party = Party.PROVIDER) -> Acknowledgement:
    return Acknowledgement("INC-1", party, contact, T0 + timedelta(minutes=minute), "cli")


def test_nobody_stands_while_the_party_is_being_asked() -> None:
    assert standing(an_incident(), [said("lee", 1)], Party.PROVIDER) == ()


def test_the_answer_that_stands_comes_first_then_those_who_said_so_too() -> None:
    incident = an_incident(acknowledged_provider="lee")

    assert standing(incident, [said("chen", 3), said("lee", 1)], Party.PROVIDER) == (said("lee", 1), said("chen", 3))


def test_what_was_said_before_it_was_asked_anew_counts_no_more() -> None:
    incident = an_incident(acknowledged_provider="lee")

    answers = standing(incident, [said("lee", 1), said("chen", 3), said("lee", 60)], Party.PROVIDER)

    assert answers == (said("lee", 60),)


def test_each_party_has_its_own() -> None:
    incident = replace(an_incident(), acknowledged_customer="wang")
    both = [said("lee", 1), said("wang", 2, Party.CUSTOMER)]

    assert standing(incident, both, Party.PROVIDER) == ()
    assert standing(incident, both, Party.CUSTOMER) == (said("wang", 2, Party.CUSTOMER),)


# --------------------------------------------------------------------------------- which notices they are about


def sent(seq: int = 1, **changes: Any) -> Notice:
    """A notice to the customer, released at once."""
    return replace(notice("wang", id_=f"N{seq}"), **{"seq": seq, "party": B, **changes})


def test_a_party_acknowledges_what_it_has_been_told_by_then() -> None:
    """OB-306: an answer is about the notices that were released before it."""
    early, late = sent(1), sent(2, at=MONDAY_NOON, due_at=MONDAY_NOON)

    assert told([early, late], B, MONDAY_3AM) == [early]
    assert told([early, late], B, MONDAY_NOON) == [early, late]


def test_what_was_held_counts_from_when_it_was_told() -> None:
    """It was decided at three and left at noon."""
    assert told([sent(due_at=MONDAY_NOON)], B, MONDAY_3AM) == []


@pytest.mark.parametrize("state", [NoticeState.HELD, NoticeState.WITHHELD])
def test_what_was_not_sent_is_not_acknowledged(state: NoticeState) -> None:
    assert told([sent(state=state)], B, MONDAY_NOON) == []


def test_a_trial_copy_told_the_customer_nothing() -> None:
    """It went to the provider's coordinator instead."""
    assert told([sent(is_trial=True)], B, MONDAY_NOON) == []


def test_the_other_party_s_copy_is_not_this_one_s() -> None:
    assert told([sent(party=A)], B, MONDAY_NOON) == []


def test_first_changed_requested_and_recovery_notices_are_acknowledged_and_nothing_else() -> None:
    """OB-306."""
    of_every_type = [sent(type=each) for each in NoticeType]

    acknowledged = [str(each.type) for each in told(of_every_type, B, MONDAY_NOON)]

    assert acknowledged == ["opening", "change", "request", "relapse", "recovery"]


def test_who_says_what_they_had_seen_acknowledges_no_more_than_that() -> None:
    """A page showed two of three."""
    first, second, third = sent(1), sent(2), sent(3)

    assert told([first, second, third], B, MONDAY_NOON, up_to=2) == [first, second]


def test_the_newest_is_the_one_of_the_highest_number_and_0_where_there_is_none() -> None:
    assert newest([sent(3), sent(5), sent(4)], B, MONDAY_NOON) == 5
    assert newest([sent(3)], A, MONDAY_NOON) == 0
