"""Stories of 3.1: either party may accept the grade or object; the higher one rules until both have decided."""

from pathlib import Path
from typing import Any

import pytest

from agent.engine.stated import Record
from agent.engine.works import Regrade
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import EntryKind, Incident, Obligation, ObligationState
from tests.stories.test_duties import duty
from tests.support.world import FILE, World

PEOPLE = FILE.replace(
    '      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}\n',
    '      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}\n'
    '      ma: {role: [member], reach: ["log://"]}\n',
)


def opened(world: World) -> World:
    world.alert("CheckoutDown")
    world.advance("6 min")
    assert (world.incident().grade, world.incident().is_provisional) == (2, True)
    return world


@pytest.fixture
def world(tmp_path: Path) -> World:
    return opened(World(tmp_path, PEOPLE))


def accept(world: World, by: str, grade: int) -> Any:
    return world.record("grade_answer", by, "accepted", grade=grade)


def object_to(world: World, by: str, grade: int, text: str = "all shops stand still") -> Any:
    return world.record("grade_answer", by, "objection", grade=grade, text=text)


def together(
    world: World, grade: int, by: str = "lee", with_: str = "wang", reason: str = "agreed on the phone"
) -> Incident:
    done: Incident = world.do(Regrade(world.incident().number, by, grade, reason, with_=with_))
    return done


def clocks(world: World, name: str) -> list[Obligation]:
    found, _ = world.store.obligations(incident=world.incident().number, limit=500)
    return [each for each in reversed(found) if each.name == name]


# ------------------------------------------------------------------------------------------------------- acceptance


def test_the_customer_may_accept_the_grade_it_was_told(world: World) -> None:
    """OB-402, 3.1: its answer meets the duty; alone it leaves the grade provisional."""
    accept(world, "wang", 2)

    assert duty(world, "answer_grade").state is ObligationState.MET
    assert duty(world, "answer_grade").discharged_by == "wang"
    assert world.incident().is_provisional


def test_what_both_accepted_is_provisional_no_longer(world: World) -> None:
    """3.1, R10: by persons of both parties."""
    accept(world, "wang", 2)
    accept(world, "lee", 2)

    assert not world.incident().is_provisional
    assert "R10" in world.incident().rules
    assert world.happened().count("grade_confirmed") == 1


def test_an_unused_right_is_no_acceptance(world: World) -> None:
    """OB-402, fact 13: no answer in 24 h reads lapsed."""
    accept(world, "lee", 2)
    for length in ("9 h", "16 h"):  # it rises by its age meanwhile
        for contact in ("lee", "wang"):
            world.acknowledge(contact)
        world.advance(length)

    assert clocks(world, "answer_grade")[0].state in (ObligationState.LAPSED, ObligationState.SUPERSEDED)
    assert "grade_deemed_accepted" not in world.happened()


def test_silence_is_acceptance_where_the_annex_says_so(tmp_path: Path) -> None:
    """OB-402, fact 13: `deemed_accepted`, and only then."""
    deemed = "  system: Payment platform\n  terms: {answer_grade: {limit: 2h, deemed_accepted: true, basis: annex}}\n"
    world = opened(World(tmp_path, FILE.replace("  system: Payment platform\n", deemed)))
    accept(world, "lee", 2)

    world.advance("2 h")

    assert world.happened().count("grade_deemed_accepted") == 1
    assert not world.incident().is_provisional


# -------------------------------------------------------------------------------------------------------- objection


def test_an_objection_that_asks_for_more_raises_at_once_and_is_told_with_its_limit(world: World) -> None:
    """OB-402, OB-403, 3.1: until they agree the higher grade rules."""
    object_to(world, "wang", 1)

    assert (world.incident().grade, world.incident().is_provisional) == (1, True)
    assert clocks(world, "answer_grade")[0].state is ObligationState.MET
    assert f"{duty(world, 'decide_grade').due_at:%H:%M}" == "04:06"
    assert world.told("lee")[-1].startswith("[GRADE 2 -> 1, provisional]")
    told = world.messages("lee")[-1].text
    assert "set by wang (customer); reason: all shops stand still" in told
    assert "Contested (3.1): both decide by 04:06 (target)" in told


