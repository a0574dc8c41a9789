"""Commands that look at or act on a running agent: what they ask it, and what they print."""

import json
from pathlib import Path
from typing import Any

import pytest

import collectors
from agent.config.load import read
from agent.rules import matchers
from tests.cli.conftest import FILE, Run
from tests.support.api import Api

INCIDENT: dict[str, Any] = {
    "number": "INC-20261123-001",
    "grade": 1,
    "provisional": True,
    "kind": "fault",
    "state": "open",
    "phase": "assessment",
    "functions": ["checkout", "ledger"],
    "drill": False,
    "started_at": "2026-11-23T03:02:00Z",
    "detected_at": "2026-11-23T03:02:30Z",
    "opened_at": "2026-11-23T03:02:31Z",
    "recovered_at": None,
    "acknowledged": {"provider": {"contact": "lee", "at": "2026-11-23T03:06:00Z"}, "customer": None},
    "signals_total": 4,
    "agreement": {"version": 3, "hash": "a91f3c7e00"},
}
ONE = "/incidents/INC-20261123-001"


def test_incidents_come_one_per_line_for_scripts(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [INCIDENT], "next": None})

    told = tocsin("incidents", "--url", api.url)

    assert told.stdout == "INC-20261123-001\t1?\topen\tfault\tcheckout, ledger\t11-23 03:02\tlee\t–\n"


def test_states_and_limit_are_asked_of_the_agent(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [], "next": None})

    tocsin("incidents", "--state", "open", "--state", "verifying", "--limit", "5", "--url", api.url)

    assert api.asked[0].query == {"state": ["open", "verifying"], "limit": ["5"]}


def test_no_incidents_leave_stdout_empty_for_scripts(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [], "next": None})

    told = tocsin("incidents", "--url", api.url)

    assert (told.stdout, told.stderr, told.exit_code) == ("", "no incidents\n", 0)


def test_json_is_what_the_agent_said(tocsin: Run, api: Api) -> None:
    api.answers["GET /incidents"] = (200, {"items": [INCIDENT], "next": "cursor"})

    told = tocsin("incidents", "--json", "--url", api.url)

    assert json.loads(told.stdout) == {"items": [INCIDENT], "next": "cursor"}


def test_acknowledging_says_who_and_by_which_means(tocsin: Run, api: Api) -> None:
    done = {"incident": "INC-20261123-001", "contact": "wang", "party": "customer", "at": "2026-11-23T03:06:00Z"}
    api.answers[f"POST {ONE}/acknowledgements"] = (201, done)

    told = tocsin("ack", "INC-20261123-001", "--as", "wang", "--means", "phone", "--url", api.url)

    assert api.asked[0].body == {"contact": "wang", "means": "phone"}
    assert told.stdout == "wang acknowledged INC-20261123-001 for the customer, 11-23 03:06:00\n"


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (
            ["verify", "--by", "lee", "--note", "paid one order", "--confirm-full"],
            "verification",
            {"by": "lee", "note": "paid one order", "confirm_full": True, "without": []},
        ),
        (
            ["verify", "--by", "lee", "--note", "by hand", "--without", "till", "--without", "books"],
            "verification",
            {"by": "lee", "note": "by hand", "confirm_full": False, "without": ["till", "books"]},
        ),
        (["void", "--by", "lee", "--reason", "a test"], "void", {"by": "lee", "reason": "a test"}),
        (["close", "--by", "lee"], "close", {"by": "lee", "note": ""}),
    ],
)
def test_an_act_is_posted_as_the_contract_says(
    tocsin: Run, api: Api, words: list[str], path: str, body: dict[str, Any]
) -> None:
    api.answers[f"POST {ONE}/{path}"] = (200, INCIDENT)

    told = tocsin(words[0], "INC-20261123-001", *words[1:], "--url", api.url)

    assert api.asked[0].body == body
    assert told.stdout == "INC-20261123-001 is open, grade 1, provisional\n"


def test_a_regrade_names_grade_person_and_reason(tocsin: Run, api: Api) -> None:
    api.answers[f"POST {ONE}/grade"] = (200, INCIDENT | {"grade": 3, "provisional": False})

    told = tocsin("regrade", "INC-20261123-001", "3", "--by", "lee", "--reason", "one node", "--url", api.url)

    assert api.asked[0].body == {"by": "lee", "grade": 3, "reason": "one node"}
    assert told.stdout == "INC-20261123-001 is open, grade 3\n"


@pytest.mark.parametrize("written", ["inc-20261123-001", "20261123-001", " INC-20261123-001 "])
def test_the_number_may_be_written_carelessly(tocsin: Run, api: Api, written: str) -> None:
    api.answers[f"POST {ONE}/close"] = (200, INCIDENT)

    assert tocsin("close", written, "--by", "lee", "--url", api.url).exit_code == 0


def test_a_number_cannot_lead_to_another_path(tocsin: Run, api: Api) -> None:
    tocsin("close", "../../reload?x=", "--by", "lee", "--url", api.url)

    assert api.asked[0].path == "/incidents/INC-..%2F..%2FRELOAD%3FX%3D/close"


