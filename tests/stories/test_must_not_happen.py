"""What peers were seen to do and we promised not to."""

from datetime import timedelta

from agent.model import Outcome, Verdict
from tests.stories.conftest import Make
from tests.support.remembered import differences
from tests.support.world import FILE, World, alert


def test_two_alerts_of_the_same_name_are_two_signals(world: World) -> None:
    """GoAlert deduplicated by the rendered summary."""
    world.alert("CheckoutDown", instance="a")
    world.alert("CheckoutDown", instance="b")
    world.resolve("CheckoutDown", instance="a")

    assert world.incident().signals_total == 2
    assert world.incident().state == "open"


def test_the_same_message_twice_changes_nothing(world: World) -> None:
    now = world.clock.now()
    message = [alert("CheckoutDown", "firing", now, instance="a")]

    world.letter(message)
    facts = world.happened()
    receipt = world.letter(message)

    assert (receipt.received, receipt.new, receipt.incidents) == (1, 0, (world.incident().number,))
    assert world.happened() == facts


def test_an_old_firing_after_the_resolve_opens_nothing(world: World) -> None:
    start = world.clock.now()
    world.alert("CheckoutDown")
    world.advance("1 min")
    world.resolve("CheckoutDown")
    world.advance("1 min")

    world.letter([alert("CheckoutDown", "firing", start)])

    assert world.incident().state == "verifying"


def test_an_old_firing_that_insists_is_believed(world: World) -> None:
    """traps, Alertmanager 4: an alert auto-resolved during a partition came back with the same startsAt."""
    start = world.clock.now()
    world.alert("CheckoutDown")
    world.advance("1 min")
    world.resolve("CheckoutDown")
    world.advance("6 min")

    world.letter([alert("CheckoutDown", "firing", start)])

    assert world.incident().state == "open"


def test_a_resolve_of_what_was_never_seen_is_recorded(world: World) -> None:
    receipt = world.resolve("CheckoutDown")

    assert (receipt.new, receipt.incidents) == (1, ())
    assert world.incidents() == []


def test_a_resolve_of_what_was_never_seen_makes_nothing_older_not_even_after_a_restart(make: Make) -> None:
    """What fires in an announced window waits for its end; another of the line is over before it was seen."""
    window = 'maintenance:\n  - {what: upgrade, functions: [checkout], from: "2026-11-23 02:30", for: 2h}\n'
    world = make(FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: UTC") + window)
    world.alert("CheckoutDown", instance="a")
    world.advance("5 s")
    now = world.clock.now()

    world.letter([alert("CheckoutDown", "resolved", now - timedelta(hours=1), now, instance="b")])

    assert world.incidents() == []
    assert differences(world) == []


def test_a_grade_1_that_was_never_seen_firing_is_told(make: Make) -> None:
    """traps, Alertmanager 3."""
    world = make(FILE.replace("function: checkout, state: down", "function: checkout, grade: 1"))

    world.resolve("CheckoutDown")

    assert (world.incident().grade, world.incident().state) == (1, "verifying")
    assert world.told("wang") != []


def test_a_failed_send_is_never_shown_as_sent(world: World) -> None:
    """Healthchecks marked the flip as processed before sending."""
    world.notebook.answers["chen/1"] = lambda: Outcome(Verdict.RETRY, "HTTP 503")
    world.alert("CheckoutDown")
    world.advance("2 min")

    assert "notice_accepted" not in world.happened()
    assert "notice_not_accepted" in world.happened()

    del world.notebook.answers["chen/1"]
    world.advance("5 min")
    assert "notice_accepted" in world.happened()


def test_a_crash_between_decision_and_sending_sends_it_after_the_start(make: Make) -> None:
    world = make()
    world.courier.take = lambda deliveries: None  # type: ignore[method-assign]
    world.courier.tick = lambda now: now.replace(year=2100)  # type: ignore[method-assign]
    world.alert("CheckoutDown")
    assert world.told("chen") == []

    world.restart()
    world.advance("15 s")

    assert len(world.told("chen")) == 1


def test_what_is_sent_again_bears_the_same_name(world: World) -> None:
    """A mail that is tried again has the same Message-ID, so that it can be told apart from a new one."""
    world.alert("CheckoutDown")

    [message] = world.messages("chen")
    [delivery] = world.store.deliveries_for(world.incident().number)
    assert message.id == delivery.id


def test_an_old_resolve_told_again_after_a_restart_ends_nothing(make: Make) -> None:
    """A row's `held` makes the fault older; the sender's own times are compared with the sender's own."""
    held = "function: ledger, state: down, held: 10m}"
    world = make(FILE.replace("function: ledger, state: down}", held))
    began, ended = world.clock.now(), world.clock.now() + timedelta(minutes=1)
    old = [alert("LedgerDown", "resolved", began, ended_at=ended)]
    world.letter([alert("LedgerDown", "firing", began)])
    world.advance("1 min")
    world.letter(old)
    world.advance("2 min")
    world.alert("LedgerDown")
    world.restart()

    receipt = world.letter(old)

    assert (receipt.new, world.incident().state) == (0, "open")
