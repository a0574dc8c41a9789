"""The desk: one queue, one turn, one commit; each work gets its own answer, and what is refused leaves no trace."""

import threading
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.clock import ManualClock
from agent.engine.desk.desk import Desk
from agent.engine.loop import Loop
from agent.engine.works import Acknowledge, Note, Post, Regrade, Verify, Void, Wake
from agent.errors import IllegalStep, NotFound, Refused, StoreUnavailable, TocsinError, TooBusy, WrongParty
from agent.model import Change, Letter
from tests.support.brittle import BrittleStore, after, before
from tests.support.world import FILE, World, alert


@pytest.fixture
def brittle() -> BrittleStore:
    return BrittleStore()


@pytest.fixture
def world(tmp_path: Path, brittle: BrittleStore) -> Any:
    made = World(tmp_path, FILE, wrap=brittle.around)
    yield made
    made.end()


def note(number: int) -> Note:
    return Note("noted", {"n": number})


def noted(world: World) -> list[int]:
    return [sealed.fact.detail["n"] for sealed in world.store.timeline("") if sealed.fact.kind == "noted"]


class Guilty(Exception):
    """A fault nobody thought of."""


def raising(raw: bytes, source: str, received_at: datetime) -> Letter:
    raise Guilty("the reader's own fault")


def poisoned(at: datetime) -> Post:
    return Post(b"{}", "alertmanager", at, raising)


# ---------------------------------------------------------------------------------------------- shared commits


def test_works_that_wait_at_the_same_moment_share_one_commit(world: World, brittle: BrittleStore) -> None:
    answers = [world.desk.submit(note(number)) for number in range(20)]
    commits = brittle.commits

    assert world.desk.turn() == 20

    assert brittle.commits == commits + 1
    assert [answer.result(0) for answer in answers] == [None] * 20
    assert noted(world) == list(range(20))


def test_senders_on_threads_each_get_their_own_answer(tmp_path: Path, brittle: BrittleStore) -> None:
    world = World(tmp_path, FILE, wrap=brittle.around)
    loop = Loop(world.clock)
    answers: dict[int, Any] = {}

    def send(number: int) -> None:
        for part in range(10):
            numbered = f"{number}-{part}"
            post = Post(b"{}", "alertmanager", world.clock.now(), one_alert(numbered))
            answers[number * 10 + part] = world.desk.submit(post).result(20)

    loop.turn("desk", lambda wait_s: world.desk.turn(0.05))
    senders = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(30)
    loop.stop()

    assert len(answers) == 160
    assert {receipt.new for receipt in answers.values()} == {1}
    assert len(list(world.store.marks(world.clock.now()))) == 160
    assert brittle.commits < 160
    world.end()


def one_alert(instance: str) -> Any:
    def read(raw: bytes, source: str, received_at: datetime) -> Letter:
        import json

        from agent.web.intake import alertmanager

        body = {"alerts": [alert("CheckoutDown", "firing", received_at, instance=instance)]}
        return alertmanager.read(json.dumps(body).encode(), source, received_at)

    return read


def test_at_most_so_many_works_are_taken_at_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    desk = small_desk(world, largest_turn=3)
    answers = [desk.submit(note(number)) for number in range(8)]

    assert [desk.turn(), desk.turn(), desk.turn(), desk.turn()] == [3, 3, 2, 0]
    assert all(answer.done() for answer in answers)
    world.end()


def test_a_full_queue_says_so_and_takes_outcomes_all_the_same(tmp_path: Path) -> None:
    """An outcome that is not put on file would be sent twice: it is never turned away."""
    world = World(tmp_path)
    desk = small_desk(world, longest_queue=2)
    world.alert("CheckoutDown")
    [delivery] = [row for row in world.store.deliveries_for(world.incident().number) if row.contact == "chen"]
    desk.submit(note(1))
    desk.submit(note(2))

    with pytest.raises(TooBusy, match="send this one again"):
        desk.submit(note(3))
    sent = desk.submit(sent_again(delivery))
    desk.turn()

    assert sent.result(0) is None
    desk.submit(note(4)).cancel()
    world.end()


def test_bodies_that_wait_are_bounded_by_their_bytes_too(world: World) -> None:
    """A thousand senders of 8 MiB each must not be what ends the agent."""
    desk = small_desk(world, most_bytes=10)
    desk.submit(poisoned(world.clock.now()))  # 2 bytes

    with pytest.raises(TooBusy, match="send this one again"):
        desk.submit(Post(b"123456789", "alertmanager", world.clock.now(), raising))

    desk.turn()
    desk.submit(Post(b"123456789", "alertmanager", world.clock.now(), raising)).cancel()
    world.end()


def test_a_turn_without_deliveries_wakes_no_courier(world: World) -> None:
    handed_over: list[Any] = []
    desk = Desk(
        world.store,
        lambda: world.settings,
        world.clock,
        hand_over=handed_over.append,
        draw_token=lambda: "token",
    )
    desk.submit(note(1))

    desk.turn()

    assert noted(world) == [1]
    assert handed_over == []
    world.end()


