"""A probe already bad at first load is told to the provider only for 15 min (routes.md, "Channels")."""

from tests.stories.conftest import Make
from tests.support.world import World, bad, good

FILE = """
agreement: {system: Shop, time_zone: UTC}
parties:
  provider: {contacts: {lee: {role: principal, reach: ["log://"]}}}
  customer: {contacts: {wang: {role: principal, reach: ["log://"]}}}
probes:
  shop: {http_get: {url: "http://127.0.0.1:8080/health"}}
"""


def bad_from_the_start(make: Make) -> World:
    world = make(FILE)
    world.readings["shop"] = bad
    world.advance("2 min")
    assert world.incident().grade == 2
    return world


def test_the_customer_hears_of_it_after_a_quarter_of_an_hour_though_it_was_raised(make: Make) -> None:
    world = bad_from_the_start(make)

    world.advance("12 min")
    assert (world.incident().grade, world.told("wang")) == (1, [])

    world.advance("4 min")
    assert world.told("wang")[0].startswith("[GRADE 1, provisional] Shop down")


def test_a_persons_confirmation_tells_the_customer_at_once(make: Make) -> None:
    world = bad_from_the_start(make)

    world.regrade(1)

    assert world.told("wang")[0].startswith("[GRADE 1] Shop down")


def test_a_probe_that_once_was_good_is_believed(make: Make) -> None:
    world = make(FILE)
    world.readings["shop"] = good
    world.advance("2 min")
    world.readings["shop"] = bad

    world.advance("8 min")

    assert world.told("wang")[0].startswith("[GRADE 1, provisional] Shop down")
