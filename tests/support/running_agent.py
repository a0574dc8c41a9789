"""`tocsin run` as an operator starts it, in a process of its own, asked over HTTP."""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from prometheus_client.parser import text_string_to_metric_families

from tests.support.running import Running, running, until

FROM_HERE = (sys.executable, "-m", "agent")
"""The checkout, as it is installed for its developers."""

FILE = """
agreement:
  system: Payment platform
  functions:
    checkout: {criticality: core}
    ledger: {criticality: important}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down}
  - {match: ['alertname="LedgerDown"'], function: ledger, state: down}
"""


class Agent:
    """What can be asked of it from outside."""

    def __init__(self, process: Running, archive: Path) -> None:
        self.process = process
        self.archive = archive
        self.port = process.port()
        self.url = f"http://127.0.0.1:{self.port}"

    def incidents(self) -> list[dict[str, Any]]:
        """Newest first."""
        items: list[dict[str, Any]] = json.loads(self.get("/api/v1/incidents"))["items"]
        return items

    def incident(self) -> dict[str, Any] | None:
        """The newest, None where there is none yet."""
        found = self.incidents()
        return found[0] if found else None

    def happened(self, number: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(self.get(f"/api/v1/incidents/{number}/timeline"))["items"]
        return items

    def figure(self, name: str, **labels: str) -> float:
        """The sum of a metric's series that carry these labels."""
        families = text_string_to_metric_families(self.get("/metrics"))
        samples = [sample for family in families for sample in family.samples if sample.name == name]
        return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())

    def answered(self, code: int, path: str = "/webhooks/alertmanager") -> float:
        """Messages to `path` that got this answer."""
        return self.figure("tocsin_http_requests_total", path=path, code=str(code))

    def get(self, path: str) -> str:
        return ask(self.url + path)

    def is_ready(self) -> bool:
        try:
            self.get("/readyz")
        except (HTTPError, URLError, ConnectionError):
            return False
        return True


@contextmanager
def agent(folder: Path, file: str = FILE, tocsin: Sequence[str | Path] = FROM_HERE, port: int = 0) -> Iterator[Agent]:
    """A running agent, ready; on a port that is free, or on the one that it had before. The archive stays."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "routes.yaml").write_text(file)
    command = [*tocsin, "run", "--listen", f"127.0.0.1:{port}"]
    with running(command, folder, {"STATE_DIRECTORY": str(folder)}) as process:
        found = Agent(process, folder / "tocsin.db")
        until(found.is_ready, "ready agent", alive=process)
        yield found


def ask(url: str, body: Any = None, headers: Mapping[str, str] | None = None, method: str | None = None) -> str:
    """The text of the answer; a body is posted as JSON."""
    raw = None if body is None else json.dumps(body).encode()
    request = Request(url, raw, {"Content-Type": "application/json", **(headers or {})}, method=method)
    with urlopen(request, timeout=20) as answer:
        text: str = answer.read().decode()
        return text
