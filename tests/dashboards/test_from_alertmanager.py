"""docs/from-alertmanager.md does what it says: its files are taken from the page as they stand."""

import json
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.dashboards.shipped import RULES, rules
from tests.docs.pages import ROOT, blocks
from tests.real.running_alertmanager import Alertmanager
from tests.support import real
from tests.support.running import running, until
from tests.support.running_agent import Agent, agent, ask

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

Program = Callable[[str], Path]

PAGE = ROOT / "docs/from-alertmanager.md"
SHOWN = [block for block in blocks() if block.page == PAGE]
AGENT, SENDER = "http://127.0.0.1:8119", "http://127.0.0.1:9093"
"""The addresses on the page."""


def file(first_line: str) -> str:
    """The one YAML file of the page that begins so."""
    (found,) = (block.text for block in SHOWN if block.info == "yaml" and block.text.startswith(f"# {first_line}\n"))
    return found


def routes() -> str:
    (found,) = (block.text for block in SHOWN if block.info == "yaml routes")
    return found


def typed(begins: str) -> tuple[list[str], str]:
    """The words of the one command that begins so, and the line that is said to follow it."""
    lines = [line for block in SHOWN if block.info == "console" for line in [*block.text.splitlines(), ""]]
    (at,) = (number for number, line in enumerate(lines) if line.startswith(f"$ {begins}"))
    return shlex.split(lines[at])[1:], lines[at + 1]


def said(program: Program, words: list[str], folder: Path) -> str:
    done = subprocess.run(
        [program(words[0]), *words[1:]], cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@contextmanager
def alertmanager(program: Program, folder: Path, text: str) -> Iterator[Alertmanager]:
    folder.mkdir()
    binary = program("prometheus-alertmanager")
    (folder / real.HOME_HERE).symlink_to(real.home_of(binary))
    (folder / "alertmanager.yml").write_text(text)
    here = ["--web.listen-address=127.0.0.1:0", "--cluster.listen-address=", "--storage.path=data"]
    with running([binary, "--config.file=alertmanager.yml", *here], folder) as process:
        found = Alertmanager(f"http://127.0.0.1:{process.port()}", process)
        until(found.is_ready, "ready Alertmanager", alive=process)
        yield found


def test_an_alert_typed_as_the_page_says_becomes_the_incident_that_its_row_describes(
    program: Program, tmp_path: Path
) -> None:
    words, _ = typed("amtool alert add")
    with (
        agent(tmp_path / "agent", routes()) as tocsin,
        alertmanager(program, tmp_path / "alertmanager", file("after").replace(AGENT, tocsin.url)) as sender,
    ):
        said(program, [word.replace(SENDER, sender.url) for word in words], tmp_path)
        incident = until(tocsin.incident, "incident")
        ask(f"{tocsin.url}/api/v1/incidents/{incident['number']}/grade", {"by": "lee", "grade": 2})
        told = until(lambda: (found := notices(tocsin)) and len(found) == 2 and found, "notices for both parties")

    assert (incident["state"], incident["grade"], incident["functions"]) == ("open", 2, ["checkout"])
    assert incident["signals"][0]["labels"]["alertname"] == "TargetDown"
    assert at(incident["detected_at"]) - at(incident["started_at"]) == timedelta(minutes=10)
    assert [(place, text.startswith("[TRIAL]")) for place, text in told] == [("lee/1", False), ("lee/1", True)]
    assert "Symptom: The checkout page is slow or fails for some" in told[1][1]
    assert "TargetDown" not in told[1][1]


def notices(tocsin: Agent) -> list[tuple[str, str]]:
    """(endpoint, text) of what the agent wrote into its log."""
    lines = [json.loads(line) for line in tocsin.process.said().splitlines() if line.startswith("{")]
    return [(line["endpoint"], line["text"]) for line in lines if line["event"] == "notice written"]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


ALERTS = (
    ("alertname=TargetDown", "job=checkout", "severity=warning"),
    ("alertname=KubePodCrashLooping", "namespace=shop", "severity=critical"),
    ("alertname=Watchdog", "severity=none"),
    ("alertname=TocsinDown", "severity=critical"),
    ("alertname=TocsinClockJumped", "severity=warning"),
)


@pytest.mark.parametrize("labels", ALERTS, ids=lambda labels: str(labels[0]))
def test_every_alert_goes_where_it_went_before_and_to_tocsin_unless_it_is_about_tocsin(
    program: Program, labels: tuple[str, ...], tmp_path: Path
) -> None:
    receivers = []
    for name in ("before", "after"):
        (tmp_path / name).write_text(file(name))
        test = ["amtool", "config", "routes", "test", f"--config.file={name}", *labels]
        receivers.append(said(program, test, tmp_path).split(","))

    before, after = receivers
    assert after == (before if "=Tocsin" in labels[0] else ["tocsin", *before])


def test_what_the_page_says_amtool_answers_is_what_it_answers(program: Program, tmp_path: Path) -> None:
    (tmp_path / "alertmanager.yml").write_text(file("after"))
    words, answer = typed("amtool config routes test")

    said(program, typed("amtool check-config")[0], tmp_path)

    assert said(program, words, tmp_path) == answer


def test_prometheus_reads_the_scrape_configuration(program: Program, tmp_path: Path) -> None:
    text = file("/etc/prometheus/prometheus.yml")
    (tmp_path / "prometheus.yml").write_text(text.replace("/etc/prometheus/tocsin.rules.yml", str(RULES)))

    answer = said(program, ["promtool", "check", "config", "prometheus.yml"], tmp_path)

    assert f"{len(rules())} rules found" in answer
