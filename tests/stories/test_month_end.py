"""The end of a month at the agent's look at itself: what waits to be measured is not late (OB-201, OB-801, OB-203)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.engine.self_audit import SelfAudit
from tests.stories.test_own_use import WATCHED
from tests.support.world import World


def audited(world: World, length: str) -> set[str]:
    """What the agent finds wrong about itself meanwhile."""
    audit = SelfAudit(world.store, lambda: world.settings, world.watcher.state, world.desk.submit, world.clock)
    failed = set()
    for _ in range(int(length.split(maxsplit=1)[0]) * 30):
        world.advance("2 s")
        audit.tick(world.clock.now())
        failed |= {f"{check}: {fault}" for check, fault in audit.found()[0].items() if fault}
        world.settle()
    return failed


def test_nobody_is_woken_at_a_months_end_because_it_is_being_measured(tmp_path: Path) -> None:
    """OB-801, OB-203: three minutes pass before all readings of the month are on file, and that is as it should be."""
    world = World(tmp_path, WATCHED, start=datetime(2026, 12, 31, 23, 58, tzinfo=UTC))
    world.ping("tills")

    assert audited(world, "10 min") == set()
    owed = {
        each.about: str(each.state) for each in world.store.obligations(limit=500)[0] if each.name == "availability"
    }
    assert owed["2026-12"] == "void"  # nothing of it is known
    assert world.told("lee") == world.told("chen") == []


def test_a_month_that_ended_while_the_agent_was_away_is_measured_at_once(tmp_path: Path) -> None:
    """OB-801, OB-203: days later there is nothing left to wait for."""
    world = World(tmp_path, WATCHED, start=datetime(2026, 12, 31, 20, 0, tzinfo=UTC))
    world.advance("1 h")
    world.end()
    world.clock.advance(timedelta(days=3))
    world.begin()

    failed = audited(world, "2 min")

    assert failed == set()
    quarter = [each for each in world.store.obligations(limit=500)[0] if each.about == "2026-Q4"]
    assert {each.name: str(each.state) for each in quarter}["watch_own_use"] == "overdue"
