"""A store that cannot be written: 503 to every sender, readiness says so, and all is well again without a restart."""

import json
import resource
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from agent.store.sqlite import SqliteStore
from tests.support.daemon import Daemon
from tests.support.world import START, alert

FILE = """
agreement:
  system: Payment platform
  functions: {checkout: {criticality: core}, ledger: {criticality: core}}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down}
  - {match: ['alertname="LedgerDown"'], function: ledger, state: down}
probes:
  backup: {heartbeat: {within: 24h}}
"""


class Agent:
    def __init__(self, daemon: Daemon) -> None:
        self._port = urlsplit(daemon.url).port or 0
        self._pid = daemon.pid

    def ask(self, method: str, path: str, content: Any = None) -> tuple[int, dict[str, str], str]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=20)
        try:
            body = None if content is None else json.dumps(content).encode()
            connection.request(method, path, body, {"content-type": "application/json"})
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, headers, answer.read().decode()
        finally:
            connection.close()

    def webhook(self, name: str, instance: str) -> tuple[int, dict[str, str]]:
        status, headers, _ = self.ask(
            "POST", "/webhooks/alertmanager", {"alerts": [alert(name, "firing", START, instance=instance)]}
        )
        return status, headers

    def fill_the_disk(self) -> None:
        """From now on no file of the process can grow or be written, as if the disk were full; its log is a pipe."""
        _, hard = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (0, hard))

    def make_room(self) -> None:
        _, hard = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (hard, hard))


def soon(is_so: Callable[[], bool]) -> bool:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if is_so():
            return True
        time.sleep(0.05)
    return False


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    (tmp_path / "routes.yaml").write_text(FILE)
    with Daemon(tmp_path) as started:
        yield started


def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room(tmp_path: Path, daemon: Daemon) -> None:
    agent = Agent(daemon)
    assert agent.webhook("CheckoutDown", "a")[0] == 200
    assert soon(lambda: agent.ask("GET", "/readyz")[0] == 200)

    agent.fill_the_disk()
    refused = [agent.webhook("CheckoutDown", "b"), agent.webhook("LedgerDown", "c")]
    pinged, _, _ = agent.ask("GET", "/ping/backup")
    ready, _, reason = agent.ask("GET", "/readyz")
    alive, _, _ = agent.ask("GET", "/healthz")
    read, _, listed = agent.ask("GET", "/api/v1/incidents")

    assert [status for status, _ in refused] == [503, 503]
    assert all(int(headers["retry-after"]) >= 1 for _, headers in refused)
    assert (pinged, ready, alive, read) == (503, 503, 200, 200)
    assert "store: archive" in reason
    assert len(json.loads(listed)["items"]) == 1

    agent.make_room()
    assert soon(lambda: agent.webhook("CheckoutDown", "b")[0] == 200)
    assert soon(lambda: agent.webhook("LedgerDown", "c")[0] == 200)
    assert soon(lambda: agent.ask("GET", "/ping/backup")[0] == 200)
    assert soon(lambda: agent.ask("GET", "/readyz")[0] == 200)
    assert soon(lambda: len(told(tmp_path)) == 2)

    assert set(on_file(tmp_path)) == {"a", "b", "c"}


def told(folder: Path) -> set[str]:
    """The incidents whose opening has been accepted by a channel."""
    store = SqliteStore(folder / "tocsin.db")
    try:
        incidents = store.incidents()[0]
        return {
            each.number
            for each in incidents
            if any(sealed.fact.kind == "notice_accepted" for sealed in store.timeline(each.number))
        }
    finally:
        store.close()


def on_file(folder: Path) -> list[str]:
    store = SqliteStore(folder / "tocsin.db")
    try:
        assert store.integrity() == []
        return [episode.labels["instance"] for episode in store.marks(START)]
    finally:
        store.close()
