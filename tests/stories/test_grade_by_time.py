"""R7 acts by the clock, without a new signal; raising is automatic, lowering never."""

from tests.stories.conftest import Make
from tests.support.world import FILE, World

TWO_WITNESSES = FILE.replace(
    "signals:",
    "signals:\n  - {match: ['alertname=\"ShopBlank\"'], function: checkout, state: down}",
)


def test_a_total_outage_of_a_core_function_is_grade_1_after_five_minutes(make: Make) -> None:
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")
    assert world.incident().grade == 2

    world.advance("5 min")

    assert world.incident().grade == 1
    [raised] = [sealed.fact for sealed in world.facts() if sealed.fact.kind == "grade_raised"]
    assert f"{raised.at:%H:%M:%S}" == "03:05:00"


def test_without_second_evidence_it_stays_grade_2(world: World) -> None:
    world.alert("CheckoutDown")

    world.advance("30 min")

    assert world.incident().grade == 2


def test_second_evidence_that_comes_later_lifts_it_then(make: Make) -> None:
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.advance("20 min")

    world.alert("ShopBlank")

    assert world.incident().grade == 1


def test_time_goes_on_across_a_restart(make: Make) -> None:
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")
    world.advance("3 min")

    world.restart()
    world.advance("2 min")

    assert world.incident().grade == 1


def test_everyone_of_both_parties_is_told_of_the_raise(make: Make) -> None:
    """3.3(a): grade 1, both teams at once."""
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")

    world.advance("6 min")

    assert any(line.startswith("03:05:00 [GRADE 2 -> 1") for line in world.told_at("lee"))
    assert any(line.startswith("03:05:00 [GRADE 2 -> 1") for line in world.told_at("chen"))
    assert any(line.startswith("03:05:00 [GRADE 1") for line in world.told_at("wang"))


def test_the_raise_itself_asks_and_is_not_followed_by_a_reminder_at_once(make: Make) -> None:
    """notices.md: one message asks one thing."""
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")

    world.advance("5 min")

    assert [line[:8] for line in world.told_at("lee")] == ["03:05:00"]


def test_a_grade_2_of_eight_hours_becomes_grade_1(world: World) -> None:
    """agreement.md 3, "Time": in grade 2 for 8 h to 1."""
    world.alert("CheckoutDown")

    world.advance("7 h")
    assert world.incident().grade == 2

    world.advance("61 min")
    assert world.incident().grade == 1


def test_an_auxiliary_function_is_never_lifted_above_grade_2(world: World) -> None:
    world.alert("ReportsDown")
    assert world.incident().grade == 3

    world.advance("36 h")
    assert world.incident().grade == 2
    for contact in ("lee", "chen", "wang"):
        world.acknowledge(contact)
    world.advance("60 h")

    assert world.incident().grade == 2


def test_what_a_person_lowered_stays_lowered(make: Make) -> None:
    """3.1, fact 3: lowering is a person's act; the same evidence alone raises no more."""
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")
    world.advance("6 min")

    world.regrade(2, "one shop only")
    world.advance("30 min")

    assert (world.incident().grade, world.incident().is_provisional) == (2, False)


def test_a_graver_signal_raises_what_a_person_lowered(make: Make) -> None:
    world = make(TWO_WITNESSES)
    world.alert("CheckoutDown")
    world.regrade(3, "a test shop")
    assert world.incident().grade == 3

    world.alert("ShopBlank")
    world.advance("6 min")

    assert world.incident().grade == 1
