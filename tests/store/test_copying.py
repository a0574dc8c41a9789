"""A copy is whole, read through before it counts, and never in anybody's way; what it replaces is kept."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import apsw
import pytest

from agent.errors import StoreUnavailable
from agent.model import Change
from agent.store import backup, restore
from agent.store.sqlite import SqliteStore
from tests.store.nouns import NOW, NUMBER, fact

LATER = NOW + timedelta(hours=1)


def facts_in(path: Path) -> list[str]:
    """Kinds of the facts of one incident."""
    store = SqliteStore(path)
    kinds = [sealed.fact.kind for sealed in store.timeline(NUMBER)]
    store.close()
    return kinds


@contextmanager
def opened_elsewhere(path: Path) -> Iterator[None]:
    """Another process has the archive open, as a running agent has."""
    code = (
        "import sys; from agent.store import open_store; it = open_store(sys.argv[1], False);"
        " print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield
        process.kill()


def test_a_copy_holds_everything_up_to_now_while_the_agent_writes_on(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=(fact("opened"),)))

    copied = backup(str(store.path), tmp_path / "copy.db")
    store.commit(Change(facts=(fact("graded"),)))

    assert (copied.facts, copied.last_at) == (1, NOW)
    assert facts_in(copied.path) == ["opened"]
    assert [sealed.fact.kind for sealed in store.timeline(NUMBER)] == ["opened", "graded"]


def test_a_copy_is_one_file_that_only_its_owner_reads(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "copies").mkdir()

    backup(str(store.path), tmp_path / "copies/copy.db")

    (only,) = (tmp_path / "copies").iterdir()
    assert stat.S_IMODE(only.stat().st_mode) == 0o600


def test_a_copy_never_replaces_a_file(store: SqliteStore, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")

    with pytest.raises(StoreUnavailable, match="it is there already"):
        backup(str(store.path), tmp_path / "copy.db")

    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_folder_that_is_not_there_is_said(store: SqliteStore, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be written: No such file or directory"):
        backup(str(store.path), tmp_path / "nowhere/copy.db")


def test_a_damaged_archive_is_said_and_its_copy_is_not_kept(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=(fact("opened"), fact("graded"))))
    store.close()
    tamper = apsw.Connection(str(store.path))
    tamper.execute("DROP TRIGGER fact_stays_as_it_is; UPDATE fact SET kind = 'void' WHERE seq = 1")
    tamper.close()

    with pytest.raises(StoreUnavailable, match=rf"damaged: the chain of {NUMBER} does not hold at fact 1"):
        backup(str(store.path), tmp_path / "copy.db")

    assert {path.name for path in tmp_path.iterdir()} <= {"tocsin.db", "tocsin.db-wal", "tocsin.db-shm"}


def test_a_restored_archive_is_the_copy_and_the_old_one_is_kept(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=(fact("opened"),)))
    backup(str(store.path), tmp_path / "copy.db")
    store.commit(Change(facts=(fact("graded"),)))
    store.close()

    restored, aside = restore(tmp_path / "copy.db", str(store.path), LATER)

    assert (restored.path, restored.facts, restored.last_at) == (store.path, 1, NOW)
    assert facts_in(store.path) == ["opened"]
    assert aside is not None
    assert facts_in(aside) == ["opened", "graded"]


def test_what_stands_in_the_log_alone_is_kept_with_the_old_archive(store: SqliteStore, tmp_path: Path) -> None:
    """After a crash the last facts are in `-wal`: moved without it, they would be lost."""
    backup(str(store.path), tmp_path / "copy.db")
    code = (
        "import os, sys; from agent.store.sqlite import SqliteStore; from agent.model import Change;"
        " from tests.store.nouns import fact;"
        " SqliteStore(sys.argv[1]).commit(Change(facts=(fact('opened'),))); os._exit(9)"
    )
    store.close()
    subprocess.run([sys.executable, "-c", code, store.path], check=False)

    _, aside = restore(tmp_path / "copy.db", str(store.path), LATER)

    assert aside is not None
    assert facts_in(aside) == ["opened"]
    assert facts_in(store.path) == []


def test_an_archive_that_is_lost_is_restored_where_nothing_is(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=(fact("opened"),)))
    backup(str(store.path), tmp_path / "copy.db")
    store.close()
    store.path.unlink()

    _, aside = restore(tmp_path / "copy.db", str(store.path), LATER)

    assert aside is None
    assert facts_in(store.path) == ["opened"]


def test_an_archive_that_no_longer_opens_is_replaced(store: SqliteStore, tmp_path: Path) -> None:
    backup(str(store.path), tmp_path / "copy.db")
    store.close()
    store.path.write_bytes(b"rubbish" * 1000)

    restore(tmp_path / "copy.db", str(store.path), LATER)

    assert facts_in(store.path) == []


def test_nothing_is_restored_under_a_running_agent(store: SqliteStore, tmp_path: Path) -> None:
    backup(str(store.path), tmp_path / "copy.db")
    store.close()

    with opened_elsewhere(store.path), pytest.raises(StoreUnavailable, match="is open in a running agent: stop it"):
        restore(tmp_path / "copy.db", str(store.path), LATER)

    restore(tmp_path / "copy.db", str(store.path), LATER)


def test_another_file_than_an_archive_is_not_restored(store: SqliteStore, tmp_path: Path) -> None:
    store.commit(Change(facts=(fact("opened"),)))
    store.close()
    (tmp_path / "notes.txt").write_text("shopping list\n" * 500)

    with pytest.raises(StoreUnavailable, match="no archive"):
        restore(tmp_path / "notes.txt", str(store.path), LATER)

    assert facts_in(store.path) == ["opened"]
