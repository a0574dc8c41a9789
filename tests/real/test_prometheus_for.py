"""What `startsAt` of a Prometheus alert means where its rule has a `for`: the law of `held` stands on this."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from tests.real.running_alertmanager import alertmanager
from tests.real.running_prometheus import prometheus
from tests.support.running import Running, until
from tests.support.running_agent import FILE, Agent, agent
from tests.support.sinks import Sink, listening

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

RULES = """
groups:
  - name: both
    interval: 1s
    rules:
      - {alert: AtOnce, expr: vector(1) > 0}
      - {alert: AfterThree, expr: vector(1) > 0, for: 3s}
"""

HELD = (
    FILE
    + """
  - {match: ['alertname="AtOnce"'], function: ledger, state: down}
  - {match: ['alertname="AfterThree"'], function: checkout, state: down, held: 3s}
"""
)


@dataclass(frozen=True)
class Evaluated:
    """A Prometheus that tells a receiver of its own and, through an Alertmanager, the agent."""

    process: Running
    receiver: Sink
    agent: Agent


@pytest.fixture(scope="module")
def evaluated(program: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evaluated]:
    folder = tmp_path_factory.mktemp("for")
    with (
        listening(Sink()) as receiver,
        agent(folder / "agent", HELD) as tocsin,
        alertmanager(program("prometheus-alertmanager"), folder / "alertmanager", tocsin.url) as sender,
        prometheus(program("prometheus"), folder / "prometheus", RULES, receiver.place, sender.place) as process,
    ):
        yield Evaluated(process, receiver, tocsin)


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


def test_starts_at_is_when_the_rule_fired_and_the_fault_is_older_by_its_for(evaluated: Evaluated) -> None:
    until(lambda: len(received(evaluated.receiver)) == 2, "alerts of both rules", alive=evaluated.process)

    starts_at = received(evaluated.receiver)

    active_at = became_true(evaluated.process.port())
    assert starts_at["AtOnce"] == active_at["AtOnce"]
    assert starts_at["AfterThree"] - active_at["AfterThree"] >= timedelta(seconds=3)


def test_through_alertmanager_the_incident_starts_when_the_condition_became_true(evaluated: Evaluated) -> None:
    until(lambda: len(evaluated.agent.incidents()) == 2, "incidents of both rules", alive=evaluated.process)

    incidents = {incident["functions"][0]: incident for incident in evaluated.agent.incidents()}

    active_at = became_true(evaluated.process.port())
    ledger, checkout = incidents["ledger"], incidents["checkout"]
    assert at(ledger["started_at"]) == at(ledger["detected_at"]) == active_at["AtOnce"]
    assert at(checkout["detected_at"]) - at(checkout["started_at"]) == timedelta(seconds=3)
    assert at(checkout["started_at"]) >= active_at["AfterThree"]
