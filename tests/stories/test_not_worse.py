"""Stories of R7 (3.1): a fault rises from grade 3 in working hours, once warned of; a reasoned word holds it."""

from pathlib import Path

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from tests.support.world import FILE, World, span

OFFICE = FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A grade 3 fault since 10:00 on Monday."""
    world = World(tmp_path, OFFICE)
    world.advance("7 h")
    world.alert("ReportsDown")
    world.advance("1 min")
    assert world.incident().grade == 3
    return world


def raised_at(world: World) -> list[str]:
    return [f"{each.fact.at:%d %H:%M}" for each in world.facts() if each.fact.kind == "grade_raised"]


def warned_at(world: World) -> list[str]:
    return [line for line in world.told_at("chen") if ", rises at " in line]


def test_the_coordinator_is_warned_two_hours_before_and_then_it_rises(world: World) -> None:
    """3.1, R7: after 24 h in grade 3."""
    world.advance("26 h")

    [warned] = warned_at(world)
    assert warned.startswith("09:00:00 [GRADE 3, rises at 11:00] reports down for all since 23 Nov 10:00")
    assert raised_at(world) == ["24 11:00"]
    assert "tocsin record INC-20261123-001 not-worse" in next(
        each.text for each in world.messages("chen") if "rises at" in each.subject
    )


def test_a_reasoned_not_worse_holds_the_rise_for_24_hours(world: World) -> None:
    """3.1, R7: said at the warning; the next one comes a day later."""
    world.advance("23 h")
    world.record("not_worse", "chen", text="one report of forty, nobody waits for it")

    world.advance("23 h")
    assert raised_at(world) == []
    world.advance("5 h")

    assert raised_at(world) == ["25 11:00"]
    assert len(warned_at(world)) == 2


def test_it_may_be_said_again_in_the_same_words_a_day_later(world: World) -> None:
    """3.1, R7: the same words at the next warning hold it again; within the day they change nothing."""
    world.advance("23 h")
    first = world.record("not_worse", "chen", text="one report of forty")
    assert world.record("not_worse", "chen", text="one report of forty").is_repeated

    world.advance("24 h")
    again = world.record("not_worse", "chen", text="one report of forty")

    assert again.entry.id != first.entry.id
    world.advance("20 h")
    assert raised_at(world) == []


def test_the_warning_is_given_once_and_survives_a_restart(world: World) -> None:
    """3.1, R7."""
    world.advance("23 h")
    world.restart()
    world.advance("30 min")
    world.restart()
    world.advance("10 min")

    assert len(warned_at(world)) == 1


def test_who_was_away_at_the_warning_warns_late_and_lifts_later(world: World) -> None:
    """3.1, R7: nobody is called unwarned."""
    world.end()
    world.clock.advance(span("25 h"))
    world.begin()

    world.advance("3 h")

    assert [line[:5] for line in warned_at(world)] == ["11:01"]
    assert raised_at(world) == ["24 13:01"]


def test_only_what_rises_by_time_is_held(world: World) -> None:
    """3.1, R7: of the provider, with a reason, in grade 3."""
    with pytest.raises(WrongParty):
        world.record("not_worse", "wang", text="we can wait")
    with pytest.raises(Refused, match="needs text"):
        world.record("not_worse", "chen", text="")
    world.regrade(2, "the month ends today")
    with pytest.raises(IllegalStep, match="only the rise of a fault from grade 3") as refused:
        world.record("not_worse", "chen", text="one report of forty")

    assert refused.value.clause == "3.1"
    assert world.store.entries(world.incident().number) == []
