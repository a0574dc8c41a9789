"""The commands against the real agent, as its own process: one incident lived through from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cli.conftest import FILE, Run
from tests.support.daemon import Daemon

WITHOUT_FUNCTIONS = """\
agreement: {system: Payment platform}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
"""
ALERT = {
    "status": "firing",
    "labels": {"alertname": "DiskFull", "severity": "warning"},
    "annotations": {},
    "startsAt": "2026-11-23T03:00:00Z",
    "endsAt": "0001-01-01T00:00:00Z",
}


@pytest.fixture
def agent(folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """A running agent with one heartbeat, known to the commands."""
    file.write_text(FILE + "probes:\n  hello: {heartbeat: {within: 52w}, function: checkout, recover: 1s}\n")
    with Daemon(folder) as daemon:
        monkeypatch.setenv("TOCSIN_URL", daemon.url)
        yield daemon


def fail(agent: Daemon) -> str:
    """The command that the greeting names; the number of the incident it raises."""
    assert requests.post(f"{agent.url}/ping/hello/fail", timeout=10).status_code == 200
    number: str = agent.wait_for("incident opened")["incident"]
    return number


def listed(tocsin: Run) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(tocsin("incidents", "--json").stdout)["items"]
    return items


def test_a_failed_heartbeat_raises_an_incident_that_both_parties_acknowledge(tocsin: Run, agent: Daemon) -> None:
    number = fail(agent)

    assert tocsin("ack", number, "--as", "lee").stdout.startswith(f"lee acknowledged {number} for the provider, ")
    assert tocsin("ack", number, "--as", "wang", "--means", "phone").exit_code == 0
    assert tocsin("ack", number, "--as", "wang").stdout.startswith(f"wang had acknowledged {number} already")

    (incident,) = listed(tocsin)
    assert (incident["grade"], incident["state"]) == (2, "open")
    assert incident["acknowledged"]["customer"]["means"] == "phone"


def test_the_minutes_tell_who_did_what(tocsin: Run, agent: Daemon) -> None:
    number = fail(agent)
    tocsin("ack", number, "--as", "lee", "--means", "phone")
    tocsin("regrade", number, "1", "--by", "lee", "--reason", "nobody can pay")

    minutes = tocsin("show", number).stdout

    assert f"{number} · grade 1 · fault · checkout · open, assessment" in minutes
    assert "Opened as a fault of checkout, grade 2, provisional" in minutes
    assert "lee acknowledged for the provider by phone" in minutes
    assert "lee set the grade from 2 to 1: “nobody can pay”." in minutes
    assert "lee代表甲方确认（电话）" in tocsin("show", number, "--lang", "zh").stdout


def test_every_fact_of_a_real_incident_has_its_sentence(tocsin: Run, agent: Daemon) -> None:
    number = fail(agent)
    agent.wait_for("notice accepted")

    minutes = tocsin("show", number).stdout.partition("Minutes\n")[2].splitlines()[1:]

    assert minutes
    assert all(line.endswith(".") and "?" not in line for line in minutes)


def test_a_false_alarm_is_void_and_stays_so(tocsin: Run, agent: Daemon) -> None:
    number = fail(agent)

    assert (
        tocsin("void", number, "--by", "lee", "--reason", "a try").stdout == f"{number} is void, grade 2, provisional\n"
    )

    refused = tocsin("regrade", number, "1", "--by", "lee")
    assert refused.exit_code == 4
    assert "its grade stands" in refused.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["verify", "{}", "--by", "wang"], 4),  # the provider's to say
        (["verify", "{}", "--by", "lee"], 4),  # it still fires
        (["close", "{}", "--by", "lee"], 4),  # it has not recovered
        (["regrade", "{}", "3", "--by", "lee"], 4),  # lowered without a reason
        (["ack", "{}", "--as", "nobody"], 5),
        (["ack", "INC-20200101-001", "--as", "lee"], 5),
        (["show", "INC-20200101-001"], 5),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else str(value),
)
def test_what_may_not_be_is_refused_and_changes_nothing(
    tocsin: Run, agent: Daemon, words: list[str], code: int
) -> None:
    number = fail(agent)

    told = tocsin(*(word.replace("{}", number) for word in words))

    assert told.exit_code == code
    assert told.stderr.startswith("tocsin: ")
    assert [(each["state"], each["grade"], each["provisional"]) for each in listed(tocsin)] == [("open", 2, True)]


def test_probes_and_their_answers_are_listed(tocsin: Run, agent: Daemon) -> None:
    fail(agent)

    told = tocsin("probes").stdout

    assert told.startswith("hello\theartbeat\tcheckout\t")


def test_a_reload_takes_the_new_file_or_nothing(tocsin: Run, agent: Daemon, file: Path) -> None:
    good = file.read_text()
    file.write_text(good.replace("role: principal,", "role: boss,"))

    refused = tocsin("reload")

    assert refused.exit_code == 1
    assert "routes.yaml:10: parties.provider.contacts.lee.role" in refused.stderr
    file.write_text(good.replace("  system:", "  version: 7\n  system:"))
    said = tocsin("reload").stdout
    assert said.startswith("configuration loaded; in force: agreement version 1, ")
    assert "version 7 waits for the principal of the provider and the principal of the customer" in said


def test_a_changed_agreement_is_in_force_once_both_principals_accept(tocsin: Run, agent: Daemon, file: Path) -> None:
    """Fact 14: at that moment, in the running agent."""
    file.write_text(file.read_text().replace("  system:", "  version: 7\n  system:"))
    tocsin("reload")
    assert "  + agreement.version: 7" in tocsin("terms", "diff").stdout

    first, second = tocsin("terms", "accept", "--as", "lee"), tocsin("terms", "accept", "--as", "wang")

    assert "waits for the principal of the customer" in first.stdout
    assert "the customer: tocsin confirm agreement-2 S1 --as CONTACT" in second.stdout  # nobody proved to be wang
    assert "confirmed by wang" in tocsin("confirm", "agreement-2", "S1", "--as", "wang").stdout
    stands = tocsin("terms", "diff").stdout
    assert stands.startswith("in force: version 7, ")
    assert "accepted by lee and wang" in stands
    assert tocsin("reload").stdout.startswith("configuration loaded; in force: agreement version 7, ")


def test_an_alert_that_no_row_knows_comes_with_its_row(tocsin: Run, agent: Daemon, file: Path) -> None:
    file.write_text(WITHOUT_FUNCTIONS)
    assert tocsin("reload").exit_code == 0
    body = {"version": "4", "status": "firing", "receiver": "x", "groupKey": "{}", "alerts": [ALERT]}
    requests.post(f"{agent.url}/webhooks/alertmanager", json=body, timeout=10)

    told = tocsin("signals", "unmapped").stdout

    assert told.splitlines()[0] == "signals:"
    assert told.splitlines()[2] == '  - {match: [\'alertname="DiskFull"\'], function: "system", state: at_risk}'
