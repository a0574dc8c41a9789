"""Terms, events and clocks for the tests of the duties' rules."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from agent.model import Basis, Calendar, Event, Obligation, Owing, Term
from agent.rules import obligations
from agent.rules.limits import limit
from agent.rules.obligations import Book, Ground

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # a Monday
INC = "INC-20261123-001"
WEEK = Calendar(UTC, (*(((time(9), time(18)),),) * 5, (), ()))


def at(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def term(name: str = "assess", limits: str | dict[int, str] = "30m", **other: Any) -> Term:
    by_grade = dict.fromkeys((1, 2, 3), limits) if isinstance(limits, str) else limits
    plain: dict[str, Any] = {
        "ob": "OB-1",
        "duty": {"en": name},
        "clauses": ("3.4",),
        "basis": Basis.CONTRACT,
        "debtor": Owing.PROVIDER,
        "creditor": Owing.CUSTOMER,
        "starts": ("incident.opened",),
        "met_by": ("phase.recorded/assessment",),
    }
    return Term(name=name, limits={grade: limit(text) for grade, text in by_grade.items()}, **{**plain, **other})  # type: ignore[misc]


def event(name: str = "incident.opened", minutes: float = 0, **other: Any) -> Event:
    return Event(name=name, at=at(minutes), **{"incident": INC, "grade": 2, **other})


class Agreed:
    """Some terms with one incident's book, fed with events."""

    def __init__(self, *terms: Term, calendar: Calendar | None = WEEK, is_trial: bool = False) -> None:
        self.terms = {each.name: each for each in terms}
        self.calendar = calendar
        self.is_trial = is_trial
        self.book = Book()
        self.now = NOW

    @property
    def ground(self) -> Ground:
        return Ground(self.terms, self.calendar, self.now, version=3, hash="abc", is_trial=self.is_trial)

    def take(self, *events: Event) -> None:
        for each in events:
            self.now = max(self.now, each.at)
            obligations.take(self.book, each, self.ground)

    def regrade(self, to_grade: Any, minutes: float) -> None:
        self.now = max(self.now, at(minutes))
        obligations.regraded(self.book, to_grade, at(minutes), self.ground)

    def sweep(self, minutes: float) -> None:
        self.now = at(minutes)
        for each in list(self.book.rows.values()):
            self.book.put(obligations.swept(each, self.terms.get(each.name), self.now))

    def all(self) -> list[Obligation]:
        return list(self.book.rows.values())

    def states(self) -> list[str]:
        return [str(each.state) for each in self.book.rows.values()]

    def one(self) -> Obligation:
        (only,) = [each for each in self.book.rows.values() if each.state != "superseded"]
        return only
