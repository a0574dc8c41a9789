"""Stories of 3.1: either party may accept the grade or object; the higher one rules until both have decided."""

from pathlib import Path

import pytest

from agent.errors import Refused, WrongParty
from agent.model import ObligationState
from tests.stories.test_duties import duty
from tests.support.world import FILE, World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")
    assert world.incident().grade == 2
    return world


def answer(world: World, by: str, what: str, grade: int, text: str = "") -> None:
    world.record("grade_answer", by, what, grade=grade, **({"text": text} if text else {}))


def test_an_objection_that_asks_for_more_raises_at_once_and_is_told_with_its_limit(world: World) -> None:
    """OB-402, 3.1: until they agree the higher grade rules."""
    answer(world, "wang", "objection", 1, "all shops stand still")

    assert (world.incident().grade, world.incident().is_provisional) == (1, True)
    assert duty(world, "answer_grade").state in (ObligationState.MET, ObligationState.RUNNING)
    assert duty(world, "decide_grade").state is ObligationState.RUNNING
    assert f"{duty(world, 'decide_grade').due_at:%H:%M}" == "04:06"
    assert world.told("lee")[-1].startswith("[GRADE 2 -> 1, provisional]")
