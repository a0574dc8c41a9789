"""The agent as a service of the machine in the box: typed at as docs/service.md says, asked over HTTP."""

import json
import re
import sys
import sysconfig
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.support.box import Box
from tests.support.running import until

ROOT = Path(__file__).parents[2]
SECRET = "kept-in-a-credential"
URL = "http://127.0.0.1:8119"
PYTHON = "/opt/tocsin/.venv/bin/python"

_HEADING = re.compile(r"^## (.+)$", re.MULTILINE)
_TYPED = re.compile(r"<!-- tests/systemd types this -->\n```console\n(.*?)```", re.DOTALL)
_ASK = """
import sys, urllib.request, urllib.error
request = urllib.request.Request(sys.argv[1], sys.stdin.buffer.read() or None, {"Content-Type": "application/json"})
if sys.argv[2]: request.add_header("Authorization", "Bearer " + sys.argv[2])
try: answer = urllib.request.urlopen(request, timeout=20)
except urllib.error.HTTPError as refused: answer = refused
print(answer.status); print(answer.read().decode())
"""

FILE = """\
agreement:
  system: Payment platform
  functions: {checkout: {criticality: core}}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down}
server:
  tokens: {operator: {may: [admin], secret: "${credential:operator}"}}
probes:
  walls: {command: {run: [sh, /opt/walls.sh]}, function: checkout, every: 2s}
"""


class Unfit(Exception):
    """The agent cannot be installed in a box here; the text says why."""


def libraries() -> str | None:
    """Where the checkout's own environment, shown in the box, has its libraries; None for another environment."""
    place = Path(sysconfig.get_path("purelib"))
    return f"/srv/tocsin/{place.relative_to(ROOT)}" if place.is_relative_to(ROOT) else None


LIBRARIES = libraries()


def interpreter() -> str:
    """A Python like the one that runs the tests, whose libraries it will use, outside of everybody's home."""
    base = Path(sys._base_executable).resolve()  # type: ignore[attr-defined]
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for found in (Path("/usr/bin") / version, Path("/usr/local/bin") / version, base):
        if found.exists() and not found.is_relative_to("/root") and not found.is_relative_to("/home"):
            return str(found)
    raise Unfit(f"a service needs a {version} outside of /root and /home")


def typed(heading: str) -> list[list[str]]:
    """The commands of each block under this heading of docs/service.md that are here typed in earnest."""
    title, *parts = _HEADING.split((ROOT / "docs/service.md").read_text())
    sections = {"": title, **dict(zip(parts[::2], parts[1::2], strict=True))}
    blocks = _TYPED.findall(sections[heading])
    return [[line.removeprefix("$ ").replace("sudo ", "") for line in block.splitlines()] for block in blocks]


class Host:
    """What an operator does on the machine, and what can be seen of the service."""

    def __init__(self, machine: Box, python: str) -> None:
        self.box = machine
        self._python = python

    def begin(self) -> None:
        """Install and start, as the document's first blocks say."""
        self.box.write("/opt/walls.sh", "exit 0\n", mode="755")
        self.configure(FILE)
        install, check, enable = self._steps()
        self.type(install)
        (secret, _), *_ = typed("Secrets")
        self.type([secret, check, *enable])

    def _steps(self) -> tuple[Any, Any, Any]:
        service, agreement, check, enable = typed("")[0]
        return [service, agreement], check, [enable]

    def type(self, commands: list[str]) -> str:
        """Type them one after the other; what the last one said. `make service` is without a network here."""
        said = ""
        offline = f"PYTHON={self._python} /srv/tocsin/tools/service --libraries {LIBRARIES}"
        for command in commands:
            real = command.replace("make service", offline)
            said = self.box.run("sh", "-c", f"cd /typed && SECRET={SECRET} && {real}").stdout
        return said

    def configure(self, text: str) -> None:
        """Lay a routes.yaml where the operator types, ready to be installed."""
        self.box.write("/typed/routes.yaml", text)

    def install_file(self, text: str) -> None:
        self.configure(text)
        self.type([typed("")[0][1]])

    def main_pid(self) -> int:
        return int(self.box.show("tocsin.service", "MainPID")["MainPID"])

    def status(self) -> str:
        """What the agent tells systemd about itself."""
        return self.box.show("tocsin.service", "StatusText")["StatusText"]

    def is_ready(self) -> bool:
        return (
            self.box.show("tocsin.service", "ActiveState")["ActiveState"] == "active" and self.ask("/readyz")[0] == 200
        )

    def ready(self, than: int = 0) -> None:
        """Wait until it is ready, in another process than `than`."""
        until(lambda: self.main_pid() not in {0, than} and self.is_ready(), "ready agent")

    def ask(self, path: str, body: Any = None, token: str = SECRET, url: str = URL) -> tuple[int, str]:
        """Status and text of the answer, asked from inside; a body is posted as JSON."""
        raw = "" if body is None else json.dumps(body)
        status, text = self.box.run(PYTHON, "-c", _ASK, url + path, token, typed=raw).stdout.split("\n", 1)
        return int(status), text

    def answer(self, path: str, body: Any = None) -> Any:
        return json.loads(self.ask(path, body)[1])

    def written(self) -> list[Mapping[str, Any]]:
        """Journal entries of the present run of the agent."""
        run = self.box.show("tocsin.service", "InvocationID")["InvocationID"]
        return [entry for entry in self.box.journal("tocsin.service") if entry["_SYSTEMD_INVOCATION_ID"] == run]

    def wait_for(self, holds: Callable[[], bool], what: str) -> None:
        until(holds, what)
