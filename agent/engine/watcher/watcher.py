"""Looks at every probe when its turn has come, judges what was found, and hands on what begins or ends.

One probe never costs another its turn: each look runs on a lent thread, at most one per probe, with a deadline outside
the collector. A look that overruns it reads unknown and is abandoned; its probe has no further looks until it returns,
all others go on. The schedule runs on the monotonic clock, what is told bears wall time.

Heartbeats are judged here without a thread: on every turn, at the very moment their time is up, and with each ping.
Their tolerance is `grace`, so neither `for` nor `recover` applies: silence and `/fail` tell at once, a good ping ends
it at once.

A probe whose `depends_on` is bad is looked at and judged as ever: the incidents of dependent functions join
(agreement.md 4, "Joining"), nothing is suppressed here.
"""

import difflib
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from agent import metrics
from agent.config.settings import Settings
from agent.engine.watcher import beats, looking
from agent.engine.watcher.crew import Crew
from agent.engine.watcher.outgoing import Outgoing
from agent.engine.watcher.ownfault import OwnFault
from agent.engine.watcher.schedule import Schedule, next_turn_s, splay_s
from agent.engine.watcher.watch import HEARTBEAT, Run, Watch, adopt, ends, is_news
from agent.engine.works import Submit
from agent.errors import NotFound
from agent.log import Log
from agent.model import Heartbeat, Probe, ProbeState, Reading, Result, Signal
from agent.ports import Clock, Collector
from agent.rules import anomalies

log = Log(__name__)

MOST_AT_ONCE = 64
ROW_EVERY_S = 60.0
"""How often the row of a probe goes on file that reads as it did."""


