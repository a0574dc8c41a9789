"""Acts recorded on behalf (fact 15), by API and by the page of a link; acknowledgements contact by contact (fact 7)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest

from agent.model import TRIAL, Change, Link, Party
from tests.web.running import Running
from tests.web.test_parties import agent as agent  # noqa: PLC0414
from tests.web.test_parties import get, opened, post, told


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def number(agent: Running) -> str:
    """An incident that both were told of, where chen of the provider wrote down that wang called."""
    number = told(agent)
    said = {"contact": "wang", "recorded_by": "chen", "called_at": now().isoformat()}
    assert post(agent, "desk", f"/incidents/{number}/acknowledgements", said).status == 201
    return number


def link(agent: Running, number: str) -> str:
    """The path of wang's own link to the statements."""
    found = agent.store.link_for(number, "wang", "statements")
    assert found is not None
    return f"/a/{found.token}"


def stated(agent: Running, number: str, who: str = "desk") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = get(agent, who, f"/incidents/{number}/statements").json["items"]
    return items


def words(page: str) -> str:
    body = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def form(agent: Running, path: str, **fields: str) -> Any:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return agent.ask("POST", path, urlencode(fields).encode(), headers)


# ------------------------------------------------------------------------------------------------------- the API


def test_an_act_says_who_recorded_it_and_when_it_was_said(agent: Running, number: str) -> None:
    """Fact 15: stated by wang, recorded by chen, asked of the customer."""
    [one] = stated(agent, number)

    assert (one["id"], one["kind"], one["by"], one["recorded_by"]) == ("S1", "acknowledged", "wang", "chen")
    assert (one["means"], one["asked"], one["state"]) == ("phone", "customer", "waiting")
    assert one["due_at"] > one["asked_at"]
    assert stated(agent, number, "shop") == [one]


def test_acknowledgements_are_listed_contact_by_contact(agent: Running, number: str) -> None:
    """OB-306, fact 7: who, when, by what means, from where, about which notices."""
    post(agent, "lees", f"/incidents/{number}/acknowledgements", {"contact": "lee"})

    mine, theirs = (get(agent, who, f"/incidents/{number}/acknowledgements").json["items"] for who in ("desk", "shop"))

    assert [(each["contact"], each["means"], each["address"]) for each in mine] == [
        ("wang", "phone", "127.0.0.1"),
        ("lee", "api", "127.0.0.1"),
    ]
    assert [each["statement"] for each in mine] == ["S1", None]
    assert [each["up_to"] for each in mine] == [2, 2]
    assert [each["address"] for each in theirs] == ["127.0.0.1", None]  # the provider's is its own matter


def test_the_customer_confirms_with_its_own_token(agent: Running, number: str) -> None:
    """Fact 15: 201, then 200; the provider's token cannot."""
    path, said = f"/incidents/{number}/statements/S1/confirmation", {"by": "wang"}

    refused = post(agent, "desk", path, said)
    first, again = post(agent, "wangs", path, said), post(agent, "wangs", path, said)

    assert (refused.status, refused.json["clause"]) == (409, "fact 15")
    assert (first.status, again.status, again.json["repeated"]) == (201, 200, True)
    assert (first.json["state"], first.json["answered_by"]) == ("confirmed", "wang")


def test_the_customer_corrects_and_what_it_discharged_is_marked(agent: Running, number: str) -> None:
    """OB-306, fact 15: the duty stays met, and reads so for both."""
    done = post(agent, "shop", f"/incidents/{number}/statements/S1/dispute", {"by": "wang", "text": "no call"})

    assert (done.status, done.json["state"], done.json["answer"]) == (201, "disputed", "no call")
    met = get(agent, "shop", f"/obligations?incident={number}&limit=500").json["items"]
    marked = [each["name"] for each in met if each["disputed"]]
    assert marked
    assert all(each["state"] in ("met", "met_late") for each in met if each["disputed"])
    [fact] = [
        each
        for each in get(agent, "shop", f"/incidents/{number}/timeline").json["items"]
        if each["kind"] == "statement_disputed"
    ]
    assert (fact["by"], fact["detail"]["text"]) == ("wang", "no call")
    assert [one["name"] for one in fact["detail"]["duties"]] == [
        "launch_customer"
    ]  # its own; no target of the provider


