"""Planned maintenance (R2, 4.1(a)): nothing is lost in a window, nothing is told of it singly, and it is announced."""

from datetime import timedelta
from typing import Any

import pytest

from agent.engine.planned import Announce, Announced, End, Extend
from agent.errors import IllegalStep, NotFound, WrongParty
from agent.model import Outcome, Verdict
from tests.stories.conftest import Make
from tests.support.world import FILE, START, World

UTC = FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment")


@pytest.fixture
def world(make: Make) -> World:
    return make(UTC)


def announce(world: World, *functions: str, hours: float = 2, ahead: float = 0, **other: Any) -> Announced:
    """A window of so many hours, which begins so many hours ahead."""
    starts_at = world.clock.now() + timedelta(hours=ahead)
    asked = {"what": "database upgrade", "by": "chen", "functions": functions or ("ledger", "checkout"), **other}
    done: Announced = world.do(Announce(starts_at=starts_at, ends_at=starts_at + timedelta(hours=hours), **asked))
    return done


def maintained(world: World) -> list[str]:
    """The kinds of fact about maintenance, in order."""
    kinds = [sealed.fact.kind for sealed in world.store.timeline("")]
    return [kind.removeprefix("maintenance_") for kind in kinds if kind.startswith("maintenance_")]


def test_a_fault_in_a_window_is_recorded_and_nobody_is_told_of_it(world: World) -> None:
    announce(world)
    before = len(world.notebook.written)

    receipt = world.alert("LedgerDown")
    world.advance("90 min")

    assert (receipt.new, world.incidents()) == (1, [])
    assert world.store.lines_in_maintenance()[0][1:] == ("ledger", 1)
    assert len(world.notebook.written) == before


def test_both_parties_read_what_is_done_when_and_on_what(world: World) -> None:
    announce(world, "ledger", ahead=1)

    [customer], [provider] = world.messages("wang"), world.messages("chen")
    assert customer.subject == provider.subject == "[MAINTENANCE] ledger: 04:00 to 06:00"
    assert "Work: database upgrade" in customer.text
    assert "MW-20261123-001" in provider.text
    assert world.told("lee") == []


def test_what_outlives_the_window_is_an_incident_from_its_end(world: World) -> None:
    announce(world)
    world.alert("LedgerDown")

    world.advance("121 min")

    incident = world.incident()
    assert (incident.functions, f"{incident.started_at:%H:%M}", f"{incident.detected_at:%H:%M}") == (
        ("ledger",),
        "05:00",
        "05:00",
    )
    assert incident.grade == 2
    assert "maintenance_outlived" in world.happened()
    assert maintained(world) == ["announced", "over"]


def test_the_minutes_of_an_incident_that_outlived_its_window_count_its_signals(world: World) -> None:
    announce(world)
    world.alert("LedgerDown", instance="a")
    world.alert("LedgerDown", instance="b")

    world.advance("121 min")

    assert world.incident().signals_total == 2
    [joined] = [sealed.fact.detail["count"] for sealed in world.facts() if sealed.fact.kind == "signals_joined"]
    assert joined == 2


def test_a_core_function_that_was_out_in_the_window_is_not_grade_1_the_minute_it_ends(world: World) -> None:
    """R7 counts from the end of the window: planned work is no fault."""
    announce(world)
    world.alert("CheckoutDown")

    world.advance("124 min")
    world.restart()
    world.advance("30 s")

    incident = world.incident()
    assert (incident.grade, f"{incident.started_at:%H:%M}") == (2, "05:00")
    [evidence] = world.desk._known.evidence(incident.number)  # type: ignore[union-attr]
    assert f"{evidence.started_at:%H:%M}" == "05:00"


def test_no_duty_is_overdue_for_what_was_planned(world: World) -> None:
    announce(world)
    world.alert("LedgerDown")

    world.advance("121 min")

    late = [sealed.fact.kind for sealed in world.facts() if sealed.fact.kind == "obligations_overdue"]
    assert late == []


def test_what_ends_within_the_window_leaves_no_incident(world: World) -> None:
    announce(world)
    world.alert("LedgerDown")
    world.advance("10 min")
    world.resolve("LedgerDown")

    world.advance("3 h")

    assert world.incidents() == []


def test_security_is_never_suppressed(world: World) -> None:
    announce(world, "checkout")

    world.alert("Intrusion")

    assert world.incident().kind == "security"


def test_an_incident_that_was_open_before_goes_on_being_told(world: World) -> None:
    world.alert("CheckoutDown")
    number = world.incident().number

    done = announce(world)
    world.advance("16 min")

    assert done.live == (number,)
    assert any("unanswered" in line for line in world.told("chen"))


def test_it_survives_a_restart(world: World) -> None:
    announce(world)
    world.restart()

    world.alert("LedgerDown")
    world.advance("10 min")
    assert world.incidents() == []
    world.restart()
    world.advance("111 min")

    assert f"{world.incident().opened_at:%H:%M}" == "05:00"


def test_an_end_that_nobody_was_there_for_is_noted_at_the_next_start(world: World) -> None:
    announce(world)
    world.alert("LedgerDown")
    world.clock.advance(timedelta(hours=3))

    world.restart()
    world.advance("1 min")

    assert maintained(world) == ["announced", "over"]
    assert f"{world.incident().started_at:%H:%M}" == "05:00"


