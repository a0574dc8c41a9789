"""What a party reports (3.2(b), (c)): on file, in its incident, told to the provider, and acknowledged by a person.

The clocks follow from the facts alone (`rules/happenings`); who is called while nobody answers is in
`report_ladders`, what is told in `report_notices`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from hashlib import sha256
from typing import Any

from agent import metrics
from agent.engine.desk import lookup
from agent.engine.desk.seen import report_places
from agent.engine.desk.stated import behalf, report_answers
from agent.engine.desk.told import report_ladders, report_notices
from agent.engine.desk.turn import Turn
from agent.engine.stated import File, Filed, FileReport, Supplement
from agent.errors import NotFound, Refused, WrongParty
from agent.model import Attachment, Body, Contact, Incident, Party, Report, State
from agent.rules import reporting, statements
from agent.rules.incidents import Joining
from agent.rules.reminders import Rung

AGENT = "agent"


def file(turn: Turn, act: FileReport) -> Callable[[], Filed]:
    """Put a report on file, and where it belongs.

    Raises:
        NotFound: no such contact or function.
        Refused: a time lies ahead or contradicts another, or an attachment is not taken.
    """
    reporter = lookup.contact(turn, act.reporter)
    for function in act.functions:
        _check_function(turn, function)
    reporting.check_files([(each.name, each.media_type, len(each.raw)) for each in act.files])
    when = reporting.times(act.occurred_at, act.discovered_at, act.called_at, act.received_at or turn.now)
    report = Report(
        number="",
        incident="",
        party=reporter.party,
        reporter=reporter.id,
        received_at=when.received_at,
        occurred_at=when.occurred_at,
        discovered_at=when.discovered_at,
        symptom=act.symptom.strip(),
        scope=act.scope.strip(),
        measures=act.measures.strip(),
        functions=tuple(dict.fromkeys(act.functions)),
        kind=act.kind,
        suggested_grade=act.suggested_grade,
        means=act.means,
        recorded_by=act.recorded_by,
        attachments=_attached(act.files),
    )
    report = replace(report, missing=reporting.missing(report, has_time=act.occurred_at is not None))
    earlier = _told_before(turn, report)
    if earlier is not None:
        return lambda: _answer(turn, earlier.number, is_repeated=True)
    _keep(turn, act.files)
    taken = _take(turn, replace(report, number=_next_number(turn)), reporter, act)
    return lambda: _answer(turn, taken.number)


def supplement(turn: Turn, act: Supplement) -> Callable[[], Filed]:
    """Add what a report lacked; what it said before stays, and what was told then stays on record.

    Raises:
        NotFound: no such report or contact.
        WrongParty: the other party's report.
        Refused: nothing is added, an item is there already, or an attachment is not taken.
    """
    report = report_answers.report_of(turn, act.report)
    contact = lookup.contact(turn, act.by)
    if contact.party is not report.party:
        raise WrongParty(f"{report.number} is the {report.party}'s: its own people supplement it", reporting.CLAUSE)
    reporting.check_files(
        [(each.name, each.media_type, len(each.raw)) for each in act.files], already=len(report.attachments)
    )
    at = statements.acted_at(act.called_at, report.received_at, turn.now, reporting.CLAUSE, report.number)
    said = _added(report, act, at)
    files = [each for each in _attached(act.files) if each.hash not in {known.hash for known in report.attachments}]
    if not said and not files:
        if act.files or _says_again(report, act):
            return lambda: _answer(turn, report.number, is_repeated=True)
        lacking = ", ".join(report.missing) or "nothing"
        raise Refused(f"this adds nothing to {report.number}: it lacks {lacking}", reporting.CLAUSE)
    _keep(turn, act.files)
    words = {name: value for name, value in said.items() if isinstance(value, str)}
    stated = _state(turn, report, contact, act, at, words)
    changed = {name: value for name, value in said.items() if name != "time"}
    missing = tuple(item for item in report.missing if item not in said)
    report_answers.put(turn, replace(report, **changed, missing=missing, attachments=(*report.attachments, *files)))
    turn.fact(
        report.incident,
        "report_supplemented",
        by=contact.id,
        at=at,
        report=report.number,
        party=report.party,
        items=[item for item in reporting.ITEMS if item in said],
        said=words,
        attachments=_listed(files),
        means=act.means,
        recorded_by=act.recorded_by,
        **stated,
    )
    incident = turn.known.incidents.get(report.incident)
    if incident is not None and "occurred_at" in changed:
        turn.put(replace(incident, started_at=min(incident.started_at, changed["occurred_at"])))
    if report.missing and not missing:
        turn.fact(report.incident, "report_complete", by=contact.id, at=at, report=report.number, party=report.party)
    return lambda: _answer(turn, report.number)


def _state(
    turn: Turn, report: Report, contact: Contact, act: Supplement, at: datetime, words: Mapping[str, Any]
) -> dict[str, Any]:
    """What the fact says where a supplement was recorded on the person's behalf."""
    incident = behalf.incident_of(turn, report.incident)
    if incident is None:
        return {}
    return behalf.state(turn, incident, "report_supplemented", contact, act, at=at, about=report.number, said=words)


