"""What the agent cannot find out, and finds out again: probes that answer nothing, heartbeats gone silent.

Unknown is neither good nor bad (fact 12): it opens no incident and ends none. Gaps are told by `gaps`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from agent.engine.desk.keys import as_key
from agent.engine.desk.turn import Turn
from agent.engine.works import Watched
from agent.model import Heartbeat, ProbeState, Signal, State
from agent.rules import anomalies, heartbeats

KEPT_EVERY = timedelta(seconds=30)
"""How often a beating alert is put on file at most."""

ALERT = "alert:"
"""Heartbeats that come as alerts are kept under `alert:NAME`."""


def look_at_probes(turn: Turn, states: Iterable[ProbeState]) -> None:
    """Notice which probes have just gone blind, and which see again. To be called before the states are taken over."""
    for state in states:
        before = turn.known.probes.get(state.name)
        was_blind = before is not None and anomalies.is_blind(before)
        if anomalies.is_blind(state) and not was_blind:
            turn.fact("", "probe_blind", probe=state.name, error=state.error)
            turn.blind.append((state.name, state.error))
        elif before is not None and was_blind and not anomalies.is_blind(state):
            turn.fact("", "probe_sees_again", probe=state.name)
            turn.sighted[state.name] = before.since or turn.now


def came_back(turn: Turn, watched: Watched) -> tuple[Signal, ...]:
    """What probes that were left out of a recovery have just found bad: it counts again (see waiving).

    Their evidence is asked for again; and what they went on telling while its signal was taken for ended begins anew.
    """
    told = {signal.fingerprint for signal in watched.signals}
    signals: list[Signal] = []
    for state in watched.probes:
        probe = turn.settings.probes.get(state.name)
        if probe is not None and anomalies.says_bad(state):
            _ask_again_for(turn, state.name)
            signals += [
                signal
                for signal in anomalies.told_again(probe, state)
                if signal.fingerprint not in told and _is_taken_for_ended(turn, signal)
            ]
    return tuple(signals)


def probe_of(line: str) -> str:
    """The probe that a line of evidence comes from, "" for an alert's."""
    return line.removeprefix("probe:").rpartition("/")[0] if line.startswith("probe:") else ""


def _ask_again_for(turn: Turn, probe: str) -> None:
    for incident in list(turn.known.incidents.values()):
        if probe in incident.without and incident.state in (State.OPEN, State.VERIFYING):
            turn.fact(incident.number, "evidence_counts_again", probe=probe)
            turn.put(replace(incident, without=tuple(name for name in incident.without if name != probe)))
            turn.touch(incident.number)


def _is_taken_for_ended(turn: Turn, signal: Signal) -> bool:
    mark = turn.known.marks.get(as_key(signal.source, signal.fingerprint))
    return mark is None or mark.end is not None


def beat(turn: Turn, signal: Signal, within: timedelta) -> None:
    """An alert that says by firing that the monitoring lives (`Watchdog`)."""
    name = ALERT + signal.labels.get("alertname", "")
    before = turn.known.heartbeats.get(name)
    fresh = Heartbeat(name, signal.received_at, within_s=within.total_seconds())
    if before is not None and before.has_failed:
        turn.fact("", "heartbeat_back", heartbeat=name, silent_since=before.last_at.isoformat())
        turn.sighted[name.removeprefix(ALERT)] = before.last_at
    turn.known.heartbeats[name] = fresh
    if before is None or before.has_failed or fresh.last_at - before.last_at >= KEPT_EVERY:
        turn.change.heartbeats[name] = fresh


def look_at_silence(turn: Turn) -> None:
    """Notice the alerts that should have beaten by now."""
    for name, heartbeat in list(turn.known.heartbeats.items()):
        due_at = heartbeats.silent_at(heartbeat, turn.known.listens_since)
        if due_at is not None and due_at <= turn.now:
            silent = replace(heartbeat, has_failed=True)
            turn.known.heartbeats[name] = silent
            turn.change.heartbeats[name] = silent
            turn.fact("", "heartbeat_silent", heartbeat=name, last_at=heartbeat.last_at.isoformat())
            turn.blind.append((name.removeprefix(ALERT), "silent"))
