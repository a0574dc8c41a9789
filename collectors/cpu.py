"""How busy are this host's processors?"""

import os
import threading
from collections import deque
from datetime import timedelta

import psutil
from pydantic import BaseModel, ConfigDict

from agent import clock
from agent.model import Condition, Hold, Reading, Tell
from collectors._linux import pressure
from collectors._readings import good, unknown

YIELDS = {
    "used": "share (0-1) of the time since the last reading that the processors were busy",
    "iowait": "share (0-1) of it that they waited for disks",
    "steal": "share (0-1) of it that the hypervisor gave to others",
    "load1": "runnable and waiting tasks, mean of 1 minute",
    "load5": "the same over 5 minutes",
    "load15": "the same over 15 minutes",
    "load_per_cpu": "load5 for each processor",
    "cpus": "processors",
    "pressure_some": "share (0-1) of the last minute in which some task waited for a processor; where the kernel tells",
    "pressure_full": "share (0-1) of the last minute in which all did",
}
# a busy processor alone is no fault (1.2): it is told as a risk, and only when it lasts
TELLS = (Tell(when="used > 95%", condition=Condition.AT_RISK, hold=Hold(lasting=timedelta(minutes=10))),)
IS_REMOTE = False

SHORTEST_S = 0.2
"""Over less than this the counters' own steps of 10 ms would show."""

_IDLE = ("idle", "iowait")
_INSIDE_OTHERS = ("guest", "guest_nice")  # already counted in user and nice

Sample = tuple[float, dict[str, float]]
_samples: deque[Sample] = deque(maxlen=64)
_guard = threading.Lock()


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def probe(options: Options, timeout_s: float) -> Reading:
    try:
        taken = (clock.monotonic(), dict(psutil.cpu_times()._asdict()))
    except OSError as hidden:
        return unknown(f"{hidden.filename or '/proc/stat'} cannot be read: {hidden.strerror}")
    values = _standing()
    before = _remember(taken)
    if before is None:
        return unknown("the first reading has nothing to compare with; the next one will", values)
    return good(values | shares(before[1], taken[1]))


def shares(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """How the time between two readings of the counters was spent."""
    spent = {name: max(after[name] - before.get(name, 0.0), 0.0) for name in after if name not in _INSIDE_OTHERS}
    total = sum(spent.values())
    if not total:
        return {}
    idle = sum(spent.get(name, 0.0) for name in _IDLE)
    found = {"used": 1 - idle / total}
    return found | {name: spent[name] / total for name in ("iowait", "steal") if name in spent}


def _standing() -> dict[str, float]:
    """What needs no earlier reading."""
    cpus = os.cpu_count() or 1
    load1, load5, load15 = os.getloadavg()
    load = {"load1": load1, "load5": load5, "load15": load15, "load_per_cpu": load5 / cpus, "cpus": float(cpus)}
    return load | pressure("cpu")


def _remember(taken: Sample) -> Sample | None:
    """The newest earlier reading that is old enough to compare with, None for none."""
    with _guard:
        before = next((each for each in reversed(_samples) if taken[0] - each[0] >= SHORTEST_S), None)
        if before is not None or not _samples:
            _samples.append(taken)
    return before
