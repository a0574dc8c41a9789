"""Whose time runs is told before it is due (agreement.md 5, rule 6): next person, coordinator, principal, who acts.

`duties.sweep` finds the rungs that have come; here they become people, and what waits for each of them one message in
ten minutes, which lists what falls due next. What waits is on file: a restart loses and doubles nothing.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from agent.engine.desk import pinned
from agent.engine.desk.told import chased, notices, reminder_notices, resting
from agent.engine.desk.turn import Turn
from agent.model import TRIAL, Obligation, Party, Recipient, Reminder, Role, Waiting
from agent.rules import reminders, routing
from agent.rules.reminders import Call, Rung
from agent.rules.routing import People

ONCE_IN = timedelta(minutes=10)
"""A contact is reminded at most once in this time, however many duties run."""

_ROLES = {Rung.COORDINATOR: Role.COORDINATOR, Rung.PRINCIPAL: Role.PRINCIPAL}


def look(turn: Turn) -> None:
    """Put what was called in this turn to what waits, and tell whoever may be told now."""
    for duty, call in turn.called:
        for party in chased.debtors(duty):
            _take(turn, duty, call, party)
    ready = [each for each in turn.known.reminders.values() if each.look_at is not None and each.look_at <= turn.now]
    for reminder in ready:
        _tell(turn, reminder)


def look_again(turn: Turn) -> None:
    """A rest has begun or ended in this turn: what waits of its incident may be said later, or at once."""
    incidents = {incident for incident, _, _ in turn.change.snoozes}
    for each in [each for each in turn.known.reminders.values() if each.waits]:
        if any(waiting.incident in incidents for waiting in each.waits):
            _put(turn, each)


def mend(turn: Turn) -> None:
    """What was told by a clock that was ahead was told now."""
    for each in [each for each in turn.known.reminders.values() if each.told_at and each.told_at > turn.now]:
        again = replace(each, told_at=turn.now, look_at=turn.now + ONCE_IN if each.waits else None)
        turn.known.reminders[each.contact] = turn.change.reminders[each.contact] = again


def _take(turn: Turn, duty: Obligation, call: Call, party: Party) -> None:
    """One rung of one duty: who of the party it calls, and from when they may be told."""
    agreement = pinned.agreement_of(turn, duty.incident)
    term = agreement.terms.get(duty.name)
    if term is None or not chased.is_reminded(turn, duty, call, party):
        return
    calendar, is_live = agreement.calendar, chased.is_live(turn, duty)
    from_at = reminders.said_from(duty, term, turn.now, calendar, is_live=is_live)
    for recipient in _people(turn, duty, call, party):
        _wait(turn, recipient.contact, Waiting(duty.id, duty.incident, call.why, from_at, call.to is Rung.ACTOR))


def _people(turn: Turn, duty: Obligation, call: Call, party: Party) -> tuple[Recipient, ...]:
    """Who acts hears at 80 % alone, of little. While somebody acts, or is asked to, there is no next person yet."""
    if turn.settings.agreement.is_trial and party is Party.CUSTOMER:
        return tuple(Recipient(each.contact + TRIAL, each.why) for each in notices.in_trial(turn))
    settings, actor = turn.settings, chased.actor(turn, duty, party)
    people = People.of(party, settings.contacts, turn.on_call(party), settings.endpoints)
    if call.to is Rung.ACTOR:
        return (Recipient(actor, call.why),) if actor else ()
    following = _next_person(people, actor, call) if duty.incident else ()
    if call.to is Rung.NEXT:
        is_wanted = call.round or not (actor or chased.is_asked(turn, duty, party))
        return following if is_wanted else ()
    heard = {actor, *(each.contact for each in following if call.round and call.to is Rung.COORDINATOR)}
    found = routing.recipients_of((_ROLES[call.to].value,), people, call.why)
    return tuple(each for each in found if each.contact not in heard)


def _next_person(people: People, actor: str, call: Call) -> tuple[Recipient, ...]:
    """Who is on call goes first; round after round another one, in the order of the file."""
    deputies = {contact.deputy for contact in people.contacts}
    able = [
        contact.id
        for contact in people.contacts
        if {Role.MEMBER, Role.COORDINATOR} & set(contact.roles) or contact.id in deputies
        if contact.id != actor and contact.id not in people.unreachable
    ]
    able.sort(key=lambda id_: id_ not in people.on_call)
    return (Recipient(able[max(call.round - 1, 0) % len(able)], call.why),) if able else ()


def _wait(turn: Turn, contact: str, waiting: Waiting) -> None:
    standing = turn.known.reminders.get(contact, Reminder(contact))
    before = next((each for each in standing.waits if each.duty == waiting.duty), waiting)
    merged = replace(
        waiting, from_at=min(before.from_at, waiting.from_at), is_actor=before.is_actor and waiting.is_actor
    )
    rest = tuple(each for each in standing.waits if each.duty != waiting.duty)
    _put(turn, replace(standing, waits=(*rest, merged)))


def _put(turn: Turn, reminder: Reminder) -> None:
    """With the time at which it is looked at: when the first may be said, and ten minutes after the last message."""
    look_at = min((_from(turn, each, reminder.contact) for each in reminder.waits), default=None)
    told_at = reminder.told_at
    if look_at is not None and told_at is not None and told_at <= turn.now:
        look_at = max(look_at, told_at + ONCE_IN)
    reminder = replace(reminder, look_at=look_at)
    turn.known.reminders[reminder.contact] = turn.change.reminders[reminder.contact] = reminder


def _from(turn: Turn, waiting: Waiting, contact: str) -> datetime:
    """From when it may be said: at the end of a rest at the earliest."""
    quiet_until = resting.quiet_until(turn, waiting.incident, _party(turn, contact), contact.removesuffix(TRIAL))
    return max(waiting.from_at, quiet_until) if quiet_until else waiting.from_at


def _party(turn: Turn, contact: str) -> Party:
    """Whose copy is meant: in a trial people of the provider get the customer's."""
    known = turn.settings.contacts.get(contact)
    return known.party if known is not None else Party.CUSTOMER if contact.endswith(TRIAL) else Party.PROVIDER


def _tell(turn: Turn, reminder: Reminder) -> None:
    """Everything that may be said to the contact now, in one message; what is no longer owed is dropped."""
    contact = turn.settings.contacts.get(reminder.contact.removesuffix(TRIAL))
    if contact is None:
        _put(turn, replace(reminder, waits=()))
        return
    party = _party(turn, reminder.contact)
    owed = [(each, duty) for each in reminder.waits if (duty := chased.still_owed(turn, each, party))]
    said = [(each, duty) for each, duty in owed if _from(turn, each, reminder.contact) <= turn.now]
    later = [each for each, _ in owed if _from(turn, each, reminder.contact) > turn.now]
    if said:
        reminder_notices.send(turn, contact, party, said)
    told_at = turn.now if said else reminder.told_at
    _put(turn, replace(reminder, told_at=told_at, waits=tuple(later)))