def sent_again(delivery: Any) -> Any:
    from agent.engine.works import Sent
    from agent.model import Outcome, Verdict

    return Sent(delivery, Outcome(Verdict.ACCEPTED))


def small_desk(world: World, **limits: int) -> Desk:
    return Desk(
        world.store,
        lambda: world.settings,
        world.clock,
        hand_over=lambda deliveries: None,
        draw_token=lambda: "token",
        **limits,
    )


# ---------------------------------------------------------------------------------------------- bad works


def test_one_bad_work_never_stops_the_others(world: World) -> None:
    answers = [
        world.desk.submit(note(1)),
        world.desk.submit(poisoned(world.clock.now())),
        world.desk.submit(note(2)),
    ]

    world.desk.turn()

    assert answers[0].result(0) is None
    assert isinstance(answers[1].exception(0), Guilty)
    assert answers[2].result(0) is None
    assert noted(world) == [1, 2]


@pytest.mark.parametrize("beside", [0, 1])
def test_a_body_that_the_desk_fails_on_is_on_file_all_the_same(world: World, beside: int) -> None:
    """The sender is told 500; what it sent can be looked at, without the fault's own words."""
    others = [world.desk.submit(note(number)) for number in range(beside)]
    answer = world.desk.submit(poisoned(world.clock.now()))

    world.desk.turn()

    [body] = world.store.bodies()
    assert (body.raw, body.source, body.fault) == (b"{}", "alertmanager", "could not be acted on: Guilty")
    assert isinstance(answer.exception(0), Guilty)
    assert [other.result(0) for other in others] == [None] * beside


def test_what_a_bad_work_had_changed_in_memory_is_forgotten(world: World) -> None:
    """A work may fail half way: the desk reads again what is on file."""
    world.alert("CheckoutDown", instance="a")

    def half(raw: bytes, source: str, received_at: datetime) -> Letter:
        known = world.desk._known
        assert known is not None
        known.incidents.clear()
        raise Guilty

    answer = world.desk.submit(Post(b"{}", "alertmanager", world.clock.now(), half))
    world.desk.turn()
    receipt = world.alert("CheckoutDown", instance="b")

    assert isinstance(answer.exception(0), Guilty)
    assert receipt.incidents == (world.incident().number,)
    assert len(world.incidents()) == 1


def test_a_change_that_the_store_never_takes_costs_only_its_own_work(world: World) -> None:
    """A row against the rules of the archive is a fault of one work, not of the disk."""
    world.alert("CheckoutDown")

    def against_the_rules(raw: bytes, source: str, received_at: datetime) -> Letter:
        known = world.desk._known
        assert known is not None
        known.incidents.clear()  # so that a second open incident of the same key is decided
        known.last_episode = 10
        return one_alert("z")(raw, source, received_at)

    good = world.desk.submit(note(1))
    bad = world.desk.submit(Post(b"{}", "alertmanager", world.clock.now(), against_the_rules))
    also_good = world.desk.submit(note(2))
    world.desk.turn()

    assert good.result(0) is None
    assert isinstance(bad.exception(0), StoreUnavailable)
    assert also_good.result(0) is None
    assert len(world.incidents()) == 1


@pytest.mark.parametrize("moment", [0, 1, 2])
def test_a_sender_that_gave_up_waiting_does_not_cost_the_others_their_answers(world: World, moment: int) -> None:
    """A connection that is cut cancels its future."""
    answers: list[Future[Any]] = [world.desk.submit(note(number)) for number in range(3)]

    assert answers[moment].cancel()
    world.desk.turn()

    assert [answer.result(0) for answer in answers if not answer.cancelled()] == [None, None]
    assert len(noted(world)) == 2


def test_a_sender_that_gives_up_while_its_work_is_written_changes_nothing(world: World, brittle: BrittleStore) -> None:
    answers = [world.desk.submit(note(number)) for number in range(3)]
    brittle.on_commit = lambda change: answers[0].cancel()

    world.desk.turn()

    assert [answer.result(0) for answer in answers] == [None, None, None]
    assert noted(world) == [0, 1, 2]


# ---------------------------------------------------------------------------------------------- refusals


@dataclass(frozen=True)
class Act:
    work: Any
    fault: type[TocsinError]


@pytest.mark.parametrize(
    "act",
    [
        Act(Verify("INC-20261123-001", "chen", confirm_full=True), IllegalStep),
        Act(Verify("INC-20261123-001", "wang"), WrongParty),
        Act(Void("INC-20261123-001", "chen", " "), Refused),
        Act(Regrade("INC-20261123-001", "chen", 3, ""), Refused),
        Act(Regrade("INC-20261123-001", "chen", 4, "why"), Refused),
        Act(Acknowledge("INC-20261123-001", "nobody", "cli"), NotFound),
        Act(Acknowledge("INC-20261123-009", "chen", "cli"), NotFound),
    ],
    ids=lambda act: type(act.work).__name__,
)
def test_a_refusal_leaves_no_trace(world: World, act: Act) -> None:
    world.letter([alert("CheckoutDown", "firing", world.clock.now())], group="g", truncated=3)
    was = (world.incident(), world.happened())

    answer = world.desk.submit(act.work)
    with_others = world.desk.submit(note(1))
    world.desk.turn()

    assert isinstance(answer.exception(0), act.fault)
    assert with_others.result(0) is None
    assert (world.incident(), world.happened()) == was


