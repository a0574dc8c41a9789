"""`make bench`: Tocsin's durable intake beside Alertmanager's own, which writes nothing to disk, in the same run.

Every cell is measured in turn, A B A B, on fresh programs; what is printed is the median and the ratio of each pair's
median. Trust the ratios: the seconds belong to this machine.
"""

import argparse
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psutil

from tests.support import real
from tests.support.daemon import Daemon
from tests.support.running import running, until

ROOT = Path(__file__).parents[2]

RULES = "\n".join(
    f"  - {{match: ['alertname=\"Load{number}\"'], function: shop, state: degraded}}" for number in range(100)
)
FILE = f"""
agreement: {{system: Bench, functions: {{shop: {{criticality: core}}}}}}
parties:
  provider: {{contacts: {{lee: {{role: principal, reach: ["log://"]}}}}}}
  customer: {{contacts: {{wang: {{role: principal, reach: ["log://"]}}}}}}
signals:
{RULES}
"""


def measured(
    url: str, kind: str, senders: int, size: int, seconds: float, repeated: bool, first: int
) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.load", url, kind, "--senders", senders, "--size", size]
    command += ["--seconds", seconds, "--first", first, *(["--repeated"] if repeated else [])]
    said = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def pairs(tocsin: str, other: str, given: argparse.Namespace) -> list[list[str]]:
    """A row for every number of senders, size of body and kind of alert."""
    rows = []
    numbers = itertools.count(0, 10_000_000)
    for repeated, senders, size in itertools.product((False, True), given.senders, given.sizes):
        ours, theirs = [], []
        for _ in range(given.rounds):
            first = next(numbers)
            ours.append(measured(tocsin, "webhook", senders, size, given.seconds, repeated, first))
            theirs.append(measured(other, "direct", senders, size, given.seconds, repeated, first))
        rows.append([str(senders), str(size), "repeated" if repeated else "new", *_cells(ours, theirs)])
        print("  ".join(f"{cell:>12}" for cell in rows[-1]), flush=True)
    return rows


def _cells(ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> list[str]:
    def middle(found: list[dict[str, Any]], name: str) -> float:
        return statistics.median(each[name] for each in found)

    ratio = statistics.median(
        mine["alerts_s"] / other["alerts_s"] for mine, other in zip(ours, theirs, strict=True) if other["alerts_s"]
    )
    refused = sum(each["refused"] for each in ours)
    return [
        f"{middle(ours, 'alerts_s'):.0f}",
        f"{middle(theirs, 'alerts_s'):.0f}",
        f"{ratio:.2f}",
        f"{middle(ours, 'p50_ms'):.1f}",
        f"{middle(ours, 'p99_ms'):.1f}",
        f"{middle(theirs, 'p99_ms'):.1f}",
        str(refused),
    ]


@contextmanager
def alertmanager(folder: Path) -> Iterator[str]:
    """The address of a running Alertmanager that keeps what it is sent and tells nobody: intake alone is measured."""
    program = real.program("prometheus-alertmanager")
    folder.mkdir()
    (folder / real.HOME_HERE).symlink_to(real.home_of(program))
    (folder / "alertmanager.yml").write_text(
        "route: {receiver: nobody, group_by: [alertname]}\nreceivers: [{name: nobody}]\n"
    )
    command = [program, "--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="]
    with running([*command, "--web.listen-address=127.0.0.1:0"], folder) as started:
        url = f"http://127.0.0.1:{started.port()}"
        until(lambda: "Completed loading" in started.said(), "its configuration", alive=started)
        yield url


def rss_mib(name: str) -> float:
    """Of the largest process with that word in its command line."""
    sizes = [
        each.memory_info().rss
        for each in psutil.process_iter()
        if name in " ".join(each.cmdline()) and "tests.bench" not in " ".join(each.cmdline())
    ]
    return max(sizes, default=0) / 2**20


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench")
    asked.add_argument("--seconds", type=float, default=2.0)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--senders", type=int, nargs="+", default=[1, 16, 64])
    asked.add_argument("--sizes", type=int, nargs="+", default=[1, 10, 100])
    given = asked.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "routes.yaml").write_text(FILE)
        agent = stack.enter_context(Daemon(folder, "--log-level", "info"))
        other = stack.enter_context(alertmanager(folder / "alertmanager"))
        print(f"idle: Tocsin {rss_mib('agent run'):.0f} MiB, Alertmanager {rss_mib('alertmanager'):.0f} MiB")
        titles = [
            "senders",
            "alerts/body",
            "kind",
            "Tocsin/s",
            "AM/s",
            "ratio",
            "p50 ms",
            "p99 ms",
            "AM p99 ms",
            "refused",
        ]
        print("  ".join(f"{title:>12}" for title in titles), flush=True)
        pairs(agent.url, other, given)
        print(f"after: Tocsin {rss_mib('agent run'):.0f} MiB, Alertmanager {rss_mib('alertmanager'):.0f} MiB")


if __name__ == "__main__":
    main()
