"""How much room is left on the file system that holds this path?"""

import errno
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, Field

from agent import clock
from agent.model import Condition, Reading, Tell
from collectors._mounts import Room, Silent, room
from collectors._readings import bad, good, unknown
from collectors._trend import Trend

YIELDS = {
    "used": "share (0-1) of the room in use, as df counts it",
    "free": "bytes left to everyone but root",
    "total": "bytes of room in all",
    "inodes_used": "share (0-1) of the files it can hold; where it has such a limit",
    "inodes_free": "files it can still hold; where it has such a limit",
    "full_in": "seconds until it is full if it goes on as in the last hour; a year at most, unknown below ten readings",
}
TELLS = (
    Tell(when="used > 95%", condition=Condition.AT_RISK),
    Tell(when="inodes_used > 95%", condition=Condition.AT_RISK),
    Tell(when="full_in < 4h", condition=Condition.AT_RISK),
)
IS_REMOTE = False

COULD_NOT_LOOK = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES, errno.EPERM})


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(min_length=1, pattern="^/", description="Any path on the file system, absolute.")


def probe(options: Options, timeout_s: float) -> Reading:
    try:
        told = room(options.path, timeout_s)
    except Silent as silent:
        return unknown(f"{options.path}: {silent} (a network mount whose server is gone?)")
    except OSError as fault:
        text = f"{options.path}: {fault.strerror or fault}"
        if fault.errno in COULD_NOT_LOOK:
            return unknown(f"{text}: name a path that this agent may see")
        return bad(text)
    return good(measured(told, _trend(options.path), clock.monotonic()))


def measured(told: Room, trend: Trend, at: float) -> dict[str, float]:
    """The values of one answer; what the file system does not count is left out."""
    values = {"free": float(told.available * told.unit), "total": float(told.blocks * told.unit)}
    used = told.blocks - told.free
    if used + told.available:
        values["used"] = used / (used + told.available)
    if told.files:
        values["inodes_used"] = 1 - told.files_available / told.files
        values["inodes_free"] = float(told.files_available)
    full_in_s = trend.add(at, values["free"])
    if full_in_s is not None:
        values["full_in"] = full_in_s
    return values


@lru_cache(maxsize=1024)
def _trend(path: str) -> Trend:
    """The history of a path, kept for as long as the process runs."""
    return Trend()
