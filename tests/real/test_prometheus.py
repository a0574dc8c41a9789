"""A real Prometheus pointed straight at the agent, with no Alertmanager in between, and either of them killed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.real.house import Account, house
from tests.real.running_prometheus import prometheus
from tests.support.running import until
from tests.support.sinks import Sink, listening, reply

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

RULES = """
groups:
  - name: both
    interval: 1s
    rules:
      - {alert: Lasting, expr: vector(1), labels: {service: orders}}
      - {alert: Passing, expr: shop_is_broken == 1, labels: {service: stock}}
"""
BROKEN, WHOLE = (reply(200, f"shop_is_broken {figure}\n".encode()) for figure in (1, 0))


def test_each_alert_is_one_incident_though_the_agent_dies_and_ends_by_its_resolve_or_with_its_sender(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    """A Prometheus that dies tells nothing any more: its alerts are over at the `endsAt` that they came with."""
    with listening(Sink(answers=[BROKEN])) as shop, house(program("prometheus-alertmanager"), tmp_path) as found:
        place = found.agent.url.removeprefix("http://")
        with prometheus(program("prometheus"), tmp_path / "prometheus", RULES, place, watched=shop.place) as process:
            until(lambda: found.incidents("orders") and found.incidents("stock"), "incidents", alive=process)
            found.kill_agent()
            found.start_agent()
            until(lambda: found.agent.answered(200, "/api/v2/alerts") >= 2, "repetitions", alive=process)
            repeated = found.account("orders")
            shop.answer(WHOLE)
            until(lambda: found.account("stock").ended == 1, "resolve", alive=process)
            process.kill()
            passing, lasting = found.close("stock"), found.close("orders")

    assert repeated == Account(incidents=1, joined=1, ended=0, openings=1, states=("open",))
    assert passing == lasting == Account(incidents=1, joined=1, ended=1, openings=1, states=("closed",))
