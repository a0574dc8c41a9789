"""The duties' clocks: what an event starts, meets and ends, and what time does to them (agreement.md 5).

A clock is never overwritten: a changed limit supersedes it by a new one, and `overdue_at` stays when it is met late.
Events may come twice or late: the same event changes nothing the second time, whatever came in between.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.model import (
    Calendar,
    Event,
    Grade,
    Limit,
    Obligation,
    ObligationState,
    Owing,
    Party,
    Term,
)
from agent.model.hot import replace
from agent.rules import clocks, limits, pauses, periods, reminders
from agent.rules.reminders import mark_at

RETROACTIVE = timedelta(minutes=15)
"""What is past its new limit when the grade rises is due so long after the regrade (rule 3)."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What clocks are reckoned by."""

    terms: Mapping[str, Term]
    calendar: Calendar | None
    now: datetime
    version: int = 1
    hash: str = ""
    is_trial: bool = False  # nothing is owed yet: every clock is a target


Sort = tuple[str, Owing, str, str]
"""Name, debtor, report and what it is about: clocks of one sort follow each other."""

KEPT = 8
"""So many ended clocks of one sort are remembered; an event that is told again asks for the newest ones only."""


@dataclass(slots=True)
class Book:
    """The clocks of one subject, an incident or what belongs to none: the rows as they are, and as they were."""

    rows: dict[str, Obligation] = field(default_factory=dict)
    before: dict[str, Obligation | None] = field(default_factory=dict)  # of those that changed since the last writing
    forgotten: Counter[Sort] = field(default_factory=Counter)  # how many of each sort are on file alone

    def put(self, obligation: Obligation) -> None:
        self.before.setdefault(obligation.id, self.rows.get(obligation.id))
        self.rows[obligation.id] = obligation

    def open(self) -> list[Obligation]:
        return [each for each in self.rows.values() if each.state.is_open]


def forget(book: Book, kept: int = KEPT) -> None:
    """Drop what has long ended and is on file: what fails again every minute leaves a clock each time."""
    ended: dict[Sort, list[str]] = defaultdict(list)
    for each in book.rows.values():
        if not each.state.is_open and each.id not in book.before:
            ended[_sort(each)].append(each.id)
    for sort, ids in ended.items():
        for id_ in ids[:-kept]:
            del book.rows[id_]
            book.forgotten[sort] += 1


def take(book: Book, event: Event, ground: Ground) -> None:
    """Everything that `event` ends, meets and starts, in this order."""
    names = _names(event)
    for each in book.open():
        term = ground.terms.get(each.name)
        if term is None:
            continue
        if is_ended(each, term, event):
            book.put(replace(each, state=ObligationState.VOID, discharged_at=event.at, reason=event.name, mark_at=None))
        elif is_met(each, term, event) and not _is_told_already(book, each, event):
            book.put(met(each, event.at, ground.calendar, event.contact))
    for term in ground.terms.values():
        if term.keeps_start and event.name in _BAD_AGAIN:
            _resume(book, term, event, ground)
        elif not names.isdisjoint(term.starts):
            for new in started(book, term, event, ground):
                book.put(new)


_BAD_AGAIN = frozenset({"incident.relapsed", "incident.reopened"})


def _resume(book: Book, term: Term, event: Event, ground: Ground) -> None:
    """What was restored and failed again is owed again: the time in between does not count, no more is given."""
    for each in [row for row in book.rows.values() if row.name == term.name and row.discharged_at is not None]:
        if each.state in (ObligationState.MET, ObligationState.MET_LATE) and event.at > (
            each.discharged_at or event.at
        ):
            good_since = each.discharged_at or event.at
            later = clocks.put_off(each.due_at, limits.limit(each.limit), good_since, event.at, ground.calendar)
            is_late = each.state is ObligationState.MET_LATE
            again = replace(
                each,
                state=ObligationState.OVERDUE if is_late else ObligationState.RUNNING,
                on_file_at=ground.now,
                due_at=each.due_at if is_late else later,
                paused_s=each.paused_s + (event.at - good_since).total_seconds(),
                discharged_at=None,
                discharged_by="",
            )
            supersede(book, each, replace(again, mark_at=mark_at(again, term, ground.now)))


