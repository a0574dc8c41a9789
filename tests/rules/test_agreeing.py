"""What the parties say of the grade (3.1, fact 3): until they agree the higher one rules."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.model import Entry, EntryKind, Grade, Incident, Party, Role
from agent.rules import agreeing
from agent.rules.agreeing import Talk, is_lead, may_lower_alone, ruling, stands_for, stands_still, talk
from tests.rules.people import MONDAY_NOON, A, B, contact
from tests.rules.test_happenings import INCIDENT

TWO = replace(INCIDENT, grade=2)


def answer(party: Party, what: str, grade: int, number: int = 1) -> Entry:
    return entry(EntryKind.GRADE_ANSWER, party, what, grade, number)


def decision(grade: int, number: int = 1) -> Entry:
    return entry(EntryKind.GRADE_DECISION, A, "", grade, number)


def entry(kind: EntryKind, party: Party, what: str, grade: int, number: int) -> Entry:
    said: dict[str, Any] = {"grade": grade}
    at = MONDAY_NOON
    return Entry(f"{TWO.number}/{number}", TWO.number, kind, what, party, f"{party}-lead", at, at, said)


def test_it_is_agreed_once_both_accepted_the_grade_that_stands() -> None:
    one = [answer(A, "accepted", 2)]

    assert talk(one, TWO) == Talk(frozenset({A}), {})
    assert talk([*one, answer(B, "accepted", 2, 2)], TWO).is_agreed
    assert not talk([*one, answer(B, "accepted", 2, 2)], replace(TWO, grade=1)).is_agreed


def test_an_objection_is_open_until_the_other_accepts_it_both_decide_or_it_is_taken_back() -> None:
    objection = answer(B, "objection", 3)

    assert talk([objection], TWO).is_contested
    assert talk([objection, answer(A, "accepted", 2, 2)], TWO).is_contested
    assert not talk([objection, answer(A, "accepted", 3, 2)], replace(TWO, grade=3)).is_contested
    assert not talk([objection, decision(2, 2)], TWO).is_contested
    assert not talk([objection, answer(B, "accepted", 2, 2)], TWO).is_contested


def test_what_is_said_of_other_things_is_no_word_on_the_grade() -> None:
    posted = replace(answer(B, "accepted", 2), kind=EntryKind.UPDATE)

    assert talk([posted], TWO) == Talk(frozenset(), {})


def test_the_higher_grade_rules_until_they_agree() -> None:
    """Fact 3: an objection that asks for less changes nothing yet, one that asks for more acts at once."""
    assert ruling(2, 3) == 2
    assert ruling(2, 1) == 1


def test_a_principal_or_a_coordinator_speaks_for_the_party_on_the_grade() -> None:
    """3.1"""
    assert is_lead(contact("zhang", Role.PRINCIPAL))
    assert is_lead(contact("li", Role.MEMBER, Role.COORDINATOR))
    assert not is_lead(contact("qian", Role.MEMBER, Role.SECURITY))


def test_what_the_other_party_stands_for_is_not_lowered_alone() -> None:
    silent, accepted, asked = (
        talk([], TWO),
        talk([answer(B, "accepted", 2)], TWO),
        talk([answer(B, "objection", 3)], TWO),
    )

    assert may_lower_alone(silent, A, 3, TWO)
    assert not may_lower_alone(accepted, A, 3, TWO)
    assert may_lower_alone(asked, A, 3, TWO)


def test_silence_is_acceptance_only_where_it_is_deemed_so() -> None:
    assert stands_for(talk([], TWO), B, TWO) is None
    assert stands_for(talk([], TWO, is_deemed=True), B, TWO) == 2
    assert stands_for(talk([answer(B, "objection", 1)], TWO, is_deemed=True), B, TWO) == 1


def test_a_partys_last_word_said_again_is_a_repeat_an_overtaken_one_is_not() -> None:
    first, second = answer(B, "objection", 3), decision(2, 2)

    assert stands_still(first, [first], TWO)
    assert not stands_still(first, [first, second], TWO)
    assert stands_still(second, [first, second], TWO)


def test_an_acceptance_said_again_is_a_repeat_until_the_grade_is_another_or_more_was_said() -> None:
    accepted = answer(B, "accepted", 2)
    others = answer(A, "objection", 1, 2)

    assert stands_still(accepted, [accepted, others], TWO)
    assert not stands_still(accepted, [accepted], replace(TWO, grade=1))
    assert not stands_still(accepted, [accepted, answer(B, "accepted", 2, 3)], TWO)


PARTIES, GRADES = st.sampled_from(list(Party)), st.sampled_from([1, 2, 3])
WORDS = st.lists(
    st.one_of(
        st.tuples(st.just("accepted"), PARTIES, GRADES),
        st.tuples(st.just("objection"), PARTIES, GRADES),
        st.tuples(st.just("decided"), PARTIES, GRADES),
    ),
    max_size=8,
)


def entries(words: list[tuple[str, Party, int]]) -> list[Entry]:
    return [
        decision(grade, number) if what == "decided" else answer(party, what, grade, number)
        for number, (what, party, grade) in enumerate(words, 1)
    ]


def standing(words: list[tuple[str, Party, int]], grade: Any) -> tuple[Talk, Incident]:
    incident = replace(INCIDENT, grade=grade)
    return talk(entries(words), incident), incident


@given(WORDS, GRADES)
def test_nobody_both_accepted_and_objects(words: list[tuple[str, Party, int]], grade: int) -> None:
    now, _ = standing(words, grade)

    assert not now.accepted & set(now.objections)
    assert not (now.is_agreed and now.is_contested)


@given(WORDS, GRADES, GRADES)
def test_a_decision_settles_whatever_was_said(words: list[tuple[str, Party, int]], grade: int, decided: int) -> None:
    now, _ = standing([*words, ("decided", A, decided)], decided)

    assert now.is_agreed


@given(WORDS, GRADES, PARTIES, GRADES)
def test_lowering_alone_never_goes_below_what_the_other_stands_for(
    words: list[tuple[str, Party, int]], grade: int, party: Party, to_grade: Grade
) -> None:
    now, incident = standing(words, grade)
    theirs = stands_for(now, party.other, incident)

    assert may_lower_alone(now, party, to_grade, incident) is (theirs is None or theirs >= to_grade)


@given(GRADES, GRADES)
def test_an_objection_never_lowers_by_itself(grade: Grade, wanted: Grade) -> None:
    assert ruling(grade, wanted) <= grade
    assert ruling(grade, wanted) in (grade, wanted)


@given(WORDS, GRADES)
def test_words_about_other_things_change_nothing(words: list[tuple[str, Party, int]], grade: int) -> None:
    said = entries(words)
    other = replace(said[0], kind=EntryKind.UPDATE) if said else None

    now, incident = standing(words, grade)

    assert other is None or talk([*said, other], incident) == now
    assert agreeing.talk(said, incident) == now
