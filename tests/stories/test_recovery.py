"""`resolved` from a monitor is a signal, not a recovery (fact 8); 3.4(d) demands verification."""

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from tests.stories.conftest import Make
from tests.support.world import World


def test_recovered_only_after_the_stability_window(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    assert world.incident().state == "verifying"

    world.advance("9 min")
    assert world.incident().state == "verifying"

    world.advance("2 min")
    assert world.incident().state == "recovered"


def test_the_recovery_is_told_to_both_parties_with_its_times(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("11 min")

    expected = "03:20:00 [RECOVERED] Checkout back at 03:10, verified 03:20"
    assert world.told_at("wang")[-1].startswith(expected)
    assert world.told_at("chen")[-1].startswith(expected)


def test_bad_again_while_verifying_is_a_relapse_and_told_to_nobody(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.acknowledge("chen")
    world.acknowledge("wang")
    world.resolve("CheckoutDown")
    told = len(world.notebook.written)

    world.advance("5 min")
    world.alert("CheckoutDown")

    assert (world.incident().state, len(world.incidents())) == ("open", 1)
    assert "incident_relapsed" in world.happened()
    assert len(world.notebook.written) == told


def test_bad_again_within_a_day_reopens_the_same_incident(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("2 h")
    assert world.incident().state == "recovered"

    world.alert("CheckoutDown")

    assert (len(world.incidents()), world.incident().state) == (1, "open")
    assert world.told("wang")[-1].startswith("[GRADE 2, again] Checkout down")


def test_bad_again_after_a_day_is_a_recurrence(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("2 d")

    world.alert("CheckoutDown")

    first, second = world.incidents()
    assert second.recurrence_of == first.number


def test_grade_3_closes_itself_a_day_after_recovery(world: World) -> None:
    world.alert("ReportsDown")
    world.advance("10 min")
    world.resolve("ReportsDown")
    world.advance("1 h")
    assert world.incident().state == "recovered"

    world.advance("24 h")

    assert world.incident().state == "closed"


def test_grade_2_never_closes_itself(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")

    world.advance("9 d")

    assert world.incident().state == "recovered"
    world.record_phases()
    assert world.close().state == "closed"


def test_a_security_incident_recovers_only_by_a_persons_word(world: World) -> None:
    """R10: a person is needed to close a security incident."""
    world.alert("Intrusion")
    world.resolve("Intrusion")
    world.advance("3 h")
    assert world.incident().state == "verifying"

    world.verify("lee")
    world.advance("1 min")

    assert world.incident().state == "recovered"


def test_what_still_fires_cannot_be_verified(world: World) -> None:
    world.alert("CheckoutDown")

    with pytest.raises(IllegalStep, match="signals are still firing"):
        world.verify("lee")

    assert world.incident().state == "open"


def test_the_customer_does_not_verify(world: World) -> None:
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")

    with pytest.raises(WrongParty):
        world.verify("wang")


def test_an_open_incident_cannot_be_closed(world: World) -> None:
    world.alert("CheckoutDown")

    with pytest.raises(IllegalStep):
        world.close()


def test_a_false_alarm_is_void_and_told_to_whoever_was_told(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("10 min")

    world.void("load test without notice")

    assert world.incident().state == "void"
    assert world.told("wang")[-1].startswith("[FALSE ALARM] Checkout: the incident since 03:00 is void")
    assert "load test without notice" in world.messages("wang")[-1].text


def test_a_false_alarm_needs_a_reason(world: World) -> None:
    world.alert("CheckoutDown")

    with pytest.raises(Refused, match="needs a reason"):
        world.void(" ")


def test_a_void_that_the_customer_never_heard_of_is_not_told_to_them(world: World) -> None:
    world.alert("CheckoutDown")

    world.void("typo in the rule")
    world.advance("1 h")

    assert world.told("wang") == []


def test_while_a_group_leaves_alerts_out_its_incident_stays_open(world: World) -> None:
    """traps, Alertmanager 2: the top of a truncated message lied."""
    from tests.support.world import alert

    now = world.clock.now()
    world.letter([alert("CheckoutDown", "firing", now)], group="g", truncated=3)
    world.letter([alert("CheckoutDown", "resolved", now, now)], group="g", truncated=3)
    assert world.incident().state == "open"

    world.letter([alert("CheckoutDown", "resolved", now, now)], group="g", truncated=0)
    assert world.incident().state == "verifying"


def test_a_person_can_state_that_the_hidden_alerts_are_clear(world: World) -> None:
    from agent.engine.works import Verify
    from tests.support.world import alert

    now = world.clock.now()
    world.letter([alert("CheckoutDown", "firing", now)], group="g", truncated=3)
    world.letter([alert("CheckoutDown", "resolved", now, now)], group="g", truncated=3)

    world.do(Verify(world.incident().number, "lee", confirm_full=True))

    assert world.incident().state == "verifying"


def test_a_restart_while_verifying_loses_nothing(make: Make) -> None:
    world = make()
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("5 min")

    world.restart()
    world.advance("6 min")

    assert world.incident().state == "recovered"
