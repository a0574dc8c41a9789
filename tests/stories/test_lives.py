"""Two whole lives, from detection to closing, with both parties: a grade 1 and a security incident.

Every duty of the agreement that the incident brings with it is on its ledger at the end, and says what became of it.
"""

from pathlib import Path
from typing import Any

import pytest

from agent.engine.stated import Record
from agent.errors import Refused
from agent.model import EntryKind, State
from tests.support.world import World

FILE = """
agreement:
  system: Payment platform
  time_zone: UTC
  adopted: {provider: lee, customer: wang, at: 2026-10-30, terms: all}
  functions:
    checkout: {name: Checkout, criticality: core}
parties:
  provider:
    contacts:
      lee: {role: [principal], phone: "+1-555-0100", reach: ["log://"]}
      chen: {role: [coordinator], phone: "+1-555-0101", reach: ["log://"]}
      gao: {role: [member, security], phone: "+1-555-0104", reach: ["log://"]}
  customer:
    contacts:
      wang: {role: [principal], phone: "+1-555-0102", reach: ["log://"]}
      sun: {role: [coordinator, member], phone: "+1-555-0103", reach: ["log://"]}
signals:
  - {match: ['alertname="CheckoutDown"'], function: checkout, state: down, says: {en: The payment page does not open}}
  - {match: ['alertname="Intrusion"'], function: checkout, security: confirmed}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Monday, 03:00."""
    return World(tmp_path, FILE)


def act(world: World, kind: str, by: str, what: str = "", **said: Any) -> None:
    """A person's act, with `about` for what it answers."""
    about = said.pop("about", "")
    world.do(Record(world.incident().number, EntryKind(kind), by, what, said, about, means="cli"))


def ledger(world: World) -> list[str]:
    """`principals_speak met by lee`: what became of each duty, the newest of its kind and debtor."""
    rows, _ = world.store.obligations(incident=world.incident().number, limit=500)
    newest = {(each.name, each.debtor, each.about): each for each in reversed(rows)}
    return sorted({f"{each.name}-{each.debtor} {each.state}" for each in newest.values()})


def finish(world: World) -> None:
    """What is left after the recovery: confirmed, handled, reviewed, let go, closed."""
    act(world, "recovery_answer", "sun", "confirmed", text="ten test payments went through")
    world.phase("eradication", text="the leak is removed in 2.4.1", by="gao")
    world.advance("30 min")
    for name in ("preliminary_report", "post_incident_report"):
        act(world, "waiver", "wang", about=name, text="handed over on paper")
    world.phase("review", text="held with both teams; minutes are on paper", by="chen")
    world.close(by="lee")


BOTH_LIVES = [
    "acknowledge_notice-customer met",
    "answer_grade-customer met",
    "assess-provider met",
    "change_notice-provider met",
    "confirm_recovery-customer met",
    "contain-provider met",
    "decide_improvements-both running",
    "eradicate-provider met",
    "first_notice-provider met",
    "judge-provider met",
    "launch_customer-customer met",
    "launch_provider-provider met",
    "post_incident_report-provider waived",
    "preliminary_report-provider waived",
    "principals_speak-both met",
    "progress_update-provider void",
    "recovery_notice-provider met",
    "restore-provider met",
    "verify-provider met",
]
"""Improvements are decided within 30 days and hold no closing; what a regrade or the recovery ended is void."""

GRADE_1 = [
    "acknowledge_report-provider met",
    "answer_cooperation-customer met",
    "launch_teams-customer void",
    "launch_teams-provider met",
    "name_coordinators-customer void",
    "name_coordinators-provider void",
    "report_incident-customer met",
]
"""Of the report, the request, and the two minutes in which it was a grade 2."""


def test_a_grade_1_from_detection_to_closing(world: World) -> None:
    """3.1, 3.2(b), 3.2(c), 3.3(a), 3.4(a)-(e), 3.5, 4.1(c), 4.2(b), 4.2(c): both parties do what they signed."""
    world.alert("CheckoutDown")
    assert world.incident().grade == 2
    world.advance("2 min")
    report = world.report("no shop can take cards", by="sun", ago="4 min")
    assert report.incident == world.incident().number
    world.advance("2 min")
    world.acknowledge("gao", progress="logged in; connections to the database are exhausted", next_update="30 min")
    world.advance("2 min")  # out for five minutes, seen by an alert and by a report: R7
    assert world.incident().grade == 1

    world.advance("3 min")
    for contact in ("lee", "gao", "wang", "sun"):
        world.acknowledge(contact)
    assert world.happened().count("team_launched") == 2
    world.advance("5 min")
    act(world, "conversation", "lee", **{"with": "wang"})
    act(world, "coordinator", "lee", contact="chen")
    act(world, "coordinator", "wang", contact="sun")
    act(world, "grade_answer", "wang", "accepted", grade=1)
    world.phase("assessment", text="pool exhausted", cause="a connection leak since 2.4.0", by="gao")
    act(world, "request", "chen", "cooperation", text="may batch reconciliation stop?")
    world.advance("10 min")
    act(world, "answer", "sun", "cooperation", about="R-1", text="yes, until noon")
    world.phase("containment", text="pool restarted, rate limited", by="gao")
    world.advance("20 min")
    act(world, "update", "chen", text="about 60 % back", done="pool restarted", next="switch to standby")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("16 min")
    assert world.incident().state is State.VERIFYING  # grade 1 recovers by a person's word alone
    world.verify("lee")
    world.advance("1 min")
    assert world.incident().state is State.RECOVERED
    for contact in ("wang", "sun"):
        world.acknowledge(contact)
    with pytest.raises(Refused, match="cannot be closed yet"):
        world.close(by="lee")
    finish(world)

    assert world.incident().state is State.CLOSED
    assert ledger(world) == sorted(BOTH_LIVES + GRADE_1)


def test_a_security_incident_from_detection_to_closing(world: World) -> None:
    """1.3, 3.1, 3.3(a), 3.4(a)-(e): graded by what is known, told to those who have to know, ended by a person only."""
    world.alert("Intrusion")
    assert (world.incident().grade, world.incident().kind) == (1, "security")
    world.advance("4 min")
    for contact in ("gao", "lee", "wang", "sun"):
        world.acknowledge(contact)
    world.advance("6 min")
    act(world, "conversation", "wang", **{"with": "lee"})
    act(world, "grade_answer", "sun", "accepted", grade=1)
    world.phase("assessment", text="a key of the deploy account was used", cause="a leaked key", by="gao")
    world.phase("containment", text="key revoked, host isolated, images kept", by="gao")
    world.advance("15 min")
    act(world, "shared_fact", "lee", text="no customer data was read as far as the logs show")
    act(world, "update", "chen", text="the host is being rebuilt", next="rotate every key")
    world.resolve("Intrusion")
    world.advance("20 min")
    assert world.incident().state is State.VERIFYING
    with pytest.raises(Refused, match="customer"):
        world.verify("wang")
    world.verify("lee")
    world.advance("1 min")
    for contact in ("wang", "sun"):
        world.acknowledge(contact)
    finish(world)

    assert world.incident().state is State.CLOSED
    assert ledger(world) == sorted([*BOTH_LIVES, "share_facts-provider met"])