def started(book: Book, term: Term, event: Event, ground: Ground) -> list[Obligation]:
    """The clocks that this event starts of this term: none where they run already, or ran for the same event."""
    limit = term.limits.get(event.grade or 3)
    if limit is None or (term.overlay and not _may_begin(book, term, event)):
        return []
    due = _due_at(limit, event, ground)
    found = []
    for debtor, creditor in _sides(term, event):
        about = event.about if term.is_per_event else ""
        sort = (term.name, debtor, event.report, about)
        earlier = [each for each in book.rows.values() if _sort(each) == sort]
        if any(_ran_at(each, event.at) for each in earlier):
            continue
        if term.is_per_event and about and earlier and not event.is_again:
            continue
        new = Obligation(
            id=_id(term, debtor, event, about, len(earlier) + book.forgotten[sort]),
            name=term.name,
            ob=term.ob,
            clauses=term.clauses,
            basis=term.basis,
            is_target=ground.is_trial or not term.is_adopted or event.is_own,
            debtor=debtor,
            creditor=creditor,
            incident=event.incident,
            report=event.report,
            about=about,
            grade=event.grade,
            state=ObligationState.RUNNING,
            started_at=event.at,
            on_file_at=ground.now,
            limit=limit.text,
            due_at=due,
            agreement_version=ground.version,
            agreement_hash=ground.hash,
        )
        found.append(replace(new, mark_at=mark_at(new, term, ground.now)))
    return found


def _may_begin(book: Book, term: Term, event: Event) -> bool:
    """Whether a statute's report is owed now: once of an incident; what a person excluded only a person brings back."""
    earlier = [each for each in book.rows.values() if each.name == term.name]
    if any(each.state is not ObligationState.VOID for each in earlier):
        return False
    if event.name == "incident.detected" or event.name.startswith("grade."):
        is_grave = term.from_grade is not None and (event.grade or 3) <= term.from_grade
        if not is_grave:
            return False
    if term.after:
        return any(each.name == term.after and each.state is not ObligationState.VOID for each in book.rows.values())
    return not any(each.reason == "statute.excluded" for each in earlier) or event.name == "statute.applies"


def _is_told_already(book: Book, obligation: Obligation, event: Event) -> bool:
    """Whether the event belongs to the time of the clock that this one took the place of."""
    return any(
        each.superseded_by == obligation.id and each.discharged_at is not None and each.discharged_at > event.at
        for each in book.rows.values()
    )


def _ran_at(obligation: Obligation, at: datetime) -> bool:
    """Whether it began then or later, or was open at that time: an event of then starts no other beside it.

    For one that was superseded its successor speaks: by a clock that was ahead it may have begun later than now.
    """
    if obligation.state is ObligationState.SUPERSEDED:
        return False
    ended_at = obligation.discharged_at
    return ended_at is None or obligation.started_at >= at or ended_at > at


def is_ended(obligation: Obligation, term: Term, event: Event) -> bool:
    """Whether the event takes its ground away."""
    return (
        not _names(event).isdisjoint(term.ends) and _is_about(obligation, event) and event.at >= obligation.started_at
    )


def is_met(obligation: Obligation, term: Term, event: Event) -> bool:
    """Whether the event discharges it: the right one, about it, of the debtor, and of a person where one must act."""
    return (
        not _names(event).isdisjoint(term.met_by)
        and _is_about(obligation, event)
        and not _is_begun_by(obligation, term, event)
        and event.at >= obligation.started_at
        and (event.party is None or obligation.debtor in (Owing.BOTH, Owing(event.party)))
        and not (term.by and not event.contact)
    )


def met(obligation: Obligation, at: datetime, calendar: Calendar | None, by: str = "") -> Obligation:
    """Discharged at that time; late where it was due before. What stood still until then it was due later."""
    run_on = pauses.run_on(obligation, at, calendar)
    due = run_on.due_at
    is_late = due < at
    return replace(
        run_on,
        state=ObligationState.MET_LATE if is_late else ObligationState.MET,
        overdue_at=obligation.overdue_at or (due if is_late else None),
        discharged_at=at,
        discharged_by=by,
        mark_at=None,
    )


def swept(obligation: Obligation, term: Term | None, now: datetime) -> Obligation:
    """As time leaves it: overdue once its limit has passed; an unused right has lapsed (fact 13)."""
    if obligation.state is not ObligationState.RUNNING or obligation.due_at > now:
        return obligation
    if term is not None and term.is_right:
        return replace(obligation, state=ObligationState.LAPSED, discharged_at=obligation.due_at, mark_at=None)
    late = replace(obligation, state=ObligationState.OVERDUE, overdue_at=obligation.due_at)
    return reminders.overdue(late, term, now)


def regraded(book: Book, to_grade: Grade, at: datetime, ground: Ground) -> None:
    """A raise restarts the response clocks and never gives more time (rule 3); what runs when it falls stays."""
    for each in book.open():
        term = ground.terms.get(each.name)
        if term is None or each.grade is None or to_grade >= each.grade or each.report or term.overlay:
            continue
        if to_grade not in term.limits:
            reason = f"grade {to_grade} does not owe it"
            book.put(replace(each, state=ObligationState.VOID, discharged_at=at, reason=reason, mark_at=None))
        elif (now := swept(each, term, at)) is not each:
            book.put(now)
        elif each.state is not ObligationState.OVERDUE:
            supersede(book, each, _tightened(each, term, to_grade, at, ground))


