"""What the agent's own probes find, through the real watcher: incidents, recoveries, what it cannot find out."""

import pytest

from agent.model import Reading, Result
from tests.stories.conftest import Make
from tests.support.world import FILE, World, alert, bad, good

PROBES = (
    FILE
    + """
probes:
  till: {tcp_connect: {host: 192.0.2.7, port: 443}, function: checkout, every: 1m, for: 2, recover: 2m}
  books: {tcp_connect: {host: 192.0.2.8, port: 5432}, function: ledger, every: 1m, for: 2, recover: 2m}
  backup: {heartbeat: {within: 24h, grace: 10m}, function: reports}
"""
)


def unknown() -> Reading:
    return Reading(Result.UNKNOWN, error="no resolver answers")


def own(world: World) -> list[str]:
    """The facts of no incident."""
    return [sealed.fact.kind for sealed in world.store.timeline("")]


@pytest.fixture
def world(make: Make) -> World:
    """All has been good for a while."""
    made = make(PROBES)
    made.ping("backup")
    made.advance("5 min")
    return made


# ------------------------------------------------------------------------------------------------ opening


def test_a_probe_opens_an_incident_once_its_for_has_passed(world: World) -> None:
    """2.2(a), 1.2: the provider monitors and judges first; a fault is a function that is not provided."""
    world.readings["till"] = bad

    world.advance("1 min")
    assert world.incidents() == []
    world.advance("1 min")

    assert (world.incident().functions, world.incident().grade) == (("checkout",), 2)
    assert world.incident().rules == ("R0", "R1", "R4")
    assert "HTTP 502" in world.messages("chen")[0].text


def test_the_count_goes_on_after_a_restart(world: World) -> None:
    world.readings["till"] = bad
    world.advance("1 min")

    world.restart()
    world.advance("1 min")

    assert len(world.incidents()) == 1


def test_an_alert_and_a_probe_are_two_witnesses(world: World) -> None:
    """R7: a total outage of a core function is grade 1 after 5 min, given second evidence."""
    world.readings["till"] = bad
    world.advance("2 min")
    world.alert("CheckoutDown")

    world.advance("5 min")

    assert world.incident().grade == 1


def test_a_probe_of_this_very_host_is_evidence_enough(make: Make) -> None:
    world = make(PROBES.replace("192.0.2.7", "127.0.0.1"))
    world.advance("2 min")
    world.readings["till"] = bad

    world.advance("10 min")

    assert world.incident().grade == 1


def test_a_probe_that_never_was_good_is_told_to_the_provider_alone_for_a_while(make: Make) -> None:
    """routes.md: one already bad at first load; perhaps it asks the wrong question."""
    world = make(PROBES)
    world.readings["till"] = bad
    world.advance("15 min")
    assert world.told("chen") != []
    assert world.told("wang") == []

    world.advance("3 min")

    assert world.told("wang")[0].startswith("[GRADE 2, provisional] Checkout down")


def test_one_that_was_good_before_the_restart_is_told_to_the_customer_as_usual(world: World) -> None:
    world.restart()
    world.readings["till"] = bad

    world.advance("8 min")

    assert world.told("wang") != []


# ------------------------------------------------------------------------------------------------ recovery


def test_recovered_after_three_good_readings_and_the_window(world: World) -> None:
    """agreement.md 4, "Recovery gate": stable for 10 min in grade 2, from the last bad reading."""
    world.readings["till"] = bad
    world.advance("3 min")
    world.readings["till"] = good
    world.advance("3 min")
    assert world.incident().state == "verifying"

    world.advance("7 min")
    assert world.incident().state == "verifying"

    world.advance("4 min")
    assert world.incident().state == "recovered"


def test_the_gate_stays_shut_while_a_probe_of_the_function_cannot_find_out(world: World) -> None:
    """Fact 12: unknown is neither good nor bad."""
    world.readings["till"] = bad
    world.advance("3 min")
    world.readings["till"] = good
    world.advance("3 min")
    world.readings["till"] = unknown

    world.advance("1 h")
    assert world.incident().state == "verifying"

    world.readings["till"] = good
    world.advance("12 min")
    assert world.incident().state == "recovered"


def test_an_alert_that_clears_waits_for_the_probe_of_its_function(world: World) -> None:
    world.alert("CheckoutDown")
    world.readings["till"] = bad
    world.advance("5 min")
    world.resolve("CheckoutDown")

    world.advance("1 h")
    assert world.incident().state == "open"

    world.readings["till"] = good
    world.advance("20 min")
    assert world.incident().state == "verifying"  # grade 1 by now: a person is needed
    world.verify("lee")
    assert world.incident().state == "recovered"


def test_unknown_ends_nothing(world: World) -> None:
    world.readings["till"] = bad
    world.advance("3 min")

    world.readings["till"] = unknown
    world.advance("1 h")

    assert world.incident().state == "open"


# ------------------------------------------------------------------------------------------------ flapping


def test_what_comes_and_goes_stays_one_open_incident_marked_flapping(make: Make) -> None:
    """routes.md: so many openings in 30 min; the last state is always told."""
    world = make(PROBES.replace("ledger, every: 1m, for: 2", "ledger, every: 1m, for: 1, flap: 3/30m"))
    world.advance("5 min")
    for _ in range(3):
        world.readings["books"] = bad
        world.advance("2 min")
        world.readings["books"] = good
        world.advance("4 min")

    assert len(world.incidents()) == 1
    assert (world.incident().state, world.incident().is_flapping) == ("open", True)
    assert world.happened().count("incident_flapping") == 1

    world.advance("45 min")
    assert world.incident().state == "recovered"
    assert world.told("chen")[-1].startswith("[RECOVERED]")


