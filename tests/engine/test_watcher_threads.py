"""The watcher with real threads: a collector that hangs costs only its own probe."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from agent import metrics
from agent.clock import SystemClock
from agent.engine.lending import Lending
from agent.engine.watcher.watcher import Watcher
from agent.model import Probe, Reading, Result
from agent.ports import Collector
from tests.engine.watching import OK, Desk, scripted

FAST = timedelta(milliseconds=50)


class Yard:
    """A watcher that really runs, ticked by this very test."""

    def __init__(self, *collectors: Collector, lend: Callable[[Callable[[], None]], None] | None = None) -> None:
        self.desk = Desk()
        self.clock = SystemClock()
        self.probes: dict[str, Probe] = {}
        settings: Any = lambda: SimpleNamespace(probes=self.probes, reference=None)  # noqa: E731
        self.watcher = Watcher(
            settings,
            {collector.kind: collector for collector in collectors},
            self.desk.submit,
            self.clock,
            lend or Lending(),
            {},
            {},
            most_at_once=6,
        )

    def put(self, *probes: Probe) -> None:
        self.probes = {probe.name: probe for probe in probes}
        self.watcher.reload()

    def run_until(self, is_so: Callable[[], bool], within_s: float = 20.0) -> None:
        """Tick until it is so."""
        end = time.monotonic() + within_s
        while not is_so():
            assert time.monotonic() < end, "it never was"
            self.watcher.tick(self.clock.now())
            time.sleep(0.01)


def fast(name: str, kind: str) -> Probe:
    return Probe(name=name, kind=kind, options=name, every=FAST, timeout=FAST)


def metric(name: str, kind: str) -> float:
    return metrics.REGISTRY.get_sample_value(f"tocsin_probe_{name}_total", {"kind": kind}) or 0.0


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Hanging collectors wait for it; it opens at the test's end, so that no thread outlives it."""
    gate = threading.Event()
    yield gate
    gate.set()


def test_a_hanging_collector_costs_only_its_own_probe(gate: threading.Event):
    looks: Counter[str] = Counter()

    def hang(options: str, timeout_s: float) -> Reading:
        looks[options] += 1
        gate.wait(60)
        return OK

    def answer(options: str, timeout_s: float) -> Reading:
        looks[options] += 1
        return OK

    yard = Yard(scripted(hang, "hanging", workers=2), scripted(answer, "sound"))
    yard.put(fast("well", "sound"), *(fast(f"stuck{number}", "hanging") for number in range(8)))

    yard.run_until(lambda: sum(looks[f"stuck{number}"] for number in range(8)) == 8 and looks["well"] > 40)

    yard.run_until(lambda: all(yard.watcher.state()[f"stuck{number}"].error for number in range(8)))
    assert yard.watcher.state()["stuck0"].result is Result.UNKNOWN
    assert yard.watcher.state()["stuck0"].error == "the collector did not answer within its hard deadline"
    assert max(looks[f"stuck{number}"] for number in range(8)) == 1
    assert yard.watcher.state()["well"].result is Result.OK
    assert metric("deadlines", "hanging") >= 8
    assert metric("overruns", "hanging") >= 8


def test_a_look_that_returns_after_its_deadline_says_nothing_and_the_probe_goes_on(gate: threading.Event):
    looks: Counter[str] = Counter()

    def late(options: str, timeout_s: float) -> Reading:
        looks[options] += 1
        if looks[options] == 1:
            gate.wait(60)
            return Reading(Result.BAD, {}, "from long ago")
        return OK

    yard = Yard(scripted(late, "late"))
    yard.put(fast("a", "late"))
    yard.run_until(lambda: bool(yard.watcher.state()["a"].error))
    during = yard.watcher.state()["a"].error

    gate.set()
    yard.run_until(lambda: yard.watcher.state()["a"].result is Result.OK)

    assert during == "the collector did not answer within its hard deadline"
    assert all(row.error != "from long ago" for row in yard.desk.rows_of("a"))


def test_no_more_than_the_cap_look_at_once_overall_and_per_kind():
    now: Counter[str] = Counter()
    most: Counter[str] = Counter()
    guard = threading.Lock()

    def look(options: str, timeout_s: float) -> Reading:
        kind = options[:3]
        with guard:
            now[kind] += 1
            now["all"] += 1
            most[kind] = max(most[kind], now[kind])
            most["all"] = max(most["all"], now["all"])
        time.sleep(0.005)
        with guard:
            now[kind] -= 1
            now["all"] -= 1
        return OK

    yard = Yard(scripted(look, "one", workers=2), scripted(look, "two", workers=8))
    yard.put(*(fast(f"one{number}", "one") for number in range(20)), *(fast(f"two{n}", "two") for n in range(40)))

    yard.run_until(lambda: all(state.good_run >= 3 for state in yard.watcher.state().values()))

    assert most["one"] <= 2
    assert most["two"] <= 6
    assert most["all"] <= 6


def test_a_reload_during_a_look_drops_what_it_found(gate: threading.Event):
    begun = threading.Event()

    def slow(options: str, timeout_s: float) -> Reading:
        if options == "old":
            begun.set()
            gate.wait(60)
            return Reading(Result.BAD, {}, "of the old definition")
        return OK

    yard = Yard(scripted(slow, "slow"))
    old = Probe(name="a", kind="slow", options="old", every=FAST, timeout=timedelta(seconds=30))
    yard.put(old)
    yard.run_until(begun.is_set)

    yard.put(Probe(name="a", kind="slow", options="new", every=FAST, timeout=FAST))
    gate.set()
    yard.run_until(lambda: yard.watcher.state()["a"].result is Result.OK)

    assert all(row.result is Result.OK for row in yard.desk.rows_of("a"))


def test_a_host_without_a_thread_to_spare_reads_unknown_and_recovers():
    is_full, lend = True, Lending()

    def lend_if_possible(job: Callable[[], None]) -> None:
        if is_full:
            raise RuntimeError("can't start new thread")
        lend(job)

    yard = Yard(scripted(lambda options, timeout_s: OK, "sound"), lend=lend_if_possible)
    yard.put(fast("a", "sound"))
    yard.run_until(lambda: yard.watcher.state()["a"].unknown_run >= 1)
    error = yard.watcher.state()["a"].error

    is_full = False
    yard.run_until(lambda: yard.watcher.state()["a"].result is Result.OK)

    assert error == "this host could not begin the look: can't start new thread"
