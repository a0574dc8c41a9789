"""The self-audit: every 20 s the agent asks whether it still keeps its promises; see `rules/self_audit`.

What looks wrong is looked at once more two seconds later, and counts only if it is still so: a clock that was set, or a
sweep that was just about to begin, is no fault. What cannot be looked at is not well.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from agent import metrics
from agent.config.settings import Settings
from agent.engine.noting import Noting
from agent.engine.works import Note, Submit
from agent.errors import StoreUnavailable
from agent.log import Log
from agent.model import NoticeState, NoticeType, Probe, ProbeState, SealedFact
from agent.ports import Clock, Store
from agent.rules import self_audit

log = Log(__name__)

EVERY = timedelta(seconds=20)
AGAIN = timedelta(seconds=2)
TAIL = 200
"""So many of the newest facts are read through each time."""

PATIENCE_S = 30.0
HEARTBEAT = "heartbeat"
"""It is pinged, and does not look."""


@dataclass(slots=True)
class _Seen:
    """A probe's last look as it was found, and when that was new; on the monotonic clock, which nobody sets."""

    probe: Probe
    last_run_at: datetime | None
    since_s: float


class SelfAudit:
    """`tick` belongs to one thread; what it found may be asked from any."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        probes: Callable[[], Mapping[str, ProbeState]],
        submit: Submit,
        clock: Clock,
        sealed: Callable[[], str] = lambda: "",
    ) -> None:
        """`sealed`: why seals have been missing for days, "" where not; see `Sealer.missing`."""
        self._sealed = sealed
        self._store = store
        self._settings = settings
        self._probes = probes
        self._clock = clock
        self._noting = Noting(submit)
        self._seen: dict[str, _Seen] = {}
        self._newest: SealedFact | None = None
        self._doubted: Mapping[str, str] = {}
        self._lock = threading.Lock()
        self._found: Mapping[str, str] = {}
        self._audited_at: datetime | None = None
        self._due_s = clock.monotonic()

    def found(self) -> tuple[Mapping[str, str], datetime | None]:
        """(what was looked at -> "" where it is well, else why not; when that was). ({}, None): not yet."""
        with self._lock:
            return self._found, self._audited_at

    def tick(self, now: datetime) -> datetime:
        """Look when the time has come; when to be called again."""
        self._noting.tick()
        now_s = self._clock.monotonic()
        if now_s >= self._due_s:
            is_doubtful = self._audit(now)
            self._due_s = now_s + (AGAIN if is_doubtful else EVERY).total_seconds()
        return now + timedelta(seconds=self._due_s - now_s)

    def _audit(self, now: datetime) -> bool:
        """Whether anything looks wrong."""
        looked = self._look(now)
        doubted, self._doubted = self._doubted, looked
        if not doubted and any(looked.values()):  # the first look of all says nothing alone
            return True
        confirmed = {check: fault if doubted.get(check, "") else "" for check, fault in looked.items()}
        with self._lock:
            before, self._found, self._audited_at = self._found, confirmed, now
        metrics.SELF_AUDIT_AT.set(now.timestamp())
        state = {"failing": {check: fault for check, fault in confirmed.items() if fault}, "since": now.isoformat()}
        for check, fault in confirmed.items():
            metrics.SELF_AUDIT_GOOD.labels(check).set(not fault)
            self._tell(check, before.get(check, ""), fault, state)
        if not before and not state["failing"] and self._is_told_to_fail():
            self._tell("all", "before this start", "", state)
        return any(looked.values())

    def _tell(self, check: str, before: str, fault: str, state: Mapping[str, Any]) -> None:
        """On file and in the log: once when it fails, once when it is well again. `state`: what fails now in all."""
        if fault and not before:
            log.error("self-audit failed", check=check, fault=fault)
            self._noting.say(Note("self_audit_failed", {"check": check, "fault": fault, **state}))
        elif before and not fault:
            log.info("self-audit passed again", check=check)
            self._noting.say(Note("self_audit_passed", {"check": check, **state}))

    def _is_told_to_fail(self) -> bool:
        """Whether people were told so before this start, and wait for the all-clear."""
        try:
            ailing = self._store.notices_of_agent(NoticeType.AILING, 1)
            well = self._store.notices_of_agent(NoticeType.WELL_AGAIN, 1)
        except StoreUnavailable:
            return False
        return bool(ailing) and not (well and well[0].state is NoticeState.RELEASED and well[0].at >= ailing[0].at)

    def _look(self, now: datetime) -> dict[str, str]:
        return {
            "deliveries": _asked(lambda: self_audit.deliveries(self._store.due_since(now), now)),
            "timers": _asked(lambda: self._timers(now)),
            "probes": self_audit.probes(self._silent_s()),
            "evidence": _asked(self._chain_tail),
            "seal": self._sealed(),
        }

    def _timers(self, now: datetime) -> str:
        store, agreement = self._store, self._settings().agreement
        measured = self_audit.measured(agreement.terms.values())
        due = store.due_obligations(now)  # not all: an incident that relapses for days has ended thousands
        return self_audit.timers(store.live_incidents(), store.ladders(), due, agreement.recovery, now, measured)

    def _silent_s(self) -> dict[str, tuple[float, float]]:
        """How long each probe has not looked, and how long it may not: two turns, its timeout and half a minute."""
        now_s, states = self._clock.monotonic(), self._probes()
        looking = {name: probe for name, probe in self._settings().probes.items() if probe.kind != HEARTBEAT}
        self._seen = {name: self._look_at(probe, states.get(name), now_s) for name, probe in looking.items()}
        return {
            name: (now_s - self._seen[name].since_s, (2 * probe.every + probe.timeout).total_seconds() + PATIENCE_S)
            for name, probe in looking.items()
        }

    def _look_at(self, probe: Probe, state: ProbeState | None, now_s: float) -> _Seen:
        last_run_at = state.last_run_at if state else None
        seen = self._seen.get(probe.name)
        if seen is None or seen.probe != probe or seen.last_run_at != last_run_at:
            return _Seen(probe, last_run_at, now_s)
        return seen

    def _chain_tail(self) -> str:
        newest = self._store.newest_facts(TAIL)
        fault = self_audit.chain_tail(newest, self._newest, is_whole=len(newest) < TAIL)
        if not fault and newest:
            self._newest = newest[-1]
        return fault


def _asked(check: Callable[[], str]) -> str:
    try:
        return check()
    except StoreUnavailable as fault:
        return f"could not be looked at: {fault}"
