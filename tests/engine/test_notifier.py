"""What the service manager hears, on a real socket."""

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from agent.clock import ManualClock
from agent.engine.notifier import Notifier
from agent.errors import TocsinError
from agent.ports import Health

READY = Health(is_alive=True, is_ready=True)
UNWRITTEN = Health(is_alive=True, is_ready=False, reasons=("store: the disk is full",))
SECOND = timedelta(seconds=1)


class Manager:
    """The other end: what it has heard since it was asked last."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.setblocking(False)

    def heard(self) -> list[str]:
        found = []
        while True:
            try:
                found.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return found

    def close(self) -> None:
        self._socket.close()


class Office:
    """A notifier with all that it looks at: a clock, engines, health."""

    def __init__(self, address: str) -> None:
        self.clock = ManualClock(datetime(2026, 11, 23, 3, 0, tzinfo=UTC))
        self.health = READY
        self.turned_at = {"desk": self.clock.monotonic(), "courier": self.clock.monotonic()}
        environment = {"NOTIFY_SOCKET": address} if address else {}
        self.notifier = Notifier(self.clock, lambda: self.health, self.turned_at, environment)

    def second(self, *moving: str) -> None:
        """A second passes in which these engines turn, then the notifier looks."""
        self.clock.advance(SECOND)
        for engine in moving:
            self.turned_at[engine] = self.clock.monotonic()
        self.notifier.tick(self.clock.now())


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    opened = Manager(str(tmp_path / "notify"))
    yield opened
    opened.close()


@pytest.fixture
def office(manager: Manager, tmp_path: Path) -> Office:
    return Office(str(tmp_path / "notify"))


def test_a_good_start_is_told_once(office: Office, manager: Manager) -> None:
    office.second("desk", "courier")
    office.second("desk", "courier")

    assert manager.heard() == ["READY=1", "STATUS=ready", "WATCHDOG=1", "WATCHDOG=1"]


def test_an_agent_that_cannot_write_is_not_started_yet_and_says_why(office: Office, manager: Manager) -> None:
    office.health = UNWRITTEN

    office.second("desk", "courier")

    assert manager.heard() == ["STATUS=store: the disk is full", "WATCHDOG=1"]


def test_a_full_disk_holds_up_no_boot(office: Office, manager: Manager) -> None:
    office.health = UNWRITTEN

    for _ in range(10):
        office.second("desk", "courier")
        assert "READY=1" not in manager.heard()
    office.second("desk", "courier")

    assert manager.heard() == ["READY=1", "WATCHDOG=1"]


def test_one_engine_that_stands_still_starves_the_watchdog(office: Office, manager: Manager) -> None:
    office.second("desk", "courier")
    manager.heard()

    for _ in range(5):
        office.second("desk")
    hungry = manager.heard()
    office.second("courier")

    assert hungry == []
    assert manager.heard() == ["WATCHDOG=1"]


def test_a_reload_is_told_with_its_time_and_its_end(office: Office, manager: Manager) -> None:
    with office.notifier.reloading():
        during = manager.heard()

    assert during == ["RELOADING=1\nMONOTONIC_USEC=1000000000"]
    assert manager.heard() == ["READY=1"]


def test_a_refused_reload_stays_in_the_status_until_one_succeeds(office: Office, manager: Manager) -> None:
    def refused() -> None:
        with office.notifier.reloading():
            raise TocsinError("routes.yaml:10: role: boss\nrouting: none")

    with pytest.raises(TocsinError):
        refused()
    office.second("desk", "courier")
    after_refusal = manager.heard()
    with office.notifier.reloading():
        pass
    office.second("desk", "courier")

    said = "reload refused, the old configuration stays in force: routes.yaml:10: role: boss routing: none"
    assert f"STATUS={said}" in after_refusal
    assert "STATUS=ready" in manager.heard()


def test_a_stop_is_told(office: Office, manager: Manager) -> None:
    office.notifier.stopping()

    assert manager.heard() == ["STOPPING=1"]


def test_an_abstract_socket_is_found() -> None:
    manager = Manager("\0tocsin-test-notifier")

    Office("@tocsin-test-notifier").second("desk", "courier")

    heard = manager.heard()
    manager.close()
    assert heard[0] == "READY=1"


def test_what_a_restarting_manager_missed_is_said_again(tmp_path: Path) -> None:
    office = Office(str(tmp_path / "notify"))
    office.second("desk", "courier")
    manager = Manager(str(tmp_path / "notify"))

    office.second("desk", "courier")

    heard = manager.heard()
    manager.close()
    assert heard == ["READY=1", "STATUS=ready", "WATCHDOG=1"]


@pytest.mark.parametrize("act", [lambda office: office.second("desk"), lambda office: office.notifier.stopping()])
def test_without_a_manager_nothing_happens(act: Callable[[Office], None]) -> None:
    office = Office("")

    act(office)

    assert not office.notifier.is_wanted