# ---------------------------------------------------------------------------------------------- a store that fails


@pytest.mark.parametrize("fault", [before, after])
def test_nothing_is_answered_that_the_store_did_not_confirm(world: World, brittle: BrittleStore, fault: Any) -> None:
    brittle.fail(fault)
    answers = [world.desk.submit(note(number)) for number in range(3)]

    world.desk.turn()

    assert all(isinstance(answer.exception(0), StoreUnavailable) for answer in answers)
    again = world.desk.submit(note(9))
    world.desk.turn()
    assert again.result(0) is None


def test_a_store_that_refuses_is_said_once_and_once_more_when_it_writes_again(
    world: World, brittle: BrittleStore, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO"):
        for number in range(3):
            brittle.fail(before)
            world.desk.submit(note(number))
            world.desk.turn()
        for number in range(2):
            world.desk.submit(note(number))
            world.desk.turn()

    assert [said for each in caplog.records if (said := each.getMessage()).startswith("store ")] == [
        "store refused",
        "store writes again",
    ]


def test_while_the_store_refuses_nothing_is_read_in_vain(world: World, brittle: BrittleStore) -> None:
    """With many signals open a reading takes seconds: one small write finds out first whether it is worth it."""
    world.alert("CheckoutDown")
    refuse(brittle, 21)
    world.desk.submit(note(0))
    world.desk.turn()
    questions = brittle.questions

    for number in range(20):
        world.desk.submit(note(number))
        world.desk.turn()
    asked_while_refused = brittle.questions - questions
    world.do(note(99))

    assert asked_while_refused == 0
    assert noted(world) == [99]
    assert len(world.incidents()) == 1


def test_what_was_open_is_counted_while_the_store_refuses(world: World, brittle: BrittleStore) -> None:
    """A disk that is full is no sign that all is well."""
    world.alert("CheckoutDown")
    before_ = world.desk.census()
    brittle.fail(before)

    world.desk.submit(note(1))
    world.desk.turn()

    assert (before_.episodes, world.desk.census()) == (1, before_)


def test_a_store_that_takes_little_and_refuses_much_is_read_seldom(tmp_path: Path) -> None:
    """The last pages of a disk: a heartbeat fits, a fact does not."""
    store = LargeStore()
    world = World(tmp_path, FILE, wrap=store.around)
    store.clock = world.clock
    world.alert("CheckoutDown")
    store.is_full = True

    for number in range(60):
        world.desk.submit(note(number))
        world.desk.turn()
        world.clock.advance(timedelta(seconds=1))
    read_in_a_minute = store.readings
    store.is_full = False
    world.advance("10 s")
    world.do(note(99))

    assert read_in_a_minute == 7
    assert noted(world) == [99]
    world.end()


class LargeStore(BrittleStore):
    """Reading it takes a second; while it is full it takes nothing but heartbeats."""

    clock: ManualClock | None = None
    is_full = False
    readings = 0

    def marks(self, closed_after: datetime) -> Any:
        if self.clock is not None:
            self.clock.advance(timedelta(seconds=1))
            self.readings += 1
        return self._store.marks(closed_after)

    def commit(self, change: Change) -> Any:
        if self.is_full and change.facts:
            raise StoreUnavailable("the disk is full")
        return self._store.commit(change)


def refuse(brittle: BrittleStore, times: int) -> None:
    """The next commits, each without a trace."""
    for number in range(times):
        brittle.commit_faults[brittle.commits + 1 + number] = before


def test_what_was_written_though_the_commit_failed_is_known_afterwards(world: World, brittle: BrittleStore) -> None:
    """traps, SQLite 2: a failed commit is ambiguous."""
    now = world.clock.now()
    brittle.fail(after)
    with pytest.raises(StoreUnavailable):
        world.letter([alert("CheckoutDown", "firing", now)])

    receipt = world.letter([alert("CheckoutDown", "firing", now)])

    assert (receipt.new, len(world.incidents())) == (0, 1)
    world.advance("15 s")
    assert len(world.told("chen")) == 1


def test_nothing_new_is_no_commit(world: World, brittle: BrittleStore) -> None:
    world.alert("CheckoutDown")
    now = world.clock.now()
    commits = brittle.commits

    world.letter([alert("CheckoutDown", "firing", now)])
    world.do(Wake())

    assert brittle.commits == commits


def test_no_commit_is_empty(world: World, brittle: BrittleStore) -> None:
    seen: list[Change] = []
    brittle.on_commit = seen.append

    world.alert("CheckoutDown")
    world.advance("1 h")

    assert all(seen)
