"""An archive is made once, brought up to date on request, and nothing else is ever taken for one."""

import logging
import stat
from pathlib import Path

import apsw
import pytest

from agent.errors import StoreUnavailable
from agent.model import Change
from agent.rules import chain
from agent.store import migrate, migrations, open_store, pending, queries
from agent.store.facts import seal_all
from agent.store.migrations import Migration
from agent.store.sqlite import SqliteStore
from tests.store.nouns import ITEM, NOW, NUMBER, everything, fact


def test_a_missing_file_is_made_only_on_request_and_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    url = f"sqlite:///{tmp_path}/tocsin.db"

    with pytest.raises(StoreUnavailable, match="is missing: start the agent once"):
        open_store(url, create=False)
    is_untouched = list(tmp_path.iterdir()) == []
    with caplog.at_level(logging.INFO):
        open_store(url, create=True).close()
    open_store(url, create=False).close()

    assert is_untouched
    assert [record.message for record in caplog.records] == ["archive created"]
    assert [file.name for file in tmp_path.iterdir()] == ["tocsin.db"]
    assert stat.S_IMODE((tmp_path / "tocsin.db").stat().st_mode) == 0o600


def test_a_relative_url_counts_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    open_store("sqlite:///here.db", create=True).close()

    assert (tmp_path / "here.db").exists()


def test_a_missing_folder_is_said_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match=f"mkdir -p {tmp_path}/nowhere"):
        open_store(f"sqlite:///{tmp_path}/nowhere/tocsin.db", create=True)


def test_postgresql_is_not_active_yet() -> None:
    with pytest.raises(StoreUnavailable, match="not active yet"):
        open_store("postgresql://localhost/tocsin", create=True)


@pytest.mark.parametrize("create", [True, False])
def test_an_empty_file_is_never_taken_for_a_new_archive(tmp_path: Path, create: bool) -> None:
    (tmp_path / "tocsin.db").touch()

    with pytest.raises(StoreUnavailable, match=r"is empty.*restore the last backup"):
        open_store(str(tmp_path / "tocsin.db"), create=create)

    assert (tmp_path / "tocsin.db").stat().st_size == 0


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("shopping list\n" * 500)

    with pytest.raises(StoreUnavailable, match="no archive"):
        open_store(str(tmp_path / "notes.txt"), create=True)

    assert (tmp_path / "notes.txt").read_text() == "shopping list\n" * 500


def test_another_programs_database_is_refused_untouched(tmp_path: Path) -> None:
    foreign = apsw.Connection(str(tmp_path / "foreign.db"))
    foreign.execute("CREATE TABLE archive (name); CREATE TABLE other (x)")
    foreign.close()
    before = (tmp_path / "foreign.db").read_bytes()

    with pytest.raises(StoreUnavailable, match=r"not an archive of this program.*nothing was changed"):
        open_store(str(tmp_path / "foreign.db"), create=True)
    with pytest.raises(StoreUnavailable, match="not an archive of this program"):
        migrate(str(tmp_path / "foreign.db"))

    assert (tmp_path / "foreign.db").read_bytes() == before


def test_an_archive_without_its_sentinel_is_refused(store: SqliteStore) -> None:
    store.close()
    outside = apsw.Connection(str(store.path))
    outside.execute("DELETE FROM archive")
    outside.close()

    with pytest.raises(StoreUnavailable, match="not an archive"):
        SqliteStore(store.path)


def test_an_archive_of_a_newer_program_is_refused_with_the_remedy(store: SqliteStore) -> None:
    store.close()
    outside = apsw.Connection(str(store.path))
    outside.execute("INSERT INTO migration VALUES (9999, '9999_future', 0)")
    outside.close()

    for attempt in (
        lambda: SqliteStore(store.path),
        lambda: pending(str(store.path)),
        lambda: migrate(str(store.path)),
    ):
        with pytest.raises(StoreUnavailable, match=r"newer version.*install that version again"):
            attempt()


def test_a_half_made_archive_never_appears_under_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (*migrations.known(), Migration(9001, "9001_broken", "CREATE TABLE x (y); SELECT * FROM nowhere;"))
    monkeypatch.setattr(migrations, "known", lambda: broken)

    with pytest.raises(StoreUnavailable):
        SqliteStore(tmp_path / "tocsin.db", create=True)

    assert list(tmp_path.iterdir()) == []