def remind(turn: Turn) -> None:
    """Half an hour after it was asked for, the reporter is asked once more for what the report lacks (OB-205)."""
    for duty, call in turn.called:
        report = turn.known.ledger.reports.get(duty.report)
        incident = turn.known.incidents.get(duty.incident)
        is_half = duty.name == "supplement_report" and call.to is Rung.COORDINATOR and not call.round
        if is_half and report is not None and report.missing and incident is not None:
            report_notices.ask_to_supplement(turn, incident, report, duty.due_at)


def _take(turn: Turn, report: Report, reporter: Contact, act: FileReport) -> Report:
    incident, joining = report_places.place(turn, report, reporter)
    report = replace(report, incident=incident.number, joined=joining in _JOINED)
    if report.party is Party.PROVIDER:  # nobody owes the provider an answer to what it says itself
        report = replace(report, acknowledged_by=report.reporter, acknowledged_at=report.received_at)
    report_answers.put(turn, report)
    said = {item: getattr(report, item) for item in reporting.ITEMS[1:]}
    stated = behalf.state(
        turn, incident, "report_received", reporter, act, at=report.received_at, about=report.number, said=said
    )
    _tell_chain(turn, report, joining, stated)
    turn.count(metrics.REPORTS, report.party, joining)
    if reporting.is_proposal(report, reporter):
        turn.fact(incident.number, "grade_proposed", by=reporter.id, report=report.number, to_grade=1)
    if incident.state is State.VERIFYING and incident.verified_by:  # somebody sees that it does not work after all
        incident = turn.put(replace(incident, verified_by=""))
    if report.party is Party.CUSTOMER:
        _tell(turn, incident, report)
    turn.touch(incident.number)
    return report


_JOINED = (Joining.JOINED_SAME, Joining.JOINED_DEPENDENT)


def _tell(turn: Turn, incident: Incident, report: Report) -> None:
    """The provider is asked to acknowledge, the reporter gets an automatic receipt at once."""
    due_at = report_ladders.due_at(turn, report, incident.grade)
    if incident.told_provider is None and incident.state is State.OPEN:
        incident = report_notices.open_to_provider(turn, incident, report, due_at)
    else:
        incident = report_notices.page(turn, incident, report, due_at)
    report_notices.receipt(turn, incident, report, due_at)
    if turn.settings.agreement.auto_receipt_discharges:  # the annex takes the receipt for the acknowledgement (fact 4)
        report_answers.put_discharged(turn, report, AGENT, turn.now, means="receipt")
    else:
        report_ladders.start(turn, report, due_at)


