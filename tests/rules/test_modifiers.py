"""R8 for itself: what the circumstances add to a grade or take from it (agreement.md 3, "Modifiers")."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Agreement, Criticality, Function, Grade, Incident, Kind, Line, Period, State
from agent.rules import modifiers
from agent.rules.modifiers import Circumstances, circumstances, independent, modified
from tests.rules.people import WEEK

NIGHT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
PERIOD = Period(NIGHT - DAY, NIGHT + DAY)
FAULT = Line("row:0", "checkout", Kind.FAULT, None)
AGREEMENT = Agreement(
    "shop",
    functions={
        "checkout": Function("checkout", "Checkout", Criticality.CORE),
        "stock": Function("stock", "Stock", Criticality.IMPORTANT),
    },
)
INCIDENT = Incident(
    number="INC-1",
    kind=Kind.FAULT,
    key="fault:checkout",
    state=State.OPEN,
    grade=2,
    is_provisional=True,
    functions=("checkout",),
    rules=("R4",),
    started_at=NIGHT,
    detected_at=NIGHT,
    opened_at=NIGHT,
    graded_at=NIGHT,
)
OTHER = replace(INCIDENT, number="INC-2", kind=Kind.SECURITY, key="security:checkout")


def test_without_hours_and_periods_nothing_holds_and_nothing_is_ahead() -> None:
    assert circumstances(AGREEMENT, NIGHT, 1) == Circumstances()


def test_the_next_boundary_is_the_first_that_may_raise() -> None:
    agreement = replace(AGREEMENT, service_hours=WEEK, assurance=(Period(NIGHT + DAY, NIGHT + 2 * DAY),))

    at_night = circumstances(agreement, NIGHT, 1)
    at_noon = circumstances(agreement, NIGHT + timedelta(hours=9), 1)

    assert (at_night.is_out_of_service, at_night.next_at) == (True, NIGHT + timedelta(hours=6))
    assert (at_noon.is_out_of_service, at_noon.next_at) == (False, NIGHT + DAY)


def test_an_assurance_period_holds_its_first_moment_and_not_its_last() -> None:
    agreement = replace(AGREEMENT, assurance=(PERIOD,))

    assert circumstances(agreement, PERIOD.begins_at, 1).assurance is PERIOD
    assert circumstances(agreement, PERIOD.ends_at, 1).assurance is None


def test_the_record_names_each_circumstance_that_held() -> None:
    assert Circumstances(PERIOD, is_out_of_service=True, times=3).inputs() == {
        "assurance": "2026-11-22T03:00:00+00:00/2026-11-24T03:00:00+00:00",
        "service_hours": "outside",
        "recurrence": "3 times in 30 days",
    }
    assert Circumstances(times=2).inputs() == {}


def test_service_hours_are_for_faults_only() -> None:
    at_night = Circumstances(is_out_of_service=True)

    assert at_night.shift(FAULT) == -1
    assert at_night.shift(replace(FAULT, kind=Kind.SECURITY)) == 0
    assert at_night.shift(replace(FAULT, kind=Kind.OTHER)) == 0


def test_a_grade_that_a_person_named_in_a_report_stays() -> None:
    line = replace(FAULT, id="report:REP-1", severity="declared")

    assert Circumstances(PERIOD, times=3).shift(line) == 0
    assert Circumstances(PERIOD, times=3).shift(replace(line, severity="")) == 2
    assert Circumstances(PERIOD).shift(replace(line, id="alert:Named")) == 1  # an alert's label names nothing


@pytest.mark.parametrize(
    ("graded", "shift", "moved"), [(3, 1, 2), (3, 2, 1), (2, 1, 1), (2, -1, 3), (1, -1, 2), (1, 1, 1), (3, -1, 3)]
)
def test_circumstances_add_up_and_stop_at_1_and_3(graded: Grade, shift: int, moved: Grade) -> None:
    assert modified(graded, shift) == moved


@given(st.sampled_from([1, 2, 3]), st.integers(-1, 2))
def test_nothing_leaves_the_three_grades(graded: Grade, shift: int) -> None:
    moved = modified(graded, shift)

    assert moved in (1, 2, 3)
    assert (moved <= graded) if shift >= 0 else (moved >= graded)


def test_what_is_older_than_thirty_days_is_let_go() -> None:
    earlier = replace(INCIDENT, occurred=(NIGHT - 31 * DAY, NIGHT - 30 * DAY, NIGHT - DAY))

    assert modifiers.occurred(earlier, NIGHT) == (NIGHT - 30 * DAY, NIGHT - DAY, NIGHT)
    assert modifiers.occurred(None, NIGHT) == (NIGHT,)


def test_an_incident_of_an_earlier_version_counts_by_its_opening() -> None:
    assert modifiers.occurred(INCIDENT, NIGHT + DAY) == (NIGHT, NIGHT + DAY)
    assert modifiers.occurred_lately(INCIDENT, NIGHT) == 1


def test_what_is_not_yet_open_has_shown_itself_once() -> None:
    assert modifiers.occurred_lately(None, NIGHT) == 1


@pytest.mark.parametrize("own", [{"grade": 1}, {"grade": 3}, {"state": State.VERIFYING}, {"is_drill": True}])
def test_what_is_no_open_grade_2_itself_has_nothing_beside_it(own: dict[str, Any]) -> None:
    assert independent(replace(INCIDENT, **own), [OTHER], AGREEMENT) == ()


def test_two_grade_2_of_one_core_function_are_independent_where_neither_joined_the_other() -> None:
    assert independent(INCIDENT, [INCIDENT, OTHER], AGREEMENT) == ("INC-2",)


def test_what_proves_no_second_matter_is_left_out() -> None:
    others = [
        replace(OTHER, grade=3),
        replace(OTHER, grade=1),
        replace(OTHER, state=State.VERIFYING),
        replace(OTHER, is_mapped=False),
        replace(OTHER, is_drill=True),
        replace(OTHER, functions=("stock",)),
    ]

    assert independent(INCIDENT, others, AGREEMENT) == ()
    assert independent(replace(INCIDENT, functions=("stock",)), [replace(OTHER, functions=("stock",))], AGREEMENT) == ()
