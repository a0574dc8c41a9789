"""Stories of the duties' clocks (agreement.md 5): started by what happens, met by what is done, else overdue."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent import metrics
from agent.model import Obligation, ObligationState
from tests.support.world import World

OPEN = ("running", "overdue", "paused")


def open_duties(world: World) -> dict[str, str]:
    """Name and side -> when it is due, of what is open now."""
    found, _ = world.store.obligations(states=OPEN, limit=500)
    return {each.id.partition("-INC")[0]: f"{each.due_at:%H:%M}" for each in reversed(found)}


def duty(world: World, name: str) -> Obligation:
    """The newest clock of that name."""
    found, _ = world.store.obligations(limit=500)
    return next(each for each in found if each.name == name)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_grade_2_incident_owes_launch_assessment_restoration_and_a_first_notice(world: World) -> None:
    """Section 5: each from its own start, each with the limit of its grade."""
    world.alert("CheckoutDown")
    world.settle()

    assert open_duties(world) == {
        "assess": "04:00",
        "first_notice": "03:30",
        "launch_teams-customer": "03:30",
        "launch_teams-provider": "03:30",
        "name_coordinators-customer": "03:30",
        "name_coordinators-provider": "03:30",
        "restore": "11:00",
    }
    assert duty(world, "judge").state is ObligationState.MET


def test_a_first_notice_is_met_when_it_has_reached_those_who_count(world: World) -> None:
    """OB-303: accepted by a channel of the principal's own and of the coordinator's; the answer is owed from then."""
    world.alert("CheckoutDown")

    world.advance("5 min")

    assert duty(world, "first_notice").state is ObligationState.MET
    assert duty(world, "first_notice").discharged_at == world.clock.now()
    assert duty(world, "acknowledge_notice").state is ObligationState.RUNNING
    assert duty(world, "progress_update").state is ObligationState.RUNNING


def test_an_acknowledgement_meets_what_its_own_party_owes_and_nothing_of_the_other(world: World) -> None:
    """4.2(c), 3.3(b): one party's answer never discharges the other's duty."""
    world.alert("CheckoutDown")
    world.advance("6 min")

    world.acknowledge("wang")

    assert duty(world, "acknowledge_notice").state is ObligationState.MET
    assert duty(world, "acknowledge_notice").discharged_by == "wang"
    assert "launch_teams-customer" not in open_duties(world)
    assert "launch_teams-provider" in open_duties(world)


def test_what_is_not_done_in_time_is_overdue_within_a_second_and_met_late_afterwards(world: World) -> None:
    """Section 5: an overdue clock stays open until discharged and keeps `overdue_at` when it is met late."""
    world.alert("CheckoutDown")
    world.advance("31 min")
    overdue = next(each for each in world.store.obligations(limit=500)[0] if each.id.startswith("launch_teams-prov"))

    world.acknowledge("lee")

    late = world.store.obligation(overdue.id)
    assert overdue.state is ObligationState.OVERDUE
    assert late is not None
    assert late.state is ObligationState.MET_LATE
    assert late.overdue_at == overdue.overdue_at == overdue.due_at
    assert "obligations_overdue" in world.happened()


def test_a_raise_restarts_the_response_clocks_and_keeps_the_start_of_the_restoration(world: World) -> None:
    """Rule 3: never later than they were; what the higher grade does not owe is void, what it owes starts."""
    world.alert("CheckoutDown")
    world.advance("4 min")

    world.regrade(1, "all shops stand still")

    due = open_duties(world)
    assert due["assess"] == "03:34"  # 30 min from the regrade instead of 60 from the start
    assert due["restore"] == "07:00"  # 4 h from the detection
    assert due["launch_provider"] == due["launch_customer"] == "03:19"
    assert due["principals_speak"] == "03:34"
    assert "launch_teams-provider" not in due
    assert "name_coordinators-customer" not in due


def test_a_restoration_that_fails_again_is_owed_again_without_the_good_time(world: World) -> None:
    """OB-505, 2.2(b), 4.1(b): time spent recovered does not count; the due time moves by it."""
    world.alert("CheckoutDown")
    world.advance("1 h")
    world.resolve("CheckoutDown")
    met = duty(world, "restore")
    world.advance("5 min")

    world.alert("CheckoutDown")

    again = next(each for each in world.store.obligations(states=OPEN, limit=500)[0] if each.name == "restore")
    assert met.state is ObligationState.MET
    assert again.state is ObligationState.RUNNING
    assert again.started_at == met.started_at
    assert f"{again.due_at:%H:%M}" == "11:05"


def test_a_false_alarm_leaves_nothing_owed(world: World) -> None:
    """What was owed for it is void, and the record says why."""
    world.alert("CheckoutDown")
    world.advance("6 min")

    world.void("load test of the provider")

    assert open_duties(world) == {}
    assert duty(world, "restore").reason == "incident.voided"


def test_clocks_survive_a_restart_and_what_fell_due_meanwhile_is_overdue_since_its_own_time(world: World) -> None:
    """Rule 1: a clock runs by the trigger's time, whether the daemon is there or not."""
    world.alert("CheckoutDown")
    world.settle()
    due_at = duty(world, "first_notice").due_at

    world.end()
    world.clock.advance(timedelta(minutes=40))
    world.begin()
    world.settle()

    assert duty(world, "launch_teams").overdue_at == due_at


def test_an_unmapped_alert_owes_the_customer_nothing(world: World) -> None:
    """Section 4, "Unmapped": it is the provider's own matter."""
    world.alert("DiskOdd", severity="critical")
    world.advance("1 h")

    assert world.store.obligations(limit=500)[0] == []


def test_outcomes_are_counted_by_clause(world: World) -> None:
    def counted() -> float:
        return metrics.OBLIGATIONS.labels("assess", "3.4(a)", "overdue")._value.get()  # type: ignore[no-any-return]

    before = counted()
    world.alert("CheckoutDown")

    world.advance("61 min")

    assert counted() - before == 1
    assert world.desk.census().obligations["provider", "overdue"] >= 1


def test_what_is_judged_late_is_on_record_as_late(world: World) -> None:
    """OB-202, 2.2(a), 3.1: five, ten or thirty minutes from the detection, whoever was away meanwhile."""
    world.alert("CheckoutDown", ago="12 min")
    world.alert("ReportsDown", ago="12 min")

    judged = [each for each in world.store.obligations(limit=500)[0] if each.name == "judge"]

    assert {each.grade: (each.state, each.limit) for each in judged} == {
        2: (ObligationState.MET_LATE, "10m"),
        3: (ObligationState.MET, "30m"),
    }
