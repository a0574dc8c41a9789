"""The agent looks at itself: do its engines turn, does its store write, does it keep its promises, and was it away."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from agent import metrics
from agent.engine.loop import Loop
from agent.engine.noting import SELF, Noting
from agent.engine.works import Note, Submit, Watched
from agent.errors import TocsinError
from agent.model import Heartbeat
from agent.ports import Clock, Health

BEAT = timedelta(seconds=20)
AWAY = 3 * BEAT
"""A longer silence than this was an absence."""

STUCK_AFTER_S = 10.0


class Auditor:
    def __init__(
        self,
        submit: Submit,
        loop: Loop,
        clock: Clock,
        last_seen: Heartbeat | None = None,
        store_fault: Callable[[], str] = lambda: "",
        audited: Callable[[], tuple[Mapping[str, str], datetime | None]] = lambda: ({}, None),
    ) -> None:
        """`last_seen` is the own heartbeat on file: how long the agent was away. `store_fault`: "" while it writes.

        `audited`: what the self-audit found, and when; see `SelfAudit.found`.
        """
        self._audited = audited
        self._store_fault = store_fault
        self._submit = submit
        self._loop = loop
        self._clock = clock
        self._beat: Future[Any] | None = None
        self._fault = "nothing has been written yet"
        self._beats_at: datetime | None = None
        self._last_seen = last_seen
        self._noting = Noting(submit)

    def tick(self, now: datetime) -> datetime:
        """Write the own heartbeat when its time has come; when to be called again."""
        self._say_away(now)
        self._noting.tick()
        self._look_at_beat()
        self._count()
        is_failing = bool(self._fault or self._store_fault())
        is_waiting = self._beats_at is not None and now < self._beats_at <= now + BEAT  # further off, it was set back
        if self._beat is None and (is_failing or not is_waiting):
            try:
                self._beat = self._submit(Watched(heartbeats=(Heartbeat(SELF, now),)))
                self._beats_at = now + BEAT
            except TocsinError as busy:
                self._fault = str(busy)
        return now + timedelta(seconds=1) if is_failing else min(self._beats_at or now + BEAT, now + BEAT)

    def _say_away(self, now: datetime) -> None:
        """On file: from when to when nobody watched."""
        if self._last_seen is None:
            return
        since = self._last_seen.last_at
        if now - since > AWAY:
            detail = {"since": since.isoformat(), "until": now.isoformat(), "for_s": int((now - since).total_seconds())}
            self._noting.say(Note("agent_was_away", detail))
        self._last_seen = None

    def health(self) -> Health:
        """Alive: every engine turned lately. Ready: and what is asked can be written, and the self-audit passes."""
        self._look_at_beat()
        stuck, store = self._stuck(), self._store_fault() or self._fault
        found, audited_at = self._audited()
        checks = {"engines": "; ".join(stuck), "store": store, **found}
        reasons = (*stuck, *(f"{check}: {fault}" for check, fault in checks.items() if fault and check != "engines"))
        return Health(not stuck, not reasons, reasons, checks, audited_at)

    def _stuck(self) -> list[str]:
        now = self._clock.monotonic()
        return [
            f"engine {name} has not turned for {now - at:.0f} s"
            for name, at in self._loop.last_turn_at.items()
            if now - at > STUCK_AFTER_S
        ]

    def _count(self) -> None:
        """The two checks that need no audit, beside the others."""
        metrics.SELF_AUDIT_GOOD.labels("engines").set(not self._stuck())
        metrics.SELF_AUDIT_GOOD.labels("store").set(not (self._store_fault() or self._fault))

    def _look_at_beat(self) -> None:
        if self._beat is None or not self._beat.done():
            return
        fault = self._beat.exception()
        self._fault = "" if fault is None else str(fault)
        self._beat = None
