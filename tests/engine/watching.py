"""A watcher under a manual clock: probes that read what the test says, a desk that writes down what it is handed."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from agent.clock import ManualClock
from agent.engine.watcher.ownfault import OwnFault
from agent.engine.watcher.watcher import Watcher
from agent.engine.works import Watched
from agent.model import Heartbeat, Probe, ProbeState, Reading, Result, Signal
from agent.ports import Collector
from agent.rules.anomalies import FAILURE
from collectors import heartbeat

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

OK = Reading(Result.OK, {"latency": 0.01})
BAD = Reading(Result.BAD, {}, "connection refused")
UNKNOWN = Reading(Result.UNKNOWN, {}, "no resolver")

Look = Callable[[Any, float], Reading]


def scripted(probe: Look, kind: str = "scripted", *, workers: int = 8, is_remote: bool = False) -> Collector:
    return Collector(
        kind=kind,
        question="?",
        options=object,
        probe=probe,
        yields={},
        tells=FAILURE,
        is_remote=is_remote,
        workers=workers,
    )


class Desk:
    """Answers each Watched at once, or as the test says: `refuse` is raised by submit, `fail` comes by the Future."""

    def __init__(self) -> None:
        self.taken: list[Watched] = []
        self.refuse: Exception | None = None
        self.fail: Callable[[Watched], Exception | None] = lambda work: None
        self.held: list[tuple[Watched, Future[None]]] | None = None  # a list: answers wait until `answer_held`

    def submit(self, work: Any) -> "Future[None]":
        if self.refuse:
            raise self.refuse
        answer: Future[None] = Future()
        if self.held is not None:
            self.held.append((work, answer))
        else:
            self._answer(work, answer)
        return answer

    def answer_held(self) -> None:
        held, self.held = self.held or [], None
        for work, answer in held:
            self._answer(work, answer)

    @property
    def signals(self) -> list[Signal]:
        return [signal for work in self.taken for signal in work.signals]

    @property
    def said(self) -> list[str]:
        """`shop/0 firing`, `shop/0 resolved`, in order."""
        return [f"{signal.fingerprint} {'firing' if signal.firing else 'resolved'}" for signal in self.signals]

    def rows_of(self, name: str) -> list[ProbeState]:
        return [row for work in self.taken for row in work.probes if row.name == name]

    def beats_of(self, name: str) -> list[Heartbeat]:
        return [beat for work in self.taken for beat in work.heartbeats if beat.name == name]

    def _answer(self, work: Watched, answer: "Future[None]") -> None:
        fault = self.fail(work)
        if fault:
            answer.set_exception(fault)
        else:
            self.taken.append(work)
            answer.set_result(None)


class Room:
    """`probes` by name; `reads[name]` is a reading, or what to call for one."""

    def __init__(
        self, *probes: Probe, most_at_once: int = 64, catalogue: Mapping[str, Collector] | None = None
    ) -> None:
        self.clock = ManualClock(START)
        self.desk = Desk()
        self.reads: dict[str, Reading | Callable[[], Reading]] = {}
        self.looks: list[tuple[str, float]] = []  # (name, seconds since the start)
        self.probes = {probe.name: probe for probe in probes}
        self.catalogue = catalogue or {
            "scripted": scripted(self._look),
            "remote": scripted(self._look, "remote", is_remote=True),
            "heartbeat": scripted(heartbeat.probe, "heartbeat"),
        }
        self.reference: Probe | None = None
        self.has_route = True
        self.resolver_answers = False
        self._most_at_once = most_at_once
        self.begin({}, {})

    def begin(self, states: Mapping[str, ProbeState], heartbeats: Mapping[str, Heartbeat]) -> None:
        """Start a watcher on what is on file."""
        settings: Any = lambda: SimpleNamespace(probes=self.probes, reference=self.reference)  # noqa: E731
        self.watcher = Watcher(
            settings,
            self.catalogue,
            self.desk.submit,
            self.clock,
            lambda job: job(),
            states,
            heartbeats,
            own_fault=OwnFault(
                lambda: self.reference,
                self.catalogue,
                self.clock,
                has_route=lambda: self.has_route,
                resolver_answers=lambda: self.resolver_answers,
            ),
            most_at_once=self._most_at_once,
        )

    def restart(self, away: timedelta = timedelta(0)) -> None:
        """Stop, and start again later on what the desk was handed."""
        states = {row.name: row for work in self.desk.taken for row in work.probes}
        beats = {beat.name: beat for work in self.desk.taken for beat in work.heartbeats}
        self.clock.advance(away)
        self.begin(states, beats)

    def put(self, *probes: Probe) -> None:
        """Reload with these probes."""
        self.probes = {probe.name: probe for probe in probes}
        self.watcher.reload()

    def advance(self, **by: float) -> None:
        """Live through so much time, from wake-up to wake-up."""
        end = self.clock.now() + timedelta(**by)
        while True:
            wake = self.watcher.tick(self.clock.now())
            if wake is None or wake > end:
                break
            self.clock.advance(max(wake - self.clock.now(), timedelta(microseconds=1)))
        self.clock.advance(end - self.clock.now())
        self.watcher.tick(self.clock.now())

    def looked_at(self, name: str) -> list[float]:
        return [round(at, 3) for looked, at in self.looks if looked == name]

    def _look(self, options: Any, timeout_s: float) -> Reading:
        self.looks.append((options, self.clock.monotonic() - 1000.0))
        reading = self.reads.get(options, OK)
        return reading if isinstance(reading, Reading) else reading()


def probe(name: str, **more: Any) -> Probe:
    more.setdefault("kind", "scripted")
    return Probe(name=name, options=name, **more)


def beating(name: str, within: timedelta, grace: timedelta = timedelta(0), **more: Any) -> Probe:
    return Probe(name=name, kind="heartbeat", options=heartbeat.Options(within=within, grace=grace), **more)


__all__ = ["BAD", "OK", "START", "UNKNOWN", "Desk", "Room", "beating", "probe", "scripted"]
