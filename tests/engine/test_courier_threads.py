"""What the courier promises while channels hang: real threads, and bounds that a loaded machine keeps."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest

from agent.clock import ManualClock, SystemClock
from agent.engine.lending import Lending
from agent.engine.works import Silent, Work
from agent.errors import TooBusy
from agent.model import DeliveryState, Outcome, Role, Verdict
from tests.engine.couriers import ACCEPTED, Office
from tests.rules.people import MONDAY_3AM, contact, delivery, notice

PATIENCE_S = 20.0
HEALTHY = contact("healthy", Role.MEMBER, reach=("healthy/push",))


def until(holds: Callable[[], bool]) -> bool:
    """Whether it came true within a generous time."""
    end = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


class Hanging:
    """Endpoints that answer only when the test lets them."""

    def __init__(self) -> None:
        self.released = threading.Event()
        self.waiting = 0
        self._lock = threading.Lock()

    def answer(self) -> Outcome:
        with self._lock:
            self.waiting += 1
        self.released.wait(PATIENCE_S * 3)
        with self._lock:
            self.waiting -= 1
        return Outcome(Verdict.RETRY, "hung")


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    found = Hanging()
    yield found
    found.released.set()
    assert until(lambda: not found.waiting)


def office_with(hanging: Hanging, count: int, clock: object) -> Office:
    people = tuple(contact(f"h{number}", Role.MEMBER, reach=(f"h{number}/push",)) for number in range(count))
    office = Office(contacts=(*people, HEALTHY), clock=clock, lend=Lending())
    office.channel.scripts.update((f"{each.id}/push", hanging.answer) for each in people)
    return office


def run(office: Office) -> Callable[[], None]:
    """Turn the courier on a thread of its own; the answer stops it."""
    is_over = threading.Event()

    def turns() -> None:
        while not is_over.is_set():
            office.courier.turn(0.2)

    thread = threading.Thread(target=turns, daemon=True)
    thread.start()

    def stop() -> None:
        is_over.set()
        thread.join(PATIENCE_S)

    return stop


def test_eight_hanging_endpoints_do_not_delay_a_healthy_one(hanging: Hanging) -> None:
    """traps.md, Apprise 2: its own pool delayed the healthy one by 8 s."""
    clock = SystemClock()
    office = office_with(hanging, 8, clock)
    stop = run(office)
    office.put(delivery(f"h{number % 8}/push", id_=f"H{number}", at=clock.now()) for number in range(32))
    assert until(lambda: hanging.waiting >= 8)

    began_s = time.monotonic()
    office.put([delivery("healthy/push", at=clock.now())])
    arrived = until(lambda: office.state("healthy/push") is DeliveryState.ACCEPTED)
    took_s = time.monotonic() - began_s

    assert arrived
    assert took_s < 5
    assert hanging.waiting >= 8
    stop()


def test_what_is_committed_leaves_while_the_courier_s_own_thread_waits(hanging: Hanging) -> None:
    """Two deliveries of one commit, a third that has to wait for one of them: nobody but the senders is awake."""
    clock = SystemClock()
    office = Office(contacts=(HEALTHY,), clock=clock, lend=Lending())
    stop = run(office)
    rows = [delivery("healthy/push", id_=f"D{number}", at=clock.now()) for number in range(3)]
    for row in rows:
        office.desk.rows[row.id] = row
        office.desk.notices[row.notice] = notice("healthy", id_=row.notice)

    office.courier.take_out(rows)

    assert until(lambda: all(row.state is DeliveryState.ACCEPTED for row in list(office.desk.rows.values())))
    assert len(office.channel.sent) == 3
    stop()


def test_an_endpoint_holds_at_most_two_threads(hanging: Hanging) -> None:
    office = office_with(hanging, 1, ManualClock(MONDAY_3AM))
    office.put(delivery("h0/push", id_=f"H{number}") for number in range(10))

    office.tick()

    assert until(lambda: hanging.waiting == 2)
    assert len(office.channel.sent) == 2


def test_an_endpoint_that_failed_last_time_holds_one_thread(hanging: Hanging) -> None:
    office = office_with(hanging, 1, ManualClock(MONDAY_3AM))
    office.channel.scripts["h0/push"] = lambda: Outcome(Verdict.NOT_SENT, "refused")
    office.put([delivery("h0/push", id_="H0")])
    office.tick()
    assert until(lambda: office.row("h0/push").verdict is Verdict.NOT_SENT)

    office.channel.scripts["h0/push"] = hanging.answer
    office.put(delivery("h0/push", id_=f"H{number}") for number in range(1, 5))
    office.tick()

    assert until(lambda: hanging.waiting == 1)
    assert len(office.channel.sent) == 2


def test_grade_1_finds_room_while_lesser_ones_hang_everywhere(hanging: Hanging) -> None:
    office = office_with(hanging, 40, ManualClock(MONDAY_3AM))
    office.put(delivery(f"h{number}/push", grade=3) for number in range(40))
    office.tick()
    assert until(lambda: hanging.waiting == 24)

    office.put([delivery("healthy/push", grade=1)])
    office.tick()

    assert until(lambda: office.state("healthy/push") is DeliveryState.ACCEPTED)


def test_a_send_without_answer_for_ten_seconds_is_told_once(hanging: Hanging) -> None:
    clock = ManualClock(MONDAY_3AM)
    office = office_with(hanging, 1, clock)
    office.put([delivery("h0/push")])
    office.tick()
    assert until(lambda: hanging.waiting == 1)

    clock.advance(timedelta(seconds=9))
    wake_at = office.tick()
    clock.advance(timedelta(seconds=1))
    office.tick()
    office.tick()

    assert wake_at == clock.now()
    assert [work for work in office.desk.works if isinstance(work, Silent)] == [Silent("D-h0/push")]
    assert office.row("h0/push").is_overtaken is True


def test_a_silence_that_could_not_be_told_is_told_again(hanging: Hanging) -> None:
    clock = ManualClock(MONDAY_3AM)
    office = office_with(hanging, 1, clock)
    office.put([delivery("h0/push")])
    office.tick()
    assert until(lambda: hanging.waiting == 1)
    office.desk.faults.append(lambda work: isinstance(work, Silent))
    clock.advance(timedelta(seconds=10))
    office.tick()
    assert office.row("h0/push").is_overtaken is False

    office.desk.faults.clear()
    clock.advance(timedelta(seconds=1))
    office.tick()

    assert office.row("h0/push").is_overtaken is True


def test_a_silence_that_a_busy_desk_refused_is_told_again(hanging: Hanging) -> None:
    clock = ManualClock(MONDAY_3AM)
    office = office_with(hanging, 1, clock)
    is_busy = [True]

    def submit(work: Work) -> "Future[Any]":
        if is_busy[0] and isinstance(work, Silent):
            raise TooBusy("later")
        return type(office.desk).submit(office.desk, work)

    office.desk.submit = submit  # type: ignore[method-assign]
    office.restart()
    office.put([delivery("h0/push")])
    office.tick()
    assert until(lambda: hanging.waiting == 1)
    clock.advance(timedelta(seconds=10))
    office.tick()

    is_busy[0] = False
    clock.advance(timedelta(seconds=1))
    office.tick()

    assert office.row("h0/push").is_overtaken is True


def test_a_send_that_outlives_its_lease_is_made_again_and_its_late_result_ignored(hanging: Hanging) -> None:
    clock = ManualClock(MONDAY_3AM)
    office = office_with(hanging, 1, clock)
    office.put([delivery("h0/push")])
    office.tick()
    assert until(lambda: hanging.waiting == 1)

    office.channel.scripts["h0/push"] = lambda: ACCEPTED
    clock.advance(timedelta(seconds=31))
    office.tick()
    assert until(lambda: office.state("h0/push") is DeliveryState.ACCEPTED)
    sent = len(office.desk.works)
    hanging.released.set()
    assert until(lambda: len(office.desk.works) > sent)

    row = office.row("h0/push")
    assert (row.state, row.fence, row.attempt) == (DeliveryState.ACCEPTED, 2, 2)


def test_an_endpoint_that_keeps_threads_for_good_gets_no_more_of_them(hanging: Hanging) -> None:
    clock = ManualClock(MONDAY_3AM)
    office = office_with(hanging, 1, clock)
    office.put([delivery("h0/push")])

    for _ in range(8):
        office.tick()
        until(lambda: hanging.waiting == min(len(office.channel.sent), 3))
        clock.advance(timedelta(seconds=31))
    office.put([delivery("healthy/push")])
    office.tick()

    assert len(office.channel.to("h0/push")) == 3
    assert until(lambda: office.state("healthy/push") is DeliveryState.ACCEPTED)


def test_a_notice_leaves_as_soon_as_it_is_taken() -> None:
    clock = SystemClock()
    office = Office(contacts=(HEALTHY,), clock=clock, lend=Lending())
    stop = run(office)
    time.sleep(0.05)

    began_s = time.monotonic()
    office.put([delivery("healthy/push", at=clock.now())])
    arrived = until(lambda: office.state("healthy/push") is DeliveryState.ACCEPTED)
    took_s = time.monotonic() - began_s

    assert arrived
    assert took_s < 5
    stop()


def test_a_storm_over_real_threads_ends_with_every_delivery_accepted_once() -> None:
    clock = SystemClock()
    people = tuple(contact(f"p{number}", Role.MEMBER, reach=(f"p{number}/log",)) for number in range(10))
    office = Office(contacts=people, clock=clock, lend=Lending())
    stop = run(office)

    for batch in range(20):
        office.put(
            delivery(f"p{number}/log", id_=f"D{batch}-{number}", at=clock.now(), grade=1 + batch % 3)  # type: ignore[arg-type]
            for number in range(10)
        )

    assert until(lambda: all(row.state is DeliveryState.ACCEPTED for row in list(office.desk.rows.values())))
    assert len(office.desk.rows) == len(office.channel.sent) == 200
    stop()
