"""Whom the provider calls while a report waits to be acknowledged (3.2(c)): next person, coordinator, principal.

Each report has a ladder of its own, also when it joins an open incident: 3:00, 7:30 and 11:15 of 15 min, and over again
until a person answers (agreement.md 5, rule 6). Its subject is the report's number, where an incident's ladder has the
incident's. While a report's ladder runs, that of its incident stands still: the same people would be called twice.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from agent.engine.desk import pinned
from agent.engine.desk.told import ladders, notices, reaching, report_notices
from agent.engine.desk.turn import Turn
from agent.model import Delivery, DeliveryState, Grade, Incident, Ladder, Party, Recipient, Report, State, Step
from agent.rules import clocks, escalation, outbox, reporting

DUTY = "acknowledge_report"

LIMIT = timedelta(minutes=15)
"""Of 3.2(c), where the file's terms say nothing of it."""

ONCE_IN = timedelta(minutes=10)
"""Who was called for another report of the incident within this is not called again for this one."""


def due_at(turn: Turn, report: Report, grade: Grade) -> datetime:
    """By when a report that has just arrived is to be acknowledged."""
    agreement = pinned.agreement_of(turn, report.incident)
    term = agreement.terms.get(DUTY)
    limit = term.limits.get(grade) if term else None
    return clocks.due_at(limit, report.received_at, agreement.calendar) if limit else report.received_at + LIMIT


def owed_at(turn: Turn, report: Report) -> datetime | None:
    """By when it is to be acknowledged, as its clock says; None: nobody owes that."""
    rows = turn.known.ledger.book(report.incident).rows.values()
    standing = [each.due_at for each in rows if each.name == DUTY and each.report == report.number]
    return standing[-1] if standing else None


def start(turn: Turn, report: Report, due: datetime) -> None:
    """From now on people are called until one of them acknowledges; of a phone call, since it was made."""
    steps = _steps(turn, report, turn.known.incidents[report.incident])
    limit = due - report.received_at
    ladders.put(turn, escalation.begin(report.number, Party.PROVIDER, report.received_at, limit, steps))


def end(turn: Turn, report: Report) -> None:
    ladder = _ladder(turn, report.number)
    if ladder is not None:
        ladders.put(turn, escalation.end(ladder))


def is_asking(turn: Turn, incident: str) -> bool:
    """Whether a report of the incident calls the provider's people."""
    return next_at(turn, incident) is not None


def next_at(turn: Turn, incident: str) -> datetime | None:
    """When somebody is called next for a report of the incident."""
    standing = [_ladder(turn, each.number) for each in turn.known.ledger.reports_of(incident)]
    return min((each.next_at for each in standing if each and each.next_at), default=None)


def look_at(turn: Turn) -> None:
    """Whatever is due of reports; those of a live incident are called for when it is looked at."""
    for ladder in [each for each in turn.known.ladders.values() if reporting.is_number(each.incident)]:
        if ladder.next_at is None or ladder.next_at > turn.now:
            continue
        report = turn.known.ledger.reports.get(ladder.incident)
        incident = turn.store.incident(report.incident) if report else None
        if report is not None and report.incident in turn.known.incidents:
            turn.touch(report.incident)
        elif report is None or incident is None or incident.state is State.VOID:
            ladders.put(turn, escalation.end(ladder))
        else:
            _climb(turn, incident, report, ladder)


def climb(turn: Turn, incident: Incident) -> Incident:
    """Whatever is due on the ladders of an incident's reports."""
    for report in reporting.pending(turn.known.ledger.reports_of(incident.number)):
        ladder = _ladder(turn, report.number)
        if ladder is None or ladder.next_at is None:
            continue
        if incident.state is State.VOID:
            end(turn, report)
        elif ladder.next_at <= turn.now or incident.number in turn.failed:
            incident = _climb(turn, incident, report, ladder)
    return incident


def _climb(turn: Turn, incident: Incident, report: Report, ladder: Ladder) -> Incident:
    steps = _steps(turn, report, incident)
    deliveries = _deliveries(turn, report)
    incident, ladder = reaching.with_reach(turn, incident, ladder, deliveries, steps)
    told = tuple(dict.fromkeys(delivery.contact for delivery in deliveries))
    settings, on_call = turn.settings, turn.on_call(Party.PROVIDER)
    called = escalation.call(ladder, turn.now, steps, told, settings.contacts, on_call, settings.endpoints)
    ladders.put(turn, called.ladder)
    busy = {row.contact for row in deliveries if _is_for_another(turn, row, report)}
    people = tuple(recipient for recipient in called.recipients if recipient.contact not in busy)
    return _call(turn, incident, report, people, called.why, deliveries) if people else incident


def _call(
    turn: Turn,
    incident: Incident,
    report: Report,
    people: tuple[Recipient, ...],
    why: str,
    older: list[Delivery],
) -> Incident:
    """Call them; where a channel has refused so far, the new question takes the place of the old one."""
    due = owed_at(turn, report) or due_at(turn, report, incident.grade)
    notice = report_notices.call(turn, incident, report, due, people, why or "nobody could be reached: everyone")
    for newer in [row for row in turn.change.deliveries.values() if row.notice == notice.id]:
        turn.change.put_deliveries(outbox.superseded(older, newer, turn.now))
    return incident


def _deliveries(turn: Turn, report: Report) -> list[Delivery]:
    """What went to the provider in the incident since the report came, this turn's included."""
    rows = {row.id: row for row in turn.store.deliveries_for(report.incident, report.received_at)}
    rows.update((id_, row) for id_, row in turn.change.deliveries.items() if row.incident == report.incident)
    return [
        row
        for row in rows.values()
        if row.party is Party.PROVIDER
        and row.state is not DeliveryState.CANCELLED
        and row.made_at >= report.received_at
    ]


def _is_for_another(turn: Turn, row: Delivery, report: Report) -> bool:
    is_recent = turn.now - row.made_at < ONCE_IN and row.made_at < turn.now
    return is_recent and report_notices.is_call(row.notice) and report.number not in row.notice


def _steps(turn: Turn, report: Report, incident: Incident) -> tuple[Step, ...] | None:
    grade = report_notices.grade_of_page(turn, incident, report)
    return notices.route(turn, replace(incident, grade=grade), Party.PROVIDER).escalate


def _ladder(turn: Turn, report: str) -> Ladder | None:
    return turn.known.ladders.get((report, Party.PROVIDER))
