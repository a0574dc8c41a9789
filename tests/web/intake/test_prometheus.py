"""What Prometheus posts to an Alertmanager: a list of alerts without a status."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.config.settings import Limits
from agent.errors import Malformed
from agent.model import Letter, Signal
from agent.web.intake import labels
from agent.web.intake.labels import fingerprint
from agent.web.intake.prometheus import read

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def letter(*alerts: Any, limits: Limits = Limits()) -> Letter:  # noqa: B008 - frozen
    return read(json.dumps(alerts).encode(), "prometheus", NOW, limits)


def only(alert: dict[str, Any]) -> Signal:
    [signal] = letter(alert).signals
    return signal


def as_text(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def test_an_end_to_come_is_a_firing_that_ends_by_itself() -> None:
    signal = only(
        {
            "labels": {"alertname": "CheckoutDown"},
            "annotations": {"summary": "down"},
            "startsAt": as_text(NOW - timedelta(minutes=2)),
            "endsAt": as_text(NOW + timedelta(minutes=4)),
            "generatorURL": "http://prometheus.example/graph",
        }
    )

    assert (signal.source, signal.firing, signal.ended_at) == ("prometheus", True, None)
    assert (signal.started_at, signal.expires_at) == (NOW - timedelta(minutes=2), NOW + timedelta(minutes=4))
    assert (signal.labels, signal.annotations) == ({"alertname": "CheckoutDown"}, {"summary": "down"})


def test_an_end_that_has_passed_is_a_resolve() -> None:
    signal = only({"labels": {"a": "b"}, "startsAt": as_text(NOW - timedelta(hours=1)), "endsAt": as_text(NOW)})

    assert (signal.firing, signal.ended_at, signal.expires_at) == (False, NOW, None)


@pytest.mark.parametrize("none", [{}, {"endsAt": None}, {"startsAt": None}, {"endsAt": "0001-01-01T00:00:00.000Z"}])
def test_without_times_it_began_now_and_fires_for_five_minutes(none: dict[str, Any]) -> None:
    signal = only({"labels": {"a": "b"}, **none})

    assert (signal.started_at, signal.expires_at) == (NOW, NOW + timedelta(minutes=5))


def test_a_resolve_without_a_start_does_not_start_after_its_end() -> None:
    end = NOW - timedelta(minutes=3)

    assert only({"labels": {"a": "b"}, "endsAt": as_text(end)}).started_at == end


def test_a_label_without_a_value_is_none_so_that_the_identity_is_alertmanagers() -> None:
    with_it, without = only({"labels": {"alertname": "G", "x": ""}}), only({"labels": {"alertname": "G"}})

    assert with_it.fingerprint == without.fingerprint == "d2b2efc389ce601d"  # as a real Alertmanager calls it
    assert with_it.labels == {"alertname": "G"}


def test_what_is_told_again_is_known_again_after_any_number_of_others() -> None:
    first = {"labels": {"alertname": "First"}}
    others = [{"labels": {"alertname": f"A{number}"}} for number in range(labels._REMEMBERED)]
    long = {"labels": {"alertname": "x" * labels._SHORT}}

    told = only(first).fingerprint
    read(json.dumps(others).encode(), "prometheus", NOW)

    assert only(first).fingerprint == told == fingerprint({"alertname": "First"})
    assert only(long).fingerprint == only(long).fingerprint == fingerprint(long["labels"])
    assert len(labels._known) <= labels._REMEMBERED
    assert max(map(len, labels._known)) <= labels._SHORT


@pytest.mark.parametrize(
    ("alert", "reason"),
    [
        ({}, "at least one label pair required"),
        ({"labels": {}}, "at least one label pair required"),
        ({"labels": {"x": ""}}, "at least one label pair required"),
        (
            {"labels": {"a": "b"}, "startsAt": "2026-01-02T00:00:00Z", "endsAt": "2026-01-01T00:00:00Z"},
            "start time must be before end time",
        ),
        ({"labels": {"a": 1}}, "labels: Expected `str`, got `int`"),
        ({"labels": {"a": "b"}, "startsAt": "yesterday"}, "Invalid RFC3339 encoded datetime"),
        ({"labels": {"a": "b"}, "startsAt": "2026-01-02T00:00:00"}, "Expected `datetime` with a timezone"),
        ("no object", "Expected `object`, got `str`"),
    ],
)
def test_a_bad_alert_does_not_lose_the_good_ones(alert: Any, reason: str) -> None:
    found = letter({"labels": {"alertname": "First"}}, alert, {"labels": {"alertname": "Last"}})

    assert [signal.labels["alertname"] for signal in found.signals] == ["First", "Last"]
    [(index, said)] = found.bad
    assert (index, reason in said) == (1, True), said


@pytest.mark.parametrize("nothing", [b"[]", b"null"])
def test_no_alerts_are_no_fault(nothing: bytes) -> None:
    assert read(nothing, "prometheus", NOW).signals == ()


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "no JSON"),
        (b"nojson", "no JSON"),
        (b"{}", "expected a list"),
        (b"[\xff]", "not UTF-8"),
        (b"[" * 50 + b"]" * 50, "nested deeper"),
        (b'[{"labels":{"a":"b"}, "x": ' + b"[" * 15 + b"]" * 15 + b"}]", "nested deeper than 16 levels"),
        (b'[{"labels":null}, {"x": ' + b'{"y":' * 15 + b"1" + b"}" * 15 + b"}]", "nested deeper than 16 levels"),
        (b'[{"labels": {"a": 1}, "x": ' + b"[" * 15 + b"]" * 15 + b"}]", "nested deeper than 16 levels"),
        (b"[" + b"{}," * 29 + b"{}]", "30 alerts, at most 20"),
        (b"[" + b"{}," * 99 + b"{}]", "101 objects and arrays"),
    ],
)
def test_what_is_no_list_of_alerts_is_malformed(raw: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        read(raw, "prometheus", NOW, Limits(alerts=20))


def test_brackets_in_texts_are_no_depth() -> None:
    assert only({"labels": {"a": "[" * 40 + "{" * 40}, "annotations": {"summary": "{" * 40}}).labels["a"][0] == "["


def test_fourteen_levels_below_an_alert_are_read() -> None:
    deep = b'[{"labels":{"a":"b"}, "x": ' + b"[" * 14 + b"]" * 14 + b"}]"

    assert len(read(deep, "prometheus", NOW).signals) == 1


def test_unknown_fields_are_tolerated() -> None:
    assert only({"labels": {"a": "b"}, "receivers": [{"name": "x"}], "generatorURL": 7}).firing
