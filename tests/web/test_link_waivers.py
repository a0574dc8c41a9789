"""The page of a notice's link lets a duty go that the other party asks to be let off (section 5)."""

from pathlib import Path
from typing import Any

import pytest

from agent.engine.stated import Record
from agent.model import Change, EntryKind, Link, ObligationState, Party
from tests.web.running import FILE, Running, running
from tests.web.test_link_asked import AT, said, send
from tests.web.test_link_page import words

ADOPTED = FILE.replace(
    "agreement:\n", "agreement:\n  adopted: {provider: lee, customer: wang, at: 2026-01-01, terms: all}\n", 1
).replace("signals:\n", '      zhou: {role: member, reach: ["log://"]}\nsignals:\n', 1)


@pytest.fixture
def agent(tmp_path: Path) -> Any:
    with running(tmp_path, ADOPTED) as started:
        yield started


@pytest.fixture
def number(agent: Running) -> str:
    """An incident whose assessment the provider asks to be let off."""
    number = agent.opened().number
    links = [Link(f"for{who}", number, party, who, AT) for who, party in
             (("lee", Party.PROVIDER), ("wang", Party.CUSTOMER), ("zhou", Party.CUSTOMER))]  # fmt: skip
    agent.store.commit(Change(links=links))
    wish = Record(number, EntryKind.WAIVER_REQUEST, "lee", "", {"text": "shut tonight"}, "assess")
    agent.desk.submit(wish).result(10)
    return number


def assessment(agent: Running, number: str) -> ObligationState:
    found, _ = agent.store.obligations(incident=number, limit=500)
    return next(each.state for each in found if each.name == "assess")


def test_the_wish_is_shown_to_whom_it_is_owed_and_granted_there(agent: Running, number: str) -> None:
    """Section 5, 3.5: with the reason; granted, it is shown no more."""
    page = words(agent.ask("GET", "/a/forwang").text)
    assert "是否同意免除：确认与评估？ shut tonight Lee Ann于" in page
    assert "shut tonight" not in words(agent.ask("GET", "/a/forlee").text)

    after = send(agent, "forwang", waiver=f"assess-{number}", text="同意")

    assert after.status == 200
    assert said(agent, number, "waiver") == [("wang", f"assess-{number}", "同意", "link")]
    assert assessment(agent, number) is ObligationState.WAIVED
    assert "shut tonight" not in words(after.text)


def test_who_may_not_and_who_says_nothing_lets_nothing_go(agent: Running, number: str) -> None:
    """Section 5: it takes a principal or coordinator of the creditor, and a reason."""
    member = send(agent, "forzhou", waiver=f"assess-{number}", text="同意")
    silent = send(agent, "forwang", waiver=f"assess-{number}", text=" ")
    debtor = send(agent, "forlee", waiver=f"assess-{number}", text="we agree")

    assert (member.status, silent.status, debtor.status) == (422, 422, 422)
    assert "须由贵方负责人或指定人员同意免除。" in words(member.text)
    assert said(agent, number, "waiver") == []
    assert assessment(agent, number) is ObligationState.RUNNING


def test_granted_twice_the_page_says_how_it_stands(agent: Running, number: str) -> None:
    """A late or repeated act changes nothing."""
    send(agent, "forwang", waiver=f"assess-{number}", text="同意")

    again = send(agent, "forwang", waiver=f"assess-{number}", text="再次同意")

    assert again.status == 200
    assert len(said(agent, number, "waiver")) == 1
