"""Copies of the archive: taken online from under a running agent, and put back in its place."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import apsw

from agent.errors import StoreUnavailable
from agent.store import connections, migrations
from agent.store.damage import damage
from agent.store.evidence import counted

_DMS_BYTE = 128
"""Of the `-shm` file: whoever has the archive open holds a lock on it (SQLite's unixShmSystemLock)."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole archive in one file, read through after it was written."""

    path: Path
    size: int
    facts: int
    last_at: datetime | None  # of its last fact; what happened later is not in it


def copy(source: Path, target: Path) -> Copy:
    """Copy the archive as it is at this moment; a running agent goes on writing meanwhile.

    Raises:
        StoreUnavailable: the source is missing, damaged or no archive; the target is there already, or cannot be made.
    """
    migrations.check_file(source)
    try:
        migrations.lacking(source)  # refuses what is no archive, or a newer program's
        with _appearing(target) as unfinished:
            _copy_pages(source, unfinished)
            return _read_through(unfinished, target)
    except apsw.FullError as fault:
        raise StoreUnavailable(f"{target} was not written: the disk is full: free space, or name another") from fault
    except apsw.Error as fault:
        raise connections.unavailable(source, fault) from fault


def put_back(source: Path, target: Path, at: datetime) -> tuple[Copy, Path | None]:
    """Put a copy in the archive's place; what stood there is kept under a name with `at` in it, None for nothing.

    Raises:
        StoreUnavailable: as `copy`, or an agent has the archive open. The archive is as it was.
    """
    refuse_open(target)
    fresh = target.with_name(f".{target.name}.restored")
    fresh.unlink(missing_ok=True)
    copied = copy(source, fresh)
    with _in_words(target):
        _give_to_owner_of(target.parent, fresh)
        aside = _set_aside(target, at)
        fresh.rename(target)
        migrations.sync_folder(target.parent)
    return Copy(target, copied.size, copied.facts, copied.last_at), aside


def refuse_open(path: Path) -> None:
    """
    Raises:
        StoreUnavailable: another process has the archive open.
    """
    shared = Path(f"{path}-shm")
    with ExitStack() as open_:
        try:
            file = open_.enter_context(shared.open("r+b"))
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, _DMS_BYTE)
        except FileNotFoundError:
            return
        except BlockingIOError:
            raise StoreUnavailable(
                f"archive {path} is open in a running agent: stop it first"
                " (systemctl stop tocsin.socket tocsin.service)"
            ) from None
        except OSError as fault:
            raise StoreUnavailable(f"archive {path}: {fault.strerror}: run this as root or as its owner") from fault


def _copy_pages(source: Path, target: Path) -> None:
    with (
        closing(connections.reader(source)) as ours,
        closing(apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)) as theirs,
    ):
        with theirs.backup("main", ours, "main") as running:
            running.step(-1)  # in one go: in pieces every commit of the agent would make it begin anew
        theirs.execute("PRAGMA journal_mode = DELETE").fetchall()  # one file, without a log beside it


def _read_through(unfinished: Path, target: Path) -> Copy:
    """A copy that nobody has read is none."""
    with closing(connections.reader(unfinished)) as connection:
        if wrong := damage(connection, thorough=True):
            raise StoreUnavailable(f"the copy was not kept, because the archive is damaged: {'; '.join(wrong[:5])}")
        count, last_at = counted(connection)
    return Copy(target, unfinished.stat().st_size, count, last_at)


@contextmanager
def _appearing(target: Path) -> Iterator[Path]:
    """A file to write, which appears under its name only once it is whole, and never over another."""
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.new")
    with _in_words(target):
        try:
            if target.exists():
                raise FileExistsError(None, "it is there already")
            os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            yield unfinished
            os.link(unfinished, target)
            migrations.sync_folder(target.parent)
        finally:
            unfinished.unlink(missing_ok=True)


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise StoreUnavailable(f"{target} cannot be written: {fault.strerror}: name another place") from fault


def _set_aside(target: Path, at: datetime) -> Path | None:
    """The archive under another name, log and all: its last facts may be in the log alone."""
    aside = target.with_name(f"{target.stem}-replaced-{at:%Y%m%dT%H%M%SZ}{target.suffix}")
    found = None
    for suffix in ("", "-wal", "-shm"):
        file = Path(f"{target}{suffix}")
        if file.exists():
            file.rename(f"{aside}{suffix}")
            found = aside
    return found


def _give_to_owner_of(folder: Path, file: Path) -> None:
    """root restores, the agent's user opens it."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(file, owner.st_uid, owner.st_gid)
