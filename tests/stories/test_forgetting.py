"""A monitor that makes a name of every alert fills neither the archive's small tables nor the memory."""

from datetime import timedelta
from typing import Any

import pytest

from agent.engine.desk import forgetting
from agent.engine.desk.known import Known
from agent.model import Change, Heartbeat, Kind, Line
from tests.stories.conftest import Make
from tests.support.remembered import differences
from tests.support.world import FILE, World, alert

BEATS = FILE + """  - {match: ['severity="beat"'], heartbeat: 5m}\n"""


def known(world: World) -> Known:
    found = world.desk._known
    assert found is not None
    return found


def invented(world: World, day: int, part: int, count: int = 400) -> None:
    """So many names that nobody has heard before, each of which is over an hour later."""
    began = world.clock.now()
    labels: dict[str, Any] = {"service": "reports", "severity": "info"}
    names = [f"Job{day}.{part}.{number}" for number in range(count)]
    world.letter([alert(name, "firing", began, **labels) for name in names])
    world.clock.advance(timedelta(hours=1))
    world.letter([alert(name, "resolved", began, world.clock.now(), **labels) for name in names])
    world.clock.advance(timedelta(hours=5))


def test_rows_and_memory_stay_flat_however_many_names_are_invented(make: Make) -> None:
    """1,600 names a day for eight days: what is kept is that of two days and a bit."""
    world = make()
    kept = []

    for day in range(8):
        for part in range(4):
            invented(world, day, part)
        kept.append((len(world.store.lines()), len(known(world).lines), len(known(world).marks)))

    assert kept[2:] == [(3200, 3200, 3200)] * 6
    assert len(known(world).homes) == len(known(world).loose) == 0
    assert differences(world) == []


def test_an_old_archive_full_of_names_is_cleared_bit_by_bit(make: Make) -> None:
    world = make()
    names = [f"alert:Old{number}" for number in range(5000)]
    world.store.commit(Change(lines={name: Line(name, "reports", Kind.FAULT, None) for name in names}))
    world.restart()
    world.clock.advance(timedelta(hours=2))
    left = []

    for number in range(4):
        world.alert("Watchdog", instance=str(number))
        left.append(len(world.store.lines()))

    assert left == [5000 - forgetting.MOST, 5000 - 2 * forgetting.MOST, 0, 0]


@pytest.mark.parametrize("restarts", [False, True])
def test_what_is_open_or_was_lately_keeps_its_line(make: Make, restarts: bool) -> None:
    world = make()
    world.alert("LedgerDown")
    world.alert("ReportsDown", ago="0 s")
    world.clock.advance(timedelta(hours=1))
    world.resolve("ReportsDown")
    world.clock.advance(timedelta(hours=47))
    if restarts:
        world.restart()

    world.alert("Watchdog")
    world.advance("1 s")

    assert sorted(line.id.partition("-")[0] for line in world.store.lines()) == ["row:LedgerDown", "row:ReportsDown"]
    assert differences(world) == []


def test_a_name_that_comes_again_is_a_line_again(make: Make) -> None:
    world = make()
    world.alert("ReportsDown")
    world.resolve("ReportsDown")
    world.advance("10 min")
    world.clock.advance(timedelta(hours=51))
    world.alert("Watchdog")
    assert world.store.lines() == []

    world.alert("ReportsDown")

    assert [line.function for line in world.store.lines()] == ["reports"]
    assert world.incident().state == "open"


def test_of_alerts_that_beat_and_fell_silent_the_latest_are_remembered(make: Make) -> None:
    world = make(BEATS)
    at = world.clock.now()
    silent = [
        Heartbeat(f"alert:Beat{number}", at - timedelta(hours=3, seconds=number), has_failed=True, within_s=300.0)
        for number in range(1300)
    ]
    alive = [Heartbeat("alert:Watchdog", at, within_s=36000.0), Heartbeat("agent", at - timedelta(days=1))]
    world.store.commit(Change(heartbeats={beat.name: beat for beat in (*silent, *alive)}))
    world.restart()
    world.clock.advance(timedelta(hours=2))

    world.alert("LedgerDown")

    kept = world.store.heartbeats()
    assert len(kept) == forgetting.SILENT_KEPT + 2
    assert {"alert:Beat0", "alert:Watchdog", "agent"} <= kept.keys()
    assert differences(world) == []
