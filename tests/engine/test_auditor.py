"""The agent looks at itself: its own heartbeat is rare, its store's faults are known at once."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import Any

from agent.clock import ManualClock
from agent.engine.auditor import Auditor
from agent.engine.loop import Loop
from agent.engine.noting import SELF
from agent.errors import StoreUnavailable, TooBusy
from agent.model import Heartbeat

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


class Room:
    def __init__(self, last_seen: Heartbeat | None = None) -> None:
        self.clock = ManualClock(START)
        self.loop = Loop(self.clock)
        self.works: list[Any] = []
        self.refuse: Exception | None = None
        self.fail: Exception | None = None
        self.store_fault = ""
        self.audited: dict[str, str] = {}
        self.auditor = Auditor(
            self.submit,
            self.loop,
            self.clock,
            last_seen,
            lambda: self.store_fault,
            lambda: (self.audited, START),
        )

    def submit(self, work: Any) -> "Future[Any]":
        if self.refuse:
            raise self.refuse
        answer: Future[Any] = Future()
        self.works.append(work)
        if self.fail:
            answer.set_exception(self.fail)
        else:
            answer.set_result(None)
        return answer

    def live(self, seconds: int) -> None:
        """The loop turns every engine at least once a second."""
        for _ in range(seconds):
            self.auditor.tick(self.clock.now())
            self.clock.advance(timedelta(seconds=1))


def test_the_own_heartbeat_is_written_three_times_a_minute() -> None:
    """Each is a commit that waits for the disk, all day long."""
    room = Room()

    room.live(60)

    assert [work.heartbeats[0].name for work in room.works] == [SELF] * 3


def test_a_clock_that_is_set_back_stops_no_heartbeat() -> None:
    room = Room()
    room.live(10)
    room.clock.jump(timedelta(hours=-8))

    room.live(50)

    assert len(room.works) == 4


def test_a_beat_that_was_not_written_is_tried_again_every_second() -> None:
    room = Room()
    room.fail = StoreUnavailable("the disk is full")
    room.live(5)
    assert len(room.works) == 5
    assert room.auditor.health().reasons == ("store: the disk is full",)

    room.fail = None
    room.live(2)

    assert room.auditor.health().is_ready


def test_a_full_queue_is_no_readiness() -> None:
    room = Room()
    room.refuse = TooBusy("too many requests are waiting")

    room.live(1)

    assert room.auditor.health().reasons == ("store: too many requests are waiting",)


def test_a_store_that_refuses_is_known_between_two_beats() -> None:
    room = Room()
    room.live(2)
    assert room.auditor.health().is_ready

    room.store_fault = "the disk is full"

    assert room.auditor.health().reasons == ("store: the disk is full",)
    assert room.auditor.health().is_alive


def test_while_the_store_refuses_it_is_tried_every_second_so_that_its_return_is_noticed() -> None:
    room = Room()
    room.live(2)
    room.store_fault = "the disk is full"

    room.live(3)

    assert len(room.works) == 4


def test_nothing_is_ready_before_something_was_written() -> None:
    room = Room()

    assert not room.auditor.health().is_ready


def test_an_engine_that_does_not_turn_is_no_life() -> None:
    room = Room()
    room.live(2)
    room.loop.last_turn_at["desk"] = room.clock.monotonic()

    room.clock.advance(timedelta(seconds=11))

    assert room.auditor.health().reasons == ("engine desk has not turned for 11 s",)
    assert not room.auditor.health().is_alive


def test_an_absence_is_on_file_from_when_to_when() -> None:
    room = Room(Heartbeat(SELF, START - timedelta(minutes=10)))

    room.live(1)

    [note] = [work for work in room.works if not hasattr(work, "heartbeats")]
    assert (note.kind, note.detail["for_s"]) == ("agent_was_away", 600)


def test_a_short_restart_is_no_absence() -> None:
    room = Room(Heartbeat(SELF, START - timedelta(seconds=59)))

    room.live(1)

    assert all(hasattr(work, "heartbeats") for work in room.works)


def test_what_the_self_audit_found_is_shown_and_is_no_readiness() -> None:
    room = Room()
    room.audited = {"deliveries": "a delivery of grade 1 has been due for 130 s", "timers": ""}
    room.live(2)

    health = room.auditor.health()

    assert (health.is_alive, health.is_ready) == (True, False)
    assert health.reasons == ("deliveries: a delivery of grade 1 has been due for 130 s",)
    assert health.checks == {
        "engines": "",
        "store": "",
        "deliveries": "a delivery of grade 1 has been due for 130 s",
        "timers": "",
    }
    assert health.audited_at == START
