"""Acts recorded on a person's behalf (fact 15): when they are such, who is asked, and who may answer."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Calendar, Contact, Party, Role, Statement, StatementState
from agent.rules import deeds, statements
from agent.rules.sentences import SENTENCES

AT = datetime(2026, 11, 23, 3, 5, tzinfo=UTC)  # a Monday
CHEN = Contact("chen", Party.PROVIDER, "Chen", (Role.MEMBER,))
LEE = Contact("lee", Party.PROVIDER, "Lee", (Role.PRINCIPAL,))
WANG = Contact("wang", Party.CUSTOMER, "Wang", (Role.PRINCIPAL,))
EYE = Contact("eye", Party.CUSTOMER, "Eye", (Role.OBSERVER,))
CONTACTS = {each.id: each for each in (CHEN, LEE, WANG, EYE)}
WEEK = Calendar(zone=UTC, hours=tuple(((time(9), time(18)),) if day < 5 else () for day in range(7)))

SAID = Statement(
    id="INC-20261123-001/S2",
    incident="INC-20261123-001",
    kind="update_posted",
    about="INC-20261123-001/7",
    party=Party.CUSTOMER,
    by="wang",
    at=AT,
    on_file_at=AT + timedelta(minutes=4),
    means="phone",
    recorded_by="chen",
    asked=Party.CUSTOMER,
    asked_at=AT + timedelta(minutes=4),
    due_at=AT + timedelta(hours=38),
)
NOW = AT + timedelta(hours=1)


# ------------------------------------------------------------------------------------------- what is on behalf


@pytest.mark.parametrize(
    ("contact", "recorded_by", "at", "means", "called_at", "is_stated"),
    [
        (WANG, "", Party.PROVIDER, "link", None, False),  # by the link of a notice
        (WANG, "wang", Party.CUSTOMER, "cli", None, False),  # by one's own token
        (WANG, "portal", Party.CUSTOMER, "api", None, False),  # the party's own machine knows its people
        (WANG, "chen", Party.PROVIDER, "api", None, True),
        (LEE, "chen", Party.PROVIDER, "api", None, True),
        (WANG, "ops-bot", Party.PROVIDER, "api", None, True),  # the other party's machine
        (LEE, "ops-bot", Party.PROVIDER, "phone", None, True),
        (LEE, "lee", Party.PROVIDER, "api", AT, True),  # one's own call: when it was is for the other to confirm
    ],
)
def test_an_act_is_on_behalf_where_somebody_else_wrote_it_down_or_it_was_a_call(
    contact: Contact, recorded_by: str, at: Party, means: str, called_at: datetime | None, is_stated: bool
) -> None:
    """Fact 15."""
    assert statements.is_stated(contact, recorded_by, at, means, called_at, CONTACTS) is is_stated


@pytest.mark.parametrize(
    ("called_at", "expected"),
    [(None, NOW), (AT, AT), (NOW + timedelta(seconds=30), NOW)],  # another clock may be a little ahead
)
def test_an_act_was_done_when_the_call_was(called_at: datetime | None, expected: datetime) -> None:
    assert statements.acted_at(called_at, AT, NOW, "3.5", "INC-1") == expected


@pytest.mark.parametrize("called_at", [NOW + timedelta(minutes=2), AT - timedelta(seconds=1)])
def test_a_call_ahead_or_before_what_it_is_about_is_refused(called_at: datetime) -> None:
    with pytest.raises(Refused, match=r"say when the call was|Say when it was") as refused:
        statements.acted_at(called_at, AT, NOW, "3.5", "INC-1")

    assert refused.value.clause == "3.5"


def test_a_party_s_own_person_is_asked_at_once_the_other_in_working_time() -> None:
    """Fact 15: nobody is woken to hear who of the other party acted."""
    own = statements.asks_at(Party.CUSTOMER, Party.CUSTOMER, AT, WEEK)
    theirs = statements.asks_at(Party.CUSTOMER, Party.PROVIDER, AT, WEEK)

    assert (own, theirs) == (AT, datetime(2026, 11, 23, 9, 0, tzinfo=UTC))


def test_there_is_one_working_day_to_answer() -> None:
    """Fact 15, rule 2: the first day is left out, a weekend is jumped over."""
    friday = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)

    assert statements.lapses_at(friday, WEEK) == datetime(2026, 11, 30, 18, 0, tzinfo=UTC)


# --------------------------------------------------------------------------------------------- who may answer


def test_the_other_party_answers() -> None:
    for is_dispute in (False, True):
        statements.check_answer(SAID, WANG, None, NOW, is_dispute=is_dispute)


@pytest.mark.parametrize(
    ("fault", "changed", "contact", "brought_by", "is_dispute"),
    [
        (WrongParty, {}, LEE, None, False),
        (WrongParty, {}, LEE, None, True),
        (Refused, {}, WANG, Party.PROVIDER, False),  # the recorder brings the confirmation
        (Refused, {}, WANG, Party.PROVIDER, True),
        (Refused, {}, EYE, None, False),
        (IllegalStep, {"state": StatementState.CONFIRMED, "answered_by": "wang"}, WANG, None, True),
        (IllegalStep, {"state": StatementState.UNANSWERED}, WANG, None, False),
        (IllegalStep, {"due_at": NOW}, WANG, None, False),  # to the second
        (WrongParty, {"by": "lee", "party": Party.PROVIDER}, LEE, None, False),  # one's own word confirms nothing
    ],
)
def test_an_answer_that_is_not_theirs_to_give_is_refused(
    fault: type[Refused], changed: dict[str, object], contact: Contact, brought_by: Party | None, is_dispute: bool
) -> None:
    with pytest.raises(fault) as refused:
        statements.check_answer(
            replace(SAID, **changed),
            contact,
            brought_by,
            NOW,
            is_dispute=is_dispute,  # type: ignore[arg-type]
        )

    assert refused.value.clause == "fact 15"


def test_who_is_said_to_have_acted_may_correct_their_own_party() -> None:
    stated = replace(SAID, by="lee", party=Party.PROVIDER)

    statements.check_answer(stated, LEE, Party.PROVIDER, NOW, is_dispute=True)


# -------------------------------------------------------------------------------------------------- the rest


@pytest.mark.parametrize("named", ["S2", "s2", "2", " INC-20261123-001/S2 ", "INC-20261123-001/7"])
def test_a_statement_is_found_by_its_number_or_by_what_it_became(named: str) -> None:
    assert statements.found([replace(SAID, id="INC-20261123-001/S1", about=""), SAID], named) is SAID


def test_what_names_no_statement_finds_none() -> None:
    untold = replace(SAID, about="")

    assert statements.found([SAID], "S3") is None
    assert statements.found([untold], "") is None
    assert statements.found([], "S2") is None


def test_it_moves_by_time_when_the_other_party_is_asked_and_when_its_day_is_over() -> None:
    unasked = replace(SAID, due_at=None)

    assert statements.next_at(unasked) == SAID.asked_at
    assert statements.next_at(SAID) == SAID.due_at


def test_an_answer_says_who_gave_it_when_and_in_which_words() -> None:
    confirmed = statements.answered(SAID, StatementState.CONFIRMED, "wang", NOW)
    disputed = statements.answered(SAID, StatementState.DISPUTED, "wang", NOW, "one shop only")

    assert (confirmed.state, confirmed.answered_by, confirmed.answered_at, confirmed.answer) == (
        *("confirmed", "wang", NOW),
        "",
    )
    assert (disputed.state, disputed.answer) == ("disputed", "one shop only")
    assert statements.next_at(disputed) is None


def test_what_it_discharged_is_disputed_with_it() -> None:
    """Fact 15: by the very person, at the very time."""
    disputed = replace(SAID, state=StatementState.DISPUTED)

    assert statements.is_disputed([disputed], "wang", AT)
    assert not statements.is_disputed([SAID], "wang", AT)
    assert not statements.is_disputed([disputed], "wang", AT + timedelta(seconds=1))
    assert not statements.is_disputed([disputed], "", None)


def test_what_nobody_answered_is_no_acceptance() -> None:
    gone = statements.lapsed(SAID)

    assert (gone.state, gone.answered_by, gone.answered_at) == (StatementState.UNANSWERED, "", SAID.due_at)
    assert statements.next_at(gone) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_deed_has_words_in_both_languages_and_is_a_fact(language: str) -> None:
    assert deeds.DEEDS["en"].keys() == deeds.DEEDS["zh"].keys()
    assert deeds.DEEDS[language].keys() - {""} <= SENTENCES[language].keys()
    assert deeds.deed("something_new", language)


def test_words_are_told_once_and_in_the_reader_s_language() -> None:
    said = {"what": "objection", "text": "one shop only", "scope": "one shop only", "grade": 2, "eta": "2026"}

    assert deeds.words(said, "en") == "objection; 2; one shop only"
    assert deeds.words(said, "zh") == "异议；2；one shop only"
