"""What breaks is said in words with a remedy, leaves nothing half done, and is over when the fault is gone."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from agent.errors import StoreUnavailable
from agent.model import Change
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.brittle import BrittleDisk
from tests.store.nouns import NUMBER, everything, fact
from tests.support.store import temporary_store


@pytest.fixture
def disk() -> Iterator[BrittleDisk]:
    brittle = BrittleDisk("brittle")
    yield brittle
    brittle.unregister()


@pytest.fixture
def on_disk(tmp_path: Path, disk: BrittleDisk) -> Iterator[SqliteStore]:
    temporary_store(tmp_path).close()
    opened = SqliteStore(tmp_path / "tocsin.db", vfs=disk.name)
    yield opened
    opened.close()


def kinds(store: SqliteStore) -> list[str]:
    return [one.fact.kind for one in store.timeline(NUMBER)]


@pytest.mark.parametrize("operation", ["write", "sync"])
@pytest.mark.parametrize(
    ("error", "words"),
    [(apsw.FullError, "the disk is full: free space"), (apsw.IOError, "check the disk"), (apsw.ReadOnlyError, "owner")],
)
def test_a_disk_that_fails_is_survived(
    on_disk: SqliteStore, disk: BrittleDisk, operation: str, error: type[apsw.Error], words: str
) -> None:
    on_disk.commit(Change(facts=[fact("before")]))

    disk.faults = {operation: error}
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match=words):
            on_disk.commit(Change(facts=[fact("lost")], probes={nouns.PROBE.name: nouns.PROBE}))
    disk.faults = {}
    heads = on_disk.commit(Change(facts=[fact("after")]))

    assert kinds(on_disk) == ["before", "after"]
    assert heads == {NUMBER: on_disk.timeline(NUMBER)[-1].hash}
    assert on_disk.probe_states() == {}
    assert on_disk.integrity() == []


def test_reading_goes_on_while_nothing_can_be_written(on_disk: SqliteStore, disk: BrittleDisk) -> None:
    on_disk.commit(everything())

    disk.faults = {"write": apsw.FullError, "sync": apsw.FullError}
    with pytest.raises(StoreUnavailable):
        on_disk.commit(Change(facts=[fact()]))

    assert on_disk.incident(NUMBER) == nouns.INCIDENT
    disk.faults = {}


def test_a_full_file_is_refused_and_written_again_when_there_is_room(store: SqliteStore) -> None:
    """SQLite's own limit, in the same connection: what a full disk does."""
    assert store._writer is not None
    store._writer.execute("PRAGMA max_page_count = 1")  # taken as the size it has now
    big = nouns.Body("big", nouns.NOW, "alertmanager", bytes(range(256)) * 4000, "")
    change = Change(facts=[fact("kept")], bodies={f"{n}": replace(big, hash=f"{n}") for n in range(40)})

    with pytest.raises(StoreUnavailable, match="the disk is full"):
        store.commit(change)
    is_empty = kinds(store) == [] and store.bodies() == []
    store._writer.execute("PRAGMA max_page_count = 1000000")
    store.commit(change)

    assert is_empty
    assert kinds(store) == ["kept"]
    assert len(store.bodies()) == 40


def test_a_checkpoint_that_fails_is_said_and_tried_again(on_disk: SqliteStore, disk: BrittleDisk) -> None:
    on_disk.commit(everything())

    disk.faults = {"sync": apsw.IOError}
    with pytest.raises(StoreUnavailable):
        on_disk.checkpoint()
    disk.faults = {}
    pages, folded = on_disk.checkpoint()

    assert pages == folded > 0
    assert on_disk.integrity() == []


def test_a_lock_held_by_somebody_else_is_said(store: SqliteStore) -> None:
    store.close()
    again = SqliteStore(store.path, busy_ms=1)
    other = apsw.Connection(str(store.path))
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable, match="another program keeps it locked"):
        again.commit(Change(facts=[fact("lost")]))
    other.execute("ROLLBACK")
    other.close()
    again.commit(Change(facts=[fact("kept")]))

    assert kinds(again) == ["kept"]
    again.close()


def test_another_hand_on_the_chain_costs_one_refusal(store: SqliteStore, tmp_path: Path) -> None:
    """The remembered heads are old then: the commit is refused, and the next one looks again."""
    store.commit(Change(facts=[fact("first")]))
    other = temporary_store(tmp_path)
    other.commit(Change(facts=[fact("second")]))
    other.close()

    with pytest.raises(StoreUnavailable):
        store.commit(Change(facts=[fact("third")]))
    store.commit(Change(facts=[fact("third")]))

    assert kinds(store) == ["first", "second", "third"]
    assert store.integrity() == []


def test_nothing_is_written_to_a_file_that_was_taken_away(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=[fact("before")]))

    store.path.rename(tmp_path / "elsewhere.db")
    with pytest.raises(StoreUnavailable, match="was moved, removed or replaced"):
        store.commit(Change(facts=[fact("lost")]))
    (tmp_path / "elsewhere.db").rename(store.path)
    store.commit(Change(facts=[fact("after")]))

    assert kinds(store) == ["before", "after"]


def test_a_damaged_file_is_said_by_the_check(store: SqliteStore) -> None:
    for n in range(50):
        store.commit(Change(facts=[fact(f"kind {n}", text="x" * 500)]))
    store.close()
    raw = bytearray(store.path.read_bytes())
    raw[-4096 * 3 :] = b"\xff" * (4096 * 3)
    store.path.write_bytes(raw)

    again = SqliteStore(store.path)

    assert again.integrity() != []
    again.close()


def test_a_closed_archive_refuses_and_closing_twice_is_nothing(store: SqliteStore) -> None:
    reader = threading.Thread(target=store.incidents)
    reader.start()
    reader.join()

    store.close()
    store.close()

    with pytest.raises(StoreUnavailable, match="is closed"):
        store.commit(Change(facts=[fact()]))
    with pytest.raises(StoreUnavailable, match="is closed"):
        store.incidents()
    with pytest.raises(StoreUnavailable, match="is closed"):
        store.checkpoint()
    assert not Path(f"{store.path}-wal").exists()  # the last connection folded it in
