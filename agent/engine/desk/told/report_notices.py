"""What is told of reports: to the provider that one waits; to its reporter receipt, acknowledgement, and what it lacks.

`content["reports"]` of a notice, beside what `symptoms.content` says:
    number, reporter, received_at, due_at, symptom, scope, measures, missing, suggested_grade, is_proposal
    and of an acknowledged one: acknowledged_at, by
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.model import (
    Grade,
    Incident,
    Notice,
    NoticeType,
    Party,
    Recipient,
    Report,
    Role,
)
from agent.rules import reporting, routing

_CALLS = "/provider/report/"


def open_to_provider(turn: Turn, incident: Incident, report: Report, due_at: datetime) -> Incident:
    """The provider's one message of an incident that a report opens: opening and report together, at any hour."""
    incident = notices.numbered(turn, replace(incident, told_functions=incident.functions, changed_at=turn.now))
    people = _people(turn, incident, report)
    said = _waiting(turn, report, due_at)
    notice = _notice(turn, incident, NoticeType.OPENING, Party.PROVIDER, people, said, due_at)
    notice = replace(notice, id=f"{incident.number}/{incident.seq}/{Party.PROVIDER}")
    return notices.release(turn, incident, notice)


def page(turn: Turn, incident: Incident, report: Report, due_at: datetime) -> Incident:
    """The provider hears of a report that joined what is open already."""
    incident = notices.numbered(turn, incident)
    call(turn, incident, report, due_at, _people(turn, incident, report), "", generation=0)
    return incident


def call(
    turn: Turn,
    incident: Incident,
    report: Report,
    due_at: datetime,
    people: tuple[Recipient, ...],
    why: str,
    generation: int | None = None,
) -> Notice:
    """Ask these people of the provider to acknowledge; asked again, under the number that the report came with."""
    turned = int(turn.now.timestamp()) if generation is None else generation
    limit = due_at - report.received_at
    passed = (turn.now - report.received_at) / limit if why and limit else 0
    said = {**_waiting(turn, report, due_at), "why": why, "passed": round(passed, 2)}
    notice = _notice(turn, incident, NoticeType.REPORT, Party.PROVIDER, people, said, due_at)
    seq = _came_with(turn, incident, report) if generation is None else incident.seq
    id_ = f"{incident.number}/{seq}{_CALLS}{report.number}/{turned}"
    notice = replace(notice, id=id_, seq=seq, generation=turned)
    notices.let_go(turn, notice)
    return notice


def _came_with(turn: Turn, incident: Incident, report: Report) -> int:
    """The number of the notice that told the provider of the report."""
    told = [
        each.seq
        for each in turn.store.notices(incident.number)
        if each.type in (NoticeType.OPENING, NoticeType.REPORT)
        and any(row["number"] == report.number for row in each.content.get("reports", ()))
    ]
    return min(told, default=incident.seq)


def is_call(notice: str) -> bool:
    """Whether a notice of this id asks the provider to acknowledge a report."""
    return _CALLS in notice


def receipt(turn: Turn, incident: Incident, report: Report, due_at: datetime) -> None:
    """自动回执 to the reporter at once: it has arrived. That is no acknowledgement (fact 4)."""
    incident = notices.numbered(turn, incident)
    said = {
        "reports": [told_of(turn, report, due_at)],
        "waiting_until": due_at.isoformat(),
        "discharges": turn.settings.agreement.auto_receipt_discharges,
    }
    notice = _notice(turn, incident, NoticeType.RECEIPT, report.party, _reporter(turn, report), said)
    _send(turn, notice, "receipt", report)


def acknowledged(turn: Turn, incident: Incident, reports: tuple[Report, ...], said: Mapping[str, Any]) -> Incident:
    """受理确认 to each reporter: who, after how long, how it goes, and when the next update comes."""
    by_reporter: dict[str, list[Report]] = {}
    for report in reports:
        by_reporter.setdefault(report.reporter, []).append(report)
    for own in by_reporter.values():
        incident = notices.numbered(turn, incident)
        told = {"reports": [told_of(turn, each, _due(turn, each)) for each in own], "by": own[0].acknowledged_by}
        people = _reporter(turn, own[0])
        notice = _notice(turn, incident, NoticeType.REPORT_ACKNOWLEDGED, own[0].party, people, {**told, **said})
        _send(turn, notice, "acknowledged", own[0])
    return incident


