"""Stories of duties that their creditor lets go: who may, of what, and what follows."""

from pathlib import Path

import pytest

from agent.engine.stated import Confirm, Record
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import EntryKind
from tests.stories.test_duties import duty
from tests.stories.test_phases import ADOPTED
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, ADOPTED)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


def test_the_creditor_lets_a_duty_go_with_a_reason(world: World) -> None:
    """Section 5, 3.4(b): the customer waives the containment that is owed to it; the record says who and why."""
    world.phase("assessment")

    world.record("waiver", "wang", about="OB-503", text="the shop is shut tonight")

    waived = duty(world, "contain")
    assert (waived.state, waived.discharged_by, waived.reason) == ("waived", "wang", "the shop is shut tonight")
    assert [sealed.fact.by for sealed in world.facts() if sealed.fact.kind == "duty_waived"] == ["wang"]
    assert "obligations_waived" in world.happened()


def test_who_is_said_to_have_let_a_duty_go_reads_which_one(world: World) -> None:
    """Fact 15, section 5: a call that the debtor wrote down, and the creditor confirms or corrects."""
    number = world.incident().number
    said = {"text": "the shop is shut tonight"}

    world.do(Record(number, EntryKind.WAIVER, "wang", "", said, about="OB-502", means="phone", recorded_by="chen"))

    message = world.messages("wang")[-1].text
    assert "[PLEASE CONFIRM] wang let a duty go by phone" in message
    assert f"let a duty go, “assess-{number}; the shop is shut tonight”" in message


def test_what_the_debtor_wrote_down_as_let_go_is_owed_until_the_creditor_confirms_it(world: World) -> None:
    """Section 5, fact 15: nobody lets go of its own debt; confirmed, it counts from when it was said."""
    number, said = world.incident().number, {"text": "the shop is shut tonight"}
    world.do(Record(number, EntryKind.WAIVER, "wang", "", said, about="OB-502", means="phone", recorded_by="chen"))
    assert duty(world, "assess").state == "running"
    assert "obligations_waived" not in world.happened()
    said_at = world.clock.now()
    world.advance("2 h")
    assert duty(world, "assess").state == "overdue"

    world.do(Confirm(number, f"{number}/S1", "wang"))

    waived = duty(world, "assess")
    assert (waived.state, waived.discharged_by, waived.discharged_at) == ("waived", "wang", said_at)
    assert waived.overdue_at is None  # it was owed no more when it fell due


def test_what_the_debtor_wrote_down_and_the_creditor_corrects_is_owed_as_before(world: World) -> None:
    """Fact 15."""
    number, said = world.incident().number, {"text": "the shop is shut tonight"}
    world.do(Record(number, EntryKind.WAIVER, "wang", "", said, about="OB-502", means="phone", recorded_by="chen"))

    world.record("dispute", "wang", about=f"{number}/S1", text="I never said so")

    assert duty(world, "assess").state == "running"


def test_the_creditors_own_word_counts_at_once_whatever_the_debtor_wrote_down_before(world: World) -> None:
    """Section 5: the very same words from the person themself are no repeat."""
    number, said = world.incident().number, {"text": "the shop is shut tonight"}
    world.do(Record(number, EntryKind.WAIVER, "wang", "", said, about="OB-502", means="phone", recorded_by="chen"))

    world.record("waiver", "wang", about="OB-502", text="the shop is shut tonight")

    assert duty(world, "assess").state == "waived"


def test_what_the_creditors_own_people_wrote_down_counts_at_once(world: World) -> None:
    """Fact 15: it binds that party; the other one is asked whether it was so."""
    number, said = world.incident().number, {"text": "the shop is shut tonight"}

    world.do(Record(number, EntryKind.WAIVER, "wang", "", said, about="OB-502", means="phone", recorded_by="wang"))

    assert duty(world, "assess").state == "waived"


