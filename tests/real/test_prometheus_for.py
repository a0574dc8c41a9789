"""What `startsAt` of a Prometheus alert means where its rule has a `for`: the law of `held` stands on this."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.real.running_alertmanager import alertmanager
from tests.real.running_prometheus import prometheus
from tests.support.running import until
from tests.support.running_agent import FILE, agent
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

HELD = (
    FILE
    + """
  - {match: ['alertname="AtOnce"'], function: ledger, state: down}
  - {match: ['alertname="AfterFive"'], function: checkout, state: down, held: 5s}
"""
)


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
    with prometheus(program("prometheus"), tmp_path, receiver.place, RULES) as process:
        until(lambda: len(received(receiver)) == 2, "alerts of both rules", alive=process.running)
        starts_at = received(receiver)
        active_at = became_true(process.running.port())

    assert starts_at["AtOnce"] == active_at["AtOnce"]
    assert starts_at["AfterFive"] - active_at["AfterFive"] >= timedelta(seconds=5)


def test_through_alertmanager_the_incident_starts_when_the_condition_became_true(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    with (
        agent(tmp_path / "agent", HELD) as tocsin,
        alertmanager(program("prometheus-alertmanager"), tmp_path / "alertmanager", tocsin.url) as sender,
        prometheus(program("prometheus"), tmp_path / "prometheus", sender.place, RULES) as process,
    ):
        until(lambda: len(tocsin.incidents()) == 2, "incidents of both rules", alive=process.running)
        active_at = became_true(process.running.port())
        incidents = {incident["functions"][0]: incident for incident in tocsin.incidents()}

    ledger, checkout = incidents["ledger"], incidents["checkout"]
    assert at(ledger["started_at"]) == at(ledger["detected_at"]) == active_at["AtOnce"]
    assert at(checkout["detected_at"]) - at(checkout["started_at"]) == timedelta(seconds=5)
    assert at(checkout["started_at"]) >= active_at["AfterFive"]
