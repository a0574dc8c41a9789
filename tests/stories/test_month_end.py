"""The end of a month at the agent's look at itself: what waits to be measured is not late (OB-201, OB-801, OB-203)."""

from datetime import UTC, datetime
from pathlib import Path

from agent.engine.self_audit import SelfAudit
from tests.stories.test_own_use import WATCHED
from tests.support.world import World


def test_nobody_is_woken_at_a_months_end_because_it_is_being_measured(tmp_path: Path) -> None:
    """OB-801, OB-203: three minutes pass before all readings of the month are on file, and that is as it should be."""
    world = World(tmp_path, WATCHED, start=datetime(2026, 12, 31, 23, 58, tzinfo=UTC))
    world.ping("tills")
    audit = SelfAudit(world.store, lambda: world.settings, world.watcher.state, world.desk.submit, world.clock)
    failed = set()

    for _ in range(300):
        world.advance("2 s")
        audit.tick(world.clock.now())
        failed |= {f"{check}: {fault}" for check, fault in audit.found()[0].items() if fault}
        world.settle()

    assert failed == set()
    owed = {
        each.about: str(each.state) for each in world.store.obligations(limit=500)[0] if each.name == "availability"
    }
    assert owed["2026-12"] == "void"  # nothing of it is known
    assert world.told("lee") == world.told("chen") == []
