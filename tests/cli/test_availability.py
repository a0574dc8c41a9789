"""`tocsin availability`: what it asks the agent, and what it prints."""

from typing import Any

from tests.cli.conftest import Run
from tests.support.api import Api


def figure(**more: Any) -> dict[str, Any]:
    return {
        "minutes": 43200,
        "planned": 30,
        "excluded": 30,
        "unavailable": 20,
        "unknown": 5,
        "coverage": 0.9999,
        "assessable": True,
        "availability": 0.99953,
        "text": "99.953%",
        "met": True,
        **more,
    }


def measured(function: str | None = "checkout", **more: Any) -> dict[str, Any]:
    outage = {
        "starts_at": "2026-11-20T02:00:00Z",
        "ends_at": "2026-11-20T02:20:00Z",
        "minutes": 20,
        "excluded": 5,
    }
    said = {"function": function, "name": function or "Payment platform", "criticality": "core", "watched": True}
    return {**figure(), **said, "if_accepted": None, "outages": [outage], **more}


def month(**more: Any) -> dict[str, Any]:
    return {
        "month": "2026-11",
        "measured_until": "2026-12-01T00:00:00Z",
        "over": True,
        "target": 0.999,
        "target_agreed": True,
        "whole": measured(None),
        "functions": [measured()],
        "planned": [],
        "exclusions": [],
        "drill_minutes": 0,
        **more,
    }


def claim(state: str = "open", **more: Any) -> dict[str, Any]:
    return {
        "id": "EXC-20261120-001",
        "function": None,
        "what": "force_majeure",
        "starts_at": "2026-11-20T02:00:00Z",
        "ends_at": "2026-11-20T02:40:00Z",
        "because": "the fibre was cut",
        "state": state,
        "answered_by": None,
        **more,
    }


def test_a_month_is_a_table_with_its_outages(tocsin: Run, api: Api) -> None:
    api.answers["GET /availability"] = (200, month())

    told = tocsin("availability", "--month", "2026-11", "--function", "checkout", "--url", api.url)

    assert told.exit_code == 0
    assert told.stdout.splitlines()[0] == "checkout\t99.9%\t43200\t30\t20\t5\t99.953%\t100.0%"
    assert "checkout was down" in told.stdout
    assert "20 min, 5 of them left out" in told.stdout
    assert api.asked[0].query == {"month": ["2026-11"], "function": ["checkout"]}


def test_both_figures_are_told_while_a_claim_is_open(tocsin: Run, api: Api) -> None:
    """4.1(a)"""
    accepted = figure(text="99.999%")
    found = month(whole=measured(None, if_accepted=accepted), exclusions=[claim()])
    api.answers["GET /availability"] = (200, found)

    told = tocsin("availability", "--url", api.url)

    assert "Payment platform: 99.999% if every open exclusion were accepted" in told.stdout
    assert "EXC-20261120-001" in told.stdout


def test_what_nobody_looked_at_is_said(tocsin: Run, api: Api) -> None:
    blind = measured(watched=False, text="不可评定 / cannot be assessed", met=None, outages=[])
    api.answers["GET /availability"] = (200, month(functions=[blind], target=None, target_agreed=False))

    told = tocsin("availability", "--url", api.url)

    assert "checkout: no probe of it was read" in told.stdout
    assert "不可评定" in told.stdout


def test_a_claim_says_who_answers_next(tocsin: Run, api: Api) -> None:
    api.answers["POST /availability/exclusions"] = (201, claim())

    told = tocsin(
        *("availability", "exclude", "--by", "lee", "--what", "force_majeure", "--because", "the fibre was cut"),
        *("--from", "2026-11-20 02:00", "--to", "2026-11-20 02:40", "--url", api.url),
    )

    assert told.exit_code == 0
    assert "EXC-20261120-001 is open" in told.stdout
    assert "tocsin availability accept EXC-20261120-001" in told.stdout
    body = api.asked[0].body
    assert (body["by"], body["what"], body["because"]) == ("lee", "force_majeure", "the fibre was cut")


def test_answers_go_to_the_exclusion(tocsin: Run, api: Api) -> None:
    api.answers["POST /availability/exclusions/EXC-20261120-001/accept"] = (200, claim("accepted"))
    api.answers["POST /availability/exclusions/EXC-20261120-001/decline"] = (200, claim("declined"))
    api.answers["POST /availability/exclusions/EXC-20261120-001/withdraw"] = (200, claim("withdrawn"))

    accepted = tocsin("availability", "accept", "exc-20261120-001", "--by", "wang", "--url", api.url)
    declined = tocsin("availability", "decline", "EXC-20261120-001", "--by", "wang", "--reason", "no", "--url", api.url)
    gone = tocsin("availability", "withdraw", "EXC-20261120-001", "--by", "lee", "--reason", "wrong", "--url", api.url)

    assert [each.exit_code for each in (accepted, declined, gone)] == [0, 0, 0]
    assert [asked.body for asked in api.asked] == [
        {"by": "wang"},
        {"by": "wang", "text": "no"},
        {"by": "lee", "text": "wrong"},
    ]
