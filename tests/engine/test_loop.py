"""What turns the engines: who stands still is seen, also from the first turn on."""

import threading
import time
from collections.abc import Iterator

import pytest

from agent.clock import SystemClock
from agent.engine.loop import Loop

PATIENCE_S = 20.0


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop(SystemClock())
    yield made
    made.stop()


def test_an_engine_that_hangs_in_its_first_turn_is_seen_to_stand_still(loop: Loop) -> None:
    hanging, turned = threading.Event(), threading.Event()
    loop.turn("hanging", lambda _: int(hanging.wait(PATIENCE_S)))
    loop.turn("turning", lambda _: int(turned.set() or False))
    since = loop.last_turn_at["hanging"]

    assert turned.wait(PATIENCE_S)
    end = time.monotonic() + PATIENCE_S
    while loop.last_turn_at["turning"] <= since and time.monotonic() < end:
        time.sleep(0.001)

    assert loop.last_turn_at["hanging"] == since < loop.last_turn_at["turning"]
    hanging.set()


def test_what_runs_elsewhere_says_itself_that_it_moves(loop: Loop) -> None:
    loop.moved("door")
    first = loop.last_turn_at["door"]

    loop.moved("door")

    assert loop.last_turn_at["door"] > first
