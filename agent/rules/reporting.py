"""What a report must hold, whom it may bring out of bed, and what it says of an incident (3.2(b), (c)).

A report arrives when it enters the system, not when somebody reads it (fact 5). An incomplete one is accepted and its
clock runs; what it lacks is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from agent.errors import Refused
from agent.model import SYSTEM, Contact, Evidence, Grade, Incident, Kind, Line, Report, Role
from agent.rules.modifiers import DECLARED

CLAUSE = "3.2(b)"
CLAUSE_ACKNOWLEDGED = "3.2(c)"

ITEMS = ("time", "symptom", "scope", "measures")
"""The four mandatory items of 3.2(b)."""

AHEAD = timedelta(minutes=1)
"""So much may another clock be ahead of ours; what lies further off has not happened yet."""

SAME_WITHIN = timedelta(minutes=10)
"""The same words without a time, said again within this, are the same report: its first answer was lost."""

MOST_FILES = 10
LARGEST_FILE = 5 * 1024 * 1024
LONGEST_NAME = 120

MEDIA_TYPES = frozenset({
    "application/gzip", "application/json", "application/pdf", "application/zip", "image/gif", "image/jpeg",
    "image/png", "image/webp", "text/csv", "text/plain",
})  # fmt: skip
"""What may be attached: nothing that a browser would run."""

_MAY_DECLARE_1 = frozenset({Role.PRINCIPAL, Role.COORDINATOR, Role.SECURITY})


@dataclass(frozen=True, slots=True)
class Times:
    occurred_at: datetime
    discovered_at: datetime
    received_at: datetime


def times(
    occurred_at: datetime | None, discovered_at: datetime | None, called_at: datetime | None, now: datetime
) -> Times:
    """When it occurred, was discovered and arrived; a time that is not said is the next one that is.

    Raises:
        Refused: one of them lies ahead, or they contradict each other.
    """
    for what, at in (("occurred_at", occurred_at), ("discovered_at", discovered_at), ("called_at", called_at)):
        if at is not None and at > now + AHEAD:
            raise Refused(
                f"{what} {_said(at)} lies ahead: it is {_said(now)} now. Say when it was, with its time zone", CLAUSE
            )
    received = min(called_at or now, now)
    for what, at in (("occurred_at", occurred_at), ("discovered_at", discovered_at)):
        if at is not None and at > received + AHEAD:
            raise Refused(f"{what} {_said(at)} is later than the call, {_said(received)}: one of them is wrong", CLAUSE)
    if occurred_at is not None and discovered_at is not None and discovered_at < occurred_at:
        raise Refused(
            f"discovered_at {_said(discovered_at)} is before occurred_at {_said(occurred_at)}: one of them is wrong",
            CLAUSE,
        )
    discovered = min(discovered_at or occurred_at or received, received)
    return Times(min(occurred_at or discovered, received), discovered, received)


def missing(report: Report, *, has_time: bool) -> tuple[str, ...]:
    """Which of the four items it lacks. “None so far” is a measure, silence is not."""
    said = {"time": has_time, **{item: bool(getattr(report, item).strip()) for item in ITEMS[1:]}}
    return tuple(item for item in ITEMS if not said[item])


def is_same(report: Report, other: Report) -> bool:
    """Whether `other` is the report told again: the same words of the same person about the same moment."""
    if _words(report) != _words(other) or ("time" in report.missing) != ("time" in other.missing):
        return False
    if "time" in report.missing:
        return abs(other.received_at - report.received_at) <= SAME_WITHIN
    return report.occurred_at == other.occurred_at


def _words(report: Report) -> tuple[object, ...]:
    said = report.reporter, report.symptom, report.scope, report.measures, report.functions
    return (*said, report.kind, report.suggested_grade, *(each.hash for each in report.attachments))


def check_files(files: Sequence[tuple[str, str, int]], already: int = 0) -> None:
    """Whether files of these names, media types and sizes may be attached.

    Raises:
        Refused: too many, too large, empty, or of a sort that is not taken; the message says what is.
    """
    if len(files) + already > MOST_FILES:
        raise Refused(f"a report takes {MOST_FILES} attachments, this would be {len(files) + already}", CLAUSE)
    for name, media_type, size in files:
        if media_type not in MEDIA_TYPES:
            known = ", ".join(sorted(MEDIA_TYPES))
            raise Refused(f"{name or 'an attachment'} is {media_type or 'of no type'}; what is taken: {known}", CLAUSE)
        if size == 0:
            raise Refused(f"{name or 'an attachment'} is empty", CLAUSE)
        if size > LARGEST_FILE:
            raise Refused(too_large(name, size), CLAUSE)


def too_large(name: str, size: int) -> str:
    """`till.bmp has 5.7 MiB, at most 5 MiB are taken: …`; rounded up, so that it never reads as if it fitted."""
    return (
        f"{name} has {ceil(size / 2**20 * 10) / 10} MiB, at most {LARGEST_FILE >> 20} MiB are taken: "
        "send a part, or a picture of it"
    )


def file_name(name: str) -> str:
    """The name alone: no folders, nothing unseen, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(letter for letter in last if letter.isprintable() and letter not in '"<>:|?*').strip(" .")
    stem, dot, ending = shown.rpartition(".")
    tail = f".{ending}" if dot and stem and 0 < len(ending) <= 8 else ""
    return shown[: len(shown) - len(tail)][: LONGEST_NAME - len(tail)] + tail or "attachment"


