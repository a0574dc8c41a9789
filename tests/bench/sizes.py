"""Memory of both programs: idle, and with so many alerts open. Each is read when the load is over and all is calm."""

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import intake, pair
from tests.bench.load import Load

CALM_S = 5.0
SENDERS = 10


def show(numbers: list[int]) -> None:
    print("Memory (RSS, MiB)")
    pair.table(["open alerts", "Tocsin", "AM", "bare AM", "ratio", "to bare"], _rows(numbers))


def _rows(numbers: list[int]) -> Iterator[list[str]]:
    for number in (0, *numbers):
        ours, theirs, bare = (_with(name, number) for name in intake.STARTS)
        sizes = (f"{size:.0f}" for size in (ours, theirs, bare))
        yield [f"{number:,}", *sizes, f"{ours / theirs:.2f}", f"{ours / bare:.2f}"]


def _with(name: str, number: int) -> float:
    start, kind = intake.STARTS[name]
    with tempfile.TemporaryDirectory() as folder, pair.Sink() as sink, start(Path(folder), sink) as program:
        if number:
            intake.measured(program.url, kind, Load(SENDERS, 100, 120.0, most=number))
        time.sleep(CALM_S)
        return program.rss_mib()
