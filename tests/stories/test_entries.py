"""Stories of what people put on the shared timeline: who may, what it moves, and that a repeat changes nothing."""

from pathlib import Path

import pytest

from agent.errors import Refused, WrongParty
from tests.stories.test_duties import duty
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


def test_an_update_by_a_person_meets_the_progress_duty_and_starts_the_next(world: World) -> None:
    """3.5: in grade 2 every 60 min for 4 h."""
    first = duty(world, "progress_update")
    world.advance("20 min")

    world.record("update", "chen", text="pool restarted, watching it")

    assert world.store.obligation(first.id).discharged_by == "chen"  # type: ignore[union-attr]
    assert f"{duty(world, 'progress_update').due_at:%H:%M}" == "04:26"


def test_the_other_party_may_not_and_the_refusal_names_the_clause(world: World) -> None:
    with pytest.raises(WrongParty) as refused:
        world.record("phase", "wang", "containment", text="tills restarted")

    assert refused.value.clause == "3.4"
    assert world.store.entries(world.incident().number) == []


def test_what_says_nothing_is_refused(world: World) -> None:
    """A progress update needs content by a person."""
    with pytest.raises(Refused, match="needs text"):
        world.record("update", "chen", text="  ")


def test_the_same_act_twice_is_on_file_once(world: World) -> None:
    world.record("update", "chen", text="pool restarted")
    again = world.record("update", "chen", text="pool restarted")

    assert again.is_repeated
    assert len(world.store.entries(world.incident().number)) == 1


def test_entries_survive_a_restart_and_go_on_being_numbered(world: World) -> None:
    world.record("update", "chen", text="pool restarted")
    world.restart()

    entry = world.record("update", "chen", text="traffic is back").entry

    assert entry.id == f"{world.incident().number}/2"
