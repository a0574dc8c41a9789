"""Start to ready, and what the agent takes while nothing happens."""

import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.bench import intake, pair

TIMES = 7


def show(seconds: float) -> None:
    print("Start and rest")
    pair.table(["", "ready s", "processor s", "idle % of a core", "RSS MiB"], _rows(seconds))


def _rows(seconds: float) -> Iterator[list[str]]:
    for name, title in (("tocsin", "Tocsin"), ("routed", "AM")):
        start, _ = intake.STARTS[name]
        pair.installed()
        ready_s, used_s = [], []
        for last in (*[False] * (TIMES - 1), True):
            with tempfile.TemporaryDirectory() as folder, pair.Sink() as sink:
                began_s = time.perf_counter()
                with start(Path(folder), sink) as program:
                    ready_s.append(time.perf_counter() - began_s)
                    used_s.append(program.cpu_s())
                    if last:
                        time.sleep(3)
                        before_s = program.cpu_s()
                        time.sleep(seconds)
                        idle = (program.cpu_s() - before_s) / seconds * 100
                        size = program.rss_mib()
        yield [title, *(f"{statistics.median(each):.2f}" for each in (ready_s, used_s)), f"{idle:.1f}", f"{size:.0f}"]
