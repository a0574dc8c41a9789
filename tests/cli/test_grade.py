"""`tocsin grade test`: which grade an alert would get, and by which rules."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Run


@pytest.fixture(autouse=True)
def _written(file: Path) -> None: ...


def graded(tocsin: Run, *words: str) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(tocsin("grade", "test", "routes.yaml", "--json", *words).stdout)
    return value


def test_a_core_function_that_is_down_is_grade_2_at_first(tocsin: Run) -> None:
    found = graded(tocsin, "alertname=CheckoutDown")

    assert (found["grade"], found["provisional"], found["rules"]) == (2, True, ["R0", "R1", "R4"])
    assert found["row"] == {"name": "signals[0]", "match": ['alertname="CheckoutDown"']}
    assert (found["function"], found["criticality"], found["state"]) == ("checkout", "core", "down")


def test_what_time_will_add_is_said(tocsin: Run) -> None:
    (rise,) = graded(tocsin, "alertname=CheckoutDown", "--for", "2m")["next"]

    assert (rise["grade"], rise["in_s"], rise["needs_second_evidence"]) == (1, 180, True)


def test_ten_minutes_with_second_evidence_are_grade_1(tocsin: Run) -> None:
    found = graded(tocsin, "alertname=CheckoutDown", "--for", "10m", "--second-evidence")

    assert (found["grade"], found["rules"]) == (1, ["R0", "R1", "R4", "R7"])


def test_ten_minutes_alone_stay_grade_2(tocsin: Run) -> None:
    assert graded(tocsin, "alertname=CheckoutDown", "--for", "10m")["grade"] == 2


def test_age_lifts_a_degraded_function_by_one(tocsin: Run) -> None:
    (rise,) = graded(tocsin, "service=checkout", "severity=critical")["next"]

    assert (rise["grade"], rise["in_s"], rise["needs_second_evidence"]) == (1, 8 * 3600, False)


def test_the_share_that_fires_is_the_scope(tocsin: Run) -> None:
    found = graded(tocsin, "job=ledger-db", "--firing", "9")

    assert (found["scope"], found["grade"]) == (0.75, 2)


def test_security_goes_by_its_certainty(tocsin: Run) -> None:
    found = graded(tocsin, "alertname=Intrusion")

    assert (found["grade"], found["rules"], found["next"]) == (1, ["R0", "R1", "R3"], [])


def test_an_alert_of_no_agreed_function_is_out_of_scope(tocsin: Run) -> None:
    found = graded(tocsin, "alertname=DiskFull")

    assert (found["outcome"], found["grade"], found["row"]) == ("out_of_scope", None, None)


def test_the_watchdog_is_a_heartbeat(tocsin: Run) -> None:
    assert graded(tocsin, "alertname=Watchdog")["outcome"] == "heartbeat"


def test_an_unmatched_alert_that_names_a_function_is_mapped_by_it(tocsin: Run) -> None:
    found = graded(tocsin, "service=checkout", "severity=critical")

    assert (found["grade"], found["rules"], found["notes"]) == (2, ["R0", "R1", "R4", "R5"], [])


def test_people_read_the_row_the_rules_and_what_comes_next(tocsin: Run) -> None:
    told = tocsin("grade", "test", "routes.yaml", "alertname=CheckoutDown")

    assert told.exit_code == 0
    assert told.stdout.splitlines() == [
        "grade 2, provisional",
        'row       signals[0]: alertname="CheckoutDown"',
        "function  checkout (core), down",
        "R0        function and state, by the row or the labels",
        "R1        held already, by the alert rule's own `for`",
        "R4        the grade table, or the row's own grade: grade 2",
        "then      grade 1 in 5m, given second evidence (R7)",
    ]


def test_people_read_that_nobody_would_be_told(tocsin: Run) -> None:
    told = tocsin("grade", "test", "routes.yaml", "alertname=DiskFull")

    assert told.stdout.startswith("out of scope: kept and counted, nobody is told\nrow       none matched\n")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "name the alert's labels"),
        (["alertname"], "'alertname' is no label: write alertname=CheckoutDown"),
        (["alertname=X", "--for", "10"], "10 has no unit"),
    ],
)
def test_a_question_that_makes_no_sense_is_wrong_usage(tocsin: Run, words: list[str], said: str) -> None:
    told = tocsin("grade", "test", "routes.yaml", *words)

    assert told.exit_code == 2
    assert said in told.stderr


# ------------------------------------------------------------------------------------------- R8, the circumstances


AGREED = """time_zone: UTC
  service_hours: "Mon..Fri 08:00-20:00"
  assurance: [{from: "2026-11-10 00:00", to: "2026-11-12 00:00"}]"""


@pytest.fixture
def circumstances(file: Path) -> None:
    file.write_text(file.read_text().replace("time_zone: Asia/Shanghai", AGREED))


@pytest.mark.usefixtures("circumstances")
def test_an_assurance_period_makes_it_one_graver(tocsin: Run) -> None:
    found = graded(tocsin, "service=checkout", "severity=critical", "--at", "2026-11-10 09:00")

    assert (found["grade"], found["rules"][-1]) == (1, "R8")
    assert found["inputs"]["modifiers"] == {"assurance": "2026-11-10T00:00:00+00:00/2026-11-12T00:00:00+00:00"}


@pytest.mark.usefixtures("circumstances")
def test_outside_of_service_hours_it_is_one_less_grave_until_they_begin(tocsin: Run) -> None:
    found = graded(tocsin, "service=checkout", "severity=critical", "--at", "2026-11-23 03:00")

    assert (found["grade"], found["inputs"]["modifiers"]) == (3, {"service_hours": "outside"})
    [rise] = found["next"]
    assert (rise["grade"], rise["rule"], rise["at"]) == (2, "R8", "2026-11-23T08:00:00+00:00")


@pytest.mark.usefixtures("circumstances")
def test_the_circumstances_add_up(tocsin: Run) -> None:
    """R8: in an assurance period, and outside of service hours."""
    found = graded(tocsin, "service=checkout", "severity=critical", "--at", "2026-11-10 22:00")

    assert (found["grade"], "R8" in found["rules"]) == (2, False)


def test_a_third_time_is_one_graver(tocsin: Run) -> None:
    grades = [graded(tocsin, "service=checkout", "severity=critical", "--times", times)["grade"] for times in "123"]

    assert grades == [2, 2, 1]


def test_two_grade_2_on_a_core_function_propose_grade_1(tocsin: Run) -> None:
    found = graded(tocsin, "service=checkout", "severity=critical", "--beside")

    assert (found["grade"], found["proposed"], found["rules"][-1]) == (2, 1, "R8")
    shown = tocsin("grade", "test", "routes.yaml", "service=checkout", "severity=critical", "--beside").stdout
    assert "grade 1 is proposed, paged loudly, and waits for a person" in shown
