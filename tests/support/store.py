"""A real archive for a test."""

from pathlib import Path

from agent.store.sqlite import SqliteStore


def temporary_store(tmp_path: Path, name: str = "tocsin.db") -> SqliteStore:
    """The archive of this name under `tmp_path`, made if it is not there yet. The test closes it."""
    return SqliteStore(tmp_path / name, create=True)
