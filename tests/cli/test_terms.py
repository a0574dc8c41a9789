"""`tocsin terms`: the plan of who owes what to whom by when."""

import json
import re
from pathlib import Path

import pytest

from tests.cli.conftest import Run

FILE = """
agreement:
  system: Shop
  adopted: {provider: lee, customer: wang, at: 2026-01-01, terms: [assess]}
  terms:
    first_notice: {limit: {1: 10m}, basis: annex, ref: annex 2}
    daily_call: {clauses: [annex 4], basis: annex, debtor: provider, creditor: customer,
                 starts: incident.opened, limit: {1: 2h}, met_by: update.posted}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "routes.yaml"
    path.write_text(FILE)
    return path


def test_each_duty_says_who_owes_what_by_when_and_on_what_basis(tocsin: Run, file: Path) -> None:
    rows = {row["name"]: row for row in json.loads(tocsin("terms", "--routes", str(file), "--json").stdout)}

    assert rows["acknowledge_report"]["basis"] == "contract"
    assert rows["acknowledge_report"]["limit"] == {"1": "15m", "2": "15m", "3": "15m"}
    assert (rows["first_notice"]["limit"]["1"], rows["first_notice"]["limit"]["2"]) == ("10m", "30m")
    assert (rows["first_notice"]["is_target"], rows["first_notice"]["ref"]) == (False, "annex 2")
    assert (rows["assess"]["is_target"], rows["contain"]["is_target"]) == (False, True)
    assert rows["daily_call"]["met_by"] == ["update.posted"]


def test_a_grade_shows_only_what_it_owes(tocsin: Run, file: Path) -> None:
    said = tocsin("terms", "--routes", str(file), "--grade", "3").stdout

    assert "respond or not" in said
    assert "principals speak" not in said
    assert "daily call" not in said


def test_it_speaks_chinese(tocsin: Run, file: Path) -> None:
    said = tocsin("terms", "--routes", str(file), "--language", "zh").stdout

    assert "首次通知 (OB-303)" in said
    assert "默认（目标）" in said
    assert "通知已送达一名人员（首次通知、变更通知、请求、恢复通知）" in said
    assert "2小时内每30分钟，其后每60分钟" in said


def test_the_plan_calls_the_parties_as_the_file_does(tocsin: Run, file: Path) -> None:
    """Fact 1: where the provider is 乙方, so it is in every duty."""
    swapped = FILE.replace("  provider: {contacts", "  provider: {label: 乙方, contacts")
    file.write_text(swapped.replace("  customer: {contacts", "  customer: {label: 甲方, contacts"))

    chinese = tocsin("terms", "--routes", str(file), "--language", "zh").stdout
    english = tocsin("terms", "--routes", str(file)).stdout

    assert "乙方应急小组启动 (OB-411)" in chinese
    assert "甲方应急小组启动 (OB-412)" in chinese
    assert "provider's team launched (OB-411)" in english


def test_a_statute_s_clock_names_all_that_starts_it_and_from_which_grade(tocsin: Run, file: Path) -> None:
    """Fact 11: an outage graded gravely starts the report as an attack does; a person may exclude it."""
    file.write_text(FILE.replace("  terms:\n", "  overlays: [cn-incident-report, eu-nis2]\n  terms:\n", 1))

    english = " ".join(tocsin("terms", "--routes", str(file)).stdout.split())
    chinese = tocsin("terms", "--routes", str(file), "--language", "zh").stdout

    assert (
        "a security event was confirmed, also a leak of data; or monitoring or a report first knew of an incident"
        " (grade 2 or graver); or an incident's grade changed (grade 2 or graver)"
        "; or a person decided that a statute's report is owed (cn-incident-report)"
    ) in english
    assert "发现事件（二级及以上）；或级别变更（二级及以上）" in chinese


def test_a_duty_names_all_that_starts_it(tocsin: Run, file: Path) -> None:
    said = tocsin("terms", "--routes", str(file)).stdout

    assert "; or an incident's grade changed" in said


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_plan_names_no_event_by_the_programs_own_word(tocsin: Run, file: Path, language: str) -> None:
    shown = tocsin("terms", "--routes", str(file), "--language", language).stdout

    assert re.findall(r"[(（][^()（）]*[a-z]+_[a-z_]+[^()（）]*[)）]", shown) == ["(daily_call)"]  # the file's own
