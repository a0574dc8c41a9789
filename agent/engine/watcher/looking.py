"""One look of a collector, from outside: whatever it does, a reading comes of it."""

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite

from agent.engine.watcher.ownfault import OwnFault
from agent.engine.watcher.watch import Run
from agent.log import Log
from agent.model import Reading, Result
from agent.ports import Clock

log = Log(__name__)

LONGEST_ERROR = 500

OWN_FAULT_S = 30.0
"""At most so long a failed look waits for the look at our own network."""


def look(run: Run) -> Reading:
    """What the collector answers; one that breaks its promises costs only its own probe."""
    probe = run.probe
    try:
        return clean(run.watch.collector.probe(probe.options, probe.timeout.total_seconds()))
    except (Exception, SystemExit) as fault:
        log.error("collector raised", probe=probe.name, kind=probe.kind, exc=fault)
        return Reading(Result.UNKNOWN, {}, f"the collector failed: {type(fault).__name__}")


def excused(run: Run, reading: Reading, own_fault: OwnFault, clock: Clock) -> Reading:
    """The reading, but unknown where something remote reads bad and our own network is at fault."""
    is_remote = run.watch.collector.is_remote and not run.probe.is_local
    if reading.result is not Result.BAD or not is_remote or run.is_abandoned:
        return reading
    run.deadline_s = clock.monotonic() + OWN_FAULT_S  # the collector has answered; what follows is ours
    if run.watch.is_telling:
        own_fault.refresh()
        return reading
    fault = own_fault.look()
    return replace(reading, result=Result.UNKNOWN, error=f"{fault}; found: {reading.error}") if fault else reading


def clean(reading: object) -> Reading:
    """The reading without what cannot be stored: a collector that returns garbage harms only its own probe."""
    if not isinstance(reading, Reading) or not isinstance(reading.values, Mapping):
        return Reading(Result.UNKNOWN, {}, "the collector returned no reading")
    values = {str(name): value for name, value in reading.values.items() if _is_storable(value)}
    return Reading(Result(reading.result), values, _printable(reading.error))


def _is_storable(value: object) -> bool:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return isfinite(value) and abs(value) < 2**63
    return value is None or isinstance(value, bool | str)


def _printable(text: object) -> str:
    plain = str(text).encode("utf-8", "replace").decode()
    return "".join(sign if sign.isprintable() else " " for sign in plain)[:LONGEST_ERROR]
