"""“Same cause?” What came back is taken for the same; a person says so, or that it is another matter (agreement.md 4).

What is another matter counts for itself: a recurrence loses its link, and an incident that was opened again is split:
its recovery stands, and what fires now is an incident of its own.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from agent.engine.desk.known import Tally
from agent.engine.desk.seen import placing
from agent.engine.desk.told import ladders, telling
from agent.engine.desk.turn import Turn
from agent.engine.stated import Record
from agent.errors import IllegalStep
from agent.model import Entry, Fact, Incident, NoticeState, NoticeType, State
from agent.rules import grading, incidents
from agent.rules.incidents import Event

CLAUSE = "3.4(a)"


def check(turn: Turn, incident: Incident, act: Record) -> Mapping[str, Any]:
    """What it is said to be, or not to be, the same as.

    Raises:
        IllegalStep: it is not taken for anything's return, or can be split no more.
    """
    if not incident.recurrence_of and not _was_reopened(incident):
        raise IllegalStep(f"{incident.number} is the first of its cause: nothing says that it came back", CLAUSE)
    if act.what == "other" and _was_reopened(incident):
        if incident.state is not State.OPEN or not turn.known.evidence(incident.number):
            raise IllegalStep(
                f"{incident.number} is {incident.state} and nothing fires: only what goes on can be split off", CLAUSE
            )
        return {"earlier": incident.number}
    return {"earlier": incident.recurrence_of or incident.number}


def said(turn: Turn, incident: Incident, entry: Entry) -> None:
    """What follows where it is another matter; the grade stays, lowering it is an act of its own (fact 3)."""
    incident = turn.known.incidents.get(incident.number, incident)
    if entry.what != "other":
        return
    if _was_reopened(incident):
        _split(turn, incident, entry)
    else:
        turn.put(replace(incident, recurrence_of="", occurred=(incident.opened_at,)))


def _was_reopened(incident: Incident) -> bool:
    return bool(incident.occurred) and incident.occurred[-1] > incident.opened_at


def _split(turn: Turn, incident: Incident, entry: Entry) -> None:
    recovered, cleared_at = _last_recovery(turn, incident)
    number = placing.next_number(turn)
    turn.fact(incident.number, "incident_split", by=entry.by, into=number, recovered_at=recovered.at.isoformat())
    old = replace(
        incident,
        state=incidents.step(incident.state, Event.SPLIT),
        cleared_at=cleared_at,
        recovered_at=recovered.at,
        occurred=incident.occurred[:-1],
        wake_at=None,
    )
    _take_back_the_relapse(turn, old)
    lasted_s = int((cleared_at - old.started_at).total_seconds())
    telling.ended(
        turn,
        turn.put(old),
        NoticeType.RECOVERY,
        recovered_at=cleared_at.isoformat(),
        verified_at=recovered.at.isoformat(),
        lasted_s=lasted_s,
        checks=recovered.detail.get("checks", {}),
        by=str(recovered.detail.get("checks", {}).get("verified_by", "")),
    )
    ladders.end(turn, old)
    _open(turn, old, number, entry)


def _open(turn: Turn, old: Incident, number: str, entry: Entry) -> None:
    """What fires now, as an incident of its own."""
    known, agreement = turn.known, turn.settings.agreement
    tally = known.tallies.pop(old.number, Tally())
    evidence = tally.evidence()
    graded = grading.grade(evidence, agreement, turn.now, reference_ok=turn.is_reference_good() is True)
    reopened_at = max((at for at in (old.recovered_at,) if at is not None), default=turn.now)
    new = Incident(
        number=number,
        kind=old.kind,
        key=old.key,
        state=State.OPEN,
        grade=graded.grade or old.grade,
        is_provisional=True,
        functions=old.functions,
        rules=graded.rules,
        started_at=max(min(item.started_at for item in evidence), reopened_at),
        detected_at=max(min(item.detected_at for item in evidence), reopened_at),
        opened_at=turn.now,
        graded_at=turn.now,
        agreement_version=agreement.version,
        agreement_hash=agreement.hash,
        is_mapped=old.is_mapped,
        occurred=(turn.now,),
        truncated=old.truncated,
    )
    turn.opened.append(new)
    turn.fact(
        number,
        "incident_opened",
        grade=new.grade,
        kind=new.kind,
        function=new.functions[0],
        rules=list(graded.rules),
        inputs=graded.inputs,
        started_at=new.started_at.isoformat(),
        recurrence_of="",
        split_from=old.number,
        decided_by=entry.by,
    )
    turn.put(new)
    known.tallies[number] = tally
    known.homes.update(dict.fromkeys(tally.lines, number))
    for opened in tally.lines.values():
        for key in opened.keys:
            mark = known.marks.get(key)
            if mark is not None and mark.end is None:
                mark.incident = turn.change.adopted[mark.id] = number
                turn.joined[number, opened.line.id] += 1
                turn.joined_total[number] += 1
    turn.touch(number)


def _last_recovery(turn: Turn, incident: Incident) -> tuple[Fact, datetime]:
    """The fact of the recovery that stands after all, and when the signals had cleared."""
    facts = [sealed.fact for sealed in turn.store.timeline(incident.number)]
    recovered = next((fact for fact in reversed(facts) if fact.kind == "incident_recovered"), None)
    if recovered is None:
        raise IllegalStep(f"{incident.number} has no recovery on file that could stand", CLAUSE)
    before = facts[: facts.index(recovered)]
    cleared = next((fact for fact in reversed(before) if fact.kind == "signals_cleared"), recovered)
    return recovered, cleared.at


def _take_back_the_relapse(turn: Turn, incident: Incident) -> None:
    """What has not been told yet of its coming back is not so any more."""
    for waiting in (turn.known.gathered, turn.known.held):
        for notice in [each for each in waiting.values() if each.incident == incident.number]:
            if notice.type is NoticeType.RELAPSE:
                del waiting[notice.id]
                turn.change.notices[notice.id] = replace(notice, state=NoticeState.WITHHELD)
                turn.fact(notice.incident, "notice_replaced", seq=notice.seq, party=notice.party, type=notice.type)
