"""A report acknowledged (3.2(c)): by a named person of the provider, with how it goes and when the next update comes.

An acknowledgement of an incident discharges every report of it that waits. An automatic receipt discharges none, but
where the annex says so (fact 4).
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from agent import metrics
from agent.engine.desk.told import report_ladders, report_notices
from agent.engine.desk.turn import Turn
from agent.engine.works import Acknowledge
from agent.errors import NotFound, Refused
from agent.model import Contact, Incident, Party, Report, State
from agent.rules import reporting
from agent.rules.reporting import CLAUSE_ACKNOWLEDGED


def check(turn: Turn, incident: Incident, contact: Contact, act: Acknowledge, at: datetime) -> bool:
    """Whether an acknowledgement by this person discharges reports.

    Raises:
        Refused: 3.2(c): it does, and lacks a first progress sentence or the time of the next update; or it was given
            before the report that it names had arrived.
    """
    named = turn.known.ledger.reports.get(act.report)
    if named is not None and named.received_at > at:
        raise Refused(f"{named.number} arrived after that call: say when the call was", CLAUSE_ACKNOWLEDGED)
    waiting = pending(turn, incident.number, at) if contact.party is Party.PROVIDER else ()
    if not waiting or incident.state is State.VOID:
        return False
    lacking = [] if act.progress.strip() else ["a first sentence on how it goes (progress)"]
    lacking += [] if act.next_update_at else ["the time of the next update (next_update_at)"]
    if lacking:
        numbers = ", ".join(each.number for each in waiting)
        raise Refused(f"this acknowledges {numbers}: it needs {' and '.join(lacking)}", CLAUSE_ACKNOWLEDGED)
    if act.next_update_at is not None and act.next_update_at <= at:
        raise Refused("the next update lies in the past: say when it will come", CLAUSE_ACKNOWLEDGED)
    return True


def discharge(
    turn: Turn, incident: Incident, contact: Contact, at: datetime, act: Acknowledge, stated: Mapping[str, Any]
) -> tuple[str, ...]:
    """A person of the provider acknowledges every report of the incident that waits: their numbers. First `check`.

    `stated`: what the facts say of an acknowledgement that was recorded on the person's behalf.
    """
    if contact.party is not Party.PROVIDER or act.next_update_at is None:
        return ()
    told = {"progress": act.progress.strip(), "next_update_at": act.next_update_at.isoformat()}
    by: dict[str, Any] = {"means": act.means, "recorded_by": act.recorded_by, **stated}
    waiting = pending(turn, incident.number, at)
    done = tuple(put_discharged(turn, each, contact.id, at, **told, **by) for each in waiting)
    if done:
        report_notices.acknowledged(turn, incident, done, told)
    return tuple(each.number for each in done)


def put_discharged(turn: Turn, report: Report, by: str, at: datetime, **said: Any) -> Report:
    """The report as acknowledged; nobody is called for it any more."""
    at = max(at, report.received_at)
    report_ladders.end(turn, report)
    elapsed_s = int((at - report.received_at).total_seconds())
    turn.fact(
        report.incident,
        "report_acknowledged",
        by=by,
        at=at,
        report=report.number,
        party=Party.PROVIDER,
        elapsed_s=elapsed_s,
        **said,
    )
    metrics.REPORT_ACKNOWLEDGED_SECONDS.observe(elapsed_s)
    return put(turn, replace(report, acknowledged_by=by, acknowledged_at=at))


def pending(turn: Turn, incident: str, at: datetime) -> tuple[Report, ...]:
    """The incident's reports that had arrived by then and wait for an acknowledgement, oldest first."""
    waiting = reporting.pending(turn.known.ledger.reports_of(incident))
    return tuple(each for each in waiting if each.received_at <= at)


def put(turn: Turn, report: Report) -> Report:
    """The report as it now is."""
    turn.change.reports[report.number] = turn.known.ledger.reports[report.number] = report
    return report


def report_of(turn: Turn, number: str) -> Report:
    """
    Raises:
        NotFound
    """
    report = turn.change.reports.get(number) or turn.known.ledger.reports.get(number) or turn.store.report(number)
    if report is None:
        raise NotFound(f"there is no report {number[:40]}: `tocsin report list` shows them")
    return report
