"""Grafana and other monitors at the door: their bodies, and the signature over them."""

import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from agent.config.settings import Token
from agent.model import Secret
from agent.web.access import Asked, admit_signed
from tests.support import grafana
from tests.web.running import Reply, Running, bearer, running

HEADER, TIME = grafana.SIGNATURE, "X-Grafana-Alerting-Signature-Timestamp"
HOOK = "/webhooks/alertmanager"

GRAFANA = grafana.firing("CheckoutDown")


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as found:
        yield found


def signing_with(agent: Running, *, timestamp: str = "", secret: str = "key", may: str = "intake") -> None:
    """Only who signs may come in."""
    agent.configure(
        tokens=(
            Token(
                "grafana",
                frozenset({may}),
                Secret(secret),
                is_hashed=secret.startswith("sha256:"),
                hmac_header=HEADER,
                hmac_timestamp_header=timestamp,
            ),
        )
    )


def send(agent: Running, *, signed: bytes | None = None, key: str = "key", **headers: str) -> Reply:
    """Grafana's message, with a signature over it (or over something else)."""
    body = json.dumps(GRAFANA).encode()
    signature = hmac.new(key.encode(), body if signed is None else signed, sha256).hexdigest()
    return agent.ask("POST", HOOK, body, {HEADER: signature, **headers})


def test_grafanas_message_opens_an_incident_and_is_a_source_of_its_own(agent: Running) -> None:
    reply = agent.post_json(HOOK, GRAFANA)

    assert (reply.status, reply.json["received"], reply.json["new"]) == (200, 2, 2)
    episodes = agent.store.episodes(reply.json["incidents"][0])
    assert {each.source for each in episodes} == {"grafana"}
    assert {each.fingerprint for each in episodes} == {"c6eadffa33fcdf37", "bc97ff14869b13e3"}
    assert {each.started_at.isoformat() for each in episodes} == {"2026-11-23T02:59:00.157076+00:00"}


def test_grafanas_message_that_it_is_over_ends_it(agent: Running) -> None:
    agent.post_json(HOOK, GRAFANA)

    reply = agent.post_json(HOOK, grafana.resolved("CheckoutDown"))

    assert (reply.status, reply.json["new"]) == (200, 2)
    assert [each.state for each in agent.store.incidents()[0]] == ["verifying"]


def test_grafanas_message_has_every_field_that_its_documentation_lists() -> None:
    assert set(GRAFANA) == set(grafana.OF_A_MESSAGE)
    assert [set(each) for each in GRAFANA["alerts"]] == [set(grafana.OF_AN_ALERT)] * 2


def test_grafanas_bad_alert_does_not_lose_its_good_one(agent: Running) -> None:
    reply = agent.post_json(HOOK, {**GRAFANA, "alerts": [*GRAFANA["alerts"], {"status": "firing", "labels": 7}]})

    assert (reply.status, reply.json["new"], [each["index"] for each in reply.json["bad"]]) == (400, 2, [2])
    assert {each.source for each in agent.store.episodes(reply.json["incidents"][0])} == {"grafana"}


def test_another_monitor_opens_and_ends_what_it_says(agent: Running) -> None:
    down = agent.post_json("/webhooks/generic", {"title": "CheckoutDown", "status": "down", "team": "shop"})
    up = agent.post_json("/webhooks/generic", [{"title": "CheckoutDown", "status": "up"}])

    [number] = down.json["incidents"]
    assert (down.status, up.status, up.json) == (200, 200, {"received": 1, "new": 1, "incidents": [number]})
    assert [(each.number, each.state) for each in agent.store.incidents()[0]] == [(number, "verifying")]


