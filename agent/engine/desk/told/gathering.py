"""What waits for a digest: notices of grade 3 whose route says so, each on file as held until its digest leaves.

For its incident such a notice has been told; what raises the incident takes it back and tells it at once.
"""

from dataclasses import replace
from datetime import datetime

from agent.engine.desk.known import MARK
from agent.engine.desk.turn import Turn
from agent.model import Incident, Kind, Notice, NoticeState, NoticeType, Party
from agent.rules import reporting, workdays
from agent.rules.routing import Told

_TYPES = frozenset(
    {
        NoticeType.OPENING,
        NoticeType.CHANGE,
        NoticeType.UPDATE,
        NoticeType.RELAPSE,
        NoticeType.RECOVERY,
        NoticeType.VOID,
        NoticeType.CLOSED,
    }
)


def gather(turn: Turn, incident: Incident, notice: Notice, told: Told) -> bool:
    """Whether the notice waits for a digest instead of leaving by itself; then it is on file so."""
    until = _until(turn, incident, notice, told)
    if until is None:
        return False
    content = {**notice.content, MARK: until.isoformat()}
    waiting = replace(notice, state=NoticeState.HELD, due_at=until, content=content)
    turn.known.held.pop(notice.id, None)
    turn.known.gathered[notice.id] = turn.change.notices[notice.id] = waiting
    turn.fact(
        notice.incident,
        "notice_gathered",
        seq=notice.seq,
        type=notice.type,
        party=notice.party,
        until=until.isoformat(),
    )
    return True


def take_back(turn: Turn, incident: Incident, party: Party) -> bool:
    """Whether the party has not heard of the incident at all so far: then nothing of it waits any more."""
    waiting = [each for each in turn.known.gathered.values() if (each.incident, each.party) == (incident.number, party)]
    if not any(each.type is NoticeType.OPENING for each in waiting):
        return False
    for notice in waiting:
        del turn.known.gathered[notice.id]
        turn.change.notices[notice.id] = replace(notice, state=NoticeState.WITHHELD)
        turn.fact(notice.incident, "notice_replaced", seq=notice.seq, party=notice.party, type=notice.type)
    return True


def _until(turn: Turn, incident: Incident, notice: Notice, told: Told) -> datetime | None:
    """When its digest leaves; None: it leaves by itself.

    Grades 1 and 2 never wait, nor does security, what lowers a grade, or what asks for a report's acknowledgement.
    What waited for working hours leaves as they begin, and a period that would end after them is not begun.
    """
    if not told.digest or incident.grade != 3 or incident.kind is Kind.SECURITY or notice.type not in _TYPES:
        return None
    if "from_grade" in notice.content or reporting.pending(turn.known.ledger.reports_of(incident.number)):
        return None
    agreement = turn.settings.agreement
    if notice.state is NoticeState.HELD and not workdays.is_working(notice.at, agreement.calendar):
        return turn.now
    # held for half of the first notice's limit at most, gathered for a quarter: OB-303 is met by the digest too
    until = turn.now + min(told.digest, agreement.first_notice[3] / 4)
    ends_after_work = workdays.is_working(turn.now, agreement.calendar) and not workdays.is_working(
        until, agreement.calendar
    )
    return turn.now if ends_after_work else until
