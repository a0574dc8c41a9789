"""Alerts a second, each program freshly started for each cell and measured in turn; the ratio is of the medians.

Tocsin's 200 means on disk; Alertmanager writes nothing. Bodies hold alerts of one rule, as a group does; Tocsin gets
them as Alertmanager's webhook, which is longer than what Prometheus posts to Alertmanager. `shapes` has other loads.
"""

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench import pair
from tests.bench.load import Load

ROOT = Path(__file__).parents[2]

WARM = Load(seconds=0.3, first=10**9)
CALM_S = 1.5
"""After that: the first notices are told meanwhile, and what a program loads for them is no matter of its intake."""

STARTS: dict[str, tuple[pair.Start, str]] = {
    "tocsin": (pair.tocsin, "webhook"),
    "routed": (pair.alertmanager, "direct"),
    "bare": (pair.bare_alertmanager, "direct"),
}

TITLES = ["senders", "alerts/body", "kind", "Tocsin/s", "AM/s", "bare AM/s", "ratio", "to bare"]
TITLES += ["p50 ms", "p99 ms", "AM p99 ms", "p99 ratio", "CPU us", "AM CPU us", "refused"]


@dataclass(frozen=True)
class Found:
    """What one load found of one program."""

    alerts_s: float
    p50_ms: float
    p99_ms: float
    cpu_us: float  # processor time of an alert: says more than the seconds where the machine has other work
    refused: int


def measured(url: str, kind: str, load: Load) -> dict[str, Any]:
    """What a load, sent by a process of its own, found: alerts, alerts_s, refused, p50_ms, p99_ms."""
    command = [sys.executable, "-m", "tests.bench.load", url, kind, json.dumps(asdict(load))]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def once(start: pair.Start, kind: str, load: Load) -> Found:
    """What a load found of a program that was started anew."""
    with tempfile.TemporaryDirectory() as folder, pair.Sink() as sink, start(Path(folder), sink) as program:
        prepare(program, kind)
        return loaded(program, kind, load)


def prepare(program: pair.Program, kind: str, *loads: Load) -> None:
    """Warm it, and send what is to be there before."""
    for load in (WARM, *loads):
        measured(program.url, kind, load)
    time.sleep(CALM_S)


def loaded(program: pair.Program, kind: str, load: Load) -> Found:
    """What a load found of a program that runs."""
    before_s = program.cpu_s()
    found = measured(program.url, kind, load)
    cpu_us = (program.cpu_s() - before_s) / found["alerts"] * 1e6
    return Found(found["alerts_s"], found["p50_ms"], found["p99_ms"], cpu_us, found["refused"])


def show(senders: list[int], sizes: list[int], seconds: float, rounds: int) -> None:
    print("Intake: durable Tocsin, Alertmanager with the same rules, Alertmanager with none and nobody to tell")
    pair.table(TITLES, _rows(senders, sizes, seconds, rounds))


def _rows(senders: list[int], sizes: list[int], seconds: float, rounds: int) -> Iterator[list[str]]:
    for is_new, sending, size in itertools.product((True, False), senders, sizes):
        load = Load(sending, size, seconds, different=0 if is_new else sending * size)
        found: dict[str, list[Found]] = {name: [] for name in STARTS}
        for _ in range(rounds):
            for name, (start, kind) in STARTS.items():
                found[name].append(once(start, kind, load))
        yield [str(sending), str(size), "new" if is_new else "repeated", *_cells(found)]


def _cells(found: dict[str, list[Found]]) -> list[str]:
    ours, theirs, bare = (median(found[name]) for name in STARTS)
    return [
        *(f"{ours.alerts_s:.0f}", f"{theirs.alerts_s:.0f}", f"{bare.alerts_s:.0f}"),
        *(f"{ours.alerts_s / theirs.alerts_s:.2f}", f"{ours.alerts_s / bare.alerts_s:.2f}"),
        *(f"{ours.p50_ms:.1f}", f"{ours.p99_ms:.1f}", f"{theirs.p99_ms:.1f}", f"{ours.p99_ms / theirs.p99_ms:.2f}"),
        *(f"{ours.cpu_us:.0f}", f"{theirs.cpu_us:.0f}", str(ours.refused)),
    ]


def median(found: list[Found]) -> Found:
    """Of each figure its own; of the refused all."""
    return Found(
        statistics.median(each.alerts_s for each in found),
        statistics.median(each.p50_ms for each in found),
        statistics.median(each.p99_ms for each in found),
        statistics.median(each.cpu_us for each in found),
        sum(each.refused for each in found),
    )
