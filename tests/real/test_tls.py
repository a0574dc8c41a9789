"""A real Alertmanager posts over TLS with a client certificate, configured as docs/certificates.md says."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from agent.cli import main
from tests.docs.pages import ROOT, blocks
from tests.real.running_alertmanager import Alertmanager
from tests.support import real
from tests.support.authority import Authority, Paper
from tests.support.running import Running, running, until
from tests.support.running_agent import FILE, FROM_HERE

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

SECRET = "open-sesame"
SERVER = """
server:
  tls: {{cert: {cert}, key: {key}, client_ca: {client_ca}}}
  tokens:
    alertmanager: {{may: [intake, read], secret: "sha256:{hash}"}}
"""
CHECKOUT = {"alertname": "CheckoutDown", "instance": "web-1"}
LEDGER = {"alertname": "LedgerDown", "instance": "db-1"}


@pytest.fixture
def binary(program: Callable[[str], Path]) -> Path:
    return program("prometheus-alertmanager")


class Agent:
    """The running agent, asked over TLS by an operator with a certificate."""

    def __init__(self, process: Running, authority: Authority) -> None:
        self.process = process
        self._trusting = authority.trusting(authority.client("operator"))
        self.port = process.port()

    def get(self, path: str) -> Any:
        connection = HTTPSConnection("localhost", self.port, timeout=20, context=self._trusting)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {SECRET}"})
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def functions(self) -> list[str]:
        """Of the incidents, newest first."""
        return [each["functions"][0] for each in self.get("/api/v1/incidents")["items"]]

    def is_ready(self) -> bool:
        try:
            return bool(self.get("/readyz")["status"] == "ok")
        except (OSError, ValueError):
            return False


@contextmanager
def agent(folder: Path, server: Paper, authority: Authority) -> Iterator[Agent]:
    folder.mkdir()
    told = SERVER.format(
        cert=server.cert, key=server.key, client_ca=authority.cert, hash=sha256(SECRET.encode()).hexdigest()
    )
    (folder / "routes.yaml").write_text(FILE + told)
    with running([*FROM_HERE, "run", "--listen", "127.0.0.1:0"], folder, {"STATE_DIRECTORY": str(folder)}) as process:
        found = Agent(process, authority)
        until(found.is_ready, "ready agent", alive=process)
        yield found


@contextmanager
def alertmanager(program: Path, folder: Path, port: int, files: dict[str, Path]) -> Iterator[Alertmanager]:
    """With the receiver of docs/certificates.md, its files and its address replaced by those of the test."""
    folder.mkdir()
    (folder / real.HOME_HERE).symlink_to(real.home_of(program))
    (text,) = [
        block.text for block in blocks() if block.page == ROOT / "docs" / "certificates.md" and block.info == "yaml"
    ]
    for name, path in files.items():
        assert name in text
        text = text.replace(name, str(path))
    receivers = text.replace("tocsin.example:8119", f"localhost:{port}")
    route = "route: {receiver: tocsin, group_by: [alertname], group_wait: 0s, group_interval: 300ms}\n"
    (folder / "alertmanager.yml").write_text(route + receivers)
    assert yaml.safe_load(receivers)["receivers"][0]["webhook_configs"][0]["http_config"]["tls_config"]
    command = [
        program,
        "--config.file=alertmanager.yml",
        "--storage.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--web.external-url=http://alertmanager.example",
        "--cluster.listen-address=",
    ]
    with running(command, folder) as process:
        found = Alertmanager(f"http://127.0.0.1:{process.port()}", process)
        until(found.is_ready, "ready Alertmanager", alive=process)
        yield found


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "ca")


def files(folder: Path, authority: Authority, client: Paper) -> dict[str, Path]:
    token = folder / "token"
    token.write_text(SECRET)
    return {
        "/etc/alertmanager/tocsin.token": token,
        "/etc/alertmanager/tocsin-ca.pem": authority.cert,
        "/etc/alertmanager/tocsin-client.pem": client.cert,
        "/etc/alertmanager/tocsin-client.key": client.key,
    }


def test_it_posts_with_its_certificate_before_and_after_the_agents_is_renewed(
    binary: Path, tmp_path: Path, authority: Authority
) -> None:
    server = authority.server()
    shown = files(tmp_path, authority, authority.client())
    with (
        agent(tmp_path / "agent", server, authority) as tocsin,
        alertmanager(binary, tmp_path / "alertmanager", tocsin.port, shown) as sender,
    ):
        sender.fire(CHECKOUT)
        until(lambda: tocsin.functions() == ["checkout"], "incident")

        renewed = authority.server("renewed")
        server.cert.write_bytes(renewed.cert.read_bytes())
        server.key.write_bytes(renewed.key.read_bytes())
        tocsin.process.process.send_signal(signal.SIGHUP)
        until(lambda: "certificates renewed" in tocsin.process.said(), "renewed certificates")
        sender.fire(LEDGER)
        until(lambda: tocsin.functions() == ["ledger", "checkout"], "second incident")


def test_with_a_certificate_of_somebody_else_it_hands_over_nothing(
    binary: Path, tmp_path: Path, authority: Authority
) -> None:
    stranger = Authority(tmp_path / "stranger").client()
    with (
        agent(tmp_path / "agent", authority.server(), authority) as tocsin,
        alertmanager(binary, tmp_path / "alertmanager", tocsin.port, files(tmp_path, authority, stranger)) as sender,
    ):
        sender.fire(CHECKOUT)
        until(lambda: sender.failures() >= 2, "two tries in vain")

        assert tocsin.functions() == []


def test_what_nagios_calls_shows_the_certificate_that_it_names(authority: Authority, tmp_path: Path) -> None:
    client, here = authority.client("nagios"), tmp_path / "nagios"
    here.mkdir()
    (here / "tocsin.token").write_text(SECRET)

    with agent(tmp_path / "agent", authority.server(), authority) as tocsin:
        words = ["connect", "nagios", str(tmp_path / "agent/routes.yaml"), "--json"]
        told = json.loads(CliRunner().invoke(main, [*words, "--address", f"https://localhost:{tocsin.port}"]).stdout)
        text = told["pieces"][0]["text"]
        for name, path in {"pem": client.cert, "key": client.key}.items():
            text = text.replace(f"/etc/nagios/tocsin-client.{name}", str(path))
        text = text.replace('CA_FILE = ""', f"CA_FILE = {json.dumps(str(authority.cert))}")
        (here / "script").write_text(text.replace("/etc/nagios", str(here)))
        words = [sys.executable, str(here / "script"), "CRITICAL", "1795402800", "web-1", "CheckoutDown", "no answer"]
        surroundings = {**os.environ, "TMPDIR": str(here)}
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=surroundings)
        functions = tocsin.functions()

    assert (done.returncode, done.stderr) == (0, "")
    assert functions == ["checkout"]
    assert told["remarks"] == []
