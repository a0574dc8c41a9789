"""What a started agent holds while nothing happens. What is heavy waits until somebody needs it."""

import subprocess
import sys
from pathlib import Path

import requests

from tests.cli.conftest import FILE
from tests.support.daemon import ROOT, Daemon

REACHED = FILE.replace(
    '"log://second"', '"mailtos://er:secret@yunfu.example?to=chen@yunfu.example", "json://127.0.0.1:9"'
)

PROBED = """
probes:
  main-memory: {memory: {}}
  backup: {heartbeat: {within: 1d}, function: ledger}
"""

LATE = (
    *("pydantic", "fastapi", "starlette", "jinja2", "markdown", "rich"),
    *("cryptography", "oauthlib", "icalendar", "holidays", "psutil", "cffi"),
    *("collectors._http", "collectors.heartbeat", "agent.web.api.app", "apprise.plugins.slack"),
)
"""What a quiet agent without probes does not load."""

STARTED = f"""
import sys
from pathlib import Path
from agent.wiring import Daemon
daemon = Daemon(Path("routes.yaml"), listen=("127.0.0.1", 0))
daemon.start()
print("loaded:", *(name for name in {LATE!r} if name in sys.modules))
daemon.stop()
"""


def test_a_started_agent_has_loaded_nothing_that_it_may_never_need(folder: Path) -> None:
    (folder / "routes.yaml").write_text(REACHED)

    ran = subprocess.run(
        [sys.executable, "-c", STARTED],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ran.stdout == "loaded:\n", ran.stderr


def test_before_the_first_notice_it_needs_at_most_80_mib(folder: Path) -> None:
    (folder / "routes.yaml").write_text(REACHED + PROBED)

    with Daemon(folder) as daemon:
        assert requests.get(f"{daemon.url}/metrics", timeout=10).status_code == 200

        assert daemon.memory_mib() <= 80