def waived(obligation: Obligation, at: datetime, by: str, reason: str) -> Obligation:
    """Let go by the creditor, with a reason; what was overdue keeps that it was."""
    return replace(
        obligation,
        state=ObligationState.WAIVED,
        discharged_at=at,
        discharged_by=by,
        reason=reason,
        mark_at=None,
    )


def next_at(obligation: Obligation) -> datetime | None:
    """When time alone changes something about it, or calls somebody for it."""
    if obligation.state is ObligationState.OVERDUE:
        return obligation.mark_at
    if obligation.state is not ObligationState.RUNNING:
        return None
    return min(obligation.due_at, obligation.mark_at) if obligation.mark_at else obligation.due_at


def _tightened(old: Obligation, term: Term, grade: Grade, at: datetime, ground: Ground) -> Obligation:
    limit = term.limits[grade]
    is_retroactive = False
    if term.keeps_start:
        due = pauses.due_from_start(limit, old, ground.calendar)
        stood_at = old.paused_at or at  # while it stands still it is no later
        is_retroactive = due <= stood_at
        due = stood_at + RETROACTIVE if is_retroactive else due
        began = old.started_at
    else:
        due, began = clocks.due_at(limit, at, ground.calendar), at
    due = min(due, old.due_at)
    new = replace(
        old,
        grade=grade,
        limit=limit.text,
        started_at=began,
        on_file_at=ground.now,
        due_at=due,
        marks=0,
        is_retroactive=is_retroactive,
    )
    return replace(new, mark_at=mark_at(new, term, at) if new.state is ObligationState.RUNNING else None)


def supersede(book: Book, old: Obligation, new: Obligation) -> None:
    """`new` takes the place of `old`, which stays on file."""
    stem, _, number = old.id.partition(".")
    new = replace(new, id=f"{stem}.{int(number or 1) + 1}")
    book.put(
        replace(old, state=ObligationState.SUPERSEDED, discharged_at=new.on_file_at, superseded_by=new.id, mark_at=None)
    )
    book.put(new)


def _sort(each: Obligation) -> Sort:
    return each.name, each.debtor, each.report, each.about


def _due_at(limit: Limit, event: Event, ground: Ground) -> datetime:
    """An event may name the day itself; a limit that runs backwards does so from that day (`before 72h`)."""
    if limit.is_before and event.due_at is not None:
        return clocks.due_at(limit, event.due_at, ground.calendar)
    return event.due_at or clocks.due_at(limit, event.at, ground.calendar, event.begun_at)


def _id(term: Term, debtor: Owing, event: Event, about: str, earlier: int) -> str:
    whose = (debtor,) if term.debtor in (Owing.EACH, Owing.NAMED) else ()
    subject = event.report or event.incident or f"{event.at:%Y%m%d}"
    again = (f"{earlier + 1}",) if earlier else ()
    return "-".join((term.name, *whose, subject, *((about,) if about else ()), *again)).replace(".", "_")


def _sides(term: Term, event: Event) -> Iterable[tuple[Owing, Owing]]:
    if term.debtor is Owing.EACH:
        return [(Owing(party), Owing(party.other)) for party in Party]
    if term.debtor is Owing.NAMED:
        return [(Owing(event.party), Owing(event.party.other))] if event.party else []
    return [(term.debtor, term.creditor)]


def _names(event: Event) -> frozenset[str]:
    """What it is called in a term: `phase.recorded`, and `phase.recorded/review` where only that one is meant."""
    return frozenset((event.name, f"{event.name}/{event.what}"))


def _is_begun_by(obligation: Obligation, term: Term, event: Event) -> bool:
    """An update that started the clock of the next one does not meet that one, however often it is told."""
    return event.at == obligation.started_at and not _names(event).isdisjoint(term.starts)


def _is_about(obligation: Obligation, event: Event) -> bool:
    return (
        obligation.incident == event.incident
        and (not event.report or obligation.report in ("", event.report))
        and (not obligation.report or obligation.report == event.report or not event.report)
        and (
            not obligation.about or not event.about or obligation.about == event.about or _is_for_any(obligation, event)
        )
    )


def _is_for_any(obligation: Obligation, event: Event) -> bool:
    """What is owed for a period is met by whatever is done, unless that names another period."""
    return periods.is_period(obligation.about) and not periods.is_period(event.about)
