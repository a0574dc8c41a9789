"""`tocsin terms diff | accept | reject`, and what `tocsin reload` says of a changed agreement (fact 14)."""

from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api


def part(version: int, **more: Any) -> dict[str, Any]:
    return {
        "version": version,
        "hash": f"{version}4850be1aa",
        "state": "in_force",
        "provider": None,
        "customer": None,
        "waits_for": ["provider", "customer"],
        "ended_by": None,
        "reason": None,
        **more,
    }


WAITS = {
    "in_force": part(1, provider="lee", customer="wang"),
    "proposed": part(2, provider="lee", waits_for=["customer"]),
    "rejected": None,
    "differences": [
        {"key": "agreement.functions.search", "was": "", "now": "{}"},
        {"key": "agreement.terms.first_notice.limit.1", "was": "10m", "now": "5m"},
        {"key": "agreement.overlays", "was": "cn-pipl", "now": ""},
    ],
    "repeated": False,
}


def test_what_waits_is_shown_place_by_place(tocsin: Run, api: Api) -> None:
    api.answers["GET /terms/proposed"] = (200, WAITS)

    said = tocsin("terms", "diff", "--url", api.url).stdout

    assert said.splitlines() == [
        "in force: version 1, 14850be1, accepted by lee and wang",
        "proposed: version 2, 24850be1, accepted by lee",
        "  + agreement.functions.search: {}",
        "    agreement.terms.first_notice.limit.1: 10m -> 5m",
        "  - agreement.overlays: cn-pipl",
        "waits for the principal of the customer: tocsin terms accept --as CONTACT",
    ]


def test_nothing_waiting_is_said_so(tocsin: Run, api: Api) -> None:
    rejected = part(2, ended_by="wang", reason="not agreed")
    api.answers["GET /terms/proposed"] = (200, {**WAITS, "proposed": None, "rejected": rejected, "differences": []})

    said = tocsin("terms", "diff", "--url", api.url).stdout

    assert "version 2, as the file has it, was rejected by wang: not agreed" in said
    assert "nothing waits to be accepted" in said


def test_an_acceptance_says_for_whom_it_still_waits(tocsin: Run, api: Api) -> None:
    api.answers["POST /terms/accept"] = (201, WAITS)

    said = tocsin("terms", "accept", "--as", "lee", "--hash", "2485", "--url", api.url).stdout

    assert api.asked[0].body == {"by": "lee", "hash": "2485", "means": "cli"}
    assert "waits for the principal of the customer" in said


def test_a_rejection_needs_its_reason(tocsin: Run, api: Api) -> None:
    api.answers["POST /terms/reject"] = (200, {**WAITS, "proposed": None})

    told = tocsin("terms", "reject", "--as", "wang", "--because", "not agreed", "--url", api.url)

    assert api.asked[0].body == {"by": "wang", "reason": "not agreed", "hash": "", "means": "cli"}
    assert "in force: version 1" in told.stdout
    assert tocsin("terms", "reject", "--as", "wang", "--url", api.url).exit_code == 2


def test_a_reload_says_what_is_in_force_and_what_waits(tocsin: Run, api: Api) -> None:
    answer = {"agreement": {"version": 1, "hash": "14850be1aa"}, "warnings": []}
    api.answers["POST /reload"] = (200, {**answer, "proposed": 2, "waits_for": ["customer"], "rejected_by": None})

    said = tocsin("reload", "--url", api.url).stdout

    assert "in force: agreement version 1, 14850be1" in said
    assert "version 2 waits for the principal of the customer: tocsin terms diff" in said
