"""The channel test (OB-104, 2.1): a marked message by every channel, answered by each contact; a person starts it.

It belongs to no incident: its messages, links and answers stand in the chain of what belongs to none.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from agent.engine.desk import lookup
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.rostered import AnsweredTest, AnswerTest, StartedTest, StartTest
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import (
    Contact,
    Fact,
    Link,
    Manner,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    Recipient,
)
from agent.rules import channel_tests, clocks, periods, roster, routing, workdays
from agent.rules.channel_tests import CLAUSE

LOOKED_BACK = 2000
"""So many answers are looked at: more than both parties give in a month."""

TESTS = 40
"""So many tests, to find one that was asked for twice, or the latest one of a contact."""


def start(turn: Turn, act: StartTest) -> Callable[[], StartedTest]:
    """One test for each party asked for. Outside working hours it waits for them, unless asked for at once.

    Raises:
        NotFound: no such contact.
        WrongParty: the customer tests its own channels.
        Refused: an observer asks, nobody can be reached, or a trial would write to the customer.
    """
    by = lookup.contact(turn, act.by)
    if act.party is not None and by.party is not act.party:
        raise WrongParty(f"{by.id} belongs to the {by.party}; this comes from the {act.party}", CLAUSE)
    if not roster.is_of_team(by):
        raise Refused(f"{by.id} only looks on: somebody of the team starts a test", CLAUSE)
    named = [lookup.contact(turn, id_) for id_ in act.contacts]
    parties = tuple(dict.fromkeys([*act.parties, *(each.party for each in named)])) or (by.party,)
    for party in parties:
        _check_party(turn, by, party)
    asked = {party: _people(turn, party, named) for party in parties}
    earlier = _the_same(turn, by, asked)
    if earlier:
        return lambda: StartedTest(earlier, is_repeated=True)
    started = tuple(_start_one(turn, act, by, party, people) for party, people in asked.items())
    return lambda: StartedTest(tuple(turn.change.notices[notice.id] for notice in started))


def answer(
    turn: Turn, act: AnswerTest, stated: Callable[[Contact, str], Mapping[str, Any]] = lambda contact, test: {}
) -> AnsweredTest:
    """The contact says that it reached them; once more by the same channel changes nothing.

    `stated`: what the fact says where somebody else wrote it down.

    Raises:
        NotFound: no such contact, or no test asked them.
        WrongParty: it asked the other party.
        IllegalStep: it is too old.
    """
    contact = lookup.contact(turn, act.contact)
    if act.party is not None and contact.party is not act.party:
        raise WrongParty(f"{contact.id} belongs to the {contact.party}; this comes from the {act.party}", CLAUSE)
    notice = _asked_by(turn, contact, act.test)
    test = str(notice.content["test"])
    if turn.now - notice.at > channel_tests.OPEN:
        raise IllegalStep(f"{test} is over: `tocsin roster test` starts another one", CLAUSE)
    given = channel_tests.answers(_facts(turn, channel_tests.ANSWERED), contact.party)
    for each in given:
        if (each.contact, each.test, each.endpoint) == (contact.id, test, act.endpoint):
            return _answered(turn, test, contact, each.at, is_repeated=True)
    turn.fact(
        "",
        channel_tests.ANSWERED,
        by=contact.id,
        party=contact.party,
        test=test,
        endpoint=act.endpoint,
        means=act.means,
        recorded_by=act.recorded_by,
        **stated(contact, test),
    )
    look(turn, contact.party)
    return _answered(turn, test, contact, turn.now)


def look(turn: Turn, party: Party) -> None:
    """Once everybody of the party has answered this month, its channels are tested; said once."""
    month = periods.month_of(turn.now, turn.settings.agreement.zone)
    said = _facts(turn, channel_tests.TESTED)
    is_said = any((fact.detail.get("party"), fact.detail.get("month")) == (party, month) for fact in said)
    if not is_said and turn.settings.contacts_of(party) and not _waits_for(turn, party):
        turn.fact("", channel_tests.TESTED, party=party, month=month)


def _check_party(turn: Turn, by: Contact, party: Party) -> None:
    if by.party is Party.CUSTOMER and party is not by.party:
        raise WrongParty(f"{by.id} belongs to the customer, which tests its own channels", CLAUSE)
    if party is Party.CUSTOMER and turn.settings.agreement.is_trial:
        raise Refused("in a trial the customer is told nothing: test the provider's channels", CLAUSE)


def _people(turn: Turn, party: Party, named: list[Contact]) -> tuple[Contact, ...]:
    own = [each for each in named if each.party is party] or list(turn.settings.contacts_of(party))
    reached = tuple(each for each in own if routing.working_endpoints(each, turn.settings.endpoints))
    if not reached:
        raise Refused(f"nobody of the {party} has a channel that works: `tocsin check` names them", CLAUSE)
    return reached


def _start_one(turn: Turn, act: StartTest, by: Contact, party: Party, people: tuple[Contact, ...]) -> Notice:
    settings, now = turn.settings, turn.now
    test = _next_id(turn)
    due_at = now if act.at_once else workdays.next_working(now, settings.agreement.calendar)
    notice = Notice(
        id=channel_tests.notice_id(test, party),
        incident="",
        seq=0,
        type=NoticeType.CHANNEL_TEST,
        party=party,
        grade=3,
        at=now,
        due_at=due_at,
        state=NoticeState.HELD if due_at > now else NoticeState.RELEASED,
        recipients=tuple(Recipient(each.id, "channel test") for each in people),
        content={"test": test, "by": by.id, "test_until": _until(turn, due_at).isoformat()},
        is_loud=True,  # by every channel
        asks=True,
    )
    for contact in people:
        _link(turn, test, contact)
    turn.fact(
        "",
        channel_tests.STARTED,
        by=by.id,
        party=party,
        test=test,
        people=[each.id for each in people],
        recorded_by=act.recorded_by,
    )
    if notice.state is NoticeState.RELEASED:
        notices.let_go(turn, notice)
    else:
        turn.known.held[notice.id] = turn.change.notices[notice.id] = notice
        turn.fact("", "notice_held", seq=0, party=party, type=notice.type, until=due_at.isoformat())
    return notice


def _until(turn: Turn, sent_at: datetime) -> datetime:
    """The last minute of the month in which it is sent."""
    return clocks.period_end("month_end", sent_at, turn.settings.agreement.calendar) - timedelta(minutes=1)


def _link(turn: Turn, test: str, contact: Contact) -> None:
    """A link for each channel, so that the answer says which of them works; a room's asks who you are."""
    made = {(link.incident, link.about) for link in turn.change.links}
    for endpoint in routing.working_endpoints(contact, turn.settings.endpoints):
        about = channel_tests.about(endpoint.id)
        if (test, about) not in made:
            whose = "" if endpoint.manner is Manner.GROUP else contact.id
            link = Link(turn.draw_token(), test, contact.party, whose, turn.now, endpoint.id, about)
            turn.change.links.append(link)


