"""The grading rule, row by row (agreement.md 4). What always holds stands in test_grading_properties.py."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from agent.agreement.tables import grade_table
from agent.model import (
    SYSTEM,
    Agreement,
    Calendar,
    Condition,
    Criticality,
    Evidence,
    Function,
    Grade,
    Grading,
    Incident,
    Kind,
    Line,
    State,
)
from agent.rules.grading import grade, raised

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
AGREEMENT = Agreement(
    "shop",
    functions={
        SYSTEM: Function(SYSTEM, "shop", Criticality.IMPORTANT),
        "checkout": Function("checkout", "Checkout", Criticality.CORE),
        "stock": Function("stock", "Stock", Criticality.IMPORTANT),
        "reports": Function("reports", "Reports", Criticality.AUXILIARY),
    },
    grades=grade_table(),
)
FUNCTION = {"core": "checkout", "important": "stock", "auxiliary": "reports"}


def minutes(count: float) -> datetime:
    return T0 + timedelta(minutes=count)


def says(
    condition: Condition | str | None = Condition.DOWN,
    function: str = "checkout",
    id_: str = "row:0",
    *,
    of: int = 0,
    firing: int = 0,
    started: float = 0,
    **line: Any,
) -> Evidence:
    condition = Condition(condition) if condition else None
    kind = Kind.SECURITY if condition and condition.is_security else Kind.FAULT
    said: dict[str, Any] = {"kind": kind, "total": of, "rules": ("R0", "R1"), **line}
    made = Line(id=id_, function=function, condition=condition, **said)
    return Evidence(made, max(firing, 1), firing, minutes(started), minutes(started))


def an_incident(at_grade: Grade = 3, since: float = 0, **changes: Any) -> Incident:
    known: dict[str, Any] = {"state": State.OPEN, "is_provisional": True, **changes}
    return Incident(
        number="INC-1",
        kind=Kind.FAULT,
        key="fault:checkout",
        grade=at_grade,
        functions=("checkout",),
        rules=("R4",),
        started_at=T0,
        detected_at=T0,
        opened_at=T0,
        graded_at=minutes(since),
        **known,
    )


def ask(*evidence: Evidence, at: float = 0, agreement: Agreement = AGREEMENT, **more: Any) -> Grading:
    return grade(evidence, agreement, minutes(at), **more)


# ------------------------------------------------------------------------------------------ R4, the table row by row


@pytest.mark.parametrize(
    ("criticality", "condition", "firing", "at", "expected"),
    [
        # | core | 2, at 5 min 1 | 2 | 3 | 2 (error >=50 % for 15 min: 1) | 2 if last redundancy, else 3 |
        ("core", "down", 0, 0, 2),
        ("core", "down", 50, 0, 2),
        ("core", "down", 50, 5, 1),
        ("core", "down", 0, 5, 1),
        ("core", "down", 49, 600, 2),
        ("core", "down", 5, 0, 2),
        ("core", "down", 4, 600, 3),
        ("core", "degraded", 0, 600, 2),
        ("core", "degraded", 50, 14.9, 2),
        ("core", "degraded", 50, 15, 1),
        ("core", "degraded", 49, 600, 2),
        ("core", "at_risk", 99, 0, 2),
        ("core", "at_risk", 98, 600, 3),
        ("core", "at_risk", 0, 600, 3),
        # | important | 2 | 3 (2 after 60 min) | 3 | 3 (2 after 60 min) | 3 |
        ("important", "down", 0, 600, 2),
        ("important", "down", 50, 0, 2),
        ("important", "down", 49, 59, 3),
        ("important", "down", 49, 60, 2),
        ("important", "down", 5, 60, 2),
        ("important", "down", 4, 600, 3),
        ("important", "degraded", 0, 59, 3),
        ("important", "degraded", 0, 60, 2),
        ("important", "at_risk", 99, 600, 3),
        # | auxiliary | 3 | 3 | alert_only | alert_only | alert_only |
        ("auxiliary", "down", 0, 600, 3),
        ("auxiliary", "down", 50, 600, 3),
        ("auxiliary", "down", 5, 600, 3),
        ("auxiliary", "down", 4, 600, None),
        ("auxiliary", "degraded", 0, 600, None),
        ("auxiliary", "at_risk", 99, 600, None),
    ],
)
def test_the_grade_table(criticality, condition, firing, at, expected):
    """`firing` of 100 instances, 0 where the scope is not known; the reference target answers."""
    found = ask(says(condition, FUNCTION[criticality], of=100, firing=firing), at=at, reference_ok=True)

    assert found.grade == expected


def test_an_explicit_grade_takes_the_place_of_the_table():
    found = ask(says(None, "reports", given=1))

    assert (found.grade, found.rules) == (1, ("R0", "R1", "R4"))


def test_an_explicit_grade_is_not_raised_by_the_tables_own_times():
    assert ask(says("degraded", "stock", given=3), at=61).grade == 3


def test_a_total_outage_is_a_rule_of_its_own_and_raises_an_explicit_grade_too():
    assert ask(says("down", given=3), at=5, reference_ok=True).grade == 1


def test_a_function_that_is_agreed_no_longer_counts_as_the_implicit_one():
    assert ask(says("down", "gone")).grade == 2
    assert ask(says("at_risk", "gone", of=2, firing=1)).grade == 3
    assert ask(says("at_risk", "gone", of=2, firing=1), agreement=Agreement("shop", grades=grade_table())).grade == 2


# ---------------------------------------------------------------------------------------------------- R3, security


@pytest.mark.parametrize(
    ("certainty", "expected"), [("data_breach", 1), ("confirmed", 1), ("suspected", 2), ("attempt", None)]
)
def test_security_is_graded_by_certainty_whatever_the_function(certainty, expected):
    """R3: data_breach, confirmed -> 1; suspected -> 2; attempt -> alert_only."""
    found = ask(says(certainty, "reports"))

    assert found.grade == expected
    assert found.rules == (("R0", "R1", "R3") if expected else ("R0", "R1"))


def test_an_annex_may_grade_attempts_but_not_excuse_a_breach():
    assert ask(says("attempt", given=3)).grade == 3
    assert ask(says("data_breach", given=3)).grade == 1


def test_another_emergency_takes_the_declared_grade_else_3():
    assert ask(says(None, kind=Kind.OTHER)).grade == 3
    assert ask(says(None, kind=Kind.OTHER, given=1)).grade == 1


def test_a_security_line_without_a_certainty_has_the_grade_it_was_given():
    assert ask(says(None, kind=Kind.SECURITY, given=2)).grade == 2


# ------------------------------------------------------------------------------------------------ R5, R6: at least 2


def test_an_unmatched_critical_alert_on_a_core_function_is_at_least_2():
    """R5, whatever the table says of a degraded core function."""
    line = says("at_risk", severity="critical", rules=("R0", "R1", "R5"))

    assert (ask(line).grade, ask(line).rules) == (2, ("R0", "R1", "R4", "R5"))
    assert ask(says("at_risk", "stock", severity="critical", rules=("R0", "R5"))).grade == 3
    assert ask(says("at_risk", severity="critical")).grade == 3
    assert ask(says("at_risk", severity="warning", rules=("R0", "R5"))).grade == 3


def test_an_alert_of_severity_info_is_alert_only():
    found = ask(says(None, severity="info", rules=("R0", "R1", "R5")))

    assert (found.grade, found.next_at) == (None, None)


@pytest.mark.parametrize(
    ("firing", "of", "expected"), [(1, 2, 2), (2, 2, 2), (2, 3, 2), (1, 3, 3), (1, 1, 3), (0, 2, 3)]
)
def test_one_healthy_instance_left_on_core_is_at_least_2(firing, of, expected):
    """R6: one healthy instance left of n>=2."""
    found = ask(says("at_risk", firing=firing, of=of))

    assert found.grade == expected
    assert ("R6" in found.rules) is (expected == 2)


def test_more_instances_than_were_announced_are_all_of_them():
    assert ask(says("down", of=2, firing=5), at=5, reference_ok=True).grade == 1


# ----------------------------------------------------------------------------------------------- R7, second evidence


@pytest.mark.parametrize(
    ("evidence", "more"),
    [
        ([says(id_="probe:page/0"), says(id_="probe:ping/0")], {}),
        ([says(id_="probe:page/0"), says(id_="row:1")], {}),
        ([says(id_="alert:A/checkout"), says(id_="alert:B/checkout")], {}),
        ([says()], {"reference_ok": True}),
        ([says()], {"second_evidence": True}),
        ([says(is_local=True)], {}),
    ],
)
def test_a_core_function_out_for_five_minutes_is_grade_1_given_second_evidence(evidence, more):
    """R7: another probe, alert, report or person; a good `reference:` target; or a target on this host."""
    early, due = ask(*evidence, at=4.9, **more), ask(*evidence, at=5, **more)

    assert (early.grade, early.next_at) == (2, minutes(5))
    assert (due.grade, due.rules) == (1, ("R0", "R1", "R4", "R7"))
    assert due.inputs["decided_by"] == "R7"
    assert due.inputs["steps"] == [["R4", 2], ["R7", 1]]


@pytest.mark.parametrize(
    "evidence",
    [
        [says()],
        [says(id_="probe:page/0"), says(id_="probe:page/1")],
        [says(id_="row:1/checkout/down"), says(id_="row:1/checkout/degraded")],
        [says(), says(id_="row:1", function="stock")],
        [says(), says("degraded", id_="row:1")],
    ],
)
def test_one_witness_alone_does_not_make_an_outage_grade_1(evidence):
    """Two `tells:` of one probe, or two states of one row, are one witness."""
    assert ask(*evidence, at=6).grade == 2


def test_an_outage_without_second_evidence_is_looked_at_again_every_minute():
    """The reference may answer later, and then no signal says so."""
    assert ask(says(), at=6).next_at == minutes(7)


def test_the_agreement_sets_its_own_time_for_a_total_outage():
    agreement = Agreement("shop", functions=AGREEMENT.functions, grades=grade_table(0.5, 0.05, timedelta(minutes=2)))

    assert ask(says(), at=2, reference_ok=True, agreement=agreement).grade == 1


# ------------------------------------------------------------------------------------------------- R7, the age of it

DAY, EIGHT_HOURS = 24 * 60, 8 * 60


def test_a_fault_that_stays_in_grade_3_for_24_hours_rises_to_2():
    line = says("down", of=100, firing=1)

    unwarned = ask(line, at=DAY, current=an_incident(3))
    early = ask(line, at=DAY - 1, current=an_incident(3, warned_at=minutes(DAY - 120)))
    due = ask(line, at=DAY, current=an_incident(3, warned_at=minutes(DAY - 120)))

    assert (unwarned.grade, unwarned.warns_at) == (3, minutes(DAY - 120))

    assert (early.grade, early.next_at, "time" in early.inputs) == (3, minutes(DAY), False)
    assert (due.grade, due.next_at, due.rules) == (2, None, ("R0", "R1", "R4", "R7"))
    assert due.inputs["time"] == "grade 3 since 2026-11-23T03:00:00+00:00"


def test_grade_3_rises_in_working_hours_only():
    """agreement.md 3, "Time": nobody is called at night for what could wait a day."""
    office = ((time(9), time(18)),)
    calendar = Calendar(UTC, hours=(office, office, office, office, office, (), ()))
    agreement = Agreement("shop", functions=AGREEMENT.functions, grades=grade_table(), calendar=calendar)
    line = says("down", of=100, firing=1)

    nine, eleven = minutes(DAY + 6 * 60), minutes(DAY + 8 * 60)

    assert ask(line, at=DAY, current=an_incident(3), agreement=agreement).next_at == nine
    warned = an_incident(3, warned_at=nine)
    assert ask(line, at=DAY + 6 * 60, current=warned, agreement=agreement).next_at == eleven
    assert ask(line, at=DAY + 8 * 60, current=warned, agreement=agreement).grade == 2


def test_a_reasoned_not_worse_holds_the_rise_from_grade_3_for_24_hours():
    line, warned = says("down", of=100, firing=1), an_incident(3, warned_at=minutes(DAY - 120))

    held = ask(line, at=DAY, current=warned, not_worse_at=minutes(DAY - 60))

    assert (held.grade, held.warns_at) == (3, minutes(2 * DAY - 180))
    assert ask(says("degraded"), at=EIGHT_HOURS, current=an_incident(2), not_worse_at=minutes(400)).grade == 1


def test_a_fault_that_stays_in_grade_2_for_8_hours_rises_to_1_at_any_hour():
    line = says("degraded")

    assert ask(line, at=EIGHT_HOURS - 1, current=an_incident(2)).next_at == minutes(EIGHT_HOURS)
    assert ask(line, at=EIGHT_HOURS, current=an_incident(2)).grade == 1


def test_age_counts_from_when_the_incident_took_its_grade():
    assert ask(says("degraded"), at=EIGHT_HOURS, current=an_incident(2, since=1)).grade == 2


def test_a_grade_that_is_raised_now_begins_its_age_now():
    found = ask(says("degraded"), at=100, current=an_incident(3))

    assert (found.grade, found.next_at) == (2, minutes(100 + EIGHT_HOURS))
    assert ask(says("degraded"), at=100).next_at == minutes(100 + EIGHT_HOURS)


def test_time_lifts_an_incident_once():
    found = ask(says("degraded"), at=10 * DAY, current=an_incident(2, was_lifted=True))

    assert (found.grade, found.next_at) == (2, None)


def test_time_never_lifts_an_auxiliary_function_above_2():
    line = says("down", "reports")

    assert ask(line, at=DAY, current=an_incident(3, warned_at=minutes(DAY - 120))).grade == 2
    assert ask(line, at=10 * DAY, current=an_incident(2)).grade == 3
    assert ask(line, says("down", "stock", id_="row:1"), at=EIGHT_HOURS, current=an_incident(2)).grade == 1


@pytest.mark.parametrize("line", [says("at_risk"), says("at_risk", given=3), says("degraded", "reports")])
def test_time_never_lifts_a_risk_nor_what_is_alert_only(line):
    found = ask(line, at=10 * DAY, current=an_incident(3))

    assert found.grade in (3, None)
    assert found.next_at is None


def test_time_stops_while_verifying():
    assert ask(says("degraded"), at=10 * DAY, current=an_incident(2, state=State.VERIFYING)).grade == 2


def test_grade_1_is_lifted_no_further():
    assert ask(says("down"), at=9, current=an_incident(1), reference_ok=True).next_at is None


def test_time_does_not_lift_security():
    assert ask(says("suspected"), at=10 * DAY, current=an_incident(2)).grade == 2


# ------------------------------------------------------------------------------------------------------ R9 and R10


def test_the_highest_grade_wins_and_every_rule_that_fired_is_named():
    found = ask(says("at_risk"), says("down", "stock", id_="row:1"), says("at_risk", id_="row:2", of=2, firing=1))

    assert (found.grade, found.rules) == (2, ("R0", "R1", "R4", "R6", "R9"))


def test_no_evidence_has_no_grade():
    found = ask(current=an_incident(2))

    assert (found.grade, found.rules, found.next_at) == (None, (), None)


def test_the_agents_grade_is_provisional_until_a_person_says_so():
    """R10: a person is needed to leave provisional."""
    assert ask(says("degraded")).is_provisional
    assert ask(says("degraded"), current=an_incident(2)).is_provisional
    assert not ask(says("degraded"), current=an_incident(2, is_provisional=False)).is_provisional
    assert ask(says("degraded"), current=an_incident(3, is_provisional=False)).is_provisional


@pytest.mark.parametrize("line", [says("down", of=100, firing=1), says("degraded", "reports")])
def test_evidence_less_grave_than_the_grade_is_said_and_lowers_nothing(line):
    """R10: a person is needed to lower."""
    found = ask(line, current=an_incident(2))

    assert "R10" in found.rules
    assert raised(2, found) == 2


def test_raising_is_automatic():
    assert raised(3, ask(says("degraded"))) == 2


def test_the_proposal_that_a_person_overruled_does_not_come_back_but_a_graver_one_does():
    assert raised(3, ask(says("degraded")), overruled=2) == 3
    assert raised(3, ask(says("down"), at=5, reference_ok=True), overruled=2) == 1


def test_the_inputs_say_what_was_known_of_each_line():
    found = ask(says("down", "stock", of=3, firing=1, started=-2), at=1)

    assert found.inputs == {
        "at": "2026-11-23T03:01:00+00:00",
        "lines": [
            {
                "line": "row:0",
                "function": "stock",
                "criticality": "important",
                "condition": "down",
                "given": None,
                "scope": 0.3333,
                "open": 1,
                "since": "2026-11-23T02:58:00+00:00",
                "grade": 3,
            }
        ],
        "steps": [["R4", 3]],
        "decided_by": "R4",
    }


def test_the_inputs_of_a_storm_stay_small():
    found = ask(*(says("at_risk", id_=f"alert:{number}") for number in range(500)))

    assert len(found.inputs["lines"]) == 10
    assert found.inputs["more_lines"] == 490
