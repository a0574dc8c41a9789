"""The page of a register's link: what is asked of a party is answered there (4.3(c), 2.2(e))."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.engine.registered import Advance, Register
from agent.model import TRIAL, Change, Item, ItemKind, Link, Party
from agent.rules.register import Act
from tests.web.running import FILE, Running, running
from tests.web.test_link_asked import send
from tests.web.test_link_page import words

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def agent(tmp_path: Path) -> Any:
    member = '      zhou: {role: member, reach: ["log://"]}\nsignals:\n'
    with running(tmp_path, FILE.replace("signals:\n", member, 1)) as started:
        yield started


def put(agent: Running, kind: str, by: str, text: str, what: str = "", **more: Any) -> Item:
    item: Item = agent.desk.submit(Register(ItemKind(kind), by, text, what, **more)).result(10).item
    people = [("wang", Party.CUSTOMER), ("zhou", Party.CUSTOMER), ("lee", Party.PROVIDER), ("chen", Party.PROVIDER)]
    links = [Link(f"for{who}", "", party, who, AT, about=f"item:{item.id}") for who, party in people]
    room = Link("forRoom", "", Party.CUSTOMER, "", AT, endpoint="room", about=f"item:{item.id}")
    trial = Link("forTrial", "", Party.CUSTOMER, "", AT, endpoint=TRIAL, about=f"item:{item.id}")
    agent.store.commit(Change(links=[*links, room, trial]))
    return item


def state(agent: Running, item: Item) -> str:
    found = agent.store.item(item.id)
    assert found is not None
    return found.state


def test_what_is_proposed_is_accepted_on_its_page(agent: Running) -> None:
    """OB-512, 4.3(c): shown with owner and number; accepted, nothing is left to do."""
    item = put(agent, "improvement", "lee", "train the tills", owner="wang")
    page = words(agent.ask("GET", "/a/forwang").text)
    assert "train the tills" in page
    assert item.id in page
    assert "不同意" in page
    assert "不同意" not in words(agent.ask("GET", "/a/forlee").text)
    assert state(agent, item) == "proposed"

    after = send(agent, "forwang", answer="accept")

    assert (after.status, state(agent, item)) == (200, "open")
    assert "此处无需您再操作。" in words(after.text)
    assert send(agent, "forwang", answer="accept").status == 200
    assert state(agent, item) == "open"


def test_a_decline_needs_a_reason(agent: Running) -> None:
    """4.3(c)"""
    item = put(agent, "improvement", "lee", "train the tills", owner="wang")

    silent = send(agent, "forwang", answer="withdraw", text=" ")
    said = send(agent, "forwang", answer="withdraw", text="已培训")

    assert (silent.status, said.status, state(agent, item)) == (422, 200, "withdrawn")
    assert "请填写理由。" in words(silent.text)
    assert agent.store.item(item.id).reason == "已培训"  # type: ignore[union-attr]


def test_who_may_not_decide_is_told_so_and_nothing_changes(agent: Running) -> None:
    """4.3(c): a member that is not the owner; the party that proposed it; a room that names nobody; a trial."""
    item = put(agent, "improvement", "lee", "train the tills", owner="wang")

    member, own = send(agent, "forzhou", answer="accept"), send(agent, "forlee", answer="accept")
    nobody, foreign = send(agent, "forRoom", answer="accept"), send(agent, "forRoom", answer="accept", contact="lee")
    trial = send(agent, "forTrial", answer="accept")

    assert (member.status, nobody.status, foreign.status) == (422, 422, 422)
    assert (own.status, trial.status) == (200, 200)
    assert "您无权答复" in words(member.text)
    assert state(agent, item) == "proposed"


def test_what_was_carried_out_is_verified_by_the_other_party(agent: Running) -> None:
    """OB-512, 4.3(c)"""
    item = put(agent, "improvement", "lee", "alert on the pool")
    agent.desk.submit(Advance(item.id, Act.DONE, "lee", "deployed")).result(10)
    assert "deployed" in words(agent.ask("GET", "/a/forwang").text)

    assert send(agent, "forRoom", answer="verify", contact="zhou").status == 200

    found = agent.store.item(item.id)
    assert found is not None
    assert (found.state, found.verified_by) == ("verified", "zhou")


def test_a_risk_is_taken_with_a_reason(agent: Running) -> None:
    """OB-701, 2.2(e)"""
    item = put(agent, "vulnerability", "chen", "old TLS", "high")
    assert "同意" not in words(agent.ask("GET", "/a/forwang").text).partition("编号")[0]
    agent.desk.submit(Advance(item.id, Act.ACCEPT, "lee", "the tills go in March")).result(10)

    silent, said = send(agent, "forwang", answer="accept"), send(agent, "forwang", answer="accept", text="知悉")

    assert (silent.status, said.status, state(agent, item)) == (422, 200, "accepted")


def test_a_link_of_no_line_is_unknown(agent: Running) -> None:
    agent.store.commit(Change(links=[Link("lost", "", Party.CUSTOMER, "wang", AT, about="item:IMP-20990101-001")]))

    assert agent.ask("GET", "/a/lost").status == 404
