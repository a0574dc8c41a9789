"""What arrives in an awkward order ends where it belongs: in one open incident, or in none."""

from pathlib import Path
from typing import Any

import pytest

from agent.engine.works import Watched
from agent.model import Condition, Outcome, Signal, Verdict
from tests.support.world import FILE, World, alert


@pytest.fixture
def world(tmp_path: Path) -> Any:
    made = World(tmp_path, FILE)
    yield made
    made.end()


def open_rows(world: World) -> int:
    number = world.incident().number
    return sum(episode.ended_at is None for episode in world.store.episodes(number))


def probe_signal(world: World, *, firing: bool) -> Signal:
    now = world.clock.now()
    return Signal(
        source="probe",
        fingerprint="shop/0",
        firing=firing,
        labels={"probe": "shop"},
        annotations={},
        started_at=now,
        received_at=now,
        ended_at=None if firing else now,
        line="probe:shop/0",
        function="checkout",
        condition=Condition.DOWN,
    )


# ------------------------------------------------------------------------------------- twice in one message


def test_the_same_alert_twice_in_one_message_is_one_episode(world: World) -> None:
    now = world.clock.now()
    receipt = world.letter([alert("CheckoutDown", "firing", now), alert("CheckoutDown", "firing", now)])

    assert (receipt.received, receipt.new) == (2, 1)
    assert (world.incident().signals_total, open_rows(world)) == (1, 1)


def test_firing_and_resolved_in_one_message_end_as_resolved(world: World) -> None:
    now = world.clock.now()

    world.letter([alert("CheckoutDown", "firing", now), alert("CheckoutDown", "resolved", now, now)])

    assert (world.incident().state, open_rows(world)) == ("verifying", 0)


def test_what_a_probe_told_and_took_back_in_one_batch_is_over(world: World) -> None:
    """The watcher hands over what waited together, in order."""
    world.do(Watched(signals=(probe_signal(world, firing=True), probe_signal(world, firing=False))))

    assert (world.incident().state, open_rows(world)) == ("verifying", 0)


def test_resolved_and_firing_again_in_one_batch_is_open(world: World) -> None:
    world.do(Watched(signals=(probe_signal(world, firing=True),)))
    world.advance("1 min")

    world.do(Watched(signals=(probe_signal(world, firing=False), probe_signal(world, firing=True))))

    assert (world.incident().state, open_rows(world)) == ("open", 1)


# ------------------------------------------------------------------------------------- late believers


def test_an_old_firing_that_insists_after_the_recovery_reopens_the_incident(world: World) -> None:
    """traps, Alertmanager 4: an alert auto-resolved during a partition came back with the same startsAt."""
    start = world.clock.now()
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")
    world.advance("1 h")
    assert world.incident().state == "recovered"

    receipt = world.letter([alert("CheckoutDown", "firing", start)])

    assert receipt.incidents == ("INC-20261123-001",)
    assert (len(world.incidents()), world.incident().state) == (1, "open")
    assert world.told("chen")[-1].startswith("[GRADE 2, again]")


def test_an_old_firing_that_insists_after_the_closing_is_a_recurrence(world: World) -> None:
    start = world.clock.now()
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    world.advance("1 h")
    world.record_phases()
    world.close()

    world.letter([alert("CheckoutDown", "firing", start)])

    first, second = world.incidents()
    assert (second.recurrence_of, second.state, second.signals_total) == (first.number, "open", 1)
    assert "signals_joined" not in world.happened(first.number)[-1:]


def test_that_recurrence_still_stands_after_a_restart(world: World) -> None:
    start = world.clock.now()
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    world.advance("1 h")
    world.record_phases()
    world.close()
    world.letter([alert("CheckoutDown", "firing", start)])

    world.restart()
    world.resolve("CheckoutDown")

    assert [incident.state for incident in world.incidents()] == ["closed", "verifying"]


