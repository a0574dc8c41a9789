"""GET /metrics: both formats, probes as series, and a collector that raises."""

import math
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from prometheus_client import Metric
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_plain

from agent import metrics
from agent.model import Change, ProbeState, Result
from agent.web.exposition import probe_series
from tests.web.running import Running

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OPEN = {"accept": "application/openmetrics-text; version=1.0.0"}


def test_the_scraper_gets_the_format_it_asks_for(agent: Running) -> None:
    plain, open_ = agent.ask("GET", "/metrics"), agent.ask("GET", "/metrics", headers=OPEN)

    assert plain.headers["content-type"].startswith("text/plain; version=")
    assert open_.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert open_.text.endswith("# EOF\n")
    assert open_.text.count("# EOF") == 1


@pytest.mark.parametrize("headers", [{}, OPEN])
def test_both_formats_are_read_by_prometheus_own_parser(agent: Running, headers: dict[str, str]) -> None:
    agent.opened()
    agent.store.commit(
        Change(probes={"shop": ProbeState("shop", "tcp_connect", "checkout", Result.OK, values={"a": 1.5})})
    )

    text = agent.ask("GET", "/metrics", headers=headers).text

    families = {family.name for family in (read_open if headers else read_plain)(text)}
    assert {"tocsin_incidents_opened", "tocsin_probe_up", "tocsin_probe_value"} <= {
        name.removesuffix("_total") for name in families
    }


def test_each_probe_is_a_series() -> None:
    state = ProbeState(
        "shop",
        "http_get",
        "checkout",
        Result.BAD,
        last_run_at=AT,
        duration_s=0.25,
        values={"latency": 0.25, "status": 502, "text": "no", "ok": True, "gone": None},
    )

    lines = [line for line in probe_series([state]).splitlines() if not line.startswith("#")]

    assert lines == [
        'tocsin_probe_up{name="shop",kind="http_get",function="checkout"} 0',
        'tocsin_probe_duration_seconds{name="shop"} 0.25',
        'tocsin_probe_last_run_timestamp_seconds{name="shop"} 1795402800.0',
        'tocsin_probe_value{name="shop",value="latency"} 0.25',
        'tocsin_probe_value{name="shop",value="status"} 502.0',
        'tocsin_probe_value{name="shop",value="ok"} 1.0',
    ]


def test_unknown_is_neither_up_nor_down() -> None:
    families = read_plain(probe_series([ProbeState("shop", "http_get", "checkout", Result.UNKNOWN)]))

    up = next(family for family in families if family.name == "tocsin_probe_up")
    assert math.isnan(up.samples[0].value)


def test_odd_names_and_figures_survive_the_text() -> None:
    odd = 'a"b\\c\nd é'
    state = ProbeState(odd, "k", "f", values={odd: math.inf, "nan": math.nan, "low": -math.inf, "big": 1e300})

    for read in (read_plain, lambda text: read_open(text + "# EOF\n")):
        values = next(family for family in read(probe_series([state])) if family.name == "tocsin_probe_value")
        found = {sample.labels["value"]: sample.value for sample in values.samples}
        assert {sample.labels["name"] for sample in values.samples} == {odd}
        assert (found[odd], found["low"], found["big"]) == (math.inf, -math.inf, 1e300)
        assert math.isnan(found["nan"])


def test_probes_no_longer_configured_are_not_shown(agent: Running) -> None:
    states = {name: ProbeState(name, "tcp_connect", "checkout", Result.OK) for name in ("shop", "gone")}
    agent.store.commit(Change(probes=states))

    text = agent.ask("GET", "/metrics").text

    assert 'tocsin_probe_up{name="shop"' in text
    assert 'name="gone"' not in text


def test_a_collector_that_raises_does_not_break_the_scrape(agent: Running) -> None:
    class Broken:
        def collect(self) -> Iterator[Metric]:
            raise RuntimeError("no such sensor")

    broken = Broken()
    metrics.REGISTRY.register(broken)
    try:
        reply = agent.ask("GET", "/metrics")
    finally:
        metrics.REGISTRY.unregister(broken)

    assert reply.status == 200
    assert "tocsin_probe_up" in reply.text
    assert "tocsin_webhook_requests_total" in reply.text


def test_a_probe_table_that_cannot_be_read_leaves_the_rest(agent: Running) -> None:
    agent.store.close()

    reply = agent.ask("GET", "/metrics")

    assert reply.status == 200
    assert "tocsin_webhook_requests_total" in reply.text


def test_names_follow_prometheus_conventions(agent: Running) -> None:
    """What `promtool check metrics` would say."""
    agent.opened()
    text = agent.ask("GET", "/metrics").text

    for family in read_plain(text):
        assert re.fullmatch(r"tocsin_[a-z0-9_]+", family.name)
        assert family.documentation.endswith(".")
        if family.type == "counter":
            assert {sample.name for sample in family.samples} <= {family.name, f"{family.name}_total"}
        assert not re.search(r"_(ms|minutes|hours|milliseconds|kb|mb|percent)$", family.name)
        assert all(
            set(sample.labels) & {"le", "quantile"} == set() or family.type == "histogram" for sample in family.samples
        )
    types = re.findall(r"^# TYPE (\S+)", text, re.MULTILINE)
    assert len(types) == len(set(types))


def test_thirty_thousand_series_are_written_directly() -> None:
    values = {f"v{number}": number / 7 for number in range(27)}
    states = [
        ProbeState(f"probe-{number}", "http_get", "f", Result.OK, None, AT, 0.1, values) for number in range(1000)
    ]

    text = probe_series(states)

    assert text.count("\n") == 1000 * 30 + 8
