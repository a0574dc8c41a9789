"""What `tocsin connect nagios` prints, in a real Nagios with Debian's objects and a real plugin."""

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.real.connected import BEARER, FILE, Connected
from tests.real.running_nagios import Nagios
from tests.support.running import free_port, until
from tests.support.running_agent import agent, ask

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

Program = Callable[[str], Path]


@pytest.fixture
def connected(tmp_path: Path) -> Iterator[Connected]:
    with agent(tmp_path / "agent", FILE) as tocsin:
        yield Connected(tocsin, tmp_path)


def nagios(connected: Connected, program: Program, folder: Path, check: str, *, of_host: bool = False) -> Nagios:
    (folder / "printed").mkdir()
    script, objects, _ = connected.pieces("nagios", folder / "printed")
    script.chmod(0o755)
    binary, debians = program("nagios4"), program("nagios4-objects")
    return Nagios(binary, debians, objects, folder / "nagios", service="nagios", check=check, of_host=of_host)


def facts(connected: Connected, kind: str) -> list[dict[str, object]]:
    url = f"{connected.agent.url}/api/v1/incidents"
    numbers = [each["number"] for each in json.loads(ask(url, headers=BEARER))["items"]]
    chains = [json.loads(ask(f"{url}/{number}/timeline", headers=BEARER))["items"] for number in numbers]
    return [fact["detail"] for chain in chains for fact in chain if fact["kind"] == kind]


def test_what_nagios_tells_again_and_again_is_one_incident_and_its_recovery_ends_it(
    connected: Connected, program: Program, tmp_path: Path
) -> None:
    port = free_port()
    here = nagios(connected, program, tmp_path, f"{program('check_tcp')} -H 127.0.0.1 -p {port}")

    complaints = here.complaints()
    with here.started() as process:
        until(lambda: here.told("CRITICAL") >= 3, "third notification", alive=process)
        until(lambda: connected.states("nagios") == ["open"], "incident", alive=process)
        with closing(socket.create_server(("127.0.0.1", port))):
            until(lambda: connected.states("nagios") == ["verifying"], "its end", alive=process)

    assert complaints == ""
    assert [each["count"] for each in facts(connected, "signals_joined")] == [1]
    assert [each["count"] for each in facts(connected, "signals_ended")] == [1]
    openings = [each for each in facts(connected, "notice_released") if each["type"] == "opening"]
    assert [each["party"] for each in openings] == ["provider"]


def test_a_host_that_is_down_and_up_again_is_an_incident_of_its_own(
    connected: Connected, program: Program, tmp_path: Path
) -> None:
    port = free_port()
    check = f"{program('check_tcp')} -H 127.0.0.1 -p {port}"
    here = nagios(connected, program, tmp_path, check, of_host=True)

    with here.started() as process:
        until(lambda: here.told("DOWN", "tocsin-host") >= 2, "second notification", alive=process)
        until(lambda: connected.states("system") == ["open"], "incident", alive=process)
        with closing(socket.create_server(("127.0.0.1", port))):
            until(lambda: connected.states("system") == ["verifying"], "its end", alive=process)


def test_what_a_plugin_says_reaches_the_provider_as_it_is_and_is_never_run(
    connected: Connected, program: Program, tmp_path: Path
) -> None:
    """Nagios takes what a shell would act on out of it; a backslash before the closing quote spoils nothing."""
    plugin = tmp_path / "check_disk"
    says = 'DISK "CRITICAL" $(touch ran) `touch ran`; 磁盘 C:\\'
    plugin.write_text(f"#!/bin/sh\nprintf '%s' '{says}'\nexit 2\n")
    plugin.chmod(0o755)
    here = nagios(connected, program, tmp_path, str(plugin))

    with here.started() as process:
        until(lambda: connected.states("nagios") == ["open"], "incident", alive=process)

    seen = until(lambda: [line for line in connected.agent.process.said().splitlines() if "Seen:" in line], "notice")
    assert "DISK CRITICAL (touch ran) touch ran: 磁盘 C:" in json.loads(seen[0])["text"]
    assert list(tmp_path.rglob("ran")) == []


def test_what_nagios_says_while_the_agent_is_away_arrives_when_it_is_back(
    connected: Connected, program: Program, tmp_path: Path
) -> None:
    """Nagios says a recovery once, and a fault again after an hour only."""
    flag = tmp_path / "bad"
    plugin = tmp_path / "check_flag"
    plugin.write_text(f"#!/bin/sh\necho seen\ntest ! -e {flag} || exit 2\n")
    plugin.chmod(0o755)
    here = nagios(connected, program, tmp_path, str(plugin))

    with here.started() as process:
        flag.touch()
        until(lambda: connected.states("nagios") == ["open"], "incident", alive=process)
        connected.agent.process.kill()
        flag.unlink()
        until(lambda: here.told("OK") == 1, "recovery", alive=process)
    with agent(tmp_path / "agent", FILE, port=connected.agent.port) as tocsin:
        again = Connected(tocsin, tmp_path)
        until(lambda: again.states("nagios") == ["verifying"], "its end")