@pytest.mark.parametrize("words", [["ack"], ["verify"], ["void", "--by", "lee"], ["close"], ["regrade", "4"]])
def test_an_act_without_its_person_or_reason_is_wrong_usage(tocsin: Run, api: Api, words: list[str]) -> None:
    told = tocsin(words[0], "INC-1", *words[1:], "--url", api.url)

    assert told.exit_code == 2
    assert api.asked == []


def test_probes_show_their_last_answers(tocsin: Run, api: Api) -> None:
    shop = {
        "name": "shop",
        "kind": "http_get",
        "function": "checkout",
        "result": "ok",
        "since": "2026-11-23T03:00:00Z",
        "last_run_at": "2026-11-23T03:05:00Z",
        "duration_s": 0.0123,
        "values": {"latency": 0.0119, "status": 200},
        "error": "",
    }
    api.answers["GET /probes"] = (200, {"items": [shop], "next": None})

    told = tocsin("probes", "--url", api.url)

    assert told.stdout == (
        "shop\thttp_get\tcheckout\tok\t11-23 03:00\t11-23 03:05:00\t12 ms\tlatency 0.0119, status 200\n"
    )


def test_probes_are_listed_to_the_last_page(tocsin: Run, api: Api) -> None:
    pages = [{"items": [{"name": "a", "kind": "cpu"}], "next": "a"}, {"items": [{"name": "b", "kind": "cpu"}]}]
    api.pages["GET /probes"] = pages

    found = json.loads(tocsin("probes", "--json", "--url", api.url).stdout)

    assert [probe["name"] for probe in found["items"]] == ["a", "b"]
    assert api.asked[1].query["cursor"] == ["a"]


def test_a_contact_nobody_knows_is_exit_code_5(tocsin: Run, api: Api) -> None:
    problem = {"title": "unknown contact", "status": 422, "detail": "'lea' is no contact of the agreement: lee, wang"}
    api.answers[f"POST {ONE}/acknowledgements"] = (422, problem)

    told = tocsin("ack", "INC-20261123-001", "--as", "lea", "--url", api.url)

    assert (told.exit_code, told.stderr) == (5, "tocsin: 'lea' is no contact of the agreement: lee, wang\n")


def test_a_reload_says_what_is_in_force_now(tocsin: Run, api: Api) -> None:
    warning = {"line": 3, "key": "plans", "message": "no response plan"}
    api.answers["POST /reload"] = (200, {"agreement": {"version": 4, "hash": "0011223344"}, "warnings": [warning]})

    assert tocsin("reload", "--url", api.url).stdout.splitlines() == [
        "configuration loaded; in force: agreement version 4, 00112233",
        "line 3: plans: warning: no response plan",
    ]


def test_a_refused_reload_is_exit_code_1_with_every_fault(tocsin: Run, api: Api) -> None:
    api.answers["POST /reload"] = (422, {"detail": "routes.yaml:3: signals: no\nroutes.yaml:9: probes: no"})

    told = tocsin("reload", "--url", api.url)

    assert told.exit_code == 1
    assert "routes.yaml:9: probes: no" in told.stderr


UNMAPPED = {
    "alertname": 'Disk "full" on Li\'s',
    "count": 12,
    "last_at": "2026-11-23T03:02:00Z",
    "labels": {"alertname": 'Disk "full" on Li\'s', "service": "ledger", "severity": "critical"},
}


def test_unmapped_alerts_come_as_rows_to_paste(tocsin: Run, api: Api) -> None:
    api.answers["GET /signals/unmapped"] = (200, {"items": [UNMAPPED], "next": None})

    told = tocsin("signals", "unmapped", "--url", api.url)

    text = FILE.partition("signals:")[0] + told.stdout
    settings, faults = read(text, Path("routes.yaml"), collectors.catalogue())
    assert settings is not None, faults
    assert matchers.first_match([row.match for row in settings.rows], UNMAPPED["labels"]) == 0
    assert (settings.rows[0].function, settings.rows[0].condition) == ("ledger", "degraded")


def test_labels_from_outside_stay_inside_their_comment(tocsin: Run, api: Api) -> None:
    labels = {"alertname": "X", "evil": "a\nprobes: {}\x1b[2J\u2028more"}
    api.answers["GET /signals/unmapped"] = (200, {"items": [UNMAPPED | {"alertname": "X", "labels": labels}]})

    told = tocsin("signals", "unmapped", "--url", api.url)

    assert len(told.stdout.splitlines()) == 3
    assert "\x1b" not in told.stdout


def test_scripts_get_the_row_beside_each_unmapped_alert(tocsin: Run, api: Api) -> None:
    api.answers["GET /signals/unmapped"] = (200, {"items": [UNMAPPED | {"alertname": "X"}], "next": None})

    found = json.loads(tocsin("signals", "unmapped", "--json", "--url", api.url).stdout)

    assert found["items"][0]["row"] == '{match: [\'alertname="X"\'], function: "ledger", state: degraded}'
