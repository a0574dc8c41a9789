"""What the parties ask of each other during an incident: who may ask what of whom, and what has been answered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.errors import Refused, WrongParty
from agent.model import Entry, EntryKind, Party


@dataclass(frozen=True, slots=True)
class Sort:
    """One sort of request."""

    asked: Party | None  # who is asked; None: either party by the other
    clauses: Mapping[Party, str]  # by the party that is asked
    duty: str  # the term whose clock runs until it is answered
    pauses: bool = False  # the time for restoration stands still until then (rule 4)


SORTS: Mapping[str, Sort] = {
    "support": Sort(Party.PROVIDER, {Party.PROVIDER: "2.2(c)"}, "answer_support"),
    "cooperation": Sort(Party.CUSTOMER, {Party.CUSTOMER: "4.2(b)"}, "answer_cooperation", pauses=True),
    "feedback": Sort(Party.CUSTOMER, {Party.CUSTOMER: "4.2(c)"}, "feed_back"),
    "invitation": Sort(None, {Party.PROVIDER: "4.1(d)", Party.CUSTOMER: "4.2(d)"}, "answer_invitation"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request with its answer, as far as there is one."""

    request: Entry
    answer: Entry | None = None

    @property
    def number(self) -> str:
        return self.request.about

    @property
    def asked(self) -> Party:
        """Who is to answer."""
        return self.request.party.other

    @property
    def sort(self) -> Sort:
        return SORTS[self.request.what]

    @property
    def clause(self) -> str:
        return self.sort.clauses[self.asked]


def asked_in(entries: Iterable[Entry]) -> Mapping[str, Asked]:
    """The requests of an incident by their number, in the order of their asking."""
    found: dict[str, Asked] = {}
    for entry in entries:
        if entry.kind is EntryKind.REQUEST:
            found[entry.about] = Asked(entry)
        elif entry.kind is EntryKind.ANSWER and entry.about in found:
            found[entry.about] = Asked(found[entry.about].request, entry)
    return found


def next_number(entries: Iterable[Entry]) -> str:
    """`R-3` after two requests."""
    return f"R-{1 + sum(1 for entry in entries if entry.kind is EntryKind.REQUEST)}"


def plain_number(text: str) -> str:
    """`R-2` however it is written: r-2, 2."""
    whole = text.strip().upper()
    return f"R-{whole}" if whole.isdigit() else whole


def check_asking(what: str, asker: Party) -> str:
    """The clause that the request rests on.

    Raises:
        WrongParty: this sort is for the other party to ask.
        Refused: there is no such sort.
    """
    sort = SORTS.get(what)
    if sort is None:
        raise Refused(f"{what!r} is no sort of request: say {', '.join(SORTS)}", "4.2(b)")
    asked = asker.other
    if sort.asked not in (None, asked):
        raise WrongParty(f"{what} is asked of the {asker} by the {asked}, not by the {asker}", sort.clauses[asker])
    return sort.clauses[asked]
