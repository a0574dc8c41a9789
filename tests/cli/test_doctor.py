"""`tocsin doctor`: finds what is wrong, says the remedy, changes nothing, sends only when asked to."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agent import clock
from agent.cli import examine, examine_store
from agent.cli.file import load
from agent.cli.findings import Level
from agent.store import open_store
from tests.cli.conftest import FILE, Run
from tests.support.api import Api
from tests.support.daemon import Daemon
from tests.support.rotas import rota
from tests.support.sinks import Sink, listening, reply

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def archive(folder: Path, file: Path) -> Path:
    """The archive that the file names, empty; file and folder closed to others."""
    open_store(f"sqlite:///{folder}/tocsin.db", create=True).close()
    file.chmod(0o600)
    return folder / "tocsin.db"


@pytest.fixture
def web() -> Iterator[Sink]:
    with listening(Sink()) as sink:
        yield sink


def found(tocsin: Run, *words: str, level: str = "fault") -> list[dict[str, Any]]:
    value = json.loads(tocsin("doctor", "--url", NOBODY, "--json", *words).stdout)
    return [each for each in value["findings"] if each["level"] == level]


def texts(findings: list[dict[str, Any]], topic: str) -> str:
    return "\n".join(each["text"] for each in findings if each["topic"] == topic)


def test_a_good_file_on_a_good_host_has_no_fault(tocsin: Run, archive: Path) -> None:
    told = tocsin("doctor", "--url", NOBODY)

    assert told.exit_code == 0, told.stdout
    assert "routes.yaml can be used" in told.stdout
    assert "is whole: 0 facts, every chain unbroken" in told.stdout
    assert told.stdout.splitlines()[-1].startswith("no faults, ")


def test_every_finding_that_is_not_ok_has_a_remedy(tocsin: Run, archive: Path) -> None:
    value = json.loads(tocsin("doctor", "--url", NOBODY, "--json").stdout)

    assert value["ok"] is True
    assert [each for each in value["findings"] if each["level"] != "ok" and not each["remedy"]] == []


def test_nothing_is_changed(tocsin: Run, archive: Path) -> None:
    before = {path.name: path.read_bytes() for path in archive.parent.iterdir()}

    tocsin("doctor", "--url", NOBODY)

    after = {path.name: path.read_bytes() for path in archive.parent.iterdir()}
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {"tocsin.db-wal", "tocsin.db-shm"}


def test_a_faulty_file_is_a_fault_and_the_agent_is_looked_at_all_the_same(tocsin: Run, file: Path) -> None:
    file.write_text(FILE.replace("role: principal,", "role: boss,"))

    told = tocsin("doctor", "--url", NOBODY, "--send", "lee")

    assert told.exit_code == 1
    assert "fault config      routes.yaml:10: parties.provider.contacts.lee.role" in told.stdout
    assert f"no agent answers at {NOBODY}" in told.stdout
    assert "nothing was sent" in told.stdout


def test_a_channel_that_cannot_be_built_is_a_fault(tocsin: Run, archive: Path, file: Path) -> None:
    file.write_text(FILE.replace('principal, reach: ["log://"]', 'principal, reach: ["wecmbot://key"]'))

    faults = found(tocsin)

    assert "did you mean wecombot://" in texts(faults, "channels")
    assert "wecmbot://key" not in texts(faults, "channels")


def test_a_party_that_only_the_log_tells_is_warned_about(tocsin: Run, archive: Path) -> None:
    assert "the customer is told by the log alone" in texts(found(tocsin, level="warn"), "channels")


def test_a_file_that_everyone_may_read_is_warned_about(tocsin: Run, archive: Path, file: Path) -> None:
    file.chmod(0o644)

    warnings = found(tocsin, level="warn")

    assert "routes.yaml can be read by everyone" in texts(warnings, "permissions")
    assert "chmod o-rwx routes.yaml" in [each["remedy"] for each in warnings]


def test_a_secret_that_everyone_may_read_is_warned_about_and_not_shown(tocsin: Run, archive: Path, file: Path) -> None:
    secret = file.with_name("call.url")
    secret.write_text("json://127.0.0.1:9/hush")
    secret.chmod(0o644)
    file.write_text(FILE.replace('principal, reach: ["log://"]', 'principal, reach: ["${file:call.url}"]'))

    told = tocsin("doctor", "--url", NOBODY).stdout

    assert "call.url can be read by everyone: it holds a secret" in told
    assert "hush" not in told


def test_a_folder_in_which_everyone_may_write_is_a_fault(tocsin: Run, archive: Path) -> None:
    archive.parent.chmod(0o777)

    assert "and replace the evidence" in texts(found(tocsin), "permissions")


def test_an_archive_open_to_others_is_warned_about(tocsin: Run, archive: Path) -> None:
    archive.chmod(0o644)

    assert "tocsin.db is open to others" in texts(found(tocsin, level="warn"), "permissions")


def test_what_is_no_archive_is_a_fault(tocsin: Run, archive: Path) -> None:
    archive.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)

    assert "tocsin.db" in texts(found(tocsin), "store")


def test_a_damaged_archive_is_a_fault(tocsin: Run, archive: Path) -> None:
    whole = archive.read_bytes()
    archive.write_bytes(whole[:8192] + b"\xff" * 8192 + whole[16384:])

    faults = found(tocsin)

    assert "tocsin.db" in texts(faults, "store")
    assert any("tocsin restore" in each["remedy"] for each in faults)


def test_no_archive_yet_is_no_fault(tocsin: Run, file: Path) -> None:
    assert found(tocsin) == []


def test_a_clock_behind_the_last_fact_is_a_fault() -> None:
    (wrong, *_) = examine.time_of_day(clock.now() + timedelta(hours=1))

    assert wrong.level is Level.FAULT
    assert "behind the archive's last fact" in wrong.text


def test_the_group_range_for_pings_is_told(file: Path) -> None:
    closed, open_ = file.with_name("closed"), file.with_name("open")
    closed.write_text("1\t0\n")
    open_.write_text("0\t2147483647\n")

    assert "no probe of the file needs it" in examine.pinging(load(file), closed).text
    assert examine.pinging(load(file), open_).text == "ICMP echo is allowed to this user"


def test_an_agent_that_is_not_well_is_a_fault_with_its_reasons(tocsin: Run, archive: Path, api: Api) -> None:
    api.answers["GET /healthz"] = (200, {"status": "ok"})
    api.answers["GET /readyz"] = (503, {"status": "unavailable", "reasons": ["the disk is full"]})

    faults = json.loads(tocsin("doctor", "--url", api.url, "--json").stdout)["findings"]

    assert [(each["level"], each["text"]) for each in faults if each["topic"] == "agent"] == [
        ("ok", f"{api.url}/healthz: ok"),
        ("fault", f"{api.url}/readyz: the disk is full"),
    ]


def test_something_else_at_the_address_is_not_taken_for_the_agent(tocsin: Run, archive: Path, api: Api) -> None:
    api.answers["GET /healthz"] = (200, b"<html>a router</html>")

    told = tocsin("doctor", "--url", api.url)

    assert told.exit_code == 1
    assert "is not Tocsin" in told.stdout


def test_beside_a_running_agent_all_is_well(tocsin: Run, folder: Path, file: Path) -> None:
    with Daemon(folder) as daemon:
        told = tocsin("doctor", "--url", daemon.url)

    assert told.exit_code == 0, told.stdout
    assert f"{daemon.url}/healthz: ok" in told.stdout
    assert "is whole: " in told.stdout


def test_a_test_message_goes_out_marked_and_its_outcome_is_told(
    tocsin: Run, archive: Path, file: Path, web: Sink
) -> None:
    file.write_text(FILE.replace('principal, reach: ["log://"]', f'principal, reach: ["json://{web.place}/a/b"]'))

    told = tocsin("doctor", "--url", NOBODY, "--send", "lee")

    assert told.exit_code == 0, told.stdout
    assert "test message to lee/1: accepted: 127.0.0.1 answered 200" in told.stdout
    assert json.loads(web.seen[0].body)["message"].startswith("[TEST] Tocsin reaches you by this channel")


def test_a_chinese_reader_gets_it_in_chinese(tocsin: Run, archive: Path, file: Path, web: Sink) -> None:
    reach = f'language: zh, reach: ["json://{web.place}/a/b"]'
    file.write_text(FILE.replace('coordinator], reach: ["log://"]', f"coordinator], {reach}"))

    tocsin("doctor", "--url", NOBODY, "--send", "wang")

    assert json.loads(web.seen[0].body)["message"].startswith("【测试】")


def test_a_refused_test_message_is_a_fault(tocsin: Run, archive: Path, file: Path, web: Sink) -> None:
    web.answer(reply(403))
    file.write_text(FILE.replace('principal, reach: ["log://"]', f'principal, reach: ["json://{web.place}/a/b"]'))

    told = tocsin("doctor", "--url", NOBODY, "--send", "lee")

    assert told.exit_code == 1
    assert "test message to lee/1: rejected" in told.stdout


def test_nothing_is_sent_without_being_asked_to(tocsin: Run, archive: Path, file: Path, web: Sink) -> None:
    file.write_text(FILE.replace('principal, reach: ["log://"]', f'principal, reach: ["json://{web.place}/a/b"]'))

    tocsin("doctor", "--url", NOBODY)

    assert web.seen == []


def test_a_contact_that_is_not_there_is_exit_code_5(tocsin: Run, archive: Path) -> None:
    told = tocsin("doctor", "--url", NOBODY, "--send", "nobody")

    assert told.exit_code == 5
    assert "the file knows lee, chen, wang" in told.stderr


@pytest.mark.parametrize(
    ("free", "level"),
    [(50 * 1024**2, Level.FAULT), (500 * 1024**2, Level.WARN), (5 * 1024**3, Level.OK)],
)
def test_a_disk_that_fills_up_is_told_in_time(tmp_path: Path, free: int, level: Level) -> None:
    assert examine_store.room(free, tmp_path).level is level


def test_the_agents_own_log_is_not_tried(tocsin: Run, archive: Path) -> None:
    told = tocsin("doctor", "--url", NOBODY, "--send", "chen")

    assert "chen/1 is the agent's own log: nothing to try" in told.stdout


def test_who_is_on_call_is_said_and_a_broken_rota_is_a_fault(tocsin: Run, file: Path, archive: Path) -> None:
    named = "provider:\n    on_call: {calendar: oncall.ics}\n    contacts:"
    file.write_text(file.read_text().replace("provider:\n    contacts:", named))
    rota_file = file.parent / "oncall.ics"
    rota_file.write_bytes(rota("SUMMARY:chen\nDTSTART:20200101T000000Z\nDURATION:P7D\nRRULE:FREQ=WEEKLY"))

    assert "of the provider: chen, until" in texts(found(tocsin, level="ok"), "on call")

    rota_file.write_bytes(b"")
    assert "oncall.ics cannot be read: role member of the provider is told" in texts(found(tocsin), "on call")
