"""Stories of 3.2(a), 3.4(d), 3.4(e): the team of the provider judges, verifies and closes, and nobody else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from agent.engine.planned import Announce, Rest
from agent.errors import Refused, WrongParty
from tests.support.world import FILE, World

WATCHED = FILE.replace("signals:\n", '      eye: {role: [observer], reach: ["log://"]}\nsignals:\n').replace(
    "  customer:\n", '      look: {role: [observer], reach: ["log://"]}\n  customer:\n'
)

ACTS: dict[str, tuple[str, Callable[[World, str], object]]] = {
    "void": ("3.2(a)", lambda world, by: world.void("a test", by=by)),
    "verify": ("3.4(d)", lambda world, by: world.verify(by)),
    "close": ("3.4(e)", lambda world, by: world.close(by, waive_rest=True)),
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, WATCHED)
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")
    return world


@pytest.mark.parametrize("act", ACTS)
def test_who_only_looks_on_neither_judges_verifies_nor_closes(world: World, act: str) -> None:
    """3.2(a), 3.4(d), 3.4(e): an observer is told and no more; a refusal names the clause and changes nothing."""
    clause, do = ACTS[act]
    before = (world.incident(), world.happened())

    with pytest.raises(Refused, match="look only looks on: it takes somebody of the provider's team") as refused:
        do(world, "look")

    assert refused.value.clause == clause
    assert (world.incident(), world.happened()) == before


@pytest.mark.parametrize("by", ["wang", "eye"])
def test_the_customer_calls_nothing_a_false_alarm(world: World, by: str) -> None:
    """3.2(a): the provider judges; with one word the customer would end what both parties owe."""
    before = (world.incident(), world.happened())

    with pytest.raises(WrongParty, match="tell it with tocsin update") as refused:
        world.void("we think it is nothing", by=by)

    assert refused.value.clause == "3.2(a)"
    assert (world.incident(), world.happened()) == before


def test_who_only_looks_on_announces_no_work_that_would_silence_a_fault(world: World) -> None:
    """4.1(a), R2: what fails in a window is notified to nobody."""
    window = Announce("new release", "look", world.clock.now() + timedelta(hours=1), functions=("checkout",))

    with pytest.raises(Refused, match="look only looks on: it takes somebody of the provider's team") as refused:
        world.do(window)

    assert refused.value.clause == "4.1(a)"
    assert list(world.store.maintenance(world.clock.now())) == []


@pytest.mark.parametrize("by", ["look", "eye"])
def test_who_only_looks_on_quiets_nobody_but_themselves(world: World, by: str) -> None:
    """Rule 6: reminders of a whole side rest for somebody of its team alone."""
    number = world.incident().number

    with pytest.raises(Refused, match=f"{by} only looks on: .* --me") as refused:
        world.do(Rest(number, by, timedelta(minutes=20), "asleep"))
    world.do(Rest(number, by, timedelta(minutes=20), "asleep", only_me=True))

    assert refused.value.clause == "3.2(c)"
    assert world.happened().count("reminders_rested") == 1
