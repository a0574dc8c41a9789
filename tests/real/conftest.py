"""Real programs for the tests of this folder; where one cannot be had, its tests are skipped and say why."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import real


@pytest.fixture(scope="session")
def program() -> Callable[[str], Path]:
    def find(name: str) -> Path:
        try:
            return real.program(name)
        except real.Missing as fault:
            pytest.skip(str(fault))

    return find
