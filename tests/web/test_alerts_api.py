"""POST /api/v2/alerts, answered as Alertmanager answers it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.running import Running, bearer, running

PATH = "/api/v2/alerts"


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as found:
        yield found


def test_what_is_on_disk_is_answered_with_200_and_no_body(agent: Running) -> None:
    reply = agent.post_json(PATH, [{"labels": {"alertname": "CheckoutDown"}}])

    assert (reply.status, reply.body) == (200, b"")
    [incident] = agent.store.incidents()[0]
    assert [each.source for each in agent.store.episodes(incident.number)] == ["prometheus"]


def test_the_good_alerts_are_on_file_though_one_is_bad_and_the_answer_is_one_text(agent: Running) -> None:
    reply = agent.post_json(PATH, [{"labels": {"alertname": "LedgerDown"}}, {"labels": {"x": ""}}])

    assert (reply.status, reply.headers["content-type"]) == (400, "application/json")
    assert reply.json == "alerts[1]: at least one label pair required"
    assert [incident.functions for incident in agent.store.incidents()[0]] == [("ledger",)]


@pytest.mark.parametrize("body", [b"", b"nojson", b"{}"])
def test_what_cannot_be_read_is_400_with_a_code_and_a_message(agent: Running, body: bytes) -> None:
    reply = agent.ask("POST", PATH, body)

    assert (reply.status, reply.json["code"]) == (400, 400)
    assert reply.json["message"]


def test_it_needs_the_right_to_take_in(tmp_path: Path) -> None:
    from agent.config.settings import Token
    from agent.model import Secret

    body = json.dumps([{"labels": {"alertname": "CheckoutDown"}}]).encode()
    with running(tmp_path) as agent:
        agent.configure(
            tokens=(
                Token("prometheus", frozenset({"intake"}), Secret("hunter2")),
                Token("reader", frozenset({"read"}), Secret("looks")),
            )
        )
        without = agent.ask("POST", PATH, body)
        wrong = agent.ask("POST", PATH, body, bearer("looks"))
        right = agent.ask("POST", PATH, body, bearer("hunter2"))

    assert (without.status, wrong.status, right.status) == (401, 403, 200)


def test_nothing_is_listed_there(agent: Running) -> None:
    assert agent.ask("GET", PATH).status == 405
    assert agent.ask("POST", "/api/v2/silences", b"{}").status == 404
