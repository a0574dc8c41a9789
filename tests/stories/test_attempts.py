"""Stories of blocked attempts: below every grade, told to nobody, and a figure of each month (1.3, R3)."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client.samples import Sample

from agent import metrics
from agent.engine.gauges import Gauges
from tests.support.world import FILE, World

SCANS = FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: Asia/Shanghai") + (
    "  - {match: ['alertname=\"Scan\"'], function: checkout, security: attempt}\n"
    "  - {match: ['alertname=\"Login\"'], function: ledger, security: attempt}\n"
)
NOVEMBER = (datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC))
DECEMBER = (NOVEMBER[1], datetime(2026, 12, 31, 16, tzinfo=UTC))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, SCANS)


def counted(world: World, month: tuple[datetime, datetime] = NOVEMBER) -> dict[str, tuple[int, int]]:
    """Function -> attempts, and how many of them belong to an incident."""
    return {each.function: (each.count, each.in_incidents) for each in world.store.attempts(*month)}


def test_each_attempt_is_counted_once_and_opens_and_tells_nothing(world: World) -> None:
    """R3, 1.3: alert only, with a monthly figure; what comes again while it fires is the same one."""
    for source in ("192.0.2.1", "192.0.2.2", "192.0.2.2"):
        world.alert("Scan", instance=source)
    world.alert("Login", instance="192.0.2.3")
    world.advance("2 h")

    assert counted(world) == {"checkout": (2, 0), "ledger": (1, 0)}
    assert world.incidents() == []
    assert world.notebook.written == []


def test_an_attempt_that_ended_and_came_again_is_another(world: World) -> None:
    """R3"""
    world.alert("Scan")
    world.advance("10 min")
    world.resolve("Scan")
    world.advance("10 min")

    world.alert("Scan")

    assert counted(world) == {"checkout": (2, 0)}


def test_a_month_begins_at_midnight_of_the_agreements_zone(world: World) -> None:
    """R3: of the last day's evening in UTC it is December already."""
    world.alert("Scan", instance="a")
    world.advance("7 d")
    world.advance("12 h")
    assert f"{world.clock.now():%m-%d %H:%M}" == "11-30 15:00"
    world.alert("Scan", instance="b")

    world.advance("2 h")
    world.alert("Scan", instance="c")

    assert (counted(world), counted(world, DECEMBER)) == ({"checkout": (2, 0)}, {"checkout": (1, 0)})


def test_an_attempt_that_the_annex_grades_is_counted_as_well(tmp_path: Path) -> None:
    """R3: grade 3 only where the annex says so; it is an attempt all the same."""
    world = World(tmp_path, SCANS.replace("security: attempt}", "security: attempt, grade: 3}", 1))

    world.alert("Scan")

    assert [incident.grade for incident in world.incidents()] == [3]
    assert counted(world) == {"checkout": (1, 1)}


def test_what_is_more_than_an_attempt_is_not_counted_as_one(world: World) -> None:
    world.alert("Intrusion")

    assert counted(world) == {}


def test_a_restart_loses_and_doubles_none(world: World) -> None:
    world.alert("Scan")

    world.restart()
    world.alert("Scan")

    assert counted(world) == {"checkout": (1, 0)}


def test_the_figure_of_the_month_is_a_metric_that_a_restart_does_not_reset(world: World) -> None:
    """R3: and of each function that had none it is 0."""
    world.alert("Scan")
    world.restart()
    gauges = Gauges(world.store, lambda: world.settings, world.desk.census, lambda: 0, world.clock)

    gauges.show()

    found = {sample.labels["function"]: sample.value for sample in _samples()}
    assert found == {"checkout": 1, "ledger": 0, "reports": 0}  # no `system`: functions are agreed
    world.advance("8 d")
    gauges.show()
    assert {sample.value for sample in _samples()} == {0}


def _samples() -> list[Sample]:
    [family] = metrics.SECURITY_ATTEMPTS.collect()
    return list(family.samples)
