"""What the readings of a probe say of its function's availability, and their folding into runs of whole minutes.

A reading holds until the next one is due; where none came when it was due, nobody knows what was. So a probe that looks
every five minutes measures all five of them, and while the agent is away every minute is unknown (fact 12).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent.model import Condition, ProbeState, Result, Run, Tell, TellState

MINUTE = timedelta(minutes=1)

_HEARTBEAT = "heartbeat"
"""It is pinged and looks at nothing itself: that it was heard of hours ago proves nothing of this minute."""

ROW_LAG = timedelta(seconds=90)
"""A probe that reads as it did is on file about once a minute: so much older a row may be than the last reading."""


def is_bad_at(tell: TellState, at: datetime) -> bool:
    """Whether the reading of then was a bad one to that entry of `tells`."""
    return tell.answered_at == at and tell.good_since is None and (tell.is_telling or tell.bad_since is not None)


def says(tells: Sequence[Tell], states: Sequence[TellState], result: Result, at: datetime) -> Result:
    """Whether the function was up, down, or nobody knows, by one reading.

    It is down where the file says so of this reading, and where the probe failed. Where the file calls the failure
    something less (degraded, at risk), it is not down.
    """
    if result is Result.UNKNOWN:
        return Result.UNKNOWN
    bad = {tell.condition for tell, state in zip(tells, states, strict=False) if is_bad_at(state, at)}
    is_less = bool(bad) and None not in bad
    if Condition.DOWN in bad or (result is Result.BAD and not is_less):
        return Result.BAD
    return Result.OK


def judged(
    tells: Sequence[Tell],
    states: Sequence[TellState],
    result: Result,
    before: ProbeState,
    at: datetime,
    *,
    was_away: bool,
) -> tuple[Result, datetime, datetime | None]:
    """`measured`, `measured_since` and `measured_after` of the next state.

    A pause begins anew, and so does a clock that was set back.
    """
    now = says(tells, states, result, at)
    last = before.last_run_at
    goes_on = now is before.measured and not was_away and last is not None and last <= at
    if goes_on and before.measured_since is not None:
        return now, before.measured_since, before.measured_after
    return now, at, last


def ended(before: ProbeState, after: ProbeState, every: timedelta, patience: timedelta) -> Run | None:
    """The run of `before`, now that `after` has begun another; None where nothing is known of its time.

    `every` and `patience` are those of the probe; zero where the file names it no more.
    """
    last, since, next_at = before.last_run_at, before.measured_since, after.measured_since
    if last is None or since is None or before.measured is Result.UNKNOWN:
        return None
    unseen = after.measured_after
    if unseen is not None and last < unseen <= last + every + ROW_LAG:
        last = unseen  # it read the same until then: anything else would be on file
    if next_at is not None and next_at < last:  # the clock was set back
        return _run(before, since, minute(next_at), every)
    if next_at is not None and next_at - last <= patience:
        return _run(before, since, max(minute(last) + MINUTE, minute(next_at)), every)
    return _run(before, since, _held_until(last, every), every)


def under_way(state: ProbeState, every: timedelta) -> Run | None:
    """The run that goes on, as far as its last reading holds."""
    if state.last_run_at is None or state.measured_since is None or state.measured is Result.UNKNOWN:
        return None
    return _run(state, state.measured_since, _held_until(state.last_run_at, every), every)


def folded(runs: Sequence[Run], new: Run) -> tuple[Run, ...]:
    """The last runs of a probe, with one more: a minute belongs to one of them, a good one where there is any in it."""
    if not runs:
        return (new,)
    *earlier, last = runs
    if (last.function, last.is_slow) != (new.function, new.is_slow) or last.until < new.since:
        return (*runs, new)
    if last.result is new.result:
        return (*earlier, replace(last, until=max(last.until, new.until)))
    if new.result is Result.BAD:
        rest = replace(new, since=max(new.since, last.until))
        return (*runs, rest) if rest.since < rest.until else tuple(runs)
    cut = replace(last, until=min(last.until, new.since))
    return (*earlier, cut, new) if cut.since < cut.until else folded(earlier, new)


def cut(runs: Sequence[Run], at: datetime) -> tuple[Run, ...]:
    """Those runs as far as they lie before `at`."""
    return tuple(replace(run, until=min(run.until, at)) for run in runs if run.since < at)


def is_slow(kind: str, every: timedelta) -> bool:
    """Whether a minute may pass in which it finds nothing: it looks less often, or waits to be pinged."""
    return every > MINUTE or kind == _HEARTBEAT


def minute(at: datetime) -> datetime:
    """The beginning of its minute."""
    return at.astimezone(UTC).replace(second=0, microsecond=0)


def _held_until(last: datetime, every: timedelta) -> datetime:
    """The minute of the reading, and every whole one until the next reading was due."""
    return max(minute(last) + MINUTE, minute(last + every))


def _run(state: ProbeState, since: datetime, until: datetime, every: timedelta) -> Run | None:
    if minute(since) >= until:
        return None
    return Run(state.name, state.function, state.measured, minute(since), until, is_slow(state.kind, every))
