"""R8: assurance periods, service hours and what comes back again; agreement.md 3, "Modifiers"."""

from agent.engine.planned import Try
from agent.model import Condition
from tests.stories.conftest import Make
from tests.support.world import FILE, World

HEAD = "system: Payment platform"


def agreeing(*lines: str) -> str:
    """The file with these lines in its agreement; it is Monday, 03:00 UTC."""
    return FILE.replace(HEAD, "\n  ".join([HEAD, "time_zone: UTC", *lines]))


IN_ASSURANCE = agreeing('assurance: [{from: "2026-11-23 00:00", to: "2026-11-24 00:00"}]')
BEFORE_ASSURANCE = agreeing('assurance: [{from: "2026-11-23 04:00", to: "2026-11-23 05:00"}]')
OFFICE_HOURS = agreeing('service_hours: "Mon..Fri 08:00-20:00"')


def rules_of(world: World) -> list[object]:
    opened = next(sealed.fact for sealed in world.facts() if sealed.fact.kind == "incident_opened")
    return [opened.detail["rules"], opened.detail["inputs"].get("modifiers")]


def raises(world: World) -> list[str]:
    """When the grade rose, from what to what, and by which rule."""
    return [
        f"{fact.at:%H:%M} {fact.detail['from_grade']}->{fact.detail['to_grade']} {fact.detail['inputs']['decided_by']}"
        for fact in (sealed.fact for sealed in world.facts())
        if fact.kind == "grade_raised"
    ]


# ------------------------------------------------------------------------------------------------ assurance periods


def test_in_a_declared_assurance_period_a_fault_is_one_grade_graver(make: Make) -> None:
    """3.1, R8: 重保."""
    world = make(IN_ASSURANCE)

    world.alert("CheckoutSlow")

    assert world.incident().grade == 1
    assert rules_of(world) == [
        ["R0", "R1", "R4", "R8"],
        {"assurance": "2026-11-23T00:00:00+00:00/2026-11-24T00:00:00+00:00"},
    ]
    assert world.told("wang")[0].startswith("[GRADE 1, provisional]")


def test_a_period_that_begins_meanwhile_raises_at_its_beginning(make: Make) -> None:
    """3.1, R8: by the clock, without a new signal."""
    world = make(BEFORE_ASSURANCE)
    world.alert("CheckoutSlow")
    assert world.incident().grade == 2

    world.advance("1 h")

    assert world.incident().grade == 1
    assert raises(world) == ["04:00 2->1 R8"]


def test_a_period_that_ends_lowers_nothing(make: Make) -> None:
    """3.1: lowering is always a person's act."""
    world = make(BEFORE_ASSURANCE)
    world.alert("CheckoutSlow")

    world.advance("3 h")

    assert world.incident().grade == 1


def test_what_calls_for_no_grade_calls_for_none_in_an_assurance_period(make: Make) -> None:
    world = make(IN_ASSURANCE.replace("function: reports, state: down", "function: reports, state: degraded"))

    world.alert("ReportsDown")

    assert world.incidents() == []


def test_a_grade_that_a_reporter_names_is_not_raised_by_the_circumstances(make: Make) -> None:
    """3.2(b): whoever named it knew them."""
    world = make(IN_ASSURANCE)

    world.report("one till is slow", suggested_grade=3)

    assert world.incident().grade == 3


# ---------------------------------------------------------------------------------------------------- service hours


def test_outside_of_agreed_service_hours_a_fault_is_one_grade_less_grave(make: Make) -> None:
    """3.1, R8."""
    world = make(OFFICE_HOURS)

    world.alert("CheckoutSlow")

    assert world.incident().grade == 3
    assert rules_of(world) == [["R0", "R1", "R4", "R8"], {"service_hours": "outside"}]


def test_when_service_begins_it_takes_the_grade_that_it_then_has(make: Make) -> None:
    """3.1, R8: the boundary raises by itself, to what the table says."""
    world = make(OFFICE_HOURS)
    world.alert("CheckoutSlow")

    world.advance("5 h")

    assert world.incident().grade == 2
    assert raises(world) == ["08:00 3->2 R4"]


def test_what_opened_in_service_hours_keeps_its_grade_when_they_end(make: Make) -> None:
    """3.1: lowering is always a person's act."""
    world = make(OFFICE_HOURS)
    world.advance("16 h")  # 19:00
    world.alert("CheckoutSlow")

    world.advance("2 h")

    assert world.incident().grade == 2


def test_security_knows_no_service_hours(make: Make) -> None:
    """3.1, R8: faults only."""
    world = make(OFFICE_HOURS)

    world.alert("Intrusion")

    assert world.incident().grade == 1


def test_nothing_is_less_grave_than_grade_3(make: Make) -> None:
    world = make(OFFICE_HOURS)

    world.alert("ReportsDown")

    assert world.incident().grade == 3


def test_a_boundary_is_met_after_a_restart_too(make: Make) -> None:
    world = make(OFFICE_HOURS)
    world.alert("CheckoutSlow")
    world.advance("4 h")

    world.restart()
    world.advance("1 h")

    assert raises(world) == ["08:00 3->2 R4"]


