"""Starting, stopping, and which socket it is."""

import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from agent.engine.works import Receipt
from agent.errors import CannotListen
from agent.web.serve import Server
from tests.web.running import Reply, Running, firing


def test_a_port_that_is_taken_is_said_with_a_remedy(agent: Running) -> None:
    with pytest.raises(CannotListen, match=f"{agent.port}: Address already in use; is another agent"):
        Server(agent.office, "127.0.0.1", agent.port).start()


def test_an_address_of_another_machine_is_said(agent: Running) -> None:
    with pytest.raises(CannotListen, match="Cannot assign requested address"):
        Server(agent.office, "192.0.2.1", 0).start()


def test_it_stops_at_once_and_twice(agent: Running) -> None:
    agent.server.stop()
    agent.server.stop()

    assert not agent.server.ready.is_set()
    with pytest.raises(OSError, match="refused"):
        agent.raw()


def test_its_port_is_free_again_after_a_stop(agent: Running) -> None:
    agent.webhook({"alerts": [firing()]})
    agent.server.stop()

    again = Server(agent.office, "127.0.0.1", agent.port)
    again.start()

    assert again.port == agent.port
    again.stop()


def test_what_was_asked_is_answered_before_it_stops(agent: Running) -> None:
    waiting: Future[Any] = Future()
    asked = threading.Event()

    def submit(work: Any) -> "Future[Any]":
        asked.set()
        return waiting

    agent.submit = submit
    replies: list[Reply] = []
    sender = threading.Thread(target=lambda: replies.append(agent.webhook({"alerts": []})))
    sender.start()
    assert asked.wait(10)

    stopper = threading.Thread(target=agent.server.stop)
    stopper.start()
    waiting.set_result(Receipt(received=0))
    sender.join(10)
    stopper.join(10)

    assert [reply.status for reply in replies] == [200]


def test_it_runs_on_the_callers_thread_too(agent: Running) -> None:
    server = Server(agent.office, "127.0.0.1", 0)
    caller = threading.Thread(target=server.run)
    caller.start()

    assert server.ready.wait(10)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as wire:
        wire.sendall(b"GET /healthz HTTP/1.0\r\nhost: localhost\r\n\r\n")
        assert wire.recv(100).startswith(b"HTTP/1.1 200")
    server.stop()
    caller.join(10)
    assert not caller.is_alive()


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_it_listens_on_ipv6_loopback(agent: Running) -> None:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        pytest.skip("no IPv6 loopback here")
    server = Server(agent.office, "::1", 0)
    server.start()

    with socket.create_connection(("::1", server.port), timeout=60) as wire:
        wire.sendall(b"GET /api/v1/probes HTTP/1.0\r\nhost: [::1]\r\n\r\n")
        answer = wire.recv(100)
    server.stop()

    assert answer.startswith(b"HTTP/1.1 200")
    assert server.url == f"http://[::1]:{server.port}"


INHERITING = """
import os, sys, tempfile
from pathlib import Path
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
from tests.web.running import running
with tempfile.TemporaryDirectory() as folder, running(Path(folder)) as agent:
    print(agent.server.port, agent.ask("GET", "/healthz").status)
"""


def test_a_socket_from_systemd_wins_over_listen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        done = subprocess.run(
            [sys.executable, "-c", INHERITING, str(listener.fileno())],
            cwd=Path(__file__).parents[2],
            pass_fds=(listener.fileno(),),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.stdout.split() == [str(listener.getsockname()[1]), "200"], done.stderr[-2000:]


def test_an_inherited_socket_is_looked_at_like_any_other(agent: Running) -> None:
    with socket.create_server(("0.0.0.0", 0)) as open_to_all:
        server = Server(agent.office, "127.0.0.1", 0, [open_to_all])

        with pytest.raises(CannotListen, match="without tokens"):
            server.start()


# ---------------------------------------------------------------------------------------------------- what it costs

LOADED = """
import sys
import agent.web.serve
print([name for name in ("fastapi", "pydantic", "jinja2", "starlette", "apprise", "requests") if name in sys.modules])
"""


def test_what_is_heavy_loads_only_when_it_is_asked_for() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.strip() == "[]"


def test_as_long_as_it_can_answer_it_says_that_it_moves(agent: Running) -> None:
    moved = threading.Event()
    server = Server(agent.office, "127.0.0.1", 0, moved=moved.set)
    server.start()

    assert moved.wait(20)
    moved.clear()
    assert moved.wait(20)

    server.stop()
