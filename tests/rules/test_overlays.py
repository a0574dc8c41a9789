"""When an authority is owed a report (fact 11): once of an incident; what a person excluded a person brings back."""

from dataclasses import replace

import pytest

from agent.model import Event, Term
from tests.rules.owing import Agreed, event, term

FIRST = replace(
    term(
        "first_report",
        "4h",
        starts=("incident.detected", "grade.changed", "security.confirmed", "statute.applies/cn"),
        met_by=("statute.filed/first_report",),
        ends=("statute.excluded/cn", "incident.voided"),
    ),
    overlay="cn",
    from_grade=2,
)
FINAL = replace(
    term(
        "final_report",
        "30d",
        starts=("incident.recovered",),
        met_by=("statute.filed/final_report",),
        ends=("statute.excluded/cn",),
    ),
    overlay="cn",
    after="first_report",
)
EXCLUDED = event("statute.excluded", 20, what="cn", contact="chen")
APPLIES = event("statute.applies", 30, what="cn", contact="chen")
FILED = event("statute.filed", 40, what="first_report", contact="chen")
RECOVERED = event("incident.recovered", 90)


def owed(*events: Event, terms: tuple[Term, ...] = (FIRST, FINAL)) -> list[str]:
    """`first_report running`, of each clock."""
    agreed = Agreed(*terms)
    agreed.take(*events)
    return [f"{each.name} {each.state}" for each in agreed.all()]


@pytest.mark.parametrize(("grade", "clocks"), [(1, ["first_report running"]), (2, ["first_report running"]), (3, [])])
def test_a_grade_starts_it_by_itself_from_the_agreed_one_on(grade: int, clocks: list[str]) -> None:
    """Fact 11: the contract grade is a hint, no regulatory level."""
    assert owed(event("incident.detected", grade=grade)) == clocks
    assert owed(event("incident.detected", grade=3), event("grade.changed", 9, grade=grade)) == clocks


def test_an_overlay_that_names_no_grade_waits_for_what_is_known() -> None:
    leak_only = replace(FIRST, from_grade=None)

    assert owed(event("incident.detected", grade=1), terms=(leak_only,)) == []
    assert owed(event("security.confirmed", grade=3), terms=(leak_only,)) == ["first_report running"]


def test_it_is_owed_once_of_an_incident_whatever_comes_after() -> None:
    again = event("grade.changed", 50, grade=1)

    assert owed(event("incident.detected"), again) == ["first_report running"]
    assert owed(event("incident.detected"), FILED, again) == ["first_report met"]


def test_what_a_person_excluded_no_grade_brings_back() -> None:
    """Fact 11: a person decides on the regulatory level."""
    graver = event("grade.changed", 25, grade=1)

    assert owed(event("incident.detected"), EXCLUDED, graver) == ["first_report void"]
    assert owed(event("incident.detected"), EXCLUDED, event("security.confirmed", 25)) == ["first_report void"]


def test_a_person_brings_back_what_a_person_excluded() -> None:
    assert owed(event("incident.detected"), EXCLUDED, APPLIES) == ["first_report void", "first_report running"]


def test_a_final_report_is_owed_where_the_first_one_was() -> None:
    assert owed(event("incident.detected"), FILED, RECOVERED) == ["first_report met", "final_report running"]
    assert owed(event("incident.detected"), RECOVERED) == ["first_report running", "final_report running"]


def test_where_no_first_report_was_owed_or_it_was_excluded_no_final_one_is() -> None:
    assert owed(event("incident.detected", grade=3), RECOVERED) == []
    assert owed(event("incident.detected"), EXCLUDED, RECOVERED) == ["first_report void"]
