"""The archive: facts, rows and the outbox, in one file or one database."""

from agent.errors import StoreUnavailable
from agent.ports import Store


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
