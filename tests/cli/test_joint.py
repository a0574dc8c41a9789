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


STATED = {
    "id": "S1",
    "incident": "",
    "matter": "agreement-2",
    "kind": "agreement_acceptance_stated",
    "about": "agreement-2",
    "party": "customer",
    "by": "wang",
    "at": "2026-11-23T03:05:00Z",
    "on_file_at": "2026-11-23T03:09:00Z",
    "means": "phone",
    "recorded_by": "lee",
    "said": {"version": 2},
    "asked": "customer",
    "state": "waiting",
    "due_at": "2026-11-24T10:00:00Z",
    "answered_by": None,
    "answered_at": None,
    "answer": None,
}


def test_what_was_written_down_for_the_other_principal_waits_to_be_confirmed(tocsin: Run, api: Api) -> None:
    """Facts 14, 15: it reads “stated by”, with what its party may type."""
    api.answers["POST /terms/accept"] = (201, {**WAITS, "stated": [STATED]})

    said = tocsin("terms", "accept", "--as", "wang", "--by", "lee", "--called-at", "4m", "--url", api.url).stdout

    assert said.splitlines()[1:] == [
        "waits for the principal of the customer: tocsin terms accept --as CONTACT",
        "S1  stated by wang (customer), 2026-11-23 03:05:00 by phone, recorded by lee: accepted the agreement “version "
        "2”; the customer may confirm or correct it until 2026-11-24 10:00:00",
        "  the customer: tocsin confirm agreement-2 S1 --as CONTACT",
    ]
    body = api.asked[-1].body
    assert body is not None
    assert (body["by"], body["recorded_by"], body["means"]) == ("wang", "lee", "phone")


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
