"""“Same cause?” is asked of what comes back, and a person may split it (agreement.md 4, recovery gate; 3.4(a))."""

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from tests.stories.conftest import Make
from tests.support.world import FILE, World

FIRST, SECOND = "INC-20261123-001", "INC-20261123-002"
DAY = FILE.replace("system: Payment", 'time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n  system: Payment')


@pytest.fixture
def again(make: Make) -> World:
    """A grade 2 that recovered, and fires again an hour later: opened again."""
    world = make(DAY)
    world.alert("CheckoutSlow")
    world.acknowledge("chen")
    world.resolve("CheckoutSlow")
    world.advance("1 h")
    assert world.incident().state == "recovered"
    world.alert("CheckoutSlow")
    world.advance("1 min")
    return world


def test_the_provider_is_asked_and_the_customer_is_not(again: World) -> None:
    """3.4(a): with the command that answers."""
    asked = f"Same cause as {FIRST}? If not: tocsin record {FIRST} same-cause other --by CONTACT"

    assert asked in again.messages("chen")[-1].text
    assert not any("Same cause" in message.text for message in again.messages("wang"))


def test_the_same_cause_is_put_on_record_and_changes_nothing(again: World) -> None:
    before = again.incident()

    again.record("same_cause", "chen", "same", text="the pool ran full again")

    assert "cause_compared" in again.happened()
    assert again.incidents() == [before]


def test_another_cause_is_split_off_and_the_recovery_stands(again: World) -> None:
    """3.4(a), 3.4(d): an incident of its own, with its own number, grade and clocks."""
    recovered_at = next(s.fact.at for s in again.facts() if s.fact.kind == "incident_recovered")

    again.record("same_cause", "chen", "other", text="a certificate this time")

    old, new = again.incidents()
    assert (old.number, old.state, old.recovered_at) == (FIRST, "recovered", recovered_at)
    assert (new.number, new.state, new.grade, new.key) == (SECOND, "open", 2, old.key)
    assert (new.recurrence_of, len(new.occurred), len(old.occurred)) == ("", 1, 1)
    assert again.told("chen")[-1].startswith("[GRADE 2, provisional] Checkout")
    assert f"[RECOVERED] Checkout back at 03:00, verified 03:10 [{FIRST} #5]" in again.told("chen")


def test_what_was_split_off_recovers_by_itself_across_a_restart(again: World) -> None:
    again.record("same_cause", "chen", "other", text="a certificate this time")
    again.restart()

    again.resolve("CheckoutSlow")
    again.advance("30 min")

    assert [each.state for each in again.incidents()] == ["recovered", "recovered"]


def test_its_duties_are_its_own(again: World) -> None:
    """The restoration of the first is met, that of the second runs from its own start."""
    again.record("same_cause", "chen", "other", text="a certificate this time")

    def restore(number: str) -> list[str]:
        owed = again.store.obligations(incident=number, limit=500)[0]
        return [each.state for each in owed if each.name == "restore" and each.state != "superseded"]

    assert restore(FIRST) == ["met"]
    assert restore(SECOND) == ["running"]


def test_a_recurrence_that_is_none_loses_its_link_and_counts_anew(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutSlow")
    world.resolve("CheckoutSlow")
    world.advance("3 d")
    world.alert("CheckoutSlow")
    assert world.incident().recurrence_of == FIRST
    assert f"Same cause as {FIRST}?" in world.messages("chen")[-1].text

    world.record("same_cause", "chen", "other", text="a certificate this time")

    assert (world.incident().recurrence_of, len(world.incident().occurred)) == ("", 1)
    assert world.incident().state == "open"


@pytest.mark.parametrize(
    ("by", "what", "text", "refusal", "clause"),
    [
        ("wang", "other", "ours is another", WrongParty, "3.4(a)"),
        ("chen", "other", "", Refused, "3.4(a)"),
        ("chen", "perhaps", "who knows", Refused, "3.4(a)"),
    ],
)
def test_a_wrong_answer_is_refused_with_its_clause(
    again: World, by: str, what: str, text: str, refusal: type[Exception], clause: str
) -> None:
    before = again.happened()

    with pytest.raises(refusal) as refused:
        again.record("same_cause", by, what, text=text)

    assert getattr(refused.value, "clause", "") == clause
    assert again.happened() == before


def test_what_came_back_from_nothing_cannot_be_compared(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutSlow")

    with pytest.raises(IllegalStep, match="is the first of its cause"):
        world.record("same_cause", "chen", "same", text="the pool")


def test_what_fires_no_more_cannot_be_split(again: World) -> None:
    again.resolve("CheckoutSlow")

    with pytest.raises(IllegalStep, match="nothing fires"):
        again.record("same_cause", "chen", "other", text="a certificate this time")


def test_said_twice_it_splits_once(again: World) -> None:
    again.record("same_cause", "chen", "other", text="a certificate this time")

    again.record("same_cause", "chen", "other", text="a certificate this time", number=FIRST)

    assert len(again.incidents()) == 2
