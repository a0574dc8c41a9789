"""A door on a real socket before a real desk and a real archive, for the tests of this room."""

import base64
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import collectors
from agent.clock import SystemClock
from agent.config.load import load
from agent.config.settings import Limits, Settings
from agent.engine.desk.desk import Desk
from agent.engine.loop import Loop
from agent.engine.rota_keeper import RotaKeeper
from agent.errors import NotFound
from agent.model import Incident
from agent.ports import Health
from agent.store import open_store
from agent.web.guard import Patience
from agent.web.office import Office
from agent.web.serve import Server

FILE = """
agreement:
  system: Payment platform
  functions:
    checkout: {name: Checkout, criticality: core}
    ledger: {criticality: important}
parties:
  provider:
    name: Cloud Services Ltd
    contacts:
      lee: {name: Lee Ann, role: [principal], phone: "+1-555-0100", email: lee@provider.example, reach: ["log://"]}
      chen: {role: [coordinator, member], reach: ["log://"]}
  customer:
    name: Retail Group
    language: zh
    contacts:
      wang: {name: 王芳, role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down,
     says: {en: The payment page does not open, zh: 支付页打不开}}
  - {match: ['alertname="LedgerDown"'], function: ledger, state: down}
probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, function: checkout}
  backup: {heartbeat: {within: 24h, grace: 1h}}
"""

GOLDEN = Path(__file__).parents[1] / "golden" / "alertmanager"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Running:
    """The agent's door, desk and archive; its parts may be swapped by `swap` before or while it runs."""

    def __init__(
        self,
        folder: Path,
        file: str = FILE,
        *,
        sockets: list[socket.socket] | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        limits: Limits | None = None,
    ) -> None:
        self.path = folder / "routes.yaml"
        self.path.write_text(file)
        self.clock = SystemClock()
        self.settings: Settings = load(self.path, collectors.catalogue(), environment={"STATE_DIRECTORY": str(folder)})
        if limits:
            self.configure(limits=limits)
        self.store = open_store(self.settings.store_url, create=True)
        self._tokens = (f"token{number:08}" for number in range(1, 10_000))
        self.desk = Desk(
            self.store,
            lambda: self.settings,
            self.clock,
            hand_over=lambda deliveries: None,
            draw_token=lambda: next(self._tokens),
        )
        self.submit: Callable[[Any], Future[Any]] = self.desk.submit
        self.health = Health(is_alive=True, is_ready=True)
        self.pinged: list[tuple[str, bool]] = []
        self.loop = Loop(self.clock)
        self.loop.turn("desk", lambda wait_s: self.desk.turn(0.05))  # stops soon
        self.office = Office(
            submit=self._submit,
            store=self.store,
            settings=lambda: self.settings,
            clock=self.clock,
            health=lambda: self.health,
            reload=self._reload,
            ping=self._ping,
            probes=self.store.probe_states,
            prepare_scrape=lambda: None,
            on_call=RotaKeeper(lambda: self.settings).on_call,
        )
        self.server = Server(self.office, "127.0.0.1", 0, sockets, patience)
        self.server.start()
        self.port = self.server.port

    def stop(self) -> None:
        self.server.stop()
        self.loop.stop()
        self.store.close()

    def configure(self, **server: Any) -> None:
        """Other server settings, as after a reload."""
        self.settings = replace(self.settings, server=replace(self.settings.server, **server))

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def post_json(self, path: str, content: Any, headers: Mapping[str, str] | None = None) -> Reply:
        return self.ask(
            "POST", path, json.dumps(content).encode(), {"content-type": "application/json", **(headers or {})}
        )

    def webhook(self, content: Any) -> Reply:
        return self.post_json("/webhooks/alertmanager", content)

    def opened(self, name: str = "CheckoutDown") -> Incident:
        """An incident, by a webhook."""
        number = self.webhook({"alerts": [firing(name)]}).json["incidents"][0]
        incident = self.store.incident(number)
        assert incident is not None
        return incident

    def raw(self) -> socket.socket:
        """A connection nothing was sent on yet."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def _submit(self, work: Any) -> "Future[Any]":
        return self.submit(work)

    def _ping(self, name: str, has_failed: bool) -> "Future[Any]":
        probe = self.settings.probes.get(name)
        if probe is None or probe.kind != "heartbeat":
            raise NotFound(f"there is no heartbeat {name}")
        self.pinged.append((name, has_failed))
        answer: Future[Any] = Future()
        answer.set_result(None)
        return answer

    def _reload(self) -> Settings:
        self.settings = load(self.path, collectors.catalogue(), environment={"STATE_DIRECTORY": str(self.path.parent)})
        return self.settings


@contextmanager
def running(folder: Path, file: str = FILE, **more: Any) -> Iterator[Running]:
    agent = Running(folder, file, **more)
    try:
        yield agent
    finally:
        agent.stop()


def firing(name: str = "CheckoutDown", **labels: str) -> dict[str, Any]:
    return {
        "status": "firing",
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} on host-17"},
        "startsAt": "2026-11-23T03:16:27.642787Z",
        "endsAt": "0001-01-01T00:00:00Z",
    }


def captured(name: str) -> Any:
    """The body of a captured request."""
    return json.loads((GOLDEN / f"{name}.json").read_text())["body"]


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def basic(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}
