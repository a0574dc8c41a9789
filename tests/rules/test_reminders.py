"""Who hears of a duty when (agreement.md 5, rule 6)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.agreement.terms import shipped
from agent.model import Obligation, ObligationState, Term
from agent.rules import reminders
from agent.rules.reminders import Call, Rung
from tests.rules.owing import NOW, WEEK, Agreed, at, event, term

RUNNING, OVERDUE = ObligationState.RUNNING, ObligationState.OVERDUE
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def clock(of: Term, grade: int | None = 2) -> Obligation:
    agreed = Agreed(of)
    agreed.take(event(grade=grade))
    return agreed.one()


def called(calls: list[Call]) -> list[str]:
    return [call.why for call in calls]


def lived(duty: Obligation, of: Term, *minutes: float, is_live: bool = True) -> tuple[Obligation, list[str]]:
    """Looked at again and again."""
    said: list[str] = []
    for minute in minutes:
        duty, calls = reminders.marked(duty, of, at(minute), is_live=is_live)
        said += [f"{minute:g}: {call.why}" for call in calls]
    return duty, said


def late(of: Term, grade: int | None = 2) -> Obligation:
    duty = clock(of, grade)
    return reminders.overdue(replace(duty, state=OVERDUE, overdue_at=duty.due_at), of, duty.due_at)


# ------------------------------------------------------------------------------------------------- before it is due
def test_the_next_person_the_coordinator_the_principal_and_who_acts() -> None:
    acting = term(limits="100m", reminds_actor=True)
    duty = clock(acting)

    duty, said = lived(duty, acting, 19, 20, 49, 50, 75, 79, 80, 99)

    assert said == ["20: 20 %: next person", "50: 50 %: coordinator", "75: 75 %: principal", "80: 80 %: acting person"]
    assert duty.mark_at is None


def test_of_most_duties_who_acts_is_not_reminded() -> None:
    duty, said = lived(clock(term(limits="100m")), term(limits="100m"), 99)

    assert said == ["99: 20 %: next person", "99: 50 %: coordinator", "99: 75 %: principal"]
    assert duty.marks == 3


def test_a_right_is_mentioned_once_at_half_of_its_time() -> None:
    right = term(limits="100m", is_right=True)

    _, said = lived(clock(right), right, 20, 50, 75, 99)

    assert said == ["50: 50 %: coordinator"]


def test_what_a_carrier_meets_is_said_late_and_what_the_agent_meets_itself_never() -> None:
    first, judged = term("first_notice", "100m"), term("judge", "100m")

    assert lived(clock(first), first, 50, 75)[1] == ["75: 75 %: coordinator", "75: 75 %: principal"]
    assert clock(judged).mark_at is None
    assert late(judged).mark_at is None


def test_a_term_that_the_file_no_longer_knows_calls_nobody_and_wakes_nobody() -> None:
    duty = clock(term(limits="100m"))

    assert reminders.marked(duty, None, at(60)) == (replace(duty, mark_at=None), [])
    assert reminders.overdue(duty, None, at(100)).mark_at is None


@pytest.mark.parametrize("name", sorted(shipped()))
def test_nobody_first_hears_of_a_shipped_duty_at_its_due_time(name: str) -> None:
    """But of what the agent does itself, and of what no mark can lie before."""
    of = shipped()[name]
    rungs = reminders.ladder(of)

    assert all(0 < share < 1 for share, _ in rungs)
    assert bool(rungs) == (name not in ("judge", "monitor", "availability"))


# ----------------------------------------------------------------------------------------------- once it is overdue
def test_a_duty_of_hours_starts_over_in_rounds_of_its_limit() -> None:
    hour = term(limits="60m")
    duty = late(hour)
    assert duty.mark_at == at(72)

    duty, said = lived(duty, hour, 71, 72, 90, 105, 119, 132)

    assert said == [
        "72: overdue: next person",
        "90: overdue: coordinator",
        "105: overdue: principal",
        "132: overdue: next person",
    ]
    assert duty.mark_at == at(150)


def test_the_rounds_are_counted_so_that_another_person_is_next() -> None:
    hour = term(limits="60m")

    duty, first = reminders.marked(late(hour), hour, at(72))
    duty, _ = reminders.marked(duty, hour, at(105))
    _, second = reminders.marked(duty, hour, at(132))

    assert [first[0].round, second[0].round] == [1, 2]


def test_rounds_that_nobody_looked_at_are_called_once() -> None:
    hour = term(limits="60m")

    duty, said = lived(late(hour), hour, 60 * 24 * 30 + 80)

    assert [each.partition(": ")[2] for each in said] == [
        "overdue: next person",
        "overdue: coordinator",
        "overdue: principal",
    ]
    assert duty.mark_at is not None
    assert at(60 * 24 * 30 + 80) < duty.mark_at <= at(60 * 24 * 30 + 140)


def test_a_duty_of_minutes_is_called_no_oftener_than_every_quarter_of_an_hour() -> None:
    short = term(limits="2m")

    assert late(short).mark_at == at(5)


def test_a_duty_of_days_is_said_once_a_day_to_the_coordinator_the_first_time_to_the_principal_too() -> None:
    days = term(limits="3d")
    due = 3 * 24 * 60
    duty = late(days)
    assert duty.mark_at == at(due)

    duty, said = lived(duty, days, due, due + 60, due + 24 * 60, due + 4 * 24 * 60)

    assert said == [
        f"{due}: overdue: coordinator",
        f"{due}: overdue: principal",
        f"{due + 24 * 60}: overdue: coordinator",
        f"{due + 4 * 24 * 60}: overdue: coordinator",
    ]
    assert duty.mark_at == at(due + 5 * 24 * 60)


def test_once_its_incident_is_over_a_duty_of_hours_is_said_once_a_day() -> None:
    hour = term(limits="60m")

    duty, said = lived(late(hour), hour, 72, 90, 105, is_live=False)

    assert said == ["72: overdue: coordinator", "72: overdue: principal"]
    assert duty.mark_at == at(72 + 24 * 60)


@pytest.mark.parametrize(("minutes", "expected"), [(60, 72), (72, 72), (73, 132), (200, 252)])
def test_what_turns_out_to_be_overdue_late_calls_the_next_rung_and_not_those_that_passed(
    minutes: float, expected: float
) -> None:
    hour = term(limits="60m")
    duty = replace(clock(hour), state=OVERDUE)

    assert reminders.overdue(duty, hour, at(minutes)).mark_at == at(expected)


def test_a_duty_of_days_that_turns_out_to_be_overdue_late_is_said_the_next_day() -> None:
    days = term(limits="3d")
    duty = replace(clock(days), state=OVERDUE)

    assert reminders.overdue(duty, days, duty.due_at + 25 * HOUR).mark_at == duty.due_at + 2 * DAY


# --------------------------------------------------------------------------------------------------- when it is said
NIGHT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # a Tuesday
MORNING = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("of", "grade", "changed", "is_live", "expected"),
    [
        ("1h", 1, {}, True, NIGHT),
        ("1h", 1, {}, False, NIGHT),  # a recovery notice is owed after the end
        ("1h", 3, {}, True, MORNING),
        ("1h", None, {}, True, MORNING),
        ("3d", 2, {"due_at": NIGHT + 3 * DAY}, True, MORNING),
        ("3d", 2, {"due_at": NIGHT + 2 * HOUR}, True, NIGHT),  # in the morning it would be too late
        ("1h", 2, {"state": OVERDUE, "due_at": NIGHT - HOUR}, True, NIGHT),
        ("1h", 2, {"state": OVERDUE, "due_at": NIGHT - HOUR}, False, MORNING),
        ("1h", 2, {"state": OVERDUE, "started_at": NIGHT - 26 * HOUR, "due_at": NIGHT - 25 * HOUR}, True, MORNING),
        ("3d", 2, {"state": OVERDUE, "started_at": NIGHT - 3 * DAY, "due_at": NIGHT - HOUR}, True, MORNING),
    ],
)
def test_minutes_and_hours_of_grade_1_and_2_are_for_any_hour(
    of: str, grade: int | None, changed: dict[str, Any], is_live: bool, expected: datetime
) -> None:
    plain = term(limits=of)
    duty = replace(clock(plain, grade), grade=grade, **changed)  # type: ignore[arg-type]

    assert reminders.said_from(duty, plain, NIGHT, WEEK, is_live=is_live) == expected


def test_a_right_waits_for_working_time_even_where_it_lapses_meanwhile() -> None:
    right = term(limits="1h", is_right=True)

    assert reminders.said_from(clock(right, 1), right, NIGHT, WEEK) == MORNING


@pytest.mark.parametrize(
    ("answered", "expected"),
    [
        (NIGHT, datetime(2026, 11, 25, 9, 0, tzinfo=UTC)),
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), datetime(2026, 11, 30, 9, 0, tzinfo=UTC)),  # over the weekend
    ],
)
def test_an_answer_buys_the_rest_of_the_day(answered: datetime, expected: datetime) -> None:
    assert reminders.rests_until(answered, WEEK) == expected


def test_without_a_calendar_an_answer_buys_a_day() -> None:
    assert reminders.rests_until(NIGHT, None) == NIGHT + DAY


# ------------------------------------------------------------------------------------------------------- always
@given(
    limit_m=st.integers(1, 60 * 24 * 40),
    state=st.sampled_from([RUNNING, OVERDUE]),
    looks=st.lists(st.integers(0, 60 * 24 * 60), min_size=1, max_size=8).map(sorted),
    is_live=st.booleans(),
)
def test_a_look_leaves_the_next_rung_ahead_and_calls_each_but_once(
    limit_m: int, state: ObligationState, looks: list[int], is_live: bool
) -> None:
    plain = term(limits=f"{limit_m}m")
    duty = late(plain) if state is OVERDUE else clock(plain)
    for minute in looks:
        before = duty.marks
        duty, calls = reminders.marked(duty, plain, at(minute), is_live=is_live)

        assert duty.mark_at is None or duty.mark_at > at(minute)
        assert len({call.to for call in calls}) == len(calls) <= 4
        assert duty.marks >= before
        assert reminders.marked(duty, plain, at(minute), is_live=is_live) == (duty, [])


@given(limit_m=st.integers(1, 60 * 24 * 40))
def test_somebody_always_hears_before_it_is_due(limit_m: int) -> None:
    plain = term(limits=f"{limit_m}m")
    duty = clock(plain)

    _, calls = reminders.marked(duty, plain, duty.due_at - timedelta(microseconds=1))

    assert [call.to for call in calls] == [Rung.NEXT, Rung.COORDINATOR, Rung.PRINCIPAL]
    assert called(calls) == ["20 %: next person", "50 %: coordinator", "75 %: principal"]
    assert duty.due_at > NOW
