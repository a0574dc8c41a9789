"""A real Alertmanager posts to the running agent: what opens, repeats, groups, resolves and must not be lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw
import pytest

from tests.real.running_alertmanager import Alertmanager, alertmanager
from tests.support.running import until
from tests.support.running_agent import Agent, agent

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

CHECKOUT = {"alertname": "CheckoutDown", "instance": "web-1"}
OTHER_INSTANCE = {"alertname": "CheckoutDown", "instance": "web-2"}
LEDGER = {"alertname": "LedgerDown", "instance": "db-1"}


@pytest.fixture
def binary(program: Callable[[str], Path]) -> Path:
    return program("prometheus-alertmanager")


@contextmanager
def pair(
    binary: Path, folder: Path, *, group_by: str = "[alertname]", repeat: str = "1h", max_alerts: int = 0
) -> Iterator[tuple[Agent, Alertmanager]]:
    """An agent and the Alertmanager that posts to it."""
    with (
        agent(folder / "agent") as tocsin,
        alertmanager(
            binary, folder / "alertmanager", tocsin.url, group_by=group_by, repeat=repeat, max_alerts=max_alerts
        ) as sender,
    ):
        yield tocsin, sender


@contextmanager
def locked(archive: Path) -> Iterator[None]:
    """Another program keeps the archive to itself: nothing can be stored, so nothing may be acknowledged."""
    other = apsw.Connection(str(archive))
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_firing_opens_its_repeats_change_nothing_and_its_resolve_makes_it_verifying(
    binary: Path, tmp_path: Path
) -> None:
    with pair(binary, tmp_path, repeat="1s") as (tocsin, sender):
        sender.fire(CHECKOUT)
        opened = until(tocsin.incident, "incident")
        identities = sender.fingerprints()
        until(lambda: tocsin.answered(200) >= 3, "repeats")
        repeated = tocsin.incidents()
        begun = tocsin.figure("tocsin_episodes_total")
        notices = tocsin.figure("tocsin_notices_total", type="opening")
        sender.resolve(CHECKOUT)
        until(lambda: tocsin.incidents()[0]["state"] == "verifying", "verifying incident")

        assert (opened["state"], opened["grade"], opened["functions"]) == ("open", 2, ["checkout"])
        assert [incident["number"] for incident in repeated] == [opened["number"]]
        assert [signal["fingerprint"] for signal in repeated[0]["signals"]] == list(identities)
        assert (begun, notices) == (1, 2)
        assert tocsin.figure("tocsin_alerts_malformed_total") == 0


def test_a_group_is_one_message_of_many_alerts_and_each_function_has_its_own_incident(
    binary: Path, tmp_path: Path
) -> None:
    with pair(binary, tmp_path, group_by="[alertname]") as (tocsin, sender):
        sender.fire(CHECKOUT, OTHER_INSTANCE, LEDGER)
        until(lambda: tocsin.figure("tocsin_episodes_open") == 3, "three firing alerts on file")
        incidents = {incident["functions"][0]: incident["signals_total"] for incident in tocsin.incidents()}
        sender.resolve(OTHER_INSTANCE)
        until(lambda: tocsin.figure("tocsin_episodes_open") == 2, "one of them resolved")
        states = {incident["functions"][0]: incident["state"] for incident in tocsin.incidents()}

        assert incidents == {"checkout": 2, "ledger": 1}
        assert states == {"checkout": "open", "ledger": "open"}


def test_what_fires_while_nothing_can_be_stored_is_refused_and_on_file_once_it_can(
    binary: Path, tmp_path: Path
) -> None:
    alerts = [{"alertname": "CheckoutDown", "instance": f"web-{number}"} for number in range(20)]

    with pair(binary, tmp_path, group_by="['...']") as (tocsin, sender):
        with locked(tocsin.archive):
            sender.fire(*alerts)
            until(lambda: tocsin.answered(503) > 0, "refusal")
            during = tocsin.answered(200)
        until(lambda: tocsin.figure("tocsin_episodes_open") == 20, "all alerts on file")

        assert during == 0
        assert [incident["signals_total"] for incident in tocsin.incidents()] == [20]


def test_what_fires_while_the_agent_is_dead_opens_its_incident_when_it_is_back(binary: Path, tmp_path: Path) -> None:
    with pair(binary, tmp_path) as (tocsin, sender):
        sender.fire(LEDGER)
        first = until(tocsin.incident, "incident")
        tocsin.process.kill()
        sender.fire(CHECKOUT)

        with agent(tmp_path / "agent", port=tocsin.port) as again:
            until(lambda: len(again.incidents()) == 2, "second incident")
            functions = {incident["number"]: incident["functions"] for incident in again.incidents()}

    assert functions.pop(first["number"]) == ["ledger"]
    assert list(functions.values()) == [["checkout"]]


def test_a_group_cut_short_keeps_its_incident_open_when_what_is_left_resolves(binary: Path, tmp_path: Path) -> None:
    with pair(binary, tmp_path, max_alerts=1, repeat="1s") as (tocsin, sender):
        sender.fire(CHECKOUT, OTHER_INSTANCE)
        opened = until(tocsin.incident, "incident")
        shown = opened["signals"][0]["labels"]
        hidden = OTHER_INSTANCE if shown["instance"] == "web-1" else CHECKOUT
        told = tocsin.answered(200)
        sender.resolve(shown)
        until(lambda: tocsin.answered(200) >= told + 2, "later messages")
        still = tocsin.incidents()[0]["state"]

        assert hidden != shown
        assert still == "open"
