"""Has a job reported in time, by a ping?"""

from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from agent.config.units import Duration
from agent.model import Heartbeat, Reading
from agent.rules.units import written
from collectors._readings import bad, good, unknown

YIELDS = {
    "age": "seconds since the last ping, or since the first load where there was none",
    "failed": "1 where the last ping said that the job failed, else 0",
}
IS_REMOTE = False


class Options(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    within: Duration = Field(gt=timedelta(0), description="How often the job pings /ping/NAME.")
    grace: Duration = Field(default=timedelta(0), description="How much later than that it may be.")


def due_at(options: Options, last: Heartbeat | None, since: datetime) -> datetime:
    """The moment from which silence is bad; one that was never pinged counts from `since`, its first load."""
    return (last.last_at if last else since) + options.within + options.grace


def judge(
    options: Options, last: Heartbeat | None, since: datetime, now: datetime, forgiven: timedelta = timedelta(0)
) -> Reading:
    """What the last ping, or its absence, says at `now`; `forgiven` extends its time."""
    heard_at = last.last_at if last else since
    has_failed = last is not None and last.has_failed
    values = {"age": max((now - heard_at).total_seconds(), 0.0), "failed": float(has_failed)}
    if has_failed:
        return bad("the job reported that it failed", values)
    if now >= due_at(options, last, since) + forgiven:
        return bad(f"no ping since {heard_at:%Y-%m-%d %H:%M:%S} UTC, {_allowed(options)}", values)
    return good(values)


def forgiven(options: Options, last: Heartbeat, now: datetime) -> timedelta:
    """How much more time a ping has that may have come while nobody was there to hear it.

    One that was expected before `now` is expected anew at the job's next regular time.
    """
    return max(now - last.last_at, timedelta(0)) // options.within * options.within


def probe(options: Options, timeout_s: float) -> Reading:
    """Nothing: pings come in by themselves, and the watcher judges them."""
    return unknown("a heartbeat is not asked; it pings /ping/NAME")


def _allowed(options: Options) -> str:
    late = f" and {written(options.grace)} of grace" if options.grace else ""
    return f"expected within {written(options.within)}{late}"
