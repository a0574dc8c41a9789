"""What is made for Alertmanager's own API posts straight to the agent: amtool, and bodies of all sorts."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.real.running_alertmanager import alertmanager
from tests.support.running import until
from tests.support.running_agent import agent

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

ALIKE: tuple[Any, ...] = (
    [],
    None,
    {},
    [{"labels": {"alertname": "A"}}],
    [{"labels": {}}],
    [{"labels": {"alertname": "A", "x": ""}, "annotations": None, "endsAt": "0001-01-01T00:00:00Z", "foo": 1}],
    [{"labels": {"alertname": "A"}}, {"labels": {"x": ""}}],
    [{"labels": {"alertname": "A"}, "startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"}],
)

LOST_THERE_WHOLE: tuple[Any, ...] = (
    [{"labels": {"alertname": "A"}, "startsAt": "never"}],
    [{"labels": {"alertname": 1}}],
)
"""A real one loses the whole body over these and says so with an object; here only the bad alert is lost."""


def answered(url: str, body: Any) -> tuple[int, type[Any] | None]:
    """The status, and which sort of JSON came with it; None for no body."""
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urlopen(request, timeout=20) as answer:
            status, text = answer.status, answer.read()
    except HTTPError as fault:
        with fault:
            status, text = fault.code, fault.read()
    return status, type(json.loads(text)) if text else None


def amtool(binary: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    command = [binary, f"--alertmanager.url={url}", "alert", "add", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_every_sort_of_body_is_answered_as_a_real_alertmanager_answers_it(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    with (
        agent(tmp_path / "agent") as tocsin,
        alertmanager(program("prometheus-alertmanager"), tmp_path / "alertmanager", tocsin.url) as sender,
    ):
        theirs = [answered(f"{sender.url}/api/v2/alerts", body) for body in ALIKE]
        ours = [answered(f"{tocsin.url}/api/v2/alerts", body) for body in ALIKE]
        lost = [answered(f"{sender.url}/api/v2/alerts", body)[0] for body in LOST_THERE_WHOLE]
        partly = [answered(f"{tocsin.url}/api/v2/alerts", body)[0] for body in LOST_THERE_WHOLE]

    assert ours == theirs
    assert partly == lost == [400, 400]


def test_amtool_adds_and_ends_an_alert(program: Callable[[str], Path], tmp_path: Path) -> None:
    binary = program("amtool")

    with agent(tmp_path) as tocsin:
        added = amtool(binary, tocsin.url, "alertname=CheckoutDown", "instance=web-1", "--annotation=summary=down")
        opened = until(tocsin.incident, "incident")
        again = amtool(binary, tocsin.url, "alertname=CheckoutDown", "instance=web-1", "--annotation=summary=down")
        ended = amtool(
            binary, tocsin.url, "alertname=CheckoutDown", "instance=web-1",
            "--start=2026-11-23T00:00:00Z", "--end=2026-11-23T00:00:01Z",
        )  # fmt: skip
        refused = amtool(binary, tocsin.url, "alertname=")

        assert [(run.returncode, run.stderr) for run in (added, again, ended)] == [(0, "")] * 3
        assert (opened["functions"], opened["signals_total"]) == (["checkout"], 1)
        assert "at least one label pair required" in refused.stderr