def number(day: str, count: int) -> str:
    """`REP-20261123-001`."""
    return f"REP-{day}-{count:03d}"


def is_number(text: str) -> bool:
    """Whether it is a report's number, and not an incident's."""
    return text.startswith("REP-")


# ------------------------------------------------------------------------------------------- what it says of grades


def may_declare_1(reporter: Contact | None) -> bool:
    """Whether a grade 1 that this person proposes is executed at once; others' is paged and waits for a person."""
    return reporter is not None and bool(_MAY_DECLARE_1 & set(reporter.roles))


def is_proposal(report: Report, reporter: Contact | None) -> bool:
    """Whether its grade 1 waits to be confirmed (agreement.md 4, “Own fault first”)."""
    return report.suggested_grade == 1 and not may_declare_1(reporter)


def given(report: Report, reporter: Contact | None) -> Grade | None:
    """The grade that the report alone calls for; None: it joined something and suggests nothing."""
    if is_proposal(report, reporter):
        return 2
    if report.suggested_grade is not None:
        return report.suggested_grade
    if report.joined:
        return None
    return 3 if report.kind is Kind.OTHER else 2


def line_of(report: Report, reporter: Contact | None) -> Line:
    """The report as a line of evidence: what a person saw, beside what monitors see."""
    return Line(
        id=f"report:{report.number}",
        function=next(iter(report.functions), SYSTEM),
        kind=report.kind,
        condition=None,
        given=given(report, reporter),
        severity="" if report.suggested_grade is None else DECLARED,
        rules=("R0",),
    )


def evidence_of(reports: Iterable[Report], contacts: Mapping[str, Contact]) -> tuple[Evidence, ...]:
    """What the reports of one incident add to the evidence of its grade."""
    lines = ((each, line_of(each, contacts.get(each.reporter))) for each in reports)
    return tuple(
        Evidence(line=line, count=1, values=0, started_at=report.occurred_at, detected_at=report.received_at)
        for report, line in lines
        if line.given is not None
    )


# ----------------------------------------------------------------------------------------- what it asks of recovery


def openers(incident: Incident, reports: Iterable[Report]) -> tuple[Report, ...]:
    """The reports that say what is wrong beside every monitor: those that opened it, until a person has verified."""
    return () if incident.verified_by else tuple(report for report in reports if not report.joined)


def holds_open(incident: Incident, reports: Iterable[Report]) -> bool:
    """Whether only a person can say that it works again: what a report opened, no monitor can clear (3.4(d))."""
    return bool(openers(incident, reports))


def needs_person(incident: Incident, reports: Iterable[Report]) -> bool:
    """Whether the recovery gate asks for a person: a report opened it, or came while it was being verified."""
    return any(not each.joined or _contradicts(each, incident) for each in reports)


def _contradicts(report: Report, incident: Incident) -> bool:
    return incident.cleared_at is not None and report.received_at >= incident.cleared_at


def is_of_the_past(report: Report, incident: Incident) -> bool:
    """Whether it tells of what has recovered since: it goes on file there and opens nothing."""
    return incident.recovered_at is not None and incident.started_at <= report.occurred_at <= incident.recovered_at


def pending(reports: Iterable[Report]) -> tuple[Report, ...]:
    """Those that nobody has acknowledged yet, oldest first."""
    waiting = [each for each in reports if each.acknowledged_at is None]
    return tuple(sorted(waiting, key=lambda each: (each.received_at, each.number)))


def _said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
