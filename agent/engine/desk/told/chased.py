"""Which duties people are reminded of: not what another ladder asks for, nor what the party was not told."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.engine.desk import pinned, sides
from agent.engine.desk.told import report_ladders
from agent.engine.desk.turn import Turn
from agent.model import (
    EntryKind,
    Incident,
    NoticeState,
    Obligation,
    ObligationState,
    Owing,
    Party,
    State,
    Waiting,
)
from agent.rules import reminders
from agent.rules.reminders import Call, Rung

OWN_LADDER = frozenset({"acknowledge_report", "supplement_report"})
"""Their people are called by `report_ladders` and `reports`; who acts hears of the first at 80 % all the same."""

BY_NOTICES = frozenset({"launch_provider", "launch_customer", "launch_teams", "acknowledge_notice"})
"""While a party has not answered at all, the ladder of its notices calls the same people for the same thing."""

_HANDLES = frozenset({EntryKind.UPDATE, EntryKind.PHASE})


def debtors(duty: Obligation) -> tuple[Party, ...]:
    """The parties that owe it: both of them what they owe together."""
    return tuple(party for party in Party if duty.debtor in (Owing(party), Owing.BOTH))


def is_reminded(turn: Turn, duty: Obligation, call: Call, party: Party) -> bool:
    """Whether that rung is for anybody of the party."""
    if not _is_for_people(turn, duty, party):
        return False
    if duty.name in OWN_LADDER and call.to is not Rung.ACTOR:
        return False
    if call.round:
        return not _has_answered(turn, duty, party)
    return call.to is Rung.ACTOR or not _keeps_pace(turn, duty, party)


def still_owed(turn: Turn, waiting: Waiting, party: Party) -> Obligation | None:
    """The duty as it stands now; None where nobody needs to hear of it any more."""
    book = turn.known.ledger.books.get(waiting.incident)
    duty = book.rows.get(waiting.duty) if book else None
    if duty is None or duty.state not in (ObligationState.RUNNING, ObligationState.OVERDUE):
        return None
    is_quiet = duty.state is ObligationState.OVERDUE and _has_answered(turn, duty, party)
    return duty if not is_quiet and _is_for_people(turn, duty, party) else None


def is_any_owed(turn: Turn, content: Mapping[str, Any]) -> bool:
    """Whether anything that a reminder is about is still open: one that waited for its channel may be too late."""
    called = set(content.get("called", ()))
    books = turn.known.ledger.books
    listed = [each for each in content.get("duties", ()) if each["id"] in called]
    rows = [books[each["subject"]].rows.get(each["id"]) for each in listed if each["subject"] in books]
    return any(row is not None and row.state.is_open for row in rows)


def beside(turn: Turn, said: list[Obligation], until: datetime, party: Party) -> list[Obligation]:
    """What else of these incidents the party owes until then: it is said along, so that it is no surprise."""
    ids = {duty.id for duty in said}
    subjects = dict.fromkeys(duty.incident for duty in said if duty.incident)
    return [
        duty
        for subject in subjects
        for duty in turn.known.ledger.book(subject).open()
        if duty.id not in ids and duty.state is ObligationState.RUNNING and duty.due_at <= until
        if party in debtors(duty) and duty.name not in OWN_LADDER and _is_pressed(turn, duty)
        if _is_for_people(turn, duty, party)
    ]


def is_live(turn: Turn, duty: Obligation) -> bool:
    incident = turn.known.incidents.get(duty.incident)
    return incident is not None and incident.state in (State.OPEN, State.VERIFYING)


def actor(turn: Turn, duty: Obligation, party: Party) -> str:
    """Who of the party handles the incident: told how it goes last, else acknowledged; "" nobody."""
    incident = incident_of(turn, duty.incident)
    if incident is None:
        return ""
    entries = turn.known.ledger.entries.get(incident.number, ())
    told = [each.by for each in entries if each.party is party and each.kind in _HANDLES]
    return told[-1] if told else sides.acknowledged(incident, party)


def is_asked(turn: Turn, duty: Obligation, party: Party) -> bool:
    """Whether the ladder of the incident's notices, or of a report of it, calls the party's people."""
    if not is_live(turn, duty):
        return False
    is_reported = party is Party.PROVIDER and report_ladders.is_asking(turn, duty.incident)
    return is_reported or (duty.incident, party) in turn.known.ladders


def incident_of(turn: Turn, number: str) -> Incident | None:
    """Also one that has ended: something of it may still be owed."""
    if not number:
        return None
    return turn.known.incidents.get(number) or turn.change.incidents.get(number) or turn.store.incident(number)


def _is_pressed(turn: Turn, duty: Obligation) -> bool:
    term = pinned.agreement_of(turn, duty.incident).terms.get(duty.name)
    return term is not None and not term.is_right and reminders.ladder(term)[:1] == reminders.LADDER[:1]


def _is_for_people(turn: Turn, duty: Obligation, party: Party) -> bool:
    """A party hears of no duty in a matter that it has not been told of; in a trial nothing reaches the customer."""
    if not duty.incident:
        return True
    if duty.name in reminders.BY_CARRIER and turn.settings.agreement.is_trial:
        return False
    incident = incident_of(turn, duty.incident)
    if incident is None or incident.state is State.VOID or sides.told(incident, party) is not NoticeState.RELEASED:
        return False
    return duty.name not in BY_NOTICES or not is_asked(turn, duty, party)


def _has_answered(turn: Turn, duty: Obligation, party: Party) -> bool:
    """Whether a person of the party has done anything since it is overdue: then it is quiet until the next day."""
    if not duty.incident or duty.overdue_at is None:
        return False
    said = [each for each in turn.change.acknowledgements if each.incident == duty.incident]
    times = [each.at for each in (*turn.store.acknowledgements(duty.incident), *said) if each.party is party]
    entries = turn.known.ledger.entries.get(duty.incident, ())
    times += [each.on_file_at for each in entries if each.party is party]
    answered_at = max((at for at in times if at >= duty.overdue_at), default=None)
    calendar = pinned.agreement_of(turn, duty.incident).calendar
    return answered_at is not None and turn.now < reminders.rests_until(answered_at, calendar)


def _keeps_pace(turn: Turn, duty: Obligation, party: Party) -> bool:
    """Whether updates come in time: then who gives them is reminded of the next one, and nobody else."""
    term = pinned.agreement_of(turn, duty.incident).terms.get(duty.name)
    if term is None or not term.reminds_actor or duty.name in OWN_LADDER or not actor(turn, duty, party):
        return False
    rows = turn.known.ledger.book(duty.incident).rows.values()
    met = [each for each in rows if each.name == duty.name and each.discharged_at and each.started_at < duty.started_at]
    last = max(met, key=lambda each: each.started_at, default=None)
    return last is not None and last.state is ObligationState.MET
