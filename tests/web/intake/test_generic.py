"""Any other monitor's alerts: a title, a status, labels."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.config.settings import Limits
from agent.errors import Malformed
from agent.model import Letter, Signal
from agent.web.intake.generic import read

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def letter(body: Any) -> Letter:
    return read(json.dumps(body).encode(), "generic", NOW)


def only(**alert: Any) -> Signal:
    [signal] = letter(alert).signals
    return signal


def test_a_title_and_a_status_are_enough() -> None:
    signal = only(title="CheckoutDown", status="firing")

    assert (signal.source, signal.firing) == ("generic", True)
    assert (signal.labels, signal.annotations) == ({"alertname": "CheckoutDown"}, {"summary": "CheckoutDown"})
    assert (signal.started_at, signal.expires_at) == (NOW, None)


def test_what_is_over_is_the_same_alert_without_any_identity_of_its_own() -> None:
    down = only(title="CheckoutDown", status="DOWN", labels={"host": "a"})
    up = only(title="CheckoutDown", status="Up", labels={"host": "a"})

    assert (down.firing, up.firing, up.ended_at) == (True, False, NOW)
    assert down.fingerprint == up.fingerprint


def test_labels_and_annotations_of_the_sender_come_before_the_title() -> None:
    signal = only(title="Disk", status="firing", labels={"alertname": "DiskFull"}, annotations={"summary": "97 %"})

    assert (signal.labels, signal.annotations) == ({"alertname": "DiskFull"}, {"summary": "97 %"})


def test_an_identity_of_the_sender_is_kept() -> None:
    assert only(title="x", fingerprint="zabbix/4711").fingerprint == "zabbix/4711"


def test_times_are_the_senders_and_a_firing_may_end_by_itself() -> None:
    signal = only(title="x", status="firing", starts_at="2026-11-23T02:00:00Z", ends_at="2026-11-23T04:00:00+00:00")

    assert signal.started_at == NOW - timedelta(hours=1)
    assert (signal.ended_at, signal.expires_at) == (None, NOW + timedelta(hours=1))


@pytest.mark.parametrize(
    ("ends_at", "fires"), [(None, True), ("2026-11-23T04:00:00Z", True), ("2026-11-23T02:00:00Z", False)]
)
def test_without_a_status_the_end_decides(ends_at: str | None, fires: bool) -> None:
    assert only(title="x", ends_at=ends_at).firing == fires


def test_a_bad_one_does_not_lose_the_good_ones() -> None:
    found = letter([{"title": "A"}, {"title": "B", "status": "maybe"}, {}, {"title": "C", "starts_at": "now"}, 7])

    assert [signal.labels["alertname"] for signal in found.signals] == ["A"]
    assert [index for index, _ in found.bad] == [1, 2, 3, 4]
    assert found.bad[0][1] == "status 'maybe' is not known here: write firing or resolved"


@pytest.mark.parametrize("raw", [b"", b"7", b'"text"', b"nojson", b"[\xff]", b"[" * 99 + b"]" * 99])
def test_what_is_no_alert_is_malformed(raw: bytes) -> None:
    with pytest.raises(Malformed):
        read(raw, "generic", NOW)


def test_what_is_far_too_long_is_bad() -> None:
    limits = Limits(label=64)
    bodies = [{"title": "x" * 65}, {"title": "x", "fingerprint": "y" * 129}, {"title": "x", "labels": {"a": "b" * 65}}]

    found = read(json.dumps(bodies).encode(), "generic", NOW, limits)

    assert ([index for index, _ in found.bad], found.signals) == ([0, 1, 2], ())


def test_unknown_fields_and_nul_are_tolerated() -> None:
    assert only(title="a\x00b", severity={"deep": [1]}).labels == {"alertname": "ab"}
