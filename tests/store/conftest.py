from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.store.sqlite import SqliteStore
from tests.support.store import temporary_store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = temporary_store(tmp_path)
    yield opened
    opened.close()
