"""Statements about no incident over the API and on their page (fact 15); an acceptance that one party wrote down."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.cli import main
from agent.engine.joint import Compare
from agent.model import STATEMENTS, Change, Link, Party
from tests.web.running import FILE, Running, running
from tests.web.test_link_asked import send
from tests.web.test_link_page import words
from tests.web.test_parties import get, post, token

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TOKENS = (token("desk", Party.PROVIDER), token("shop", Party.CUSTOMER))
TRAINED = {"kind": "attestation", "what": "training", "text": "all managers", "by": "wang", "means": "phone"}


@pytest.fixture
def agent(tmp_path: Path) -> Any:
    with running(tmp_path) as started:
        started.configure(tokens=TOKENS)
        yield started


@pytest.fixture
def item(agent: Running) -> str:
    """What the provider's desk wrote down for wang."""
    number: str = post(agent, "desk", "/register", TRAINED).json["id"]
    links = [
        Link("forWang", number, Party.CUSTOMER, "wang", AT, about=STATEMENTS),
        Link("forLee", number, Party.PROVIDER, "lee", AT, about=STATEMENTS),
    ]
    agent.store.commit(Change(links=links))
    return number


def waiting(agent: Running, matter: str) -> str:
    """Until asked at once: how its statement stands."""
    return str(get(agent, "shop", f"/statements/{matter}").json["items"][0]["state"])


def test_a_line_shows_whose_word_it_is_until_that_is_confirmed(agent: Running, item: str) -> None:
    """OB-704, 2.3(e), fact 15"""
    [before] = get(agent, "desk", f"/register/{item}").json["stated"]

    done = post(agent, "shop", f"/statements/{item}/S1/confirmation", {"by": "wang"})
    again = post(agent, "shop", f"/statements/{item}/S1/confirmation", {"by": "wang"})

    [after] = get(agent, "shop", f"/register/{item}").json["stated"]
    assert (before["state"], before["by"], before["recorded_by"], before["matter"]) == ("waiting", "wang", "desk", item)
    assert (done.status, again.status, after["state"]) == (201, 200, "confirmed")


def test_the_party_that_wrote_it_down_cannot_answer_it(agent: Running, item: str) -> None:
    """Fact 15: neither with its own people nor with its token; an unknown matter or number is not found."""
    own = post(agent, "desk", f"/statements/{item}/S1/confirmation", {"by": "wang"})
    wrong = post(agent, "shop", f"/statements/{item}/S1/dispute", {"by": "lee", "text": "no"})
    lost = post(agent, "shop", f"/statements/{item}/S9/dispute", {"by": "wang", "text": "no"})
    nothing = get(agent, "shop", "/statements/IMP-20990101-001")

    assert (own.status, wrong.status, lost.status, nothing.status) == (409, 403, 404, 404)
    assert waiting(agent, item) == "waiting"


def test_its_page_confirms_or_corrects(agent: Running, item: str) -> None:
    """Fact 15: the link shows it; a correction needs words."""
    page = words(agent.ask("GET", "/a/forWang").text)
    assert item in page
    assert "all managers" in page
    assert "all managers" not in words(agent.ask("GET", "/a/forLee").text)

    silent = send(agent, "forWang", statement="S1", answer="correct", text=" ")
    said = send(agent, "forWang", statement="S1", answer="correct", text="只培训了一半")

    assert (silent.status, said.status) == (422, 200)
    assert waiting(agent, item) == "disputed"
    assert "只培训了一半" in words(said.text)


def test_tocsin_confirms_and_disputes_it(agent: Running, item: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fact 15"""
    monkeypatch.setenv("TOCSIN_TOKEN", "shop")
    url = ["--url", f"http://127.0.0.1:{agent.port}"]
    doubt = CliRunner().invoke(main, ["register", "list", *url], catch_exceptions=False).stdout

    done = CliRunner().invoke(
        main, ["dispute", item.lower(), "S1", "--as", "wang", "--because", "half of them", *url], catch_exceptions=False
    )

    assert "recorded, stated" in doubt
    assert done.stdout == "S1, attestation given of wang: disputed by wang\n"
    assert "recorded, DISPUTED" in CliRunner().invoke(main, ["register", "list", *url], catch_exceptions=False).stdout


def test_the_providers_token_does_not_accept_for_the_customer(agent: Running) -> None:
    """Facts 14, 15: it is stated, told, and counts once the customer's principal has confirmed it."""
    agent.desk.submit(Compare()).result(10)
    agent.path.write_text(FILE.replace("agreement:\n", "agreement:\n  version: 2\n", 1))
    agent.office.reload()
    agent.configure(tokens=TOKENS)
    agent.desk.submit(Compare()).result(10)

    post(agent, "desk", "/terms/accept", {"by": "lee"})
    stated = post(agent, "desk", "/terms/accept", {"by": "wang"})
    own = post(agent, "desk", "/statements/agreement-2/S1/confirmation", {"by": "wang"})

    assert (stated.status, stated.json["proposed"]["waits_for"]) == (201, ["customer"])
    assert [each["state"] for each in stated.json["stated"]] == ["waiting"]
    assert own.status == 409
    assert post(agent, "shop", "/statements/agreement-2/S1/confirmation", {"by": "wang"}).status == 201
    assert get(agent, "shop", "/terms/proposed").json["in_force"]["version"] == 2
