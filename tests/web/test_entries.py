"""The timeline through the API: progress, phases, and what a closing lacks (3.4, 3.5)."""

from typing import Any

from tests.web.running import Running


def opened(agent: Running) -> str:
    done = agent.post_json(
        "/api/v1/reports",
        {"reporter": "wang", "symptom": "blank page", "scope": "all", "measures": "none", "functions": ["checkout"]},
    )
    return f"/api/v1/incidents/{done.json['incident']}"


def test_an_update_is_on_file_once_and_listed(agent: Running) -> None:
    """3.5: 201, then 200 for the very same words."""
    path = opened(agent)
    said: dict[str, Any] = {"by": "lee", "text": "pool restarted", "done": "restart"}

    first, again = (agent.post_json(f"{path}/updates", said) for _ in range(2))

    assert (first.status, again.status) == (201, 200)
    assert again.json["repeated"]
    listed = agent.ask("GET", f"{path}/updates").json["items"]
    assert [(each["by"], each["said"]) for each in listed] == [("lee", {"text": "pool restarted", "done": "restart"})]


def test_a_phase_is_recorded_and_the_incident_follows(agent: Running) -> None:
    """3.4(a): the assessment confirms the grade."""
    path = opened(agent)

    done = agent.post_json(f"{path}/phases", {"by": "lee", "phase": "assessment", "text": "pool exhausted"})

    assert done.status == 201
    incident = agent.ask("GET", path).json
    assert (incident["phase"], incident["provisional"]) == ("containment", False)
    assert [each["what"] for each in agent.ask("GET", f"{path}/phases").json["items"]] == ["assessment"]


def test_what_the_customer_may_not_do_is_refused_with_the_clause(agent: Running) -> None:
    """3.4: nothing has changed."""
    path = opened(agent)

    refused = agent.post_json(f"{path}/phases", {"by": "wang", "phase": "containment", "text": "tills off"})

    assert (refused.status, refused.json["clause"]) == (403, "3.4")
    assert agent.ask("GET", f"{path}/phases").json["items"] == []


def test_an_unknown_incident_has_no_timeline(agent: Running) -> None:
    assert agent.ask("GET", "/api/v1/incidents/INC-20200101-001/updates").status == 404