def test_what_a_person_lowered_at_night_stays_so_when_service_begins(make: Make) -> None:
    """3.1, fact 3: the same proposal again does not undo a person's act."""
    world = make(FILE.replace(HEAD, f"{HEAD}\n  time_zone: UTC"))
    world.alert("CheckoutSlow")
    world.regrade(3, "the shop is closed")

    world.configure(OFFICE_HOURS)
    world.advance("6 h")

    assert world.incident().grade == 3


# ------------------------------------------------------------------------------------------------------- recurrence


def over(world: World) -> None:
    world.resolve("LedgerSlow")
    world.advance("1 h")
    assert world.incident().state == "recovered"


def slow_again(world: World) -> None:
    world.alert("LedgerSlow")


SLOW = FILE.replace(
    "signals:", "signals:\n  - {match: ['alertname=\"LedgerSlow\"'], function: ledger, state: degraded}"
)


def test_the_same_cause_a_third_time_within_thirty_days_is_one_grade_graver(make: Make) -> None:
    """3.1, R8: the first comes back within a day and reopens, the second within a week and is a new incident."""
    world = make(SLOW)
    slow_again(world)
    over(world)
    slow_again(world)
    assert (world.incident().grade, len(world.incidents())) == (3, 1)
    over(world)
    world.advance("3 d")

    slow_again(world)

    assert len(world.incidents()) == 2
    assert world.incident().recurrence_of == world.incidents()[0].number
    assert world.incident().grade == 2
    [raised] = [sealed.fact for sealed in world.facts() if sealed.fact.kind == "grade_raised"]
    assert raised.detail["inputs"]["modifiers"] == {"recurrence": "3 times in 30 days"}


def test_they_are_counted_across_restarts_and_closed_incidents(make: Make) -> None:
    world = make(SLOW)
    for _ in range(2):
        slow_again(world)
        over(world)
        world.advance("2 d")  # grade 3 closes itself after a day
        assert world.incident().state == "closed"
        world.restart()

    slow_again(world)

    assert [each.grade for each in world.incidents()] == [3, 3, 2]


def test_what_is_older_than_thirty_days_counts_no_more(make: Make) -> None:
    world = make(SLOW)
    for _ in range(6):
        slow_again(world)
        over(world)
        world.advance("160 h")

    assert [each.grade for each in world.incidents()][:2] == [3, 3]
    assert len(world.incident().occurred) == 5


# ------------------------------------------------------------------------------------------------------ concurrency


SUSPICION = FILE.replace("security: confirmed", "security: suspected")


def proposals(world: World) -> list[object]:
    facts = [sealed.fact for each in world.incidents() for sealed in world.facts(each.number)]
    return [[fact.incident[-3:], fact.detail["beside"]] for fact in facts if fact.kind == "concurrency_found"]


def test_two_independent_grade_2_on_a_core_function_are_paged_loudly_as_grade_1(make: Make) -> None:
    """3.1, R8, “Own fault first”: proposed, and executed only when confirmed."""
    world = make(SUSPICION)
    world.alert("CheckoutSlow")
    world.advance("20 min")

    world.alert("Intrusion")

    assert [each.grade for each in world.incidents()] == [2, 2]
    assert world.told("lee")[-1].startswith("[GRADE 1? please decide] Checkout")
    assert "Grade 1 is proposed, not yet in force: INC-20261123-002 goes on too" in world.messages("lee")[-1].text
    assert not any("GRADE 1" in line for line in world.told("wang"))


def test_a_person_confirms_what_was_proposed(make: Make) -> None:
    """3.1: joint grading; the agent proposes."""
    world = make(SUSPICION)
    world.alert("CheckoutSlow")
    world.alert("Intrusion")

    world.regrade(1, by="lee")

    assert (world.incident().grade, world.incident().is_provisional) == (1, False)


def test_a_pair_is_told_once_across_restarts(make: Make) -> None:
    world = make(SUSPICION)
    world.alert("CheckoutSlow")
    world.alert("Intrusion")
    world.restart()

    world.alert("CheckoutSlow", instance="b")
    world.alert("Intrusion", instance="b")
    world.advance("2 h")

    assert proposals(world) == [["001", ["INC-20261123-002"]]]


def test_on_a_function_that_is_not_core_nothing_is_proposed(make: Make) -> None:
    world = make(SUSPICION.replace("name: Checkout, criticality: core", "name: Checkout, criticality: important"))
    world.alert("CheckoutSlow")
    world.regrade(2)

    world.alert("Intrusion")

    assert proposals(world) == []


def test_one_that_becomes_grade_2_later_completes_the_pair(make: Make) -> None:
    world = make(SUSPICION)
    world.alert("CheckoutSlow")
    world.regrade(3, "one node of twelve")
    world.alert("Intrusion")
    assert proposals(world) == []

    world.regrade(2, number=world.incidents()[0].number)

    assert proposals(world) == [["001", ["INC-20261123-002"]]]


def test_a_trial_beside_an_incident_pages_nobody(make: Make) -> None:
    world = make(SUSPICION)
    world.alert("CheckoutSlow")

    world.do(Try("checkout", Condition.SUSPECTED, "lee", is_rehearsal=True))

    assert proposals(world) == []
    assert not any("please decide" in line for line in world.told("lee"))
