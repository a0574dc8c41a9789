"""What is recorded on a person's behalf (fact 15): when it counts as such, who confirms or corrects it, and until when.

Most acts at 03:00 are phone calls, written down by somebody else. Until the other party has confirmed it, such an act
reads “stated by …”. What stays unanswered is never acceptance, and what is disputed stays on record, marked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Calendar, Contact, Party, Role, Statement, StatementState
from agent.rules import workdays

CLAUSE = "fact 15"

AHEAD = timedelta(minutes=1)
"""So much may another clock be ahead of ours; what lies further off has not happened yet."""

WORKING_DAYS = 1
"""How long the other party has to confirm or to correct."""

_MENDS = "put it on the shared timeline with `tocsin update`"


def acted_at(called_at: datetime | None, since: datetime, now: datetime, clause: str, what: str) -> datetime:
    """When an act was done: of a phone call, when it was made. `since`: when `what` began, before which there is none.

    Raises:
        Refused: the call lies ahead, or before that.
    """
    if called_at is None:
        return now
    if called_at > now + AHEAD:
        raise Refused(
            f"called_at {_said(called_at)} lies ahead: it is {_said(now)} now. Say when it was, with its time zone",
            clause,
        )
    if called_at < since:
        raise Refused(f"called_at {_said(called_at)} is before {what}, {_said(since)}: say when the call was", clause)
    return min(called_at, now)


def is_stated(
    contact: Contact,
    recorded_by: str,
    recorded_at: Party,
    means: str,
    called_at: datetime | None,
    contacts: Mapping[str, Contact],
) -> bool:
    """Whether an act was recorded on the person's behalf. `recorded_at`: the party of whoever recorded it.

    It was where another person or the other party's machine wrote it down, and where it is told of a call: also one's
    own call, for who puts a time before now on record says something that only the other party can confirm.
    """
    if not recorded_by:
        return False
    if called_at is not None or means == "phone":
        return True
    return recorded_by != contact.id and (recorded_by in contacts or recorded_at is not contact.party)


def asks_at(asked: Party, party: Party, now: datetime, calendar: Calendar | None) -> datetime:
    """When the other party is asked: at once where its own person is said to have called, else in working time."""
    return now if asked is party else workdays.next_working(now, calendar)


def lapses_at(at: datetime, calendar: Calendar | None) -> datetime:
    """Until when it may be confirmed or corrected."""
    return workdays.add_working_days(at, WORKING_DAYS, calendar)


def next_at(statement: Statement) -> datetime | None:
    """When time alone moves it: the other party is to be asked, or its day is over."""
    if statement.state is not StatementState.WAITING:
        return None
    return statement.due_at or statement.asked_at


def found(statements: Iterable[Statement], named: str) -> Statement | None:
    """The one that is meant by `S2`, `2`, `INC-20261123-001/S2`, or by the number of its entry or report."""
    wanted = named.strip().upper()
    for each in statements:
        short = each.id.rpartition("/")[2]
        if wanted in (each.id, short, short.removeprefix("S")) or (each.about and wanted == each.about):
            return each
    return None


def check_answer(
    statement: Statement, contact: Contact, brought_by: Party | None, now: datetime, *, is_dispute: bool
) -> None:
    """Whether this person may confirm or correct it now. `brought_by`: whose token or person brought the answer.

    Raises:
        WrongParty: the other party's own people answer; a correction may be the word of the person themself as well.
        Refused: an observer, or the answer is brought by the party that recorded it.
        IllegalStep: it has been answered, or its day is over.
    """
    is_own_word = is_dispute and contact.id == statement.by and contact.party is not statement.asked
    if contact.party is not statement.asked and not is_own_word:
        raise WrongParty(
            f"{contact.id} belongs to the {contact.party}: {statement.id} is for the {statement.asked} to answer",
            CLAUSE,
        )
    if brought_by is statement.asked.other and not is_own_word:
        raise Refused(
            f"the {brought_by} recorded {statement.id} and cannot answer for the {statement.asked}: "
            "its people use their own link or token",
            CLAUSE,
        )
    if is_observer(contact):
        raise Refused(f"{contact.id} observes: a principal, coordinator, member or security contact answers", CLAUSE)
    if statement.state in (StatementState.CONFIRMED, StatementState.DISPUTED):
        raise IllegalStep(f"{statement.id} is {statement.state} already, by {statement.answered_by}: {_MENDS}", CLAUSE)
    if is_over(statement, now):
        raise IllegalStep(f"the working day for {statement.id} is over, and it reads “no answer”: {_MENDS}", CLAUSE)


def is_over(statement: Statement, now: datetime) -> bool:
    """Whether nobody can confirm or correct it any more."""
    is_late = statement.due_at is not None and statement.due_at <= now
    return statement.state is not StatementState.WAITING or is_late


def answered(statement: Statement, state: StatementState, by: str, at: datetime, words: str = "") -> Statement:
    return replace(statement, state=state, answered_by=by, answered_at=at, answer=words)


def lapsed(statement: Statement) -> Statement:
    """Nobody answered in its working day: that is no answer, and no acceptance."""
    return replace(statement, state=StatementState.UNANSWERED, answered_at=statement.due_at)


def is_observer(contact: Contact) -> bool:
    return set(contact.roles) == {Role.OBSERVER}


def is_disputed(statements: Iterable[Statement], by: str, at: datetime | None) -> bool:
    """Whether what was done by that person at that time rests on a statement that the other party disputes."""
    return any(
        each.state is StatementState.DISPUTED and (each.by, each.at) == (by, at)
        for each in statements
        if at is not None
    )


def _said(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
