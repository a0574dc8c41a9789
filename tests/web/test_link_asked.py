"""The page of a notice's link: requests are answered there, a recovery is confirmed or objected to (4.2)."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from agent.engine.stated import Record
from agent.engine.works import Regrade, Wake
from agent.model import TRIAL, Change, EntryKind, Link, Party, State
from tests.web.running import FILE, Reply, Running, firing, running
from tests.web.test_link_page import words

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture
def number(agent: Running) -> str:
    number = agent.opened().number
    links = [
        Link("forLee", number, Party.PROVIDER, "lee", AT),
        Link("forWang", number, Party.CUSTOMER, "wang", AT),
        Link("forRoom", number, Party.CUSTOMER, "", AT, endpoint="room"),
        Link("forTrial", number, Party.CUSTOMER, "", AT, endpoint=TRIAL),
    ]
    agent.store.commit(Change(links=links))
    return number


def ask(agent: Running, number: str, by: str = "lee", what: str = "cooperation") -> None:
    agent.desk.submit(Record(number, EntryKind.REQUEST, by, what, {"text": "may it stop?"})).result(10)


def send(agent: Running, token: str, **form: str) -> Reply:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return agent.ask("POST", f"/a/{token}", urlencode(form).encode(), headers)


def said(agent: Running, number: str, kind: str) -> list[tuple[str, str, str, str]]:
    return [
        (each.by, each.about or each.what, str(each.said.get("text", "")), each.means)
        for each in agent.store.entries(number)
        if each.kind == kind
    ]


def test_an_open_request_is_shown_to_the_party_that_is_asked_and_answered_there(agent: Running, number: str) -> None:
    """4.2(b), OB-602: with what is asked, by whom and until when; answered, it is shown no more."""
    ask(agent, number)
    page = words(agent.ask("GET", "/a/forWang").text)
    assert "请求R-1：请贵方协作 may it stop? Lee Ann于" in page
    assert "前答复（默认目标）" in page
    assert "R-1" not in words(agent.ask("GET", "/a/forLee").text)

    after = send(agent, "forWang", request="R-1", text="可以")

    assert after.status == 200
    assert said(agent, number, "answer") == [("wang", "R-1", "可以", "link")]
    assert "may it stop?" not in words(after.text)
    assert list(agent.store.acknowledgements(number)) == []


def test_an_answer_without_words_or_a_name_is_asked_for_again(agent: Running, number: str) -> None:
    """4.2(b): nothing is on file; a room's link asks who it is."""
    ask(agent, number)

    empty = send(agent, "forWang", request="R-1", text="  ")
    nobody = send(agent, "forRoom", request="R-1", text="可以")
    foreign = send(agent, "forRoom", request="R-1", text="可以", contact="lee")

    assert (empty.status, nobody.status, foreign.status) == (422, 422, 422)
    assert "请填写内容。" in words(empty.text)
    assert "请先选择您的姓名。" in words(nobody.text)
    assert said(agent, number, "answer") == []
    assert send(agent, "forRoom", request="R-1", text="可以", contact="wang").status == 200


def test_a_second_answer_changes_nothing(agent: Running, number: str) -> None:
    """4.2(b)."""
    ask(agent, number)
    send(agent, "forWang", request="R-1", text="可以")

    again = send(agent, "forWang", request="R-1", text="不行")

    assert again.status == 200
    assert said(agent, number, "answer") == [("wang", "R-1", "可以", "link")]


def test_a_request_of_the_other_party_is_not_answered_here(agent: Running, number: str) -> None:
    """2.2(c): who asked does not answer; an unknown number is refused."""
    ask(agent, number, "wang", "support")

    assert send(agent, "forWang", request="R-1", text="by the menu").status == 409
    assert send(agent, "forWang", request="R-7", text="by the menu").status == 409
    assert said(agent, number, "answer") == []


@pytest.fixture
def recovered(tmp_path: Path) -> Iterator[Running]:
    """An incident that has recovered, with a link for wang and one for lee."""
    file = FILE.replace("agreement:\n", "agreement:\n  recovery: {stable: {1: 1s, 2: 1s, 3: 1s}}\n")
    with running(tmp_path, file) as agent:
        number = agent.opened().number
        agent.desk.submit(Regrade(number, "lee", 2, "")).result(10)
        agent.webhook({"alerts": [firing() | {"status": "resolved", "endsAt": "2026-11-23T03:20:00Z"}]})
        links = [
            Link("forLee", number, Party.PROVIDER, "lee", AT),
            Link("forWang", number, Party.CUSTOMER, "wang", AT),
        ]
        agent.store.commit(Change(links=links))
        for _ in range(100):
            agent.desk.submit(Wake()).result(10)
            if agent.store.incident(number).state is State.RECOVERED:  # type: ignore[union-attr]
                break
            time.sleep(0.05)
        yield agent


def test_the_customer_confirms_a_recovery_by_its_link(recovered: Running) -> None:
    """4.2(c), OB-508: asked once; afterwards the page says what was answered."""
    number = recovered.store.incidents()[0][0].number
    assert "是，已恢复正常" in words(recovered.ask("GET", "/a/forWang").text)
    assert "是，已恢复正常" not in words(recovered.ask("GET", "/a/forLee").text)

    after = send(recovered, "forWang", recovery="confirmed")

    assert said(recovered, number, "recovery_answer") == [("wang", "confirmed", "", "link")]
    assert "已确认恢复 王芳" in words(after.text)
    assert "是，已恢复正常" not in words(after.text)


def test_the_customer_objects_by_the_link_with_what_does_not_work(recovered: Running) -> None:
    """4.2(c): an objection without words is asked for again."""
    number = recovered.store.incidents()[0][0].number

    assert send(recovered, "forWang", recovery="objection").status == 422
    after = send(recovered, "forWang", recovery="objection", text="两家门店仍无法收款")

    assert said(recovered, number, "recovery_answer") == [("wang", "objection", "两家门店仍无法收款", "link")]
    assert "已对恢复提出异议" in words(after.text)


def test_the_provider_does_not_confirm_for_the_customer(recovered: Running) -> None:
    """4.2(c)."""
    number = recovered.store.incidents()[0][0].number

    assert send(recovered, "forLee", recovery="confirmed").status == 409
    assert said(recovered, number, "recovery_answer") == []


def test_a_trials_page_asks_for_nothing(agent: Running, number: str) -> None:
    """It shows, and answers nothing."""
    ask(agent, number)

    page = send(agent, "forTrial", request="R-1", text="可以")

    assert "R-1" not in words(page.text)
    assert said(agent, number, "answer") == []
