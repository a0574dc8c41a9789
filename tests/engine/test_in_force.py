"""What is in force: the file's operations part beside the agreement part on file (fact 14)."""

from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import collectors
from agent.clock import ManualClock
from agent.config.load import load
from agent.config.settings import Settings
from agent.engine.joint import Compare, InForce, Stands
from agent.errors import StoreUnavailable
from agent.model import AgreementPart, Change, PartState
from agent.rules import joint
from agent.store import open_store
from tests.support.world import FILE

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEW = FILE.replace("system: Payment platform", "system: Payment platform\n  version: 2")


class House:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = open_store(f"sqlite:///{folder}/tocsin.db", create=True)
        self.entered = 0

    def read(self, file: str) -> Settings:
        path = self.folder / "routes.yaml"
        path.write_text(file)
        return load(path, collectors.catalogue(), environment={"STATE_DIRECTORY": str(self.folder)})

    def put(self, text: str) -> AgreementPart:
        file = joint.wanted(text)
        part = AgreementPart(1, file.version, file.hash, text, PartState.IN_FORCE, NOW, in_force_at=NOW)
        self.store.commit(Change(parts={1: part}))
        return part

    def in_force(self, file: str) -> InForce:
        return InForce(self.read(file), self.store, ManualClock(NOW), self._enter)

    def _enter(self) -> None:
        self.entered += 1


@pytest.fixture
def house(tmp_path: Path) -> Any:
    made = House(tmp_path)
    yield made
    made.store.close()


def answered(found: Stands | Exception) -> "Future[Any]":
    answer: Future[Any] = Future()
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
    return answer


def test_a_new_archive_takes_the_file_as_it_is(house: House) -> None:
    assert house.in_force(NEW).settings().agreement.version == 2


def test_a_start_puts_the_part_on_file_beside_the_new_operations(house: House) -> None:
    """Fact 14: a start is a reload."""
    house.put(house.read(FILE).part)

    in_force = house.in_force(NEW)

    assert in_force.settings().agreement.version == 1
    assert in_force.part == house.read(FILE).part


def test_what_both_accepted_is_in_force_from_then_on_and_the_engines_hear_of_it_once(house: House) -> None:
    """Fact 14: at that moment."""
    old = house.put(house.read(FILE).part)
    in_force = house.in_force(NEW)
    text = house.read(NEW).part
    new = replace(old, number=2, version=2, text=text, hash=joint.hash_of(text))

    in_force.enter(new)
    in_force.enter(new)

    assert in_force.settings().agreement.version == 2
    assert house.entered == 1


def test_a_part_that_this_version_cannot_read_does_not_keep_the_agent_from_running(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    house.put('{"agreement":{"system":"x","gone from this version":1},"routes":[]}')

    in_force = house.in_force(NEW)

    assert in_force.settings().agreement.version == 2
    assert "cannot be used" in caplog.text


def test_what_could_not_be_put_on_file_is_asked_again(house: House) -> None:
    in_force = house.in_force(FILE)
    asked: list[Any] = []
    answers: list[Stands | Exception] = [StoreUnavailable("disk full"), Stands(None)]

    def submit(work: Any) -> "Future[Any]":
        asked.append(work)
        return answered(answers[len(asked) - 1])

    tick = in_force.ticks(submit)
    for _ in range(3):
        tick(NOW)

    assert asked == [Compare(), Compare()]
