"""`tocsin doctor`: who may come in, whether this user does, and who notices when the agent is gone."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.store import open_store
from tests.cli.conftest import FILE, Run
from tests.support.api import Api
from tests.support.daemon import Daemon

NOBODY = "http://127.0.0.1:9"
TOKEN = "server: {tokens: {operator: {may: [admin], secret: s3cret-but-long-enough}}}\n"


@pytest.fixture(autouse=True)
def archive(folder: Path, file: Path) -> None:
    open_store(f"sqlite:///{folder}/tocsin.db", create=True).close()
    file.chmod(0o600)


def found(tocsin: Run, topic: str, url: str = NOBODY) -> list[tuple[str, str]]:
    value = json.loads(tocsin("doctor", "--url", url, "--json").stdout)
    listed: list[dict[str, Any]] = value["findings"]
    return [(each["level"], each["text"]) for each in listed if each["topic"] == topic]


def test_an_agent_that_nobody_would_miss_is_warned_about(tocsin: Run) -> None:
    assert found(tocsin, "dead man") == [("warn", "nobody notices when this agent or its host goes down")]


def test_the_addresses_of_the_dead_mans_switch_are_counted_and_never_shown(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + 'dead_man: {every: 2m, urls: ["https://hc.example/hush", "http://hc.example/hush2"]}\n')

    told = found(tocsin, "dead man")

    assert told == [
        ("ok", "2 addresses pinged every 120 s, after a self-audit that passed"),
        ("warn", "dead_man.urls[1] goes over the network in the clear"),
    ]
    assert "hush" not in tocsin("doctor", "--url", NOBODY).stdout


def test_an_address_whose_secret_is_missing_here_is_warned_about(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + 'dead_man: {urls: ["${env:NOT_HERE}"]}\n')

    assert found(tocsin, "dead man") == [("warn", "no address of dead_man can be resolved here")]


def test_an_open_door_is_warned_about(tocsin: Run) -> None:
    assert found(tocsin, "access") == [("warn", "every program on this host may do everything, in nobody's name")]


def test_each_token_is_named_with_its_rights_and_never_shown(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKEN.replace("admin", "intake"))

    assert found(tocsin, "access") == [
        ("ok", "operator (provider) may intake"),
        ("warn", "no token may read: no command can show an incident"),
    ]
    assert "s3cret" not in tocsin("doctor", "--url", NOBODY).stdout


def test_links_in_the_clear_are_warned_about(tocsin: Run, file: Path) -> None:
    file.write_text(FILE + TOKEN.replace("server: {", 'server: {public_url: "http://er.example", '))

    assert ("warn", "links in notices go over the network in the clear") in found(tocsin, "access")


def test_whether_this_users_commands_get_in_is_tried(
    tocsin: Run, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(FILE + TOKEN)
    with Daemon(folder) as daemon:
        without = found(tocsin, "access", daemon.url)
        monkeypatch.setenv("TOCSIN_TOKEN", "s3cret-but-long-enough")
        with_it = found(tocsin, "access", daemon.url)

    assert without[-1][0] == "warn"
    assert "set TOCSIN_TOKEN to a token that may do this" in without[-1][1]
    assert with_it[-1] == ("ok", f"commands of this user are let in at {daemon.url}")


def test_another_program_at_the_address_is_told_once(tocsin: Run, api: Api) -> None:
    api.answers["GET /healthz"] = (200, b"<html>a router</html>")

    assert len(found(tocsin, "agent", api.url)) == 1