def ask_to_supplement(turn: Turn, incident: Incident, report: Report, due_at: datetime) -> None:
    """The reporter is asked once more for what the report lacks (OB-205)."""
    incident = notices.numbered(turn, incident)
    said = {"reports": [told_of(turn, report, due_at)], "waiting_until": due_at.isoformat()}
    people = _reporter(turn, report)
    notice = _notice(turn, incident, NoticeType.SUPPLEMENT, report.party, people, said)
    _send(turn, notice, "supplement", report)


def _waiting(turn: Turn, report: Report, due_at: datetime) -> dict[str, Any]:
    """What the provider is told of a report that waits."""
    return {
        "reports": [told_of(turn, report, due_at)],
        "waiting_until": due_at.isoformat(),
        "limit_s": int((due_at - report.received_at).total_seconds()),
    }


def told_of(turn: Turn, report: Report, due_at: datetime | None) -> dict[str, Any]:
    """One report, as notices tell of it."""
    return {
        "number": report.number,
        "reporter": report.reporter,
        "received_at": report.received_at.isoformat(),
        "due_at": due_at.isoformat() if due_at else "",
        "symptom": report.symptom,
        "scope": report.scope,
        "measures": report.measures,
        "missing": list(report.missing),
        "suggested_grade": report.suggested_grade,
        "is_proposal": reporting.is_proposal(report, turn.settings.contacts.get(report.reporter)),
        "acknowledged_at": report.acknowledged_at.isoformat() if report.acknowledged_at else "",
    }


def grade_of_page(turn: Turn, incident: Incident, report: Report) -> Grade:
    """Who is told of a report: grade 2's people, and all of grade 1 where somebody says that it is that grave."""
    is_grave = incident.grade == 1 or reporting.is_proposal(report, turn.settings.contacts.get(report.reporter))
    return 1 if is_grave else 2


def _people(turn: Turn, incident: Incident, report: Report) -> tuple[Recipient, ...]:
    """At any hour: 15 minutes do not wait for working time."""
    grade = grade_of_page(turn, incident, report)
    return notices.route(turn, replace(incident, grade=grade), Party.PROVIDER).recipients


def _reporter(turn: Turn, report: Report) -> tuple[Recipient, ...]:
    """The reporter; the party's coordinator where no channel reaches them."""
    contact = turn.settings.contacts.get(report.reporter)
    if contact is not None and routing.working_endpoints(contact, turn.settings.endpoints):
        return (Recipient(contact.id, "reported it"),)
    people = routing.contacts_of_role(Role.COORDINATOR, report.party, turn.settings.contacts)
    return tuple(Recipient(id_, f"for {report.reporter}, who has no working channel") for id_ in people)


def _notice(
    turn: Turn,
    incident: Incident,
    type_: NoticeType,
    party: Party,
    people: tuple[Recipient, ...],
    said: Mapping[str, Any],
    answer_by: datetime | None = None,
) -> Notice:
    """`answer_by`: where it asks for an acknowledgement."""
    notice = notices.made(turn, incident, type_, party, people, said)
    return replace(notice, is_loud=party is Party.PROVIDER, asks=answer_by is not None, answer_by=answer_by)


def _send(turn: Turn, notice: Notice, what: str, report: Report) -> None:
    """Under an id of its own: told once, however often it is decided."""
    at = f"/{int(turn.now.timestamp())}" if what == "supplement" else ""
    notices.let_go(
        turn, replace(notice, id=f"{notice.incident}/{notice.seq}/{notice.party}/{what}/{report.number}{at}")
    )


def _due(turn: Turn, report: Report) -> datetime | None:
    rows = turn.known.ledger.book(report.incident).rows.values()
    return next((each.due_at for each in rows if each.report == report.number and each.ob == "OB-301"), None)
