"""A clock that was ahead and is set back delays no promise: what began in the future began now (house.md 6)."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from agent.model import Outcome, Verdict
from tests.stories.conftest import Make
from tests.support.world import FILE, World

DAY = FILE.replace("system: Payment", 'time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n  system: Payment')


def set_back(world: World) -> None:
    world.clock.jump(timedelta(hours=-8))
    world.settle()


def set_back_while_dead(world: World) -> None:
    world.clock.jump(timedelta(hours=-8))
    world.restart()


BACK = pytest.mark.parametrize("back", [set_back, set_back_while_dead])


@BACK
def test_the_ladder_and_the_hold_go_on(make: Make, back: Callable[[World], None]) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("1 min")
    back(world)

    world.advance("24 min")

    assert len(world.told("lee")) >= 1  # the principal, at three quarters of the limit
    assert world.told_at("wang")[0].startswith("19:06:00 [GRADE 2, provisional]")


@BACK
def test_a_delivery_that_is_tried_again_does_not_wait_for_the_old_time(
    make: Make, back: Callable[[World], None]
) -> None:
    world = make(DAY)
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.RETRY, "503")
    world.alert("ReportsDown")
    world.advance("1 min")
    del world.notebook.answers["chen/1"]
    back(world)

    world.advance("1 min")

    assert len(world.told("chen")) == 1


@BACK
def test_a_recovery_is_not_put_off(make: Make, back: Callable[[World], None]) -> None:
    world = make(DAY)
    world.alert("CheckoutSlow")
    world.resolve("CheckoutSlow")
    world.advance("1 min")
    back(world)

    world.advance("11 min")

    assert world.incident().state == "recovered"


@BACK
def test_an_outage_rises_by_time_all_the_same(make: Make, back: Callable[[World], None]) -> None:
    witness = """  - {match: ['alertname="ShopBlank"'], function: checkout, state: down}\n"""
    world = make(DAY + witness)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")
    world.advance("1 min")
    back(world)

    world.advance("6 min")

    assert world.incident().grade == 1


def test_the_jump_is_on_file(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")

    set_back(world)
    world.advance("1 s")

    [jump] = [sealed.fact for sealed in world.store.timeline("") if sealed.fact.kind == "clock_jumped"]
    assert jump.detail == {"by_s": -28800.0}
