"""The ladder: whom to call while nobody of a party has acknowledged."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model import Contact, Delivery, DeliveryState, Ladder, Role, Step, Verdict
from agent.rules.escalation import (
    Called,
    Reach,
    ask_again_every,
    asked,
    asks_again_at,
    begin,
    call,
    end,
    next_call_at,
    reachability,
    restart,
    rungs,
    with_reach,
)
from tests.rules.people import LI, MONDAY_3AM, PEOPLE, QIAN, ZHANG, A, by_id, contact, delivery, endpoints_of

MINUTE = timedelta(minutes=1)
LIMIT = 15 * MINUTE
FILE_STEPS = (Step(("principal",), share=0.5), Step(("coordinator",), after=5 * MINUTE))


def minutes(number: float) -> datetime:
    return MONDAY_3AM + number * MINUTE


def ladder(steps: Sequence[Step] | None = None, limit: timedelta = LIMIT) -> Ladder:
    return begin("INC-1", A, MONDAY_3AM, limit, steps)


def called(
    standing: Ladder,
    at: float,
    told: Sequence[str] = ("qian",),
    steps: Sequence[Step] | None = None,
    people: dict[str, Contact] = PEOPLE,
) -> Called:
    return call(standing, minutes(at), steps, told, people)


def reasons(answer: Called) -> list[str]:
    return [f"{recipient.contact}: {recipient.why}" for recipient in answer.recipients]


def next_in(standing: Ladder) -> float | None:
    return None if standing.next_at is None else (standing.next_at - MONDAY_3AM) / MINUTE


# ------------------------------------------------------------------------------------------------------- rungs


def test_the_default_ladder_of_15_minutes_calls_at_3_00_7_30_and_11_15() -> None:
    """agreement.md 5, rule 6."""
    assert [(rung.after, rung.to, rung.name) for rung in rungs(None, LIMIT)] == [
        (3 * MINUTE, ("next person",), "20 %"),
        (7.5 * MINUTE, ("coordinator",), "50 %"),
        (11.25 * MINUTE, ("principal",), "75 %"),
    ]


def test_steps_of_the_file_stand_in_the_order_of_time() -> None:
    assert [(rung.after, rung.name) for rung in rungs(FILE_STEPS, LIMIT)] == [
        (5 * MINUTE, "5 min"),
        (7.5 * MINUTE, "50 %"),
    ]


def test_a_step_without_a_time_is_due_at_once() -> None:
    assert rungs((Step(("li",)),), LIMIT)[0].after == timedelta()


# -------------------------------------------------------------------------------------------------------- calls


def test_the_ladder_is_climbed_rung_by_rung() -> None:
    standing = ladder()
    first = called(standing, 3)
    second = called(first.ladder, 7.5, ("qian", "li"))
    third = called(second.ladder, 11.25, ("qian", "li"))

    assert next_in(standing) == 3
    assert reasons(first) == ["li: ladder 20 %: next person"]
    assert first.why == "ladder 20 %: next person"
    assert reasons(second) == ["li: ladder 50 %: role coordinator"]
    assert reasons(third) == ["zhang: ladder 75 %: role principal"]
    assert third.why == "ladder 75 %: principal"


def test_at_the_end_it_starts_over() -> None:
    standing = ladder()
    for at in (3, 7.5, 11.25):
        standing = called(standing, at).ladder

    again = called(standing, 18, ("qian", "li", "zhang"))

    assert next_in(standing) == 18
    assert again.ladder.round == 1
    assert again.why == "ladder 20 %: next person"
    assert next_in(again.ladder) == 22.5


def test_too_early_nobody_is_called() -> None:
    standing = ladder()

    assert called(standing, 2.99) == Called(standing)


def test_an_ended_ladder_calls_nobody() -> None:
    standing = end(ladder())

    assert standing.next_at is None
    assert called(standing, 600) == Called(standing)


def test_the_next_person_is_the_first_in_the_file_who_was_not_told() -> None:
    assert reasons(called(ladder(), 3, ("li",))) == ["qian: ladder 20 %: next person"]


def test_a_deputy_of_someone_told_is_a_next_person_whatever_their_role() -> None:
    people = by_id(contact("li", Role.MEMBER, deputy="eye"), contact("eye", Role.OBSERVER), ZHANG)

    assert reasons(called(ladder(), 3, ("li",), people=people)) == ["eye: ladder 20 %: next person"]


def test_who_has_no_channel_is_no_next_person() -> None:
    people = by_id(contact("li", Role.MEMBER, reach=()), QIAN)

    assert reasons(called(ladder(), 3, (), people=people)) == ["qian: ladder 20 %: next person"]


def test_with_everybody_told_all_of_them_are_told_again() -> None:
    assert reasons(called(ladder(), 3, ("li", "qian"))) == [
        "li: ladder 20 %: nobody is next: told again",
        "qian: ladder 20 %: nobody is next: told again",
    ]


def test_steps_name_roles_contacts_and_the_next_person() -> None:
    steps = (Step(("next person", "zhang", "coordinator"), after=MINUTE),)

    assert reasons(called(ladder(steps), 1, ("li",), steps)) == [
        "qian: ladder 1 min: next person",
        "zhang: ladder 1 min: named",
        "li: ladder 1 min: role coordinator",
    ]


def test_rungs_missed_in_one_round_are_called_together() -> None:
    answer = called(ladder(), 12)

    assert reasons(answer) == ["li: ladder 20 %: next person", "zhang: ladder 75 %: role principal"]
    assert answer.why == "ladder 20 %: next person; ladder 50 %: coordinator; ladder 75 %: principal"
    assert next_in(answer.ladder) == 18


def test_after_hours_of_silence_each_rung_is_called_once_and_the_round_is_counted() -> None:
    answer = called(ladder(), 3 * 60 + 5)

    assert answer.why == "ladder 20 %: next person; ladder 50 %: coordinator; ladder 75 %: principal"
    assert answer.ladder.round == 12
    assert next_in(answer.ladder) == 187.5


def test_after_hours_of_silence_the_rungs_called_before_are_called_again() -> None:
    answer = called(called(ladder(), 3).ladder, 3 * 60 + 5)

    assert answer.why == "ladder 20 %: next person; ladder 50 %: coordinator; ladder 75 %: principal"


def test_rungs_missed_over_the_end_of_a_round_are_called_with_those_of_the_new_one() -> None:
    standing = called(called(ladder(), 3).ladder, 7.5).ladder

    answer = called(standing, 15 + 4)

    assert answer.why == "ladder 75 %: principal; ladder 20 %: next person"
    assert next_in(answer.ladder) == 22.5


def test_a_rung_beyond_the_limit_lengthens_the_round() -> None:
    steps = (Step(("li",), after=20 * MINUTE),)

    answer = called(ladder(steps), 20, (), steps)

    assert reasons(answer) == ["li: ladder 20 min: named"]
    assert next_in(answer.ladder) == 40


def test_without_steps_the_ladder_stands_and_calls_nobody() -> None:
    answer = called(ladder(()), 15, (), ())

    assert answer.recipients == ()
    assert next_in(answer.ladder) == 30


def test_looking_again_at_the_same_moment_calls_nobody_twice() -> None:
    once = called(ladder(), 3)

    assert called(once.ladder, 3).recipients == ()


@settings(max_examples=100)
@given(
    shares=st.lists(st.floats(0, 1.5), max_size=4),
    limit=st.integers(0, 300),
    looks=st.lists(st.integers(0, 4000), min_size=1, max_size=12),
)
def test_however_it_is_looked_at_the_ladder_goes_on(shares: list[float], limit: int, looks: list[int]) -> None:
    steps = tuple(Step(("everyone",), share=share) for share in shares)
    standing, now = ladder(steps, timedelta(seconds=limit)), MONDAY_3AM

    for seconds in looks:
        now += timedelta(seconds=seconds)
        answer = call(standing, now, steps, ("li",), PEOPLE)
        assert answer.ladder.next_at is not None
        assert answer.ladder.next_at > now
        assert answer.ladder.round >= standing.round
        standing = answer.ladder


@settings(max_examples=60)
@given(looks=st.lists(st.integers(1, 240), min_size=1, max_size=30))
def test_within_a_round_every_rung_is_called_exactly_once(looks: list[int]) -> None:
    standing, now, heard = ladder(), MONDAY_3AM, []

    for seconds in (*looks, 12 * 60):
        now = min(now + timedelta(seconds=seconds), minutes(14.9))
        answer = call(standing, now, None, (), PEOPLE)
        heard += answer.why.split("; ") if answer.why else []
        standing = answer.ladder

    assert heard == ["ladder 20 %: next person", "ladder 50 %: coordinator", "ladder 75 %: principal"][: len(heard)]
    assert (len(heard) == 3) is (now >= minutes(11.25))


# ------------------------------------------------------------------------------------------------------ regrade


def test_a_raise_begins_the_ladder_anew_with_the_new_limit() -> None:
    standing = ladder(limit=30 * MINUTE)

    anew = restart(standing, LIMIT, None, minutes(1))

    assert (anew.limit, anew.rung, next_in(anew)) == (LIMIT, 0, 4)


def test_a_raise_makes_no_call_later_than_it_was() -> None:
    standing = called(ladder(limit=30 * MINUTE), 6).ladder
    assert next_in(standing) == 15

    anew = restart(standing, LIMIT, None, minutes(14))

    assert (anew.rung, next_in(anew)) == (1, 15)


def test_after_the_last_rung_a_raise_calls_the_first_one_no_later() -> None:
    standing = ladder(limit=30 * MINUTE)
    for at in (6, 15, 22.5):
        standing = called(standing, at).ladder
    assert next_in(standing) == 36

    assert next_in(restart(standing, LIMIT, None, minutes(35))) == 36
    assert next_in(restart(standing, LIMIT, None, minutes(23))) == 26


def test_a_raise_to_a_route_without_steps_calls_nobody_more() -> None:
    assert next_in(restart(ladder(), LIMIT, (), minutes(1))) == 16


def test_a_ladder_that_had_ended_begins_anew_after_a_raise() -> None:
    assert next_in(restart(end(ladder()), LIMIT, None, minutes(10))) == 13


# -------------------------------------------------------------------------------------------------- asking again


def test_who_was_told_is_asked_again_every_5_or_15_minutes_and_in_grade_3_never() -> None:
    assert [ask_again_every(grade) for grade in (1, 2, 3)] == [5 * MINUTE, 15 * MINUTE, None]


def test_asking_again_counts_from_the_last_time_asked() -> None:
    standing = ladder()
    assert asks_again_at(standing, 1) == minutes(5)

    standing = asked(standing, minutes(6))

    assert standing.asked == 1
    assert asks_again_at(standing, 1) == minutes(11)
    assert asks_again_at(replace(standing, asked_at=None), 2) == minutes(15)


def test_nobody_is_asked_again_in_grade_3_or_once_the_ladder_has_ended() -> None:
    assert asks_again_at(ladder(), 3) is None
    assert asks_again_at(end(ladder()), 1) is None


# ------------------------------------------------------------------------------------------------- reachability

FAILED = {"verdict": Verdict.NOT_SENT, "attempt": 1}
ENDPOINTS = endpoints_of(LI, QIAN, contact("sun", Role.MEMBER, reach=("room",)))


def reach(*rows: Delivery, at: float, told_at: datetime | None = None) -> Reach:
    return reachability(rows, ENDPOINTS, minutes(at), told_at)


def accepted(endpoint: str, at: float, **more: object) -> Delivery:
    return delivery(endpoint, DeliveryState.ACCEPTED, verdict=Verdict.ACCEPTED, finished_at=minutes(at), **more)


def test_a_party_is_unreachable_after_three_minutes_in_which_every_channel_failed() -> None:
    rows = (delivery("li/call", **FAILED), delivery("li/mail", at=minutes(1), **FAILED))

    assert reach(*rows, at=2.9) == Reach(MONDAY_3AM, is_unreachable=False)
    assert reach(*rows, at=3) == Reach(MONDAY_3AM, is_unreachable=True)


def test_one_channel_that_accepted_is_enough() -> None:
    rows = (delivery("li/call", **FAILED), accepted("qian/mail", 1))

    assert reach(*rows, at=60) == Reach(accepted_at=minutes(1))


def test_what_fails_after_the_last_acceptance_counts_anew() -> None:
    rows = (accepted("li/call", 1), delivery("li/call", id_="D2", at=minutes(10), **FAILED))

    assert reach(*rows, at=12).is_unreachable is False
    assert reach(*rows, at=13) == Reach(minutes(10), is_unreachable=True, accepted_at=minutes(1))


def test_a_post_to_a_room_is_no_proof_that_a_person_can_be_reached() -> None:
    rows = (delivery("li/call", **FAILED), accepted("room", 1, contact="sun"))

    assert reach(*rows, at=3).is_unreachable is True


def test_a_party_of_rooms_alone_is_reachable_through_them() -> None:
    assert reach(accepted("room", 1, contact="sun"), at=60).is_unreachable is False


def test_silence_counts_as_failure_and_waiting_does_not() -> None:
    silent = delivery("li/call", DeliveryState.SENDING, is_overtaken=True)

    assert reach(silent, at=3).is_unreachable is True
    assert reach(delivery("li/call"), at=3) == Reach()


def test_what_was_cancelled_says_nothing() -> None:
    assert reach(delivery("li/call", DeliveryState.CANCELLED, **FAILED), at=60) == Reach()


def test_a_party_without_any_delivery_is_failing_since_there_was_something_to_tell() -> None:
    assert reach(at=3, told_at=MONDAY_3AM) == Reach(MONDAY_3AM, is_unreachable=True)
    assert reach(at=3) == Reach()


def test_a_lost_party_is_called_as_a_whole_at_once_and_then_with_growing_pauses() -> None:
    standing = with_reach(ladder(), Reach(MONDAY_3AM, is_unreachable=True), None, minutes(3))
    assert next_in(standing) == 3
    calls, at = [], 3.0

    for _ in range(6):
        answer = called(standing, at)
        standing = answer.ladder
        calls.append(at)
        at = next_in(standing) or 0

    assert calls == [3, 4, 5, 7, 11, 16]
    assert answer.why == "nobody reachable: everyone"
    assert reasons(answer)[0] == "zhang: nobody reachable: everyone"
    assert standing.round == 6


def test_a_party_stays_lost_until_a_channel_takes_something() -> None:
    lost = with_reach(ladder(), Reach(MONDAY_3AM, is_unreachable=True), None, minutes(3))

    assert with_reach(lost, Reach(minutes(5)), None, minutes(6)) is lost
    assert with_reach(lost, Reach(accepted_at=minutes(1)), None, minutes(6)) is lost
    found = with_reach(lost, Reach(accepted_at=minutes(5)), None, minutes(6))
    assert (found.unreachable_since, next_in(found)) == (None, 9)


def test_a_party_that_can_be_reached_keeps_its_ladder() -> None:
    standing = ladder()

    assert with_reach(standing, Reach(accepted_at=MONDAY_3AM), None, minutes(6)) is standing


def test_an_ended_ladder_is_not_begun_again_for_want_of_reach() -> None:
    standing = end(ladder())

    assert with_reach(standing, Reach(MONDAY_3AM, is_unreachable=True), None, minutes(6)) is standing


@pytest.mark.parametrize("told", [(), ("li",), ("zhang", "li", "qian", "eye")])
def test_a_call_reaches_somebody_whoever_was_told(told: tuple[str, ...]) -> None:
    assert called(ladder(), 12, told).recipients


def test_the_next_call_is_that_of_somebody_else() -> None:
    standing = ladder(FILE_STEPS)  # 5 min: coordinator, 50 %: principal

    assert next_call_at(standing, FILE_STEPS, (), ("li",), PEOPLE) == minutes(7.5)
    assert next_call_at(standing, FILE_STEPS, (), ("qian",), PEOPLE) == minutes(5)


def test_where_everybody_is_told_already_nobody_is_called_next() -> None:
    assert next_call_at(ladder(), None, (), tuple(PEOPLE), PEOPLE) is None


@pytest.mark.parametrize("steps", [(), FILE_STEPS])
def test_a_ladder_that_has_ended_or_has_no_rungs_calls_nobody(steps: Sequence[Step]) -> None:
    assert next_call_at(end(ladder(steps)), steps, (), ("li",), PEOPLE) is None
