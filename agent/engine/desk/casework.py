"""An incident looked at again: its grade, its state, what is to be told, and when to look next.

Everything here follows from what is known and the time, so that looking twice changes nothing and a restart loses
nothing: `wake_at` is a column.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from agent import metrics
from agent.engine.desk import clock_jumps
from agent.engine.desk.owed import duties, monthly, quarterly, standing, statutes
from agent.engine.desk.seen import blindness, expiring, gaps, maintenance, newcomers, placing, resorting
from agent.engine.desk.stated import behalf, closing, grade_talk, plans, recovering, registering, reports
from agent.engine.desk.told import (
    ailing,
    climbing,
    concurrency,
    digests,
    lifting,
    notices,
    reminding,
    report_ladders,
    resting,
    telling,
)
from agent.engine.desk.turn import Turn
from agent.engine.works import Note, Wake
from agent.model import Evidence, Grading, Incident, NoticeType, ProbeState, State
from agent.model.hot import changing, replace
from agent.rules import grading, incidents, phases, recovery, reporting
from agent.rules.incidents import Event
from agent.rules.recovery import Gate

LINES_NAMED = 5
"""So many lines of a turn have a fact of their own."""

_with_total = changing(Incident, "signals_total")


def wake(turn: Turn, _: Wake) -> None:
    """Look at whatever has fallen due."""
    expiring.end_expired(turn)
    maintenance.look_at(turn)
    for place in [place for place, at in turn.known.loose_at.items() if at <= turn.now]:
        for number in placing.consider(turn, place).values():
            turn.touch(number)
    blindness.look_at_silence(turn)
    newcomers.look(turn)
    standing.look(turn)
    monthly.look(turn)
    quarterly.look(turn)
    duties.sweep(turn)
    grade_talk.deem(turn)
    report_ladders.look_at(turn)
    reports.remind(turn)
    behalf.look_at(turn)
    reminding.look(turn)
    notices.release_afterwards(turn)
    for incident in turn.known.incidents.values():
        if incident.wake_at is not None and incident.wake_at <= turn.now:
            metrics.TIMEKEEPER_LATENESS.observe((turn.now - incident.wake_at).total_seconds())
            turn.touch(incident.number)


def look_at_all(turn: Turn) -> None:
    """Another configuration is in force: a window may have been called off, a grade table or a contact changed."""
    turn.known.standing_at = turn.now
    for place in turn.known.loose:
        turn.known.loose_at[place] = turn.now
    for number in turn.known.incidents:
        turn.touch(number)


def note(turn: Turn, work: Note) -> None:
    """What befell the agent itself is on file too: every promise runs on its clock and its presence."""
    turn.fact("", work.kind, **work.detail)
    turn.change.bodies.update((body.hash, body) for body in work.bodies)
    if work.kind == "clock_jumped":
        clock_jumps.take(turn, work)
    if work.kind == "agent_was_away":
        for incident in turn.known.incidents.values():
            if incident.state in (State.OPEN, State.VERIFYING):  # its minutes say why nobody was reminded (rule 1)
                turn.fact(incident.number, work.kind, **work.detail)
    if work.kind in ailing.KINDS:
        ailing.take(turn, work)


def finish(turn: Turn) -> None:
    """Write down who joined and left, and look at every incident that was touched."""
    gaps.tell(turn)
    for (number, _), count in turn.joined.items():
        turn.joined_total[number] += count
    for number, line, count in _told_by_line(turn.joined):
        turn.fact(number, "signals_joined", line=line, count=count)
    for number, line, count in _told_by_line(turn.left):
        turn.fact(number, "signals_ended", line=line, count=count)
    for number, line, count in _told_by_line(turn.presumed):
        turn.fact(number, "signals_presumed_ended", line=line, count=count)
    for number in list(turn.touched):
        if number in turn.known.incidents:
            examine(turn, turn.known.incidents[number])
    for number, count in turn.joined_total.items():
        if number not in turn.touched:
            _grow(turn, number, count)
    digests.release(turn)
    behalf.plan(turn)
    duties.settle(turn)
    if turn.change.snoozes:
        reminding.look_again(turn)


def _grow(turn: Turn, number: str, joined: int) -> None:
    """Only more of the same has come: in a storm an incident has one column written, not forty."""
    known, written = turn.known.incidents, turn.change.incidents
    known[number] = grown = _with_total(known[number], known[number].signals_total + joined)
    if number in written:
        written[number] = grown
    else:
        turn.change.signals_total[number] = grown.signals_total


def _told_by_line(counted: Mapping[tuple[str, str], int]) -> Iterator[tuple[str, str, int]]:
    """(incident, line, count), the lines of one turn by name up to a few, the rest of a storm together (`more:95`)."""
    by_incident: dict[str, list[tuple[str, int]]] = {}
    for (number, line), count in counted.items():
        by_incident.setdefault(number, []).append((line, count))
    for number, lines in by_incident.items():
        named, rest = lines[:LINES_NAMED], lines[LINES_NAMED:]
        yield from ((number, line, count) for line, count in named)
        if rest:
            yield number, f"more:{len(rest)}", sum(count for _, count in rest)


def examine(turn: Turn, incident: Incident) -> None:
    """Bring an incident up to what is known now."""
    evidence = turn.known.evidence(incident.number)
    incident = replace(incident, signals_total=incident.signals_total + turn.joined_total[incident.number])
    statutes.look(turn, incident, evidence)
    incident = _relapse(turn, incident, evidence)
    graded = _grade(turn, incident, evidence)
    if lifting.is_due(turn, incident, graded):
        incident = lifting.warn(turn, incident)
        graded = _grade(turn, incident, evidence)
    incident = _raise(turn, incident, graded)
    if incident.state is State.OPEN:
        incident = plans.pin(turn, incident)
        incident = telling.open_to(turn, incident)
        incident = telling.widened(turn, incident)
        incident = concurrency.propose(turn, incident)
    incident = telling.look_at_held(turn, incident)
    incident = _clear(turn, incident, evidence)
    resting.look_at(turn, incident)
    incident = climbing.climb(turn, incident)
    incident, gate = _through_gate(turn, incident, evidence)
    incident = _close_by_itself(turn, incident)
    resting.look_at(turn, incident)
    phase = phases.current(turn.known.ledger.entries.get(incident.number, ()), incident)
    settled = replace(incident, phase=phase, wake_at=_next_look(turn, incident, graded, gate))
    if settled.state in (State.CLOSED, State.VOID):
        turn.change.incidents[settled.number] = settled
        turn.known.end(settled)
    else:
        turn.put(settled)


def _relapse(turn: Turn, incident: Incident, evidence: tuple[Evidence, ...]) -> Incident:
    if incident.state is not State.VERIFYING or not (evidence or incident.truncated):
        return incident
    turn.fact(incident.number, "incident_relapsed")
    return replace(
        incident, state=incidents.step(incident.state, Event.RELAPSE), cleared_at=None, verified_by="", without=()
    )


def _clear(turn: Turn, incident: Incident, evidence: tuple[Evidence, ...]) -> Incident:
    """`resolved` from a monitor is a signal, not a recovery (fact 8)."""
    if incident.state is not State.OPEN or evidence or incident.truncated:
        return incident
    if reporting.holds_open(incident, turn.known.ledger.reports_of(incident.number)):
        return incident
    turn.fact(incident.number, "signals_cleared")
    runs = {state.name: state.good_run for state in _probes_of(turn, incident)}
    return replace(incident, state=incidents.step(incident.state, Event.CLEAR), cleared_at=turn.now, runs=runs)


def _grade(turn: Turn, incident: Incident, evidence: tuple[Evidence, ...]) -> Grading:
    reports = turn.known.ledger.reports_of(incident.number)
    return grading.grade(
        (*evidence, *reporting.evidence_of(reports, turn.settings.contacts)),
        turn.settings.agreement,
        turn.now,
        current=incident,
        second_evidence=bool(reports),
        reference_ok=turn.is_reference_good() is True,
        not_worse_at=lifting.not_worse_at(turn, incident),
    )


def _raise(turn: Turn, incident: Incident, graded: Grading) -> Incident:
    """Raising is automatic, lowering never (3.1)."""
    if incident.state is not State.OPEN or resorting.is_half_done(turn, incident.number):
        return incident
    to_grade = grading.raised(incident.grade, graded, overruled=incident.overruled)
    rules = tuple(dict.fromkeys((*incident.rules, *graded.rules)))
    if to_grade == incident.grade:
        return replace(incident, rules=rules)
    from_grade = incident.grade
    rule = str(graded.inputs.get("decided_by", ""))
    turn.count(metrics.REGRADES, str(from_grade), str(to_grade), rule)
    turn.fact(
        incident.number,
        "grade_raised",
        from_grade=from_grade,
        to_grade=to_grade,
        rules=list(graded.rules),
        inputs=graded.inputs,
    )
    incident = replace(
        incident,
        grade=to_grade,
        rules=rules,
        graded_at=turn.now,
        is_provisional=True,
        overruled=None,
        was_lifted=incident.was_lifted or "time" in graded.inputs,
    )
    if incident.told_provider is None:  # told together with the opening
        return turn.put(incident)
    return telling.change(turn, incident, from_grade=from_grade, to_grade=to_grade, reason=rule, by="agent")


def _through_gate(turn: Turn, incident: Incident, evidence: tuple[Evidence, ...]) -> tuple[Incident, Gate | None]:
    """3.4(d): recovered only through the gate."""
    if incident.state is not State.VERIFYING or incident.cleared_at is None:
        return incident, None
    gate = recovery.gate(
        incident,
        sum(item.count for item in evidence),
        incident.cleared_at,
        _last_bad_at(turn, incident),
        _probes_of(turn, incident),
        turn.settings.agreement.recovery,
        turn.now,
        needs_person=reporting.needs_person(incident, turn.known.ledger.reports_of(incident.number)),
    )
    if not gate.is_open:
        return incident, gate
    incident = replace(
        incident, state=incidents.step(incident.state, Event.VERIFIED), recovered_at=turn.now, wake_at=None
    )
    checks = {
        "probes": [state.name for state in _probes_of(turn, incident)],
        "verified_by": incident.verified_by,
        "without": list(incident.without),
    }
    turn.fact(incident.number, "incident_recovered", checks=checks)
    lasted_s = int((incident.cleared_at - incident.started_at).total_seconds()) if incident.cleared_at else 0
    return (
        telling.ended(
            turn,
            incident,
            NoticeType.RECOVERY,
            recovered_at=incident.cleared_at.isoformat() if incident.cleared_at else "",
            verified_at=turn.now.isoformat(),
            lasted_s=lasted_s,
            checks=checks,
            by=incident.verified_by,
            moved_to=resorting.moved_to(turn, incident),
            **recovering.told(turn, incident, since=_last_bad_at(turn, incident)),
        ),
        None,
    )


def _close_by_itself(turn: Turn, incident: Incident) -> Incident:
    at = closing.closes_itself_at(turn, incident)
    if at is None or at > turn.now:
        return incident
    why, without = "24 h after recovery, grade 3", closing.without(turn, incident)
    turn.fact(incident.number, "incident_closed", why=why, without=without, **registering.decided(turn, incident))
    return replace(incident, state=incidents.step(incident.state, Event.CLOSE), closed_at=turn.now)


def _probes_of(turn: Turn, incident: Incident) -> tuple[ProbeState, ...]:
    return recovery.asked(incident, turn.settings.probes, turn.known.probes)


def _last_bad_at(turn: Turn, incident: Incident) -> datetime | None:
    """The last bad reading of a probe of the affected functions, or the clearing, whichever is later.

    Where nobody listened for a while, or the clock was moved, what is stable counts from then on: unknown is not good.
    """
    starts = [state.good_since for state in _probes_of(turn, incident) if state.good_since is not None]
    starts += [turn.known.listens_since] if turn.known.listens_since is not None else []
    return max((*starts, incident.cleared_at) if incident.cleared_at else starts, default=None)


def _next_look(turn: Turn, incident: Incident, graded: Grading, gate: Gate | None) -> datetime | None:
    times = [climbing.next_at(turn, incident), telling.next_held_at(turn, incident)]
    if incident.state is State.OPEN:
        times += [graded.next_at, telling.widens_at(incident)]
    if gate is not None:
        times.append(gate.next_at)
    if incident.state is State.RECOVERED:
        times.append(closing.closes_itself_at(turn, incident))
    return min((at for at in times if at is not None), default=None)
