"""Whether an incident has recovered: a `resolved` is a signal, not a recovery (3.4(d))."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import ceil

from agent.model import Incident, Kind, ProbeState, Recovery


class Missing(StrEnum):
    """What still keeps the gate shut."""

    SIGNALS = "signals"  # linked signals are still firing
    TRUNCATED = "truncated"  # a group's last message left alerts out
    READINGS = "readings"  # a probe of an affected function lacks good readings after the clearing
    STABILITY = "stability"  # the window since the last bad reading has not passed
    PERSON = "person"  # grade 1 and security: someone must verify


@dataclass(frozen=True, slots=True)
class Gate:
    is_open: bool
    missing: tuple[Missing, ...] = ()
    next_at: datetime | None = None  # when the stability window ends; good readings and people come as events
    waiting_for: tuple[str, ...] = ()  # names of the probes that lack good readings


def gate(
    incident: Incident,
    evidence_open: int,
    cleared_at: datetime | None,
    last_bad_at: datetime | None,
    probes: Sequence[ProbeState],
    recovery: Recovery,
    now: datetime,
) -> Gate:
    """Whether the recovery gate is open, and what is missing (agreement.md 4, "Recovery gate").

    `cleared_at`: when the last linked signal cleared, None while one fires. `last_bad_at`: the last bad reading of a
    linked probe or the arrival of the last `resolved`, whichever is later; None means `cleared_at`, and so does one
    from before the incident. `probes`: those of the affected functions. A truncated group keeps the gate shut until a
    full message or a person takes it off the incident.
    """
    missing: list[Missing] = []
    if evidence_open > 0 or cleared_at is None:
        missing.append(Missing.SIGNALS)
    if incident.truncated:
        missing.append(Missing.TRUNCATED)
    waiting = _lacking(probes, cleared_at, recovery.good)
    if waiting:
        missing.append(Missing.READINGS)
    stable_at = None
    if cleared_at is not None:
        stable_at = _bad_until(incident, cleared_at, last_bad_at, probes) + recovery.stable[incident.grade]
        if now < stable_at:
            missing.append(Missing.STABILITY)
    if (incident.grade == 1 or incident.kind is Kind.SECURITY) and not incident.verified_by:
        missing.append(Missing.PERSON)
    next_at = stable_at if Missing.STABILITY in missing else None
    return Gate(not missing, tuple(missing), next_at, waiting)


def _lacking(probes: Sequence[ProbeState], cleared_at: datetime | None, good: int) -> tuple[str, ...]:
    if cleared_at is None:
        return ()
    return tuple(sorted(probe.name for probe in probes if _good_after(probe, cleared_at) < good))


def _good_after(probe: ProbeState, cleared_at: datetime) -> int:
    """How many good readings in a row the probe has had since the clearing."""
    if probe.good_since is None or probe.last_run_at is None or probe.last_run_at <= cleared_at:
        return 0
    if probe.good_since > cleared_at or probe.good_run < 2:
        return probe.good_run
    # the run began before the clearing; readings come at an even pace
    pace = (probe.last_run_at - probe.good_since) / (probe.good_run - 1)
    return min(probe.good_run, ceil((probe.last_run_at - cleared_at) / pace))


def _bad_until(
    incident: Incident, cleared_at: datetime, last_bad_at: datetime | None, probes: Sequence[ProbeState]
) -> datetime:
    """The last moment known bad. A run of good readings that began after the clearing had a bad one before it."""
    told = cleared_at if last_bad_at is None or last_bad_at < incident.started_at else last_bad_at
    return max([told, *(probe.good_since for probe in probes if probe.good_since and probe.good_since > cleared_at)])
