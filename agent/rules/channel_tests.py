"""The monthly channel test (OB-104, 2.1): what a test is called, what its links are for, who answered this month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from agent.model import Contact, Fact, Party, SealedFact
from agent.rules import periods

CLAUSE = "2.1"

SAME = timedelta(minutes=5)
"""The same test asked for again so soon is a repeated request."""

OPEN = timedelta(days=62)
"""So long its links can be answered; what is older proves nothing of the channels of today."""

STARTED = "channel_test_started"
ANSWERED = "channel_answered"
TESTED = "channels_tested"

_ABOUT = "test "


@dataclass(frozen=True, slots=True)
class Answer:
    """One contact's answer by one channel; "" is an answer given otherwise."""

    contact: str
    endpoint: str
    at: datetime
    test: str


def about(endpoint: str) -> str:
    """What the link of a test is about: the very channel that brought it."""
    return _ABOUT + endpoint


def endpoint_of(about_: str) -> str:
    """The channel of a test's link; "" for a link of another sort."""
    return about_.removeprefix(_ABOUT) if about_.startswith(_ABOUT) else ""


def notice_id(test: str, party: Party) -> str:
    return f"{test}/{party}"


def answers(facts: Iterable[SealedFact | Fact], party: Party) -> list[Answer]:
    """Those of a party, as they come."""
    plain = (each.fact if isinstance(each, SealedFact) else each for each in facts)
    return [
        Answer(fact.by, str(fact.detail.get("endpoint", "")), fact.at, str(fact.detail.get("test", "")))
        for fact in plain
        if fact.kind == ANSWERED and fact.detail.get("party") == party
    ]


def answered_in(month: str, given: Iterable[Answer], zone: tzinfo) -> Mapping[str, datetime]:
    """Contact -> when they first answered a test in that month."""
    found: dict[str, datetime] = {}
    for answer in given:
        if periods.month_of(answer.at, zone) == month:
            found[answer.contact] = min(found.get(answer.contact, answer.at), answer.at)
    return found


def waits_for(people: Iterable[Contact], answered: Iterable[str]) -> tuple[str, ...]:
    """Who of the party has not answered."""
    known = set(answered)
    return tuple(contact.id for contact in people if contact.id not in known)
