"""A probe that cannot find out keeps no incident for ever: a person puts on record that it need not be waited for.

Unknown is neither good nor bad (fact 12), and recovery passes through the gate (3.4(d)).
"""

import pytest

from agent.engine.works import Verify
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Incident
from agent.rules import recovery
from agent.rules.recovery import Wait
from tests.stories.conftest import Make
from tests.stories.test_probes import PROBES, unknown
from tests.support.world import World, bad, good


@pytest.fixture
def world(make: Make) -> World:
    """An alert has opened an incident of grade 2 and cleared; the probe of its function is blind since."""
    made = make(PROBES)
    made.ping("backup")
    made.advance("5 min")
    made.alert("CheckoutDown")
    made.readings["till"] = unknown
    made.advance("6 min")
    made.resolve("CheckoutDown")
    made.advance("1 h")
    return made


def without(world: World, *probes: str, note: str = "paid at the till by hand", by: str = "lee") -> Incident:
    return world.do(Verify(world.incident().number, by, note, without=probes))


def waits(world: World) -> tuple[Wait, ...]:
    incident, settings = world.incident(), world.settings
    probes = recovery.asked(incident, settings.probes, world.store.probe_states())
    return recovery.waits(incident, (), probes, settings.agreement.recovery, world.clock.now())


def test_a_person_may_leave_a_blind_probe_out(world: World) -> None:
    assert world.incident().state == "verifying"

    without(world, "till")
    world.settle()

    assert world.incident().state == "recovered"
    assert world.incident().without == ("till",)


def test_the_act_is_on_record_with_its_reason_and_who(world: World) -> None:
    without(world, "till")

    [waived] = [sealed.fact for sealed in world.facts() if sealed.fact.kind == "evidence_waived"]
    assert (waived.by, waived.detail["probe"], waived.detail["result"]) == ("lee", "till", "unknown")
    assert waived.detail["note"] == "paid at the till by hand"
    [recovered] = [sealed.fact for sealed in world.facts() if sealed.fact.kind == "incident_recovered"]
    assert recovered.detail["checks"] == {"probes": [], "verified_by": "lee", "without": ["till"]}


def test_the_recovery_notice_says_what_was_not_looked_at(world: World) -> None:
    without(world, "till")
    world.settle()

    assert "Probes: not waited for: till" in world.messages("chen")[-1].text
    assert "not waited for" not in world.messages("wang")[-1].text
    assert ", as far as it can be seen; " in world.messages("wang")[-1].text


def test_verifying_alone_does_not_stand_in_for_the_probe(world: World) -> None:
    world.verify()
    world.advance("1 h")

    assert world.incident().state == "verifying"


def test_what_the_recovery_waits_for_is_named(world: World) -> None:
    [wait] = waits(world)

    assert (wait.what, wait.name, wait.count, wait.result) == ("readings", "till", 3, "unknown")
    assert wait.since is not None
    assert f"{wait.since:%H:%M}" == "03:05"


def test_it_stays_left_out_after_a_restart(world: World) -> None:
    world.regrade(1)
    world.do(Verify(world.incident().number, "lee", "by hand", without=("till",)))
    world.restart()

    world.advance("1 min")

    assert world.incident().state == "recovered"


# ------------------------------------------------------------------------------------------------ refused


def test_refused_without_a_note(world: World) -> None:
    with pytest.raises(Refused, match="a note is needed"):
        without(world, "till", note=" ")

    assert (world.incident().without, world.incident().verified_by) == ((), "")


def test_refused_where_the_incident_does_not_wait_for_the_probe(world: World) -> None:
    with pytest.raises(Refused, match="does not wait for 'books'; it waits for till"):
        without(world, "books")

    assert world.incident().verified_by == ""


def test_refused_while_the_probe_is_bad(world: World) -> None:
    world.readings["till"] = bad
    world.advance("1 min")

    with pytest.raises(IllegalStep, match="till is firing, not unknown"):
        without(world, "till")


