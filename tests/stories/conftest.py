import collections.abc
from pathlib import Path

import pytest

from tests.support.world import FILE, World

Make = collections.abc.Callable[..., World]


@pytest.fixture
def make(tmp_path: Path) -> collections.abc.Iterator[Make]:
    """Makes worlds from a file's text, and ends them."""
    made: list[World] = []

    def one(file: str = FILE) -> World:
        made.append(World(tmp_path, file))
        return made[-1]

    yield one
    for world in made:
        world.end()


@pytest.fixture
def world(make: Make) -> World:
    return make()
