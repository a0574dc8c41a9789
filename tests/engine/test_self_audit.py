"""The agent looks at itself: what no longer keeps its promises is found, said once, and on file."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from agent import metrics
from agent.engine.self_audit import SelfAudit
from agent.model import Change, DeliveryState, State
from tests.support.brittle import BrittleStore
from tests.support.world import FILE, START, World

WATCHING = (
    FILE
    + """probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, function: checkout, every: 30s}
  backup: {heartbeat: {within: 24h}, function: reports}
"""
)


@pytest.fixture
def brittle() -> BrittleStore:
    return BrittleStore()


@pytest.fixture
def world(tmp_path: Path, brittle: BrittleStore) -> Iterator[World]:
    made = World(tmp_path, WATCHING, wrap=brittle.around)
    yield made
    made.end()


@pytest.fixture
def audit(world: World) -> SelfAudit:
    made = SelfAudit(world.store, lambda: world.settings, world.watcher.state, world.desk.submit, world.clock)
    made.tick(world.clock.now())
    return made


def live(world: World, audit: SelfAudit, seconds: int, *, is_watching: bool = True) -> None:
    """The agent's engines turn once a second."""
    for _ in range(seconds):
        world.clock.advance(timedelta(seconds=1))
        if is_watching:
            world.settle()
        audit.tick(world.clock.now())
        world.desk.turn()


def faults(audit: SelfAudit) -> dict[str, str]:
    return {check: fault for check, fault in audit.found()[0].items() if fault}


def on_file(world: World) -> list[tuple[str, str]]:
    kinds = ("self_audit_failed", "self_audit_passed")
    return [(each.fact.kind, each.fact.detail["check"]) for each in world.store.timeline("") if each.fact.kind in kinds]


def test_an_agent_that_works_finds_nothing(world: World, audit: SelfAudit) -> None:
    world.alert("CheckoutDown")

    live(world, audit, 300)

    assert list(audit.found()[0].items()) == [
        *(("deliveries", ""), ("timers", ""), ("probes", ""), ("evidence", ""), ("seal", "")),
    ]
    assert on_file(world) == []


def test_it_looks_three_times_a_minute(world: World, audit: SelfAudit, brittle: BrittleStore) -> None:
    live(world, audit, 100)

    assert audit.found()[1] == START + timedelta(seconds=100)
    assert metrics.SELF_AUDIT_AT._value.get() == (START + timedelta(seconds=100)).timestamp()


def test_a_delivery_that_nobody_fetches_is_found_and_on_file(world: World, audit: SelfAudit) -> None:
    world.alert("CheckoutDown")
    [delivery] = [row for row in world.store.deliveries_for(world.incident().number) if row.contact == "chen"]
    lost = replace(
        delivery, id="lost", endpoint="gone", state=DeliveryState.SENDING, lease_until=START, finished_at=None
    )
    world.store.commit(Change(deliveries={"lost": lost}))

    live(world, audit, 400, is_watching=False)

    assert faults(audit)["deliveries"].startswith("a delivery of grade 2 has been due for ")
    assert ("self_audit_failed", "deliveries") in on_file(world)


def test_a_timer_that_was_slept_through_is_found_and_its_return_too(world: World, audit: SelfAudit) -> None:
    world.alert("CheckoutDown")
    live(world, audit, 1)

    live(world, audit, 600, is_watching=False)
    slept = faults(audit)
    live(world, audit, 4)

    assert slept["timers"].startswith("INC-20261123-001 was to be looked at ")
    assert "timers" not in faults(audit)
    assert [what for what in on_file(world) if what[1] == "timers"] == [
        ("self_audit_failed", "timers"),
        ("self_audit_passed", "timers"),
    ]


def test_a_duty_that_was_slept_through_is_found(world: World, audit: SelfAudit) -> None:
    world.alert("CheckoutDown")
    live(world, audit, 1)
    for incident in world.store.live_incidents():  # which itself waits for nothing
        world.store.commit(Change(incidents={incident.number: replace(incident, wake_at=None, state=State.RECOVERED)}))

    live(world, audit, 1000, is_watching=False)
    reminded = faults(audit)["timers"]
    live(world, audit, 1000, is_watching=False)

    assert reminded.startswith("people were to be reminded of ")
    assert faults(audit)["timers"].startswith("first_notice-INC-20261123-001 fell due 200 s ago and still runs; ")


def test_a_probe_that_has_stopped_looking_is_found(world: World, audit: SelfAudit) -> None:
    """The heartbeat, which nobody ever pinged, looks at nothing."""
    live(world, audit, 60)

    live(world, audit, 121, is_watching=False)

    assert faults(audit)["probes"].startswith("shop has not looked for ")
    assert "backup" not in faults(audit)["probes"]


def test_a_probe_just_loaded_is_given_its_time(world: World, audit: SelfAudit) -> None:
    live(world, audit, 60)
    world.configure(WATCHING.replace("every: 30s", "every: 1h"))
    world.watcher.reload()
    live(world, audit, 1800)
    world.configure(WATCHING)

    live(world, audit, 60, is_watching=False)

    assert faults(audit) == {}


def test_a_fact_that_was_changed_on_disk_is_found(world: World, audit: SelfAudit) -> None:
    world.alert("CheckoutDown")
    live(world, audit, 25)
    connection = apsw.Connection(str(world.folder / "tocsin.db"))
    connection.execute("DROP TRIGGER fact_stays_as_it_is")
    connection.execute("UPDATE fact SET \"by\" = 'nobody' WHERE incident <> '' AND seq = 1")
    connection.close()

    live(world, audit, 25)

    assert faults(audit) == {"evidence": "the chain of INC-20261123-001 does not hold at fact 1"}


def test_a_clock_that_was_set_is_no_fault(world: World, audit: SelfAudit) -> None:
    """Everything seems overdue for a moment, until the next sweep."""
    world.alert("CheckoutDown")
    live(world, audit, 100)
    world.clock.jump(timedelta(hours=2))
    audit._due_s = world.clock.monotonic()

    audit.tick(world.clock.now())
    live(world, audit, 5)

    assert faults(audit) == {}
    assert on_file(world) == []


def test_what_cannot_be_looked_at_is_not_well(world: World, audit: SelfAudit, brittle: BrittleStore) -> None:
    brittle.question_faults = set(range(brittle.questions + 1, brittle.questions + 10_000))

    live(world, audit, 30)

    assert faults(audit)["evidence"].startswith("could not be looked at: injected")
    assert "probes" not in faults(audit)