def _tell_chain(turn: Turn, report: Report, joining: Joining, stated: Mapping[str, Any]) -> None:
    turn.fact(
        report.incident,
        "report_received",
        by=report.reporter,
        at=report.received_at,
        report=report.number,
        party=report.party,
        about=report.number,
        functions=list(report.functions),
        kind=report.kind,
        suggested_grade=report.suggested_grade,
        occurred_at=report.occurred_at.isoformat(),
        discovered_at=report.discovered_at.isoformat(),
        why=joining,
        said={item: getattr(report, item) for item in reporting.ITEMS[1:]},
        attachments=_listed(report.attachments),
        means=report.means,
        recorded_by=report.recorded_by,
        **stated,
    )
    if report.missing and report.party is Party.CUSTOMER:
        turn.fact(
            report.incident,
            "report_incomplete",
            report=report.number,
            party=report.party,
            about=report.number,
            missing=list(report.missing),
        )


def _answer(turn: Turn, number: str, *, is_repeated: bool = False) -> Filed:
    """The report as the turn left it, and by when it is to be acknowledged."""
    report = report_answers.report_of(turn, number)
    is_waiting = report.acknowledged_at is None
    return Filed(report, report_ladders.owed_at(turn, report) if is_waiting else None, is_repeated)


def _told_before(turn: Turn, report: Report) -> Report | None:
    known = turn.known.ledger.reports.values()
    return next((each for each in known if reporting.is_same(report, each)), None)


def _added(report: Report, act: Supplement, now: datetime) -> dict[str, Any]:
    """Item -> what is told of it now, of those that were missing.

    Raises:
        Refused: it is there already, and says something else.
    """
    found: dict[str, Any] = {}
    for item in reporting.ITEMS[1:]:
        told, known = getattr(act, item).strip(), getattr(report, item)
        if told and known and told != known:
            raise Refused(
                f"{report.number} has a {item} already: put more on the shared timeline with `tocsin update`",
                reporting.CLAUSE,
            )
        if told and not known:
            found[item] = told
    if act.occurred_at is not None and "time" in report.missing:
        when = reporting.times(act.occurred_at, None, None, now)
        if when.occurred_at > report.received_at:
            raise Refused(f"{report.number} arrived before that: say when it began", reporting.CLAUSE)
        found |= {"time": when.occurred_at.isoformat(), "occurred_at": when.occurred_at}  # one is told, one is kept
    return found


def _says_again(report: Report, act: Supplement) -> bool:
    """The same supplement once more: its first answer was lost."""
    told = [item for item in reporting.ITEMS[1:] if getattr(act, item).strip()]
    return bool(told) or (act.occurred_at is not None and act.occurred_at == report.occurred_at)


def _attached(files: Sequence[File]) -> tuple[Attachment, ...]:
    return tuple(
        Attachment(reporting.file_name(each.name), each.media_type, len(each.raw), sha256(each.raw).hexdigest())
        for each in files
    )


def _keep(turn: Turn, files: Sequence[File]) -> None:
    for each in files:
        hash_ = sha256(each.raw).hexdigest()
        turn.change.bodies[hash_] = Body(hash_, turn.now, "report", each.raw)


def _listed(attachments: Sequence[Attachment]) -> list[dict[str, Any]]:
    return [{"name": each.name, "size": each.size, "sha256": each.hash} for each in attachments]


def _next_number(turn: Turn) -> str:
    """`REP-20261123-001`: the day in the agreement's zone, and a number within it."""
    day = turn.now.astimezone(turn.settings.agreement.zone).strftime("%Y%m%d")
    numbers = turn.known.ledger.report_numbers
    numbers[day] = (numbers[day] if day in numbers else turn.store.last_report(day)) + 1
    return reporting.number(day, numbers[day])


def _check_function(turn: Turn, id_: str) -> None:
    known = turn.settings.agreement.functions
    if id_ not in known:
        near = get_close_matches(id_, known, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known))}"
        raise NotFound(f"there is no function {id_[:60]!r}: {meant}")
