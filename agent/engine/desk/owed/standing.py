"""What runs without an incident, from the agreement's first day on: its beginning, and the turns of the calendar.

Everything here follows from the file, the facts on record and the time, so that looking twice says nothing twice. What
turned while the agent was away is told when it is back, each with its own time: the clocks show the gap.
"""

from datetime import datetime, timedelta

from agent.engine.desk.owed import channel_tests, contacts, ending, jointly, rosters
from agent.engine.desk.turn import Turn
from agent.model import Agreement, Party
from agent.rules import periods
from agent.rules.periods import Force, Turned

LOOKED_BACK = 60
"""So many facts of a sort are looked at: of those only one that a clock ahead has written is passed over."""


SETTLED = timedelta(minutes=1)
"""After a turn of the calendar its clocks run: then it is seen when the next of them has to be measured."""


def look(turn: Turn) -> None:
    """Whatever has begun, ended or changed since; and when to look again."""
    if turn.known.standing_at is None or turn.known.standing_at > turn.now:
        return
    agreement = turn.settings.agreement
    force = periods.force(agreement.effective, agreement.expires, agreement.zone)
    is_in_force = force is not None and force.has_begun(turn.now)
    if force is not None and is_in_force:
        is_first = not _is_taken_up(turn, agreement)
        _tell_time(turn, agreement, force, is_first=is_first)
        rosters.look(turn, force, is_first=is_first)
        for party in Party:
            channel_tests.look(turn, party)  # who left has nothing to answer any more
    contacts.look(turn, is_in_force=is_in_force)
    ending.look(turn)
    turn.known.standing_at = _next_look(turn, agreement, force)


def _tell_time(turn: Turn, agreement: Agreement, force: Force, *, is_first: bool) -> None:
    """The agreement's first day, and every period since; when it is first seen in force, those that go on."""
    if not is_first:
        last = max(_last_turn(turn) or force.begins_at, force.begins_at)
        turned = periods.turned(force, last, turn.now, agreement.zone, daily=_has_daily(agreement))
    else:
        _say_effective(turn, agreement, force)
        last_turn = _last_turn(turn)
        found = periods.taken_up(force, turn.now, agreement.zone, daily=_has_daily(agreement))
        turned = [each for each in found if last_turn is None or each.at > last_turn]
    for each in turned:
        turn.fact("", "calendar_turned", at=each.at, **_said(each))
        turn.known.measure_at = turn.known.watched_at = turn.now + SETTLED


def _say_effective(turn: Turn, agreement: Agreement, force: Force) -> None:
    turn.fact(
        "",
        "agreement_effective",
        at=force.begins_at,
        effective=str(agreement.effective),
        version=agreement.version,
        hash=agreement.hash,
    )
    jointly.tell_adopted(turn)  # what both had signed before its first day is owed no more


def _is_taken_up(turn: Turn, agreement: Agreement) -> bool:
    """Whether its first day is on record; another first day is another beginning."""
    told = turn.store.facts_of_agent("agreement_effective", LOOKED_BACK)
    return any(sealed.fact.detail.get("effective") == str(agreement.effective) for sealed in told)


def _last_turn(turn: Turn) -> datetime | None:
    """The last midnight that was told; what a clock that was ahead had told is passed over."""
    told = turn.store.facts_of_agent("calendar_turned", LOOKED_BACK)
    return max((sealed.fact.at for sealed in told if sealed.fact.at <= turn.now), default=None)


def _said(each: Turned) -> dict[str, str]:
    words = {"day": each.day, "month": each.month, "quarter": each.quarter, "year": each.year, "ended": each.ended}
    return {name: word for name, word in words.items() if word}


def _has_daily(agreement: Agreement) -> bool:
    """Whether a duty asks for days: no other reason to put each of them on record."""
    return any(name.startswith("calendar.day") for term in agreement.terms.values() for name in term.starts)


def _next_look(turn: Turn, agreement: Agreement, force: Force | None) -> datetime | None:
    times: list[datetime | None] = []
    if force is not None and force.has_begun(turn.now):
        times.append(periods.next_at(turn.now, agreement.zone, daily=_has_daily(agreement)))
    elif force is not None:
        times.append(force.begins_at)
    ends_at = periods.ends_at(agreement.expires, agreement.zone)
    if ends_at is not None:
        times.append(periods.next_warning_at(ends_at, turn.now))
    return min((at for at in times if at is not None), default=None)
