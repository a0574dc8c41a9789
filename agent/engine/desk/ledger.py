"""What the desk knows of duties and of what people put on file: read at start, in step with what is written."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.engine.desk.timers import Timers
from agent.model import Entry, Obligation, Report, Statement, StatementState
from agent.ports import Store
from agent.rules import obligations
from agent.rules.obligations import Book

STANDING_KEPT = timedelta(days=800)
"""How long duties that belong to no incident are remembered: longer than any period, so that none starts twice."""

LONG = 100
"""From so many clocks of an incident on, those that have long ended are no longer remembered."""


@dataclass(slots=True)
class Ledger:
    books: dict[str, Book] = field(default_factory=dict)  # by incident; "" holds those of none
    clocks: Timers[tuple[str, str]] = field(default_factory=Timers)  # (incident, obligation): when time moves it
    entries: dict[str, list[Entry]] = field(default_factory=dict)  # by incident, in the order of the file
    reports: dict[str, Report] = field(default_factory=dict)  # of live incidents, and those not acknowledged
    report_numbers: dict[str, int] = field(default_factory=dict)  # day -> highest report number given out
    statements: dict[str, Statement] = field(default_factory=dict)  # those that wait, also of ended incidents
    unasked: set[str] = field(default_factory=set)  # those of them of which nobody is to be asked so far

    @classmethod
    def load(cls, store: Store, now: datetime) -> "Ledger":
        """What is open, and everything of live incidents."""
        ledger = cls(reports={report.number: report for report in store.live_reports()})
        found = store.live_obligations(now - STANDING_KEPT)
        for obligation in sorted(found, key=lambda each: (each.on_file_at, len(each.id), each.id)):
            ledger.books.setdefault(obligation.incident, Book()).rows[obligation.id] = obligation
            ledger.watch(obligation)
        for incident in ledger.books:
            ledger.shorten(incident)
        for entry in store.live_entries():
            ledger.entries.setdefault(entry.incident, []).append(entry)
        for statement in store.waiting_statements():
            ledger.keep(statement)
        return ledger

    def book(self, incident: str) -> Book:
        return self.books.setdefault(incident, Book())

    def shorten(self, incident: str) -> None:
        """Leave to the file what has long ended of a long story; nothing of the standing duties."""
        book = self.books[incident]
        if incident and len(book.rows) > LONG:
            obligations.forget(book)

    def reports_of(self, incident: str) -> tuple[Report, ...]:
        """What people reported of a live incident; of one that has ended, what waits to be acknowledged."""
        return tuple(report for report in self.reports.values() if report.incident == incident)

    def keep(self, statement: Statement) -> None:
        """The statement as it now is; one that does not wait any more is dropped."""
        self.unasked.discard(statement.id)
        if statement.state is not StatementState.WAITING:
            self.statements.pop(statement.id, None)
            return
        self.statements[statement.id] = statement
        if statement.asked_at is None:
            self.unasked.add(statement.id)

    def open(self) -> list[Obligation]:
        """All that is owed and not discharged; from any thread, so only copies are walked."""
        return [each for book in list(self.books.values()) for each in list(book.rows.values()) if each.state.is_open]

    def watch(self, obligation: Obligation) -> None:
        """Set or stop the timer of a clock, as it now is."""
        key = obligation.incident, obligation.id
        at = obligations.next_at(obligation)
        if at is None:
            self.clocks.stop(key)
        else:
            self.clocks.set(key, at)

    def end(self, incident: str) -> None:
        """Nothing of it is live any more; what is still owed of it runs on."""
        self.entries.pop(incident, None)
        for number in [number for number, report in self.reports.items() if report.incident == incident]:
            if self.reports[number].acknowledged_at is not None:
                del self.reports[number]

    def forget(self, live: frozenset[str]) -> None:
        """Drop the books of ended incidents that nothing is owed of any more."""
        for incident in [each for each, book in self.books.items() if each and each not in live and not book.open()]:
            del self.books[incident]
