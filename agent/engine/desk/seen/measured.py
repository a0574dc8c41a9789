"""The availability as probes measure it: minutes in which they found the same, put on file where that ends (1.6).

What goes on stands in the probe's own row already, so a probe that reads as it did costs nothing more.
"""

from datetime import datetime, timedelta

from agent.engine.desk.turn import Turn
from agent.model import ProbeState, Run
from agent.rules import anomalies, measuring

KEPT = 2
"""So many of a probe's last runs are remembered: what may still be folded."""


def take(turn: Turn, state: ProbeState) -> None:
    """A probe's row before it takes the place of the one known: whether a run has ended, and which."""
    before = turn.known.probes.get(state.name)
    if before is None or before.measured_since is None or before.measured_since == state.measured_since:
        return
    probe = turn.settings.probes.get(state.name)
    every = probe.every if probe else timedelta()
    run = measuring.ended(before, state, every, anomalies.patience(probe) if probe else timedelta())
    runs = turn.known.runs.get(state.name, ())
    after = runs
    set_back_to = state.measured_since
    if set_back_to is not None and before.last_run_at is not None and set_back_to < before.last_run_at:
        turn.change.runs_ahead[state.name] = at = measuring.minute(set_back_to)
        after = measuring.cut(runs, at)
    if run is not None:
        after = measuring.folded(after, run)
    _write(turn, runs, after)
    turn.known.runs[state.name] = after[-KEPT:]


def _write(turn: Turn, before: tuple[Run, ...], after: tuple[Run, ...]) -> None:
    for run in after:
        if run not in before:
            turn.change.runs[_key(run)] = run
    kept = set(map(_key, after))
    for run in before:
        if _key(run) not in kept:
            turn.change.runs.pop(_key(run), None)
            turn.change.forgotten_runs.add(_key(run))


def _key(run: Run) -> tuple[str, str, datetime]:
    return run.probe, run.function, run.since
