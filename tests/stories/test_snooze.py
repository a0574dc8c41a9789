"""Reminders may rest for one's own side for a while; nothing else does."""

from datetime import timedelta

import pytest

from agent.engine.planned import Rest
from agent.errors import IllegalStep, NotFound, Refused
from tests.support.world import World


def rest(world: World, contact: str, minutes: float, *, only_me: bool = False) -> None:
    length = timedelta(minutes=minutes)
    world.do(Rest(world.incident().number, contact, length, "on the train", only_me=only_me))


def reminders(world: World, contact: str) -> list[str]:
    """When a contact was asked again; the ladder's calls are others."""
    number = world.incident().number
    asked = [notice for notice in world.store.notices(number) if notice.type == "ask_again"]
    return [
        f"{notice.at:%H:%M}" for notice in asked if contact in {recipient.contact for recipient in notice.recipients}
    ]


def test_reminders_to_ones_own_side_rest_and_go_on_at_the_end(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 40)

    world.advance("50 min")

    assert reminders(world, "chen") == ["03:40"]


def test_the_other_party_goes_on_being_asked(world: World) -> None:
    """GoAlert #4545: one side's quiet never silences the other."""
    world.alert("CheckoutDown")
    world.advance("5 min")
    rest(world, "chen", 60)

    world.advance("40 min")

    assert reminders(world, "chen") == []
    assert reminders(world, "wang") != []


def test_the_ladder_climbs_all_the_same(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 60)

    world.advance("23 min")

    assert [line[:8] for line in world.told_at("lee")] == ["03:22:30"]


def test_one_contact_may_rest_alone(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("23 min")  # now the principal is told as well
    rest(world, "chen", 60, only_me=True)

    world.advance("30 min")

    assert reminders(world, "chen") == []
    assert reminders(world, "lee") != []


def test_a_raise_ends_it(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 100)
    world.advance("2 min")

    world.regrade(1, "all shops are out")
    world.advance("6 min")

    assert "reminders_resumed" in world.happened()
    assert reminders(world, "chen") == ["03:07"]


def test_it_survives_a_restart(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 40)

    world.restart()
    world.advance("39 min")

    assert reminders(world, "chen") == []


def test_it_ends_when_asked_to(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 90)
    world.advance("20 min")

    rest(world, "chen", 0)
    world.advance("1 min")

    assert reminders(world, "chen") == ["03:20"]
    assert world.happened().count("reminders_resumed") == 1


def test_a_relapse_after_the_recovery_finds_people_awake(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 120)
    world.resolve("CheckoutDown")
    world.advance("15 min")
    assert world.incident().state == "recovered"

    world.alert("CheckoutDown")
    world.advance("35 min")

    assert reminders(world, "chen") != []


@pytest.mark.parametrize(("grade", "minutes", "most"), [(1, 31, "30 min"), (2, 121, "2 h"), (3, 1441, "24 h")])
def test_the_graver_the_shorter(world: World, grade: int, minutes: float, most: str) -> None:
    world.alert("CheckoutDown")
    world.regrade(grade, "as it is")

    with pytest.raises(Refused, match=f"in grade {grade} reminders rest for {most} at most"):
        rest(world, "chen", minutes)


def test_what_is_over_reminds_nobody(world: World) -> None:
    world.alert("CheckoutDown")
    world.void("a test")

    with pytest.raises(IllegalStep, match="nobody is reminded"):
        rest(world, "chen", 10)


def test_nobody_ends_a_rest_of_the_other_side(world: World) -> None:
    world.alert("CheckoutDown")
    rest(world, "chen", 60)

    with pytest.raises(NotFound, match="rest for the customer"):
        rest(world, "wang", 0)
