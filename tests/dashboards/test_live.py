"""A real Prometheus scrapes a running agent: the dashboard shows figures, the rules are loaded and keep quiet."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode

import pytest

from tests.dashboards.shipped import RULES, expressions, panels
from tests.support.running import running, until
from tests.support.running_agent import FILE, Agent, agent, ask
from tests.support.sinks import Sink, listening

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

ROUTES = (
    FILE
    + """
probes:
  page: {http_get: {url: "http://%s/"}, function: checkout, every: 1s}
  job: {heartbeat: {within: 1h}, function: ledger}
"""
)
CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: ['{rules}']
scrape_configs:
  - job_name: tocsin
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
  - job_name: tocsin-probes
    metrics_path: /probe
    static_configs: [{{targets: [page]}}]
    relabel_configs:
      - {{source_labels: [__address__], target_label: __param_target}}
      - {{source_labels: [__param_target], target_label: instance}}
      - {{target_label: __address__, replacement: '127.0.0.1:{port}'}}
"""

QUIET = {
    "Next due, grade 1",
    "Reports overdue in 24 h",
    "Reports, per hour",
    "Opened and regraded, per hour",  # its second question: nothing was regraded
    "Unreadable, per hour",
    "First certificate to expire",
    "Good answers in an hour",  # looks once a minute
    "Overruns, deadlines and pings, per hour",
    "Faults and clock jumps, per hour",
    "Lateness of the clock tower",
}
"""Panels of which some question has no answer where nothing of the kind happened."""


class Prometheus:
    def __init__(self, url: str) -> None:
        self.url = url

    def is_ready(self) -> bool:
        """It listens, and answers 503, while it still reads its storage."""
        try:
            ask(f"{self.url}/-/ready")
        except HTTPError:
            return False
        return True

    def asked(self, expression: str) -> list[dict[str, Any]]:
        """The series that answer it now.

        Raises:
            HTTPError: it is no expression, or cannot be evaluated.
        """
        answer = json.loads(ask(f"{self.url}/api/v1/query?{urlencode({'query': expression})}"))
        found: list[dict[str, Any]] = answer["data"]["result"]
        return found

    def value(self, expression: str) -> float | None:
        found = self.asked(expression)
        return float(found[0]["value"][1]) if found else None

    def firing(self) -> list[str]:
        return [each["metric"]["alertname"] for each in self.asked('ALERTS{alertstate="firing"}')]


@contextmanager
def prometheus(program: Path, folder: Path, port: int) -> Iterator[Prometheus]:
    folder.mkdir()
    (folder / "prometheus.yml").write_text(CONFIG.format(rules=RULES, port=port))
    command = [program, "--config.file=prometheus.yml", "--storage.tsdb.path=data", "--web.listen-address=127.0.0.1:0"]
    with running(command, folder) as process:
        server = Prometheus(f"http://127.0.0.1:{process.port()}")
        until(server.is_ready, "ready Prometheus", alive=process)
        yield server


def stir(tocsin: Agent, alert: Mapping[str, str]) -> None:
    """One alert, one ping, one body that cannot be read."""
    fired = {"status": "firing", "labels": alert, "annotations": {}, "startsAt": "2026-11-23T03:16:27Z"}
    ask(f"{tocsin.url}/webhooks/alertmanager", {"alerts": [fired]})
    ask(f"{tocsin.url}/ping/job", {})
    with pytest.raises(HTTPError, match="400"):
        ask(f"{tocsin.url}/webhooks/alertmanager", ["no object"])


def test_the_dashboard_shows_what_happened_and_the_rules_keep_quiet(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    binary = program("prometheus")
    with (
        listening(Sink()) as page,
        agent(tmp_path / "agent", ROUTES % page.place) as tocsin,
        prometheus(binary, tmp_path / "prometheus", tocsin.port) as server,
    ):
        until(lambda: server.asked("tocsin_build_info"), "first scrape")
        stir(tocsin, {"alertname": "CheckoutDown"})
        until(lambda: server.value('sum(tocsin_incidents_live{state="open"})'), "the incident in Prometheus")
        until(lambda: server.value("probe_success"), "the probe as blackbox_exporter would show it")
        for counted in ("tocsin_webhook_requests_total", "tocsin_delivery_seconds_count"):
            until(partial(server.asked, f"rate({counted}[1m])"), f"two scrapes of {counted}")

        answers = {
            purpose + expression: bool(server.asked(_with_variables(expression)))
            for purpose, expression in expressions()
        }
        shown = {
            panel["title"]: [answers[panel["title"] + target["expr"]] for target in panel["targets"]]
            for panel in panels()
        }
        firing = until(server.firing, "alert")

    assert {title for title, each in shown.items() if not all(each)} <= QUIET
    assert any(shown["Opened and regraded, per hour"])
    assert any(shown["Unreadable, per hour"])
    assert firing == ["TocsinAlertsUnreadable"]


def _with_variables(expression: str) -> str:
    return expression.replace("$__rate_interval", "1m").replace('"$job"', '".*"').replace('"$instance"', '".*"')
