"""The archive's schema, version by version: numbered files, each applied in one transaction and recorded."""

import os
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import apsw

from agent import clock
from agent.errors import StoreUnavailable
from agent.store import connections
from agent.store.rows import to_us


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str  # `0001_first`
    sql: str


def known() -> tuple[Migration, ...]:
    """Every migration of this program, in order."""
    found = [file for file in files("agent.store").joinpath("schema").iterdir() if file.name.endswith(".sql")]
    names = sorted(file.name.removesuffix(".sql") for file in found)
    texts = {file.name.removesuffix(".sql"): file.read_text("utf-8") for file in found}
    return tuple(Migration(int(name.split("_")[0]), name, texts[name]) for name in names)


def pending(path: Path) -> list[str]:
    """Names of the migrations that this archive still lacks.

    Raises:
        StoreUnavailable: the file is missing, no archive, or newer than this program.
    """
    check_file(path)
    try:
        return [migration.name for migration in lacking(path)]
    except apsw.Error as fault:
        raise connections.unavailable(path, fault) from fault


def migrate(path: Path, *, now: Callable[[], datetime] = clock.now) -> list[str]:
    """Bring the archive up to date; names of what was applied.

    Raises:
        StoreUnavailable: as for `pending`, or a migration failed: those before it stay, it left nothing.
    """
    check_file(path)
    try:
        wanted = lacking(path)  # before anything opens it for writing: another's file is left as it is
        with closing(connections.writer(path)) as connection:
            return [_apply(connection, migration, now()) for migration in wanted]
    except apsw.Error as fault:
        raise connections.unavailable(path, fault) from fault


def create(path: Path, *, now: Callable[[], datetime] = clock.now) -> None:
    """Make a new archive; it appears under its name only once it is whole.

    Raises:
        StoreUnavailable: the folder is missing, full or not ours to write.
    """
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        with closing(apsw.Connection(str(unfinished), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
            for migration in known():
                _apply(connection, migration, now())
        os.link(unfinished, path)  # unlike a rename it never replaces a file that appeared meanwhile
        sync_folder(path.parent)
    except FileNotFoundError:
        raise StoreUnavailable(f"archive {path}: its folder is missing: mkdir -p {path.parent}") from None
    except OSError as fault:
        raise StoreUnavailable(f"archive {path} could not be made: {fault.strerror}: check its folder") from fault
    except apsw.Error as fault:
        raise connections.unavailable(path, fault) from fault
    finally:
        unfinished.unlink(missing_ok=True)


def lacking(path: Path, vfs: str | None = None) -> list[Migration]:
    """What the archive still lacks. Nothing is written.

    Raises:
        StoreUnavailable: it is no archive, or newer than this program.
        apsw.Error: it cannot be read.
    """
    with closing(connections.reader(path, vfs)) as connection:
        applied = _applied(connection)
    if not applied:
        raise StoreUnavailable(
            f"{path} is a database, but not an archive of this program: point `store.url` at another file,"
            " or restore the last backup; nothing was changed"
        )
    ours = known()
    if max(applied) > ours[-1].number:
        raise StoreUnavailable(
            f"archive {path} was written by a newer version (schema {max(applied)}, this program knows"
            f" {ours[-1].number}): install that version again, or restore the backup made before the upgrade"
        )
    return [migration for migration in ours if migration.number not in applied]


def _applied(connection: apsw.Connection) -> list[int]:
    """Numbers of the migrations on record; [] for what is no archive."""
    named = "SELECT COUNT(*) FROM sqlite_master WHERE (name, type) IN (('archive', 'table'), ('migration', 'table'))"
    if connection.execute(named).fetchall() != [(2,)]:
        return []
    if connection.execute("SELECT * FROM archive").fetchall() != [(1, "tocsin")]:
        return []
    applied: list[Any] = connection.execute("SELECT number FROM migration").fetchall()
    return [number for (number,) in applied]


def check_file(path: Path) -> None:
    """Refuse what cannot be an archive, before anything is opened.

    Raises:
        StoreUnavailable: missing, or empty.
    """
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        raise StoreUnavailable(
            f"archive {path} is missing: start the agent once to make it, or restore the last backup"
        ) from None
    except OSError as fault:
        raise StoreUnavailable(f"archive {path} cannot be read: {fault.strerror}: check its owner") from fault
    if size == 0:
        raise StoreUnavailable(
            f"archive {path} is empty, which a running agent never leaves behind: restore the last backup,"
            " or remove the file if nothing was ever kept in it"
        )


def _apply(connection: apsw.Connection, migration: Migration, at: datetime) -> str:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.execute(migration.sql).fetchall()
        connection.execute(
            "INSERT INTO migration (number, name, applied_at) VALUES (?, ?, ?)",
            (migration.number, migration.name, to_us(at)),
        )
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    return migration.name


def sync_folder(folder: Path) -> None:
    """A new name is durable only once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