def test_an_outside_alert_does_not_declare_itself_flapping(world: World) -> None:
    loud = alert("CheckoutDown", "firing", world.clock.now())
    loud["annotations"]["flapping"] = "true"
    world.letter([loud])

    assert not world.incident().is_flapping


# ------------------------------------------------------------------------------------------------ our own fault


def test_without_a_route_of_its_own_the_agent_calls_nothing_down(world: World) -> None:
    """agreement.md 4, "Own fault first": all bad is unknown, not down."""
    world.has_route = False
    world.readings["till"] = world.readings["books"] = bad

    world.advance("20 min")

    assert world.incidents() == []
    assert (world.told("lee"), world.told("wang")) == ([], [])


def test_all_that_go_blind_within_a_minute_are_told_together_across_a_restart(world: World) -> None:
    world.has_route = False
    world.readings["till"] = world.readings["books"] = bad
    world.advance("3 min")
    world.restart()

    world.advance("20 min")

    [told] = world.messages("chen")
    assert "till" in told.text
    assert "books" in told.text
    assert told.text.count("no route") == 1


def test_what_is_still_bad_once_the_own_network_is_back_is_down(world: World) -> None:
    world.has_route = False
    world.readings["till"] = bad
    world.advance("20 min")

    world.has_route = True
    world.advance("3 min")

    assert world.incident().functions == ("checkout",)


def test_a_reference_that_answers_is_second_evidence(make: Make) -> None:
    """R7: a good `reference:` target tells our network from theirs."""
    world = make(PROBES + "\nreference: {tcp_connect: {host: 192.0.2.1, port: 443}}\n")
    world.advance("2 min")
    world.readings["till"] = bad

    world.advance("10 min")

    assert world.incident().grade == 1


def test_with_the_reference_gone_as_well_nothing_is_called_down(make: Make) -> None:
    world = make(PROBES + "\nreference: {tcp_connect: {host: 192.0.2.1, port: 443}}\n")
    world.advance("2 min")
    world.readings["till"] = world.readings["reference"] = bad

    world.advance("10 min")

    assert world.incidents() == []


# ------------------------------------------------------------------------------------------------ blindness


def test_probes_gone_blind_are_told_to_the_provider_once(world: World) -> None:
    """OB-201: monitoring without gap; what cannot be found out is shown as such."""
    world.readings["till"] = unknown

    world.advance("2 h")

    told = world.messages("chen")
    assert len(told) == 1
    assert "till" in told[0].text
    assert world.told("lee") == world.told("wang") == []
    assert own(world).count("probe_blind") == 1


def test_blind_again_after_it_has_seen_is_told_again(world: World) -> None:
    world.readings["till"] = unknown
    world.advance("10 min")
    world.readings["till"] = good
    world.advance("5 min")

    world.readings["till"] = unknown
    world.advance("10 min")

    assert [told.split("]")[0] for told in world.told("chen")] == ["[MONITORING GAP", "[GAP ENDED", "[MONITORING GAP"]
    assert own(world).count("probe_blind") == 2


def test_blindness_is_told_once_across_a_restart(world: World) -> None:
    world.readings["till"] = unknown
    world.advance("10 min")

    world.restart()
    world.advance("1 h")

    assert len(world.told("chen")) == 1


# ------------------------------------------------------------------------------------------------ heartbeats


def test_a_heartbeat_that_falls_silent_opens_an_incident(world: World) -> None:
    world.advance("24 h")
    assert world.incidents() == []

    world.advance("6 min")

    assert world.incident().functions == ("reports",)


def test_a_cry_for_help_opens_at_once_and_a_good_ping_ends_it(world: World) -> None:
    world.ping("backup", has_failed=True)
    assert world.incident().state == "open"

    world.ping("backup")
    assert world.incident().state == "verifying"


def test_a_heartbeat_goes_on_where_it_was_after_a_restart(world: World) -> None:
    world.advance("5 h")

    world.restart()
    world.advance("20 h")

    assert world.incident().functions == ("reports",)


def test_the_monitors_own_heartbeat_is_no_incident_and_its_silence_a_gap(world: World) -> None:
    """agreement.md 4, "Unmapped": `Watchdog` is a heartbeat by default; its silence is the gap of OB-201."""
    for _ in range(5):
        world.alert("Watchdog", severity="none")
        world.advance("2 min")
    assert (world.incidents(), world.told("chen")) == ([], [])

    world.advance("30 min")

    assert world.incidents() == []
    assert len(world.told("chen")) == 1
    assert "Watchdog" in world.messages("chen")[0].text
    assert world.told("wang") == []
    assert own(world).count("heartbeat_silent") == 1


def test_a_monitor_that_is_heard_of_again_is_on_record_and_may_fall_silent_again(world: World) -> None:
    world.alert("Watchdog")
    world.advance("30 min")
    world.alert("Watchdog")
    assert "heartbeat_back" in own(world)

    world.advance("30 min")

    assert [told.split("]")[0] for told in world.told("chen")] == ["[MONITORING GAP", "[GAP ENDED", "[MONITORING GAP"]


def test_the_monitors_silence_is_noticed_after_a_restart_too(world: World) -> None:
    world.alert("Watchdog")
    world.advance("1 min")

    world.restart()
    world.advance("30 min")

    assert own(world).count("heartbeat_silent") == 1
