"""A person's act: the recovery need not wait for a probe that cannot find out (3.4(d)).

Unknown is neither good nor bad (fact 12), so a blind probe alone would keep its incident for ever. What it told last is
taken for ended; should it find something bad later, that counts again (blindness.came_back).
"""

from dataclasses import replace

from agent.engine.desk.seen import blindness, expiring, sorting
from agent.engine.desk.turn import Turn
from agent.engine.works import Verify
from agent.errors import IllegalStep, Refused
from agent.model import Evidence, Incident, ProbeState, Result
from agent.rules import anomalies, recovery


def check(turn: Turn, incident: Incident, act: Verify) -> None:
    """Whether the probes that the act names may be waived.

    Raises:
        Refused: no note, or the incident does not wait for one of them.
        IllegalStep: one of them finds something bad.
    """
    if act.without and not act.note.strip():
        raise Refused("a note is needed: say how you know that it works without the probe", "3.4(d)")
    awaited = _awaited(turn, incident)
    for name in act.without:
        if name not in awaited and name not in incident.without:
            named = ", ".join(sorted(awaited)) or "no probe"
            raise Refused(f"{incident.number} does not wait for {name!r}; it waits for {named}", "3.4(d)")
        if name in turn.settings.probes and _fires(turn.known.probes.get(name)):
            raise IllegalStep(
                f"{name} is firing, not unknown: the recovery waits for it. Mend what it finds, or the probe itself",
                "3.4(d)",
            )


def evidence_beside(turn: Turn, incident: Incident, act: Verify) -> list[Evidence]:
    """What fires in the incident apart from the probes that the act names."""
    return [
        item for item in turn.known.evidence(incident.number) if blindness.probe_of(item.line.id) not in act.without
    ]


def waive(turn: Turn, incident: Incident, act: Verify) -> Incident:
    """Put on record that the recovery need not wait for the probes named; `check` comes first."""
    fresh = [name for name in dict.fromkeys(act.without) if name not in incident.without]
    for name in fresh:
        known = turn.known.probes.get(name)
        turn.fact(
            incident.number,
            "evidence_waived",
            by=act.by,
            probe=name,
            result=known.result if known else Result.UNKNOWN,
            since=known.since.isoformat() if known and known.since else "",
            note=act.note,
            recorded_by=act.recorded_by,
        )
    incident = turn.put(replace(incident, without=(*incident.without, *fresh)))
    _take_for_ended(turn, incident, fresh)
    return turn.known.incidents[incident.number]


def _take_for_ended(turn: Turn, incident: Incident, names: list[str]) -> None:
    tally = turn.known.tallies.get(incident.number)
    lines = tally.lines.values() if tally else ()
    keys = [key for opened in lines if blindness.probe_of(opened.line.id) in names for key in opened.keys]
    ended = [expiring.presumed_end(key, turn.known.marks[key], turn.now, turn.now) for key in keys]
    sorting.take_signals(turn, ended, message="")


def _awaited(turn: Turn, incident: Incident) -> set[str]:
    """The probes that stand between the incident and its recovery."""
    firing = {blindness.probe_of(item.line.id) for item in turn.known.evidence(incident.number)} - {""}
    probes = recovery.asked(incident, turn.settings.probes, turn.known.probes)
    if incident.cleared_at is None:
        return firing | {probe.name for probe in probes}
    numbers = turn.settings.agreement.recovery
    return firing | set(recovery.gate(incident, 0, incident.cleared_at, None, probes, numbers, turn.now).waiting_for)


def _fires(state: ProbeState | None) -> bool:
    if state is None or state.result is Result.UNKNOWN:
        return False
    return anomalies.says_bad(state) or any(tell.is_telling for tell in state.tells)