class Watcher:
    def __init__(
        self,
        settings: Callable[[], Settings],
        catalogue: Mapping[str, Collector],
        submit: Submit,
        clock: Clock,
        lend: Callable[[Callable[[], None]], None],
        states: Mapping[str, ProbeState],
        heartbeats: Mapping[str, Heartbeat],
        *,
        own_fault: OwnFault | None = None,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._settings = settings
        self._catalogue = catalogue
        self._clock = clock
        self._lend = lend
        self._own_fault = own_fault or OwnFault(lambda: settings().reference, catalogue, clock)
        self._outgoing = Outgoing(submit, clock)
        self._lock = threading.RLock()
        self._schedule = Schedule()
        self._watches: dict[str, Watch] = {}
        self._crew = Crew(most_at_once)
        self._blind: set[str] = set()
        self._load(states, heartbeats)

    # ------------------------------------------------------------------------------------------ what others ask

    def tick(self, now: datetime) -> datetime | None:
        """Start what is due; when to be called again, None while there is nothing to wait for."""
        now_s = self._clock.monotonic()
        with self._lock:
            for late in self._crew.abandon_late(now_s):
                self._settle(late, _unknown("the collector did not answer within its hard deadline"))
            for name, due_s in self._schedule.take(now_s):
                self._turn(self._watches[name], due_s, now, now_s)
        run = self._next_run()
        while run is not None:
            self._hand_over(run)
            run = self._next_run()
        self._outgoing.send()
        return self._wake_at(now, now_s)

    def ping(self, name: str, has_failed: bool) -> "Future[None]":
        """Take a heartbeat's ping; done when it is on disk.

        Raises:
            NotFound: no heartbeat has that name.
        """
        now, now_s = self._clock.now(), self._clock.monotonic()
        with self._lock:
            watch = self._watches.get(name)
            if watch is None or not watch.is_heartbeat:
                metrics.HEARTBEATS.labels("unknown").inc()
                raise NotFound(self._no_such_heartbeat(name))
            beat = Heartbeat(name, now, has_failed)
            beats.hear(watch, beat, now_s)
            self._judge_heartbeat(watch, now, now_s)
            answer = self._outgoing.beat(beat)
        metrics.HEARTBEATS.labels("failed" if has_failed else "good").inc()
        self._outgoing.send()
        return answer

    def reload(self) -> None:
        """Take over the settings now in force; what is known of a probe stays with its name."""
        with self._lock:
            self._load({name: watch.state for name, watch in self._watches.items()}, {})
        self._outgoing.send()

    def state(self) -> Mapping[str, ProbeState]:
        """The last known of every probe, in the order of the file."""
        with self._lock:
            return {name: self._watches[name].state for name in self._settings().probes if name in self._watches}

    def reference_ok(self) -> bool | None:
        """Whether the `reference:` target was reached a moment ago; None where that is not known."""
        return self._own_fault.reference_ok()

    # ------------------------------------------------------------------------------------------ which probes there are

    def _load(self, states: Mapping[str, ProbeState], heartbeats: Mapping[str, Heartbeat]) -> None:
        probes = self._settings().probes
        now, now_s = self._clock.now(), self._clock.monotonic()
        for name, state in states.items():
            if name not in probes and (ended := ends(state, now)):
                self._outgoing.say(ended)
                self._outgoing.keep(replace(state, tells=()))
        for name in [name for name in self._watches if name not in probes]:
            del self._watches[name]
            self._schedule.drop(name)
            self._blind.discard(name)
        for name, probe in probes.items():
            known = self._watches.get(name)
            if known is None or known.probe != probe:
                self._put(probe, known, states.get(name), heartbeats.get(name), now, now_s)
        metrics.PROBES_BLIND.set(len(self._blind))

    def _put(
        self,
        probe: Probe,
        known: Watch | None,
        state: ProbeState | None,
        beat: Heartbeat | None,
        now: datetime,
        now_s: float,
    ) -> None:
        fresh, ended = adopt(probe, state, known.probe if known else None, now)
        self._outgoing.say(ended)
        watch = Watch(probe, self._catalogue[probe.kind], fresh)
        if known is not None:  # a look under way still holds the probe's only place
            watch.run = known.run
            watch.heard, watch.heard_s, watch.forgiven = known.heard, known.heard_s, known.forgiven
        if watch.is_heartbeat and watch.heard is None:
            taken_up = beats.take_up(watch, beat, now, now_s)
            if beat is None:
                self._outgoing.remember(taken_up)
        self._watches[probe.name] = watch
        if ended:
            self._keep(watch, now_s)
        if not anomalies.is_blind(fresh):
            self._blind.discard(probe.name)
        every_s = probe.every.total_seconds()
        self._schedule.put(probe.name, now_s if watch.is_heartbeat else now_s + splay_s(probe.name, every_s))

    # ------------------------------------------------------------------------------------------ whose turn it is

    def _turn(self, watch: Watch, due_s: float, now: datetime, now_s: float) -> None:
        if watch.is_heartbeat:
            self._judge_heartbeat(watch, now, now_s)
        elif watch.run is None:
            self._crew.queue(watch, due_s)
        else:
            metrics.PROBE_OVERRUNS.labels(watch.probe.kind).inc()
            self._schedule.put(watch.probe.name, next_turn_s(due_s, watch.probe.every.total_seconds(), now_s))

    def _next_run(self) -> Run | None:
        """The next look that may begin, begun; None for none."""
        with self._lock:
            now_s = self._clock.monotonic()
            begun = self._crew.begin_next(now_s, self._is_current)
            if begun is None:
                return None
            run, due_s = begun
            metrics.PROBE_LATENESS.observe(max(now_s - due_s, 0.0))
            self._schedule.put(run.probe.name, next_turn_s(due_s, run.probe.every.total_seconds(), now_s))
            return run

    def _is_current(self, watch: Watch) -> bool:
        """Whether no reload has taken it away or replaced it."""
        return self._watches.get(watch.probe.name) is watch

    def _hand_over(self, run: Run) -> None:
        try:
            self._lend(partial(self._work, run))
        except RuntimeError as full:  # "can't start new thread"
            with self._lock:
                self._settle(run, _unknown(f"this host could not begin the look: {full}"))
                self._finish(run)

    def _wake_at(self, now: datetime, now_s: float) -> datetime | None:
        with self._lock:
            moments = (self._schedule.next_s(), self._outgoing.due_s(), self._crew.next_deadline_s())
        known = [moment for moment in moments if moment is not None]
        return now + timedelta(seconds=max(min(known) - now_s, 0.0)) if known else None

    # ------------------------------------------------------------------------------------------ on a lent thread

    def _work(self, run: Run) -> None:
        """Look, and go on with whatever waits for a worker."""
        following: Run | None = run
        while following is not None:
            self._look(following)
            self._outgoing.send()
            following = self._next_run()

    def _look(self, run: Run) -> None:
        reading = looking.look(run)
        took_s = self._clock.monotonic() - run.started_s
        with self._surviving(run.probe):
            reading = looking.excused(run, reading, self._own_fault, self._clock)
        with self._lock:
            if not run.is_abandoned:
                self._settle(run, reading, took_s)
            self._finish(run)

    def _finish(self, run: Run) -> None:
        """The thread has come back: its worker and its probe's only place are free again."""
        self._crew.release(run)
        for watch in (run.watch, self._watches.get(run.probe.name)):
            if watch is not None and watch.run is run:
                watch.run = None

    # ------------------------------------------------------------------------------------------ what was found

    def _settle(self, run: Run, reading: Reading, took_s: float | None = None) -> None:
        """Judge what a look found, unless a reload made another probe of it meanwhile."""
        watch = run.watch
        metrics.PROBE_RUNS.labels(run.probe.kind, reading.result).inc()
        if not self._is_current(watch):
            return
        now_s = self._clock.monotonic()
        took_s = now_s - run.started_s if took_s is None else took_s
        with self._surviving(run.probe):
            state, signals = anomalies.judge(watch.probe, watch.state, reading, self._clock.now(), took_s)
            self._take(watch, state, signals, now_s)
            wait = anomalies.next_wait(watch.probe, state, reading)
            if wait < watch.probe.every:
                self._schedule.sooner(watch.probe.name, run.started_s + wait.total_seconds())

    def _judge_heartbeat(self, watch: Watch, now: datetime, now_s: float) -> None:
        self._schedule.put(watch.probe.name, now_s + watch.probe.every.total_seconds())
        with self._surviving(watch.probe):
            reading, state, signals = beats.judge(watch, now, now_s)
            metrics.PROBE_RUNS.labels(watch.probe.kind, reading.result).inc()
            self._take(watch, state, signals, now_s)
            self._schedule.put(watch.probe.name, beats.next_s(watch, reading, now_s))

    @contextmanager
    def _surviving(self, probe: Probe) -> Iterator[None]:
        """One bad probe never stops the others."""
        try:
            yield
        except Exception as fault:
            metrics.ENGINE_FAULTS.labels("watcher").inc()
            log.error("probe could not be judged", probe=probe.name, exc=fault)

    def _take(self, watch: Watch, state: ProbeState, signals: tuple[Signal, ...], now_s: float) -> None:
        before, watch.state = watch.state, state
        self._outgoing.say(signals)
        if signals or is_news(before, state) or now_s - watch.kept_s >= ROW_EVERY_S:
            self._keep(watch, now_s)
        if state.result is not before.result and before.since is not None:
            log.info("probe changed", probe=state.name, result=state.result, was=before.result, error=state.error)
        is_blind = anomalies.is_blind(state)
        if is_blind != (state.name in self._blind):
            (self._blind.add if is_blind else self._blind.discard)(state.name)
            metrics.PROBES_BLIND.set(len(self._blind))

    def _keep(self, watch: Watch, now_s: float) -> None:
        watch.kept_s = now_s
        self._outgoing.keep(watch.state)

    def _no_such_heartbeat(self, name: str) -> str:
        names = [known for known, watch in self._watches.items() if watch.is_heartbeat]
        if name in self._watches:
            return f"{name} is a {self._watches[name].probe.kind} probe: only those of kind {HEARTBEAT} are pinged"
        near = difflib.get_close_matches(name, names, n=1)
        hint = f": did you mean {near[0]}?" if near else ": add it under `probes:` in routes.yaml"
        return f"no heartbeat is named {name[:100]}{hint}"


def _unknown(error: str) -> Reading:
    return Reading(Result.UNKNOWN, {}, error)
