"""Which deliveries a notice becomes, and that none of them is ever lost."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.model import Contact, Delivery, DeliveryState, Endpoint, Outcome, Role, Verdict
from agent.rules.outbox import (
    ENDED,
    cancelled,
    claimed,
    first_deliveries,
    follow_up,
    is_due,
    is_room,
    overtaken,
    settled,
    superseded,
)
from tests.rules.people import LI, MONDAY_3AM, QIAN, contact, delivery, endpoints_of, notice

SECOND = timedelta(seconds=1)
LEASE = MONDAY_3AM + 30 * SECOND
ROOMY = contact("sun", Role.MEMBER, reach=("sun/mail", "room", "sun/call"))
ROOMIER = contact("wu", Role.MEMBER, reach=("room", "wu/mail"))


def endpoints(*more: str) -> dict[str, Endpoint]:
    return endpoints_of(LI, QIAN, ROOMY, ROOMIER, broken=more)


def made(*contacts: Contact, is_loud: bool = True, seen: tuple[str, ...] = (), broken: str = "") -> list[str]:
    told = notice(*(each.id for each in contacts), grade=1 if is_loud else 3, is_loud=is_loud)
    return [row.endpoint for row in first_deliveries(told, contacts, endpoints(broken), MONDAY_3AM, seen)]


# ------------------------------------------------------------------------------------------------ first deliveries


def test_a_loud_notice_goes_to_all_channels_of_each_recipient_at_once() -> None:
    assert made(LI, QIAN) == ["li/call", "li/mail", "qian/call", "qian/mail"]


def test_a_quiet_notice_goes_to_the_first_channel_of_each() -> None:
    assert made(LI, QIAN, is_loud=False) == ["li/call", "qian/call"]


def test_a_room_is_posted_once_however_many_contacts_name_it() -> None:
    assert made(ROOMY, ROOMIER) == ["sun/mail", "room", "sun/call", "wu/mail"]


def test_a_room_already_posted_is_not_posted_again() -> None:
    assert made(ROOMIER, seen=("room",)) == ["wu/mail"]


def test_a_channel_that_cannot_be_built_makes_no_delivery() -> None:
    assert made(LI, broken="li/call") == ["li/mail"]


def test_a_delivery_waits_from_now_on_and_knows_its_rank() -> None:
    rows = first_deliveries(notice("sun"), [ROOMY], endpoints(), MONDAY_3AM)

    assert [(row.contact, row.rank, row.state, row.due_at) for row in rows] == [
        ("sun", 0, DeliveryState.WAITING, MONDAY_3AM),
        ("sun", 1, DeliveryState.WAITING, MONDAY_3AM),
        ("sun", 2, DeliveryState.WAITING, MONDAY_3AM),
    ]


def test_deciding_twice_makes_the_same_deliveries_and_a_new_generation_others() -> None:
    def ids(generation: int) -> list[str]:
        told = notice("li", generation=generation)
        return [row.id for row in first_deliveries(told, [LI], endpoints(), MONDAY_3AM)]

    assert ids(0) == ids(0)
    assert not set(ids(0)) & set(ids(1))


# ------------------------------------------------------------------------------------------------------ follow-up


def following(who: Contact, *rows: Delivery, broken: str = "") -> str | None:
    found = follow_up(notice(who.id, grade=3, is_loud=False), who, rows, endpoints(broken), MONDAY_3AM)
    return found.endpoint if found else None


FAILED = {"verdict": Verdict.RETRY, "attempt": 1}
GIVEN_UP = {"state": DeliveryState.GIVEN_UP, "verdict": Verdict.REJECTED, "attempt": 1}


def test_a_failure_starts_the_next_channel_while_the_first_is_tried_again() -> None:
    assert following(LI, delivery("li/call", **FAILED)) == "li/mail"


def test_a_refusal_starts_the_next_channel() -> None:
    assert following(LI, delivery("li/call", **GIVEN_UP)) == "li/mail"


def test_ten_seconds_of_silence_start_the_next_channel() -> None:
    silent = overtaken(delivery("li/call", DeliveryState.SENDING, attempt=1))

    assert following(LI, silent) == "li/mail"


def test_while_a_channel_is_under_way_no_other_starts() -> None:
    assert following(LI, delivery("li/call", DeliveryState.SENDING, attempt=1)) is None


def test_once_a_channel_has_accepted_no_other_starts() -> None:
    rows = (delivery("li/call", **FAILED), delivery("li/mail", DeliveryState.ACCEPTED, verdict=Verdict.ACCEPTED))

    assert following(LI, *rows) is None


def test_after_the_last_channel_nothing_follows() -> None:
    assert following(LI, delivery("li/call", **FAILED), delivery("li/mail", **GIVEN_UP)) is None


def test_what_was_cancelled_gives_no_hope() -> None:
    assert following(LI, delivery("li/call", DeliveryState.CANCELLED)) == "li/mail"


def test_a_channel_of_ones_own_goes_before_a_room() -> None:
    assert following(ROOMY, delivery("sun/mail", **FAILED)) == "sun/call"
    assert following(ROOMY, delivery("sun/mail", **FAILED), delivery("sun/call", **FAILED)) == "room"


def test_a_post_to_a_room_is_no_delivery_to_a_person() -> None:
    posted = delivery("room", DeliveryState.ACCEPTED, contact="sun", verdict=Verdict.ACCEPTED)

    assert following(ROOMY, delivery("sun/mail", **FAILED), posted) == "sun/call"


def test_a_room_that_another_contact_brought_is_not_posted_again() -> None:
    brought = delivery("room", DeliveryState.ACCEPTED, contact="wu", verdict=Verdict.ACCEPTED)

    assert following(ROOMY, delivery("sun/mail", **FAILED), delivery("sun/call", **FAILED), brought) is None


def test_another_contacts_delivery_and_another_notices_say_nothing_of_this_one() -> None:
    others = (delivery("qian/call"), delivery("li/mail", DeliveryState.ACCEPTED, notice="N0"))

    assert following(LI, delivery("li/call", **FAILED), *others) == "li/mail"


def test_a_broken_channel_does_not_follow() -> None:
    assert following(LI, delivery("li/call", **FAILED), broken="li/mail") is None


def test_an_endpoint_gone_from_the_configuration_is_no_room() -> None:
    assert is_room(delivery("gone"), {}) is False


# ------------------------------------------------------------------------------------------------------- one row


def test_a_claim_puts_the_attempt_the_lease_and_the_words_on_file() -> None:
    row = claimed(delivery(), LEASE, "subject", "text", MONDAY_3AM)

    assert row is not None
    assert (row.state, row.attempt, row.fence, row.lease_until) == (DeliveryState.SENDING, 1, 1, LEASE)
    assert (row.subject, row.text) == ("subject", "text")


def test_a_retry_keeps_the_words_first_put_on_file() -> None:
    row = claimed(delivery(subject="first", text="first text", attempt=1), LEASE, "second", "second text", MONDAY_3AM)

    assert row is not None
    assert (row.subject, row.text, row.attempt) == ("first", "first text", 2)


def test_what_is_not_due_cannot_be_claimed() -> None:
    assert claimed(delivery(at=MONDAY_3AM + SECOND), LEASE, "", "", MONDAY_3AM) is None


@pytest.mark.parametrize("state", sorted(ENDED))
def test_what_has_ended_cannot_be_claimed(state: DeliveryState) -> None:
    assert claimed(delivery(state=state), LEASE, "", "", MONDAY_3AM) is None


def test_what_is_in_other_hands_cannot_be_claimed_until_the_lease_ends() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE, attempt=1, fence=1)

    assert claimed(row, LEASE + SECOND, "", "", LEASE - SECOND) is None
    again = claimed(row, LEASE + 30 * SECOND, "", "", LEASE)
    assert again is not None
    assert (again.attempt, again.fence) == (2, 2)


def test_the_same_claim_made_twice_is_one_attempt() -> None:
    """A commit that was reported as failed may have been made (traps.md)."""
    first = claimed(delivery(), LEASE, "s", "t", MONDAY_3AM)

    assert first is not None
    assert claimed(first, LEASE, "s", "t", MONDAY_3AM + SECOND) is first


def test_an_accepted_delivery_ends() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE, attempt=1, fence=1)

    end = settled(row, row, Outcome(Verdict.ACCEPTED, "250 ok"), MONDAY_3AM)

    assert (end.state, end.verdict, end.reason) == (DeliveryState.ACCEPTED, Verdict.ACCEPTED, "250 ok")
    assert (end.finished_at, end.lease_until) == (MONDAY_3AM, None)


def test_a_refused_delivery_is_given_up_with_its_reason() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE, attempt=1, fence=1)

    end = settled(row, row, Outcome(Verdict.REJECTED, "550 no such user"), MONDAY_3AM)

    assert (end.state, end.reason, end.finished_at) == (DeliveryState.GIVEN_UP, "550 no such user", MONDAY_3AM)


def test_a_failed_delivery_waits_for_its_next_try() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE, attempt=1, fence=1)

    waiting = settled(row, row, Outcome(Verdict.RETRY, "503"), MONDAY_3AM)

    assert (waiting.state, waiting.lease_until, waiting.finished_at) == (DeliveryState.WAITING, None, None)
    assert MONDAY_3AM + 4 * SECOND <= waiting.due_at <= MONDAY_3AM + 6 * SECOND


def test_a_late_result_with_an_older_fence_changes_nothing() -> None:
    old = delivery(state=DeliveryState.SENDING, lease_until=LEASE, attempt=1, fence=1)
    newer = claimed(old, LEASE + 30 * SECOND, "", "", LEASE)

    assert newer is not None
    assert settled(newer, old, Outcome(Verdict.REJECTED), LEASE) is newer


def test_a_result_after_the_lease_counts_while_nobody_has_claimed_anew() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE, attempt=1, fence=1)

    assert settled(row, row, Outcome(Verdict.ACCEPTED), LEASE + SECOND).state is DeliveryState.ACCEPTED


def test_silence_is_noted_once_and_only_while_sending() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE)

    noted = overtaken(row)

    assert noted.is_overtaken is True
    assert overtaken(noted) is noted
    ended = delivery(state=DeliveryState.ACCEPTED)
    assert overtaken(ended) is ended


def test_what_waits_is_cancelled_with_the_reason() -> None:
    row = cancelled(delivery(), "the party has acknowledged", MONDAY_3AM)

    assert (row.state, row.reason, row.finished_at) == (
        DeliveryState.CANCELLED,
        "the party has acknowledged",
        MONDAY_3AM,
    )


def test_what_is_being_sent_cannot_be_called_back_but_an_abandoned_one_can() -> None:
    row = delivery(state=DeliveryState.SENDING, lease_until=LEASE)

    assert cancelled(row, "late", MONDAY_3AM) is row
    assert cancelled(row, "late", LEASE).state is DeliveryState.CANCELLED


def test_what_has_ended_is_not_cancelled() -> None:
    row = delivery(state=DeliveryState.ACCEPTED)

    assert cancelled(row, "late", MONDAY_3AM) is row


def test_a_lease_without_an_end_counts_as_ended() -> None:
    assert is_due(delivery(state=DeliveryState.SENDING, lease_until=None), MONDAY_3AM) is True


def test_a_newer_question_takes_the_place_of_older_ones_that_a_channel_has_not_taken() -> None:
    """A channel that comes back after an hour brings one message, not twelve."""
    later = MONDAY_3AM + 60 * SECOND
    newer = delivery("li/call", id_="D9", notice="N9", at=later)
    failed = delivery("li/call", id_="D1", **FAILED)
    untried = delivery("li/call", id_="D2")
    elsewhere = delivery("li/mail", id_="D3", **FAILED)
    of_another = delivery("li/call", id_="D4", incident="INC-2", **FAILED)
    under_way = delivery("li/call", DeliveryState.SENDING, id_="D5", lease_until=later + SECOND, **FAILED)
    just_as_new = delivery("li/call", id_="D6", at=later, **FAILED)

    old = (failed, untried, elsewhere, of_another, under_way, just_as_new, newer)
    gone = superseded(old, newer, later)

    assert [(row.id, row.state) for row in gone] == [("D1", DeliveryState.CANCELLED)]
    assert gone[0].reason == "a newer notice takes its place"


# ---------------------------------------------------------------------------------------------- the whole life

OUTCOMES = st.builds(
    Outcome,
    st.sampled_from(sorted(Verdict)),
    retry_after=st.none() | st.timedeltas(timedelta(), timedelta(days=2)),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "sent", "replay", "late", "silent", "cancel", "crash"]), OUTCOMES, st.integers(0, 400)
    ),
    max_size=40,
)


def is_sound(row: Delivery) -> bool:
    """Ended, or with a time at which somebody will look at it again."""
    if row.state in ENDED:
        return row.finished_at is not None and row.lease_until is None
    return row.lease_until is not None if row.state is DeliveryState.SENDING else row.due_at is not None


@settings(max_examples=200)
@given(STEPS)
def test_no_delivery_is_lost_whatever_happens_to_it(steps: list[tuple[str, Outcome, int]]) -> None:
    row, now, in_hand, last = delivery(), MONDAY_3AM, [], None

    for step, outcome, seconds in steps:
        now += seconds * SECOND
        before = row
        if step == "claim":
            got = claimed(row, now + 30 * SECOND, "s", "t", now)
            if got is not None:
                row = got
                in_hand.append(got)
        elif step == "sent" and in_hand:
            last = (in_hand[-1], outcome)
            row = settled(row, in_hand[-1], outcome, now)
        elif step == "replay" and last is not None:
            row = settled(row, last[0], last[1], now)
            assert row is before or row.fence == last[0].fence
        elif step == "late" and len(in_hand) > 1:
            row = settled(row, in_hand[0], outcome, now)
            assert row is before
        elif step == "silent":
            row = overtaken(row)
        elif step == "cancel":
            row = cancelled(row, "not wanted", now)
        elif step == "crash":
            in_hand.clear()

        assert is_sound(row)
        assert row.fence >= before.fence
        assert before.state not in ENDED or row is before


@settings(max_examples=100)
@given(OUTCOMES, st.integers(0, 100))
def test_an_outcome_told_twice_counts_once(outcome: Outcome, later: int) -> None:
    row = claimed(delivery(), LEASE, "s", "t", MONDAY_3AM)
    assert row is not None

    once = settled(row, row, outcome, MONDAY_3AM)

    assert settled(once, row, outcome, MONDAY_3AM + later * SECOND) is once


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(sorted(Verdict)), max_size=8), st.data())
def test_a_courier_that_goes_on_ends_every_delivery(verdicts: list[Verdict], data: st.DataObject) -> None:
    row, now, last = delivery(grade=data.draw(st.sampled_from([1, 2, 3]))), MONDAY_3AM, Verdict.RETRY

    for _ in range(400):
        if row.state in ENDED:
            break
        now = max(now, _looked_at(row))
        last = verdicts.pop() if verdicts else last
        got = claimed(row, now + 30 * SECOND, "s", "t", now)
        assert got is not None
        row = settled(got, got, Outcome(last), now)

    assert row.state in (DeliveryState.ACCEPTED, DeliveryState.GIVEN_UP)


def _looked_at(row: Delivery) -> datetime:
    return row.lease_until or row.due_at
