"""Stories of OB-306 (4.2(c)): each notice has its own clock, met by one authorised acknowledgement of the party."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agent.engine.works import Acknowledge
from agent.errors import Refused
from agent.model import Fact, Obligation, Outcome, Party, Verdict
from agent.rules import happenings
from tests.support.remembered import differences
from tests.support.world import FILE, World

TWO = FILE.replace(
    '      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}\n',
    '      wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}\n'
    '      zhao: {role: member, reach: ["log://"]}\n'
    '      eye: {role: observer, reach: ["log://"]}\n',
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Checkout is degraded: grade 2, told to both at once as a person has confirmed it."""
    world = World(tmp_path, TWO)
    world.alert("CheckoutSlow")
    world.advance("10 s")
    world.regrade(2)
    world.advance("1 min")
    return world


def clocks(world: World) -> dict[str, str]:
    """Number of the notice -> the state of its clock."""
    rows = world.store.obligations(incident=world.incident().number, limit=500)[0]
    return {each.about: str(each.state) for each in reversed(rows) if each.name == "acknowledge_notice"}


def of(world: World, seq: str) -> Obligation:
    rows = world.store.obligations(incident=world.incident().number, limit=500)[0]
    return next(each for each in rows if each.name == "acknowledge_notice" and each.about == seq)


def acknowledge(world: World, contact: str, means: str = "link", **more: Any) -> Any:
    return world.do(Acknowledge(world.incident().number, contact, means, **more))


def test_each_notice_has_a_clock_of_its_own_and_one_answer_meets_all_told_by_then(world: World) -> None:
    """OB-306, 4.2(c): the first notice and the change of grade, acknowledged together."""
    world.regrade(1)
    world.advance("1 min")
    before = clocks(world)

    acknowledge(world, "wang", address="192.0.2.7")

    [said] = world.store.acknowledgements(world.incident().number)
    assert before == {"1": "running", "2": "running"}
    assert clocks(world) == {"1": "met", "2": "met"}
    assert (said.contact, said.means, said.address, said.seq) == ("wang", "link", "192.0.2.7", 2)
    assert (of(world, "1").discharged_by, of(world, "2").due_at - of(world, "2").started_at) == (
        "wang",
        of(world, "1").due_at - of(world, "2").started_at,
    )  # a raise never gives more time: neither has more than the 30 minutes of grade 1


def test_an_answer_does_not_meet_the_clock_of_what_is_told_later(world: World) -> None:
    """OB-306, fact 7: wang acknowledged the first notice; the raise asks anew."""
    acknowledge(world, "wang")

    world.regrade(1)
    world.advance("1 min")

    assert clocks(world) == {"1": "met", "2": "running"}
    acknowledge(world, "wang")
    assert clocks(world) == {"1": "met", "2": "met"}
    assert [each.seq for each in world.store.acknowledgements(world.incident().number)] == [1, 2]


def test_an_older_page_acknowledges_no_more_than_it_showed_and_the_asking_goes_on(world: World) -> None:
    """OB-306, fact 7: zhao had the page open since before the raise."""
    world.regrade(1)
    world.advance("1 min")

    acknowledge(world, "zhao", up_to=1)
    world.advance("6 min")

    assert clocks(world) == {"1": "met", "2": "running"}
    assert world.incident().acknowledged_customer == ""
    assert any("unanswered" in line for line in world.told("zhao"))


def test_a_call_from_before_the_raise_acknowledges_no_raise(world: World) -> None:
    """OB-306, fact 15, rule 3: written down after the raise, at which the clocks began anew; on file all the same."""
    called_at = world.clock.now()
    world.advance("1 min")
    world.regrade(1)
    world.advance("1 min")

    acknowledge(world, "wang", "phone", recorded_by="chen", called_at=called_at)

    [said] = world.store.acknowledgements(world.incident().number)
    assert (said.at, said.seq) == (called_at, 1)
    assert clocks(world) == {"1": "running", "2": "running"}
    assert world.incident().acknowledged_customer == ""


