"""Prometheus posts straight to the agent: a firing lives as long as it is told again."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agent.engine.works import Post, Receipt
from agent.web.intake import prometheus
from tests.support.brittle import BrittleStore
from tests.support.world import World, span


def post(world: World, name: str = "CheckoutDown", *, ago: str = "0 s", ends_in: str = "4 min") -> Receipt:
    """One alert as Prometheus posts it; a negative `ends_in` is a resolve."""
    now = world.clock.now()
    alert = {
        "labels": {"alertname": name},
        "startsAt": (now - span(ago)).isoformat(),
        "endsAt": (now + span(ends_in)).isoformat(),
    }
    return world.do(Post(json.dumps([alert]).encode(), "prometheus", now, prometheus.read))


def ended(world: World) -> list[tuple[str, bool]]:
    """When each episode of the incident ended, and whether that was only concluded."""
    episodes = world.store.episodes(world.incident().number)
    return [(f"{each.ended_at:%H:%M:%S}" if each.ended_at else "fires", each.is_end_inferred) for each in episodes]


def test_a_firing_that_is_not_told_again_is_over_at_its_end(world: World) -> None:
    post(world)

    world.advance("239 s")
    before = ended(world)
    world.advance("2 s")

    assert before == [("fires", False)]
    assert ended(world) == [("03:04:00", True)]
    said = [kind for kind in world.happened() if kind.startswith("signals_")]
    assert (world.incident().state, said[-2:]) == ("verifying", ["signals_presumed_ended", "signals_cleared"])


def test_a_firing_told_again_every_minute_goes_on_and_costs_no_row(tmp_path: Path) -> None:
    brittle = BrittleStore()
    rows: list[int] = []
    brittle.on_commit = lambda change: rows.extend((*change.episodes, *change.ends, *change.expiries))
    world = World(tmp_path, wrap=brittle.around)
    post(world)

    for minutes in range(1, 8):
        world.advance("1 min")
        post(world, ago=f"{minutes} min")
    world.advance("3 min")

    assert ended(world) == [("fires", False)]
    assert rows == [1]  # the one that it began with
    world.end()


def test_a_resolve_sent_again_for_fifteen_minutes_ends_it_once(world: World) -> None:
    post(world, ago="1 min")
    world.advance("1 min")
    first = post(world, ago="2 min", ends_in="-1 s")
    again = []
    for minutes in range(1, 4):
        world.advance("1 min")
        again.append(post(world, ago=f"{2 + minutes} min", ends_in=f"-{60 * minutes + 1} s").new)

    assert (first.new, again) == (1, [0, 0, 0])
    assert ended(world) == [("03:00:59", False)]
    assert world.happened().count("signals_ended") == 1


def test_what_was_taken_for_over_and_is_told_again_goes_on_at_once(world: World) -> None:
    post(world)
    world.advance("5 min")

    post(world, ago="5 min")

    assert ended(world) == [("fires", False)]
    assert world.incident().state == "open"
    world.advance("5 min")
    assert ended(world) == [("03:09:00", True)]


def test_the_senders_own_word_takes_the_place_of_the_presumed_end(world: World) -> None:
    post(world)
    world.advance("5 min")

    post(world, ago="5 min", ends_in="-100 s")

    assert ended(world) == [("03:03:20", False)]


def test_after_a_restart_everything_has_five_minutes_to_be_told_again(world: World) -> None:
    post(world)
    world.advance("3 min")

    world.restart()
    world.advance("299 s")
    before = ended(world)
    world.advance("2 s")

    assert before == [("fires", False)]
    assert ended(world) == [("03:08:00", True)]


def test_an_end_far_away_survives_a_restart_also_where_it_was_moved_there(world: World) -> None:
    post(world)
    world.advance("1 min")
    post(world, ago="1 min", ends_in="2 h")

    world.restart()
    world.advance("119 min")
    before = ended(world)
    world.advance("2 min")

    assert (before, ended(world)) == ([("fires", False)], [("05:01:00", True)])


def test_the_same_alert_through_alertmanager_and_straight_is_one_incident(world: World) -> None:
    world.alert("CheckoutDown")
    post(world)

    assert len(world.incidents()) == 1
    assert world.incident().signals_total == 2

    world.resolve("CheckoutDown")
    assert world.incident().state == "open"  # the other one still says that it fires
    post(world, ago="1 min", ends_in="0 s")
    assert world.incident().state == "verifying"


def test_a_watchdog_beats_with_every_repetition(world: World) -> None:
    for _ in range(10):
        post(world, "Watchdog")
        world.advance("1 min")
    beating = world.store.heartbeats()["alert:Watchdog"]

    assert not beating.has_failed
    assert world.clock.now() - beating.last_at <= timedelta(minutes=2)


@pytest.mark.parametrize("ends_in", ["4 min", "-1 s"])
def test_the_same_message_twice_changes_nothing(world: World, ends_in: str) -> None:
    first = post(world, ago="10 min", ends_in=ends_in)
    facts = len(world.facts()) if world.incidents() else 0
    second = post(world, ago="10 min", ends_in=ends_in)

    assert (first.new, second.new) == (1, 0)
    assert (len(world.facts()) if world.incidents() else 0) == facts
