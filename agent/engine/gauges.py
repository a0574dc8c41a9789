"""Gauges that are cheaper to read than to keep: asked of their owners whenever somebody scrapes."""

import math
from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import product

from agent import metrics
from agent.config.settings import Settings
from agent.engine import availability
from agent.engine.desk.desk import Census
from agent.model import Party, State
from agent.ports import Clock, Store
from agent.rules import joint, maintenance, measuring, periods


class Gauges:
    """`show` before each scrape; `body_bytes`: of the requests that are being read."""

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        census: Callable[[], Census],
        body_bytes: Callable[[], int],
        clock: Clock,
    ) -> None:
        self._store = store
        self._settings = settings
        self._census = census
        self._body_bytes = body_bytes
        self._clock = clock
        self._month_at: datetime | None = None  # the minute of which gauges show the month

    def show(self) -> None:
        metrics.BODY_BYTES.set(self._body_bytes())
        census = self._census()
        metrics.EPISODES_OPEN.set(census.episodes)
        for grade, state in product("123", (State.OPEN, State.VERIFYING, State.RECOVERED)):
            metrics.INCIDENTS_LIVE.labels(grade, state).set(census.incidents.get((grade, state), 0))
        for debtor, owed in product(("provider", "customer", "both"), ("running", "paused", "overdue")):
            metrics.OBLIGATIONS_OPEN.labels(debtor, owed).set(census.obligations.get((debtor, owed), 0))
        self._show_next_due(census.next_due)
        for party in Party:
            metrics.UNREACHABLE.labels(party).set(int(party in census.unreachable))
        count, oldest = self._store.outbox()
        metrics.DELIVERIES_DUE.set(count)
        metrics.DELIVERY_OLDEST.set((self._clock.now() - oldest).total_seconds() if oldest else 0)
        proposed = joint.standing(self._store.standing_parts()).proposed
        for party in Party:
            metrics.AGREEMENT_WAITING.labels(party).set(int(proposed is not None and party in proposed.waits_for))
        self._show_maintenance(self._clock.now())
        self._show_month(self._clock.now())

    def _show_next_due(self, next_due: Mapping[tuple[str, str], datetime]) -> None:
        """A series for whoever owes something that runs, and none for the others."""
        metrics.OBLIGATIONS_NEXT_DUE.clear()
        for (debtor, grade), at in next_due.items():
            metrics.OBLIGATIONS_NEXT_DUE.labels(debtor, grade).set((at - self._clock.now()).total_seconds())

    def _show_month(self, now: datetime) -> None:
        """Once a minute at most: more often nothing of it changes."""
        minute = measuring.minute(now)
        if minute == self._month_at:
            return
        self._month_at = minute
        settings = self._settings()
        month = availability.month(self._store, settings, periods.month_of(now, settings.agreement.zone), now)
        metrics.AVAILABILITY_TARGET.set(month.target)
        for gauge in (metrics.AVAILABILITY, metrics.AVAILABILITY_COVERAGE):
            gauge.clear()
        named = ("", *settings.agreement.named_functions)
        for function, each in {"": month.whole, **month.functions}.items():
            if function not in named and not each.has_readings:
                continue  # nobody agreed on the implicit function, and nothing looks at it
            ratio = each.figure.ratio
            metrics.AVAILABILITY.labels(function).set(math.nan if ratio is None else ratio)
            metrics.AVAILABILITY_COVERAGE.labels(function).set(each.figure.coverage)
        metrics.SECURITY_ATTEMPTS.clear()
        found = {each.function: each.count for each in self._store.attempts(month.begins_at, month.ends_at)}
        for function in (*settings.agreement.named_functions, *found):
            metrics.SECURITY_ATTEMPTS.labels(function).set(found.get(function, 0))

    def _show_maintenance(self, now: datetime) -> None:
        announced = map(maintenance.as_window, self._store.maintenance(now))
        settings = self._settings()
        windows, zone = (*settings.maintenance, *announced), settings.agreement.zone
        metrics.MAINTENANCE_OPEN.set(maintenance.under_way(windows, now, zone))
        metrics.MAINTENANCE_WAITING.set(maintenance.waiting(windows, self._store.lines_in_maintenance(), now, zone))
