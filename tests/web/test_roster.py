"""The roster and the channel test over the API and by the links of the test (OB-101, OB-104, 2.1)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from agent.model import Party
from tests.support.rotas import rota
from tests.web.running import FILE, Reply, Running, bearer, running
from tests.web.test_parties import token

PEOPLE = FILE.replace(
    '      chen: {role: [coordinator, member], reach: ["log://"]}',
    '      chen: {role: [coordinator, member], reach: [call, room, "log://secret-place"]}',
).replace(
    "parties:", 'channels:\n  call: {url: "log://", loud: true}\n  room: {url: "log://", group: true}\nparties:', 1
)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, PEOPLE) as started:
        started.configure(tokens=(token("desk", Party.PROVIDER), token("shop", Party.CUSTOMER)))
        yield started


def rosters(agent: Running, who: str = "desk") -> dict[str, Any]:
    return {each["party"]: each for each in agent.ask("GET", "/api/v1/roster", headers=bearer(who)).json["items"]}


def begun(agent: Running, who: str = "desk", **act: Any) -> Reply:
    return agent.post_json("/api/v1/roster/tests", {"by": "lee", "now": True, **act}, bearer(who))


def link_of(agent: Running, test: str, endpoint: str) -> str:
    whose = endpoint if "/" not in endpoint else endpoint.partition("/")[0]
    link = agent.store.link_for(test, whose, f"test {endpoint}")
    assert link is not None
    return f"/a/{link.token}"


def answered(agent: Running, path: str, **form: str) -> Reply:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    return agent.ask("POST", path, urlencode(form).encode(), headers)


def test_each_party_is_shown_with_what_its_team_lacks(agent: Running) -> None:
    """OB-101, 2.1: a principal, two reachable members, two kinds of channel each."""
    found = rosters(agent)

    assert [lack["text"] for lack in found["provider"]["missing"]] == ["fewer than two kinds of channel: lee"]
    assert [lack["text"] for lack in found["customer"]["missing"]] == [
        "1 reachable member, two are agreed",
        "fewer than two kinds of channel: wang",
    ]
    chen = found["provider"]["contacts"][1]
    assert [each["channel"] for each in chen["channels"]] == ["call", "room", "log"]
    assert "secret-place" not in agent.ask("GET", "/api/v1/roster", headers=bearer("desk")).text


def test_the_customer_sees_the_providers_people_without_channels_and_numbers(agent: Running) -> None:
    """2.1: reach never is shown to the other party, a number only while a grade 1 or 2 incident is open."""
    found = rosters(agent, "shop")

    lee = found["provider"]["contacts"][0]
    assert (lee["name"], lee["roles"], lee["phone"], lee["channels"]) == ("Lee Ann", ["principal"], "", [])
    assert found["customer"]["contacts"][0]["phone"] == "+1-555-0102"
    assert found["customer"]["contacts"][0]["channels"] != []


def test_a_test_is_answered_by_the_link_of_each_channel(agent: Running) -> None:
    """OB-104, 2.1: the GET shows, only the POST answers; the roster says by which channel."""
    test = begun(agent, contacts=["chen"]).json["tests"][0]["id"]
    path = link_of(agent, test, "chen/call")

    page = agent.ask("GET", path)
    before = rosters(agent)["provider"]["contacts"][1]["answered_at"]
    done = answered(agent, path)

    assert "Does this reach you?" in page.text
    assert before is None
    assert "Thank you, it is on record" in done.text
    chen = rosters(agent)["provider"]["contacts"][1]
    assert chen["answered_at"] is not None
    assert [each["channel"] for each in chen["channels"] if each["answered_at"]] == ["call"]
    assert rosters(agent)["provider"]["waits_for"] == ["lee"]


def test_in_a_room_the_page_asks_who_you_are(agent: Running) -> None:
    """OB-104: *posted* is never delivery to a person; a name of the other party is none."""
    test = begun(agent, contacts=["chen"]).json["tests"][0]["id"]
    path = link_of(agent, test, "room")

    nobody = answered(agent, path)
    other = answered(agent, path, contact="wang")
    chen = answered(agent, path, contact="chen")

    assert (nobody.status, other.status, chen.status) == (422, 422, 200)
    assert "Please choose your name first" in nobody.text
    assert "Thank you" in chen.text


def test_an_answer_given_otherwise_is_recorded_by_the_api(agent: Running) -> None:
    """OB-104: 201, a repeated one 200; who has not answered yet is named."""
    begun(agent)
    act = {"contact": "lee", "means": "phone"}

    first = agent.post_json("/api/v1/roster/confirmations", act, bearer("desk"))
    again = agent.post_json("/api/v1/roster/confirmations", act, bearer("desk"))

    assert (first.status, again.status) == (201, 200)
    assert first.json["waits_for"] == ["chen"]
    [fact] = agent.store.facts_of_agent("channel_answered", 9)
    assert (fact.fact.by, fact.fact.detail["means"], fact.fact.detail["recorded_by"]) == ("lee", "phone", "desk")


def test_a_test_asked_for_twice_is_one(agent: Running) -> None:
    first, again = begun(agent), begun(agent)

    assert (first.status, again.status) == (201, 200)
    assert first.json["tests"] == again.json["tests"]
    assert first.json["tests"][0]["to"] == ["lee", "chen"]


def test_the_customers_token_tests_its_own_people(agent: Running) -> None:
    """2.1: for the other party it may neither start nor answer; each refusal names the clause."""
    own = begun(agent, "shop", by="wang")
    foreign = begun(agent, "shop", by="wang", parties=["provider"])
    speaking = begun(agent, "shop", by="lee")
    answering = agent.post_json("/api/v1/roster/confirmations", {"contact": "lee"}, bearer("shop"))

    assert own.status == 201
    assert [reply.status for reply in (foreign, speaking, answering)] == [403, 403, 403]
    assert foreign.json["clause"] == speaking.json["clause"] == answering.json["clause"] == "2.1"
    assert len(agent.store.facts_of_agent("channel_test_started", 9)) == 1


def test_what_is_not_known_is_said(agent: Running) -> None:
    unknown = begun(agent, by="nobody")
    no_test = agent.post_json("/api/v1/roster/confirmations", {"contact": "lee"}, bearer("desk"))

    assert unknown.status == 422
    assert (no_test.status, no_test.json["detail"]) == (
        404,
        "a channel test did not ask lee: `tocsin roster test --contact lee` does",
    )


def test_the_page_speaks_the_language_of_its_reader(agent: Running) -> None:
    """OB-104: marked as a test in English and Chinese."""
    test = begun(agent, by="wang", contacts=["wang"]).json["tests"][0]["id"]

    page = agent.ask("GET", link_of(agent, test, "wang/1"))

    assert "您能收到本消息吗" in page.text
    assert not re.search(r"log:|1-555", page.text)


def test_who_is_on_call_now_is_said_where_the_party_has_a_rota(tmp_path: Path) -> None:
    """2.1: by the rota as the running agent knows it."""
    (tmp_path / "oncall.ics").write_bytes(
        rota("SUMMARY:chen\nDTSTART:20200101T000000Z\nDURATION:P7D\nRRULE:FREQ=WEEKLY")
    )
    with running(
        tmp_path, PEOPLE.replace("provider:\n", "provider:\n    on_call: {calendar: oncall.ics}\n", 1)
    ) as agent:
        found = {each["party"]: each for each in agent.ask("GET", "/api/v1/roster").json["items"]}

    assert (found["provider"]["on_call"], found["customer"]["on_call"]) == (["chen"], None)
