"""Whether an incident has recovered: a `resolved` is a signal, not a recovery (3.4(d)).

Only what passes this gate meets what the provider owes by 2.2(b) and 4.1(b).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from agent.model import Incident, Kind, Party, Probe, ProbeState, Recovery, Result, State


class Missing(StrEnum):
    """What still keeps the gate shut."""

    SIGNALS = "signals"  # linked signals are still firing
    TRUNCATED = "truncated"  # a group's last message left alerts out
    READINGS = "readings"  # a probe of an affected function lacks good readings after the clearing
    STABILITY = "stability"  # the window since the last bad reading has not passed
    PERSON = "person"  # grade 1, security, and what a person reported: someone must verify


@dataclass(frozen=True, slots=True)
class Gate:
    is_open: bool
    missing: tuple[Missing, ...] = ()
    next_at: datetime | None = None  # when the stability window ends; good readings and people come as events
    waiting_for: tuple[str, ...] = ()  # names of the probes that lack good readings


@dataclass(frozen=True, slots=True)
class Firing:
    """A line of evidence that is open."""

    line: str
    count: int
    since: datetime
    muted: int = 0  # of those, silenced or inhibited in Alertmanager


@dataclass(frozen=True, slots=True)
class Wait:
    """One thing that the gate waits for, by name."""

    what: Missing
    name: str = ""  # the line that fires, the truncated group, or the probe that lacks readings
    count: int = 0  # signals that fire, or good readings that are missing
    since: datetime | None = None  # since when it fires, or the probe answers as it does
    result: Result | None = None  # of the probe
    until: datetime | None = None  # when the window ends, should nothing bad come
    muted: int = 0  # signals that fire, but are silenced or inhibited where they come from


def asked(incident: Incident, probes: Mapping[str, Probe], states: Mapping[str, ProbeState]) -> tuple[ProbeState, ...]:
    """The probes of the affected functions whose readings the gate asks for, but those that a person has waived."""
    own = (probe for probe in probes.values() if probe.party is Party.PROVIDER)
    names = [probe.name for probe in own if probe.function in incident.functions]
    return tuple(states[name] for name in names if name in states and name not in incident.without)


def waits(
    incident: Incident,
    firing: Iterable[Firing],
    probes: Sequence[ProbeState],
    recovery: Recovery,
    now: datetime,
    *,
    needs_person: bool = False,
) -> tuple[Wait, ...]:
    """What the recovery of an open or verifying incident waits for, one by one; of the same kind by name."""
    lines = sorted(firing, key=lambda each: each.line)
    count = sum(each.count for each in lines)
    shut = gate(incident, count, incident.cleared_at, None, probes, recovery, now, needs_person=needs_person)
    found = [Wait(Missing.SIGNALS, each.line, each.count, each.since, muted=each.muted) for each in lines]
    found += [Wait(Missing.TRUNCATED, group) for group in incident.truncated]
    for probe in sorted(probes, key=lambda each: each.name):
        if probe.name in shut.waiting_for and incident.cleared_at is not None:
            lacking = recovery.good - _good_after(probe, incident)
            found.append(Wait(Missing.READINGS, probe.name, lacking, probe.since, probe.result))
    if shut.next_at is not None:
        found.append(Wait(Missing.STABILITY, until=shut.next_at))
    if Missing.PERSON in shut.missing:
        found.append(Wait(Missing.PERSON))
    if not found and incident.state is State.VERIFYING and incident.wake_at is not None and incident.wake_at > now:
        # where nobody listened for a while the desk begins the window anew; when it ends it has written down
        found.append(Wait(Missing.STABILITY, until=incident.wake_at))
    return tuple(found)


def gate(
    incident: Incident,
    evidence_open: int,
    cleared_at: datetime | None,
    last_bad_at: datetime | None,
    probes: Sequence[ProbeState],
    recovery: Recovery,
    now: datetime,
    *,
    needs_person: bool = False,
) -> Gate:
    """Whether the recovery gate is open, and what is missing (agreement.md 4, "Recovery gate").

    `cleared_at`: when the last linked signal cleared, None while one fires. `last_bad_at`: the last bad reading of a
    linked probe or the arrival of the last `resolved`, whichever is later; None means `cleared_at`, and so does one
    from before the incident. `probes`: those of the affected functions. A truncated group keeps the gate shut until a
    full message or a person takes it off the incident. `needs_person`: somebody reported it, and monitors alone cannot
    say that it works again.
    """
    missing: list[Missing] = []
    if evidence_open > 0 or cleared_at is None:
        missing.append(Missing.SIGNALS)
    if incident.truncated:
        missing.append(Missing.TRUNCATED)
    waiting = _lacking(incident, probes, recovery.good)
    if waiting:
        missing.append(Missing.READINGS)
    stable_at = None
    if cleared_at is not None:
        stable_at = _bad_until(incident, cleared_at, last_bad_at, probes) + recovery.stable[incident.grade]
        if now < stable_at:
            missing.append(Missing.STABILITY)
    is_grave = incident.grade == 1 or incident.kind is Kind.SECURITY
    if (is_grave or needs_person) and not incident.verified_by:
        missing.append(Missing.PERSON)
    next_at = stable_at if Missing.STABILITY in missing else None
    return Gate(not missing, tuple(missing), next_at, waiting)


def _lacking(incident: Incident, probes: Sequence[ProbeState], good: int) -> tuple[str, ...]:
    if incident.cleared_at is None:
        return ()
    return tuple(sorted(probe.name for probe in probes if _good_after(probe, incident) < good))


def _good_after(probe: ProbeState, incident: Incident) -> int:
    """How many good readings of its run the probe has had since the clearing; unknown ones in between do not count."""
    cleared_at = incident.cleared_at
    if cleared_at is None or probe.good_since is None or probe.last_run_at is None or probe.last_run_at <= cleared_at:
        return 0
    if probe.good_since > cleared_at:
        return probe.good_run
    return max(probe.good_run - incident.runs.get(probe.name, 0), 0)


def _bad_until(
    incident: Incident, cleared_at: datetime, last_bad_at: datetime | None, probes: Sequence[ProbeState]
) -> datetime:
    """The last moment known bad. A run of good readings that began after the clearing had a bad one before it."""
    told = cleared_at if last_bad_at is None or last_bad_at < incident.started_at else last_bad_at
    return max([told, *(probe.good_since for probe in probes if probe.good_since and probe.good_since > cleared_at)])
