"""Stories of the dead man's notice: the agent's look at itself fails, and both parties hear of it once."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.engine.self_audit import SelfAudit
from agent.model import ProbeState
from tests.support.world import World

TEAMS = """
agreement: {system: Payment platform, time_zone: UTC}
parties:
  provider:
    contacts:
      zhang: {role: principal, phone: "+1-555-0100", reach: ["log://"]}
      li: {role: coordinator, phone: "+1-555-0101", reach: ["log://"]}
      zhao: {role: member, reach: ["log://"]}
  customer:
    contacts:
      wang: {role: principal, reach: ["log://"]}
      chen: {role: coordinator, reach: ["log://"]}
probes:
  shop: {tcp_connect: {host: 127.0.0.1, port: 9}, every: 30s}
"""
PEOPLE = ("zhang", "li", "zhao", "wang", "chen")


class Looked:
    """The agent and its look at itself; `is_frozen`: the probes seem to have stopped looking."""

    def __init__(self, folder: Path, file: str = TEAMS) -> None:
        self.world = World(folder, file)
        self.is_frozen = False
        self._then: dict[str, ProbeState] = {}
        self._begin()

    def _begin(self) -> None:
        world = self.world
        self.audit = SelfAudit(world.store, lambda: world.settings, self._states, world.desk.submit, world.clock)

    def _states(self) -> dict[str, ProbeState]:
        if not self.is_frozen:
            self._then = dict(self.world.watcher.state())
        return self._then

    def live(self, minutes: float) -> None:
        for _ in range(round(minutes * 30)):
            self.world.advance("2 s")
            self.audit.tick(self.world.clock.now())
            self.world.settle()

    def restart(self) -> None:
        self.world.restart()
        self._begin()

    def told(self) -> dict[str, list[str]]:
        """Contact -> the tags of what they were told."""
        found = {}
        for contact in PEOPLE:
            lines = self.world.told_at(contact)
            found[contact] = [line[9:].partition("]")[0][1:] for line in lines]
        return {contact: tags for contact, tags in found.items() if tags}


@pytest.fixture
def looked(tmp_path: Path) -> Iterator[Looked]:
    made = Looked(tmp_path)
    made.live(1)
    yield made
    made.world.end()


def test_the_provider_hears_at_once_the_customer_when_it_lasts_and_both_when_it_is_over(looked: Looked) -> None:
    """OB-201, 2.2(a): coordinator and principal; after five minutes the customer's coordinator; the all-clear once."""
    looked.is_frozen = True
    looked.live(4)
    at_first = looked.told()
    looked.live(6)
    later = looked.told()

    looked.is_frozen = False
    looked.live(5)
    before_it_settled = looked.told()
    looked.live(10)

    assert at_first == {"zhang": ["SELF-AUDIT FAILS"], "li": ["SELF-AUDIT FAILS"]}
    assert later == at_first | {"chen": ["PLEASE PHONE"]} == before_it_settled
    assert looked.told() == {
        "zhang": ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN"],
        "li": ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN"],
        "chen": ["PLEASE PHONE", "ALL CLEAR"],
    }


def test_the_customer_reads_whom_to_phone_and_nothing_technical(looked: Looked) -> None:
    """notices.md, "Two readers"."""
    looked.is_frozen = True
    looked.live(10)

    [message] = looked.world.messages("chen")
    assert "Please report faults by phone until the all-clear: zhang +1-555-0100, li +1-555-0101" in message.text
    assert "shop" not in message.text
    assert "probes" not in message.text
    assert "shop has not looked" in looked.world.messages("li")[0].text


def test_a_failure_that_is_soon_over_never_reaches_the_customer(looked: Looked) -> None:
    looked.is_frozen = True
    looked.live(4)
    looked.is_frozen = False
    looked.live(20)

    assert looked.told() == {
        "zhang": ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN"],
        "li": ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN"],
    }


def test_what_comes_and_goes_is_one_matter_and_its_end_is_told_later_each_time(looked: Looked) -> None:
    """No notice per flap: within ten minutes it goes on with the old one; then twenty, forty, at most two hours."""
    for _ in range(4):
        looked.is_frozen = True
        looked.live(4)
        looked.is_frozen = False
        looked.live(6)
    after_four = looked.told()["li"]
    looked.live(6)
    after_the_first_end = looked.told()["li"]
    looked.is_frozen = True
    looked.live(4)
    looked.is_frozen = False
    looked.live(15)

    assert after_four == ["SELF-AUDIT FAILS"]
    assert after_the_first_end == ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN"]
    assert looked.told()["li"] == ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN", "SELF-AUDIT FAILS"]


def test_a_restart_mends_it_and_the_all_clear_is_told_all_the_same(looked: Looked) -> None:
    looked.is_frozen = True
    looked.live(8)

    looked.is_frozen = False
    looked.restart()
    looked.live(12)

    assert looked.told()["chen"] == ["PLEASE PHONE", "ALL CLEAR"]
    assert looked.told()["li"] == ["SELF-AUDIT FAILS", "SELF-AUDIT GOOD AGAIN"]


def test_a_restart_that_mends_nothing_tells_nobody_again(looked: Looked) -> None:
    looked.is_frozen = True
    looked.live(8)
    before = looked.told()

    looked.restart()
    looked.live(8)

    assert looked.told() == before


def test_in_a_trial_the_customers_copy_goes_to_the_providers_coordinator(tmp_path: Path) -> None:
    looked = Looked(tmp_path, TEAMS.replace("time_zone: UTC}", "time_zone: UTC, status: trial}"))
    looked.live(1)
    looked.is_frozen = True
    looked.live(9)

    assert "chen" not in looked.told()
    assert looked.told()["li"] == ["SELF-AUDIT FAILS", "TRIAL"]
    looked.world.end()


def test_while_the_store_refuses_nothing_is_told_and_it_is_made_up_for_afterwards(tmp_path: Path) -> None:
    """What can still be sent is sent: then that is the dead man's silence outside; see docs/operating.md."""
    from tests.support.brittle import BrittleStore, before

    brittle = BrittleStore()
    looked = Looked.__new__(Looked)
    looked.world, looked.is_frozen, looked._then = World(tmp_path, TEAMS, wrap=brittle.around), False, {}
    looked._begin()
    looked.live(1)
    looked.is_frozen = True
    brittle.commit_faults = dict.fromkeys(range(brittle.commits + 1, brittle.commits + 1_000_000), before)
    looked.live(1)
    while_refused = looked.told()
    brittle.commit_faults.clear()
    looked.live(1)

    assert while_refused == {}
    assert looked.told() == {"zhang": ["SELF-AUDIT FAILS"], "li": ["SELF-AUDIT FAILS"]}
    looked.world.end()


def test_notes_of_older_agents_tell_nobody(looked: Looked) -> None:
    """A note without what fails now is a fact and nothing else."""
    from agent.engine.works import Note

    looked.world.do(Note("self_audit_failed", {"check": "timers", "fault": "late"}))
    looked.world.advance(f"{timedelta(minutes=10).total_seconds()} s")

    assert looked.told() == {}
