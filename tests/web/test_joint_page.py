"""The link of a proposed agreement: it shows what would change, and only a POST accepts or rejects (fact 14)."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.web.running import Reply, Running, running
from tests.web.test_joint import propose


@pytest.fixture
def agent(tmp_path: Path) -> Any:
    with running(tmp_path) as started:
        propose(started)
        yield started


def path_of(agent: Running, contact: str) -> str:
    link = agent.store.link_for("", contact, "terms:2")
    assert link is not None
    return f"/a/{link.token}"


def answered(agent: Running, contact: str, **form: str) -> Reply:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return agent.ask("POST", path_of(agent, contact), urlencode(form).encode(), headers)


def states(agent: Running) -> list[str]:
    return [part.state for part in agent.store.standing_parts()]


def test_opening_it_shows_what_would_change_and_accepts_nothing(agent: Running) -> None:
    """Fact 14; link scanners open every link they see."""
    page = agent.ask("GET", path_of(agent, "lee"))

    assert page.status == 200
    assert "Version 2 waits for you" in page.text
    assert "new: 2" in page.text
    assert "Accept for the provider" in page.text
    assert states(agent) == ["in_force", "proposed"]


def test_each_principal_accepts_by_their_own_link(agent: Running) -> None:
    """Fact 14: in force when both principals accept."""
    first = answered(agent, "lee", answer="accept")
    second = answered(agent, "wang", answer="accept")

    assert "It waits for the other party" in first.text
    assert "已生效" in second.text
    [part] = agent.store.standing_parts()
    assert (part.version, part.provider, part.customer) == (2, "lee", "wang")
    assert "It is in force." in agent.ask("GET", path_of(agent, "lee")).text


def test_a_rejection_needs_its_reason(agent: Running) -> None:
    without = answered(agent, "wang", answer="reject")
    assert (without.status, states(agent)) == (422, ["in_force", "proposed"])

    page = answered(agent, "wang", answer="reject", reason="与约定不符")

    assert "wang已否决：与约定不符" in page.text
    assert states(agent) == ["in_force", "rejected"]


def test_who_may_not_sign_has_no_link(agent: Running) -> None:
    assert agent.store.link_for("", "chen", "terms:2") is None
    assert agent.ask("GET", "/a/nothing").status == 404


def test_a_link_of_what_is_over_accepts_nothing(agent: Running) -> None:
    answered(agent, "wang", answer="reject", reason="no")

    page = answered(agent, "lee", answer="accept")

    assert page.status == 200
    assert "Rejected by wang: no" in page.text
    assert states(agent) == ["in_force", "rejected"]
