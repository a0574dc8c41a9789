"""A storm that goes on: the same alerts fire, are repeated, resolve and fire again, and memory stays flat.

python -m tests.bench.soak [--minutes 60] prints ten lines and ends with 1 where a promise is broken: every
episode that was answered is on file once, the archive is sound, the second half takes no more memory than the first.
"""

import argparse
import http.client
import json
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import apsw

from agent.store import open_store
from tests.bench import pair

SENDERS = 4
ALERTS = 2_000  # of each sender
PER_BODY = 50
REPEATS = 3
LINES = 10
ROUND_S = 8.0
"""How long a sender takes at least from one firing of its alerts to the next: 1,000 episodes a second in all."""

SLACK = 1.05
"""So much more than in its first half may the second half of a storm take."""


class Sender(threading.Thread):
    """Fires, repeats and resolves its own alerts, over and over; remembers what was answered with 200."""

    def __init__(self, number: int, program: pair.Program, until_s: float) -> None:
        super().__init__()
        self.begun: Counter[int] = Counter()  # start in microseconds, its own -> episodes
        self.refused = 0
        self.sent = 0
        self._number = number
        self._until_s = until_s
        self._link = http.client.HTTPConnection(urlsplit(program.url).netloc, timeout=30)

    def run(self) -> None:
        while (now_s := time.perf_counter()) < self._until_s:
            began_at = datetime.now(UTC).replace(microsecond=self._number)
            self.begun[_us(began_at)] = self._send_all(began_at, None)
            for _ in range(REPEATS):
                self._send_all(began_at, None)
            self._send_all(began_at, datetime.now(UTC))
            time.sleep(max(now_s + ROUND_S - time.perf_counter(), 1.0))  # a second has one start
        self._link.close()

    def _send_all(self, began_at: datetime, ended_at: datetime | None) -> int:
        """How many were answered with 200."""
        answered = 0
        for first in range(0, ALERTS, PER_BODY):
            alerts = [self._alert(number, began_at, ended_at) for number in range(first, first + PER_BODY)]
            if self._post(alerts, first // PER_BODY):
                answered += len(alerts)
            else:
                self.refused += 1
        return answered

    def _post(self, alerts: list[dict[str, Any]], group: int) -> bool:
        body = json.dumps({"version": "4", "groupKey": f"{self._number}-{group}", "alerts": alerts})
        self._link.request("POST", "/webhooks/alertmanager", body, {"content-type": "application/json"})
        answer = self._link.getresponse()
        answer.read()
        self.sent += len(alerts)
        return answer.status == 200

    def _alert(self, number: int, began_at: datetime, ended_at: datetime | None) -> dict[str, Any]:
        name = f"Load{number // PER_BODY % pair.RULES}"
        return {
            "status": "resolved" if ended_at else "firing",
            "labels": {"alertname": name, "instance": f"{self._number}-{number}", "job": "node", "severity": "warning"},
            "annotations": {"summary": "storm"},
            "startsAt": began_at.isoformat(),
            "endsAt": ended_at.isoformat() if ended_at else "0001-01-01T00:00:00Z",
            "fingerprint": f"{self._number:04x}{number:012x}",
        }


def storm(folder: Path, seconds: float) -> list[str]:
    """What was broken, in sentences."""
    archive = folder / "tocsin.db"
    print(f"{'minutes':>8}{'RSS MiB':>10}{'episodes':>12}{'signals':>12}{'refused':>9}", flush=True)
    sizes: list[float] = []
    more = f"store: {{url: sqlite:///{archive}}}\n"
    with pair.Sink() as sink, pair.tocsin(folder, sink, more) as program:
        began_s = time.perf_counter()
        senders = [Sender(number, program, began_s + seconds) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        for _ in range(LINES):
            for _ in range(10):
                time.sleep(seconds / LINES / 10)
                sizes.append(program.rss_mib())
            begun, sent = sum(each.begun.total() for each in senders), sum(each.sent for each in senders)
            refused = sum(each.refused for each in senders)
            lasted = (time.perf_counter() - began_s) / 60
            print(f"{lasted:8.1f}{sizes[-1]:10.0f}{begun:12,}{sent:12,}{refused:9}", flush=True)
        for sender in senders:
            sender.join()
    begun_all = sum((sender.begun for sender in senders), Counter[int]())
    return [*_missing(archive, begun_all), *_grown(sizes)]


def _missing(archive: Path, begun: Counter[int]) -> list[str]:
    store = open_store(f"sqlite:///{archive}", create=False)
    said = list(store.integrity())
    store.close()
    query = "SELECT started_at, COUNT(*), COUNT(DISTINCT fingerprint) FROM episode GROUP BY started_at"
    with closing(apsw.Connection(str(archive), flags=apsw.SQLITE_OPEN_READONLY)) as reader:
        found = {start: (rows, alerts) for start, rows, alerts in reader.execute(query)}
    lost = sum(max(count - found.get(start, (0, 0))[1], 0) for start, count in begun.items())
    doubled = sum(rows - alerts for rows, alerts in found.values())
    said += [f"{lost} episodes were answered and are not on file"] if lost else []
    said += [f"{doubled} episodes are on file twice"] if doubled else []
    return said


def _grown(sizes: list[float]) -> list[str]:
    """The first tenth is left out: what is loaded on need is loaded then."""
    settled = sizes[len(sizes) // LINES :]
    early, late = max(settled[: len(settled) // 2]), max(settled[len(settled) // 2 :])
    return [f"memory grew from {early:.0f} to {late:.0f} MiB"] if late > early * SLACK else []


def _us(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000 + at.microsecond


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    asked.add_argument("--minutes", type=float, default=60.0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        broken = storm(Path(folder), given.minutes * 60)
    print("\n".join(broken) or "every promise held")
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
