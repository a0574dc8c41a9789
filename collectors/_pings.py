"""What the last ping of a heartbeat says, by the time that passed since. Judged at every turn; loads no pydantic."""

from datetime import datetime, timedelta
from typing import Protocol

from agent.model import Heartbeat, Reading
from agent.rules.units import written
from collectors._readings import bad, good


class Expected(Protocol):
    """A heartbeat's options."""

    @property
    def within(self) -> timedelta: ...

    @property
    def grace(self) -> timedelta: ...


def due_at(expected: Expected, last: Heartbeat | None, since: datetime) -> datetime:
    """The moment from which silence is bad; one that was never pinged counts from `since`, its first load."""
    return (last.last_at if last else since) + expected.within + expected.grace


def judge(
    expected: Expected, last: Heartbeat | None, since: datetime, now: datetime, forgiven: timedelta = timedelta(0)
) -> Reading:
    """What the last ping, or its absence, says at `now`; `forgiven` extends its time."""
    heard_at = last.last_at if last else since
    has_failed = last is not None and last.has_failed
    values = {"age": max((now - heard_at).total_seconds(), 0.0), "failed": float(has_failed)}
    if has_failed:
        return bad("the job reported that it failed", values)
    if now >= due_at(expected, last, since) + forgiven:
        return bad(f"no ping since {heard_at:%Y-%m-%d %H:%M:%S} UTC, {_allowed(expected)}", values)
    return good(values)


def forgiven(expected: Expected, last: Heartbeat, now: datetime) -> timedelta:
    """How much more time a ping has that may have come while nobody was there to hear it.

    One that was expected before `now` is expected anew at the job's next regular time.
    """
    return max(now - last.last_at, timedelta(0)) // expected.within * expected.within


def _allowed(expected: Expected) -> str:
    late = f" and {written(expected.grace)} of grace" if expected.grace else ""
    return f"expected within {written(expected.within)}{late}"
