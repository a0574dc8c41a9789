"""What Prometheus posts ends by itself: a firing that is not told again until its `endsAt` is taken for resolved."""

from datetime import datetime

from agent.engine.desk.keys import Key, parts_of
from agent.engine.desk.seen import sorting
from agent.engine.desk.turn import Turn
from agent.model import Signal
from agent.rules import episodes


def end_expired(turn: Turn) -> None:
    """End the firings that nobody told again in time."""
    ended: list[Signal] = []
    for key, at in turn.known.timers.take_due(turn.now):
        mark = turn.known.marks.get(key)
        if mark is not None and mark.end is None:
            ended.append(presumed_end(key, mark, at, turn.now))
    sorting.take_signals(turn, ended, message="")


def presumed_end(key: Key, mark: episodes.Known, at: datetime, now: datetime) -> Signal:
    """The end of an open episode that is concluded, not told."""
    source, fingerprint = parts_of(key)
    return Signal(
        source=source,
        fingerprint=fingerprint,
        firing=False,
        labels={},
        annotations={},
        started_at=mark.started_at,
        received_at=now,
        ended_at=at,
        is_inferred=True,
    )
