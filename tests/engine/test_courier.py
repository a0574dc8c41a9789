"""What the courier promises, one delivery after another, under a manual clock."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from agent import metrics
from agent.engine.courier.errand import Errand
from agent.engine.works import Claim, Sent, Silent, Work
from agent.errors import StoreUnavailable, TooBusy
from agent.model import Contact, DeliveryState, Endpoint, Message, Outcome, Role, Verdict
from tests.engine.couriers import ACCEPTED, Office, compose
from tests.rules.people import LI, QIAN, contact, delivery, endpoint, endpoints_of, notice

REFUSED = Outcome(Verdict.REJECTED, "550 no such user")
DOWN = Outcome(Verdict.NOT_SENT, "connection refused")
SECOND = timedelta(seconds=1)


def is_claim(work: Work) -> bool:
    return isinstance(work, Claim)


def is_sent(work: Work) -> bool:
    return isinstance(work, Sent)


def times(count: int, which: Callable[[Work], bool]) -> Callable[[Work], bool]:
    """True for the first `count` works that `which` is true of."""
    left = [count]

    def fails(work: Work) -> bool:
        if not which(work) or not left[0]:
            return False
        left[0] -= 1
        return True

    return fails


# ----------------------------------------------------------------------------------------------- the plain walk


def test_what_was_taken_is_claimed_sent_and_recorded() -> None:
    office = Office()
    office.tell(notice("li"), LI)

    office.tick()

    assert [type(work) for work in office.desk.works] == [Claim, Sent, Claim, Sent]
    assert [id_ for id_, _ in office.channel.sent] == ["li/call", "li/mail"]
    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_the_attempt_and_its_words_are_on_file_before_they_leave() -> None:
    office = Office()
    seen: list[tuple[DeliveryState, str]] = []
    office.channel.scripts["li/call"] = lambda: (
        seen.append((office.row("li/call").state, office.row("li/call").text)) or ACCEPTED
    )
    office.tell(notice("li"), LI)

    office.tick()

    assert seen == [(DeliveryState.SENDING, "to Li, try 1")]


def test_the_message_carries_subject_text_and_the_short_form() -> None:
    office = Office()
    office.tell(notice("li", grade=3, is_loud=False), LI)

    office.tick()

    assert office.channel.sent == [
        ("li/call", Message(subject="INC-20261123-001 #1", text="to Li, try 1", short="short"))
    ]


def test_a_failed_one_is_tried_again_with_the_same_words() -> None:
    office = Office()
    answers = [DOWN, DOWN, ACCEPTED]
    office.channel.scripts["li/call"] = lambda: answers.pop(0)
    office.put([delivery("li/call")])

    office.advance(60)

    assert office.channel.to("li/call") == ["to Li, try 1"] * 3
    assert office.row("li/call").attempt == 3
    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_a_refused_one_is_given_up() -> None:
    office = Office()
    office.channel.scripts["li/call"] = lambda: REFUSED
    office.put([delivery("li/call")])

    office.advance(3600)

    assert len(office.channel.to("li/call")) == 1
    assert office.state("li/call") is DeliveryState.GIVEN_UP


def test_what_is_no_longer_wanted_is_not_sent() -> None:
    office = Office()
    office.desk.unwanted.add("D-li/call")
    office.put([delivery("li/call")])

    office.advance(60)

    assert office.channel.sent == []
    assert office.state("li/call") is DeliveryState.CANCELLED


def test_what_is_due_later_leaves_then() -> None:
    office = Office()
    office.put([delivery("li/call", at=office.clock.now() + 7 * SECOND)])

    assert office.tick() <= office.clock.now() + 7 * SECOND
    assert office.channel.sent == []
    office.advance(7)

    assert len(office.channel.sent) == 1


def test_what_was_just_committed_leaves_at_once_without_a_turn_of_the_courier() -> None:
    office = Office()
    office.desk.rows["now"] = row = delivery("li/call", id_="now")
    office.desk.notices[row.notice] = notice("li", id_=row.notice)

    office.courier.take_out([row])

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_of_what_was_just_committed_what_is_due_later_waits_for_its_time() -> None:
    office = Office()
    row = delivery("li/call", at=office.clock.now() + 7 * SECOND)
    office.put([row])

    office.courier.take_out([row])

    assert office.channel.sent == []
    office.advance(7)
    assert len(office.channel.sent) == 1


def test_what_was_cancelled_meanwhile_is_dropped_from_memory() -> None:
    office = Office()
    row = delivery("li/call", at=office.clock.now() + SECOND)
    office.put([row])
    office.put([replace(row, state=DeliveryState.CANCELLED)])

    office.advance(5)

    assert office.desk.works == []


def test_nothing_to_do_means_a_look_at_the_table_every_ten_seconds() -> None:
    office = Office()

    assert office.tick() == office.clock.now() + 10 * SECOND


def test_the_next_row_of_the_table_is_looked_for_when_it_is_due() -> None:
    office = Office()
    office.desk.rows["D"] = delivery("li/call", id_="D", at=office.clock.now() + 4 * SECOND)

    assert office.tick() == office.clock.now() + 4 * SECOND


def test_each_try_and_its_duration_are_counted() -> None:
    office = Office()
    tries = metrics.ATTEMPTS.labels("loud", "accepted")
    before = tries._value.get()
    office.put([delivery("li/call")])

    office.tick()

    assert tries._value.get() == before + 1


# ----------------------------------------------------------------------------------------------------- who first


def test_grade_1_goes_first_whatever_came_before_it() -> None:
    office = Office()
    office.put([delivery("li/call", grade=3), delivery("qian/call", grade=2), delivery("qian/mail", grade=1)])

    office.tick()

    assert [id_ for id_, _ in office.channel.sent] == ["qian/mail", "qian/call", "li/call"]


def test_among_equals_the_oldest_goes_first() -> None:
    office = Office()
    now = office.clock.now()
    office.put([delivery("li/call", at=now), delivery("qian/call", at=now - SECOND)])

    office.tick()

    assert [id_ for id_, _ in office.channel.sent] == ["qian/call", "li/call"]


def test_rate_limits_delay_and_never_drop() -> None:
    office = Office(contacts=(contact("sun", Role.MEMBER, reach=("room",)),))
    office.put([delivery("room", id_=f"D{number}", contact="sun", grade=2) for number in range(40)])

    office.tick()
    first_minute = len(office.channel.sent)
    office.advance(59)
    still_first_minute = len(office.channel.sent)
    office.advance(120)

    assert (first_minute, still_first_minute, len(office.channel.sent)) == (15, 15, 40)
    assert {row.state for row in office.desk.rows.values()} == {DeliveryState.ACCEPTED}


def test_a_grade_1_leaves_at_once_though_the_minute_is_used_up() -> None:
    office = Office(contacts=(contact("sun", Role.MEMBER, reach=("room",)),))
    office.put([delivery("room", id_=f"D{number}", contact="sun", grade=3) for number in range(40)])
    office.tick()

    office.put([delivery("room", id_="gravest", contact="sun", grade=1)])
    office.tick()

    assert office.desk.rows["gravest"].state is DeliveryState.ACCEPTED
    assert len(office.channel.sent) == 16


def test_what_was_not_wanted_does_not_use_up_the_minute() -> None:
    office = Office(contacts=(contact("sun", Role.MEMBER, reach=("room",)),))
    office.desk.unwanted |= {f"D{number}" for number in range(30)}
    office.put([delivery("room", id_=f"D{number}", contact="sun", grade=2) for number in range(31)])

    office.tick()

    assert office.desk.rows["D30"].state is DeliveryState.ACCEPTED


# --------------------------------------------------------------------------------------------- death and recovery


def test_a_killed_couriers_delivery_comes_back_after_the_lease() -> None:
    office = Office()
    office.put([delivery("li/call")])
    office.channel.scripts["li/call"] = _killed
    with pytest.raises(_Killed):
        office.tick()
    office.channel.scripts.clear()

    office.restart()
    office.advance(29)
    before_the_lease_ended = office.state("li/call")
    office.advance(12)

    assert before_the_lease_ended is DeliveryState.SENDING
    assert office.state("li/call") is DeliveryState.ACCEPTED
    assert office.channel.to("li/call") == ["to Li, try 1"] * 2


class _Killed(BaseException):
    """The process ends here."""


def _killed() -> Outcome:
    raise _Killed


def test_what_waited_at_the_end_of_a_process_is_found_by_the_next() -> None:
    office = Office()
    office.desk.rows["D-li/call"] = delivery("li/call")
    office.desk.notices["N1"] = notice("li")

    office.restart()
    office.tick()

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_a_late_result_changes_nothing() -> None:
    office = Office()
    office.put([delivery("li/call")])
    late: list[Work] = []

    def overtaken() -> Outcome:
        late.append(office.desk.works[-1])
        held = office.row("li/call")
        office.desk.rows[held.id] = replace(held, fence=held.fence + 1)  # somebody claimed it anew
        return REFUSED

    office.channel.scripts["li/call"] = overtaken

    office.tick()

    assert office.state("li/call") is DeliveryState.SENDING


def test_a_claim_that_could_not_be_written_is_made_again_shortly() -> None:
    office = Office()
    office.desk.faults.append(times(3, is_claim))
    office.put([delivery("li/call")])

    office.tick()
    assert office.channel.sent == []
    office.advance(3)

    assert office.state("li/call") is DeliveryState.ACCEPTED
    assert len(office.channel.sent) == 1


def test_a_claim_whose_answer_was_lost_is_granted_again_and_sent_once() -> None:
    """A commit reported as failed may have been made: the lease is not waited for."""
    office = Office()
    office.desk.lost_answers.append(times(1, is_claim))
    office.put([delivery("li/call")])

    office.advance(2)

    assert office.state("li/call") is DeliveryState.ACCEPTED
    assert office.row("li/call").attempt == 1
    assert len(office.channel.sent) == 1


def test_an_old_unanswered_claim_is_not_made_again_as_it_was() -> None:
    office = Office()
    office.desk.lost_answers.append(times(1, is_claim))
    office.put([delivery("li/call")])
    office.tick()
    office.desk.faults.append(is_claim)
    office.advance(15)
    office.desk.faults.clear()

    office.advance(40)

    assert office.state("li/call") is DeliveryState.ACCEPTED
    assert office.row("li/call").attempt == 2


def test_a_desk_that_is_too_busy_is_asked_again() -> None:
    office = Office()
    is_busy = [True]

    def submit(work: Work) -> object:
        if is_busy[0]:
            raise TooBusy("later")
        return type(office.desk).submit(office.desk, work)

    office.desk.submit = submit  # type: ignore[method-assign, assignment]
    office.restart()
    office.put([delivery("li/call")])
    office.tick()

    is_busy[0] = False
    office.advance(2)

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_an_outcome_that_could_not_be_written_is_handed_in_until_it_is_and_nothing_is_sent_twice() -> None:
    office = Office()
    office.desk.faults.append(times(8, is_sent))
    office.put([delivery("li/call")])

    office.advance(200)

    assert office.state("li/call") is DeliveryState.ACCEPTED
    assert len(office.channel.sent) == 1


def test_an_outcome_that_a_busy_desk_refused_is_handed_in_again() -> None:
    office = Office()
    is_busy = times(3, is_sent)

    def submit(work: Work) -> object:
        if is_busy(work):
            raise TooBusy("later")
        return type(office.desk).submit(office.desk, work)

    office.desk.submit = submit  # type: ignore[method-assign, assignment]
    office.restart()
    office.put([delivery("li/call")])

    office.advance(10)

    assert office.state("li/call") is DeliveryState.ACCEPTED
    assert len(office.channel.sent) == 1


def test_a_claim_that_the_desk_never_answers_is_not_waited_for_without_end() -> None:
    office = Office()
    errand = Errand(
        office.desk,  # type: ignore[arg-type]
        lambda work: Future(),
        lambda endpoint: office.channel,
        lambda: office.settings,
        compose,
        office.clock,
        claim_wait_s=0.01,
    )

    with pytest.raises(StoreUnavailable, match="did not answer"):
        errand.claim(Claim("D", office.clock.now(), "", ""))


def test_an_outcome_whose_answer_was_lost_counts_once() -> None:
    office = Office()
    office.desk.lost_answers.append(times(1, is_sent))
    office.channel.scripts["li/call"] = lambda: DOWN
    office.put([delivery("li/call")])

    office.advance(2)

    assert office.row("li/call").attempt == 1
    assert office.state("li/call") is DeliveryState.WAITING


def test_a_table_that_cannot_be_read_is_read_again_within_a_second() -> None:
    office = Office()
    office.desk.rows["D-li/call"] = delivery("li/call")
    office.desk.notices["N1"] = notice("li")
    office.desk.is_readable = False

    assert office.tick() == office.clock.now() + SECOND
    office.desk.is_readable = True
    office.advance(1)

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_a_notice_that_cannot_be_read_now_delays_its_delivery_only() -> None:
    office = Office()
    office.put([delivery("li/call")])
    office.desk.is_readable = False
    office.advance(3)
    assert office.channel.sent == []

    office.desk.is_readable = True
    office.advance(2)

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_a_delivery_without_its_notice_costs_only_itself() -> None:
    office = Office()
    office.put([delivery("li/call", notice="gone"), delivery("qian/call")])
    del office.desk.notices["gone"]

    office.advance(30)

    assert office.state("qian/call") is DeliveryState.ACCEPTED
    assert office.state("li/call") is DeliveryState.WAITING


def test_after_forgetting_the_table_says_what_is_due() -> None:
    office = Office()
    row = delivery("li/call", at=office.clock.now() + SECOND)
    office.put([row])
    del office.desk.rows[row.id]

    office.courier.forget()
    office.advance(5)

    assert office.channel.sent == []


def test_a_clock_set_back_does_not_stop_the_looks_at_the_table() -> None:
    office = Office()
    office.tick()
    office.clock.jump(timedelta(hours=-2))
    office.desk.notices["N1"] = notice("li")
    office.desk.rows["D-li/call"] = delivery("li/call", at=office.clock.now())

    office.advance(11)

    assert office.state("li/call") is DeliveryState.ACCEPTED


# -------------------------------------------------------------------------------------------- faults of the others


def test_a_composer_that_fails_still_sends_number_and_grade() -> None:
    def broken(*_: object) -> Message:
        raise ValueError("template")

    office = Office(compose=broken)
    office.tell(notice("li", grade=3, is_loud=False), LI)

    office.tick()

    assert office.channel.to("li/call") == [
        "[GRADE 3] INC-20261123-001 #1: opening\n"
        "Its full text could not be made. Please look at the board, or call your coordinator."
    ]


def test_the_plain_words_are_in_the_contacts_language() -> None:
    office = Office(contacts=(replace(LI, language="zh"),), compose=lambda *_: Message(subject="", text="  "))
    office.tell(notice("li", grade=1), replace(LI, language="zh"))

    office.tick()

    assert office.channel.to("li/call")[0].splitlines()[0] == "【一级】INC-20261123-001 第1号通知"


def test_a_composer_that_fails_costs_the_others_nothing() -> None:
    def broken_for_li(told: object, who: Contact, where: object, row: object) -> Message:
        if who.id == "li":
            raise ValueError("template")
        return Message(subject="s", text="whole")

    office = Office(compose=broken_for_li)
    office.tell(notice("li", "qian", grade=3, is_loud=False), LI, QIAN)

    office.tick()

    assert office.channel.to("qian/call") == ["whole"]


def test_a_channel_that_raises_is_an_unknown_outcome_and_tells_no_secret() -> None:
    office = Office()

    def raises() -> Outcome:
        raise RuntimeError("https://user:secret@example")

    office.channel.scripts["li/call"] = raises
    office.put([delivery("li/call"), delivery("qian/call")])

    office.tick()

    row = office.row("li/call")
    assert (row.verdict, row.reason, row.state) == (
        Verdict.UNKNOWN,
        "channel fault: RuntimeError",
        DeliveryState.WAITING,
    )
    assert office.state("qian/call") is DeliveryState.ACCEPTED


def test_an_endpoint_gone_from_the_configuration_is_given_up_with_the_reason() -> None:
    office = Office()
    office.put([delivery("li/pager")])

    office.tick()

    row = office.row("li/pager")
    assert (row.state, row.reason) == (DeliveryState.GIVEN_UP, "li/pager is no longer in the configuration")


def test_a_broken_endpoint_is_given_up_with_the_reason() -> None:
    office = Office()
    office.settings = SimpleNamespace(
        contacts=office.settings.contacts, endpoints={"li/call": endpoint("li/call", "no such schema")}
    )
    office.put([delivery("li/call")])

    office.tick()

    assert office.row("li/call").reason == "the channel cannot be built: no such schema"


def test_a_room_is_posted_though_the_contact_who_brought_it_is_gone() -> None:
    office = Office()
    office.settings = SimpleNamespace(contacts={}, endpoints=endpoints_of(contact("x", reach=("room",))))
    office.put([delivery("room", contact="x")])

    office.tick()

    assert office.channel.to("room")[0].startswith("[GRADE 1] INC-20261123-001 #1")


def lends_none_at_first(office: Office) -> list[bool]:
    """Whether threads are to be had, to be changed in place."""
    has_threads = [False]

    def lend(job: Callable[[], None]) -> None:
        if not has_threads[0]:
            raise RuntimeError("can't start new thread")
        job()

    office.lend = lend
    office.restart()
    return has_threads


def test_without_a_thread_to_be_had_the_delivery_waits_and_loses_nothing() -> None:
    office = Office()
    has_threads = lends_none_at_first(office)
    office.put([delivery("li/call")])
    office.tick()

    has_threads[0] = True
    office.advance(2)

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_what_finds_no_thread_as_it_is_committed_is_tried_by_the_courier_itself() -> None:
    office = Office()
    has_threads = lends_none_at_first(office)
    row = delivery("li/call")
    office.desk.rows[row.id] = row
    office.desk.notices[row.notice] = notice("li", id_=row.notice)
    office.courier.take_out([row])

    has_threads[0] = True
    office.advance(2)

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_a_fault_in_setting_out_stays_with_the_courier_which_tries_again() -> None:
    """Whoever hands over has committed: its senders are to be answered."""
    office = Office()
    row = delivery("li/call")
    office.desk.rows[row.id] = row
    office.desk.notices[row.notice] = notice("li", id_=row.notice)
    whole, office.settings = office.settings, None  # type: ignore[assignment]
    office.courier.take_out([row])

    office.settings = whole
    office.advance(1)

    assert office.state("li/call") is DeliveryState.ACCEPTED


def test_a_retry_is_composed_anew_only_for_its_short_form() -> None:
    def counting(told: object, who: Contact, where: Endpoint, row: object) -> Message:
        return replace(compose(told, who, where, row), short=f"short {len(office.channel.sent) + 1}")  # type: ignore[arg-type]

    office = Office(compose=counting)
    answers = [DOWN, ACCEPTED]
    office.channel.scripts["li/call"] = lambda: answers.pop(0)
    office.put([delivery("li/call")])

    office.advance(20)

    assert [(message.text, message.short) for _, message in office.channel.sent] == [
        ("to Li, try 1", "short 1"),
        ("to Li, try 1", "short 2"),
    ]


def test_silence_is_not_told_of_what_answers_in_time() -> None:
    office = Office()
    office.put([delivery("li/call")])

    office.advance(60)

    assert not [work for work in office.desk.works if isinstance(work, Silent)]
