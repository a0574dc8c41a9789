"""How much memory is left on this host, or in this container?"""

import psutil
from pydantic import BaseModel, ConfigDict

from agent.model import Condition, Hold, Reading, Tell
from collectors._linux import memory_limit, pressure
from collectors._readings import good, unknown

YIELDS = {
    "used": "share (0-1) of the memory that cannot be had any more",
    "available": "bytes that can be had without swapping",
    "total": "bytes of memory; in a container its limit, where that is lower",
    "swap_used": "share (0-1) of the swap space in use; where there is any",
    "swap_free": "bytes of swap space left; where there is any",
    "pressure_some": "share (0-1) of the last minute in which some task waited for memory; where the kernel tells",
    "pressure_full": "share (0-1) of the last minute in which all did",
}
TELLS = (Tell(when="used > 95%", condition=Condition.AT_RISK, hold=Hold(times=3)),)
IS_REMOTE = False


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def probe(options: Options, timeout_s: float) -> Reading:
    try:
        host = psutil.virtual_memory()
    except OSError as hidden:
        where = hidden.filename or "/proc/meminfo"
        return unknown(f"{where} cannot be read ({hidden.strerror}): the service must not hide it (ProcSubset=pid)")
    values = room(host.total, host.available, memory_limit())
    try:
        swap = psutil.swap_memory()
    except (OSError, RuntimeError):
        swap = None
    if swap is not None and swap.total:
        values |= {"swap_used": swap.used / swap.total, "swap_free": float(swap.free)}
    return good(values | pressure("memory"))


def room(total: int, available: int, limit: tuple[int, int] | None) -> dict[str, float]:
    """What is left, by the host's figures and the container's (limit, used): the narrower one holds."""
    if limit is not None and limit[0] < total:
        ceiling, used = limit
        total, available = ceiling, min(available, max(ceiling - used, 0))
    return {"used": 1 - available / total, "available": float(available), "total": float(total)}
