"""From a webhook to the HTTP receiver that is told of it: one new function (or group) after the other, nothing else."""

import http.client
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench import pair
from tests.bench.load import Bodies

PATHS = {"webhook": "/webhooks/alertmanager", "direct": "/api/v2/alerts"}
JSON = {"content-type": "application/json"}
WARM = 5


EACH = 24
"""Notices of one run: Tocsin calls nobody more than thirty times a minute, and tells the rest together."""


def show(rounds: int) -> None:
    print("Notice: from the POST of an alert to the receiver, ms")
    pair.table(["", "p50", "p99", "told"], _rows(rounds))


def _rows(rounds: int) -> Iterator[list[str]]:
    for name, start, kind in (("Tocsin", _tocsin, "webhook"), ("AM", pair.alertmanager, "direct")):
        waits: list[float | None] = []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory() as folder, pair.Sink() as sink, start(Path(folder), sink) as program:
                waits += list(_waits(program, sink, kind))[WARM:]
        told = [wait for wait in waits if wait is not None]
        cut = statistics.quantiles(told, n=100)
        yield [name, f"{cut[49] * 1000:.1f}", f"{cut[98] * 1000:.1f}", f"{len(told)}/{len(waits)}"]


def _tocsin(folder: Path, sink: pair.Sink) -> AbstractContextManager[pair.Program]:
    return pair.tocsin(folder, sink, functions=pair.RULES)


def _waits(program: pair.Program, sink: pair.Sink, kind: str) -> Iterator[float | None]:
    connection = http.client.HTTPConnection(urlsplit(program.url).netloc)
    bodies = Bodies(kind, 0, 1)
    for rule in range(WARM + EACH):
        told_before = len(sink.told_at_s)
        began_s = time.perf_counter()
        connection.request("POST", PATHS[kind], bodies.body(rule), JSON)
        connection.getresponse().read()
        while len(sink.told_at_s) == told_before and time.perf_counter() < began_s + 2:
            time.sleep(0.0002)
        yield sink.told_at_s[told_before] - began_s if len(sink.told_at_s) > told_before else None
        time.sleep(0.02)
    connection.close()
