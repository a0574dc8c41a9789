"""Which acknowledgements of a party stand."""

from dataclasses import replace
from datetime import timedelta

from agent.model import Acknowledgement, Party
from agent.rules.answers import standing
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
