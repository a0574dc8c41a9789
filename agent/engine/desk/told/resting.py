"""Quiet that a person asks for: reminders of one incident rest, for their side or for themselves (`tocsin snooze`).

Only reminders rest. Ladders climb, duties run, changes and recoveries are told; the other party hears all of its own.
"""

from dataclasses import replace
from datetime import datetime

from agent.engine.desk.turn import Turn
from agent.engine.planned import Rest, Rested
from agent.errors import IllegalStep, NotFound, Refused
from agent.model import Incident, Ladder, Party, Snooze
from agent.rules import escalation, quiet, statements


def rest(turn: Turn, act: Rest) -> Rested:
    """Let reminders rest for so long; no length ends a rest. Asked again, the last word holds.

    Raises:
        NotFound: no such incident or contact, or nothing rests that could end.
        IllegalStep: nobody is reminded of the incident any more.
        Refused: longer than its grade allows, or an observer asks for the whole side.
    """
    incident = turn.known.incidents.get(act.incident) or turn.store.incident(act.incident)
    if incident is None:
        raise NotFound(f"there is no incident {act.incident[:40]}: `tocsin incidents` lists them")
    contact = turn.settings.contacts.get(act.contact)
    if contact is None:
        known = ", ".join(sorted(turn.settings.contacts))
        raise NotFound(f"{act.contact[:40]!r} is no contact of the agreement; it knows {known}")
    if incident.state not in quiet.ASKED:
        raise IllegalStep(f"{incident.number} is {incident.state}: nobody is reminded of it", "3.2(c)")
    place = incident.number, contact.party, contact.id if act.only_me else ""
    if statements.is_observer(contact) and not act.only_me:
        raise Refused(f"{contact.id} only looks on: reminders to themselves alone may rest, with --me", "3.2(c)")
    if not act.length:
        return _end(turn, place, contact.id)
    quiet.check_length(act.length, incident.grade)
    snooze = _put(
        turn,
        Snooze(
            incident=incident.number,
            party=contact.party,
            contact=place[2],
            by=contact.id,
            at=turn.now,
            until=turn.now + act.length,
            grade=incident.grade,
            reason=act.reason.strip(),
        ),
    )
    turn.fact(
        incident.number,
        "reminders_rested",
        by=contact.id,
        party=contact.party,
        contact=snooze.contact,
        until=snooze.until.isoformat(),
        reason=snooze.reason,
        recorded_by=act.recorded_by,
    )
    turn.touch(incident.number)
    return Rested(snooze)


def look_at(turn: Turn, incident: Incident) -> None:
    """A raise ends every rest: what was let be is graver now. So does an end, for a relapse finds people awake."""
    for snooze in _of(turn, incident.number):
        is_raised = incident.grade < snooze.grade
        if snooze.until > turn.now and (is_raised or incident.state not in quiet.ASKED):
            _put(turn, replace(snooze, until=turn.now))
            if is_raised:
                turn.fact(
                    incident.number, "reminders_resumed", party=snooze.party, contact=snooze.contact, why="raised"
                )


def quiet_until(turn: Turn, incident: str, party: Party, contact: str = "") -> datetime | None:
    """Until when this contact, or with "" the whole side, is not reminded of the incident; None: now."""
    return quiet.quiet_until(_of(turn, incident), party, contact, turn.now)


def asks_again_at(turn: Turn, ladder: Ladder, incident: Incident) -> datetime | None:
    """When the party's people are asked again: at the end of a rest at the earliest."""
    at = escalation.asks_again_at(ladder, incident.grade)
    rests_until = quiet_until(turn, incident.number, ladder.party)
    return max(at, rests_until) if at and rests_until else at


def _end(turn: Turn, place: tuple[str, Party, str], by: str) -> Rested:
    standing = turn.known.snoozes.get(place)
    if standing is None or standing.until <= turn.now:
        whose = place[2] or f"the {place[1]}"
        raise NotFound(f"no reminders of {place[0]} rest for {whose}")
    ended = _put(turn, replace(standing, until=turn.now))
    turn.fact(place[0], "reminders_resumed", by=by, party=ended.party, contact=ended.contact, why="asked")
    turn.touch(place[0])
    return Rested(ended, has_ended=True)


def _put(turn: Turn, snooze: Snooze) -> Snooze:
    place = snooze.incident, snooze.party, snooze.contact
    turn.known.snoozes[place] = turn.change.snoozes[place] = snooze
    return snooze


def _of(turn: Turn, incident: str) -> list[Snooze]:
    return [snooze for place, snooze in turn.known.snoozes.items() if place[0] == incident]
