"""A monitoring gap is told when it begins, and to the same people when it has ended (OB-201, 2.2(a))."""

import pytest

from agent.engine.works import Note
from agent.model import Reading, Result
from tests.stories.conftest import Make
from tests.stories.test_probes import PROBES
from tests.support.world import World, good

OFTEN = PROBES.replace("every: 1m", "every: 10s")


def unknown() -> Reading:
    return Reading(Result.UNKNOWN, error="no resolver answers")


@pytest.fixture
def world(make: Make) -> World:
    made = make(PROBES)
    made.ping("backup")
    made.advance("5 min")
    return made


def goes_blind(world: World, *probes: str, for_: str = "20 min") -> None:
    for probe in probes:
        world.readings[probe] = unknown
    world.advance(for_)


def sees_again(world: World, *probes: str) -> None:
    for probe in probes:
        world.readings[probe] = good


def test_the_end_of_a_gap_is_told_to_those_who_heard_of_its_beginning(world: World) -> None:
    goes_blind(world, "till")
    sees_again(world, "till")

    world.advance("7 min")

    assert world.told("chen") == ["[MONITORING GAP] till: state unknown", "[GAP ENDED] till: watched again"]
    assert "Gap: till, 03:05 to 03:25, 20 min" in world.messages("chen")[1].text
    assert world.told("lee") == world.told("wang") == []


def test_it_waits_a_few_minutes_for_the_next_beginning(world: World) -> None:
    """What comes and goes is one gap: neither its pauses nor its new beginnings are told."""
    goes_blind(world, "till")
    for _ in range(10):
        sees_again(world, "till")
        world.advance("2 min")
        goes_blind(world, "till", for_="5 min")
    assert len(world.told("chen")) == 1

    sees_again(world, "till")
    world.advance("7 min")

    assert world.told("chen")[1:] == ["[GAP ENDED] till: watched again"]


def test_all_that_see_again_are_told_together(world: World) -> None:
    goes_blind(world, "till", "books")
    sees_again(world, "till", "books")

    world.advance("10 min")

    assert world.told("chen")[1:] == ["[GAP ENDED] till and 1 more: watched again"]


def test_what_is_still_blind_is_named(world: World) -> None:
    goes_blind(world, "till", "books")
    sees_again(world, "books")

    world.advance("10 min")

    assert "Still not found out: till" in world.messages("chen")[1].text


def test_a_gap_that_nobody_was_told_of_ends_without_a_word(make: Make) -> None:
    """It ended while others were waited for: on record only."""
    world = make(OFTEN)
    world.advance("1 min")
    goes_blind(world, "till", for_="40 s")
    sees_again(world, "till")

    world.advance("20 min")

    kinds = [sealed.fact.kind for sealed in world.store.timeline("")]
    assert {"probe_blind", "probe_sees_again", "notice_withheld"} <= {*kinds}
    assert world.told("chen") == []


def test_one_of_two_that_ended_in_time_is_not_named(make: Make) -> None:
    world = make(OFTEN)
    world.advance("1 min")
    goes_blind(world, "till", "books", for_="40 s")
    sees_again(world, "books")

    world.advance("20 min")

    assert world.told("chen") == ["[MONITORING GAP] till: state unknown"]


def test_the_end_is_told_across_restarts(world: World) -> None:
    goes_blind(world, "till")
    world.restart()
    sees_again(world, "till")
    world.advance("2 min")
    world.restart()

    world.advance("10 min")

    assert world.told("chen")[1:] == ["[GAP ENDED] till: watched again"]


def test_the_end_goes_to_whom_the_beginning_went_even_where_another_coordinates_now(make: Make) -> None:
    world = make(PROBES)
    world.advance("5 min")
    goes_blind(world, "till")
    world.configure(PROBES.replace("lee: {role: [principal]", "lee: {role: [principal, coordinator]").replace(
        "chen: {role: [coordinator, member]", "chen: {role: [member]"))  # fmt: skip
    world.watcher.reload()
    sees_again(world, "till")

    world.advance("10 min")

    assert [told.split("]")[0] for told in world.told("chen")] == ["[MONITORING GAP", "[GAP ENDED"]
    assert world.told("lee") == []


def test_a_monitor_that_is_heard_of_again_ends_its_gap(world: World) -> None:
    world.alert("Watchdog")
    world.advance("20 min")

    world.alert("Watchdog")
    for _ in range(5):
        world.advance("2 min")
        world.alert("Watchdog")

    assert world.told("chen") == ["[MONITORING GAP] Watchdog: state unknown", "[GAP ENDED] Watchdog: watched again"]


# ------------------------------------------------------------------------------------------- the agent itself was away


def test_an_absence_of_the_agent_stands_in_the_minutes_of_what_goes_on(make: Make) -> None:
    """Rule 1, section 4: whoever reads that something was overdue reads who could not remind of it, and since when."""
    world = make(PROBES)
    world.alert("CheckoutDown")
    world.alert("ReportsDown")
    world.void("a test", number=world.incidents()[1].number)
    away = {"since": "2026-11-23T03:01:00+00:00", "until": "2026-11-23T03:17:00+00:00", "for_s": 960}

    world.do(Note("agent_was_away", away))

    live, over = (each.number for each in world.incidents())
    assert [each.fact.detail for each in world.facts(live) if each.fact.kind == "agent_was_away"] == [away]
    assert "agent_was_away" not in world.happened(over)
    monitor = [each for each in world.store.obligations()[0] if each.name == "monitor"]
    assert [each.incident for each in monitor] == [""]
