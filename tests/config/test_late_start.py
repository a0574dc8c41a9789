"""A first day that lies behind: what is missed at once by it is said before it is on record (clock rule 1)."""

from datetime import UTC, datetime

import pytest

from agent.config.load import read
from agent.config.settings import Fault
from collectors import catalogue
from tests.config.reading import PATH

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TEAMS = """
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer:
    contacts:
      wang: {role: [principal, member], reach: ["log://", "json://127.0.0.1"]}
      ma: {role: member, reach: ["log://", "json://127.0.0.1"]}
"""


def late_start(more: str) -> Fault | None:
    text = f"agreement:\n  system: Payment platform\n  time_zone: UTC\n{more}{TEAMS}"
    settings, faults = read(text, PATH, catalogue(), None, {}, now=NOW)
    assert settings is not None, "\n".join(str(fault) for fault in faults)
    assert settings.late_start not in settings.warnings  # it is said where the day is not on record yet
    return settings.late_start


def missed(more: str) -> list[str]:
    found = late_start(more)
    return found.message.partition("in force: ")[2].partition("; ")[0].split(", ") if found else []


def test_what_was_due_before_it_was_put_on_file_is_listed_with_its_day() -> None:
    """OB-101, OB-105, OB-106, OB-902, clock rule 1: a clock starts at its event, not when the program got to it."""
    assert missed("  effective: 2026-01-01\n") == [
        "complete_roster of the provider 2026-01-08",  # the customer's team is complete
        "adopt_grade_table 2026-01-15",
        "adopt_availability 2026-01-15",
        "hold_tabletop 2026-07-01",
    ]


def test_the_place_is_the_first_day_in_the_file() -> None:
    found = late_start("  effective: 2026-01-01\n")

    assert found is not None
    assert (found.line, found.key, found.is_warning) == (4, "agreement.effective", True)


@pytest.mark.parametrize("day", ["2026-11-20", "2026-11-23", "2027-01-01"])
def test_a_first_day_of_late_or_to_come_misses_nothing(day: str) -> None:
    assert late_start(f"  effective: {day}\n") is None


def test_without_a_first_day_nothing_is_missed() -> None:
    assert late_start("") is None


def test_what_was_adopted_on_paper_in_time_is_not_missed() -> None:
    """OB-105, OB-106: fact 2."""
    signed = "  effective: 2026-01-01\n  adopted: {provider: lee, customer: wang, at: %s, terms: %s}\n"

    assert missed(signed % ("2026-01-10", "all")) == [
        "complete_roster of the provider 2026-01-08",
        "hold_tabletop 2026-07-01",
    ]
    assert "adopt_availability 2026-01-15" in missed(signed % ("2026-01-10", "[adopt_grade_table]"))
    assert "adopt_grade_table 2026-01-15" in missed(signed % ("2026-02-01", "all"))


def test_a_limit_of_the_parties_own_counts_and_not_the_default() -> None:
    terms = "  effective: 2026-11-02\n  terms: {complete_roster: {limit: 30d}, adopt_grade_table: {limit: 5wd}}\n"

    assert missed(terms) == ["adopt_grade_table 2026-11-09", "adopt_availability 2026-11-16"]
