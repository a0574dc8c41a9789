"""An agent, and what `tocsin connect` prints for a monitor that is to reach it."""

import json
import re
from hashlib import sha256
from pathlib import Path

from click.testing import CliRunner

from agent.cli import main
from tests.support.running_agent import Agent, ask

SECRET = "open-sesame"
FILE = f"""
agreement:
  system: Payment platform
  functions: {{alertmanager: {{}}, prometheus: {{}}, grafana: {{}}, nagios: {{}}}}
parties:
  provider: {{contacts: {{lee: {{role: principal, reach: ["log://"]}}}}}}
  customer: {{contacts: {{wang: {{role: principal, reach: ["log://"]}}}}}}
signals:
  - {{match: ['alertname=~"[a-z]+"'], function: "{{label.alertname}}", state: down}}
  - {{match: 'alertname="HostDown"', function: system, state: down}}
server:
  tokens:
    monitors: {{may: [intake, read], secret: "sha256:{sha256(SECRET.encode()).hexdigest()}"}}
    grafana: {{may: [intake], secret: {SECRET}, hmac_header: X-Signed, hmac_timestamp_header: X-Signed-At}}
"""
BEARER = {"Authorization": f"Bearer {SECRET}"}


class Connected:
    """An agent that wants a secret, with a function for each monitor, and what it says each must be told."""

    def __init__(self, agent: Agent, folder: Path) -> None:
        self.agent = agent
        self._file = folder / "agent/routes.yaml"

    def pieces(self, monitor: str, folder: Path) -> list[Path]:
        """The files that are printed, in this folder, which is named in them instead of /etc and /usr."""
        words = ["connect", monitor, str(self._file), "--address", self.agent.url, "--json"]
        printed = json.loads(CliRunner().invoke(main, words).stdout)["pieces"]
        (folder / "tocsin.token").write_text(f"{SECRET}\n")
        for piece in printed:
            here = re.sub(r"/(?:etc/[a-z]+|usr/local/bin)/", f"{folder}/", piece["text"])
            (folder / Path(piece["file"]).name).write_text(here)
        return [folder / Path(piece["file"]).name for piece in printed]

    def states(self, function: str) -> list[str]:
        items = json.loads(ask(f"{self.agent.url}/api/v1/incidents", headers=BEARER))["items"]
        return [each["state"] for each in items if each["functions"] == [function]]
