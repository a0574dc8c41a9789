"""What the parties ask of each other: who may ask what of whom, and what has been answered."""

from dataclasses import replace

import pytest

from agent.errors import Refused, WrongParty
from agent.model import Entry, EntryKind, Party
from agent.rules import requests
from tests.rules.owing import INC, at


def entry(kind: EntryKind, about: str, what: str = "cooperation", party: Party = Party.PROVIDER) -> Entry:
    return Entry(f"{INC}/{about}/{kind}", INC, kind, what, party, "lee", at(0), at(0), {"text": "x"}, about)


ASKED = entry(EntryKind.REQUEST, "R-1")
ANSWERED = entry(EntryKind.ANSWER, "R-1", party=Party.CUSTOMER)


def test_requests_are_numbered_in_the_order_of_asking() -> None:
    assert requests.next_number(()) == "R-1"
    assert requests.next_number((ASKED, ANSWERED, entry(EntryKind.UPDATE, ""))) == "R-2"


def test_a_number_is_read_however_it_is_written() -> None:
    assert [requests.plain_number(text) for text in ("R-2", " r-2 ", "2")] == ["R-2", "R-2", "R-2"]


def test_a_request_is_found_with_its_answer() -> None:
    waiting = replace(ASKED, about="R-2")
    found = requests.asked_in(
        (ASKED, waiting, ANSWERED, entry(EntryKind.ANSWER, "R-9"), entry(EntryKind.UPDATE, "R-2"))
    )

    assert list(found) == ["R-1", "R-2"]
    assert found["R-1"].answer == ANSWERED
    assert found["R-2"].answer is None
    assert (found["R-1"].number, found["R-1"].asked, found["R-1"].clause) == ("R-1", "customer", "4.2(b)")


def test_an_invitation_rests_on_the_clause_of_who_is_invited() -> None:
    """2.2(d), 2.3(d), 4.1(d), 4.2(d)."""
    assert requests.check_asking("invitation", Party.PROVIDER) == "4.2(d)"
    assert requests.check_asking("invitation", Party.CUSTOMER) == "4.1(d)"


@pytest.mark.parametrize(
    ("what", "asker", "clause"),
    [
        ("support", Party.CUSTOMER, "2.2(c)"),
        ("cooperation", Party.PROVIDER, "4.2(b)"),
        ("feedback", Party.PROVIDER, "4.2(c)"),
    ],
)
def test_each_sort_is_for_one_party_to_ask(what: str, asker: Party, clause: str) -> None:
    """2.2(c), 4.2(b), 4.2(c)."""
    assert requests.check_asking(what, asker) == clause
    with pytest.raises(WrongParty, match=f"{what} is asked of the {asker.other} by the {asker}") as refused:
        requests.check_asking(what, asker.other)
    assert refused.value.clause == clause


def test_what_is_no_sort_of_request_is_refused() -> None:
    with pytest.raises(Refused, match="say support, cooperation, feedback, invitation"):
        requests.check_asking("money", Party.PROVIDER)
