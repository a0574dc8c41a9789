"""What Prometheus posts ends by itself: a firing that is not told again until its `endsAt` is taken for resolved."""

from agent.engine import sorting
from agent.engine.turn import Turn
from agent.model import Signal


def end_expired(turn: Turn) -> None:
    """End the firings that nobody told again in time; the end is concluded, not told."""
    ended: list[Signal] = []
    for (source, fingerprint), at in turn.known.timers.take_due(turn.now):
        mark = turn.known.marks.get((source, fingerprint))
        if mark is not None and mark.ended_at is None:
            ended.append(
                Signal(
                    source=source,
                    fingerprint=fingerprint,
                    firing=False,
                    labels={},
                    annotations={},
                    started_at=mark.started_at,
                    received_at=turn.now,
                    ended_at=at,
                    is_inferred=True,
                )
            )
    sorting.take_signals(turn, ended, message="")
