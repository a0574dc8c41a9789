"""/ping of the customer's own watch: only under a token of the customer's (2.3(a))."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.model import Party
from tests.web.running import FILE, Running, bearer, running
from tests.web.test_parties import token

WATCHED = FILE.replace("  backup:", "  tills: {heartbeat: {within: 1h}, party: customer}\n  backup:")


def may_ping(name: str, party: Party) -> object:
    return replace(token(name, party), may=frozenset({"ping"}))


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, WATCHED) as started:
        yield started


def test_a_token_of_the_customers_pings_it_and_nobody_elses_does(agent: Running) -> None:
    """OB-203, 2.3(a): nobody else says for the customer that it watches."""
    agent.configure(tokens=(may_ping("desk", Party.PROVIDER), may_ping("shop", Party.CUSTOMER)))

    own, other = (agent.ask("POST", "/ping/tills", headers=bearer(who)) for who in ("shop", "desk"))
    failed = agent.ask("POST", "/ping/tills/fail", headers=bearer("desk"))

    assert (own.status, other.status, failed.status) == (200, 403, 403)
    assert (other.json["clause"], "the customer's own watch" in other.json["detail"]) == ("2.3(a)", True)
    assert agent.pinged == [("tills", False)]


def test_the_customers_token_pings_the_providers_heartbeats_as_before(agent: Running) -> None:
    agent.configure(tokens=(may_ping("shop", Party.CUSTOMER),))

    assert agent.ask("POST", "/ping/backup", headers=bearer("shop")).status == 200


def test_without_tokens_nobody_is_the_customer(agent: Running) -> None:
    """2.3(a): of a ping over loopback nobody knows whose it is."""
    assert agent.ask("POST", "/ping/tills").status == 403
    assert agent.ask("POST", "/ping/backup").status == 200