@pytest.mark.parametrize(
    ("who", "said", "status"),
    [
        ("desk", {"contact": "lee", "recorded_by": "wang"}, 403),  # the other party's person did not type here
        ("lees", {"contact": "wang", "recorded_by": "chen"}, 409),  # the token is lee's own
        ("desk", {"contact": "wang", "recorded_by": "nobody"}, 422),
        ("desk", {"contact": "wang", "called_at": "2020-01-01T00:00:00Z"}, 409),
        ("desk", {"contact": "wang", "called_at": "2099-01-01T00:00:00Z"}, 409),
        ("desk", {"contact": "wang", "called_at": "2026-11-23T03:00:00"}, 422),  # no time zone
    ],
)
def test_a_false_record_is_refused_and_changes_nothing(
    agent: Running, who: str, said: dict[str, Any], status: int
) -> None:
    number = told(agent)
    before = len(agent.store.timeline(number))

    done = post(agent, who, f"/incidents/{number}/acknowledgements", said)

    assert done.status == status, done.text
    assert len(agent.store.timeline(number)) == before


def test_every_acting_route_takes_who_recorded_it(agent: Running, number: str) -> None:
    """Fact 15: any act may be recorded on behalf."""
    brought = {"recorded_by": "chen", "called_at": now().isoformat()}
    at = f"/incidents/{number}"

    assert post(agent, "desk", f"{at}/updates", {"by": "lee", "text": "on it", **brought}).status == 201
    phase = {"by": "lee", "phase": "assessment", "text": "pool exhausted", **brought}
    assert post(agent, "desk", f"{at}/phases", phase).status == 201
    report = {"reporter": "wang", "symptom": "blank", "scope": "all", "measures": "none", **brought}
    assert post(agent, "desk", "/reports", report).status == 201
    assert post(agent, "desk", f"{at}/void", {"by": "lee", "reason": "a test", **brought}).status == 200

    kinds = [each["kind"] for each in stated(agent, number)]
    assert {"acknowledged", "update_posted", "phase_recorded", "incident_voided"} <= set(kinds)


def test_nothing_is_shown_of_an_incident_that_the_customer_has_not_heard_of(agent: Running) -> None:
    number = opened(agent)
    post(agent, "desk", f"/incidents/{number}/acknowledgements", {"contact": "lee", "means": "phone"})

    assert get(agent, "shop", f"/incidents/{number}/statements").status == 404
    assert get(agent, "shop", f"/incidents/{number}/acknowledgements").status == 404
    assert get(agent, "desk", "/incidents/INC-20200101-001/statements").status == 404
    assert [each["asked_at"] for each in stated(agent, number)] == [None]


# ------------------------------------------------------------------------------------------------------ the page


def test_the_page_shows_what_was_recorded_and_answers_nothing_by_itself(agent: Running, number: str) -> None:
    """Fact 15: link scanners open every link they see."""
    shown = agent.ask("GET", link(agent, number))
    agent.ask("HEAD", link(agent, number))

    text = words(shown.text)
    assert shown.status == 200
    assert "请确认或更正" in text
    assert "据称：王芳确认" in text
    assert "由chen登记" in text
    assert "未答复不视为认可" in text
    assert "script" not in shown.text
    assert stated(agent, number)[0]["state"] == "waiting"


def test_the_button_confirms(agent: Running, number: str) -> None:
    shown = form(agent, link(agent, number), statement="S1", answer="confirm")

    assert (shown.status, "已确认" in words(shown.text)) == (200, True)
    assert stated(agent, number)[0]["answered_by"] == "wang"
    assert "<form" not in shown.text


