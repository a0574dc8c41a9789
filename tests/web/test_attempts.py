"""/signals/attempts: a month's blocked attempts, for both parties (R3)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.model import Party
from tests.web.running import FILE, Running, bearer, firing, running
from tests.web.test_parties import get, token

SCAN = "  - {match: ['alertname=\"Scan\"'], function: checkout, security: attempt}\nprobes:"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, FILE.replace("\nprobes:", "\n" + SCAN, 1)) as started:
        started.configure(tokens=(token("desk", Party.PROVIDER), token("shop", Party.CUSTOMER)))
        started.post_json("/webhooks/alertmanager", {"alerts": [firing("Scan")]}, bearer("desk"))
        yield started


def test_both_parties_see_the_figure_of_the_month(agent: Running) -> None:
    """R3, 1.3"""
    own, other = (get(agent, who, "/signals/attempts").json for who in ("desk", "shop"))

    assert own == other
    assert (own["month"], own["over"], own["count"]) == (f"{agent.clock.now():%Y-%m}", False, 1)
    [checkout] = [each for each in own["functions"] if each["function"] == "checkout"]
    assert (checkout["count"], checkout["in_incidents"]) == (1, 0)
    assert {each["count"] for each in own["functions"] if each is not checkout} == {0}


def test_a_month_without_any_is_a_figure_too(agent: Running) -> None:
    found = get(agent, "desk", "/signals/attempts?month=2020-02").json

    assert (found["over"], found["count"]) == (True, 0)


@pytest.mark.parametrize("month", ["2026-13", "soon", "0000-01"])
def test_what_is_no_month_is_not_found(agent: Running, month: str) -> None:
    assert get(agent, "desk", f"/signals/attempts?month={month}").status == 404
