"""`promtool check metrics` reads what the agent exposes, and finds nothing to say."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.running import until
from tests.support.running_agent import FILE, agent

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]

EVERY_METRIC = """
from prometheus_client import Counter, Gauge, generate_latest
from agent.metrics import REGISTRY
for metric in REGISTRY._collector_to_names:
    series = metric.labels(*metric._labelnames) if metric._labelnames else metric
    series.inc() if isinstance(series, Counter | Gauge) else series.observe(1)
print(generate_latest(REGISTRY).decode())
"""
"""Run in a process of its own: the registry is one for all."""

PROBES = """
probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, function: checkout, every: 1s}
"""


def complaints(promtool: Path, text: str) -> str:
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, text=True, timeout=60, check=False
    )
    return f"exit {done.returncode}\n{done.stdout}{done.stderr}"


def test_every_metric_of_the_agent_is_as_prometheus_wants_it(program: Callable[[str], Path]) -> None:
    promtool = program("promtool")

    text = subprocess.run(
        [sys.executable, "-c", EVERY_METRIC], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    ).stdout

    assert "tocsin_incidents_opened_total{" in text
    assert complaints(promtool, text) == "exit 0\n"


def test_the_page_of_a_running_agent_is_as_prometheus_wants_it(program: Callable[[str], Path], tmp_path: Path) -> None:
    promtool = program("promtool")

    with agent(tmp_path, FILE + PROBES) as tocsin:
        until(lambda: "tocsin_probe_up{" in tocsin.get("/metrics"), "reading of the probe")
        text = tocsin.get("/metrics")

    assert complaints(promtool, text) == "exit 0\n"
