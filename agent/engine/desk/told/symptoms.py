"""What an incident looks like now, as neutral values that wording turns into text.

`content` of a notice:
    functions: [id]              state: worst condition or ""       kind, provisional, rules (rules: provider only)
    started_at, detected_at      ISO times
    symptoms: [{line, says: {lang: text}, count, public: {label: value}, and for the provider: summary, labels, at}]
    scope: {share: 0–1 or None, firing: n, total: n or 0, functions: [id], said: [what a report says of it]}
    done: [{what: told_teams | acknowledged | measures, at?, by?, party?, text?}]
    is_reported: whether only a report of the customer says so
    coordinators: {party: contact}, once somebody was named
    and what the type adds: from_grade, to_grade, reason, by; recovered_at, lasted_s, checks, moved_to; was_recovered …
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from agent.engine.desk.known import Open
from agent.engine.desk.turn import Turn
from agent.model import SYSTEM, Condition, Incident, Party, Report
from agent.rules import answers, launching, periods, reporting

_WORST = (
    Condition.DATA_BREACH,
    Condition.CONFIRMED,
    Condition.SUSPECTED,
    Condition.DOWN,
    Condition.DEGRADED,
    Condition.AT_RISK,
    Condition.ATTEMPT,
    None,
)
_SHOWN = 5


def content(turn: Turn, incident: Incident, party: Party, what: Mapping[str, Any]) -> dict[str, Any]:
    """The values of one party's copy; see the module."""
    tally = turn.known.tallies.get(incident.number)
    opened = sorted(tally.lines.values(), key=partial(_rank, incident)) if tally else []
    is_provider = party is Party.PROVIDER
    reports = reporting.openers(incident, turn.known.ledger.reports_of(incident.number))
    symptoms = [_symptom(turn, item, is_provider) for item in opened[:_SHOWN]]
    symptoms += [_reported(turn, report, is_provider) for report in reports[:_SHOWN]]
    return {
        "functions": list(incident.functions),
        "state": next((item.line.condition for item in opened if item.line.condition), "") or "",
        "kind": incident.kind,
        "provisional": incident.is_provisional,
        "rules": list(incident.rules) if is_provider else [],
        "started_at": incident.started_at.isoformat(),
        "detected_at": incident.detected_at.isoformat(),
        "symptoms": symptoms[:_SHOWN],
        "more": max(len(opened) + len(reports) - _SHOWN, 0),
        "scope": {**_scope(incident, opened), "said": [report.scope for report in reports if report.scope][:1]},
        "done": [*_done(turn, incident), *_measures(reports)],
        "same_cause": incident.recurrence_of if is_provider else "",
        "is_reported": not opened and any(report.party is Party.CUSTOMER for report in reports),
        **_coordinators(turn, incident),
        **_expired(turn, incident),
        **what,
    }


def _expired(turn: Turn, incident: Incident) -> dict[str, str]:
    """Fact 16: what opens after the agreement's last day is told as ever, and says so."""
    agreement = turn.settings.agreement
    ends_at = periods.ends_at(agreement.expires, agreement.zone)
    return {"expired": str(agreement.expires)} if ends_at and incident.opened_at >= ends_at else {}


def _rank(incident: Incident, opened: Open) -> tuple[int, int, str]:
    """The worst first, and of the same the function that the incident is about."""
    function, functions = opened.line.function, incident.functions
    place = functions.index(function) if function in functions else len(functions)
    return _WORST.index(opened.line.condition), place, opened.line.id


def _symptom(turn: Turn, opened: Open, is_provider: bool) -> dict[str, Any]:
    says, public_labels = _sentences(turn, opened.line.id)
    shown: dict[str, Any] = {
        "line": opened.line.id if is_provider else "",
        "says": dict(says),
        "count": len(opened.keys),
        "public": {name: opened.sample[name] for name in public_labels if name in opened.sample},
        "condition": opened.line.condition or "",
        "function": opened.line.function,
    }
    if is_provider:
        shown["summary"] = opened.summary
        shown["labels"] = dict(opened.sample)
    return shown


def _reported(turn: Turn, report: Report, is_provider: bool) -> dict[str, Any]:
    """What a person saw that no monitor tells of, in their words."""
    reporter = turn.settings.contacts.get(report.reporter)
    return {
        "line": f"report:{report.number}" if is_provider else "",
        "report": report.number,
        "says": {reporter.language if reporter else "en": report.symptom} if report.symptom else {},
        "count": 1,
        "public": {},
        "condition": "",
        "function": next(iter(report.functions), SYSTEM),
    }


def _measures(reports: Sequence[Report]) -> list[dict[str, Any]]:
    return [{"what": "measures", "text": each.measures, "party": each.party} for each in reports[:1] if each.measures]


def _sentences(turn: Turn, line: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """The customer's sentence of a row or probe, by language, and the labels it opens by name."""
    if line.startswith("row:"):
        row = turn.sorter.rows.get(line.removeprefix("row:").partition("/")[0])
        return (row.says, row.public_labels) if row else ({}, ())
    if line.startswith("probe:"):
        probe = turn.settings.probes.get(line.removeprefix("probe:").rsplit("/", 1)[0])
        return (probe.says if probe else {}), ()
    return {}, ()


def _scope(incident: Incident, opened: list[Open]) -> dict[str, Any]:
    shared = [item for item in opened if item.line.total]
    if not shared:
        return {"share": None, "firing": 0, "total": 0, "functions": list(incident.functions)}
    worst = max(shared, key=lambda item: len(item.values) / item.line.total)
    return {
        "share": min(len(worst.values) / worst.line.total, 1.0),
        "firing": len(worst.values),
        "total": worst.line.total,
        "functions": list(incident.functions),
    }


def _coordinators(turn: Turn, incident: Incident) -> dict[str, Any]:
    named = launching.coordinators(turn.known.ledger.entries.get(incident.number, ()))
    return {"coordinators": {party.value: contact for party, contact in named.items()}} if named else {}


def _answered_at(turn: Turn, incident: Incident, party: Party) -> str:
    """When the acknowledgement that stands for the party was given."""
    said = (*turn.store.acknowledgements(incident.number), *turn.change.acknowledgements)
    own = (each for each in said if each.incident == incident.number)
    first = next(iter(answers.standing(incident, own, party)), None)
    return first.at.isoformat() if first else ""


def _done(turn: Turn, incident: Incident) -> list[dict[str, Any]]:
    done: list[dict[str, Any]] = []
    if incident.grade < 3:
        done.append({"what": "told_teams", "at": turn.now.isoformat()})
    for party, contact in (
        (Party.PROVIDER, incident.acknowledged_provider),
        (Party.CUSTOMER, incident.acknowledged_customer),
    ):
        if contact:
            at = _answered_at(turn, incident, party)
            done.append({"what": "acknowledged", "by": contact, "party": party, "at": at})
    return done
