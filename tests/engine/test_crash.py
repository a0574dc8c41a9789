"""Whatever store call fails, and whatever became of it: the same incidents, the same notices, nothing lost or doubled.

One story is lived through once undisturbed. Then it is lived again for each of its commits: refused before it was
written, reported as failed though it was written, or the process killed before or after it. Senders repeat what was not
answered, as Alertmanager and people do.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.errors import IllegalStep, StoreUnavailable
from agent.model import DeliveryState, Incident, NoticeState, NoticeType
from tests.support.brittle import BrittleStore, Fault, after, before
from tests.support.remembered import differences
from tests.support.soak import TIMES
from tests.support.world import FILE, START, World, alert, bad, good

LIFE = (
    FILE
    + """  - {match: ['alertname="ShopBlank"'], function: checkout, state: down}
probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, function: ledger, every: 4m, retry: 1m, for: 2, recover: 2m}
"""
)

BY_THE_CLOCK = frozenset({NoticeType.ASK_AGAIN, NoticeType.ESCALATION, NoticeType.REMINDER})
"""Their ids hold the second at which they were due: a fault may move them."""


class Killed(BaseException):
    """The process is no more: nothing of it runs on."""


def killed_before(call: Callable[[], Any]) -> Any:
    raise Killed


def killed_after(call: Callable[[], Any]) -> Any:
    call()
    raise Killed


pytestmark = pytest.mark.timeout(120 * TIMES)

FAULTS: dict[str, Fault] = {
    "refused": before,
    "written but reported as failed": after,
    "killed before": killed_before,
    "killed after": killed_after,
}


class Senders:
    """They come at their time, and again where they got no answer; a killed agent is started again."""

    def __init__(self, world: World) -> None:
        self.world = world

    def at(self, minutes: float, act: Callable[[], object]) -> None:
        self.wait_until(START + timedelta(minutes=minutes))
        is_repeated = False
        while True:
            try:
                act()
                return
            except Killed:
                self.start_again()
            except StoreUnavailable:
                pass
            except IllegalStep:
                assert is_repeated  # it was done the first time
                return
            is_repeated = True
            self.wait_until(self.world.clock.now() + timedelta(seconds=1))

    def wait_until(self, moment: datetime) -> None:
        while self.world.clock.now() < moment:
            try:
                self.world.advance(f"{(moment - self.world.clock.now()).total_seconds()} s")
            except Killed:
                self.start_again()

    def start_again(self) -> None:
        while True:
            try:
                self.world.restart()
                return
            except (Killed, StoreUnavailable):  # systemd tries again a second later
                self.world.clock.advance(timedelta(seconds=1))


def live(world: World) -> None:
    """Two witnesses, a raise by time, ladders, answers, a probe that joins, clearing, verification, recovery, close."""
    senders = Senders(world)
    start = world.clock.now()
    blank = [alert("ShopBlank", "firing", start), alert("CheckoutDown", "firing", start, instance="a")]
    more = [alert("CheckoutDown", "firing", start, instance="b")]
    clear = start + timedelta(minutes=20)

    def over() -> list[dict[str, Any]]:
        return [
            alert("ShopBlank", "resolved", start, clear),
            alert("CheckoutDown", "resolved", start, clear, instance="a"),
            alert("CheckoutDown", "resolved", start, clear, instance="b"),
        ]

    senders.at(0, lambda: world.letter(blank, group="g", truncated=1))
    senders.at(1, lambda: world.letter(more))
    senders.at(2, lambda: world.readings.update(shop=bad))
    senders.at(9, lambda: world.acknowledge("chen", "INC-20261123-001"))
    senders.at(12, lambda: world.acknowledge("wang", "INC-20261123-001"))
    senders.at(15, lambda: world.readings.update(shop=good))
    senders.at(20, lambda: world.letter(over(), group="g"))
    senders.at(25, lambda: world.verify("lee", "INC-20261123-001"))
    senders.at(59, lambda: world.record_phases("INC-20261123-001"))
    senders.at(60, lambda: world.close("lee", "INC-20261123-001"))
    senders.at(61, lambda: None)


@dataclass(frozen=True)
class Outcome:
    """What must be the same, whatever failed on the way."""

    incidents: tuple[Any, ...]
    notices: frozenset[tuple[Any, ...]]
    facts: frozenset[str]
    acknowledged: frozenset[tuple[str, str]]


def outcome(world: World) -> Outcome:
    incidents = world.incidents()
    numbers = [each.number for each in incidents]
    return Outcome(
        incidents=tuple(
            (
                *(each.number, each.key, each.state, each.grade, each.functions, _fired(each), each.is_provisional),
                *(each.acknowledged_provider, each.acknowledged_customer, each.verified_by, each.signals_total),
                *(each.told_provider, each.told_customer, each.started_at, each.was_lifted),
            )
            for each in incidents
        ),
        notices=frozenset(
            (row.id, row.type, row.grade, row.state, tuple(sorted(one.contact for one in row.recipients)))
            for number in numbers
            for row in world.store.notices(number)
            if row.type not in BY_THE_CLOCK
        ),
        facts=frozenset(kind for number in numbers for kind in world.happened(number)),
        acknowledged=frozenset(
            (number, each.contact) for number in numbers for each in world.store.acknowledgements(number)
        ),
    )


def _fired(incident: Incident) -> tuple[str, ...]:
    """R10 says that the evidence was seen to shrink bit by bit, which depends on when the agent was there to look."""
    return tuple(rule for rule in incident.rules if rule != "R10")


def check(world: World, brittle: BrittleStore, undisturbed: Outcome) -> None:
    found = outcome(world)
    assert found.incidents == undisturbed.incidents
    assert found.notices == undisturbed.notices
    assert found.facts == undisturbed.facts
    assert found.acknowledged == undisturbed.acknowledged
    happened = Counter(world.happened("INC-20261123-001"))
    assert happened["incident_opened"] == happened["incident_recovered"] == happened["incident_closed"] == 1
    assert world.store.integrity() == []
    assert differences(world) == []
    _check_deliveries(world, brittle)


def _check_deliveries(world: World, brittle: BrittleStore) -> None:
    sent = Counter(message.id for _, _, message in world.notebook.written)
    for incident in world.incidents():
        rows = world.store.deliveries_for(incident.number)
        assert {row.state for row in rows} <= {DeliveryState.ACCEPTED, DeliveryState.CANCELLED}
        for row in rows:
            assert sent[row.id] >= 1 or row.state is DeliveryState.CANCELLED
        for notice in world.store.notices(incident.number):
            reached = {row.contact for row in rows if row.notice == notice.id}
            if notice.state is NoticeState.RELEASED:
                assert reached == {recipient.contact for recipient in notice.recipients}
    assert sum(sent.values()) - len(sent) <= brittle.failures


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Outcome, int, int]:
    """How it ends where nothing fails, and how many commits and questions it takes."""
    brittle = BrittleStore()
    world = started(tmp_path_factory.mktemp("undisturbed"), brittle)
    live(world)
    commits, questions = brittle.commits, brittle.questions
    assert [each.state for each in world.incidents()] == ["closed"]
    assert world.incident().grade == 1
    assert world.incident().functions == ("checkout", "ledger")
    found = outcome(world)
    check(world, brittle, found)
    world.end()
    return found, commits, questions


def started(folder: Path, brittle: BrittleStore) -> World:
    """An agent at the beginning of its life; commits and questions count from here, and so do faults."""
    faults, questions = brittle.commit_faults, brittle.question_faults
    brittle.commit_faults, brittle.question_faults = {}, set()
    world = World(folder, LIFE, wrap=brittle.around)
    brittle.commit_faults, brittle.question_faults = faults, questions
    brittle.commits = brittle.questions = 0
    return world


def lived(folder: Path, brittle: BrittleStore, undisturbed: Outcome) -> None:
    folder.mkdir()
    world = started(folder, brittle)
    try:
        live(world)
        brittle.commit_faults.clear()
        brittle.question_faults.clear()
        world.advance("1 min")  # a lease may have to end
        check(world, brittle, undisturbed)
    finally:
        world.end()


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_at_any_commit(tmp_path: Path, undisturbed: tuple[Outcome, int, int], fault: Fault) -> None:
    """Every day each commit fails once before it is written and once after it; in a soak in both ways each."""
    expected, commits, _ = undisturbed
    first = [*FAULTS.values()].index(fault)

    for number in range(1, commits + 1) if TIMES > 1 else range(1 + first // 2, commits + 1, 2):
        brittle = BrittleStore()
        brittle.commit_faults = {number: fault}
        lived(tmp_path / str(number), brittle, expected)
        assert brittle.failures == 1


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_faults_in_a_row(tmp_path: Path, undisturbed: tuple[Outcome, int, int], fault: Fault) -> None:
    """A store that is gone for a while, beginning anywhere."""
    expected, commits, _ = undisturbed

    for number in range(1, commits, 22 // min(TIMES, 2)):
        brittle = BrittleStore()
        brittle.commit_faults = dict.fromkeys(range(number, number + 5), fault)
        lived(tmp_path / str(number), brittle, expected)


def test_a_question_that_is_not_answered(tmp_path: Path, undisturbed: tuple[Outcome, int, int]) -> None:
    """Every day one in 46 is not, and the next but one; in a soak each of them."""
    expected, _, questions = undisturbed

    for number in range(1, questions - 2) if TIMES > 1 else range(20, questions, 46):
        brittle = BrittleStore()
        brittle.question_faults = {number, number + 2}
        lived(tmp_path / str(number), brittle, expected)
        assert brittle.failures >= 1
