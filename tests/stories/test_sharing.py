"""Stories of material facts that one party learns and shares with the other."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import Refused
from agent.model import Owing
from tests.stories.test_duties import duty
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("40 min")
    return world


def ago(world: World, minutes: int) -> str:
    return (world.clock.now() - timedelta(minutes=minutes)).isoformat()


def test_a_fact_shared_at_once_is_told_to_the_other_party_in_the_persons_words(world: World) -> None:
    """OB-308, 2.3(c), 3.5: the customer shares what it learned; the provider reads it."""
    world.record("shared_fact", "wang", text="the acquirer changed its certificate at 02:00")

    assert world.told("chen")[-1].startswith("[FACT SHARED, grade 2] Checkout: the acquirer changed")
    assert "2.3(c), 3.5" in world.messages("chen")[-1].text
    shared = duty(world, "share_facts")
    assert (shared.state, shared.debtor, shared.creditor) == ("met", Owing.CUSTOMER, Owing.PROVIDER)


def test_what_was_known_for_long_is_on_record_as_shared_late(world: World) -> None:
    """OB-308, 2.2(c), 3.5: 1 h in grade 2 from when it was known."""
    world.advance("60 min")

    world.record("shared_fact", "chen", text="card data may be logged", known_at=ago(world, 75))

    late = duty(world, "share_facts")
    assert (late.state, late.debtor) == ("met_late", Owing.PROVIDER)
    assert f"{late.started_at:%H:%M} {late.due_at:%H:%M} {late.discharged_at:%H:%M}" == "03:25 04:25 04:40"
    assert "Known to the provider since 03:25, shared 04:40" in world.messages("wang")[-1].text


def test_nothing_technical_reaches_the_customer_beside_the_words_of_the_person(world: World) -> None:
    """3.5: labels, rules and addresses stay with the provider."""
    world.record("shared_fact", "chen", text="the certificate of the acquirer has expired")

    text = world.messages("wang")[-1].text
    assert "the certificate of the acquirer has expired" in text
    for technical in ("CheckoutDown", "R4", "alertname", "happened"):
        assert technical not in text


def test_each_fact_has_a_clock_of_its_own_and_the_same_words_are_one(world: World) -> None:
    """OB-308: F-1, F-2; a repeat changes nothing."""
    world.record("shared_fact", "chen", text="one node was replaced")
    world.record("shared_fact", "wang", text="the tills were updated yesterday")
    again = world.record("shared_fact", "chen", text="one node was replaced")

    shared = [each for each in world.store.obligations()[0] if each.name == "share_facts"]
    assert again.is_repeated
    assert sorted((each.about, str(each.debtor)) for each in shared) == [("F-1", "provider"), ("F-2", "customer")]


def test_what_was_known_before_it_all_began_counts_from_the_detection(world: World) -> None:
    """Rule 1, OB-308: nobody owes facts about an incident that is not there."""
    world.record("shared_fact", "chen", text="the disk was swapped last week", known_at="2026-11-16T09:00:00+00:00")

    assert duty(world, "share_facts").started_at == world.incident().detected_at
    assert duty(world, "share_facts").state == "met"


@pytest.mark.parametrize("known_at", ["2026-11-23T03:50:00+00:00", "2026-11-23T03:20:00", "this morning"])
def test_a_time_ahead_or_without_a_zone_is_refused(world: World, known_at: str) -> None:
    """2.2(c): nothing is on record."""
    with pytest.raises(Refused) as refused:
        world.record("shared_fact", "chen", text="one node was replaced", known_at=known_at)

    assert refused.value.clause == "2.2(c)"
    assert world.store.entries(world.incident().number) == []