def test_an_old_firing_that_insists_in_a_window_waits_for_its_end_across_a_restart(tmp_path: Path) -> None:
    window = '\nmaintenance:\n  - {what: upgrade, functions: [checkout], from: "2026-11-23 04:00", for: 1h}\n'
    world = World(tmp_path, FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment") + window)
    start = world.clock.now()
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    world.advance("30 min")
    world.record_phases()
    world.close()
    world.advance("40 min")
    world.letter([alert("CheckoutDown", "firing", start)])
    assert len(world.incidents()) == 1

    world.restart()
    world.advance("51 min")

    assert [incident.state for incident in world.incidents()] == ["closed", "open"]
    world.end()


def test_what_was_only_seen_resolved_and_then_insists_opens_an_incident(world: World) -> None:
    start = world.clock.now()
    world.resolve("CheckoutDown")
    world.advance("6 min")

    world.letter([alert("CheckoutDown", "firing", start)])

    assert (world.incident().state, world.incident().signals_total) == ("open", 1)


def test_an_incident_began_with_the_earliest_of_its_signals(world: World) -> None:
    """agreement.md 4, "Joining": start = earliest, also of what joins its like."""
    world.alert("CheckoutDown", instance="a")

    world.alert("CheckoutDown", instance="b", ago="10 min")

    assert f"{world.incident().started_at:%H:%M}" == "02:50"


# ------------------------------------------------------------------------------------- how long it has been so


def test_an_outage_that_moves_from_one_instance_to_the_next_is_one_outage_across_a_restart(tmp_path: Path) -> None:
    """R7: core totally out >= 5 min is grade 1, whichever of its instances says so, restart or not."""
    shop_blank = "  - {match: ['alertname=\"ShopBlank\"'], function: checkout, state: down}\n"
    world = World(tmp_path, FILE + shop_blank)
    world.alert("ShopBlank")
    world.alert("CheckoutDown", instance="a")
    world.advance("2 min")
    world.alert("CheckoutDown", instance="b")
    world.advance("1 min")
    world.resolve("CheckoutDown", instance="a")
    world.resolve("ShopBlank")
    world.alert("ShopBlank", instance="c")

    world.restart()
    world.advance("2 min")

    assert world.incident().grade == 1
    world.end()


# ------------------------------------------------------------------------------------- false alarms


def test_what_a_person_called_a_false_alarm_stays_one_across_a_restart(world: World) -> None:
    world.alert("CheckoutDown")
    world.void("load test")

    world.restart()
    world.advance("1 h")

    assert [incident.state for incident in world.incidents()] == ["void"]


def test_a_false_alarm_that_fires_anew_is_a_new_incident(world: World) -> None:
    world.alert("CheckoutDown")
    world.void("load test")
    world.advance("1 min")
    world.resolve("CheckoutDown")
    world.advance("1 min")

    world.alert("CheckoutDown")

    assert [incident.state for incident in world.incidents()] == ["void", "open"]


# ------------------------------------------------------------------------------------- what is remembered


def test_ended_signals_are_forgotten_after_two_days_without_a_restart(world: World) -> None:
    """A sender with ever new label values must not fill the memory."""
    for number in range(5):
        world.alert("ReportsDown", instance=str(number))
        world.resolve("ReportsDown", instance=str(number))
    world.advance("50 h")

    world.alert("CheckoutDown")

    known = world.desk._known
    assert known is not None
    assert len(known.marks) == 1


def test_what_closed_a_week_ago_is_forgotten_without_a_restart(world: World) -> None:
    world.alert("ReportsDown")
    world.resolve("ReportsDown")
    world.advance("2 d")
    known = world.desk._known
    assert known is not None
    assert ([*known.ended], known.tallies, known.links) == (["INC-20261123-001"], {}, {})

    world.advance("7 d")
    world.alert("NobodyKnowsMe")

    assert known.ended == {}


def test_who_acknowledged_before_a_restart_is_not_asked_after_it(world: World) -> None:
    """OnCall #4654: still paged after acknowledgement."""
    world.alert("CheckoutDown")
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.RETRY, "busy")
    world.advance("16 min")
    world.acknowledge("lee")

    world.restart()
    del world.notebook.answers["chen/1"]
    world.advance("30 min")

    assert [line for line in world.told("chen") if "unanswered" in line] == []
