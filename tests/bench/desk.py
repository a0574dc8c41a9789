"""What the desk alone takes in: bodies of ten alerts, a hundred rules, sixteen senders on threads, a real archive.

python -m tests.bench.desk [--seconds 3] [--senders 16] [--profile]
"""

import argparse
import cProfile
import json
import logging
import pstats
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import collectors
from agent.clock import SystemClock
from agent.config.load import load
from agent.engine.desk.desk import Desk
from agent.engine.memory import collect_rarely
from agent.engine.works import Post
from agent.store import open_store
from agent.web.intake import alertmanager

RULES = 100
PER_BODY = 10


def file() -> str:
    """A hundred rows over twenty functions: equality, alternations, and a few real patterns."""
    functions = "\n".join(f"    f{number}: {{criticality: auxiliary}}" for number in range(20))
    rows = []
    for number in range(RULES):
        kind = ('job=~"web|api"', 'instance=~"node-[0-9]+"', 'severity!="info"')[number % 3]
        rows.append(f"  - {{match: ['alertname=\"Rule{number}\"', '{kind}'], function: f{number % 20}, state: down}}")
    return f"""
agreement:
  system: Bench
  functions:
{functions}
parties:
  provider: {{contacts: {{lee: {{role: principal, reach: ["log://"]}}}}}}
  customer: {{contacts: {{wang: {{role: principal, reach: ["log://"]}}}}}}
signals:
{chr(10).join(rows)}
"""


def body(number: int) -> bytes:
    """A group of ten alerts of one rule, which nobody else sends."""
    alerts = [
        {
            "status": "firing",
            "labels": {
                "alertname": f"Rule{number % RULES}",
                "instance": f"node-{number * PER_BODY + part}",
                "job": "web",
                "severity": "warning",
                "cluster": "eu-1",
            },
            "annotations": {"summary": "something is down", "runbook_url": "https://wiki.example/r"},
            "startsAt": "2026-11-23T03:16:27.642787Z",
            "endsAt": "0001-01-01T00:00:00Z",
            "generatorURL": "http://prometheus.example/graph?g0.expr=up",
            "fingerprint": f"{number * PER_BODY + part:016x}",
        }
        for part in range(PER_BODY)
    ]
    return json.dumps({"version": "4", "status": "firing", "groupKey": "{}:{}", "alerts": alerts}).encode()


@dataclass
class Figures:
    alerts: int
    seconds: float
    p50_ms: float
    p99_ms: float
    busy_s: float  # processor time of the desk's own thread

    def __str__(self) -> str:
        per_alert_us = self.busy_s / self.alerts * 1e6
        return f"{self.alerts / self.seconds:>10,.0f} {self.p50_ms:>9.1f} {self.p99_ms:>9.1f} {per_alert_us:>16.1f}"


def drive(
    desk: Desk, bodies: Callable[[], Iterator[bytes]], senders: int, seconds: float, busy_s: Callable[[], float]
) -> Figures:
    """So many senders, each waiting for its answer before it sends the next."""
    waits: list[float] = []
    end = time.perf_counter() + seconds

    def send() -> None:
        own = bodies()
        while time.perf_counter() < end:
            began = time.perf_counter()
            desk.submit(Post(next(own), "alertmanager", datetime.now(UTC), alertmanager.read)).result(30)
            waits.append(time.perf_counter() - began)

    threads = [threading.Thread(target=send) for _ in range(senders)]
    began, busy_before = time.perf_counter(), busy_s()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.perf_counter() - began
    waits.sort()
    p50, p99 = waits[len(waits) // 2] * 1000, waits[int(len(waits) * 0.99)] * 1000
    return Figures(len(waits) * PER_BODY, lasted, p50, p99, busy_s() - busy_before)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--seconds", type=float, default=3.0)
    asked.add_argument("--senders", type=int, default=16)
    asked.add_argument("--new-only", action="store_true")
    asked.add_argument("--profile", action="store_true", help="where the desk's own thread spends its time")
    options = asked.parse_args()
    logging.disable(logging.WARNING)
    sys.setswitchinterval(0.001)
    collect_rarely()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options.senders, options.seconds, new_only=options.new_only, with_profile=options.profile)


def measure(folder: Path, senders: int, seconds: float, *, new_only: bool, with_profile: bool) -> None:
    (folder / "routes.yaml").write_text(file())
    settings = load(folder / "routes.yaml", collectors.catalogue(), environment={"STATE_DIRECTORY": str(folder)})
    store = open_store(settings.store_url, create=True)
    tokens = map(str, count())
    desk = Desk(
        store, lambda: settings, SystemClock(), hand_over=lambda deliveries: None, draw_token=lambda: next(tokens)
    )
    prepared = [body(number) for number in range(int(seconds * 6000))]
    fresh = iter(prepared)
    is_over = threading.Event()
    busy = [0.0]
    profile = cProfile.Profile()

    def turn() -> None:
        if with_profile:
            profile.enable()
        while not is_over.is_set():
            desk.turn(0.05)
            busy[0] = time.thread_time()
        if with_profile:
            profile.disable()

    def fold() -> None:
        while not is_over.wait(1.0):
            store.checkpoint()

    engines = [threading.Thread(target=turn), threading.Thread(target=fold)]
    for engine in engines:
        engine.start()
    print(f"bodies of {PER_BODY}, {RULES} rules, {senders} senders, SQLite {store.version()}")
    print(f"{'':10} {'alerts/s':>10} {'p50 ms':>9} {'p99 ms':>9} {'CPU us per alert':>16}")
    print(f"{'new':10} {drive(desk, lambda: fresh, senders, seconds, lambda: busy[0])}")
    if not new_only:
        print(f"{'repeated':10} {drive(desk, lambda: iter(prepared[:500] * 1000), senders, seconds, lambda: busy[0])}")
    is_over.set()
    for engine in engines:
        engine.join()
    store.close()
    if with_profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)


if __name__ == "__main__":
    main()
