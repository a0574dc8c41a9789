"""What one message does to the episode of its alert (Alertmanager's habits; see `step`)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from agent.model import Signal

DOUBT = timedelta(minutes=5)
"""How long after a `resolved` an older firing is taken for a late retry."""


@dataclass(frozen=True, slots=True)
class End:
    """How an episode ended, as far as is known."""

    at: datetime
    received_at: datetime | None = None
    is_inferred: bool = False
    doubt: str = ""  # hash of the message whose doubtful firing was kept and not acted on


@dataclass(slots=True)
class Known:
    """What is remembered of a fingerprint: its latest episode. Kept in memory by the hundred thousand, so it is small.

    Start and end are the sender's own times where it gave them: only so can they be compared.
    """

    id: int
    started_at: datetime
    end: End | None = None  # None while it is open, as most of them are
    incident: str | None = None
    line: str = ""
    value: str = ""  # of the label that the line counts, "" where it counts none


class Step(StrEnum):
    NEW = "new"  # an episode begins
    REPEAT = "repeat"  # nothing changes
    CONTINUE = "continue"  # a doubtful firing was true: the old episode goes on
    DOUBTFUL = "doubtful"  # kept with the message's hash, not acted on
    CLOSE = "close"  # the open episode ends
    CLOSED_UNSEEN = "closed_unseen"  # an episode that was never seen firing: recorded as closed
    END_TOLD = "end_told"  # the inferred end of a closed episode is now the sender's word: only the end changes
    STALE = "stale"  # an old `resolved`, of an earlier episode: nothing changes


def step(known: Known | None, signal: Signal, message: str) -> Step:
    """What `signal`, carried by the message with this hash, does to what is known of its fingerprint."""
    return _firing(known, signal, message) if signal.firing else _resolved(known, signal)


def end_of(signal: Signal, started_at: datetime) -> datetime:
    """When a `resolved` says that the episode which began at `started_at` ended.

    Without an end (zero time) it ended on arrival; an end before the start is moved to the start.
    """
    return max(signal.ended_at or signal.received_at, started_at, _start(signal))


def _firing(known: Known | None, signal: Signal, message: str) -> Step:
    if known is None:
        return Step.NEW
    end = known.end
    if end is None:
        return Step.REPEAT  # whatever its startsAt: that was seen moving both ways
    if signal.started_at > end.at:
        return Step.NEW
    if signal.source == "probe":
        return Step.NEW  # our own word, told once: an earlier start only means that the wall clock was set back
    if end.is_inferred or _came_late(end, signal):
        return Step.CONTINUE
    if end.doubt == message:
        return Step.REPEAT
    return Step.CONTINUE if end.doubt else Step.DOUBTFUL


def _came_late(end: End, signal: Signal) -> bool:
    """Whether the firing arrived so long after the `resolved` that no retry explains it."""
    return end.received_at is not None and signal.received_at - end.received_at > DOUBT


def _resolved(known: Known | None, signal: Signal) -> Step:
    if signal.is_inferred:
        return Step.CLOSE if known is not None and known.end is None else Step.STALE
    if known is None:
        return Step.CLOSED_UNSEEN
    if _is_of_an_earlier_one(known, signal):
        return Step.STALE
    if known.end is None:
        return Step.CLOSE
    if _start(signal) > known.end.at:
        return Step.CLOSED_UNSEEN
    return Step.END_TOLD if known.end.is_inferred else Step.REPEAT


def _is_of_an_earlier_one(known: Known, signal: Signal) -> bool:
    if signal.ended_at is None:
        return signal.started_at < known.started_at  # nothing but the start can tell
    return max(signal.ended_at, signal.started_at) < known.started_at


def _start(signal: Signal) -> datetime:
    """The start, unless the message contradicts itself: then the start was filled in on arrival and says nothing."""
    return signal.started_at if signal.ended_at is None else min(signal.started_at, signal.ended_at)
