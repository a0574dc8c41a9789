"""What the agent looks at before it calls something remote down."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from agent.clock import ManualClock
from agent.engine.watcher.ownfault import OwnFault, _answers, any_resolver_answers, has_any_route
from agent.model import Reading
from tests.engine.watching import BAD, OK, START, UNKNOWN, probe, scripted

HEAD = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n"
DEFAULT = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\n"
CONNECTED = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n"


class Network:
    """This host's own network, as the test says."""

    def __init__(self, reading: Reading = OK, *, has_reference: bool = True) -> None:
        self.reading = reading
        self.has_route = True
        self.resolver_answers = False
        self.asked = 0
        self.clock = ManualClock(START)
        reference = probe("reference", kind="remote") if has_reference else None
        self.own_fault = OwnFault(
            lambda: reference,
            {"remote": scripted(self._read, "remote")},
            self.clock,
            has_route=lambda: self.has_route,
            resolver_answers=lambda: self.resolver_answers,
        )

    def _read(self, options: object, timeout_s: float) -> Reading:
        self.asked += 1
        return self.reading


def test_a_good_reference_clears_our_own_network():
    network = Network(OK)

    assert network.own_fault.look() == ""
    assert network.own_fault.reference_ok() is True


def test_a_bad_reference_and_no_resolver_is_our_own_fault():
    network = Network(BAD)

    found = network.own_fault.look()

    assert found == "neither the reference target (connection refused) nor a resolver answers"
    assert network.own_fault.reference_ok() is False


def test_a_resolver_that_answers_clears_our_own_network():
    network = Network(BAD)
    network.resolver_answers = True

    assert network.own_fault.look() == ""


@pytest.mark.parametrize("has_reference", [True, False])
def test_without_a_route_it_is_our_own_fault(has_reference: bool):
    network = Network(OK, has_reference=has_reference)
    network.has_route = False

    assert network.own_fault.look() == "this host has no route to any network"


def test_without_a_reference_a_route_is_enough_and_nothing_is_known_of_it():
    network = Network(has_reference=False)

    assert network.own_fault.look() == ""
    assert network.own_fault.reference_ok() is None


def test_a_look_is_shared_for_five_seconds():
    network = Network(OK)
    network.own_fault.look()
    network.clock.advance(timedelta(seconds=4))
    network.own_fault.look()
    asked_within = network.asked

    network.clock.advance(timedelta(seconds=1))
    network.own_fault.look()

    assert (asked_within, network.asked) == (1, 2)


def test_an_old_answer_of_the_reference_says_nothing_of_now():
    network = Network(OK)
    network.own_fault.look()

    network.clock.advance(timedelta(minutes=3))

    assert network.own_fault.reference_ok() is None


def test_a_reference_that_could_not_be_asked_is_neither_good_nor_bad():
    network = Network(UNKNOWN)
    network.own_fault.look()

    assert network.own_fault.reference_ok() is None


def test_a_refresh_asks_no_more_than_needed():
    network = Network(OK)
    for _ in range(61):
        network.own_fault.refresh()
        network.clock.advance(timedelta(seconds=1))

    assert network.asked == 4


@pytest.mark.parametrize("rows", [DEFAULT, CONNECTED, CONNECTED + DEFAULT])
def test_a_route_of_the_main_table_counts(tmp_path: Path, rows: str):
    (tmp_path / "route").write_text(HEAD + rows)

    assert has_any_route(tmp_path / "route") is True


def test_a_table_that_is_hidden_proves_no_fault(tmp_path: Path):
    assert has_any_route(tmp_path / "none") is True


@contextmanager
def resolver(code: int, answers: int) -> Iterator[int]:
    """A name server on loopback that answers once."""

    def serve() -> None:
        question, asker = plug.recvfrom(4096)
        head = question[:2] + bytes([0x81, 0x80 | code, 0, 1, 0, answers, 0, 0, 0, 0])
        plug.sendto(head + question[12:], asker)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        plug.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield plug.getsockname()[1]
        thread.join(5)


@pytest.mark.parametrize(("code", "answers", "expected"), [(0, 13, True), (2, 0, False), (0, 0, False), (3, 0, False)])
def test_only_a_whole_answer_of_a_resolver_counts(code: int, answers: int, expected: bool):
    with resolver(code, answers) as port:
        assert _answers("127.0.0.1", port) is expected


def test_a_resolver_on_this_host_proves_nothing(tmp_path: Path):
    (tmp_path / "resolv.conf").write_text("# ours\nnameserver 127.0.0.53\nnameserver ::1\nnameserver nonsense\n")

    assert any_resolver_answers(tmp_path / "resolv.conf") is False
    assert any_resolver_answers(tmp_path / "none") is False
