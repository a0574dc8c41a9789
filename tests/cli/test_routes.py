"""`tocsin routes test`: who would be told, and why."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import FILE, Run
from tests.support.rotas import rota

NIGHT = ("--at", "2026-11-23 03:00")


@pytest.fixture(autouse=True)
def _written(file: Path) -> None: ...


def asked(tocsin: Run, *words: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(tocsin("routes", "test", "routes.yaml", "--json", *NIGHT, *words).stdout)
    return value


def contacts(party: dict[str, Any]) -> list[str]:
    return [each["contact"] for each in party["recipients"]]


def test_grade_1_tells_everyone_of_both_parties(tocsin: Run) -> None:
    provider, customer = asked(tocsin, "--grade", "1")["parties"]

    assert contacts(provider) == ["lee", "chen"]
    assert contacts(customer) == ["wang"]
    assert provider["recipients"][0]["why"] == "default grade 1: everyone"


def test_one_party_alone_can_be_asked(tocsin: Run) -> None:
    parties = asked(tocsin, "--grade", "1", "--party", "customer")["parties"]

    assert [party["party"] for party in parties] == ["customer"]


def test_the_ladder_stands_in_time(tocsin: Run) -> None:
    provider = asked(tocsin, "--grade", "1")["parties"][0]

    assert [(rung["after_s"], rung["to"]) for rung in provider["ladder"]] == [
        (180, ["next person"]),
        (450, ["coordinator"]),
        (675, ["principal"]),
    ]
    assert provider["asked_again_s"] == 300


def test_grade_3_has_no_ladder_and_waits_for_working_hours(tocsin: Run) -> None:
    provider = asked(tocsin, "--grade", "3")["parties"][0]

    assert provider["ladder"] == []
    assert provider["waits_until"] == "2026-11-23T01:00:00+00:00"


def test_at_grade_3_the_second_channel_waits_for_the_first_to_fail(tocsin: Run) -> None:
    chen = asked(tocsin, "--grade", "3")["parties"][0]["recipients"][0]

    assert [(channel["id"], channel["at_once"]) for channel in chen["channels"]] == [
        ("chen/1", True),
        ("chen/2", False),
    ]


def test_the_customers_notice_is_held_at_grade_2(tocsin: Run) -> None:
    provider, customer = asked(tocsin, "--grade", "2")["parties"]

    assert (provider["hold_s"], customer["hold_s"]) == (0, 300)


def test_the_time_is_read_in_the_agreements_zone(tocsin: Run) -> None:
    assert asked(tocsin, "--grade", "1")["at"] == "2026-11-22T19:00:00+00:00"


def test_a_route_of_the_file_goes_before_the_default(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + "routes:\n  - {party: provider, function: ledger, to: [lee]}\n")

    told = asked(tocsin, "--grade", "2", "--function", "ledger", "--party", "provider")["parties"][0]

    assert (told["routes"], contacts(told)) == (["routes[0]"], ["lee"])
    assert contacts(asked(tocsin, "--grade", "2", "--function", "checkout")["parties"][0]) == ["chen"]


def test_in_a_trial_the_customer_is_not_called(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace("agreement:\n", "agreement:\n  status: trial\n"))

    customer = asked(tocsin, "--grade", "1")["parties"][1]

    assert (customer["trial"], customer["ladder"]) == (True, [])


def test_people_read_names_channels_reasons_and_times(tocsin: Run) -> None:
    told = tocsin("routes", "test", "routes.yaml", "--grade", "2", "--party", "customer", *NIGHT)

    assert told.stdout.splitlines() == [
        "grade 2 fault of system, Mon 2026-11-23 03:00 Asia/Shanghai, outside working hours",
        "",
        "customer: default grade 2",
        "  wang by wang/1 (personal): "
        "default grade 2: nobody is on call: role member, held by nobody: role coordinator",
        "  hold: 5m, a person's confirmation or a raise",
        "  ladder until one of them acknowledges: 6m (20 %) next person; 15m (50 %) coordinator; "
        "22m30s (75 %) principal; then over again",
        "  asked again: every 15m",
    ]


def test_a_broken_channel_is_shown_as_such(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace('reach: ["log://", "log://second"]', 'reach: ["log://", "logg://x"]'))

    told = tocsin("routes", "test", "routes.yaml", "--grade", "1", *NIGHT)

    assert "chen/2 is broken: " in told.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--function", "chekout"], "'chekout' is no agreed function; the file knows"),
        (["--at", "tomorrow"], "'tomorrow' is no time"),
        (["--grade", "4"], "4"),
    ],
)
def test_a_question_that_makes_no_sense_is_wrong_usage(tocsin: Run, words: list[str], said: str) -> None:
    told = tocsin("routes", "test", "routes.yaml", "--grade", "1", *words)

    assert told.exit_code == 2
    assert said in told.stderr


def test_a_file_with_faults_is_refused_with_all_of_them(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace("function: ledger", "function: ledgr").replace("role: principal,", "role: boss,"))

    told = tocsin("routes", "test", "routes.yaml", "--grade", "1")

    assert told.exit_code == 1
    assert [line.split(": ")[0] for line in told.stderr.splitlines()] == ["routes.yaml:10", "routes.yaml:17"]


# ------------------------------------------------------------------------------------------------------- on call


@pytest.fixture
def crewed(file: Path) -> None:
    """chen until Monday 09:00 in Shanghai, then nobody; the file stands beside routes.yaml."""
    (file.parent / "oncall.ics").write_bytes(rota("SUMMARY:chen\nDTSTART:20261116T090000\nDTEND:20261123T090000"))
    named = "provider:\n    on_call: {calendar: oncall.ics}\n    contacts:"
    file.write_text(file.read_text().replace("provider:\n    contacts:", named))


@pytest.mark.usefixtures("crewed")
def test_who_is_on_call_then_is_said(tocsin: Run) -> None:
    at = ("routes", "test", "routes.yaml", "--grade", "2", "--party", "provider", "--at")

    told = json.loads(tocsin(*at, "2026-11-23 03:00", "--json").stdout)["parties"][0]
    shown = tocsin(*at, "2026-11-23 03:00").stdout
    afterwards = tocsin(*at, "2026-11-23 12:00").stdout

    assert told["on_call"] == {"contacts": ["chen"], "until": "2026-11-23T01:00:00+00:00"}
    assert told["recipients"][0]["why"] == "default grade 2: on call"
    assert "on call: chen, until" in shown
    assert "on call: nobody" in afterwards
    assert "nobody is on call: role member" in afterwards