def test_an_objection_that_asks_for_less_changes_nothing_and_the_other_party_hears_of_it(world: World) -> None:
    """OB-402, OB-403, 3.1: it waits for both."""
    object_to(world, "wang", 3, "one shop of twelve")

    assert world.incident().grade == 2
    assert world.told("chen")[-1].startswith("[OBJECTION, grade 2] Checkout: one shop of twelve")
    told = world.messages("chen")[-1].text
    assert "wang objects to grade 2 and asks for grade 3: one shop of twelve" in told
    assert "Both are to decide by 04:06 (target), until then grade 2 stands" in told
    assert not any("OBJECTION" in line for line in world.told("wang"))


def test_the_provider_may_object_as_well(world: World) -> None:
    """3.1: the customer is told."""
    accept(world, "wang", 2)
    object_to(world, "lee", 3, "one shop of twelve")

    assert world.incident().grade == 2
    assert world.told("wang")[-1].startswith("[OBJECTION, grade 2]")


def test_whoever_accepts_what_the_other_asks_for_has_decided_with_them(world: World) -> None:
    """OB-403, 3.1: both names are on record; it may lower."""
    object_to(world, "wang", 3, "one shop of twelve")
    accept(world, "lee", 3)

    assert (world.incident().grade, world.incident().is_provisional) == (3, False)
    assert duty(world, "decide_grade").state is ObligationState.MET
    decided = next(each.fact for each in world.facts() if each.fact.kind == "grade_decided")
    assert (decided.by, decided.detail["with"], decided.detail["grade"]) == ("lee", "wang", 3)


def test_an_objection_may_be_taken_back_and_nothing_is_left_to_decide(world: World) -> None:
    """OB-403, 3.1: who objected accepts the grade that stands."""
    object_to(world, "wang", 3, "one shop of twelve")
    accept(world, "wang", 2)

    assert duty(world, "decide_grade").state is ObligationState.VOID
    assert world.incident().grade == 2


# --------------------------------------------------------------------------------------------------- joint decision


def test_a_joint_decision_settles_it_and_may_lower(world: World) -> None:
    """OB-403, 3.1: with a name of each party."""
    object_to(world, "wang", 1)
    world.advance("10 min")

    done = together(world, 2, reason="half of the shops work")

    assert (done.grade, done.is_provisional) == (2, False)
    assert duty(world, "decide_grade").state is ObligationState.MET
    assert all(not each.state.is_open for each in clocks(world, "answer_grade")[:1])
    assert "decided by lee and wang; reason: half of the shops work" in world.messages("wang")[-1].text


def test_a_decision_for_the_grade_that_stands_is_on_record_and_told_to_nobody(world: World) -> None:
    """OB-403, 3.1: both took part in it."""
    object_to(world, "wang", 3, "one shop of twelve")
    before = len(world.told("wang"))

    together(world, 2)

    assert (world.incident().grade, world.incident().is_provisional) == (2, False)
    assert duty(world, "decide_grade").state is ObligationState.MET
    assert len(world.told("wang")) == before


def test_what_the_customer_stands_for_the_provider_does_not_lower_alone(world: World) -> None:
    """3.1, fact 3: what it accepted or asked for takes both."""
    accept(world, "wang", 2)

    with pytest.raises(Refused, match="decide together") as refused:
        world.regrade(3, "one shop of twelve")

    assert refused.value.clause == "3.1"
    assert world.incident().grade == 2
    assert together(world, 3).grade == 3