def test_an_overdue_duty_that_is_let_go_keeps_that_it_was_overdue(world: World) -> None:
    """Section 5: `overdue_at` stays."""
    world.advance("60 min")
    assert duty(world, "assess").state == "overdue"

    world.record("waiver", "wang", about="assess", text="we know what it is")

    assert duty(world, "assess").state == "waived"
    assert duty(world, "assess").overdue_at == duty(world, "assess").due_at


def test_a_debtor_does_not_let_go_of_its_own_debt(world: World) -> None:
    """Section 5, 3.4(a): refused with the clause of the duty, and nothing changes."""
    before = world.happened()

    with pytest.raises(WrongParty, match="OB-502 assess is owed to the customer") as refused:
        world.record("waiver", "lee", about="assess", text="not needed")

    assert refused.value.clause == "3.4(a)"
    assert duty(world, "assess").state == "running"
    assert world.happened() == before


def test_only_a_principal_or_coordinator_lets_go(tmp_path: Path) -> None:
    """Section 5: a member of the customer may not."""
    world = World(
        tmp_path, ADOPTED.replace("signals:\n", '      zhou: {role: [member], reach: ["log://"]}\nsignals:\n')
    )
    world.alert("CheckoutDown")
    world.advance("6 min")

    with pytest.raises(Refused, match="it takes a coordinator, principal of the customer"):
        world.record("waiver", "zhou", about="assess", text="not needed")


def test_what_has_ended_is_not_let_go_and_what_nobody_knows_is_not_found(world: World) -> None:
    """Section 5: met, superseded or lapsed; no such duty; no reason."""
    world.phase("assessment")

    with pytest.raises(IllegalStep, match="OB-502 assess is met"):
        world.record("waiver", "wang", about="assess", text="never mind")
    with pytest.raises(NotFound, match="has no duty 'assassinate'"):
        world.record("waiver", "wang", about="assassinate", text="never mind")
    with pytest.raises(Refused, match="needs text"):
        world.record("waiver", "wang", about="contain", text=" ")


def test_a_duty_owed_more_than_once_is_to_be_named_whole(world: World) -> None:
    """Section 5: each clock is let go by itself."""
    world.record("request", "lee", "feedback", text="which shops?")
    world.record("request", "lee", "feedback", text="since when?")
    with pytest.raises(Refused, match="is owed more than once: name one of feed_back-INC") as refused:
        world.record("waiver", "lee", about="OB-307", text="known by now")
    assert refused.value.clause == "section 5"

    world.record("waiver", "lee", about=f"feed_back-{world.incident().number}-R-1", text="known by now")

    owed = {each.about: str(each.state) for each in world.store.obligations()[0] if each.name == "feed_back"}
    assert owed == {"R-1": "waived", "R-2": "running"}


def test_a_target_is_nothing_that_could_be_let_go(tmp_path: Path) -> None:
    """Section 1, fact 2: nobody signed it."""
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")

    with pytest.raises(Refused, match="a target that nobody signed"):
        world.record("waiver", "wang", about="assess", text="not needed")


def test_a_joint_duty_is_let_go_by_neither_party_alone(world: World) -> None:
    """Section 5, 3.3(a): both owe it to both."""
    world.regrade(1, "all shops stand still")

    with pytest.raises(WrongParty, match="owed to both parties") as refused:
        world.record("waiver", "wang", about="principals_speak", text="we spoke yesterday")

    assert refused.value.clause == "3.3(a)"


def test_the_restoration_runs_on_when_the_provider_waits_for_the_answer_no_more(world: World) -> None:
    """Rule 4, OB-602: the pause ends with the request that is let go."""
    world.record("request", "lee", "cooperation", text="may batch reconciliation stop?")
    world.advance("10 min")

    world.record("waiver", "lee", about="answer_cooperation", text="we found another way")

    assert duty(world, "restore").state == "running"
    assert f"{duty(world, 'restore').due_at:%H:%M}" == "11:10"


def test_said_again_in_the_same_words_it_changes_nothing(world: World) -> None:
    world.record("waiver", "wang", about="assess", text="we know what it is")
    before = world.happened()

    assert world.record("waiver", "wang", about="OB-502", text="we know what it is").is_repeated
    assert world.happened() == before
