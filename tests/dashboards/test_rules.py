"""The alert rules, read and tested by Prometheus' own tool."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dashboards.shipped import RULE_TESTS, RULES, expressions, rules

Program = Callable[[str], Path]


def promtool(program: Program, *words: str | Path) -> str:
    done = subprocess.run(
        [program("promtool"), *words], cwd=RULES.parent, capture_output=True, text=True, timeout=60, check=False
    )
    return f"exit {done.returncode}\n{done.stdout}{done.stderr}"


@pytest.mark.real
def test_promtool_reads_the_rules(program: Program) -> None:
    said = promtool(program, "check", "rules", "--lint=all", "--lint-fatal", RULES.name)

    assert said.startswith("exit 0\n"), said
    assert f"SUCCESS: {len(rules())} rules found" in said


@pytest.mark.real
def test_each_rule_speaks_when_it_should_and_only_then(program: Program) -> None:
    said = promtool(program, "test", "rules", RULE_TESTS.name)

    assert said.startswith("exit 0\n"), said


@pytest.mark.real
def test_promtool_reads_every_expression_of_the_dashboard(program: Program, tmp_path: Path) -> None:
    records = [
        {"record": f"each:expression:{number}", "expr": expression.replace("$__rate_interval", "1m")}
        for number, (_, expression) in enumerate(expressions())
    ]
    file = tmp_path / "expressions.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": records}]}))

    said = promtool(program, "check", "rules", file)

    assert said.startswith("exit 0\n"), said


def test_every_rule_has_a_case_in_which_it_speaks() -> None:
    spoken = set(re.findall(r'alertname="(\w+)"', RULE_TESTS.read_text()))

    assert spoken == {rule["alert"] for rule in rules()}


def test_the_faults_an_operator_must_hear_of_have_their_rules() -> None:
    assert {rule["alert"]: rule["labels"]["severity"] for rule in rules()} == {
        "TocsinDown": "critical",
        "TocsinAbsent": "critical",
        "TocsinStoreNotWritable": "critical",
        "TocsinPartyUnreachable": "critical",
        "TocsinDeliveriesStuck": "critical",
        "TocsinEngineStuck": "critical",
        "TocsinSelfAuditFailed": "critical",
        "TocsinReportOverdue": "critical",
        "TocsinDutyNearDue": "warning",
        "TocsinDutyOverdue": "warning",
        "TocsinSealLate": "warning",
        "TocsinEndpointsBroken": "warning",
        "TocsinRotaUnreadable": "warning",
        "TocsinConfigReloadFailed": "warning",
        "TocsinEngineFault": "warning",
        "TocsinTimekeeperLate": "warning",
        "TocsinProbesBlind": "warning",
        "TocsinProbeOverruns": "warning",
        "TocsinProbesLate": "warning",
        "TocsinClockJumped": "warning",
        "TocsinAlertsUnreadable": "warning",
        "TocsinOwnCertificateEnds": "warning",
        "TocsinCertificateExpires": "warning",
    }


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_a_rule_says_what_is_wrong_and_what_to_do(rule: dict[str, Any]) -> None:
    said = rule["annotations"]

    assert re.search(r"[.;]", said["summary"])
    assert len(said["summary"]) < 120
    assert len(said["description"]) > 60


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: str(rule["alert"]))
def test_a_rule_can_be_kept_out_of_the_agents_own_route_by_its_name(rule: dict[str, Any]) -> None:
    """An incident opened by an alert about the agent would keep that alert's incident alive."""
    assert rule["alert"].startswith("Tocsin")
