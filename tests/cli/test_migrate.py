"""`tocsin migrate`: the store brought to this version, or only looked at."""

import json
from pathlib import Path

import apsw
import pytest

from agent.store import open_store
from agent.store.migrations import known
from tests.cli.conftest import FILE, Run


@pytest.fixture
def store(folder: Path) -> Path:
    """An archive of this version."""
    path = folder / "tocsin.db"
    open_store(f"sqlite:///{path}", create=True).close()
    return path


def test_a_store_of_this_version_has_nothing_left_to_do(tocsin: Run, store: Path) -> None:
    told = tocsin("migrate", "--store", str(store), "--check")

    assert (told.exit_code, told.stdout) == (0, "the store is of this version\n")


def test_the_files_own_store_is_the_default(tocsin: Run, store: Path, file: Path) -> None:
    assert tocsin("migrate", "--dry-run").exit_code == 0


def test_migrating_twice_changes_nothing(tocsin: Run, store: Path) -> None:
    assert json.loads(tocsin("migrate", "--store", str(store), "--json").stdout) == {"applied": []}
    assert json.loads(tocsin("migrate", "--store", str(store), "--json").stdout) == {"applied": []}


def test_a_store_that_is_not_there_is_a_fault_with_its_remedy(tocsin: Run, file: Path) -> None:
    told = tocsin("migrate")

    assert told.exit_code == 1
    assert "tocsin.db is missing: start the agent once to make it" in told.stderr


def test_a_faulty_file_is_refused_with_its_faults(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace("role: principal,", "role: boss,"))

    told = tocsin("migrate")

    assert told.exit_code == 1
    assert told.stderr.startswith("routes.yaml:10: ")


def test_a_newer_store_is_left_as_it_is(tocsin: Run, store: Path) -> None:
    connection = apsw.Connection(str(store))
    connection.execute("INSERT INTO migration (number, name, applied_at) VALUES (999, '0999_later', 0)")
    connection.close()

    told = tocsin("migrate", "--store", str(store))

    assert told.exit_code == 1
    assert f"this program knows {known()[-1].number}" in told.stderr


def test_what_is_left_to_do_fails_a_check_and_is_named(tocsin: Run, store: Path) -> None:
    connection = apsw.Connection(str(store))
    connection.execute("UPDATE migration SET number = 0 WHERE number = 1")
    connection.close()

    told = tocsin("migrate", "--store", str(store), "--check")

    assert (told.exit_code, told.stdout.splitlines()[0]) == (1, "pending 0001_first")
