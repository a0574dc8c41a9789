"""`tocsin accept | object | regrade --with | record`: what is posted, and what is printed."""

from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.support.api import Api

ONE = "/incidents/INC-20261123-001"
ENTRY = {
    "id": "INC-20261123-001/3",
    "incident": "INC-20261123-001",
    "kind": "grade_answer",
    "what": "accepted",
    "said": {"grade": 2},
    "at": "2026-11-23T03:10:00Z",
    "repeated": False,
}
BY = {"by": "wang", "means": "cli"}


def standing(*waiting: str) -> tuple[int, dict[str, Any]]:
    return 200, {"incident": "INC-20261123-001", "grade": 2, "to_answer": list(waiting)}


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (["accept", "--grade", "3", "--by", "wang"], "grade/answers", {**BY, "answer": "accepted", "grade": 3}),
        (["accept", "--by", "wang", "--grade"], "grade/answers", {**BY, "answer": "accepted", "grade": 2}),
        (["accept", "--recovery", "--by", "wang"], "recovery", {**BY, "answer": "confirmed"}),
        (
            ["object", "--grade", "1", "--by", "wang", "--because", "all shops"],
            "grade/answers",
            {**BY, "answer": "objection", "grade": 1, "text": "all shops"},
        ),
        (
            ["object", "--recovery", "--by", "wang", "--text", "tills fail"],
            "recovery",
            {**BY, "answer": "objection", "text": "tills fail"},
        ),
        (
            ["record", "conversation", "--by", "wang", "--with", "lee", "--medium", "video"],
            "conversations",
            {**BY, "with": "lee", "medium": "video"},
        ),
        (["record", "coordinator", "--by", "wang", "--contact", "sun"], "coordinators", {**BY, "contact": "sun"}),
        (
            ["record", "response", "not-respond", "--by", "wang", "--text", "tonight"],
            "response",
            {**BY, "what": "not_respond", "text": "tonight"},
        ),
        (["record", "cause", "--by", "wang", "--text", "a leak"], "cause", {**BY, "text": "a leak"}),
        (
            ["record", "not-worse", "--by", "wang", "--text", "one of forty"],
            "not-worse",
            {**BY, "text": "one of forty"},
        ),
    ],
    ids=lambda each: " ".join(each[:2]) if isinstance(each, list) else "",
)
def test_what_is_said_is_posted_as_the_contract_says(
    tocsin: Run, api: Api, words: list[str], path: str, body: dict[str, Any]
) -> None:
    api.answers[f"GET {ONE}"] = (200, {"grade": 2})
    api.answers[f"POST {ONE}/{path}"] = (201, ENTRY)

    told = tocsin(words[0], "INC-20261123-001", *words[1:], "--url", api.url)

    assert (told.exit_code, told.stderr) == (0, "")
    assert api.asked[-1].body == body
    assert "INC-20261123-001/3" in told.stdout


@pytest.mark.parametrize(
    ("waiting", "path", "body"),
    [
        (["grade"], "grade/answers", {**BY, "answer": "accepted", "grade": 2}),
        (["recovery"], "recovery", {**BY, "answer": "confirmed"}),
    ],
)
def test_the_one_thing_that_is_open_needs_no_name(
    tocsin: Run, api: Api, waiting: list[str], path: str, body: dict[str, Any]
) -> None:
    api.answers[f"GET {ONE}/grade"] = standing(*waiting)
    api.answers[f"POST {ONE}/{path}"] = (201, ENTRY)

    tocsin("accept", "INC-20261123-001", "--by", "wang", "--url", api.url)

    assert api.asked[-1].body == body


@pytest.mark.parametrize(
    ("words", "waiting", "said"),
    [
        (["accept", "--by", "wang"], ["grade", "recovery"], "say --grade or --recovery"),
        (["accept", "--by", "wang"], [], "nothing waits for an answer"),
        (["object", "--by", "wang", "--because", "x"], ["grade"], "--grade 1, 2 or 3"),
    ],
)
def test_what_is_not_clear_is_asked_for(tocsin: Run, api: Api, words: list[str], waiting: list[str], said: str) -> None:
    api.answers[f"GET {ONE}/grade"] = standing(*waiting)

    told = tocsin(words[0], "INC-20261123-001", *words[1:], "--url", api.url)

    assert told.exit_code == 2
    assert said in told.stderr


def test_a_decision_of_both_names_both(tocsin: Run, api: Api) -> None:
    api.answers[f"POST {ONE}/grade"] = (200, {"number": "INC-20261123-001", "state": "open", "grade": 2})

    words = ("--by", "lee", "--with", "wang", "--reason", "half works")
    tocsin("regrade", "INC-20261123-001", "2", *words, "--url", api.url)

    assert api.asked[0].body == {"by": "lee", "grade": 2, "reason": "half works", "with": "wang"}
