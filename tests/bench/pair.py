"""The two programs, given the same work: a hundred rules over twenty functions, a receiver that answers, equal groups.

Tocsin keeps a line of evidence per rule and an incident per function, tells at once and then of changes once a minute.
Alertmanager is given a route with the same matchers and a group per rule, tells at once and then once a minute, and
sends five alerts at most, as many as Tocsin's notices show. `bare` is Alertmanager with no routes and nobody to tell.
"""

import asyncio
import atexit
import compileall
import json
import shutil
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import psutil

from tests.bench.load import length_of
from tests.support import real
from tests.support.daemon import ROOT, Daemon
from tests.support.running import running, until

RULES = 100
FUNCTIONS = 20
KINDS = ('job=~"node|web"', 'instance=~"[0-9]+-[0-9]+"', 'severity!="info"')
"""The second matcher of each rule: an alternation, a real pattern and an inequality in turn."""


@dataclass(frozen=True)
class Program:
    """One that runs and takes alerts."""

    url: str
    pid: int

    def rss_mib(self) -> float:
        return float(psutil.Process(self.pid).memory_info().rss / 2**20)

    def text(self, path: str) -> str:
        """What it answers to a GET."""
        with urllib.request.urlopen(self.url + path) as answer:
            return str(answer.read().decode())

    def newest_incident(self) -> str:
        found = json.loads(self.text("/api/v1/incidents"))
        return str(found["items"][0]["number"])

    def cpu_s(self) -> float:
        used = psutil.Process(self.pid).cpu_times()
        return float(used.user + used.system)


class Sink:
    """An HTTP receiver that says yes to everything and remembers when it was told; as cheap as can be."""

    def __init__(self) -> None:
        self.told_at_s: list[float] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> "Sink":
        self._thread.start()
        listening = self._loop.create_server(lambda: _Taker(self.told_at_s), "127.0.0.1", 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(5)
        self.place = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)


class _Taker(asyncio.Protocol):
    """One connection to the sink: requests with a length, one after the other."""

    def __init__(self, told_at_s: list[float]) -> None:
        self._told_at_s = told_at_s
        self._seen = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, found, rest = self._seen.partition(b"\r\n\r\n")
        if found and len(rest) >= length_of(head):
            self._told_at_s.append(time.perf_counter())
            self._seen = rest[length_of(head) :]
            self._transport.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")


def routes_file(sink: Sink, more: str = "", count: int = FUNCTIONS) -> str:
    functions = "\n".join(f"    f{number}: {{criticality: core}}" for number in range(count))
    rows = "\n".join(
        f"  - {{match: ['alertname=\"Load{number}\"', '{KINDS[number % 3]}'], function: f{number % count}, grade: 1}}"
        for number in range(RULES)
    )
    return f"""
agreement:
  system: Bench
  functions:
{functions}
parties:
  provider: {{contacts: {{lee: {{role: principal, reach: ["json://{sink.place}/lee"]}}}}}}
  customer: {{contacts: {{wang: {{role: principal, reach: ["log://"]}}}}}}
signals:
{rows}
{more}"""


def _alertmanager_file(sink: Sink, by: str) -> str:
    routes = "\n".join(
        f"  - {{matchers: ['alertname=\"Load{number}\"', '{KINDS[number % 3]}'], receiver: lee}}"
        for number in range(RULES)
    )
    return f"""
route:
  receiver: lee
  group_by: [{by}]
  group_wait: 0s
  group_interval: 1m
  repeat_interval: 4h
  routes:
{routes}
receivers:
- name: lee
  webhook_configs: [{{url: "http://{sink.place}/lee", max_alerts: 5}}]
"""


_BARE = "route: {receiver: nobody, group_by: [alertname]}\nreceivers: [{name: nobody}]\n"


@cache
def installed() -> Path:
    """The agent as pip installs it, with its bytecode: where none may be written, each start would compile it anew."""
    folder = Path(tempfile.mkdtemp(prefix="tocsin-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    for package in ("agent", "collectors"):
        shutil.copytree(ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__"))
    compileall.compile_dir(folder, quiet=1)
    return folder


@contextmanager
def tocsin(folder: Path, sink: Sink, more: str = "", functions: int = FUNCTIONS) -> Iterator[Program]:
    folder.mkdir(exist_ok=True)
    (folder / "routes.yaml").write_text(routes_file(sink, more, functions))
    with Daemon(folder, "--log-level", "info", source=installed()) as daemon:
        yield Program(daemon.url, daemon.pid)


def alertmanager(folder: Path, sink: Sink, by: str = "alertname") -> AbstractContextManager[Program]:
    """`by`: the labels that its groups are made by."""
    return _alertmanager(folder, _alertmanager_file(sink, by))


def bare_alertmanager(folder: Path, sink: Sink) -> AbstractContextManager[Program]:
    return _alertmanager(folder, _BARE)


@contextmanager
def _alertmanager(folder: Path, text: str) -> Iterator[Program]:
    program = real.program("prometheus-alertmanager")
    folder.mkdir(exist_ok=True)
    home = folder / real.HOME_HERE
    if not home.exists():
        home.symlink_to(real.home_of(program))
    (folder / "alertmanager.yml").write_text(text)
    command = [program, "--config.file=alertmanager.yml", "--storage.path=data", "--cluster.listen-address="]
    with running([*command, "--web.listen-address=127.0.0.1:0"], folder) as started:
        port = started.port()
        until(lambda: "Completed loading" in started.said(), "its configuration", alive=started)
        yield Program(f"http://127.0.0.1:{port}", started.process.pid)


Start = Callable[[Path, Sink], AbstractContextManager[Program]]


def table(titles: list[str], rows: Iterator[list[str]]) -> None:
    """Print rows as they come, in columns."""
    print("  ".join(f"{title:>12}" for title in titles), flush=True)
    for row in rows:
        print("  ".join(f"{cell:>12}" for cell in row), flush=True)
    print(flush=True)