def test_what_nobody_of_the_customer_stands_for_the_provider_may_lower_with_a_reason(world: World) -> None:
    """3.1, R10: a person's act; the customer is told until when it may object."""
    world.regrade(3, "one shop of twelve")
    world.advance("6 h")  # grade 3 is told in working hours

    assert world.incident().grade == 3
    [told] = [each.text for each in world.messages("wang") if each.subject.startswith("[GRADE 2 -> 3]")]
    assert "By 3.1 you may accept the grade or object to it until 24 Nov 03:05 (target)" in told


def test_the_provider_meets_the_customers_wish_by_setting_that_grade(world: World) -> None:
    """OB-403, 3.1: a regrade to what was asked for is the decision."""
    object_to(world, "wang", 3, "one shop of twelve")

    world.regrade(3, "seen for ourselves")

    assert world.incident().grade == 3
    assert duty(world, "decide_grade").state is ObligationState.MET
    assert "grade_decided" in world.happened()


def test_a_graver_signal_raises_what_both_decided(world: World) -> None:
    """R9, fact 3: raising may be automatic; it is provisional again."""
    together(world, 3)
    world.alert("Intrusion")
    world.alert("LedgerDown")
    world.settle()

    assert min(each.grade for each in world.incidents()) == 1


# ------------------------------------------------------------------------------------------------------- the record


def test_after_the_recovery_an_objection_calls_nobody(world: World) -> None:
    """OB-402, 3.1: the grade is a matter of record then; both may still decide."""
    world.resolve("CheckoutDown")
    world.advance("20 min")
    assert world.incident().state == "recovered"
    object_to(world, "wang", 1)

    assert world.incident().grade == 2
    assert together(world, 1).grade == 1
    assert clocks(world, "launch_provider") == []
    assert "confirm by" not in world.messages("wang")[-1].text


def test_what_is_contested_stays_so_across_a_restart(world: World) -> None:
    """3.1."""
    object_to(world, "wang", 3, "one shop of twelve")
    world.restart()

    accept(world, "lee", 3)

    assert world.incident().grade == 3


def test_the_same_answer_twice_is_on_file_once(world: World) -> None:
    """3.1: a repeat changes nothing."""
    first = object_to(world, "wang", 1)
    again = object_to(world, "wang", 1)

    assert (again.is_repeated, again.entry.id) == (True, first.entry.id)
    assert world.happened().count("grade_answered") == 1


def test_an_objection_made_again_after_a_decision_is_a_new_one(world: World) -> None:
    """3.1: refused, as the grade was decided by both; the old words do not pass for a repeat."""
    object_to(world, "wang", 3, "one shop of twelve")
    together(world, 2)

    with pytest.raises(Refused, match="change it together"):
        object_to(world, "wang", 3, "one shop of twelve")


def test_a_decision_that_one_party_recorded_in_the_others_name_waits_for_its_word(world: World) -> None:
    """OB-403, 3.1, fact 15: it counts at once; disputed, it binds that party no longer."""
    done = Regrade(world.incident().number, "lee", 3, "agreed on the phone", recorded_by="lee", with_="wang")
    world.do(done)
    [stated] = world.store.statements(world.incident().number)
    assert (stated.by, stated.kind, stated.asked) == ("wang", "grade_decided", "customer")
    assert world.incident().grade == 3

    said = {"text": "I agreed to nothing"}
    world.do(Record(world.incident().number, EntryKind.DISPUTE, "wang", said=said, about=stated.id))
    object_to(world, "wang", 2)

    assert world.incident().grade == 2


REFUSED: list[tuple[str, type[Refused], str]] = [
    ("accepted ma 2", Refused, "it takes a coordinator, principal of the customer"),
    ("accepted wang 1", Refused, "not the one that stands"),
    ("objection wang 2", Refused, "stands already"),
    ("objection ma 1", Refused, "it takes a coordinator, principal"),
    ("objection wang 3 -", Refused, "needs its reason"),
    ("accepted wang 7", Refused, "no grade 7"),
]