def test_the_documented_signatures_are_those_that_are_asked_for() -> None:
    """HMAC(body) and HMAC(timestamp + ":" + body) in hexadecimal digits; these two are OpenSSL's."""
    body, now = b'{"status":"firing"}', datetime(2026, 11, 23, 3, 0, 5, tzinfo=UTC)
    token = Token("grafana", frozenset({"intake"}), Secret("key"), hmac_header=HEADER)
    alone = {HEADER.lower().encode(): b"e2edb22a2a1a4c9ef59c8de1097faf148cf3d6cc7cb88e964ced2d1ae50daead"}
    with_time = {
        HEADER.lower().encode(): b"fd0fec073da5b6f905d02b7e4f4fbbf6246e6cd777679693b54fad5eafe13683",
        TIME.lower().encode(): b"1795402800",
    }

    callers = [
        admit_signed(Asked(peer="10.0.0.9", local="10.0.0.7", headers=alone), token, body, now, "intake"),
        admit_signed(
            Asked(peer="10.0.0.9", local="10.0.0.7", headers=with_time),
            replace(token, hmac_timestamp_header=TIME), body, now, "intake",
        ),
    ]  # fmt: skip

    assert [each.name for each in callers] == ["grafana", "grafana"]


def test_a_fault_that_is_told_after_its_end_opens_nothing(agent: Running) -> None:
    """What was told again and again while the agent was away arrives in any order."""
    end, begin = "2026-11-23T03:00:00Z", "2026-11-23T02:59:00Z"
    over = {"title": "CheckoutDown", "status": "ok", "starts_at": end, "ends_at": end}
    bad = {"title": "CheckoutDown", "status": "critical", "starts_at": begin}

    replies = [agent.post_json("/webhooks/generic", each) for each in (over, bad, bad)]

    assert [reply.status for reply in replies] == [200, 200, 200]
    assert [each.state for each in agent.store.incidents()[0] if each.state == "open"] == []


def test_a_good_signature_lets_in(agent: Running) -> None:
    signing_with(agent)

    assert send(agent).status == 200


def test_a_signature_over_the_time_as_well_lets_in(agent: Running) -> None:
    signing_with(agent, timestamp=TIME)
    now = str(int(agent.clock.now().timestamp()))

    assert send(agent, signed=now.encode() + b":" + json.dumps(GRAFANA).encode(), **{TIME: now}).status == 200


@pytest.mark.parametrize("off_s", [-301, 301, None])
def test_what_was_signed_long_ago_is_not_let_in_again(agent: Running, off_s: int | None) -> None:
    signing_with(agent, timestamp=TIME)
    then = "" if off_s is None else str(int(agent.clock.now().timestamp()) + off_s + (1 if off_s > 0 else 0))

    reply = send(agent, signed=then.encode() + b":" + json.dumps(GRAFANA).encode(), **{TIME: then})

    assert (reply.status, "5 minutes" in reply.json["detail"]) == (401, True)


def test_a_signature_over_another_body_or_with_another_key_is_refused(agent: Running) -> None:
    signing_with(agent)

    replies = [send(agent, signed=b"{}"), send(agent, key="guess"), agent.post_json(HOOK, GRAFANA)]

    assert [reply.status for reply in replies] == [401, 401, 401]
    assert agent.store.incidents()[0] == []


def test_a_key_that_signs_is_no_bearer_token(agent: Running) -> None:
    signing_with(agent)

    assert agent.ask("POST", HOOK, b"{}", bearer("key")).status == 401


def test_where_the_key_could_not_be_read_nobody_can_sign(agent: Running) -> None:
    nobodys = "sha256:" + "0" * 64
    signing_with(agent, secret=nobodys)

    assert (send(agent, key=nobodys).status, send(agent, key="").status) == (401, 401)


def test_a_signature_opens_nothing_but_what_its_token_may(agent: Running) -> None:
    signing_with(agent, may="read")
    may_not = send(agent).status
    signing_with(agent)
    not_this_way = agent.ask("GET", "/metrics", headers={HEADER: hmac.new(b"key", b"", sha256).hexdigest()}).status

    assert (may_not, not_this_way) == (403, 401)
