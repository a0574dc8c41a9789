"""A small archive and one with a million facts: start to ready, one incident shown, alerts a second, size."""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.model import Change, Fact
from agent.store import open_store
from tests.bench import intake, pair
from tests.bench.load import Load

PER_INCIDENT = 100
AT_ONCE = 20_000
BEGAN_AT = datetime(2026, 1, 1, tzinfo=UTC)


def show(facts: int) -> None:
    print("Growth: an archive after years (ready and show include the start of a Python)")
    pair.table(["facts", "file MiB", "ready s", "show s", "new/s", "p99 ms", "RSS MiB"], _rows((0, facts)))


def _rows(numbers: tuple[int, ...]) -> Iterator[list[str]]:
    pair.installed()  # which is no part of the first start
    for number in numbers:
        with tempfile.TemporaryDirectory() as named, pair.Sink() as sink:
            folder = Path(named)
            archive = folder / "tocsin.db"
            fill(archive, number)
            began_s = time.perf_counter()
            with pair.tocsin(folder, sink, f"store: {{url: sqlite:///{archive}}}\n") as program:
                ready_s = time.perf_counter() - began_s
                size = archive.stat().st_size / 2**20
                found = intake.measured(program.url, "webhook", Load(seconds=2))
                shown_s = statistics.median(_shown_s(program, folder) for _ in range(3))
                yield [
                    *(f"{number:,}", f"{size:.0f}", f"{ready_s:.2f}", f"{shown_s:.2f}"),
                    *(f"{found['alerts_s']:.0f}", f"{found['p99_ms']:.1f}", f"{program.rss_mib():.0f}"),
                ]


def fill(archive: Path, facts: int) -> None:
    """An archive with so many facts, in chains of a hundred."""
    store = open_store(f"sqlite:///{archive}", create=True)
    for start in range(0, facts, AT_ONCE):
        store.commit(Change(facts=[_fact(number) for number in range(start, min(start + AT_ONCE, facts))]))
        store.checkpoint()
    store.close()


def _fact(number: int) -> Fact:
    incident = f"INC-{20200101 + number // PER_INCIDENT // 900}-{number // PER_INCIDENT % 900:03d}"
    at = BEGAN_AT + timedelta(seconds=number)
    return Fact(incident, at, "signals_joined", detail={"line": "row:Load7-1a2b3c", "count": 10})


def _shown_s(program: pair.Program, folder: Path) -> float:
    """How long `tocsin show` takes for the newest incident."""
    number = program.newest_incident()
    began_s = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "agent", "show", number, "--url", program.url],
        cwd=folder,
        env={"PYTHONPATH": str(intake.ROOT)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - began_s
