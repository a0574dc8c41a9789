"""GET /obligations: the duties' clocks, for each party its own copy (agreement.md 5)."""

from typing import Any

from tests.web.running import Running
from tests.web.test_parties import agent as agent  # noqa: PLC0414
from tests.web.test_parties import get, opened, told


def listed(agent: Running, who: str, query: str = "") -> list[dict[str, Any]]:
    reply = get(agent, who, f"/obligations?limit=500{query}")
    assert reply.status == 200, reply.text
    items: list[dict[str, Any]] = reply.json["items"]
    return items


def test_the_provider_is_shown_what_it_owes_and_until_when(agent: Running) -> None:
    """4.1: every duty of an incident with its clock, words and state."""
    number = told(agent)

    [assess] = [each for each in listed(agent, "desk", f"&incident={number}&state=running") if each["name"] == "assess"]

    assert (assess["debtor"], assess["incident"], assess["grade"]) == ("provider", number, 1)
    assert assess["duty"]["en"]
    assert assess["due_at"] > assess["started_at"]
    assert get(agent, "desk", f"/obligations/{assess['id']}").json == assess


def test_a_mere_target_is_shown_to_its_debtor_alone(agent: Running) -> None:
    """Fact 2: nobody signed it, so the other party is not told that it was missed."""
    number = told(agent)
    target = next(each for each in listed(agent, "desk", f"&incident={number}&debtor=provider") if each["target"])

    assert not [each for each in listed(agent, "shop") if each["target"] and each["debtor"] == "provider"]
    assert get(agent, "shop", f"/obligations/{target['id']}").status == 404
    assert listed(agent, "shop", f"&incident={number}&debtor=customer")


def test_nothing_is_shown_of_an_incident_that_the_customer_has_not_heard_of(agent: Running) -> None:
    """4.1: its first notice is still held."""
    number = opened(agent)

    assert listed(agent, "desk", f"&incident={number}")
    assert listed(agent, "shop", f"&incident={number}") == []


def test_what_is_not_on_file_is_not_found(agent: Running) -> None:
    assert get(agent, "desk", "/obligations/nothing").status == 404
    assert get(agent, "desk", "/obligations?state=late").status == 422
