"""Stories of response plans (3.1): pinned to the incident, told to the provider, ticked by people."""

from pathlib import Path

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from tests.support.world import FILE, World

PLANS = """
plans:
  - {kind: fault, steps: [look, tell]}
  - {kind: fault, function: checkout, grade: 2, link: "https://wiki.example/checkout-2", steps: [switch over, limit]}
  - {kind: fault, function: checkout, grade: 1, link: "https://wiki.example/checkout-1", steps: [limit, close shops]}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, FILE + PLANS)
    world.alert("CheckoutDown")
    world.settle()
    return world


def pinned(world: World) -> list[object]:
    return [sealed.fact.detail["steps"] for sealed in world.facts() if sealed.fact.kind == "plan_pinned"]


def test_the_fitting_plan_is_pinned_at_the_opening_and_linked_in_the_providers_copy_alone(world: World) -> None:
    """3.1: the narrowest one for kind, function and grade."""
    world.advance("6 min")

    assert pinned(world) == [["switch over", "limit"]]
    assert "Plan: https://wiki.example/checkout-2" in world.messages("chen")[0].text
    assert not any("wiki" in message.text for message in world.messages("wang"))


def test_the_pinned_copy_stays_when_the_file_changes(world: World) -> None:
    """3.1: what people work by does not change under their hands."""
    world.configure(FILE + PLANS.replace("switch over", "pray").replace("checkout-2", "elsewhere"))
    world.advance("1 min")
    world.restart()

    plan = world.incident().plan
    assert plan is not None
    assert (plan.link, plan.steps) == ("https://wiki.example/checkout-2", ("switch over", "limit"))
    assert len(pinned(world)) == 1


def test_another_grade_brings_its_own_plan_and_keeps_what_is_done(world: World) -> None:
    """3.1: at the regrade; a step that both plans have stays done."""
    world.record("plan_step", "chen", step=2)

    world.regrade(1, "all shops stand still")
    world.settle()

    assert pinned(world)[-1] == ["limit", "close shops"]
    assert "Plan: https://wiki.example/checkout-1" in world.messages("chen")[-1].text
    with pytest.raises(IllegalStep, match="step 1 was done by chen already"):
        world.record("plan_step", "lee", step=1)


def test_where_no_plan_fits_the_new_grade_the_old_one_goes_on(tmp_path: Path) -> None:
    """3.1: better than none."""
    world = World(tmp_path, FILE + "\nplans: [{kind: fault, grade: 2, steps: [look]}]\n")
    world.alert("CheckoutDown")
    world.settle()

    world.regrade(1, "all shops stand still")

    assert world.incident().plan is not None
    assert pinned(world) == [["look"]]


def test_a_step_is_ticked_once_with_who_and_when(world: World) -> None:
    """3.1: the same person saying so again changes nothing, another one is refused."""
    done = world.record("plan_step", "chen", step="1")
    again = world.record("plan_step", "chen", step=1)

    assert done.entry.said == {"step": 1, "words": "switch over"}
    assert again.is_repeated
    with pytest.raises(IllegalStep) as refused:
        world.record("plan_step", "lee", step=1)
    assert refused.value.clause == "3.1"
    assert world.happened().count("plan_step_done") == 1


@pytest.mark.parametrize("step", ["3", "0", "-1", "one", "²"])
def test_a_step_that_is_not_there_is_refused(world: World, step: str) -> None:
    """3.1: the refusal says which there are."""
    with pytest.raises(Refused, match="the plan has 1 to 2"):
        world.record("plan_step", "chen", step=step)


def test_steps_are_the_providers_and_need_a_plan(tmp_path: Path, world: World) -> None:
    """3.1: the customer ticks nothing."""
    with pytest.raises(WrongParty) as refused:
        world.record("plan_step", "wang", step=1)
    assert refused.value.clause == "3.1"

    (tmp_path / "other").mkdir()
    without = World(tmp_path / "other")
    without.alert("CheckoutDown")
    with pytest.raises(Refused, match="has no response plan with steps"):
        without.record("plan_step", "chen", step=1)


def test_a_plan_without_a_link_is_told_by_its_steps(tmp_path: Path) -> None:
    """3.1: what there is to do stands in the provider's notice."""
    world = World(tmp_path, FILE + "\nplans: [{kind: fault, steps: [look, tell the shops]}]\n")
    world.alert("CheckoutDown")
    world.settle()

    assert "Plan: 1 look; 2 tell the shops" in world.messages("chen")[0].text
