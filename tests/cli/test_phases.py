"""`tocsin update | phase | close`: what is posted, and what is printed."""

from typing import Any

import pytest

from tests.cli.conftest import Run
from tests.support.api import Api

ONE = "/incidents/INC-20261123-001"
ENTRY = {
    "id": "INC-20261123-001/3",
    "incident": "INC-20261123-001",
    "kind": "phase",
    "what": "containment",
    "at": "2026-11-23T03:10:00Z",
    "not_applicable": False,
    "repeated": False,
}


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (
            ["update", "--by", "lee", "--text", "40 % back", "--done", "pool", "--confidence", "low"],
            "updates",
            {"by": "lee", "means": "cli", "text": "40 % back", "done": "pool", "confidence": "low"},
        ),
        (
            ["phase", "containment", "--by", "lee", "--text", "pool restarted", "--cause", "a leak"],
            "phases",
            {
                "by": "lee",
                "means": "cli",
                "phase": "containment",
                "text": "pool restarted",
                "not_applicable": False,
                "cause": "a leak",
            },
        ),
    ],
)
def test_an_act_on_the_timeline_is_posted_as_the_contract_says(
    tocsin: Run, api: Api, words: list[str], path: str, body: dict[str, Any]
) -> None:
    api.answers[f"POST {ONE}/{path}"] = (201, ENTRY)

    told = tocsin(words[0], "INC-20261123-001", *words[1:], "--url", api.url)

    assert told.exit_code == 0
    assert api.asked[0].body == body
    assert "INC-20261123-001/3" in told.stdout


def test_a_closing_may_let_go_of_the_rest(tocsin: Run, api: Api) -> None:
    api.answers[f"POST {ONE}/close"] = (409, {"title": "refused", "detail": "phase review (3.4(e))", "clause": "3.4"})

    told = tocsin("close", "INC-20261123-001", "--by", "lee", "--waive-rest", "--note", "silent", "--url", api.url)

    assert api.asked[0].body == {"by": "lee", "note": "silent", "waive_rest": True}
    assert told.exit_code == 4
    assert "phase review (3.4(e))" in told.stderr
