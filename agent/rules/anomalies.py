"""When a probe's readings become something to tell, and when that is over.

Each entry of `tells` is an episode of its own: quiet, confirming, telling, recovering. Unknown freezes it: it counts
neither as bad nor as good, and the time it takes is not counted either. Where the agent itself was away for longer than
`patience`, nobody knows what was in between: runs of bad and of good answers begin anew, what was told stays told.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from agent.model import Condition, Hold, Probe, ProbeState, Reading, Result, Signal, Tell, TellState
from agent.rules import measuring
from agent.rules.expressions import answer, because, parse

FAILURE = (Tell(when="fail", condition=Condition.DOWN),)
"""What a probe tells that names no `tells`."""

_BLIND_AFTER = 3
_LEAST_PATIENCE = timedelta(minutes=1)  # a loaded host that looks late still looks

_read = lru_cache(maxsize=4096)(parse)


def judge(
    probe: Probe, state: ProbeState, reading: Reading, at: datetime, duration_s: float, at_once: bool = False
) -> tuple[ProbeState, tuple[Signal, ...]]:
    """The probe's next state, and the signals that begin or end with this reading.

    `at_once` opens without waiting for the hold: a heartbeat's own `/fail`. Tells keep their state by position; one
    that a reload took away ends here.
    """
    look = _Look(probe, reading, at, at_once)
    tells = probe.tells or FAILURE
    was_away = state.last_run_at is not None and at - state.last_run_at > patience(probe)
    before = tuple(_run_forgotten(tell) for tell in state.tells) if was_away else state.tells
    before += (TellState(),) * (len(tells) - len(before))
    after = tuple(_next(look, tell, was) for tell, was in zip(tells, before, strict=False))
    signals = [
        _signal(look, tell, index, was, now)
        for index, (tell, was, now) in enumerate(zip(tells, before, after, strict=False))
        if was.is_telling != now.is_telling
    ]
    gone = enumerate(before[len(tells) :], len(tells))
    signals += [_taken_away(look, index, was) for index, was in gone if was.is_telling]
    return _probe_state(look, state, after, duration_s, was_away), tuple(signals)


def next_wait(probe: Probe, state: ProbeState, reading: Reading) -> timedelta:
    """How long to wait for the next reading: `retry` while a bad one waits for confirmation, else `every`."""
    is_confirming = any(tell.bad_since is not None and not tell.is_telling for tell in state.tells)
    if probe.retry is None or not is_confirming or reading.result is Result.UNKNOWN:
        return probe.every
    return min(probe.retry, probe.every)


def is_blind(state: ProbeState) -> bool:
    """Whether the agent could not find out three times in a row (OB-201)."""
    return state.unknown_run >= _BLIND_AFTER


def says_bad(state: ProbeState) -> bool:
    """Whether the last reading was a bad one, of the whole or of what one tell asks."""
    return state.result is Result.BAD or any(_is_bad_now(tell, state) for tell in state.tells)


def told_again(probe: Probe, state: ProbeState) -> tuple[Signal, ...]:
    """The signals of what the probe tells and has just found bad once more, as if they began with this reading.

    A telling is told once, when it begins; this is for one whose signal was taken for ended meanwhile.
    """
    tells = probe.tells or FAILURE
    return tuple(
        Signal(
            source="probe",
            fingerprint=f"{probe.name}/{index}",
            firing=True,
            labels={"probe": probe.name, "kind": probe.kind},
            annotations={"summary": state.error or tell.when},
            started_at=state.last_run_at,
            received_at=state.last_run_at,
            line=f"probe:{probe.name}/{index}",
            function=probe.function,
            condition=tell.condition,
            grade=tell.grade,
            detected_at=state.last_run_at,
        )
        for index, (tell, now) in enumerate(zip(tells, state.tells, strict=False))
        if state.last_run_at is not None and now.is_telling and _is_bad_now(now, state)
    )


def _is_bad_now(tell: TellState, state: ProbeState) -> bool:
    return state.last_run_at is not None and measuring.is_bad_at(tell, state.last_run_at)


def patience(probe: Probe) -> timedelta:
    """The longest pause that still counts as looking: three intervals or deadlines, and at least a minute."""
    return max(3 * max(probe.every, probe.timeout), _LEAST_PATIENCE)


@dataclass(frozen=True, slots=True)
class _Look:
    probe: Probe
    reading: Reading
    at: datetime
    at_once: bool


def _next(look: _Look, tell: Tell, was: TellState) -> TellState:
    is_bad = _is_bad(look.reading, tell, was)
    if is_bad is None:
        return was
    if was.is_telling:
        return _told_again(look, was) if is_bad else _recovering(look, was)
    return _confirming(look, tell, was) if is_bad else _quiet(look, tell, was)


def _is_bad(reading: Reading, tell: Tell, was: TellState) -> bool | None:
    """What the reading says to this tell. With `clear`, a telling is good again only once that holds."""
    if reading.result is Result.UNKNOWN:
        return None
    is_bad = answer(_read(tell.when), reading)
    if is_bad or not was.is_telling or not tell.clear:
        return is_bad
    is_clear = answer(_read(tell.clear), reading)
    return None if is_clear is None else not is_clear


def _quiet(look: _Look, tell: Tell, was: TellState) -> TellState:
    hold = tell.hold or look.probe.hold
    recent, bad_at = _window(hold, was, look.at, is_bad=False) if hold.of else ((), ())
    return replace(
        was,
        bad_since=bad_at[0] if bad_at else None,
        good_since=was.good_since or look.at,
        recent=recent,
        bad_at=bad_at,
        answered_at=look.at,
        counted_s=0.0,
    )


def _confirming(look: _Look, tell: Tell, was: TellState) -> TellState:
    hold = tell.hold or look.probe.hold
    recent, bad_at = _window(hold, was, look.at, is_bad=True)
    bad_since = bad_at[0] if hold.of else was.bad_since or look.at
    counted_s = was.counted_s + _covered_s(look, was) if was.bad_since else 0.0
    now = replace(
        was,
        bad_since=bad_since,
        good_since=None,
        recent=recent,
        bad_at=bad_at,
        answered_at=look.at,
        counted_s=counted_s,
    )
    is_held = sum(recent) >= hold.times if hold.lasting is None else counted_s >= hold.lasting.total_seconds()
    return _opened(look, now) if is_held or look.at_once else now


def _opened(look: _Look, now: TellState) -> TellState:
    """Telling begins. So many openings within the window are flapping: then it goes on until that long all is good."""
    openings: tuple[datetime, ...] = (look.at,)
    is_flapping = False
    if look.probe.flap is not None:
        count, within = look.probe.flap
        openings = (*(at for at in now.openings if look.at - at <= within), look.at)
        is_flapping = len(openings) >= count
    return TellState(
        is_telling=True, since=now.bad_since, openings=openings, is_flapping=is_flapping, answered_at=look.at
    )


def _told_again(look: _Look, was: TellState) -> TellState:
    return replace(was, good_since=None, answered_at=look.at, counted_s=0.0)


def _recovering(look: _Look, was: TellState) -> TellState:
    counted_s = was.counted_s + _covered_s(look, was) if was.good_since else 0.0
    good_since = was.good_since or look.at
    if counted_s >= _good_for(look.probe, was).total_seconds():
        return TellState(good_since=good_since, openings=was.openings, answered_at=look.at)
    return replace(was, good_since=good_since, answered_at=look.at, counted_s=counted_s)


def _good_for(probe: Probe, was: TellState) -> timedelta:
    if was.is_flapping and probe.flap is not None:
        return max(probe.recover, probe.flap[1])
    return probe.recover


def _window(hold: Hold, was: TellState, at: datetime, is_bad: bool) -> tuple[tuple[bool, ...], tuple[datetime, ...]]:
    """The answers that the hold still looks at, and when the bad ones were read."""
    recent = (*was.recent, is_bad)[-max(hold.of, hold.times, 1) :]
    bad_at = (*was.bad_at, at) if is_bad else was.bad_at
    return recent, bad_at[len(bad_at) - sum(recent) :]


def _covered_s(look: _Look, was: TellState) -> float:
    """The time since the last known answer, where we looked often enough to know it; else none of it counts."""
    passed = look.at - (was.answered_at or look.at)
    return passed.total_seconds() if timedelta() < passed <= patience(look.probe) else 0.0


def _run_forgotten(was: TellState) -> TellState:
    return TellState(is_telling=was.is_telling, since=was.since, openings=was.openings, is_flapping=was.is_flapping)


def _signal(look: _Look, tell: Tell, index: int, was: TellState, now: TellState) -> Signal:
    summary = look.reading.error or because(_read(tell.when), look.reading)
    told = now if now.is_telling else was
    annotations = {"summary": summary or (tell.when if now.is_telling else "good again")}
    if told.is_flapping:
        annotations["flapping"] = "true"
    return Signal(
        source="probe",
        fingerprint=f"{look.probe.name}/{index}",
        firing=now.is_telling,
        labels={"probe": look.probe.name, "kind": look.probe.kind},
        annotations=annotations,
        started_at=told.since or look.at,
        received_at=look.at,
        ended_at=None if now.is_telling else now.good_since,
        line=f"probe:{look.probe.name}/{index}",
        function=look.probe.function,
        condition=tell.condition,
        grade=tell.grade,
        detected_at=told.openings[-1] if told.openings else look.at,
    )


def _taken_away(look: _Look, index: int, was: TellState) -> Signal:
    """The end of what a reload took away: nobody asks any more."""
    nothing = Tell(when="fail", condition=None)
    ended = _signal(look, nothing, index, was, TellState(good_since=look.at))
    return replace(ended, annotations={"summary": "no longer asked"}, is_inferred=True)


def _probe_state(
    look: _Look, state: ProbeState, tells: tuple[TellState, ...], duration_s: float, was_away: bool
) -> ProbeState:
    result = look.reading.result
    good_run, good_since = (0, None) if was_away or result is Result.BAD else (state.good_run, state.good_since)
    if result is Result.OK:
        good_run, good_since = good_run + 1, good_since or look.at
    measured, measured_since, measured_after = measuring.judged(
        look.probe.tells or FAILURE, tells, result, state, look.at, was_away=was_away
    )
    return ProbeState(
        name=look.probe.name,
        kind=look.probe.kind,
        function=look.probe.function,
        result=result,
        since=state.since if state.since and result is state.result else look.at,
        last_run_at=look.at,
        duration_s=duration_s,
        values=look.reading.values,
        error=look.reading.error,
        good_run=good_run,
        good_since=good_since,
        unknown_run=state.unknown_run + 1 if result is Result.UNKNOWN else 0,
        tells=tells,
        measured=measured,
        measured_since=measured_since,
        measured_after=measured_after,
    )
