"""Connections to the archive's file, and what their faults mean in words.

Every connection of the process goes through apsw: a second SQLite library in it would drop the first one's locks.
"""

from pathlib import Path

import apsw

from agent.errors import StoreUnavailable, Unkeepable

BUSY_MS = 5_000
CHECKPOINT_BUSY_MS = 250  # a restart of the log keeps the writer waiting for so long at most
_CACHE_KIB = 8_192
"""New rows are written at the end and need 2 MiB. For what ends at random among 100,000 open alerts twice as much saves
a page in three, and half as much costs one for each."""
_READER_CACHE_KIB = 512  # each thread that reads has one, and every commit empties it
_LOG_KEPT_BYTES = 128 * 1024 * 1024  # the log file is cut back to this when it starts anew

_WRITER = f"""
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA wal_autocheckpoint = 0;
PRAGMA journal_size_limit = {_LOG_KEPT_BYTES};
PRAGMA cache_size = -{_CACHE_KIB};
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY; -- each CHECK with IN makes a small table: as a file, a row took 30 times as long
PRAGMA trusted_schema = OFF;
SELECT COUNT(*) FROM sqlite_master; -- reading takes hold of the log, which the last one to close folds in
"""

_READER = f"""
PRAGMA query_only = ON;
PRAGMA cache_size = -{_READER_CACHE_KIB};
PRAGMA mmap_size = 0;
PRAGMA temp_store = MEMORY;
PRAGMA trusted_schema = OFF;
"""

_REMEDIES: dict[type[apsw.Error], str] = {
    apsw.FullError: "the disk is full: free space on its file system; writing goes on by itself then",
    apsw.BusyError: "another program keeps it locked: stop a second agent, a copy or a shell that has it open",
    apsw.LockedError: "another program keeps it locked: stop a second agent, a copy or a shell that has it open",
    apsw.ReadOnlyError: "it cannot be written: check the owner of the file and its folder, and the mount",
    apsw.PermissionsError: "it cannot be written: check the owner of the file and its folder, and the mount",
    apsw.CantOpenError: "it cannot be opened: check that the folder exists and belongs to the agent",
    apsw.IOError: "reading or writing failed: check the disk and the kernel's log (dmesg)",
    apsw.CorruptError: "it is damaged: stop the agent and restore the last backup",
    apsw.NotADBError: "it is no archive: point `store.url` at another file, or restore the last backup",
    apsw.ConstraintError: "the change breaks a rule of the archive, which is a fault of the program: report it",
}


def path_of(url: str) -> Path:
    """The file behind `sqlite:////absolute`, `sqlite:///relative` or a plain path."""
    return Path(url.removeprefix("sqlite:///"))


def unavailable(path: Path, fault: Exception) -> StoreUnavailable:
    """The same fault in words for people, with what would put it right."""
    remedy = next((text for error, text in _REMEDIES.items() if isinstance(fault, error)), "see the log")
    kind = Unkeepable if isinstance(fault, apsw.ConstraintError) else StoreUnavailable
    return kind(f"archive {path}: {remedy} ({type(fault).__name__}: {fault})")


def writer(path: Path, vfs: str | None = None, busy_ms: int = BUSY_MS) -> apsw.Connection:
    """A connection that may write; the file must be there.

    Raises:
        apsw.Error: it cannot be opened, or not for writing.
    """
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
    try:
        connection.set_busy_timeout(busy_ms)
        if connection.readonly("main"):
            raise apsw.ReadOnlyError("opened read-only")
        connection.execute(_WRITER).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def reader(path: Path, vfs: str | None = None) -> apsw.Connection:
    """A connection that cannot write."""
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY, vfs=vfs)
    try:
        connection.set_busy_timeout(BUSY_MS)
        connection.execute(_READER).fetchall()
    except BaseException:
        connection.close()
        raise
    return connection
