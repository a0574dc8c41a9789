"""`tocsin obligations`: what it asks the agent, and what it prints."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api


def owed(name: str, state: str, minutes: float, *, target: bool = False) -> dict[str, Any]:
    due_at = datetime.now(UTC) + timedelta(minutes=minutes, seconds=20)
    return {
        "id": f"{name}-INC-20261123-001",
        "name": name,
        "duty": {"en": name.replace("_", " "), "zh": "义务"},
        "clauses": ["3.4(a)"],
        "basis": "default" if target else "annex",
        "target": target,
        "debtor": "provider",
        "incident": "INC-20261123-001",
        "report": "",
        "state": state,
        "due_at": due_at.isoformat(),
    }


def test_what_is_open_is_listed_with_what_is_left(tocsin: Run, api: Api) -> None:
    items = [
        owed("assess", "running", 12),
        owed("first_notice", "overdue", -4),
        owed("judge", "overdue", -9, target=True),
    ]
    api.answers["GET /obligations"] = (200, {"items": items, "next": None})

    said = tocsin("obligations", "--url", api.url).stdout

    assert "12m" in said
    assert "-3m" in said
    assert "overdue" in said
    assert "target missed" in said
    assert api.asked[0].query["state"] == ["running", "paused", "overdue"]


def test_it_is_narrowed_and_given_as_json(tocsin: Run, api: Api) -> None:
    api.answers["GET /obligations"] = (200, {"items": [], "next": None})

    told = tocsin("obligations", "--overdue", "--debtor", "customer", "--incident", "INC-1", "--json", "--url", api.url)

    assert told.exit_code == 0
    assert api.asked[0].query == {"state": ["overdue"], "debtor": ["customer"], "incident": ["INC-1"], "limit": ["100"]}


def test_nothing_owed_is_said_so(tocsin: Run, api: Api) -> None:
    api.answers["GET /obligations"] = (200, {"items": [], "next": None})

    assert "nothing is owed" in tocsin("obligations", "--all", "--url", api.url).output
