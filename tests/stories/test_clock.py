"""The wall clock is moved. Set back, it delays no promise: what began in the future began now. Set forward, what is due
is told at once, each thing once, and what nobody could have heard is not taken for silence (house.md 6).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from agent.engine.noting import SELF
from agent.engine.works import Watched
from agent.model import Change, DeliveryState, Heartbeat, Obligation, Outcome, Verdict
from tests.stories.conftest import Make
from tests.stories.test_direct import post
from tests.support.remembered import differences
from tests.support.world import FILE, World

DAY = FILE.replace("system: Payment", 'time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n  system: Payment')

SINGLY = DAY + "routes:\n  - {party: provider, grade: 3, to: [coordinator]}\n"  # no digest


def set_back(world: World) -> None:
    world.clock.jump(timedelta(hours=-8))
    world.settle()


def set_back_while_dead(world: World) -> None:
    world.clock.jump(timedelta(hours=-8))
    world.restart()


BACK = pytest.mark.parametrize("back", [set_back, set_back_while_dead])


@BACK
def test_the_ladder_and_the_hold_go_on(make: Make, back: Callable[[World], None]) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("1 min")
    back(world)

    world.advance("24 min")

    assert len(world.told("lee")) >= 1  # the principal, at three quarters of the limit
    assert world.told_at("wang")[0].startswith("19:06:00 [GRADE 2, provisional]")


@BACK
def test_a_delivery_that_is_tried_again_does_not_wait_for_the_old_time(
    make: Make, back: Callable[[World], None]
) -> None:
    world = make(SINGLY)
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.RETRY, "503")
    world.alert("ReportsDown")
    world.advance("1 min")
    del world.notebook.answers["chen/1"]
    back(world)

    world.advance("1 min")

    assert len(world.told("chen")) == 1


@BACK
def test_a_digest_is_not_put_off(make: Make, back: Callable[[World], None]) -> None:
    world = make(DAY)
    world.alert("ReportsDown")
    world.alert("LedgerDown")
    world.regrade(3, "nobody works with it", number="INC-20261123-002")
    back(world)

    world.advance("31 min")

    assert any("reports" in line or "DIGEST" in line for line in world.told("chen"))


@BACK
def test_a_recovery_is_not_put_off(make: Make, back: Callable[[World], None]) -> None:
    world = make(DAY)
    world.alert("CheckoutSlow")
    world.resolve("CheckoutSlow")
    world.advance("1 min")
    back(world)

    world.advance("11 min")

    assert world.incident().state == "recovered"


@BACK
def test_an_outage_rises_by_time_all_the_same(make: Make, back: Callable[[World], None]) -> None:
    witness = """  - {match: ['alertname="ShopBlank"'], function: checkout, state: down}\n"""
    world = make(DAY + witness)
    world.alert("CheckoutDown")
    world.alert("ShopBlank")
    world.advance("1 min")
    back(world)

    world.advance("6 min")

    assert world.incident().grade == 1


def test_the_jump_is_on_file(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")

    set_back(world)
    world.advance("1 s")

    [jump] = [sealed.fact for sealed in world.store.timeline("") if sealed.fact.kind == "clock_jumped"]
    assert jump.detail == {"by_s": -28800.0}


# ------------------------------------------------------------------------------------------------ set back, and more


@BACK
def test_what_ends_by_itself_does_not_wait_for_the_old_time(make: Make, back: Callable[[World], None]) -> None:
    world = make(DAY)
    post(world, ends_in="4 min")
    world.advance("1 min")
    back(world)

    world.advance("6 min")

    assert world.incident().state == "verifying"


def test_a_delivery_in_hand_when_the_agent_died_is_sent_again_at_once(make: Make) -> None:
    world = make(SINGLY)
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.RETRY, "503")
    world.alert("ReportsDown")
    [row] = [row for row in world.store.deliveries_for(world.incident().number) if row.contact == "chen"]
    lease = world.clock.now() + timedelta(seconds=30)
    world.store.commit(Change(deliveries={row.id: replace(row, state=DeliveryState.SENDING, lease_until=lease)}))
    world.notebook.answers.clear()
    set_back_while_dead(world)

    world.advance("1 min")

    assert len(world.told("chen")) == 1


# --------------------------------------------------------------------------------------------------------- set forward


def set_forward(world: World, hours: float = 8) -> None:
    world.clock.jump(timedelta(hours=hours))
    world.settle()
    world.advance("1 s")


def asked(world: World, contact: str) -> list[str]:
    """What was said to a contact, without the line that says when and of what."""
    return [line.partition("]")[0] + "]" for line in world.told(contact)]


def test_every_rung_that_was_missed_is_one_message(make: Make) -> None:
    """Three rungs, a round and a half hour of asking again lie in between: each contact hears of it once."""
    world = make(DAY)
    world.alert("LedgerDown")
    world.acknowledge("wang")
    world.advance("1 min")
    before = Counter(world.told("chen") + world.told("lee"))

    set_forward(world, hours=1)

    assert sum((Counter(world.told("chen") + world.told("lee")) - before).values()) == 2
    assert asked(world, "lee") == ["[GRADE 2, unanswered]"]
    assert asked(world, "chen") == ["[GRADE 2, provisional]", "[GRADE 2, unanswered]"]


def test_a_raise_and_the_missed_rungs_are_one_message_and_the_ladder_goes_on(make: Make) -> None:
    """The graver news asks by itself; who has just been asked is not asked once more in the same second."""
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("1 min")

    set_forward(world)

    assert asked(world, "chen") == ["[GRADE 2, provisional]", "[GRADE 2 -> 1, provisional]"]
    assert asked(world, "lee") == ["[GRADE 2 -> 1, provisional]"]
    assert asked(world, "wang") == ["[GRADE 1, provisional]"]
    world.advance("6 min")
    assert all("unanswered" in world.told(contact)[-1] for contact in ("chen", "lee", "wang"))


def test_numbers_of_notices_go_up_in_the_order_they_arrive(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")
    world.alert("ReportsDown")
    world.advance("1 min")

    set_forward(world)
    world.advance("20 min")

    for incident in world.incidents():
        for contact in ("chen", "lee", "wang"):
            texts = [message.text for message in world.messages(contact) if message.thread == incident.number]
            numbers = [int(text.split("#")[1].split()[0]) for text in texts if "#" in text]
            assert numbers == sorted(numbers)


def test_nothing_is_lost_or_doubled(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")
    world.alert("ReportsDown")
    world.advance("1 min")

    set_forward(world)
    world.restart()
    world.advance("1 s")

    assert differences(world) == []
    for incident in world.incidents():
        happened = Counter(world.happened(incident.number))
        assert happened["incident_opened"] == happened["clock_jumped"] == 1
        rows = world.store.deliveries_for(incident.number)
        assert {row.state for row in rows} == {DeliveryState.ACCEPTED}
        assert max(Counter(message.id for _, _, message in world.notebook.written).values()) == 1


def test_the_minutes_say_why_so_much_fell_due_at_once(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("1 min")

    set_forward(world)

    happened = world.happened()
    assert happened.index("clock_jumped") < happened.index("grade_raised")


def test_a_firing_that_nobody_could_tell_again_has_not_ended(make: Make) -> None:
    """Prometheus tells it again within minutes; the hour that passed was none."""
    world = make(DAY)
    post(world, ends_in="4 min")
    world.advance("1 min")

    set_forward(world, hours=1)
    world.advance("1 min")
    state = world.incident().state
    world.advance("5 min")

    assert (state, world.incident().state) == ("open", "verifying")


def test_a_heartbeat_is_not_silent_because_the_clock_was_set(make: Make) -> None:
    world = make(DAY)
    world.alert("Watchdog")
    world.advance("1 min")

    set_forward(world, hours=1)
    world.advance("3 min")
    beats = world.store.heartbeats()
    world.advance("4 min")

    assert (beats["alert:Watchdog"].has_failed, world.store.heartbeats()["alert:Watchdog"].has_failed) == (False, True)


def test_quiet_that_nobody_watched_is_not_stable(make: Make) -> None:
    world = make(DAY)
    world.alert("CheckoutSlow")
    world.resolve("CheckoutSlow")
    world.advance("1 min")

    set_forward(world, hours=1)
    world.advance("8 min")
    state = world.incident().state
    world.advance("3 min")

    assert (state, world.incident().state) == ("verifying", "recovered")


def test_an_hour_forward_and_back_leaves_every_promise_where_it_was(make: Make) -> None:
    world = make(DAY)
    world.alert("ReportsDown")
    world.alert("LedgerDown")
    world.resolve("ReportsDown")
    set_forward(world, hours=1)
    world.clock.jump(timedelta(hours=-1))
    world.settle()
    told = len(world.told("chen"))

    world.advance("31 min")

    assert [each.state for each in world.incidents()] == ["recovered", "open"]
    assert len(world.told("chen")) > told  # asked again, and told of the recovery
    assert differences(world) == []


# ------------------------------------------------------------------------------------------------- the duties' clocks


@BACK
def test_a_duty_gets_no_more_time_by_a_clock_that_was_ahead(make: Make, back: Callable[[World], None]) -> None:
    """Rule 1, OB-414: what began in the future began now; the clock that it was is superseded, never overwritten."""
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("1 min")
    back(world)

    world.advance("31 min")

    ahead, later = clocks(world, "launch_teams", "provider")
    assert (ahead.state, ahead.superseded_by) == ("superseded", later.id)
    assert later.due_at - later.started_at == timedelta(minutes=30)
    assert (later.state, f"{later.overdue_at:%d %H:%M}") == ("overdue", "22 19:31")


@BACK
def test_what_people_do_by_a_clock_set_back_meets_what_is_owed(make: Make, back: Callable[[World], None]) -> None:
    """OB-414, OB-304: an act of today is not one of before the duty began, whatever the clock said then."""
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.record("update", "chen", text="pool is full")
    back(world)

    world.acknowledge("lee")
    world.advance("1 min")
    world.record("update", "chen", text="pool restarted")
    world.advance("1 min")

    world.acknowledge("wang")

    assert clocks(world, "launch_teams", "provider")[-1].state == "met"
    assert clocks(world, "acknowledge_notice", "customer")[-1].state == "met"
    told = Counter(each.state.value for each in clocks(world, "progress_update", "provider"))
    assert told == {"met": 2, "superseded": 1, "running": 1}
    [running] = [each for each in clocks(world, "progress_update", "provider") if each.state == "running"]
    assert running.started_at == world.clock.now() - timedelta(minutes=1)


def test_what_fell_due_by_a_clock_that_was_ahead_is_not_overdue(make: Make) -> None:
    """Fact 2, OB-414: an overdue record is no accident of a clock."""
    world = make(DAY)
    world.alert("CheckoutDown")
    world.advance("6 min")
    set_forward(world, hours=7)
    world.advance("1 s")
    assert clocks(world, "launch_teams", "provider")[-1].state == "overdue"

    world.clock.jump(timedelta(hours=-7))
    world.settle()
    world.acknowledge("lee")

    ahead, team = clocks(world, "launch_teams", "provider")
    assert (ahead.state, team.state) == ("superseded", "met")
    assert f"{team.due_at:%H:%M}" == "03:30"
    assert team.overdue_at is None
    assert ahead.overdue_at == ahead.due_at  # what the clock had said then stays on file
    assert differences(world) == []


def test_a_month_that_a_clock_ahead_began_is_left_as_it_is(make: Make) -> None:
    """OB-104: the calendar comes to it again; its end is no matter of when it began."""
    world = make(DAY.replace("  system: Payment", "  effective: 2026-11-01\n  system: Payment"))
    world.advance("1 min")
    set_forward(world, hours=24 * 9)
    world.advance("1 min")
    world.clock.jump(timedelta(days=-9))
    world.settle()
    world.advance("1 min")

    tests = {each.about: each for each in owed(world, "test_channels", "provider") if each.state != "superseded"}
    assert f"{tests['2026-11'].due_at:%d %b}" == "01 Dec"
    assert tests["2026-11"].state == "running"
    assert f"{tests['2026-12'].due_at:%d %b}" == "01 Jan"


def clocks(world: World, name: str, debtor: str) -> list[Obligation]:
    """Those of one duty of the incident, in the order in which they came to be."""
    return owed(world, name, debtor, world.incident().number)


def owed(world: World, name: str, debtor: str, incident: str = "") -> list[Obligation]:
    found, _ = world.store.obligations(incident=incident, limit=500)
    mine = [each for each in found if each.name == name and each.debtor == debtor]
    return sorted(mine, key=lambda each: (len(each.id), each.id))


# ------------------------------------------------------------------------------------------------------------- away


def test_an_alert_that_beats_is_not_silent_because_the_agent_was_away(make: Make) -> None:
    world = make(DAY)
    world.alert("Watchdog")
    world.do(Watched(heartbeats=(Heartbeat(SELF, world.clock.now()),)))
    world.clock.advance(timedelta(hours=1))

    world.restart()
    world.advance("4 min")
    beats = world.store.heartbeats()
    world.advance("2 min")

    assert (beats["alert:Watchdog"].has_failed, world.store.heartbeats()["alert:Watchdog"].has_failed) == (False, True)


def test_a_restart_within_the_minute_gives_a_heartbeat_no_more_time(make: Make) -> None:
    world = make(DAY)
    world.alert("Watchdog")
    world.advance("4 min")
    world.do(Watched(heartbeats=(Heartbeat(SELF, world.clock.now()),)))

    world.restart()
    world.advance("2 min")

    assert world.store.heartbeats()["alert:Watchdog"].has_failed