def test_one_party_s_answer_never_silences_the_other(world: World) -> None:
    """OB-306, fact 7: lee and chen of the provider answer; the customer's people go on being asked."""
    acknowledge(world, "lee")
    acknowledge(world, "chen")
    asked_before = len(world.told("wang"))

    world.advance("20 min")

    assert clocks(world) == {"1": "running"}
    assert world.incident().acknowledged_customer == ""
    assert len(world.told("wang")) > asked_before
    acknowledge(world, "wang")
    quiet = [len(world.told(contact)) for contact in ("lee", "chen")]
    world.advance("10 min")
    assert clocks(world) == {"1": "met"}
    assert [len(world.told(contact)) for contact in ("lee", "chen")] >= quiet


def test_a_colleague_s_answer_is_on_file_as_well(world: World) -> None:
    """Fact 7: each contact's own, also where the clock has been met."""
    acknowledge(world, "wang", address="192.0.2.7")
    world.advance("1 min")

    done = acknowledge(world, "zhao", address="192.0.2.8")

    said = world.store.acknowledgements(world.incident().number)
    assert not done.is_repeated
    assert [(each.contact, each.address) for each in said] == [("wang", "192.0.2.7"), ("zhao", "192.0.2.8")]
    assert of(world, "1").discharged_by == "wang"


def test_the_same_answer_again_changes_nothing(world: World) -> None:
    """OB-306: as long as nothing new was told."""
    acknowledge(world, "wang")
    before = world.happened()

    done = acknowledge(world, "wang")

    assert done.is_repeated
    assert world.happened() == before


def test_the_recovery_notice_is_acknowledged_by_itself(world: World) -> None:
    """OB-306, 3.4(d): whoever answered the first notice has not answered that one."""
    acknowledge(world, "wang")
    world.resolve("CheckoutSlow")
    world.advance("15 min")
    [recovery] = [seq for seq, state in clocks(world).items() if state == "running"]

    acknowledge(world, "wang")

    assert world.incident().state == "recovered"
    assert clocks(world)[recovery] == "met"


def test_what_only_widens_is_told_and_asks_for_no_receipt(world: World) -> None:
    """OB-306: of changes, those of the grade."""
    world.alert("LedgerDown")
    world.advance("2 min")

    assert [notice.type for notice in world.store.notices(world.incident().number) if notice.type == "change"]
    assert clocks(world) == {"1": "running"}


def test_an_observer_cannot_acknowledge_for_the_party(world: World) -> None:
    """OB-306, 4.2(c): one authorised acknowledgement."""
    before = world.happened()

    with pytest.raises(
        Refused, match="eye observes and cannot acknowledge for the customer: wang, zhao can"
    ) as refused:
        acknowledge(world, "eye")

    assert refused.value.clause == "4.2(c)"
    assert world.happened() == before


def test_a_page_that_is_quicker_than_the_carrier_meets_the_clock_as_it_starts(tmp_path: Path) -> None:
    """OB-306: the notice was read before a carrier had taken it for anybody."""
    world = World(tmp_path, TWO)
    for contact in ("wang", "zhao", "eye"):
        world.notebook.answers[f"{contact}/1"] = lambda: Outcome(Verdict.RETRY)
    world.alert("CheckoutSlow")
    world.regrade(2)
    world.do(Acknowledge(world.incident().number, "wang", "link"))
    before = clocks(world)
    world.notebook.answers.clear()

    world.advance("10 min")

    assert before == {}
    assert clocks(world) == {"1": "met"}
    assert of(world, "1").discharged_by == "wang"
    assert differences(world) == []


def test_an_acknowledgement_of_before_meets_all_as_it_did(world: World) -> None:
    """Facts of an older archive say nothing of single notices: whoever reads them comes to the same clocks."""
    fact = Fact(
        world.incident().number, datetime(2026, 11, 23, 3, 5, tzinfo=UTC), "acknowledged", "wang", {"party": "customer"}
    )

    [event] = happenings.events_of(fact, world.incident())

    assert (event.name, event.about, event.party) == ("notice.acknowledged", "", Party.CUSTOMER)
