"""One turn of the desk: what is known, and the Change that grows from what is decided."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prometheus_client import Counter as Counted

from agent import metrics
from agent.config.settings import Settings
from agent.engine.desk.known import Known
from agent.engine.desk.sorter import Sorter
from agent.log import Log
from agent.model import Change, Fact, Incident, Obligation, Party
from agent.ports import Store
from agent.rules import rota
from agent.rules.reminders import Call
from agent.rules.routing import Told

log = Log("agent.engine.desk.desk")

_THOUSANDFOLD = frozenset({"signals_joined", "signals_ended", "signals_presumed_ended"})
"""Facts of which a storm has thousands a second: on file all of them, in the log at level debug only."""


@dataclass(slots=True)
class Turn:
    now: datetime
    settings: Settings
    known: Known
    sorter: Sorter
    store: Store  # for rare look-ups only
    draw_token: Callable[[], str]
    is_reference_good: Callable[[], bool | None]
    who_is_on_call: Callable[[Party, datetime], tuple[str, ...]] | None = None  # None: by the settings' own rotas
    change: Change = field(default_factory=Change)
    touched: dict[str, None] = field(default_factory=dict)  # incidents to look at before the commit, in order
    joined: Counter[tuple[str, str]] = field(default_factory=Counter)  # (incident, line) -> new episodes
    left: Counter[tuple[str, str]] = field(default_factory=Counter)  # (incident, line) -> ended episodes
    presumed: Counter[tuple[str, str]] = field(default_factory=Counter)  # those whose end was only concluded
    joined_total: Counter[str] = field(default_factory=Counter)  # incident -> new episodes
    failed: set[str] = field(default_factory=set)  # incidents with a failed delivery: is the party reachable?
    blind: list[tuple[str, str]] = field(default_factory=list)  # (probe or heartbeat, why) gone blind in this turn
    sighted: dict[str, datetime] = field(default_factory=dict)  # those that see again, and since when they did not
    opened: list[Incident] = field(default_factory=list)
    counts: Counter[tuple[Counted, tuple[str, ...]]] = field(default_factory=Counter)  # of metrics
    called: list[tuple[Obligation, Call]] = field(default_factory=list)  # duties whose mark passed, and who hears of it
    routed: dict[tuple[Any, ...], Told] = field(default_factory=dict)  # whom the routes name, by what they go by
    moved: dict[str, None] = field(default_factory=dict)  # incidents ("" for none) whose clocks may have moved

    def fact(
        self, incident: str, kind: str, /, *, by: str = "agent", at: datetime | None = None, **detail: Any
    ) -> None:
        """Write down what happened; `at` None is now."""
        self.change.say(Fact(incident=incident, at=at or self.now, kind=kind, by=by, detail=detail))

    def put(self, incident: Incident) -> Incident:
        """The incident as it now is."""
        self.change.incidents[incident.number] = incident
        self.known.incidents[incident.number] = incident
        for function in incident.functions:
            self.known.by_function.setdefault(function, set()).add(incident.number)
        return incident

    def on_call(self, party: Party) -> tuple[str, ...]:
        """Who of a party is on call at this moment."""
        if self.who_is_on_call is not None:
            return self.who_is_on_call(party, self.now)
        return rota.on_call(self.settings.rotas.get(party), self.now)

    def touch(self, number: str) -> None:
        self.touched[number] = None

    def count(self, metric: Counted, *labels: str, times: int = 1) -> None:
        """Once it is on disk, the metric grows: asking one for its child costs as much as reading an alert."""
        self.counts[metric, labels] += times

    def count_up(self) -> None:
        for (metric, labels), times in self.counts.items():
            metric.labels(*labels).inc(times)

    def announce(self) -> None:
        """Once on disk: tell the log and the metrics."""
        is_debugging = log.is_debugging
        for fact in self.change.facts:
            if not is_debugging and fact.kind in _THOUSANDFOLD:
                continue
            about = {"incident": fact.incident} if fact.incident else {}
            say = log.debug if fact.kind in _THOUSANDFOLD else log.info
            say(fact.kind.replace("_", " "), **about, **_plain(fact.detail))
        for incident in self.opened:
            metrics.INCIDENTS_OPENED.labels(incident.kind, str(incident.grade)).inc()
        for notice in self.change.notices.values():
            if notice.generation == 0 and notice.at == self.now:
                metrics.NOTICES.labels(notice.type, notice.party).inc()
        for outcome, begun in Counter(episode.outcome for episode in self.change.episodes.values()).items():
            metrics.EPISODES.labels(outcome).inc(begun)


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in detail.items() if isinstance(value, str | int | float | bool) and value != ""
    }
