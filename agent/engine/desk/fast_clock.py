"""What was decided by a clock that was ahead: without this, every promise would wait until the old time has come again.

A machine that starts before its clock is set may be hours ahead; a ladder begun then would call nobody for so long.
What began in the future began now. Facts are left as they are: the jump stands among them.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent.engine.desk.known import Tally
from agent.engine.desk.owed import duties
from agent.engine.desk.told import ladders, reminding
from agent.engine.desk.turn import Turn
from agent.model import Incident, Ladder, NoticeState

_END_OF_TIME = datetime.max.replace(tzinfo=UTC)
_MOST = 5000
_LONGEST_LEASE = timedelta(minutes=1)


def mend(turn: Turn) -> None:
    """Move what began later than now to now, and what was to follow as much earlier."""
    known, now = turn.known, turn.now
    for ladder in [each for each in known.ladders.values() if each.started_at > now]:
        ladders.put(turn, _moved(ladder, now))
        turn.touch(ladder.incident)
    for notice in [each for each in known.held.values() if each.at > now]:
        sooner = replace(notice, at=now, due_at=now + (notice.due_at - notice.at))
        known.held[notice.id] = turn.change.notices[notice.id] = sooner
        turn.touch(notice.incident)
    for notice in [each for each in known.gathered.values() if each.at > now]:
        sooner = replace(notice, at=now, due_at=now + (notice.due_at - notice.at))
        known.gathered[notice.id] = turn.change.notices[notice.id] = sooner
    touched = set(duties.set_back(turn))
    for incident in list(known.incidents.values()):
        mended = _begun_by(incident, now)
        if mended != incident:
            turn.put(mended)
            turn.touch(incident.number)
            touched.add(incident.number)
    for notice in [each for number in touched & known.incidents.keys() for each in turn.store.notices(number)]:
        if notice.at > now and notice.state is NoticeState.RELEASED:  # who answers it has seen it (OB-306)
            turn.change.notices.setdefault(notice.id, replace(notice, at=now, due_at=min(notice.due_at, now)))
    _mend_evidence((*known.tallies.values(), *known.loose.values()), now)
    for place in known.loose:
        known.loose_at[place] = now
    reminding.mend(turn)
    known.names_at = known.standing_at = now
    for name, beat in list(known.heartbeats.items()):
        if beat.last_at > now:
            known.heartbeats[name] = turn.change.heartbeats[name] = replace(beat, last_at=now)
    ahead = (
        each for each in turn.store.due_deliveries(_END_OF_TIME, _MOST) if each.made_at > now and each.due_at > now
    )
    turn.change.put_deliveries([replace(each, due_at=now) for each in ahead if each.lease_until is None])


def end_leases(turn: Turn) -> None:
    """After a start: what was being sent by a clock that was ahead is sent again now, not once that time has come."""
    rows = turn.store.due_deliveries(_END_OF_TIME, _MOST)
    leased = [each for each in rows if each.lease_until is not None and each.lease_until > turn.now + _LONGEST_LEASE]
    turn.change.put_deliveries([replace(each, due_at=turn.now, lease_until=turn.now) for each in leased])


def _moved(ladder: Ladder, now: datetime) -> Ladder:
    """The same ladder, as if its round had begun now."""
    return replace(
        ladder,
        started_at=now,
        next_at=ladder.next_at and ladder.next_at + (now - ladder.started_at),
        asked_at=_by(ladder.asked_at, now),
        unreachable_since=_by(ladder.unreachable_since, now),
    )


def _begun_by(incident: Incident, now: datetime) -> Incident:
    """The incident with none of its times ahead; when to look at it next is decided anew anyway."""
    return replace(
        incident,
        started_at=min(incident.started_at, now),
        detected_at=min(incident.detected_at, now),
        opened_at=min(incident.opened_at, now),
        graded_at=min(incident.graded_at, now),
        cleared_at=_by(incident.cleared_at, now),
        recovered_at=_by(incident.recovered_at, now),
        changed_at=_by(incident.changed_at, now),
    )


def _by(at: datetime | None, now: datetime) -> datetime | None:
    return at and min(at, now)


def _mend_evidence(tallies: Iterable[Tally], now: datetime) -> None:
    for tally in tallies:
        for opened in tally.lines.values():
            opened.started_at = min(opened.started_at, now)
            opened.detected_at = min(opened.detected_at, now)
