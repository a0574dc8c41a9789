"""GET /probe?target=NAME: the last answer of a probe, as a rule made for blackbox_exporter reads it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_open
from prometheus_client.parser import text_string_to_metric_families as read_plain

from agent.clock import SystemClock
from agent.model import Change, ProbeState, Result
from tests.web.running import FILE, Running, bearer, running

OPEN = {"accept": "application/openmetrics-text; version=1.0.0"}
PROBES = (
    FILE
    + """
  page: {http_get: {url: "https://shop.example/health"}, function: checkout}
"""
)
VALUES: Mapping[str, float | str] = {
    "latency": 0.5,
    "connect": 0.0625,
    "tls": 0.125,
    "first_byte": 0.25,
    "status": 502.0,
    "size": 12.0,
    "redirects": 0.0,
    "certificate_left": 86400.0,
    "text": "no figure",
}


@pytest.fixture
def tocsin(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, PROBES) as started:
        yield started


def found(agent: Running, name: str = "page", kind: str = "http_get", **more: object) -> ProbeState:
    """A probe that has just been asked."""
    values = VALUES if kind == "http_get" else {}
    state = ProbeState(name, kind, "checkout", Result.BAD, None, SystemClock().now(), 0.5, values)
    state = replace(state, **more)  # type: ignore[arg-type]
    agent.store.commit(Change(probes={name: state}))
    return state


def figures(agent: Running, target: str = "page", headers: Mapping[str, str] | None = None) -> dict[str, float]:
    """Every series of the page, with its labels' values behind its name."""
    reply = agent.ask("GET", f"/probe?target={target}", headers=headers)
    assert reply.status == 200, reply.text
    families = (read_open if headers else read_plain)(reply.text)
    return {
        ":".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


@pytest.mark.parametrize("headers", [None, OPEN])
def test_the_last_answer_stands_under_blackbox_exporters_names(
    tocsin: Running, headers: Mapping[str, str] | None
) -> None:
    state = found(tocsin)
    assert state.last_run_at is not None

    shown = figures(tocsin, headers=headers)

    expires = state.last_run_at.timestamp() + 86400
    assert shown.pop("probe_ssl_earliest_cert_expiry") == pytest.approx(expires, abs=0.01)
    assert shown.pop("tocsin_probe_last_run_timestamp_seconds") == pytest.approx(expires - 86400, abs=0.01)
    assert shown == {
        "probe_success": 0,
        "probe_duration_seconds": 0.5,
        "probe_http_status_code": 502,
        "probe_http_redirects": 0,
        "probe_http_uncompressed_body_length": 12,
        "probe_http_ssl": 1,
        "probe_http_duration_seconds:connect": 0.0625,
        "probe_http_duration_seconds:tls": 0.125,
        "probe_http_duration_seconds:processing": 0.0625,
        "probe_http_duration_seconds:transfer": 0.25,
    }


def test_a_good_answer_is_a_success_and_a_kind_without_http_shows_no_http(tocsin: Running) -> None:
    found(tocsin, "shop", "tcp_connect", result=Result.OK)

    shown = figures(tocsin, "shop")

    assert shown["probe_success"] == 1
    assert [name for name in shown if "http" in name or "ssl" in name] == []


def test_unknown_is_neither_success_nor_failure(tocsin: Running) -> None:
    found(tocsin, result=Result.UNKNOWN)

    assert math.isnan(figures(tocsin)["probe_success"])


def test_a_probe_that_was_never_asked_is_unknown(tocsin: Running) -> None:
    shown = figures(tocsin)

    assert list(shown) == ["probe_success"]
    assert math.isnan(shown["probe_success"])


def test_an_answer_from_before_three_intervals_is_unknown_again_whatever_it_was(tocsin: Running) -> None:
    found(tocsin, result=Result.OK, last_run_at=SystemClock().now() - timedelta(seconds=95))  # every 30 s

    shown = figures(tocsin)

    assert sorted(shown) == ["probe_success", "tocsin_probe_last_run_timestamp_seconds"]
    assert math.isnan(shown["probe_success"])


def test_phases_of_a_redirected_exchange_are_left_out_for_they_would_not_add_up(tocsin: Running) -> None:
    found(tocsin, values={**VALUES, "redirects": 1.0})

    shown = figures(tocsin)

    assert shown["probe_http_redirects"] == 1
    assert [name for name in shown if name.startswith("probe_http_duration_seconds")] == []


def test_a_module_of_blackbox_exporter_is_passed_over(tocsin: Running) -> None:
    found(tocsin)

    assert figures(tocsin, "pag%65&module=http_2xx")["probe_success"] == 0


@pytest.mark.parametrize(
    ("query", "status", "title"),
    [
        ("", 400, "one target is needed"),
        ("?target=", 400, "one target is needed"),
        ("?module=http_2xx", 400, "one target is needed"),
        ("?target=page&target=shop", 400, "one target is needed"),
        ("?target=http://127.0.0.1:9", 404, "no such probe"),
        ("?target=%ff%00", 404, "no such probe"),
    ],
)
def test_only_a_configured_probe_can_be_asked_for(tocsin: Running, query: str, status: int, title: str) -> None:
    reply = tocsin.ask("GET", f"/probe{query}")

    assert (reply.status, reply.json["title"]) == (status, title)


def test_a_probe_taken_out_of_the_file_is_not_shown(tocsin: Running) -> None:
    found(tocsin, "gone")

    assert tocsin.ask("GET", "/probe?target=gone").status == 404


def test_while_nothing_can_be_read_it_is_503_and_comes_back_by_itself(tocsin: Running) -> None:
    tocsin.store.close()

    reply = tocsin.ask("GET", "/probe?target=page")

    assert (reply.status, reply.headers["retry-after"]) == (503, "5")


def test_with_tokens_it_takes_the_right_to_read(tmp_path: Path) -> None:
    guarded = (
        PROBES + "server: {tokens: {eye: {may: [read], secret: open-sesame}, hand: {may: [intake], secret: knock}}}\n"
    )

    with running(tmp_path, guarded) as tocsin:
        answers = [
            tocsin.ask("GET", "/probe?target=page", headers=headers).status
            for headers in ({}, bearer("knock"), bearer("open-sesame"))
        ]

    assert answers == [401, 403, 200]
