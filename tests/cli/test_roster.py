"""`tocsin roster`: what it asks the agent, and what it prints (OB-101, OB-104, 2.1)."""

from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api

PERSON: dict[str, Any] = {
    "id": "lee",
    "name": "Lee Ann",
    "roles": ["principal"],
    "phone": "+1-555-0100",
    "reachable": True,
    "channels": [
        {
            "channel": "call",
            "manner": "loud",
            "broken": False,
            "accepted_at": "2026-11-23T02:00:00Z",
            "answered_at": None,
        },
        {
            "channel": "mail",
            "manner": "quiet",
            "broken": False,
            "accepted_at": None,
            "answered_at": "2026-11-23T03:00:00Z",
        },
    ],
    "answered_at": "2026-11-23T03:00:00Z",
}
PROVIDER: dict[str, Any] = {
    "party": "provider",
    "name": "Cloud Services Ltd",
    "complete": False,
    "missing": [{"what": "few_members", "text": "1 reachable member, two are agreed", "people": []}],
    "month": "2026-11",
    "tested": False,
    "waits_for": ["chen"],
    "contacts": [PERSON],
}
CUSTOMER = {**PROVIDER, "party": "customer", "complete": True, "missing": [], "tested": True, "waits_for": []}
LISTED = {"items": [PROVIDER, CUSTOMER], "next": None}


def test_both_teams_are_shown_with_what_they_lack(tocsin: Run, api: Api) -> None:
    api.answers["GET /roster"] = (200, LISTED)

    shown = tocsin("roster", "--url", api.url)

    assert shown.stdout.splitlines()[:3] == [
        "provider: team not complete; channels in 2026-11 not tested, waits for chen",
        "  missing: 1 reachable member, two are agreed",
        "lee\tLee Ann\tprincipal\tcall, mail✓\t11-23 02:00\t11-23 03:00",
    ]
    assert "customer: team complete; channels in 2026-11 tested" in shown.stdout


def test_one_party_alone_may_be_checked_by_a_script(tocsin: Run, api: Api) -> None:
    """OB-101: exits 1 where the team is not complete."""
    api.answers["GET /roster"] = (200, LISTED)

    assert tocsin("roster", "--party", "customer", "--check", "--url", api.url).exit_code == 0
    assert tocsin("roster", "--check", "--json", "--url", api.url).exit_code == 1


def test_a_test_is_started_for_whom_one_names(tocsin: Run, api: Api) -> None:
    """OB-104: what waits for working hours says so."""
    held = {"id": "CT-20261123-001", "party": "provider", "to": ["lee"], "at": "2026-11-23T09:00:00Z", "held": True}
    api.answers["POST /roster/tests"] = (201, {"tests": [held], "repeated": False})

    shown = tocsin("roster", "test", "--by", "lee", "--party", "provider", "--contact", "lee", "--url", api.url)

    assert api.asked[0].body == {"by": "lee", "parties": ["provider"], "contacts": ["lee"], "now": False}
    assert shown.stdout == "CT-20261123-001 waits for working hours, 11-23 09:00: provider, to lee\n"


def test_an_answer_by_phone_is_recorded(tocsin: Run, api: Api) -> None:
    """OB-104: who is still waited for is said."""
    done = {"test": "CT-20261123-001", "contact": "chen", "party": "provider", "at": "2026-11-23T03:00:00Z"}
    api.answers["POST /roster/confirmations"] = (201, {**done, "repeated": False, "waits_for": []})

    shown = tocsin("roster", "answer", "chen", "--means", "phone", "--url", api.url)

    assert api.asked[0].body == {"contact": "chen", "test": "", "means": "phone"}
    assert shown.stdout.splitlines() == ["chen has answered CT-20261123-001", "the provider's channels are tested"]
