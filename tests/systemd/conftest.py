"""One box for all tests of a worker, with the agent installed in it as docs/service.md says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.box import Impossible, box
from tests.systemd.host import LIBRARIES, ROOT, Host, Unfit, interpreter


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    try:
        python = interpreter()
        if not (ROOT / ".venv/bin/python").exists() or LIBRARIES is None:
            raise Unfit("the installer wants the checkout's own .venv: make dev")
        with box(tmp_path_factory.mktemp("box"), {ROOT: "/srv/tocsin"}) as machine:
            installed = Host(machine, python)
            installed.begin()
            yield installed
    except (Impossible, Unfit) as fault:
        pytest.skip(str(fault))


@pytest.fixture
def units() -> list[Path]:
    """The units as the repository holds them."""
    return sorted(path for path in (ROOT / "systemd").iterdir() if path.suffix in {".service", ".socket", ".timer"})
