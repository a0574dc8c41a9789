"""R8 in the grade: what the circumstances make of the evidence, and how the record says so (agreement.md 3 and 4)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.model import Agreement, Period
from tests.rules.people import WEEK
from tests.rules.test_grading import AGREEMENT, T0, an_incident, ask, minutes, says

ASSURED: Agreement = replace(AGREEMENT, assurance=(Period(T0, T0 + timedelta(days=1)),))
AT_NIGHT: Agreement = replace(AGREEMENT, service_hours=WEEK)  # T0 is 03:00 on a Monday
SLOW = says("degraded")


def test_in_an_assurance_period_a_fault_is_one_grade_graver_and_the_record_says_why():
    found = ask(says("degraded", "stock"), agreement=ASSURED)

    assert (found.grade, found.rules) == (2, ("R0", "R1", "R4", "R8"))
    assert found.inputs["steps"] == [["R4", 3], ["R8", 2]]
    assert found.inputs["decided_by"] == "R8"
    assert found.inputs["modifiers"] == {"assurance": "2026-11-23T03:00:00+00:00/2026-11-24T03:00:00+00:00"}


def test_outside_the_agreed_service_hours_a_fault_is_one_grade_less_grave():
    found = ask(SLOW, agreement=AT_NIGHT)

    assert (found.grade, found.inputs["decided_by"]) == (3, "R8")
    assert found.inputs["modifiers"] == {"service_hours": "outside"}


def test_it_is_never_below_grade_3_and_then_nothing_was_modified():
    found = ask(says("degraded", "stock"), agreement=AT_NIGHT)

    assert (found.grade, found.rules) == (3, ("R0", "R1", "R4"))
    assert "modifiers" not in found.inputs


def test_an_intrusion_is_as_grave_by_night_as_by_day():
    assert ask(says("suspected"), agreement=AT_NIGHT).grade == 2


def test_the_same_cause_for_the_third_time_in_thirty_days_is_one_grade_graver():
    found = ask(SLOW, times=3)

    assert found.grade == 1
    assert found.inputs["modifiers"] == {"recurrence": "3 times in 30 days"}
    assert ask(SLOW, times=2).grade == 2


def test_an_incident_remembers_how_often_its_cause_showed_itself():
    thrice = an_incident(2, occurred=(T0 - timedelta(days=20), T0 - timedelta(days=10), T0))

    assert ask(SLOW, current=thrice).grade == 1


def test_what_alone_calls_for_no_grade_stays_so():
    assert ask(says("degraded", "reports"), agreement=ASSURED, times=3).grade is None


def test_it_is_looked_at_again_when_the_service_hours_begin():
    """By the clock, without a new signal: 09:00, and the age of grade 3 comes later."""
    assert ask(SLOW, agreement=AT_NIGHT).next_at == minutes(6 * 60)


def test_what_is_grade_1_already_waits_for_no_boundary():
    found = ask(says("confirmed"), agreement=AT_NIGHT)

    assert (found.grade, found.next_at) == (1, None)


@pytest.mark.parametrize(
    ("evidence", "current", "proposed"),
    [
        (SLOW, None, 1),
        (says("degraded", "stock"), an_incident(2), 1),  # it is grade 2, whatever the evidence has become
        (says("degraded", "stock"), None, None),
        (says("confirmed"), None, None),  # grade 1 already
        (says("degraded", "reports"), None, None),
    ],
)
def test_two_grade_2_matters_of_one_core_function_propose_grade_1(evidence, current, proposed):
    """R8, "Own fault first": executed only when a person confirms it, so that the grade itself stays."""
    alone = ask(evidence, current=current)

    found = ask(evidence, current=current, beside=["INC-20261123-002"])

    assert (found.grade, found.proposed) == (alone.grade, proposed)


def test_a_proposal_names_what_goes_on_beside_it():
    found = ask(SLOW, beside=["INC-20261123-002"])

    assert found.inputs["beside"] == ["INC-20261123-002"]
    assert ["R8", 1] in found.inputs["steps"]
    assert found.inputs["decided_by"] == "R4"
