"""The archive: facts, rows and the outbox, in one file or one database."""

from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import StoreUnavailable
from agent.ports import Store

if TYPE_CHECKING:
    from agent.store.alone import Hold
    from agent.store.copying import Copy


def open_store(url: str, create: bool) -> Store:
    """The store behind `sqlite:////absolute/path`, `sqlite:///relative/path` or a plain path.

    A missing file is made only with `create`.

    Raises:
        StoreUnavailable: it is not there, not an archive, of another version, or not active yet (PostgreSQL).
    """
    if url.startswith(("postgresql:", "postgres:")):
        raise StoreUnavailable(
            "PostgreSQL is accepted in the configuration but not active yet: use sqlite:///tocsin.db for now"
        )
    # opened late: commands that only talk to a running agent never load the database library
    from agent.store.sqlite import SqliteStore

    return SqliteStore(url, create=create)


def hold(url: str) -> "Hold":
    """Take the archive behind `url` for this process, before it is opened; see `alone`. PostgreSQL needs no such thing.

    Raises:
        StoreUnavailable: another agent has it, or its folder cannot be written.
    """
    from agent.store import alone, connections

    if url.startswith(("postgresql:", "postgres:")):
        return alone.Hold(alone.NOTHING)
    return alone.hold(connections.path_of(url))


def pending(url: str) -> list[str]:
    """Names of the migrations that the archive behind `url` still lacks; see `migrate`."""
    from agent.store import connections, migrations

    return migrations.pending(connections.path_of(url))


def migrate(url: str) -> list[str]:
    """Bring the archive behind `url` up to date; names of what was applied.

    Raises:
        StoreUnavailable: missing, no archive, newer than this program, in use, or a migration failed and left nothing.
    """
    from agent.store import alone, connections, migrations

    path = connections.path_of(url)
    migrations.check_file(path)
    with closing(alone.hold(path)):
        return migrations.migrate(path)


def backup(url: str, target: Path) -> "Copy":
    """Copy the archive behind `url` into a new file, also from under a running agent.

    Raises:
        StoreUnavailable: missing, damaged or no archive; the target is there already, or cannot be written.
    """
    from agent.store import connections, copying

    return copying.copy(connections.path_of(url), target)


def restore(source: Path, url: str, at: datetime) -> tuple["Copy", Path | None]:
    """Put a copy in the place of the archive behind `url`; where what stood there is kept, None for nothing.

    Raises:
        StoreUnavailable: as `backup`, or an agent has the archive open. The archive is as it was.
    """
    from agent.store import connections, copying

    return copying.put_back(source, connections.path_of(url), at)