def _the_same(turn: Turn, by: Contact, asked: dict[Party, tuple[Contact, ...]]) -> tuple[Notice, ...]:
    """Tests that the same person asked for just now, of the very same people."""
    found: list[Notice] = []
    for party, people in asked.items():
        ids = tuple(each.id for each in people)
        for notice in _tests(turn):
            told = tuple(recipient.contact for recipient in notice.recipients)
            is_same = (notice.party, notice.content["by"], told) == (party, by.id, ids)
            if is_same and turn.now - notice.at < channel_tests.SAME:
                found.append(notice)
                break
    return tuple(found) if len(found) == len(asked) else ()


def _asked_by(turn: Turn, contact: Contact, test: str) -> Notice:
    for notice in _tests(turn):
        is_meant = not test or notice.content["test"] == test
        if is_meant and contact.id in {recipient.contact for recipient in notice.recipients}:
            return notice
    which = f"the test {test[:40]}" if test else "a channel test"
    raise NotFound(f"{which} did not ask {contact.id}: `tocsin roster test --contact {contact.id}` does")


def _tests(turn: Turn) -> list[Notice]:
    """Newest first, this turn's included."""
    fresh = [each for each in turn.change.notices.values() if each.type is NoticeType.CHANNEL_TEST]
    return [*reversed(fresh), *turn.store.notices_of_agent(NoticeType.CHANNEL_TEST, TESTS)]


def _next_id(turn: Turn) -> str:
    """`CT-20261123-001`: the day in the agreement's zone, and a number within it."""
    day = turn.now.astimezone(turn.settings.agreement.zone).strftime("%Y%m%d")
    given = [int(test.rsplit("-", 1)[1]) for each in _tests(turn) if (test := each.content["test"])[3:11] == day]
    return f"CT-{day}-{max(given, default=0) + 1:03d}"


def _facts(turn: Turn, kind: str) -> list[Fact]:
    stored = [sealed.fact for sealed in turn.store.facts_of_agent(kind, LOOKED_BACK)]
    return [*(fact for fact in turn.change.facts if fact.kind == kind), *stored]


def _waits_for(turn: Turn, party: Party) -> tuple[str, ...]:
    zone = turn.settings.agreement.zone
    given = channel_tests.answers(_facts(turn, channel_tests.ANSWERED), party)
    answered = channel_tests.answered_in(periods.month_of(turn.now, zone), given, zone)
    return channel_tests.waits_for(turn.settings.contacts_of(party), answered)


def _answered(turn: Turn, test: str, contact: Contact, at: datetime, *, is_repeated: bool = False) -> AnsweredTest:
    waiting = _waits_for(turn, contact.party)
    return AnsweredTest(test, contact.id, contact.party, at, is_repeated=is_repeated, waits_for=waiting)
