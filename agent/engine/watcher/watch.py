"""What the watcher keeps of each probe, and what a reload makes of it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.model import Heartbeat, Probe, ProbeState, Result, Signal, Tell, TellState
from agent.ports import Collector

HEARTBEAT = "heartbeat"

YOUNG_RUN = 10
"""So many readings in a row go on file each: recovery and confirmation count them."""


@dataclass(slots=True, eq=False)
class Run:
    """One look that is under way on a thread."""

    watch: "Watch"
    probe: Probe  # as it was when the look began
    started_s: float
    deadline_s: float
    is_abandoned: bool = False


@dataclass(slots=True, eq=False)
class Watch:
    """One probe. `run` is set for as long as a thread is in its collector, also when nobody waits for it any more."""

    probe: Probe
    collector: Collector
    state: ProbeState
    run: Run | None = None
    kept_s: float = float("-inf")  # when its row was last handed in
    heard: Heartbeat | None = None  # of a heartbeat: its last ping
    heard_s: float = 0.0  # the same moment on the monotonic clock
    forgiven: timedelta = timedelta(0)  # by how much its time was extended because the agent was away

    @property
    def is_heartbeat(self) -> bool:
        return self.probe.kind == HEARTBEAT

    @property
    def is_telling(self) -> bool:
        return any(tell.is_telling for tell in self.state.tells)


def adopt(
    probe: Probe, state: ProbeState | None, before: Probe | None, at: datetime
) -> tuple[ProbeState, list[Signal]]:
    """The state a probe starts with from what is known of its name, and the ends of what it no longer tells.

    A probe of another kind is another probe. `before` is its definition before a reload, None after a start: then
    what it was telling is taken to mean what it means now.
    """
    if state is None:
        return ProbeState(probe.name, probe.kind, probe.function), []
    if state.kind != probe.kind:
        return ProbeState(probe.name, probe.kind, probe.function), ends(state, at)
    if state.function != probe.function:
        return replace(state, function=probe.function, tells=(), measured_since=None), ends(state, at)
    if before is None or before.tells == probe.tells:
        return state, []
    pairs = list(zip(before.tells, probe.tells, strict=False))
    kept = [index < len(pairs) and _means_the_same(*pairs[index]) for index in range(len(state.tells))]
    tells = tuple(tell if kept[index] else TellState() for index, tell in enumerate(state.tells))[: len(probe.tells)]
    return replace(state, tells=tells), [end for index, end in _ends(state, at) if not kept[index]]


def ends(state: ProbeState, at: datetime) -> list[Signal]:
    """The ends of everything the probe is telling: nobody asks any more, so they are inferred."""
    return [end for _, end in _ends(state, at)]


def _ends(state: ProbeState, at: datetime) -> list[tuple[int, Signal]]:
    return [(index, _end(state, index, tell, at)) for index, tell in enumerate(state.tells) if tell.is_telling]


def _end(state: ProbeState, index: int, tell: TellState, at: datetime) -> Signal:
    return Signal(
        source="probe",
        fingerprint=f"{state.name}/{index}",
        firing=False,
        labels={"probe": state.name, "kind": state.kind},
        annotations={"summary": "no longer asked"},
        started_at=tell.since or at,
        received_at=at,
        ended_at=at,
        is_inferred=True,
        line=f"probe:{state.name}/{index}",
        function=state.function,
    )


def _means_the_same(before: Tell, now: Tell) -> bool:
    return (before.when, before.condition, before.grade) == (now.when, now.condition, now.grade)


def is_news(before: ProbeState, now: ProbeState) -> bool:
    """Whether the row must go on file now: something turned, or a run is young that confirmation or recovery counts."""
    if now.measured_since != before.measured_since:
        return True
    if now.result is not before.result or now.unknown_run in range(1, YOUNG_RUN):
        return True
    is_confirming = any(tell.bad_since is not None and not tell.is_telling for tell in now.tells)
    return is_confirming or (now.result is Result.OK and now.good_run <= YOUNG_RUN)
