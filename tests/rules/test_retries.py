"""When a failed delivery is tried again, and how often an endpoint may be used."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model import Grade, Manner, Outcome, Verdict
from agent.rules.retries import (
    ALLOWANCES,
    MOST_UNKNOWN,
    TRIED_FOR,
    WINDOW,
    Allowance,
    allowance_for,
    delivery_id,
    may_send,
    next_try,
)
from tests.rules.people import MONDAY_3AM, delivery, endpoint

SECOND = timedelta(seconds=1)
FAILURES = (Verdict.RETRY, Verdict.NOT_SENT, Verdict.UNKNOWN)


def waited(attempt: int, outcome: Outcome, *, grade: Grade = 1, after: timedelta = timedelta()) -> timedelta | None:
    now = MONDAY_3AM + after
    at = next_try(delivery(attempt=attempt, grade=grade), outcome, now)
    return None if at is None else at - now


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(0, 5), (1, 5), (2, 15), (3, 30), (4, 60), (5, 120), (6, 300), (7, 300), (99, 300)]
)
def test_pauses_grow_from_five_seconds_to_five_minutes(attempt: int, seconds: int) -> None:
    pause = waited(attempt, Outcome(Verdict.RETRY))

    assert pause is not None
    assert 0.9 * seconds <= pause.total_seconds() <= 1.1 * seconds


def test_the_same_failure_waits_the_same_time_again() -> None:
    assert waited(3, Outcome(Verdict.RETRY)) == waited(3, Outcome(Verdict.RETRY))


def test_what_failed_together_does_not_come_back_together() -> None:
    pauses = {
        next_try(delivery(id_=f"D{number}", attempt=5), Outcome(Verdict.RETRY), MONDAY_3AM) for number in range(20)
    }

    assert len(pauses) > 10


def test_a_refusal_is_given_up_at_once() -> None:
    assert waited(1, Outcome(Verdict.REJECTED)) is None


def test_what_was_accepted_is_not_tried_again() -> None:
    assert waited(1, Outcome(Verdict.ACCEPTED)) is None


def test_retry_after_is_honoured() -> None:
    assert waited(1, Outcome(Verdict.RETRY, retry_after=90 * SECOND)) == 90 * SECOND


def test_a_retry_after_shorter_than_the_pause_does_not_hurry() -> None:
    assert waited(6, Outcome(Verdict.RETRY, retry_after=SECOND)) == waited(6, Outcome(Verdict.RETRY))


def test_a_retry_after_of_a_day_counts_as_an_hour() -> None:
    assert waited(1, Outcome(Verdict.RETRY, retry_after=timedelta(days=1))) == timedelta(hours=1)


def test_what_may_have_arrived_is_repeated_only_a_few_times() -> None:
    assert waited(MOST_UNKNOWN - 1, Outcome(Verdict.UNKNOWN)) is not None
    assert waited(MOST_UNKNOWN, Outcome(Verdict.UNKNOWN)) is None


@pytest.mark.parametrize(("grade", "hours"), [(1, 24), (2, 24), (3, 4)])
def test_tries_end_some_hours_after_the_delivery_was_made(grade: Grade, hours: int) -> None:
    refused = Outcome(Verdict.NOT_SENT)

    assert waited(9, refused, grade=grade, after=timedelta(hours=hours, minutes=-10)) is not None
    assert waited(9, refused, grade=grade, after=timedelta(hours=hours)) is None


@given(
    attempt=st.integers(0, 200),
    verdict=st.sampled_from(FAILURES),
    grade=st.sampled_from([1, 2, 3]),
    retry_after=st.none() | st.timedeltas(timedelta(), timedelta(days=400)),
    after=st.timedeltas(timedelta(), timedelta(days=2)),
)
def test_a_next_try_lies_ahead_and_within_the_time_of_trying(
    attempt: int, verdict: Verdict, grade: Grade, retry_after: timedelta | None, after: timedelta
) -> None:
    pause = waited(attempt, Outcome(verdict, retry_after=retry_after), grade=grade, after=after)

    assert pause is None or timedelta() < pause <= max(timedelta(hours=1), timedelta(minutes=5.5))
    assert pause is None or after + pause <= TRIED_FOR[grade]


# --------------------------------------------------------------------------------------------------------- ids


def test_deciding_twice_names_the_same_delivery() -> None:
    assert delivery_id("N1", "li", "li/call", 0) == delivery_id("N1", "li", "li/call", 0)
    assert len(delivery_id("N1", "li", "li/call", 0)) == 16


def test_each_part_of_a_delivery_counts_in_its_name() -> None:
    names = {
        delivery_id("N1", "li", "li/call", 0),
        delivery_id("N2", "li", "li/call", 0),
        delivery_id("N1", "qian", "li/call", 0),
        delivery_id("N1", "li", "li/mail", 0),
        delivery_id("N1", "li", "li/call", 1),
        delivery_id("N1l", "i", "li/call", 0),
    }

    assert len(names) == 6


# -------------------------------------------------------------------------------------------------- allowances


def test_a_bot_takes_twenty_a_minute_the_last_of_them_for_grade_1() -> None:
    assert allowance_for(endpoint("room")) == Allowance(20, 5)


def test_the_agents_own_log_has_no_limit() -> None:
    assert allowance_for(endpoint("li/log")) is None
    assert may_send([MONDAY_3AM] * 99, None, 3, MONDAY_3AM) == MONDAY_3AM


def test_every_manner_has_an_allowance_that_leaves_room_for_grade_1() -> None:
    assert set(ALLOWANCES) == set(Manner)
    assert all(0 < allowance.reserve < allowance.a_minute for allowance in ALLOWANCES.values())


def test_a_full_minute_waits_until_the_oldest_use_is_a_minute_old() -> None:
    now = MONDAY_3AM
    recent = [now - 50 * SECOND, now - 40 * SECOND, now - 30 * SECOND]

    assert may_send(recent, Allowance(3, 0), 2, now) == now + 10 * SECOND
    assert may_send(recent, Allowance(4, 0), 2, now) == now


def test_grade_1_still_goes_out_of_the_reserve() -> None:
    now = MONDAY_3AM
    recent = [now - 50 * SECOND, now - 40 * SECOND]

    assert may_send(recent, Allowance(4, 2), 3, now) == now + 10 * SECOND
    assert may_send(recent, Allowance(4, 2), 1, now) == now


def test_grade_1_beyond_the_reserve_waits_too_since_the_vendor_would_refuse_it() -> None:
    now = MONDAY_3AM

    assert may_send([now] * 4, Allowance(4, 2), 1, now) == now + WINDOW


def test_a_clock_set_back_does_not_silence_an_endpoint() -> None:
    now = MONDAY_3AM

    assert may_send([now + timedelta(hours=1)] * 20, Allowance(20, 5), 3, now) == now


@settings(max_examples=60)
@given(
    offsets=st.lists(st.integers(0, 120), max_size=40),
    a_minute=st.integers(2, 20),
    grade=st.sampled_from([1, 2, 3]),
)
def test_who_waits_as_told_may_then_send(offsets: list[int], a_minute: int, grade: Grade) -> None:
    allowance = Allowance(a_minute, 1)
    recent = [MONDAY_3AM - offset * SECOND for offset in offsets]

    at = may_send(recent, allowance, grade, MONDAY_3AM)

    assert MONDAY_3AM <= at <= MONDAY_3AM + WINDOW
    assert may_send(recent, allowance, grade, at) == at
