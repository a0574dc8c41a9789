"""`tocsin register`: what it asks the agent, and what it prints."""

from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api


def line(kind: str = "improvement", state: str = "open", **more: Any) -> dict[str, Any]:
    return {
        "id": "IMP-20261123-001",
        "kind": kind,
        "what": "",
        "text": "alert on the pool",
        "party": "provider",
        "state": state,
        "by": "lee",
        "owner": "lee",
        "due_at": "2026-12-25T00:00:00+00:00",
        "period": None,
        "incident": "INC-20261123-001",
        "accepted_provider": None,
        "accepted_customer": None,
        **more,
    }


def test_an_improvement_is_put_down_by_its_owner_unless_said_otherwise(tocsin: Run, api: Api) -> None:
    api.answers["POST /register"] = (201, line())

    told = tocsin(
        *("register", "add", "improvement", "alert on the pool", "--owner", "lee", "--due", "2026-12-24"),
        *("--incident", "20261123-001", "--url", api.url),
    )

    assert told.exit_code == 0
    assert "IMP-20261123-001 is open, due 2026-12-2" in told.stdout
    assert api.asked[0].body == {
        "kind": "improvement",
        "text": "alert on the pool",
        "by": "lee",
        "owner": "lee",
        "due": "2026-12-24",
        "incident": "INC-20261123-001",
    }


def test_a_vulnerability_needs_its_severity_and_a_day_is_a_day(tocsin: Run, api: Api) -> None:
    bare = tocsin("register", "add", "vulnerability", "openssl", "--by", "lee", "--url", api.url)
    odd = tocsin("register", "add", "improvement", "x", "--by", "lee", "--due", "soon", "--url", api.url)
    nobody = tocsin("register", "add", "improvement", "x", "--url", api.url)

    assert (bare.exit_code, odd.exit_code, nobody.exit_code) == (2, 2, 2)
    assert "--severity" in bare.output
    assert "2026-12-24" in odd.output
    assert api.asked == []


def test_a_vulnerability_carries_severity_and_time(tocsin: Run, api: Api) -> None:
    api.answers["POST /register"] = (201, line("vulnerability", what="high", accepted_provider="lee"))

    told = tocsin(
        *("register", "add", "vulnerability", "openssl", "--severity", "high", "--by", "lee"),
        *("--known-at", "2026-11-20 10:00", "--url", api.url),
    )

    assert "lee accepted its risk; the other party has not" in told.stdout
    assert api.asked[0].body["what"] == "high"
    assert api.asked[0].body["known_at"].startswith("2026-11-20T10:00")


def test_upkeep_statements_and_decisions_are_posted_as_what_they_are(tocsin: Run, api: Api) -> None:
    api.answers["POST /register"] = (201, line(state="proposed", accepted_provider="lee"))

    tocsin("register", "record", "hardening", "--by", "chen", "--text", "patched", "--url", api.url)
    tocsin("register", "attest", "own_use", "--as", "wang", "--text", "ours", "--for", "2026-Q3", "--url", api.url)
    none = tocsin("register", "decide", "INC-20261123-001", "--by", "lee", "--none", "a digger", "--url", api.url)
    tocsin("register", "decide", "INC-20261123-001", "--by", "lee", "--item", "IMP-1", "--url", api.url)
    both = tocsin("register", "decide", "I", "--by", "lee", "--none", "x", "--item", "IMP-1", "--url", api.url)

    assert [(each.body["kind"], each.body["what"]) for each in api.asked] == [
        ("maintenance", "hardening"),
        ("attestation", "own_use"),
        ("decision", "none"),
        ("decision", "items"),
    ]
    assert api.asked[1].body["period"] == "2026-Q3"
    assert api.asked[3].body["items"] == ["IMP-1"]
    assert "next: the customer accepts it" in none.stdout
    assert both.exit_code == 2


def test_what_is_done_to_a_line_is_an_act_of_its_own(tocsin: Run, api: Api) -> None:
    for act in ("done", "verify", "reopen", "accept", "withdraw"):
        api.answers[f"POST /register/IMP-20261123-001/{act}"] = (200, line(state="done"))

    for act in ("done", "verify", "accept"):
        told = tocsin("register", act, "imp-20261123-001", "--by", "wang", "--text", "seen", "--url", api.url)
        assert "somebody else verifies it" in told.stdout
    tocsin("register", "reopen", "IMP-20261123-001", "--by", "wang", "--text", "no alert", "--url", api.url)
    tocsin("register", "withdraw", "IMP-20261123-001", "--by", "wang", "--reason", "replaced", "--url", api.url)

    assert [each.body["text"] for each in api.asked] == ["seen", "seen", "seen", "no alert", "replaced"]


def test_the_list_is_narrowed_and_says_when_it_is_empty(tocsin: Run, api: Api) -> None:
    api.answers["GET /register"] = (200, {"items": [], "next": None})
    api.pages["GET /register"] = [{"items": [line(what="critical", owner=None)], "next": "more"}]

    shown = tocsin("register", "list", "--open", "--kind", "improvement", "--owner", "lee", "--url", api.url)
    empty = tocsin("register", "list", "--incident", "20261123-001", "--url", api.url)

    assert "critical\talert on the pool\tlee" in shown.stdout
    assert "there are more" in shown.output
    assert "nothing in the registers" in empty.output
    assert api.asked[0].query == {"kind": ["improvement"], "owner": ["lee"], "open": ["true"], "limit": ["100"]}
    assert api.asked[1].query["incident"] == ["INC-20261123-001"]
