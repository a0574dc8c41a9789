"""Whether the customer hears of an incident at all."""

from datetime import UTC, datetime

import pytest

from agent.model import Condition, Evidence, Incident, Kind, Line, NoticeState, State
from agent.rules.audience import may_tell_customer

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def incident(**what: object) -> Incident:
    known: dict[str, object] = {
        "number": "INC-20261123-001",
        "kind": Kind.FAULT,
        "key": "fault:checkout",
        "state": State.OPEN,
        "grade": 2,
        "is_provisional": True,
        "functions": ("checkout",),
        "rules": ("R4",),
        "started_at": T0,
        "detected_at": T0,
        "opened_at": T0,
        "graded_at": T0,
    }
    return Incident(**(known | what))  # type: ignore[arg-type]


def seen(condition: Condition | None = Condition.DOWN, **line: object) -> Evidence:
    what = Line(id="row:0", function="checkout", kind=Kind.FAULT, condition=condition, **line)  # type: ignore[arg-type]
    return Evidence(line=what, count=1, values=0, started_at=T0, detected_at=T0)


def test_a_fault_of_an_agreed_function_is_told() -> None:
    assert may_tell_customer(incident(), [seen()])


def test_what_nothing_mapped_is_not() -> None:
    assert not may_tell_customer(incident(), [seen(is_mapped=False)])


def test_a_mere_risk_is_not() -> None:
    assert not may_tell_customer(incident(), [seen(Condition.AT_RISK)])


def test_a_risk_is_told_where_its_row_says_so() -> None:
    assert may_tell_customer(incident(), [seen(Condition.AT_RISK, tell_at_risk=True)])


def test_a_risk_is_told_where_the_last_redundancy_is_lost() -> None:
    assert may_tell_customer(incident(rules=("R4", "R6")), [seen(Condition.AT_RISK)])


def test_a_fault_beside_a_risk_is_told() -> None:
    assert may_tell_customer(incident(), [seen(Condition.AT_RISK), seen(Condition.DEGRADED)])


def test_what_a_person_graded_is_told() -> None:
    assert may_tell_customer(incident(is_provisional=False), [seen(Condition.AT_RISK)])


def test_what_nothing_mapped_is_never_told_not_even_graded_by_a_person() -> None:
    assert not may_tell_customer(incident(is_mapped=False, is_provisional=False), [seen(is_mapped=False)])


@pytest.mark.parametrize(
    ("what", "is_told"),
    [
        ({"told_customer": NoticeState.RELEASED}, True),
        ({"told_customer": None}, False),
        ({"told_customer": None, "grade": 1}, True),
        ({"told_customer": None, "grade": 1, "is_mapped": False}, False),
    ],
)
def test_once_all_is_clear_who_was_told_is_told_the_rest_and_a_grade_1_always(
    what: dict[str, object], is_told: bool
) -> None:
    assert may_tell_customer(incident(**what), []) == is_told
