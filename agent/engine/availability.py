"""What a month's availability comes to (1.6), from what is on file: runs of the probes, windows, and exclusions.

Minutes of planned maintenance are left out only where our own notice reached a person of the customer 72 h before
(4.1(a)), or the customer accepted it; both figures are shown for as long as a claim of the provider is not answered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.config.settings import Settings
from agent.model import Exclusion, ExclusionState, Maintenance, Manner, Party, Run
from agent.ports import Store
from agent.rules import availability, maintenance, measuring, windows
from agent.rules.availability import Ground, Measured, Period, Span

MOST_WINDOWS = 10_000


@dataclass(frozen=True, slots=True)
class Planned:
    """A window of maintenance in the month."""

    id: str  # "" where the file names it
    what: str
    functions: tuple[str, ...]  # () is all
    starts_at: datetime
    ends_at: datetime
    is_announced: bool = True  # to the customer
    excluded_until: datetime | None = None  # what the notice reached the customer early enough for; None: it counts


@dataclass(frozen=True, slots=True)
class Month:
    month: str  # 2026-11
    begins_at: datetime
    ends_at: datetime
    measured_until: datetime  # the end of what is assessed: of a month that goes on, a few minutes ago
    target: float
    is_agreed: bool  # the target stands in the file; else it is a default
    whole: Measured
    functions: Mapping[str, Measured]
    planned: tuple[Planned, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    drill_minutes: int = 0  # minutes of drills, which never count

    @property
    def is_over(self) -> bool:
        return self.measured_until >= self.ends_at


def month(
    store: Store, settings: Settings, text: str, now: datetime, changed: Mapping[str, Exclusion] | None = None
) -> Month:
    """The figures of `2026-11` as they stand; `changed` are exclusions that are not on file yet.

    Raises:
        ValueError: it names no month.
    """
    agreement = settings.agreement
    begins_at, ends_at = availability.month(text, agreement.zone)
    until = min(max(measuring.minute(now - availability.SETTLED_AFTER), begins_at), ends_at)
    planned = tuple(_planned(store, settings, begins_at, ends_at))
    filed = {each.id: each for each in store.exclusions(begins_at, ends_at)} | dict(changed or {})
    exclusions = tuple(each for each in filed.values() if each.starts_at < ends_at and begins_at < each.ends_at)
    ground = Ground(
        period=Period(begins_at, until),
        runs=[run for run in runs(store, settings, begins_at, until) if run.probe not in customers(settings)],
        planned=[Span(each.starts_at, each.ends_at, frozenset(each.functions)) for each in planned],
        excluded=[
            *(
                Span(each.starts_at, each.excluded_until, frozenset(each.functions))
                for each in planned
                if each.excluded_until is not None
            ),
            *_spans(exclusions, ExclusionState.ACCEPTED),
        ],
        disputed=_spans(exclusions, ExclusionState.OPEN),
    )
    functions, whole = availability.measured(ground, agreement.functions)
    return Month(
        month=text,
        begins_at=begins_at,
        ends_at=ends_at,
        measured_until=until,
        target=agreement.availability.target,
        is_agreed=agreement.availability.is_agreed,
        whole=whole,
        functions=functions,
        planned=planned,
        exclusions=exclusions,
    )


def runs(store: Store, settings: Settings, begins_at: datetime, ends_at: datetime) -> list[Run]:
    """Everything measured in that time, what goes on included; of the customer's own watch as well."""
    return [*store.runs(begins_at, ends_at), *_under_way(store, settings)]


def customers(settings: Settings) -> frozenset[str]:
    """Names of the customer's own heartbeats: they measure its watch (2.3(a)), and not the provider's availability."""
    return frozenset(name for name, probe in settings.probes.items() if probe.party is Party.CUSTOMER)


def _under_way(store: Store, settings: Settings) -> Iterator[Run]:
    """What the probes go on finding."""
    for name, state in store.probe_states().items():
        probe = settings.probes.get(name)
        run = measuring.under_way(state, probe.every if probe else timedelta())
        if run is not None:
            yield run


def _spans(exclusions: tuple[Exclusion, ...], state: ExclusionState) -> list[Span]:
    return [
        Span(each.starts_at, each.ends_at, frozenset([each.function] if each.function else []))
        for each in exclusions
        if each.state is state
    ]


def _planned(store: Store, settings: Settings, begins_at: datetime, ends_at: datetime) -> Iterator[Planned]:
    for window in store.maintenance_of(begins_at, ends_at):
        functions, over_at = _covered(settings, window.functions, window.probes), maintenance.over_at(window)
        if functions and window.starts_at < over_at:
            until = _excluded_until(store, settings, window)
            excluded = min(until, over_at) if until is not None else None
            yield Planned(window.id, window.what, functions, window.starts_at, over_at, excluded_until=excluded)
    for named in settings.maintenance:
        functions = _covered(settings, named.functions, named.probes)
        if not functions and (named.functions or named.probes):
            continue
        at = begins_at
        for _ in range(MOST_WINDOWS):
            found = windows.occurrence(named, at, settings.agreement.zone)
            if found is None or found[0] >= ends_at:
                break
            yield Planned("", named.what, functions, *found, is_announced=named.announced_at is not None)
            at = found[1]


def _covered(settings: Settings, functions: tuple[str, ...], probes: tuple[str, ...]) -> tuple[str, ...]:
    """The functions of a window: those it names, and those all of whose probes it names."""
    looked_at: dict[str, set[str]] = {}
    for probe in settings.probes.values():
        if probe.party is Party.PROVIDER:
            looked_at.setdefault(probe.function, set()).add(probe.name)
    found = [function for function, names in looked_at.items() if names <= set(probes)]
    return tuple(dict.fromkeys((*functions, *found)))


def _excluded_until(store: Store, settings: Settings, window: Maintenance) -> datetime | None:
    """The end of what reached a person of the customer 72 h before it began; None: nothing of it did."""
    if "announced_maintenance" not in settings.agreement.availability.exclude:
        return None
    until: datetime | None = None
    for content, endpoint, reached_at in store.told_of_maintenance(window.id):
        found = settings.endpoints.get(endpoint)
        if found is not None and found.manner is Manner.GROUP:
            continue  # what a room shows has reached nobody for certain
        event, told_until = content.get("event"), datetime.fromisoformat(str(content["ends_at"]))
        if event == "announced" and reached_at <= window.starts_at - maintenance.LEAD:
            until = max(until or told_until, told_until)
        elif event == "extended" and until is not None:
            was_until = datetime.fromisoformat(str(content["was_until"]))
            if was_until <= until and reached_at <= was_until - maintenance.LEAD:
                until = max(until, told_until)
    return until
