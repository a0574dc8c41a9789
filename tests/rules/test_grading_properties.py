"""What always holds of a grade: more evidence and more time never lower it, and the order of arrival never matters."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from agent.model import Agreement, Condition, Evidence, Period, State
from agent.rules.grading import grade, raised
from tests.rules.people import WEEK
from tests.rules.test_grading import AGREEMENT, T0, an_incident, minutes, says

LINES = st.builds(
    lambda number, condition, function, of, firing, started, given, local, severity: says(
        condition,
        function,
        f"row:{number}",
        of=of,
        firing=min(firing, of),
        started=-started,
        given=given,
        is_local=local,
        severity=severity,
        rules=("R0", "R1", "R5") if severity else ("R0", "R1"),
    ),
    st.integers(0, 10_000),
    st.sampled_from([*Condition, None]),
    st.sampled_from(["checkout", "stock", "reports", "system", "gone"]),
    st.integers(0, 12),
    st.integers(0, 12),
    st.integers(0, 2000),
    st.sampled_from([None, None, 1, 2, 3]),
    st.booleans(),
    st.sampled_from(["", "", "critical", "warning"]),
).filter(lambda item: item.line.condition is None or not item.line.condition.is_security or not item.line.severity)
EVIDENCE = st.lists(LINES, max_size=5, unique_by=lambda item: item.line.id)
CURRENT = st.none() | st.builds(
    lambda at_grade, since, state, was_lifted, provisional: an_incident(
        at_grade, -since, state=state, was_lifted=was_lifted, is_provisional=provisional
    ),
    st.sampled_from([1, 2, 3]),
    st.integers(0, 3000),
    st.sampled_from([State.OPEN, State.VERIFYING]),
    st.booleans(),
    st.booleans(),
)
BACKED = st.fixed_dictionaries({"second_evidence": st.booleans(), "reference_ok": st.booleans()})


def gravity(evidence: list[Evidence], now: Any, **more: Any) -> int:
    """4 less the grade, 0 for none: larger is graver."""
    return 4 - (grade(evidence, AGREEMENT, now, **more).grade or 4)


@given(EVIDENCE, CURRENT, BACKED)
def test_the_result_is_a_grade_or_none(evidence, current, backed):
    found = grade(evidence, AGREEMENT, T0, current=current, **backed)

    assert found.grade in (None, 1, 2, 3)
    assert found.next_at is None or found.next_at > T0
    assert (found.inputs["decided_by"] == "") is (found.grade is None)


@given(EVIDENCE, CURRENT, BACKED, st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(evidence, current, backed, chance):
    shuffled = list(evidence)
    chance.shuffle(shuffled)

    assert grade(evidence, AGREEMENT, T0, current=current, **backed) == grade(
        shuffled, AGREEMENT, T0, current=current, **backed
    )


@given(EVIDENCE, LINES, CURRENT, BACKED)
def test_more_evidence_never_lowers_a_grade(evidence, another, current, backed):
    more = [*(item for item in evidence if item.line.id != another.line.id), another]
    less = [item for item in more if item.line.id != another.line.id]

    assert gravity(more, T0, current=current, **backed) >= gravity(less, T0, current=current, **backed)


@given(EVIDENCE, CURRENT, BACKED)
def test_second_evidence_never_lowers_a_grade(evidence, current, backed):
    assert gravity(evidence, T0, current=current, second_evidence=True, reference_ok=True) >= gravity(
        evidence, T0, current=current, **backed
    )


@given(EVIDENCE, CURRENT, BACKED, st.integers(0, 5000))
def test_time_never_lowers_a_grade(evidence, current, backed, later):
    now = minutes(later)

    assert gravity(evidence, now, current=current, **backed) >= gravity(evidence, T0, current=current, **backed)


@given(EVIDENCE, CURRENT, BACKED, st.integers(1, 5000))
def test_between_now_and_the_next_look_time_changes_nothing(evidence, current, backed, later):
    """The clock tower sleeps until `next_at`: nothing may be missed in between."""
    found = grade(evidence, AGREEMENT, T0, current=current, **backed)
    now = minutes(later) if found.next_at is None else min(minutes(later), found.next_at - timedelta(microseconds=1))
    standing = raised(current.grade, found) if current else found.grade

    after = grade(evidence, AGREEMENT, now, current=current, **backed)

    assert (raised(current.grade, after) if current else after.grade) == standing


@given(EVIDENCE, CURRENT, BACKED)
def test_a_raised_grade_is_never_lower_than_it_was(evidence, current, backed):
    found = grade(evidence, AGREEMENT, T0, current=current, **backed)

    for standing in (1, 2, 3):
        assert raised(standing, found) <= standing


# ------------------------------------------------------------------------------------------------ R8, circumstances


def around(in_assurance: bool, is_out: bool) -> Agreement:
    """It is Monday, 03:00: night in the plain week."""
    period = (Period(T0 - timedelta(hours=1), T0 + timedelta(hours=1)),) if in_assurance else ()
    return replace(AGREEMENT, assurance=period, service_hours=WEEK if is_out else None)


@given(EVIDENCE, CURRENT, BACKED, st.booleans(), st.booleans(), st.integers(1, 4))
def test_whatever_the_circumstances_the_result_is_a_grade_with_its_reason(evidence, current, backed, up, down, times):
    found = grade(evidence, around(up, down), T0, current=current, times=times, **backed)

    assert found.grade in (None, 1, 2, 3)
    assert (found.inputs["decided_by"] == "") is (found.grade is None)
    assert found.next_at is None or found.next_at > T0
    assert ("modifiers" in found.inputs) is any(rule == "R8" for rule, _ in found.inputs["steps"])


@given(EVIDENCE, CURRENT, BACKED, st.booleans(), st.integers(1, 4))
def test_what_calls_for_a_grade_calls_for_one_in_all_circumstances(evidence, current, backed, up, times):
    plain = grade(evidence, AGREEMENT, T0, current=current, times=1, **backed).grade

    for down in (False, True):
        found = grade(evidence, around(up, down), T0, current=current, times=times, **backed).grade
        assert (found is None) is (plain is None)


@given(EVIDENCE, CURRENT, BACKED, st.booleans())
def test_assurance_and_recurrence_never_lower_and_service_hours_never_raise(evidence, current, backed, is_out):
    def gravity_in(agreement: Agreement, times: int) -> int:
        return 4 - (grade(evidence, agreement, T0, current=current, times=times, **backed).grade or 4)

    plain = gravity_in(around(False, is_out), 1)
    assert gravity_in(around(True, is_out), 1) >= plain
    assert gravity_in(around(False, is_out), 3) >= plain
    assert gravity_in(around(False, True), 1) <= gravity_in(around(False, False), 1)
