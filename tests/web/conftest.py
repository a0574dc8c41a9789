from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.running import Running, running


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as started:
        yield started
