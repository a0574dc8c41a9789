"""A real Alertmanager asked by the reconciler: what it silences is shown, what it drops without a word is closed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from agent.engine.reconciler import Reconciler
from tests.real.running_alertmanager import Alertmanager, alertmanager
from tests.support.running import until
from tests.support.sinks import Sink, listening
from tests.support.world import World

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

CHECKOUT = {"alertname": "CheckoutDown", "instance": "web-1"}


def polling(world: World, sender: Alertmanager) -> Callable[[], None]:
    """Ask now, and let half a minute pass."""

    class Named:
        alertmanager_url = sender.url

    reconciler = Reconciler(lambda: cast("Any", Named), world.desk.submit, world.clock, lambda job: job())

    def poll() -> None:
        reconciler.tick(world.clock.now())
        world.settle()
        world.advance("30 s")

    return poll


def test_what_is_silenced_and_then_resolves_is_shown_and_closed(program: Callable[[str], Path], tmp_path: Path) -> None:
    with (
        listening(Sink()) as nobody,
        alertmanager(program("prometheus-alertmanager"), tmp_path / "am", f"http://{nobody.place}") as sender,
    ):
        world = World(tmp_path, start=datetime.now(UTC) + timedelta(minutes=11))  # it has been up for long
        world.alert(CHECKOUT["alertname"], instance=CHECKOUT["instance"])
        poll = polling(world, sender)
        sender.fire(CHECKOUT)
        poll()
        known_by_both = [each.fingerprint for each in world.store.episodes(world.incident().number)]
        theirs = sender.fingerprints()
        sender.silence(CHECKOUT)
        poll()
        silenced = [(each.muted, each.ended_at) for each in world.store.episodes(world.incident().number)]
        sender.resolve(CHECKOUT)
        told = len([seen for seen in nobody.seen if json.loads(seen.body)["status"] == "resolved"])
        poll()
        poll()
        [over] = world.store.episodes(world.incident().number)
        state = world.incident().state
        world.end()

    assert set(known_by_both) == theirs
    assert silenced == [("silenced", None)]
    assert told == 0
    assert (over.is_end_inferred, over.ended_at is not None, state) == (True, True, "verifying")


def test_what_is_inhibited_and_then_resolves_is_shown_and_closed(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    inhibited, inhibiting = {**CHECKOUT, "is": "lower"}, {"alertname": "SiteDown", "inhibits": "lower"}

    with (
        listening(Sink()) as nobody,
        alertmanager(program("prometheus-alertmanager"), tmp_path / "am", f"http://{nobody.place}") as sender,
    ):
        world = World(tmp_path, start=datetime.now(UTC) + timedelta(minutes=11))
        world.alert(CHECKOUT["alertname"], instance=CHECKOUT["instance"], **{"is": "lower"})
        poll = polling(world, sender)
        sender.fire(inhibiting)
        sender.fire(inhibited)
        until(lambda: sender.inhibited() == 1, "inhibition")
        poll()
        shown = [(each.muted, each.ended_at) for each in world.store.episodes(world.incident().number)]
        sender.resolve(inhibited)
        poll()
        poll()
        [over] = world.store.episodes(world.incident().number)
        state = world.incident().state
        world.end()

    assert shown == [("inhibited", None)]
    assert (over.is_end_inferred, over.ended_at is not None, state) == (True, True, "verifying")


def test_what_ended_while_alertmanager_was_dead_is_closed_once_the_new_one_has_been_up_for_long(
    program: Callable[[str], Path], tmp_path: Path
) -> None:
    binary, folder = program("prometheus-alertmanager"), tmp_path / "am"

    with listening(Sink()) as nobody:
        world = World(tmp_path, start=datetime.now(UTC) + timedelta(minutes=11))
        with alertmanager(binary, folder, f"http://{nobody.place}") as sender:
            sender.fire(CHECKOUT)
            world.alert(CHECKOUT["alertname"], instance=CHECKOUT["instance"])
            polling(world, sender)()
            known = [each.ended_at for each in world.store.episodes(world.incident().number)]
            sender.process.kill()
        with alertmanager(binary, folder, f"http://{nobody.place}", port=sender.port) as sender:
            poll = polling(world, sender)
            poll()
            poll()
        [over] = world.store.episodes(world.incident().number)
        state = world.incident().state
        world.end()

    assert known == [None]
    assert (over.is_end_inferred, over.ended_at is not None, state) == (True, True, "verifying")


def test_an_alertmanager_that_has_just_begun_closes_nothing(program: Callable[[str], Path], tmp_path: Path) -> None:
    """It does not know yet what Prometheus has told the one before."""
    with (
        listening(Sink()) as nobody,
        alertmanager(program("prometheus-alertmanager"), tmp_path / "am", f"http://{nobody.place}") as sender,
    ):
        world = World(tmp_path, start=datetime.now(UTC))
        world.alert(CHECKOUT["alertname"], instance=CHECKOUT["instance"])
        poll = polling(world, sender)
        poll()
        poll()
        state = world.incident().state
        world.end()

    assert state == "open"
