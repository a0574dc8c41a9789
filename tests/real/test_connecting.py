"""What `tocsin connect` prints, taken as it stands: the monitor's own program reads it, and its alerts arrive."""

import hmac
import json
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import jsonschema
import pytest
import yaml

from tests.real.connected import BEARER, FILE, SECRET, Connected
from tests.real.running_alertmanager import Alertmanager
from tests.support import grafana, real
from tests.support.running import running, until
from tests.support.running_agent import agent, ask

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

Program = Callable[[str], Path]

CONTACT_POINTS = {
    "type": "object",
    "required": ["apiVersion", "contactPoints"],
    "properties": {
        "apiVersion": {"const": 1},
        "contactPoints": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "receivers"],
                "properties": {
                    "orgId": {"type": "integer"},
                    "name": {"type": "string"},
                    "receivers": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["uid", "type", "settings"],
                            "properties": {
                                "uid": {"type": "string", "maxLength": 40},
                                "type": {"const": "webhook"},
                                "disableResolveMessage": {"type": "boolean"},
                                "settings": {"$ref": "#/$defs/webhook"},
                            },
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
    "$defs": {
        "webhook": {
            "type": "object",
            "required": ["url"],
            "properties": {
                **{name: {"type": "string"} for name in ("url", "username", "password", "title", "message")},
                "httpMethod": {"enum": ["POST", "PUT"]},
                "authorization_scheme": {"type": "string"},
                "authorization_credentials": {"type": "string"},
                "maxAlerts": {"type": "string", "pattern": "^[0-9]+$"},
                "hmacConfig": {
                    "type": "object",
                    "required": ["secret"],
                    "properties": {name: {"type": "string"} for name in ("secret", "header", "timestampHeader")},
                    "additionalProperties": False,
                },
            },
            "additionalProperties": False,
        }
    },
}
"""A provisioned webhook contact point as Grafana's documentation has it."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connected]:
    folder = tmp_path_factory.mktemp("connected")
    with agent(folder / "agent", FILE) as tocsin:
        yield Connected(tocsin, folder)


def test_alertmanager_posts_with_the_secret_of_the_file_that_is_named(
    found: Connected, program: Program, tmp_path: Path
) -> None:
    binary, alert = program("prometheus-alertmanager"), {"alertname": "alertmanager"}
    (config,) = found.pieces("alertmanager", tmp_path)
    (tmp_path / real.HOME_HERE).symlink_to(real.home_of(binary))
    config.write_text(config.read_text().replace("group_interval: 10s", "group_interval: 300ms"))
    here = ["--web.listen-address=127.0.0.1:0", "--cluster.listen-address=", "--storage.path=data"]

    with running([binary, f"--config.file={config}", *here], tmp_path) as process:
        sender = Alertmanager(f"http://127.0.0.1:{process.port()}", process)
        until(sender.is_ready, "ready Alertmanager", alive=process)
        sender.fire(alert)
        until(lambda: found.states("alertmanager") == ["open"], "incident", alive=process)
        sender.resolve(alert)
        until(lambda: found.states("alertmanager") == ["verifying"], "its end", alive=process)


def test_beside_a_tree_that_is_there_nobody_loses_a_message(found: Connected, program: Program, tmp_path: Path) -> None:
    """What stands commented below the printed route, with the names and children of a present tree in it."""
    (printed,) = found.pieces("alertmanager", tmp_path)
    beside = re.search(r"^# route:\n(?:# .*\n)+", printed.read_text(), re.MULTILINE)
    assert beside is not None
    tree = beside[0].replace("\n# ", "\n").removeprefix("# ").replace("TODAY", "team-chat")
    children = "routes: [{matchers: ['severity=\"critical\"'], receiver: team-pager}]"
    config = tmp_path / "merged.yml"
    receivers = "receivers: [{name: team-chat}, {name: team-pager}, {name: tocsin}]\n"
    config.write_text(tree.replace("routes: []", children) + receivers)

    told = {labels: routed(program("amtool"), config, labels) for labels in ("severity=critical", "severity=warning")}

    assert told == {"severity=critical": "tocsin,team-pager", "severity=warning": "tocsin,team-chat"}


def routed(amtool: Path, config: Path, labels: str) -> str:
    command = [amtool, "config", "routes", "test", f"--config.file={config}", labels]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout.strip() or done.stderr


def test_prometheus_posts_its_alerts_and_reads_the_metrics(found: Connected, program: Program, tmp_path: Path) -> None:
    promtool, binary = program("promtool"), program("prometheus")
    config, rules = found.pieces("prometheus", tmp_path)
    checked = subprocess.run(
        [promtool, "check", "config", config], capture_output=True, text=True, timeout=60, check=False
    )
    config.write_text("global: {scrape_interval: 1s, evaluation_interval: 1s}\n" + config.read_text())
    rules.write_text(rules.read_text() + "      - {alert: prometheus, expr: vector(1)}\n")
    here = ["--web.listen-address=127.0.0.1:0", "--storage.tsdb.path=data", "--rules.alert.resend-delay=1s"]

    with running([binary, f"--config.file={config}", *here], tmp_path) as process:
        until(lambda: found.states("prometheus") == ["open"], "incident", alive=process)
        url = f"http://127.0.0.1:{process.port()}/api/v1/query?query=" + quote('up{job="tocsin"}')
        until(lambda: is_scraped(url), "scrape", alive=process)

    assert checked.returncode == 0, checked.stdout + checked.stderr


def is_scraped(url: str) -> bool:
    return [each["value"][1] for each in json.loads(ask(url))["data"]["result"]] == ["1"]


def test_grafanas_contact_point_is_one_by_its_documentation_and_what_it_signs_comes_in(
    found: Connected, tmp_path: Path
) -> None:
    (file,) = found.pieces("grafana", tmp_path)
    provisioned = yaml.safe_load(file.read_text())
    settings = provisioned["contactPoints"][0]["receivers"][0]["settings"]

    jsonschema.validate(provisioned, CONTACT_POINTS)
    post_as_grafana(settings, grafana.firing("grafana"))
    opened = found.states("grafana")
    post_as_grafana(settings, grafana.resolved("grafana"))
    ended = found.states("grafana")

    assert settings["hmacConfig"]["secret"] == "$TOCSIN_KEY"
    assert (opened, ended) == (["open"], ["verifying"])


def post_as_grafana(settings: dict[str, Any], body: dict[str, Any]) -> None:
    """Signed as documented: HMAC-SHA256 over the time, a colon and the body, in hexadecimal digits."""
    signing, now, raw = settings["hmacConfig"], str(int(time.time())), json.dumps(body).encode()
    signature = hmac.new(SECRET.encode(), f"{now}:".encode() + raw, sha256).hexdigest()
    ask(settings["url"], body, {signing["timestampHeader"]: now, signing["header"]: signature})


def test_the_agent_itself_runs_the_check_that_is_printed_for_it(found: Connected, tmp_path: Path) -> None:
    plugin = tmp_path / "check_smtp"
    plugin.write_text('#!/bin/sh\ntest "$*" = "-H mail.example.com -c 10" || exit 3\necho SMTP CRITICAL; exit 2\n')
    plugin.chmod(0o755)
    (*_, piece) = found.pieces("nagios", tmp_path)
    probe = piece.read_text().replace("/usr/lib/nagios/plugins/", f"{tmp_path}/").replace("every: 1m", "every: 1s")

    with agent(tmp_path / "agent", FILE + probe) as tocsin:
        again = Connected(tocsin, tmp_path)
        until(lambda: again.states("system") == ["open"], "incident")
        (run,) = json.loads(ask(f"{tocsin.url}/api/v1/probes", headers=BEARER))["items"]

    assert (run["name"], run["kind"], run["result"], run["values"]["exit"]) == ("mail", "command", "bad", 2)
