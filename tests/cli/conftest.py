"""A folder of its own for every command, and the commands themselves."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from agent.cli import main
from tests.support.api import Api

Run = Callable[..., Result]

FILE = """\
agreement:
  system: Payment platform
  time_zone: Asia/Shanghai
  functions:
    checkout: {name: Checkout, criticality: core}
    ledger: {criticality: important}
parties:
  provider:
    contacts:
      lee: {role: principal, reach: ["log://"]}
      chen: {role: [coordinator, member], reach: ["log://", "log://second"]}
  customer:
    contacts:
      wang: {role: [principal, coordinator], reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down}
  - {match: ['job=~"ledger.*"'], function: ledger, state: down, scope: {share_of: instance, total: 12}}
  - {match: ['alertname="Intrusion"'], function: checkout, security: confirmed}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The commands' current folder; nothing of this machine's own settings reaches them."""
    monkeypatch.chdir(tmp_path)
    for name in ("TOCSIN_URL", "TOCSIN_TOKEN", "TOCSIN_CA", "TOCSIN_CERT", "TOCSIN_KEY", "NO_COLOR", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    return tmp_path


@pytest.fixture
def file(folder: Path) -> Path:
    """A good routes.yaml."""
    path = folder / "routes.yaml"
    path.write_text(FILE)
    return path


@pytest.fixture
def tocsin() -> Run:
    """`tocsin("check", "routes.yaml")`: its exit code, stdout and stderr. A command that crashes fails the test."""

    def run(*words: str, typed: str = "") -> Result:
        return CliRunner().invoke(main, words, input=typed, catch_exceptions=False)

    return run


@pytest.fixture
def api() -> Iterator[Api]:
    with Api() as api:
        yield api