def test_ending_it_early_opens_what_still_fires_and_tells_both(world: World) -> None:
    window = announce(world).window
    world.alert("LedgerDown")
    world.advance("30 min")

    done = world.do(End(window.id, "lee", "rolled back"))

    assert done.opened == (world.incident().number,)
    assert f"{world.incident().started_at:%H:%M}" == "03:30"
    assert [line for line in world.told("wang") if "OVER" in line] == [
        "[MAINTENANCE OVER] ledger and 1 more: over at 03:30"
    ]
    assert "Reason: rolled back" in world.messages("wang")[1].text


def test_one_called_off_before_its_begin_covers_nothing(world: World) -> None:
    window = announce(world, ahead=1).window

    world.do(End(window.id, "chen"))
    world.advance("61 min")
    world.alert("LedgerDown")

    assert world.incident().functions == ("ledger",)
    assert "[MAINTENANCE OFF] ledger and 1 more: not on 04:00" in world.told("wang")
    assert maintained(world) == ["announced", "called_off"]


def test_extending_it_keeps_what_fires_waiting_and_tells_both(world: World) -> None:
    window = announce(world).window
    world.alert("LedgerDown")
    world.advance("110 min")

    world.do(Extend(window.id, "lee", window.ends_at + timedelta(hours=1), "restore is slow"))
    world.advance("65 min")

    assert world.incidents() == []
    assert "[MAINTENANCE, longer] ledger and 1 more, until 06:00" in world.told("wang")
    world.advance("10 min")
    assert f"{world.incident().opened_at:%H:%M}" == "06:00"


def test_the_provider_is_reminded_before_the_end_where_something_still_fires(world: World) -> None:
    announce(world, by="lee")
    world.alert("LedgerDown")

    world.advance("106 min")

    assert world.told_at("lee") == ["04:45:00 [MAINTENANCE ENDS] ledger and 1 more, until 05:00"]
    assert "Still firing in it: 1 signal." in world.messages("lee")[0].text
    assert [line for line in world.told("wang") if "ENDS" in line] == []


def test_a_quiet_window_ends_without_a_word(world: World) -> None:
    announce(world)
    before = len(world.notebook.written)

    world.advance("3 h")

    assert len(world.notebook.written) == before
    assert maintained(world) == ["announced", "over"]


def test_maintenance_of_a_probe_leaves_the_rest_of_its_function_watched(world: World) -> None:
    world.configure(UTC + "probes:\n  ledger-db: {tcp_connect: {host: 127.0.0.1, port: 9}, function: ledger}\n")
    world.do(Announce("upgrade", "chen", world.clock.now() + timedelta(hours=1), probes=("ledger-db",)))

    world.alert("LedgerDown")

    assert world.incident().functions == ("ledger",)


def duty(world: World) -> str:
    [owed] = [
        each for each in world.store.live_obligations(START - timedelta(hours=1)) if each.name == "announce_maintenance"
    ]
    return f"{owed.state}, due {owed.due_at:%d %H:%M}"


def test_the_announcement_meets_its_duty_once_the_customer_has_it(world: World) -> None:
    """OB-803, 4.1(a): at least 72 h before."""
    announce(world, ahead=80)

    assert duty(world) == "met, due 23 11:00"


def test_one_announced_late_misses_its_duty(world: World) -> None:
    announce(world, ahead=70)

    assert duty(world) == "met_late, due 23 01:00"


def test_an_announcement_that_nobody_has_is_none(world: World) -> None:
    world.notebook.answers["wang/1"] = lambda: Outcome(Verdict.REJECTED, "no such address")

    announce(world, ahead=80)

    assert duty(world) == "running, due 23 11:00"


def test_in_a_trial_agreement_the_customers_copy_goes_to_the_provider(make: Make) -> None:
    world = make(UTC.replace("system: Payment", "status: trial\n  system: Payment"))

    announce(world, "ledger")

    assert world.told("wang") == []
    assert "[TRIAL] [MAINTENANCE] ledger: 03:00 to 05:00" in world.told("chen")


def test_a_dry_run_leaves_no_trace(world: World) -> None:
    done = announce(world, is_rehearsal=True)

    assert [notice.party for notice in done.notices] == ["provider", "customer"]
    assert (world.notebook.written, maintained(world)) == ([], [])
    world.alert("LedgerDown")
    assert len(world.incidents()) == 1


def test_the_customer_plans_no_maintenance_of_the_providers(world: World) -> None:
    with pytest.raises(WrongParty, match="belongs to the customer"):
        announce(world, by="wang")


def test_what_is_over_is_not_extended(world: World) -> None:
    window = announce(world).window
    world.advance("3 h")

    with pytest.raises(IllegalStep, match="is over"):
        world.do(Extend(window.id, "chen", world.clock.now() + timedelta(hours=1)))


def test_nobody_ends_what_nobody_announced(world: World) -> None:
    with pytest.raises(NotFound, match="nobody announced a window"):
        world.do(End("MW-20261123-009", "chen"))