def test_a_correction_needs_words_and_is_shown_with_them(agent: Running, number: str) -> None:
    empty = form(agent, link(agent, number), statement="S1", answer="correct", text="  ")
    before = stated(agent, number)[0]["state"]

    shown = form(agent, link(agent, number), statement="S1", answer="correct", text="没有<b>打过</b>电话")

    assert (empty.status, "请写明实际情况" in words(empty.text), before) == (422, True, "waiting")
    assert shown.status == 200
    assert "没有<b>打过</b>电话" in unescape(shown.text)
    assert "<b>打过" not in shown.text
    assert stated(agent, number)[0]["state"] == "disputed"


def test_a_second_answer_shows_how_it_stands(agent: Running, number: str) -> None:
    form(agent, link(agent, number), statement="S1", answer="confirm")

    again = form(agent, link(agent, number), statement="S1", answer="correct", text="no")

    assert (again.status, "已确认" in words(again.text)) == (200, True)
    assert stated(agent, number)[0]["state"] == "confirmed"


def test_a_link_whose_day_is_over_answers_nothing(agent: Running, number: str) -> None:
    """Fact 15: valid for one working day."""
    [one] = agent.store.statements(number)
    agent.store.commit(Change(statements={one.id: replace(one, due_at=now() - timedelta(minutes=1))}))

    shown = agent.ask("GET", link(agent, number))

    assert "期限内未答复" in words(shown.text)
    assert "<form" not in shown.text


def test_a_group_s_link_asks_who_answers(agent: Running, number: str) -> None:
    there = Link("forRoom", number, Party.CUSTOMER, "", now(), endpoint="room", about="statements")
    agent.store.commit(Change(links=[there]))

    nobody = form(agent, "/a/forRoom", statement="S1", answer="confirm")
    other = form(agent, "/a/forRoom", statement="S1", answer="confirm", contact="lee")
    shown = form(agent, "/a/forRoom", statement="S1", answer="confirm", contact="wang")

    assert (nobody.status, other.status, shown.status) == (422, 422, 200)
    assert stated(agent, number)[0]["answered_by"] == "wang"


def test_a_trial_s_link_shows_and_records_nothing(agent: Running, number: str) -> None:
    there = Link("forTrial", number, Party.CUSTOMER, "", now(), endpoint=TRIAL, about="statements")
    agent.store.commit(Change(links=[there]))

    shown = form(agent, "/a/forTrial", statement="S1", answer="confirm")

    assert "试运行" in words(shown.text)
    assert stated(agent, number)[0]["state"] == "waiting"


@pytest.mark.parametrize(
    "fields", [{}, {"statement": "S9", "answer": "confirm"}, {"statement": "\u0000", "answer": "x"}]
)
def test_a_form_that_names_no_statement_is_told_so(agent: Running, number: str, fields: dict[str, str]) -> None:
    shown = form(agent, link(agent, number), **fields)

    assert shown.status in (409, 422)
    assert stated(agent, number)[0]["state"] == "waiting"


# ------------------------------------------------------------------------- an acknowledgement is of what was shown


def test_an_acknowledgement_by_link_is_about_what_the_page_showed(agent: Running) -> None:
    """OB-306, fact 7: who had the page open before a newer notice came has not acknowledged that one."""
    number = told(agent)
    found = agent.store.link_for(number, "wang")
    assert found is not None
    path = f"/a/{found.token}"
    first = seen(agent, path)
    post(agent, "desk", f"/incidents/{number}/grade", {"by": "lee", "grade": 2, "reason": "one shop"})

    form(agent, path, seen=first)
    shown = agent.ask("GET", path)
    form(agent, path, seen=seen(agent, path))

    assert "确认收悉最新的第3号通知" in words(shown.text)
    assert [each.seq for each in agent.store.acknowledgements(number)] == [2, 3]


def seen(agent: Running, path: str) -> str:
    found = re.search(r'name="seen" value="(\d+)"', agent.ask("GET", path).text)
    assert found is not None
    return found[1]
