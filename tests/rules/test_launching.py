"""When a team is launched (3.3(a), OB-411): enough acknowledged, each in a role that counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Entry, EntryKind, Party, Quorum, Role
from agent.rules.launching import coordinators, is_launched, members, principals
from tests.rules.people import MONDAY_NOON, PEOPLE, A, B, contact

PROVIDERS = [each.id for each in PEOPLE.values() if each.party is A]


@pytest.mark.parametrize(
    ("acknowledged", "launched"),
    [
        ({"zhang"}, False),
        ({"qian"}, False),
        ({"zhang", "qian"}, True),
        ({"li"}, True),  # deputy of the principal, and a member
        ({"eye"}, False),
        ({"wang"}, False),
        (set(), False),
    ],
)
def test_a_principal_or_deputy_and_a_member(acknowledged: set[str], launched: bool) -> None:
    assert is_launched(acknowledged, PEOPLE.values(), A, Quorum()) is launched


def test_a_party_of_one_person_is_launched_by_that_person() -> None:
    """A role that nobody holds falls to the next: member, coordinator, principal."""
    assert members(PEOPLE.values(), B) == {"wang"}
    assert is_launched({"wang"}, PEOPLE.values(), B, Quorum())


def test_a_party_of_observers_alone_has_no_team_to_launch() -> None:
    eye = contact("eye", Role.OBSERVER)

    assert members([eye], A) == frozenset()
    assert not is_launched({"eye"}, [eye], A, Quorum())


def named(party: Party, who: str, kind: EntryKind = EntryKind.COORDINATOR) -> Entry:
    said = {"contact": who}
    return Entry("INC-1/1", "INC-1", kind, "", party, "zhang", MONDAY_NOON, MONDAY_NOON, said)


def test_each_side_is_coordinated_by_whom_it_named_last() -> None:
    """3.3(b)"""
    said = [named(A, "li"), named(B, "wang"), named(A, "qian"), named(B, "zhao", EntryKind.CONVERSATION)]

    assert coordinators(said) == {A: "qian", B: "wang"}
    assert coordinators([]) == {}


def test_more_than_there_are_is_not_asked_for() -> None:
    assert is_launched({"zhang", "li", "qian"}, PEOPLE.values(), A, Quorum(5, 5))
    assert not is_launched({"zhang", "li"}, PEOPLE.values(), A, Quorum(5, 5))


def test_a_deputy_of_another_party_counts_for_none() -> None:
    odd = contact("odd", Role.PRINCIPAL, deputy="wang")

    assert principals([odd, *PEOPLE.values()], A) == {"odd", "zhang", "li"}


@given(st.sets(st.sampled_from(PROVIDERS)), st.sampled_from(PROVIDERS), st.integers(0, 3), st.integers(0, 3))
def test_one_more_answer_never_undoes_a_launch(acknowledged: set[str], another: str, heads: int, hands: int) -> None:
    quorum = Quorum(heads, hands)

    before = is_launched(acknowledged, PEOPLE.values(), A, quorum)

    assert is_launched(acknowledged | {another}, PEOPLE.values(), A, quorum) or not before


@given(st.integers(0, 9), st.integers(0, 9))
def test_everybody_together_is_always_enough(heads: int, hands: int) -> None:
    assert is_launched(set(PROVIDERS), PEOPLE.values(), A, Quorum(heads, hands))
