"""Whatever fails while what fires is sorted anew: it ends once, begins once, and is told once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agent.engine.desk.seen import resorting
from agent.model import NoticeState
from tests.engine.test_crash import FAULTS, Killed, Senders
from tests.support.brittle import BrittleStore, Fault
from tests.support.remembered import differences
from tests.support.world import FILE, World, alert

PASTED = FILE.replace("function: ledger, state: down", "function: reports, state: down") + (
    """  - {match: ['alertname="ShopBlank"'], function: checkout, state: down}\n"""
)
MANY = resorting.MOVED + 100
"""More of one function than are moved in one step."""


def live(world: World, change: Callable[[], Any]) -> None:
    senders = Senders(world)
    now = world.clock.now()
    blank = [alert("ShopBlank", "firing", now, instance=str(number)) for number in range(MANY)]
    senders.at(0, lambda: world.letter([*blank, alert("LedgerDown", "firing", now)]))
    world.configure(PASTED)
    change()
    senders.at(2, lambda: None)


def outcome(world: World) -> Any:
    numbers = [each.number for each in world.incidents()]
    return (
        [(each.functions, each.grade, each.state, each.signals_total, each.started_at) for each in world.incidents()],
        sorted(
            (row.type, row.party, row.grade)
            for number in numbers
            for row in world.store.notices(number)
            if row.state is NoticeState.RELEASED
        ),
        [_sorted_anew(world, number) for number in numbers],
        Counter(mark.line for mark in world.store.marks(world.clock.now()) if mark.ended_at is None),
    )


def _sorted_anew(world: World, number: str) -> int:
    facts = [sealed.fact for sealed in world.store.timeline(number)]
    return sum(fact.detail["count"] for fact in facts if fact.kind == "signals_sorted_anew")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, range]:
    """How it ends where nothing fails, and the commits that the change of the file takes."""
    brittle = BrittleStore()
    world = World(tmp_path_factory.mktemp("undisturbed"), FILE, wrap=brittle.around)
    began: list[int] = []
    live(world, lambda: began.append(brittle.commits))
    found = outcome(world)
    assert [incident[:1] for incident in found[0]] == [(("ledger", "checkout"),), (("reports",),)]
    assert found[2] == [MANY + 1, 1]
    world.end()
    return found, range(began[0] + 1, brittle.commits + 1)


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_at_any_commit(tmp_path: Path, undisturbed: tuple[Any, range], fault: Fault, restarts: bool) -> None:
    expected, commits = undisturbed

    for number in commits:
        brittle = BrittleStore()
        brittle.commit_faults = {number: fault}
        folder = tmp_path / str(number)
        folder.mkdir()
        world = World(folder, FILE, wrap=brittle.around)
        live(world, (lambda world=world: _start_again(world)) if restarts else lambda: None)
        assert outcome(world) == expected
        assert differences(world) == []
        assert world.store.integrity() == []
        world.end()


def _start_again(world: World) -> None:
    try:
        world.restart()
    except Killed:
        world.restart()


class Poisoned:
    """A store with one episode on which the program fails."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.is_poisoned = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def episode(self, id_: int) -> Any:
        if self.is_poisoned:
            raise ArithmeticError("nobody thought of this")
        return self._store.episode(id_)


def test_a_fault_of_the_program_stops_nothing_that_arrives(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What fires stays as it was sorted, said once; the next change of the file tries again."""
    world = World(tmp_path, FILE, wrap=Poisoned)
    world.alert("ShopBlank")
    world.store.is_poisoned = True
    world.configure(PASTED)
    world.advance("1 min")

    received = world.alert("CheckoutSlow")
    world.advance("1 min")
    world.store.is_poisoned = False
    world.configure(PASTED + "# once more\n")
    world.advance("1 s")

    assert received.new == 1
    assert [record.getMessage() for record in caplog.records].count("work failed") == 1
    assert Counter(mark.line.partition("-")[0] for mark in world.store.marks(world.clock.now())) == {
        "row:CheckoutSlow": 1,
        "row:ShopBlank": 1,
    }
    world.end()
