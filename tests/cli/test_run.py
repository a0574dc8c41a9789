"""`tocsin run`: the daemon as its own process."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from agent.cli.file import load
from agent.cli.greeting import greeting
from tests.cli.conftest import FILE, Run
from tests.support.daemon import PATIENCE_S, ROOT, Daemon
from tests.support.terminal import on_terminal

HEARTBEAT = "probes:\n  hello: {heartbeat: {within: 52w}}\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_in_order(folder: Path, file: Path, number: signal.Signals) -> None:
    with Daemon(folder) as daemon:
        assert requests.get(f"{daemon.url}/healthz", timeout=10).status_code == 200

        daemon.signal(number)

        daemon.wait_for("stopped")
        assert daemon.end() == (0, "")


def test_sighup_reads_the_file_again(folder: Path, file: Path) -> None:
    with Daemon(folder) as daemon:
        file.write_text(FILE + HEARTBEAT)

        daemon.signal(signal.SIGHUP)

        daemon.wait_for("configuration loaded", file="routes.yaml")
        assert requests.post(f"{daemon.url}/ping/hello", timeout=10).status_code == 200


def test_a_sighup_that_comes_while_it_starts_neither_ends_it_nor_is_lost(folder: Path, file: Path) -> None:
    starting = Daemon(folder)
    starting.wait_for("archive created")

    starting.signal(signal.SIGHUP)

    with starting as daemon:
        daemon.wait_for("configuration loaded", file="routes.yaml")
        assert requests.get(f"{daemon.url}/healthz", timeout=10).status_code == 200


def test_what_only_a_start_brings_into_force_is_said_by_a_reload(folder: Path, file: Path) -> None:
    with Daemon(folder) as daemon:
        file.write_text(FILE + "server: {listen: 127.0.0.1:8120}\nstore: {url: sqlite:///other.db}\n")

        told = requests.post(f"{daemon.url}/api/v1/reload", timeout=20).json()["warnings"]

        daemon.wait_for("a restart is needed", keys="server.listen, store.url")
    assert [each["key"] for each in told if each["message"] == "takes effect at the next start"] == [
        "server.listen",
        "store.url",
    ]


def test_a_first_day_that_lies_behind_is_said_at_the_start_and_not_again(folder: Path, file: Path) -> None:
    """Clock rule 1"""
    file.write_text(FILE.replace("  time_zone:", "  effective: 2020-01-01\n  time_zone:", 1))
    with Daemon(folder) as daemon:
        said = daemon.wait_for("first day lies behind")
        daemon.wait_for("obligations overdue")

        told = requests.post(f"{daemon.url}/api/v1/reload", timeout=20).json()["warnings"]

    assert "adopt_grade_table 2020-01-15" in said["warning"]
    assert not [each for each in told if "lies behind" in each["message"]]


def test_a_first_day_that_a_reload_brings_and_that_lies_behind_is_said_by_it(folder: Path, file: Path) -> None:
    """Clock rule 1, fact 14: before both have accepted it."""
    with Daemon(folder) as daemon:
        file.write_text(FILE.replace("  time_zone:", "  effective: 2020-01-01\n  time_zone:", 1))

        told = requests.post(f"{daemon.url}/api/v1/reload", timeout=20).json()

    assert [each["key"] for each in told["warnings"] if "lies behind" in each["message"]] == ["agreement.effective"]
    assert told["proposed"] == 1


def test_a_faulty_file_is_refused_by_sighup_and_the_old_one_stays(folder: Path, file: Path) -> None:
    file.write_text(FILE + HEARTBEAT)
    with Daemon(folder) as daemon:
        file.write_text(FILE.replace("role: principal,", "role: boss,"))

        daemon.signal(signal.SIGHUP)

        refused = daemon.wait_for("reload refused, the old configuration stays in force")
        assert "routes.yaml:10: " in refused["fault"]
        assert requests.post(f"{daemon.url}/ping/hello", timeout=10).status_code == 200


def test_a_faulty_file_is_refused_at_the_start(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace("role: principal,", "role: boss,"))

    told = tocsin("run")

    assert told.exit_code == 1
    assert told.stderr.splitlines()[0].startswith("routes.yaml:10: parties.provider.contacts.lee.role")


def test_a_second_agent_on_the_same_store_is_refused(folder: Path, file: Path, tocsin: Run) -> None:
    with Daemon(folder):
        told = tocsin("run", "--listen", "127.0.0.1:0")

    assert told.exit_code == 1
    assert re.search(r"tocsin.db belongs to a running agent \(process \d+\): stop that one, or", told.stderr)


def test_a_taken_address_is_a_fault_not_a_traceback(folder: Path, file: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, "-m", "agent", "run", "--listen", f"127.0.0.1:{taken.getsockname()[1]}"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("tocsin: ")


@pytest.mark.parametrize("listen", ["8119", "host", "host:99999", "::1:8119", "host:"])
def test_an_address_that_is_none_is_wrong_usage(tocsin: Run, file: Path, listen: str) -> None:
    told = tocsin("run", "--listen", listen)

    assert told.exit_code == 2
    assert "is no HOST:PORT, such as 127.0.0.1:8119" in told.stderr


def test_a_terminal_is_greeted_with_the_address_and_the_command_to_try(folder: Path, file: Path) -> None:
    file.write_text(FILE + HEARTBEAT)

    shown = on_terminal("run", "--listen", "127.0.0.1:0", folder=folder, interrupt_at="started")

    assert re.search(r"  try it    curl -X POST http://127.0.0.1:\d+/ping/hello/fail\n", shown)
    assert "stopped" in shown


def test_the_greeting_names_a_heartbeat_to_fail(file: Path) -> None:
    file.write_text(FILE + HEARTBEAT)

    said = greeting(load(file), "http://0.0.0.0:8119")

    assert "Tocsin watches Payment platform by 1 probe, and tells 3 contacts." in said
    assert "  try it    curl -X POST http://127.0.0.1:8119/ping/hello/fail" in said.splitlines()


def test_without_a_heartbeat_the_greeting_posts_an_alert(file: Path) -> None:
    said = greeting(load(file), "http://127.0.0.1:8119")

    assert '"service": "checkout"' in said
    assert "http://127.0.0.1:8119/webhooks/alertmanager" in said


def test_the_greeting_says_what_a_trial_is(file: Path) -> None:
    file.write_text(FILE.replace("agreement:\n", "agreement:\n  status: trial\n"))

    assert "in trial: the customer's messages go to the provider's coordinator" in greeting(load(file), "http://x:1")


def test_where_tokens_are_needed_the_greeting_says_so(file: Path) -> None:
    file.write_text(FILE + HEARTBEAT + 'server: {tokens: {me: {may: [ping], secret: "${env:SECRET}"}}}\n')

    assert '-H "Authorization: Bearer $TOCSIN_TOKEN"' in greeting(load(file), "http://127.0.0.1:8119")
