"""What `startsAt` of a Prometheus alert means where its rule has a `for`: the law of `held` stands on this."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.support.running import running, until
from tests.support.sinks import Sink, listening

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

RULES = """
groups:
  - name: both
    interval: 1s
    rules:
      - {alert: AtOnce, expr: vector(1) > 0}
      - {alert: AfterFive, expr: vector(1) > 0, for: 5s}
"""

CONFIG = """
global: {{scrape_interval: 1s, evaluation_interval: 1s}}
rule_files: [rules.yml]
alerting: {{alertmanagers: [{{static_configs: [{{targets: ['{place}']}}]}}]}}
"""


@pytest.fixture
def receiver() -> Iterator[Sink]:
    with listening(Sink()) as sink:
        yield sink


def received(sink: Sink) -> dict[str, datetime]:
    """`startsAt` of every alert that was posted, by the alert's name."""
    posted = [alert for seen in list(sink.seen) for alert in json.loads(seen.body)]
    return {alert["labels"]["alertname"]: at(alert["startsAt"]) for alert in posted}


def became_true(port: int) -> dict[str, datetime]:
    """When each condition became true, as Prometheus itself says."""
    with urlopen(f"http://127.0.0.1:{port}/api/v1/alerts", timeout=10) as answer:
        alerts: list[dict[str, Any]] = json.load(answer)["data"]["alerts"]
    return {alert["labels"]["alertname"]: at(alert["activeAt"]) for alert in alerts}


def at(text: str) -> datetime:
    """To the millisecond: what is posted has no more."""
    seconds, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.fromisoformat(f"{seconds}.{fraction[:3]:0<3}+00:00")


def test_starts_at_is_when_the_rule_fired_and_the_fault_is_older_by_its_for(
    program: Callable[[str], Path], receiver: Sink, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "prometheus.yml").write_text(CONFIG.format(place=receiver.place))
    command = [
        program("prometheus"),
        "--config.file=prometheus.yml",
        "--storage.tsdb.path=data",
        "--web.listen-address=127.0.0.1:0",
        "--rules.alert.resend-delay=1s",
    ]

    with running(command, tmp_path) as prometheus:
        until(lambda: len(received(receiver)) == 2, "alerts of both rules", alive=prometheus)
        starts_at = received(receiver)
        active_at = became_true(prometheus.port())

    assert starts_at["AtOnce"] == active_at["AtOnce"]
    assert starts_at["AfterFive"] - active_at["AfterFive"] >= timedelta(seconds=5)
