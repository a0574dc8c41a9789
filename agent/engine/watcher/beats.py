"""Heartbeats: judged by the time that really passed since the last ping, whatever was done to the wall clock."""

from dataclasses import replace
from datetime import datetime, timedelta

from agent.engine.watcher.watch import Watch
from agent.model import Heartbeat, ProbeState, Reading, Result, Signal
from agent.rules import anomalies
from collectors import _pings

AWAY = timedelta(minutes=2)
"""A heartbeat last judged longer ago was not listened to meanwhile."""


def take_up(watch: Watch, on_file: Heartbeat | None, now: datetime, now_s: float) -> Heartbeat:
    """Begin to listen, from the last ping on file; one that was never pinged counts from now, its first load."""
    beat = on_file or Heartbeat(watch.probe.name, now)
    judged_at = watch.state.last_run_at or beat.last_at
    if now - judged_at > AWAY and not watch.is_telling:
        watch.forgiven = _pings.forgiven(watch.probe.options, beat, now)
    # a ping from the future (the clock was set back) came just now
    watch.heard, watch.heard_s = beat, now_s - max((now - beat.last_at).total_seconds(), 0.0)
    return beat


def hear(watch: Watch, beat: Heartbeat, now_s: float) -> None:
    """Take a ping."""
    watch.heard, watch.heard_s, watch.forgiven = beat, now_s, timedelta(0)


def judge(watch: Watch, now: datetime, now_s: float) -> tuple[Reading, ProbeState, tuple[Signal, ...]]:
    """The reading, the next state, and what begins or ends.

    The tolerance is `grace`, so silence and `/fail` tell at once and a good ping ends it at once.
    """
    beat = watch.heard
    assert beat is not None
    passed = timedelta(seconds=now_s - watch.heard_s)
    reading = _pings.judge(watch.probe.options, beat, beat.last_at, beat.last_at + passed, watch.forgiven)
    at_once = replace(watch.probe, recover=timedelta(0))
    state, signals = anomalies.judge(at_once, watch.state, reading, now, 0.0, at_once=True)
    return reading, state, signals


def next_s(watch: Watch, reading: Reading, now_s: float) -> float:
    """When to judge again: at the very moment its time is up, and regularly before and after."""
    regular_s = now_s + watch.probe.every.total_seconds()
    if reading.result is not Result.OK or watch.heard is None:
        return regular_s
    allowed = _pings.due_at(watch.probe.options, watch.heard, watch.heard.last_at) - watch.heard.last_at
    return min(watch.heard_s + (allowed + watch.forgiven).total_seconds(), regular_s)
