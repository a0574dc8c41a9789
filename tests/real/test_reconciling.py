"""A real Alertmanager asked by the reconciler: what it silences is shown, what it drops without a word is closed."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from agent.engine.reconciler import Reconciler
from tests.real.running_alertmanager import Alertmanager, alertmanager
from tests.support.running_agent import ask
from tests.support.sinks import Sink, listening
from tests.support.world import World

pytestmark = [pytest.mark.real, pytest.mark.timeout(240)]

CHECKOUT = {"alertname": "CheckoutDown", "instance": "web-1"}


def silence(sender: Alertmanager, **labels: str) -> None:
    now = datetime.now(UTC)
    body = {
        "matchers": [{"name": name, "value": value, "isRegex": False} for name, value in labels.items()],
        "startsAt": now.isoformat(),
        "endsAt": (now + timedelta(hours=1)).isoformat(),
        "createdBy": "lee",
        "comment": "known",
    }
    ask(f"{sender.url}/api/v2/silences", body)


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
        silence(sender, **CHECKOUT)
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
