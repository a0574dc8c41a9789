"""Monitors of a shape of their own at the door: the file says where their bodies say what."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.running import FILE, Running, running

LAYOUTS = """
sources:
  generic:
    zabbix:
      title: trigger.name
      status: event.value
      firing: ["1"]
      resolved: ["0"]
      labels: {host: host.name, severity: trigger.severity, first_tag: [tags, "0", tag]}
      annotations: {summary: message}
      starts_at: event.clock
      ends_at: event.r_clock
      fingerprint: event.id
    batch: {each: data.alerts, title: [labels, rule.name], status: is_bad, firing: [true], resolved: [false]}
"""
ZABBIX: dict[str, Any] = {
    "event": {"id": 4711, "value": "1", "clock": "1795402740"},
    "trigger": {"name": "CheckoutDown", "severity": 4},
    "host": {"name": "web-1"},
    "tags": [{"tag": "shop"}],
    "message": "no data for 5m",
}
OVER = {**ZABBIX, "event": {**ZABBIX["event"], "value": "0", "r_clock": 1795402800000}}


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, FILE + LAYOUTS) as found:
        yield found


def test_what_the_file_names_is_found_wherever_it_stands(agent: Running) -> None:
    reply = agent.post_json("/webhooks/generic/zabbix", ZABBIX)

    assert (reply.status, reply.json["received"], reply.json["new"]) == (200, 1, 1)
    [episode] = agent.store.episodes(reply.json["incidents"][0])
    assert (episode.source, episode.fingerprint) == ("generic/zabbix", "4711")
    assert episode.labels == {
        "alertname": "CheckoutDown",
        "monitor": "zabbix",
        "host": "web-1",
        "severity": "4",
        "first_tag": "shop",
    }
    assert episode.started_at.isoformat() == "2026-11-23T02:59:00+00:00"


def test_its_own_words_say_that_it_is_over_and_since_when(agent: Running) -> None:
    [number] = agent.post_json("/webhooks/generic/zabbix", ZABBIX).json["incidents"]

    again = agent.post_json("/webhooks/generic/zabbix", ZABBIX)
    over = agent.post_json("/webhooks/generic/zabbix", OVER)

    assert (again.json["new"], over.json["new"]) == (0, 1)
    [episode] = agent.store.episodes(number)
    assert episode.ended_at is not None
    assert episode.ended_at.isoformat() == "2026-11-23T03:00:00+00:00"
    assert [each.state for each in agent.store.incidents()[0]] == ["verifying"]


def test_each_alert_of_a_list_is_one_and_a_bad_one_takes_no_other_with_it(agent: Running) -> None:
    good = {"labels": {"rule.name": "CheckoutDown"}, "is_bad": True}
    unnamed, worded, naked = {"is_bad": True}, {**good, "is_bad": "perhaps"}, 7

    reply = agent.post_json("/webhooks/generic/batch", {"data": {"alerts": [unnamed, good, worded, naked]}})

    assert (reply.status, reply.json["received"], reply.json["new"]) == (400, 4, 1)
    assert [(each["index"], each["reason"]) for each in reply.json["bad"]] == [
        (0, "no title: nothing stands at labels.rule.name"),
        (2, "status 'perhaps' is not known here: write firing or resolved"),
        (3, "no title: nothing stands at labels.rule.name"),
    ]


@pytest.mark.parametrize("clock", ["soon", "2026-11-23 03:00:00", True, 1e300, "9" * 30, -1, {}])
def test_a_time_that_is_none_makes_that_alert_bad(agent: Running, clock: Any) -> None:
    reply = agent.post_json("/webhooks/generic/zabbix", {**ZABBIX, "event": {"value": "1", "clock": clock}})

    assert reply.status == 400
    assert reply.json["bad"][0]["reason"].startswith("event.clock is no time: write RFC 3339 with a zone")


@pytest.mark.parametrize("said", ["2026-11-23T10:59:00+08:00", 1795402740, 1795402740.0, "1795402740000"])
def test_a_time_is_read_as_a_date_with_its_zone_or_as_unix_time(agent: Running, said: Any) -> None:
    reply = agent.post_json("/webhooks/generic/zabbix", {**ZABBIX, "event": {"value": "1", "clock": said}})

    [episode] = agent.store.episodes(reply.json["incidents"][0])
    assert episode.started_at.isoformat() == "2026-11-23T02:59:00+00:00"


def test_unix_time_0_is_none(agent: Running) -> None:
    going_on = {**ZABBIX, "event": {**ZABBIX["event"], "r_clock": "0"}}

    reply = agent.post_json("/webhooks/generic/zabbix", going_on)

    [episode] = agent.store.episodes(reply.json["incidents"][0])
    assert episode.ended_at is None


@pytest.mark.parametrize("body", [b"", b"{", b"\xff{}", b'{"data":{"alerts":7}}', b"[" * 40, b'{"data":{}}'])
def test_a_body_without_what_the_file_names_is_refused_and_kept(agent: Running, body: bytes) -> None:
    reply = agent.ask("POST", "/webhooks/generic/batch", body)

    assert (reply.status, reply.json["bad"]) == (400, [])


def test_a_monitor_that_the_file_does_not_name_is_not_let_in_by_guess(agent: Running) -> None:
    reply = agent.post_json("/webhooks/generic/other", ZABBIX)

    assert reply.status == 404
    assert "sources.generic names batch, zabbix" in reply.json["detail"]