@pytest.mark.parametrize(("words", "fault", "said"), REFUSED, ids=[words for words, _, _ in REFUSED])
def test_an_answer_that_may_not_be_is_refused_with_the_clause(
    world: World, words: str, fault: type[Refused], said: str
) -> None:
    """OB-402, 3.1: nothing has changed."""
    what, by, grade, *rest = words.split()
    text = {} if rest or what == "accepted" else {"text": "all shops stand still"}

    with pytest.raises(fault, match=said) as refused:
        world.record("grade_answer", by, what, grade=int(grade), **text)

    assert refused.value.clause == "3.1"
    assert world.store.entries(world.incident().number) == []
    assert world.incident().grade == 2


def test_a_grade_that_a_party_accepted_it_lowers_no_more_alone(world: World) -> None:
    """OB-402, 3.1: from then on it takes both."""
    accept(world, "wang", 2)

    with pytest.raises(Refused, match="accepted grade 2"):
        object_to(world, "wang", 3)
    with pytest.raises(Refused, match="accepted grade 2 already"):
        world.record("grade_answer", "wang", "accepted", grade=2, text="once more")


@pytest.mark.parametrize("both", [False, True], ids=["the customer accepted it", "both decided on it"])
def test_what_has_become_graver_since_is_raised_by_one_party_as_before(world: World, both: bool) -> None:
    """OB-402, OB-403, 3.1, fact 3: an acceptance binds downwards; raising takes one party's word, with its reason."""
    if both:
        together(world, 3, by="wang", with_="lee", reason="one shop of twelve")
    else:
        accept(world, "wang", 2)
        accept(world, "lee", 2)

    object_to(world, "wang", 1, "since 03:30 all shops stand still")

    assert (world.incident().grade, world.incident().is_provisional) == (1, True)
    assert clocks(world, "decide_grade")[-1].state is ObligationState.RUNNING
    together(world, 2, reason="half of the shops work")
    assert (world.incident().grade, world.incident().is_provisional) == (2, False)


def test_who_asked_for_a_grade_does_not_accept_it_for_the_other(world: World) -> None:
    """OB-403, 3.1."""
    object_to(world, "wang", 1)

    with pytest.raises(Refused, match="asked for grade 1 itself"):
        accept(world, "wang", 1)


def test_a_decision_takes_a_lead_of_each_party_and_something_to_decide(world: World) -> None:
    """OB-403, 3.1: wrong party, no lead, nothing contested, no reason."""
    with pytest.raises(WrongParty, match="both of the provider"):
        together(world, 3, with_="chen")
    with pytest.raises(Refused, match="ma may not decide"):
        together(world, 3, with_="ma")
    with pytest.raises(Refused, match="no contact"):
        together(world, 3, with_="nobody")
    with pytest.raises(Refused, match="needs text"):
        together(world, 3, reason="")
    together(world, 2)
    with pytest.raises(Refused, match="nothing is contested"):
        together(world, 2, reason="once more")

    assert [each.kind for each in world.store.entries(world.incident().number)] == [EntryKind.GRADE_DECISION]


def test_the_customer_lowers_no_grade_alone(world: World) -> None:
    """3.1, fact 3: it objects, or both decide."""
    with pytest.raises(WrongParty, match="tocsin object"):
        world.regrade(3, "one shop of twelve", by="wang")

    assert world.incident().grade == 2


def test_the_customers_own_raise_is_an_objection(world: World) -> None:
    """OB-402, 3.1: it rules at once, and both are to decide."""
    world.regrade(1, "all shops stand still", by="wang")

    assert world.incident().grade == 1
    assert duty(world, "decide_grade").state is ObligationState.RUNNING


def test_an_ended_incident_has_no_grade_to_answer(world: World) -> None:
    """OB-402, 3.1."""
    number = world.incident().number
    world.void("a test")

    with pytest.raises(IllegalStep) as refused:
        world.record("grade_answer", "wang", "accepted", number=number, grade=2)

    assert refused.value.clause == "3.1"