def test_refused_while_the_probe_fires_and_has_opened_an_incident(make: Make) -> None:
    world = make(PROBES)
    world.advance("5 min")
    world.readings["till"] = bad
    world.advance("5 min")

    with pytest.raises(IllegalStep, match="till is firing, not unknown"):
        without(world, "till")


def test_refused_to_the_customer(world: World) -> None:
    with pytest.raises(WrongParty):
        without(world, "till", by="wang")


def test_left_out_twice_is_left_out_once(world: World) -> None:
    world.regrade(1)
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    without(world, "till")

    without(world, "till")

    assert world.incident().without == ("till",)
    assert world.happened().count("evidence_waived") == 1


# ------------------------------------------------------------------------------------------------ it comes back


def test_a_probe_that_comes_back_bad_while_it_is_verified_is_waited_for_again(world: World) -> None:
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    without(world, "till")
    assert world.incident().state == "verifying"  # the window of 10 min

    world.readings["till"] = bad
    world.advance("1 min")
    assert "evidence_counts_again" in world.happened()
    world.advance("2 min")

    assert world.incident().state == "open"
    assert "incident_relapsed" in world.happened()


def test_one_bad_reading_is_enough_for_it_to_count_again(world: World) -> None:
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    without(world, "till")
    world.readings["till"] = bad
    world.advance("1 min")
    world.readings["till"] = unknown

    world.advance("1 h")

    assert (world.incident().state, world.incident().without) == ("verifying", ())


def test_a_probe_that_comes_back_bad_after_the_recovery_reopens_the_incident(world: World) -> None:
    without(world, "till")
    world.settle()

    world.readings["till"] = bad
    world.advance("3 min")

    assert len(world.incidents()) == 1
    assert (world.incident().state, world.incident().without) == ("open", ())


# ------------------------------------------------------------------------------------------------ it had fired itself


@pytest.fixture
def fired(make: Make) -> World:
    """The probe itself has opened the incident, and is blind since: nothing says that it ended."""
    made = make(PROBES)
    made.advance("5 min")
    made.readings["till"] = bad
    made.advance("5 min")
    made.readings["till"] = unknown
    made.advance("1 h")
    return made


def test_what_a_blind_probe_fired_last_is_taken_for_ended(fired: World) -> None:
    assert fired.incident().state == "open"

    without(fired, "till")
    assert fired.incident().state == "verifying"
    fired.advance("11 min")

    assert fired.incident().state == "recovered"


def test_bad_again_while_verifying_relapses(fired: World) -> None:
    without(fired, "till")
    fired.readings["till"] = bad

    fired.advance("1 min")

    assert fired.incident().state == "open"
    assert fired.happened().count("signals_joined") == 2


def test_bad_again_after_the_recovery_reopens(fired: World) -> None:
    """The probe has told it all along, so it tells nothing anew: the agent notices by itself."""
    without(fired, "till")
    fired.advance("11 min")
    fired.restart()
    fired.readings["till"] = bad

    fired.advance("1 min")

    assert len(fired.incidents()) == 1
    assert fired.incident().state == "open"


def test_bad_again_days_later_recurs(fired: World) -> None:
    first = fired.incident().number
    without(fired, "till")
    fired.ping("backup")
    fired.advance("23 h")
    fired.ping("backup")
    fired.advance("23 h")
    fired.restart()
    fired.readings["till"] = bad

    fired.advance("1 min")

    assert [incident.recurrence_of for incident in fired.incidents()] == ["", first]


def test_good_again_ends_it_as_ever(fired: World) -> None:
    without(fired, "till")
    fired.advance("11 min")
    fired.readings["till"] = good

    fired.advance("1 h")
    fired.readings["till"] = bad
    fired.advance("5 min")

    assert len(fired.incidents()) == 1
    assert fired.incident().state == "open"


def test_another_signal_that_fires_still_refuses_the_verification(fired: World) -> None:
    fired.alert("CheckoutSlow")

    with pytest.raises(IllegalStep, match="signals are still firing"):
        without(fired, "till")

    assert fired.incident().without == ()
