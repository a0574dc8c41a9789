"""What the file does not know is kept, counted, warned about, and listed by its own name (R0)."""

import logging

import pytest

from agent import metrics
from tests.support.world import World, alert


def unmapped(world: World) -> list[tuple[str, int]]:
    return [(item["alertname"], item["count"]) for item in world.store.unmapped()]


def test_alerts_of_no_agreed_function_are_listed_each_by_its_name(world: World) -> None:
    world.alert("DiskFull", instance="a")
    world.alert("DiskFull", instance="b")
    world.alert("证书到期")

    assert unmapped(world) == [("DiskFull", 2), ("证书到期", 1)]


def test_a_heartbeat_is_no_unmapped_alert(world: World) -> None:
    world.alert("Watchdog")

    assert unmapped(world) == []


def test_each_sort_is_warned_about_once(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        world.alert("DiskFull", instance="a")
        world.alert("DiskFull", instance="b")

    said = [record for record in caplog.records if record.getMessage() == "alert belongs to no agreed function"]
    assert [record.fields["alertname"] for record in said] == ["DiskFull"]  # type: ignore[attr-defined]


def test_it_is_known_again_after_a_restart(world: World) -> None:
    world.alert("DiskFull")
    world.restart()

    world.resolve("DiskFull")

    assert (unmapped(world), world.incidents()) == ([("DiskFull", 1)], [])


def test_alerts_are_counted_by_what_they_say(world: World) -> None:
    def counted(status: str) -> float:
        return (
            metrics.REGISTRY.get_sample_value(
                "tocsin_alerts_received_total", {"source": "alertmanager", "status": status}
            )
            or 0.0
        )

    before = counted("firing"), counted("resolved")
    now = world.clock.now()

    world.letter([alert("A", "firing", now), alert("B", "firing", now), alert("C", "resolved", now, ended_at=now)])

    assert (counted("firing") - before[0], counted("resolved") - before[1]) == (2, 1)
