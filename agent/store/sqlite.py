"""The archive in one SQLite file: one connection writes, every thread reads on its own, the log is folded in beside."""

import threading
import weakref
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, TypeVar

import apsw
import msgspec

from agent import clock
from agent.errors import StoreUnavailable, Unkeepable
from agent.log import Log
from agent.model import Change
from agent.store import connections, facts, migrations, queries, writes
from agent.store.batches import batches
from agent.store.damage import damage
from agent.store.facts import Head
from agent.store.reads import Reads
from agent.store.rows import Row

log = Log(__name__)
T = TypeVar("T")

_UNFIT = (
    *(TypeError, ValueError, LookupError, OverflowError, AttributeError, RecursionError, OSError),
    *(zlib.error, msgspec.MsgspecError),
)
RESTART_PAGES = 20_000
"""Beyond so many pages (80 MB) the write-ahead log is made to start anew, readers permitting."""


class SqliteStore(Reads):
    """`ports.Store` on SQLite. `commit` belongs to one thread; everything else may be called from any."""

    def __init__(
        self,
        url_or_path: str | Path,
        *,
        create: bool = False,
        clock_now: Callable[[], datetime] = clock.now,
        vfs: str | None = None,
        busy_ms: int = connections.BUSY_MS,
        restart_pages: int = RESTART_PAGES,
    ) -> None:
        """Open the archive; a missing file is made only with `create`.

        Raises:
            StoreUnavailable: missing, empty, no archive, to be migrated first, newer than the program, or unwritable.
        """
        self.path = connections.path_of(str(url_or_path))
        self._vfs = vfs
        self._busy_ms = busy_ms
        self._restart_pages = restart_pages
        self._sql = queries.load()
        self._heads: dict[str, Head] = {}
        self._is_closed = False
        self._own = threading.local()  # .reader: this thread's connection
        self._readers: weakref.WeakSet[apsw.Connection] = weakref.WeakSet()
        self._writing = threading.Lock()
        self._folding = threading.Lock()
        self._opening = threading.Lock()
        self._writer: apsw.Connection | None = None
        self._folder: apsw.Connection | None = None  # folds the log into the file
        if create and not self.path.exists():
            migrations.create(self.path, now=clock_now)
            log.info("archive created", path=str(self.path))
        with self._said_in_words():
            self._writer = self._open_writer()
        self._place = _place(self.path)

    # --- writing
    def commit(self, change: Change) -> Mapping[str, str]:
        """Write `change` in one durable transaction; the new chain head per incident whose chain grew.

        Raises:
            StoreUnavailable: what was asked may or may not be on file. The next commit works once the fault is gone.
        """
        with self._writing, self._said_in_words():
            self._refuse_closed()
            if not change:
                return {}
            self._refuse_moved()
            if self._writer is None:
                self._writer = self._open_writer()
            try:
                heads = self._write(self._writer, change)
            except BaseException as fault:
                self._give_up(fault)
                raise
            self._heads.update(heads)
            return writes.grown(heads)

    def _write(self, writer: apsw.Connection, change: Change) -> dict[str, Head]:
        # immediate: a transaction that begins as a reader fails at once when it turns to writing
        writer.execute("BEGIN IMMEDIATE")
        sealed, heads = facts.seal_all(change.facts, self._head_of)
        changed = writes.statements(change, lambda incident: heads.get(incident) or self._head_of(incident))
        for query, rows in chain([("put_fact", sealed), ("put_newest", facts.newest(sealed))], changed):
            for statement, values in batches(self._sql[query], rows):
                writer.executemany(statement, values)
        writer.execute("COMMIT")
        return heads

    def _head_of(self, incident: str) -> Head | None:
        """The last fact of a chain on file, None for a chain not begun."""
        head = self._heads.get(incident)
        if head is None and self._writer is not None:
            found: list[Any] = self._writer.execute(self._sql["chain_head"], (incident,)).fetchall()
            for seq, hash_ in found:
                head = self._heads[incident] = (seq, hash_)
        return head

    def _give_up(self, fault: BaseException) -> None:
        """Leave nothing half done; after an I/O error the connection itself is not trusted any more."""
        self._heads.clear()
        writer = self._writer
        if writer is None:
            return
        is_sound = not isinstance(fault, apsw.IOError | apsw.CorruptError)
        try:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
        except apsw.Error:
            is_sound = False
        if is_sound:
            return
        # Opened anew before the old one is closed: would nobody hold the log in between, SQLite would read it again
        # and take in a transaction whose sync has failed. As it is, the next one is written over it.
        self._writer = None
        with suppress(apsw.Error, StoreUnavailable):
            self._writer = self._open_writer()
        with suppress(apsw.Error):
            writer.close(True)

    def _open_writer(self) -> apsw.Connection:
        """A writing connection to what is certainly our archive, in this program's version."""
        migrations.check_file(self.path)
        lacking = migrations.lacking(self.path, self._vfs)
        if lacking:
            raise StoreUnavailable(
                f"archive {self.path} is of an older version (lacks {lacking[0].name}): make a backup,"
                " then run: tocsin migrate"
            )
        return connections.writer(self.path, self._vfs, self._busy_ms)

    # --- reading
    def _gather(self, gathered: Callable[[Iterable[Row]], T], query: str, *values: Any) -> T:
        with self._said_in_words():
            self._refuse_closed()
            try:
                return gathered(self._reader().execute(self._sql[query], values))
            except apsw.IOError:
                self._own.reader = None  # the next question opens a new one
                raise

    def _reader(self) -> apsw.Connection:
        """This thread's own connection; it goes with the thread."""
        reader: apsw.Connection | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = connections.reader(self.path, self._vfs)
            with self._opening:
                self._readers.add(reader)
            self._own.reader = reader
        return reader

    # --- keeping
    def checkpoint(self) -> tuple[int, int]:
        """Fold the write-ahead log into the file, beside the writer: (pages in the log, pages folded so far).

        To be called regularly by a thread that does not commit; nothing else does it. Past `restart_pages` the log
        is made to start anew, for which the writer may wait a quarter of a second. (0, 0): the writer was in the way,
        which it is for moments only.
        """
        with self._folding, self._said_in_words():
            self._refuse_closed()
            try:
                if self._folder is None:
                    self._folder = connections.writer(self.path, self._vfs, connections.CHECKPOINT_BUSY_MS)
                pages, folded = self._folder.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
                if pages > self._restart_pages:
                    with suppress(apsw.BusyError):  # somebody reads: next time
                        pages, folded = self._folder.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
            except apsw.BusyError:
                return 0, 0
            except apsw.IOError:
                self._folder = None
                raise
            return pages, folded

    def integrity(self) -> list[str]:
        """What is wrong with the file or with a chain, in sentences; [] for nothing. Reads everything: may be long."""
        with self._said_in_words():
            self._refuse_closed()
            connection = connections.reader(self.path, self._vfs)
            try:
                return damage(connection)
            finally:
                connection.close(True)

    def stats(self) -> Mapping[str, int]:
        """Sizes, for metrics and the doctor."""
        episodes, facts_, bodies, incidents = self._rows("stats")[0]
        log_file = Path(f"{self.path}-wal")
        return {
            "bytes": self.path.stat().st_size,
            "log_bytes": log_file.stat().st_size if log_file.exists() else 0,
            "episodes": episodes,
            "facts": facts_,
            "bodies": bodies,
            "incidents": incidents,
        }

    def version(self) -> str:
        return str(apsw.sqlite_lib_version())

    def close(self) -> None:
        """End every connection; a second time does nothing. The log is folded in by the last one."""
        with self._writing, self._folding, self._opening:
            self._is_closed = True
            ending = [*self._readers, self._folder, self._writer]
            self._writer = self._folder = None
            for connection in ending:
                if connection is not None:
                    with suppress(apsw.Error):  # a thread still reads on it: it ends with that thread
                        connection.close(True)

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise StoreUnavailable(f"archive {self.path} is closed: the agent is stopping")

    def _refuse_moved(self) -> None:
        """SQLite would go on writing to a file that nobody finds any more."""
        if _place(self.path) != self._place:
            raise StoreUnavailable(
                f"archive {self.path} was moved, removed or replaced while in use: put it back where it was,"
                " or stop the agent, restore the last backup and start it again"
            )

    @contextmanager
    def _said_in_words(self) -> Iterator[None]:
        """Whatever goes wrong inside comes out as StoreUnavailable."""
        try:
            yield
        except apsw.Error as fault:
            raise connections.unavailable(self.path, fault) from fault
        except _UNFIT as fault:
            log.error("archive met a value it cannot keep or read", exc=fault, path=str(self.path))
            raise Unkeepable(
                f"archive {self.path}: a value cannot be kept or read; nothing was written; this is a fault of the"
                f" program, or a damaged file: report it with the log ({type(fault).__name__}: {fault})"
            ) from fault


def _place(path: Path) -> tuple[int, int] | None:
    """Which file stands under the name now, None for none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino
