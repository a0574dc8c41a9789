"""Stories of acts said again in the same words: what was overtaken meanwhile counts anew (3.4(e), 4.2(c), 3.3)."""

from pathlib import Path

import pytest

from agent.model import ObligationState
from tests.stories.test_duties import duty
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


def recover(world: World) -> None:
    world.resolve("CheckoutDown")
    world.advance("15 min")
    assert world.incident().state == "recovered"


def test_a_second_recovery_is_confirmed_in_the_same_words(world: World) -> None:
    """OB-508, 4.2(c): what was said of the first recovery answers nothing of the second."""
    recover(world)
    world.record("recovery_answer", "wang", "confirmed")
    assert world.record("recovery_answer", "wang", "confirmed").is_repeated
    world.alert("CheckoutDown")
    world.advance("1 min")
    assert world.incident().state == "open"
    recover(world)

    again = world.record("recovery_answer", "wang", "confirmed")

    assert not again.is_repeated
    assert duty(world, "confirm_recovery").state is ObligationState.MET


def test_an_objection_that_was_answered_may_be_raised_again(world: World) -> None:
    """4.2(c): the same words, since it still does not work."""
    recover(world)
    first = world.record("recovery_answer", "wang", "objection", text="the tills fail").entry
    assert world.record("recovery_answer", "wang", "objection", text="the tills fail").is_repeated
    world.record("update", "chen", about=first.id, text="tills restarted")

    assert not world.record("recovery_answer", "wang", "objection", text="the tills fail").is_repeated


def test_the_review_of_a_second_recovery_is_its_own(world: World) -> None:
    """3.4(e): a review from before the recovery counts no more."""
    recover(world)
    world.phase("review", text="pool exhausted")
    world.alert("CheckoutDown")
    world.advance("1 min")
    recover(world)

    assert not world.phase("review", text="pool exhausted").is_repeated


def test_what_was_lowered_stays_so_when_it_is_accepted(world: World) -> None:
    """3.1, R10: accepting the grade does not bring back what the evidence says alone."""
    world.alert("LedgerDown")
    world.regrade(3, "a test shop")
    world.record("grade_answer", "wang", "accepted", grade=3)
    world.record("grade_answer", "lee", "accepted", grade=3)
    world.regrade(3)
    world.advance("10 min")

    assert (world.incident().grade, world.incident().is_provisional) == (3, False)
