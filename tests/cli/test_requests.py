"""`tocsin request | answer | share | waive | plan`: what is posted, and what is printed."""

from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.support.api import Api

ONE = "/incidents/INC-20261123-001"


def entry(**other: Any) -> dict[str, Any]:
    said = {"id": "INC-20261123-001/3", "incident": "INC-20261123-001", "at": "2026-11-23T03:10:00Z", "by": "lee"}
    return {**said, "party": "provider", "what": "cooperation", "about": "R-1", "repeated": False, **other}


@pytest.mark.parametrize(
    ("words", "path", "body", "printed"),
    [
        (
            ["request", "cooperation", "--by", "lee", "--text", "may it stop?"],
            "requests",
            {"by": "lee", "means": "cli", "what": "cooperation", "text": "may it stop?"},
            "R-1, cooperation: on file; the customer is told, 11-23 03:10:00",
        ),
        (
            ["request", "cooperation", "--by", "lee", "--what", "may it stop?", "--called", "2026-11-23 03:05"],
            "requests",
            {
                "by": "lee",
                "means": "phone",
                "what": "cooperation",
                "text": "may it stop?",
                "called_at": "2026-11-23T03:05:00+00:00",
            },
            "R-1, cooperation: on file",
        ),
        (
            ["answer", "r-1", "--by", "wang", "--text", "yes"],
            "requests/r-1/answer",
            {"by": "wang", "means": "cli", "text": "yes"},
            "answer to R-1: on file; who asked is told",
        ),
        (
            ["share", "--by", "lee", "--text", "a node was replaced", "--known-at", "2026-11-23 02:40"],
            "facts",
            {"by": "lee", "means": "cli", "text": "a node was replaced", "known_at": "2026-11-23T02:40:00+00:00"},
            "R-1 on file; the customer is told",
        ),
        (
            ["waive", "OB-503", "--by", "wang", "--because", "the shop is shut"],
            "waivers",
            {"by": "wang", "means": "cli", "duty": "OB-503", "text": "the shop is shut"},
            "R-1 is owed no more",
        ),
    ],
)
def test_an_act_is_posted_as_the_contract_says(
    tocsin: Run, api: Api, words: list[str], path: str, body: dict[str, Any], printed: str
) -> None:
    api.answers[f"POST {ONE}/{path}"] = (201, entry())

    told = tocsin(words[0], "INC-20261123-001", *words[1:], "--url", api.url)

    assert told.exit_code == 0
    assert api.asked[0].body == body
    assert printed in told.stdout


def test_what_waits_for_an_answer_is_listed(tocsin: Run, api: Api) -> None:
    waiting = {
        "number": "R-2",
        "asked": "customer",
        "what": "cooperation",
        "respond_by": "2026-11-23T04:10:00Z",
        "target": True,
        "state": "running",
        "by": "lee",
        "text": "may it stop?",
        "answered_by": None,
        "answer": None,
    }
    api.answers[f"GET {ONE}/requests"] = (200, {"items": [waiting], "next": None})

    told = tocsin("request", "20261123-001", "--list", "--url", api.url)

    assert api.asked[0].query == {"open": ["true"]}
    assert told.stdout == "R-2\tcustomer\tcooperation\t11-23 04:10 (target)\trunning\tlee: may it stop?\n"


def test_a_request_without_words_is_wrong_usage(tocsin: Run, api: Api) -> None:
    told = tocsin("request", "INC-20261123-001", "support", "--by", "wang", "--url", api.url)

    assert told.exit_code == 2
    assert "--by whom and its --text" in told.stderr
    assert api.asked == []


def test_a_plan_is_shown_with_who_did_what_and_ticked(tocsin: Run, api: Api) -> None:
    steps = [
        {"number": 1, "words": "switch over", "done_by": "chen", "done_at": "2026-11-23T03:20:00Z"},
        {"number": 2, "words": "limit traffic", "done_by": None, "done_at": None},
    ]
    pinned = {"incident": "INC-20261123-001", "function": "checkout", "grade": 1, "link": "https://w/1", "steps": steps}
    api.answers[f"GET {ONE}/plan"] = (200, pinned)
    api.answers[f"POST {ONE}/plan"] = (201, entry(by="chen", said={"step": 2, "words": "limit traffic"}))

    shown = tocsin("plan", "INC-20261123-001", "--url", api.url)
    ticked = tocsin("plan", "INC-20261123-001", "tick", "2", "--by", "chen", "--url", api.url)

    assert shown.stdout.splitlines() == [
        "INC-20261123-001: plan of grade 1 for checkout",
        "https://w/1",
        "[x] 1 switch over  chen, 11-23 03:20",
        "[ ] 2 limit traffic",
    ]
    assert api.asked[1].body == {"by": "chen", "means": "cli", "step": 2}
    assert ticked.stdout == "step 2 is done: limit traffic (chen)\n"


def test_a_tick_needs_a_step_and_a_name(tocsin: Run, api: Api) -> None:
    assert tocsin("plan", "INC-20261123-001", "tick", "--by", "chen", "--url", api.url).exit_code == 2
    assert tocsin("plan", "INC-20261123-001", "tick", "2", "--url", api.url).exit_code == 2
    assert api.asked == []


def test_a_refusal_says_the_clause(tocsin: Run, api: Api) -> None:
    api.answers[f"POST {ONE}/waivers"] = (403, {"title": "wrong party", "detail": "owed to both", "clause": "3.3(a)"})

    told = tocsin("waive", "INC-20261123-001", "principals_speak", "--by", "wang", "--because", "x", "--url", api.url)

    assert told.exit_code == 4
    assert "owed to both" in told.stderr
    assert "3.3(a)" in told.stderr
