"""Requests, facts, waivers and plans through the API, each party its own copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.model import Party
from tests.web.running import FILE, Running, running
from tests.web.test_parties import get, post, token

PLANNED = (
    FILE.replace(
        "  system: Payment platform\n",
        "  system: Payment platform\n  adopted: {provider: lee, customer: wang, at: 2026-01-01, terms: [contain]}\n",
    )
    + 'plans: [{kind: fault, link: "https://wiki.example/er", steps: [switch over, limit traffic]}]\n'
)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path, PLANNED) as started:
        started.configure(tokens=(token("desk", Party.PROVIDER), token("shop", Party.CUSTOMER)))
        yield started


def opened(agent: Running) -> str:
    said = {"reporter": "wang", "symptom": "blank page", "scope": "all", "measures": "none", "functions": ["checkout"]}
    return f"/incidents/{post(agent, 'shop', '/reports', said).json['incident']}"


def test_a_request_is_asked_listed_and_answered(agent: Running) -> None:
    """4.2(b), OB-602: 201 with its number; 200 for the very same; listed until it is answered."""
    path = opened(agent)
    said = {"by": "lee", "what": "cooperation", "text": "may batch reconciliation stop?"}
    first, again = (post(agent, "desk", f"{path}/requests", said) for _ in range(2))
    assert (first.status, first.json["about"], again.status) == (201, "R-1", 200)

    waiting = get(agent, "shop", f"{path}/requests?open=true").json["items"]
    answered = post(agent, "shop", f"{path}/requests/R-1/answer", {"by": "wang", "text": "yes"})

    assert [(each["number"], each["asked"], each["state"]) for each in waiting] == [("R-1", "customer", "running")]
    assert (waiting[0]["clause"], waiting[0]["target"]) == ("4.2(b)", True)
    assert answered.status == 201
    assert get(agent, "shop", f"{path}/requests?open=true").json["items"] == []
    [all_of_it] = get(agent, "desk", f"{path}/requests").json["items"]
    assert (all_of_it["answered_by"], all_of_it["answer"], all_of_it["state"]) == ("wang", "yes", "met")


def test_a_refusal_names_the_clause_and_changes_nothing(agent: Running) -> None:
    """2.2(c), 4.2(b): the wrong party; somebody else's token; an unknown number."""
    path = opened(agent)

    wrong = post(agent, "desk", f"{path}/requests", {"by": "lee", "what": "support", "text": "help"})
    foreign = post(agent, "shop", f"{path}/requests", {"by": "lee", "what": "cooperation", "text": "please"})
    unknown = post(agent, "shop", f"{path}/requests/R-9/answer", {"by": "wang", "text": "yes"})

    assert (wrong.status, wrong.json["clause"]) == (403, "2.2(c)")
    assert (foreign.status, foreign.json["clause"]) == (403, "4.2(b)")
    assert unknown.status == 404
    assert get(agent, "desk", f"{path}/requests").json["items"] == []


def test_of_the_providers_target_the_customer_reads_nothing(agent: Running) -> None:
    """Fact 2: it sees that it asked, and not by when an answer is aimed at."""
    path = opened(agent)
    post(agent, "shop", f"{path}/requests", {"by": "wang", "what": "support", "text": "how do we reprint?"})

    own, other = (get(agent, who, f"{path}/requests").json["items"][0] for who in ("shop", "desk"))

    assert (own["text"], own["respond_by"], own["state"]) == ("how do we reprint?", None, "")
    assert other["respond_by"]


def test_a_fact_is_shared_with_when_it_was_known(agent: Running) -> None:
    """2.3(c), 3.5, OB-308."""
    path = opened(agent)

    done = post(
        agent, "shop", f"{path}/facts", {"by": "wang", "text": "new certificate", "known_at": "2026-01-01T00:00:00Z"}
    )

    assert (done.status, done.json["about"]) == (201, "F-1")
    assert [each["said"]["text"] for each in get(agent, "desk", f"{path}/facts").json["items"]] == ["new certificate"]


def test_a_duty_is_waived_by_who_it_is_owed_to(agent: Running) -> None:
    """Section 5, 3.4(b)."""
    path = opened(agent)
    post(agent, "desk", f"{path}/phases", {"by": "lee", "phase": "assessment", "text": "pool exhausted"})

    own = post(agent, "desk", f"{path}/waivers", {"by": "lee", "duty": "contain", "text": "not needed"})
    done = post(agent, "shop", f"{path}/waivers", {"by": "wang", "duty": "OB-503", "text": "the shop is shut"})

    assert (own.status, own.json["clause"]) == (403, "3.4(b)")
    assert done.status == 201
    assert (
        agent.ask("GET", "/api/v1/obligations?state=waived", headers={"authorization": "Bearer desk"}).json["items"][0][
            "name"
        ]
        == "contain"
    )


def test_a_plan_is_the_providers_own(agent: Running) -> None:
    """3.1: shown with who ticked what; the customer is shown neither plan nor ticks."""
    path = opened(agent)

    ticked = post(agent, "desk", f"{path}/plan", {"by": "chen", "step": 2})
    plan = get(agent, "desk", f"{path}/plan").json

    assert (ticked.status, ticked.json["said"]) == (201, {"step": 2, "words": "limit traffic"})
    assert plan["link"] == "https://wiki.example/er"
    assert [(each["number"], each["done_by"]) for each in plan["steps"]] == [(1, None), (2, "chen")]
    assert get(agent, "shop", f"{path}/plan").status == 403
    facts = get(agent, "shop", f"{path}/timeline").json["items"]
    assert not any("wiki" in str(each["detail"]) or "limit" in str(each["detail"]) for each in facts)


def test_an_incident_without_a_plan_says_so(tmp_path: Path) -> None:
    with running(tmp_path) as agent:
        number = agent.opened().number

        assert "no response plan" in agent.ask("GET", f"/api/v1/incidents/{number}/plan").json["detail"]
        assert agent.ask("GET", "/api/v1/incidents/INC-20200101-001/plan").status == 404
        assert agent.ask("GET", "/api/v1/incidents/INC-20200101-001/requests").status == 404
