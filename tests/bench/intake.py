"""Alerts a second, each program freshly started for each cell and measured in turn; the ratio is of the medians.

Tocsin's 200 means on disk; Alertmanager writes nothing. Bodies hold alerts of one rule, as a group and a Prometheus
rule do; Tocsin gets them as Alertmanager's webhook, which is twice as long as what Prometheus posts to Alertmanager.
"""

import itertools
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench import pair

ROOT = Path(__file__).parents[2]

STARTS: dict[str, tuple[pair.Start, str]] = {
    "tocsin": (pair.tocsin, "webhook"),
    "routed": (pair.alertmanager, "direct"),
    "bare": (pair.bare_alertmanager, "direct"),
}

TITLES = ["senders", "alerts/body", "kind", "Tocsin/s", "AM/s", "bare AM/s", "ratio", "to bare"]
TITLES += ["p50 ms", "p99 ms", "AM p99 ms", "p99 ratio", "refused"]


@dataclass(frozen=True)
class Load:
    senders: int = 16
    size: int = 10
    seconds: float = 1.5
    is_new: bool = True
    first: int = 0
    most: int = 0  # alerts in all; 0: as many as there is time for


def measured(url: str, kind: str, load: Load) -> dict[str, Any]:
    """What a load, sent by a process of its own, found: alerts_s, refused, p50_ms, p99_ms."""
    command = [sys.executable, "-m", "tests.bench.load", url, kind, "--senders", load.senders, "--size", load.size]
    command += ["--seconds", load.seconds, "--first", load.first, "--most", load.most]
    command += [] if load.is_new else ["--repeated"]
    said = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def show(senders: list[int], sizes: list[int], seconds: float, rounds: int) -> None:
    print("Intake: durable Tocsin, Alertmanager with the same rules, Alertmanager with none and nobody to tell")
    pair.table(TITLES, _rows(senders, sizes, seconds, rounds))


def _rows(senders: list[int], sizes: list[int], seconds: float, rounds: int) -> Iterator[list[str]]:
    for is_new, sending, size in itertools.product((True, False), senders, sizes):
        load = Load(sending, size, seconds, is_new)
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in STARTS}
        for _ in range(rounds):
            for name in STARTS:
                found[name].append(_once(name, load))
        yield [str(sending), str(size), "new" if is_new else "repeated", *_cells(found)]


def _once(name: str, load: Load) -> dict[str, Any]:
    start, kind = STARTS[name]
    with tempfile.TemporaryDirectory() as folder, pair.Sink() as sink, start(Path(folder), sink) as program:
        measured(program.url, kind, Load(load.senders, load.size, 0.3, load.is_new, 10**9))  # warm
        return measured(program.url, kind, load)


def _cells(found: dict[str, list[dict[str, Any]]]) -> list[str]:
    def middle(name: str, figure: str) -> float:
        return statistics.median(each[figure] for each in found[name])

    ours, theirs, bare = (middle(name, "alerts_s") for name in STARTS)
    p99, their_p99 = middle("tocsin", "p99_ms"), middle("routed", "p99_ms")
    return [
        *(f"{ours:.0f}", f"{theirs:.0f}", f"{bare:.0f}", f"{ours / theirs:.2f}", f"{ours / bare:.2f}"),
        *(f"{middle('tocsin', 'p50_ms'):.1f}", f"{p99:.1f}", f"{their_p99:.1f}", f"{p99 / their_p99:.2f}"),
        str(sum(each["refused"] for each in found["tocsin"])),
    ]