# --- migrations
def test_a_new_archive_has_every_migration_recorded(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "tocsin.db", create=True, clock_now=lambda: NOW).close()

    outside = apsw.Connection(str(tmp_path / "tocsin.db"))
    recorded = outside.execute("SELECT number, name, applied_at FROM migration ORDER BY number").fetchall()
    outside.close()

    assert recorded[0] == (1, "0001_first", 1795403475123456)
    assert [name for _, name, _ in recorded] == [migration.name for migration in migrations.known()]
    assert pending(str(tmp_path / "tocsin.db")) == []


def test_an_older_archive_is_refused_until_it_is_migrated(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.commit(Change(facts=[fact("kept")]))
    store.close()
    newer = (
        *migrations.known(),
        Migration(9001, "9001_second", "CREATE TABLE second (x INTEGER) STRICT;"),
        Migration(9002, "9002_third", "-- a comment; with a semicolon\nCREATE TABLE third (x INTEGER) STRICT;"),
    )
    monkeypatch.setattr(migrations, "known", lambda: newer)
    url = f"sqlite:///{store.path}"

    with pytest.raises(StoreUnavailable, match=r"older version.*tocsin migrate"):
        open_store(url, create=True)
    assert pending(url) == ["9001_second", "9002_third"]
    assert migrate(url) == ["9001_second", "9002_third"]
    assert pending(url) == []
    assert migrate(url) == []

    again = SqliteStore(store.path)
    assert [one.fact.kind for one in again.timeline(NUMBER)] == ["kept"]
    again.close()


def test_a_migration_that_fails_leaves_nothing_and_those_before_it(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()
    newer = (
        *migrations.known(),
        Migration(9001, "9001_second", "CREATE TABLE second (x INTEGER) STRICT;"),
        Migration(9002, "9002_broken", "CREATE TABLE third (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1);"),
    )
    monkeypatch.setattr(migrations, "known", lambda: newer)

    with pytest.raises(StoreUnavailable, match="nowhere"):
        migrate(str(store.path))

    assert pending(str(store.path)) == ["9002_broken"]
    outside = apsw.Connection(str(store.path))
    tables = outside.execute("SELECT name FROM sqlite_master WHERE name IN ('second', 'third')").fetchall()
    outside.close()
    assert tables == [("second",)]


def test_no_two_migrations_have_the_same_number() -> None:
    numbers = [migration.number for migration in migrations.known()]

    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1


def test_what_sqlite_makes_on_the_way_stays_in_memory(tmp_path: Path) -> None:
    """Each CHECK with an IN makes a small table: as a file it made the row of an incident cost 400 us instead of 16."""
    store = SqliteStore(tmp_path / "tocsin.db", create=True)

    assert store._writer is not None
    assert store._writer.execute("PRAGMA temp_store").fetchall() == [(2,)]
    assert store._reader().execute("PRAGMA temp_store").fetchall() == [(2,)]
    store.close()


@pytest.mark.parametrize("version", [migration.number for migration in migrations.known()][:-1])
def test_an_archive_of_any_earlier_version_is_migrated_and_keeps_its_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: int
) -> None:
    url = f"sqlite:///{tmp_path}/old.db"
    known = migrations.known()
    monkeypatch.setattr(migrations, "known", lambda: tuple(each for each in known if each.number <= version))
    migrations.create(tmp_path / "old.db", now=lambda: NOW)
    sealed, _ = seal_all([fact("kept", text="张伟"), fact("kept", incident="")], lambda incident: None)
    outside = apsw.Connection(str(tmp_path / "old.db"))
    outside.executemany(queries.load()["put_fact"], sealed)
    outside.close()
    monkeypatch.setattr(migrations, "known", lambda: known)

    applied = migrate(url)
    store = open_store(url, create=False)
    kept = store.timeline(NUMBER)
    store.commit(everything())
    again = store.timeline(NUMBER)

    assert [int(name[:4]) for name in applied] == [each.number for each in known if each.number > version]
    assert (chain.verify(kept), kept[0].fact.detail) == (None, {"text": "张伟"})
    assert again == kept
    assert store.item(ITEM.id) == ITEM
    store.close()
