"""/availability: what each party is shown of a month, and who may leave minutes out of it (1.6, 4.1(a))."""

from typing import Any

import pytest

from tests.web.running import Running
from tests.web.test_parties import agent as agent  # noqa: PLC0414
from tests.web.test_parties import get, post

NIGHT = {"starts_at": "2026-11-20T02:00:00Z", "ends_at": "2026-11-20T02:40:00Z", "because": "the fibre was cut"}


def exclude(agent: Running, who: str, by: str, **more: Any) -> Any:
    return post(agent, who, "/availability/exclusions", {"by": by, **around(agent), **more})


def around(agent: Running) -> dict[str, str]:
    """Forty minutes of this month's first day."""
    first = f"{agent.clock.now():%Y-%m}-01"
    return {**NIGHT, "starts_at": f"{first}T02:00:00Z", "ends_at": f"{first}T02:40:00Z"}


def test_a_month_of_which_nothing_is_known_cannot_be_assessed(agent: Running) -> None:
    """1.6, fact 12: unknown is neither good nor bad."""
    found = get(agent, "desk", "/availability").json

    whole = found["whole"]
    assert (whole["availability"], whole["assessable"], whole["met"]) == (None, False, None)
    assert whole["text"] == "不可评定 / cannot be assessed"
    assert whole["unknown"] == whole["minutes"]
    assert found["drill_minutes"] == 0


def test_a_claim_is_shown_to_both_and_accepted_by_the_customer(agent: Running) -> None:
    """4.1(a)"""
    claim = exclude(agent, "desk", "lee")
    again = exclude(agent, "desk", "lee")
    seen = get(agent, "shop", "/availability").json["exclusions"]
    path = f"/availability/exclusions/{claim.json['id']}"
    own = post(agent, "desk", f"{path}/accept", {"by": "lee"})
    accepted = post(agent, "shop", f"{path}/accept", {"by": "wang"})
    declined = post(agent, "shop", f"{path}/decline", {"by": "wang", "text": "no"})

    assert (claim.status, claim.json["state"]) == (201, "open")
    assert (again.status, again.json["repeated"]) == (200, True)
    assert [each["id"] for each in seen] == [claim.json["id"]]
    assert (own.status, own.json["clause"]) == (403, "4.1(a)")
    assert accepted.json["state"] == "accepted"
    assert (declined.status, declined.json["clause"]) == (409, "4.1(a)")


def test_a_token_speaks_for_its_own_party(agent: Running) -> None:
    """4.1(a), 2.1: the customer's token cannot claim for the provider."""
    assert exclude(agent, "shop", "lee").status == 403
    assert get(agent, "shop", "/availability").json["exclusions"] == []


def test_a_default_target_is_not_shown_to_the_customer(agent: Running) -> None:
    """1.6, fact 2: nobody signed it."""
    provider, customer = (get(agent, who, "/availability").json for who in ("desk", "shop"))

    assert (provider["target"], provider["target_agreed"]) == (0.999, False)
    assert (customer["target"], customer["whole"]["met"]) == (None, None)


@pytest.mark.parametrize("query", ["month=2026-13", "month=soon", "month=0000-01", "function=nowhere"])
def test_what_is_no_month_or_function_is_not_found(agent: Running, query: str) -> None:
    assert get(agent, "desk", f"/availability?{query}").status == 404


def test_one_function_can_be_asked_for(agent: Running) -> None:
    found = get(agent, "desk", "/availability?function=checkout&month=2026-10").json

    assert [each["function"] for each in found["functions"]] == ["checkout"]
    assert found["over"] is True
    assert found["month"] == "2026-10"
