"""Gauges asked of their owners whenever somebody scrapes."""

from pathlib import Path

from agent import metrics
from agent.engine.gauges import Gauges
from tests.support.world import FILE, World

PROBE = "probes:\n  till: {tcp_connect: {host: 192.0.2.7, port: 443}, function: checkout, every: 30s}\n"
DISK = "  disk: {disk_space: {path: /}, every: 30s}\n"


def covered(folder: Path, file: str) -> set[str]:
    """The functions of which the month's coverage is a series; "" is the whole."""
    world = World(folder, file)
    world.advance("10 min")
    Gauges(world.store, lambda: world.settings, world.desk.census, lambda: 0, world.clock).show()
    world.end()
    [family] = metrics.AVAILABILITY_COVERAGE.collect()
    return {sample.labels["function"] for sample in family.samples}


def test_the_implicit_function_has_a_series_only_where_something_looks_at_it(tmp_path: Path) -> None:
    """1.6: else it would stand among those that cannot be assessed for ever."""
    named = {"", "checkout", "ledger", "reports"}
    for name in "ab":
        (tmp_path / name).mkdir()

    assert covered(tmp_path / "a", FILE + PROBE) == named
    assert covered(tmp_path / "b", FILE + PROBE + DISK) == {*named, "system"}


def test_the_level_is_the_annexs(tmp_path: Path) -> None:
    """1.6"""
    level = FILE.replace("system: Payment platform", "system: Payment platform\n  availability: {target: 99.5%}")

    covered(tmp_path, level)

    [family] = metrics.AVAILABILITY_TARGET.collect()
    assert [sample.value for sample in family.samples] == [0.995]
