"""Grade talk and the records of a launch through the API (3.1, 3.3, 3.4(c))."""

from typing import Any

import pytest

from tests.web.running import Running
from tests.web.test_entries import opened


def test_an_objection_raises_and_the_standing_says_so(agent: Running) -> None:
    """OB-402, OB-403, 3.1: accepted by nobody, contested, then decided by both."""
    path = opened(agent)
    objection = {"by": "wang", "answer": "objection", "grade": 1, "text": "all shops stand still"}

    done = agent.post_json(f"{path}/grade/answers", objection)
    again = agent.post_json(f"{path}/grade/answers", objection)

    assert (done.status, again.status) == (201, 200)
    standing = agent.ask("GET", f"{path}/grade").json
    assert (standing["grade"], standing["provisional"], standing["accepted"]) == (1, True, [])
    assert [(each["party"], each["by"], each["grade"]) for each in standing["objections"]] == [("customer", "wang", 1)]
    assert standing["to_answer"] == ["grade"]

    decided = agent.post_json(f"{path}/grade", {"by": "lee", "with": "wang", "grade": 2, "reason": "half works"})

    assert (decided.status, decided.json["grade"], decided.json["provisional"]) == (200, 2, False)
    standing = agent.ask("GET", f"{path}/grade").json
    assert (standing["accepted"], standing["objections"], standing["to_answer"]) == (["customer", "provider"], [], [])
    assert [each["what"] for each in agent.ask("GET", f"{path}/grade/answers").json["items"]] == ["objection"]


RECORDS: list[tuple[str, dict[str, Any], str]] = [
    ("conversations", {"by": "lee", "with": "wang", "medium": "video", "text": "standby"}, "conversation"),
    ("coordinators", {"by": "lee", "contact": "chen"}, "coordinator"),
    ("cause", {"by": "lee", "text": "a leak in the pool"}, "cause"),
]


@pytest.mark.parametrize(("tail", "act", "kind"), RECORDS, ids=[tail for tail, _, _ in RECORDS])
def test_what_a_grade_asks_for_is_recorded(agent: Running, tail: str, act: dict[str, Any], kind: str) -> None:
    """OB-413, OB-415, OB-504, 3.3: 201 with the entry, said in the words of the act."""
    path = opened(agent)

    done = agent.post_json(f"{path}/{tail}", act)

    assert (done.status, done.json["kind"]) == (201, kind)
    assert done.json["said"] == {name: value for name, value in act.items() if name != "by"}


def test_in_grade_3_the_response_is_decided_and_a_fault_said_to_be_not_worse(agent: Running) -> None:
    """OB-416, 3.3(c), 3.1."""
    path = opened(agent)
    agent.post_json(f"{path}/grade", {"by": "lee", "grade": 3, "reason": "a test shop"})

    response = agent.post_json(f"{path}/response", {"by": "lee", "what": "not_respond", "text": "a test shop"})
    held = agent.post_json(f"{path}/not-worse", {"by": "lee", "text": "nobody waits for it"})

    assert (response.status, response.json["what"]) == (201, "not_respond")
    assert (held.status, held.json["kind"]) == (201, "not_worse")


REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("grade/answers", {"by": "wang", "answer": "objection", "grade": 1}, 409, "3.1"),
    ("grade", {"by": "lee", "with": "chen", "grade": 1, "reason": "x"}, 403, "3.1"),
    ("conversations", {"by": "lee", "with": "chen"}, 403, "3.3(a)"),
    ("coordinators", {"by": "lee", "contact": "wang"}, 403, "3.3(b)"),
    ("response", {"by": "lee", "what": "respond", "text": "x"}, 409, "3.3(c)"),
    ("cause", {"by": "wang", "text": "your pool"}, 403, "3.4(c)"),
    ("not-worse", {"by": "lee", "text": "x"}, 409, "3.1"),
]


@pytest.mark.parametrize(("tail", "act", "status", "clause"), REFUSED, ids=[tail for tail, _, _, _ in REFUSED])
def test_what_may_not_be_is_refused_with_the_clause(
    agent: Running, tail: str, act: dict[str, Any], status: int, clause: str
) -> None:
    """3.1, 3.3, 3.4(c): nothing has changed."""
    path = opened(agent)

    refused = agent.post_json(f"{path}/{tail}", act)

    assert (refused.status, refused.json["clause"]) == (status, clause)
    assert agent.ask("GET", f"{path}/grade").json["grade"] == 2


def test_an_unknown_incident_has_no_standing(agent: Running) -> None:
    assert agent.ask("GET", "/api/v1/incidents/INC-20200101-001/grade").status == 404


def test_what_came_back_from_nothing_cannot_be_compared(agent: Running) -> None:
    """3.4(a): refused with its clause; the customer may not say it at all."""
    path = opened(agent)

    early = agent.post_json(f"{path}/same-cause", {"by": "lee", "what": "same", "text": "the pool"})
    other = agent.post_json(f"{path}/same-cause", {"by": "wang", "what": "same", "text": "the pool"})

    assert (early.status, early.json["clause"]) == (409, "3.4(a)")
    assert (other.status, other.json["clause"]) == (403, "3.4(a)")
