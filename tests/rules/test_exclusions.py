"""Which minutes are left out of the availability, and who may say so (1.6, 4.1(a))."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Availability, Contact, Exclusion, ExclusionState, Party, Role
from agent.rules import exclusions
from agent.rules.exclusions import Answer
from tests.rules.owing import NOW, at
from tests.rules.people import LI, WANG, B, contact

LEVEL = Availability(exclude=("announced_maintenance", "force_majeure"))
EYE, THEIR_EYE = contact("eye", Role.OBSERVER), contact("owl", Role.OBSERVER, party=B)

CLAIM = Exclusion(
    id="EXC-20261123-001",
    function="checkout",
    what="force_majeure",
    starts_at=at(-120),
    ends_at=at(-60),
    because="the river rose",
    party=Party.PROVIDER,
    by="li",
    at=at(-30),
    state=ExclusionState.OPEN,
)
THEIRS = replace(CLAIM, party=Party.CUSTOMER, by="wang", state=ExclusionState.ACCEPTED)


# ------------------------------------------------------------------------------------------------ putting it down


def test_a_claim_of_the_provider_waits_for_the_creditor() -> None:
    """4.1(a): minutes are left out once the customer, who is owed the availability, has accepted it."""
    assert exclusions.check_new(LI, "force_majeure", "the river rose", LEVEL) is ExclusionState.OPEN


@pytest.mark.parametrize("what", ["announced_maintenance", "force_majeure", "customer_cause", "other"])
def test_what_the_customer_leaves_out_counts_at_once(what: str) -> None:
    """1.6: it may waive what it is owed, for whatever reason, also beyond the annex."""
    assert exclusions.check_new(WANG, what, "our own link was down", LEVEL) is ExclusionState.ACCEPTED


@pytest.mark.parametrize(
    ("level", "agreed"),
    [
        (LEVEL, "leaves out announced_maintenance, force_majeure, not"),
        (Availability(exclude=()), "leaves out nothing,"),
    ],
)
def test_the_provider_claims_nothing_beyond_the_annex(level: Availability, agreed: str) -> None:
    """1.6: the annex says what may be left out."""
    with pytest.raises(Refused, match=agreed) as refused:
        exclusions.check_new(LI, "customer_cause", "their own link was down", level)

    assert refused.value.clause == "4.1(a)"


@pytest.mark.parametrize("by", [LI, WANG])
def test_a_sort_that_there_is_not_is_refused_with_those_there_are(by: Contact) -> None:
    with pytest.raises(Refused, match="say announced_maintenance, force_majeure, customer_cause, other"):
        exclusions.check_new(by, "bad_luck", "so it was", LEVEL)


@pytest.mark.parametrize("by", [LI, WANG])
def test_minutes_are_left_out_for_a_reason_in_words(by: Contact) -> None:
    with pytest.raises(Refused, match="say why those minutes are left out"):
        exclusions.check_new(by, "force_majeure", "  ", LEVEL)


@pytest.mark.parametrize("by", [EYE, THEIR_EYE])
def test_an_observer_acts_for_nobody(by: Contact) -> None:
    with pytest.raises(Refused, match="is an observer"):
        exclusions.check_new(by, "force_majeure", "the river rose", LEVEL)
    with pytest.raises(Refused, match="is an observer"):
        exclusions.answered(CLAIM, Answer.ACCEPT, by, "")


@pytest.mark.parametrize(
    ("starts_in", "lasts"),
    [
        (timedelta(hours=-2), timedelta(hours=1)),
        (timedelta(days=3), timedelta(hours=1)),
        (timedelta(), timedelta(days=31)),
        (timedelta(days=-366), timedelta(days=1)),
    ],
)
def test_past_and_planned_minutes_can_be_left_out(starts_in: timedelta, lasts: timedelta) -> None:
    exclusions.check_times(NOW + starts_in, NOW + starts_in + lasts, NOW)


@pytest.mark.parametrize(
    ("starts_in", "lasts", "why"),
    [
        (timedelta(), timedelta(), "it ends after it begins"),
        (timedelta(), timedelta(minutes=-1), "it ends after it begins"),
        (timedelta(), timedelta(days=31, minutes=1), "31 days are left out at most"),
        (timedelta(days=-367), timedelta(days=1), "within a year"),
        (timedelta(days=367), timedelta(days=1), "within a year"),
    ],
)
def test_a_slip_of_the_date_leaves_out_nothing(starts_in: timedelta, lasts: timedelta, why: str) -> None:
    with pytest.raises(Refused, match=why) as refused:
        exclusions.check_times(NOW + starts_in, NOW + starts_in + lasts, NOW)

    assert refused.value.clause == "4.1(a)"


# ------------------------------------------------------------------------------------------------ what becomes of it


@pytest.mark.parametrize(
    ("answer", "by", "state"),
    [
        (Answer.ACCEPT, WANG, ExclusionState.ACCEPTED),
        (Answer.DECLINE, WANG, ExclusionState.DECLINED),
        (Answer.WITHDRAW, LI, ExclusionState.WITHDRAWN),
    ],
)
def test_the_creditor_accepts_or_declines_and_who_claimed_it_withdraws(
    answer: Answer, by: Contact, state: ExclusionState
) -> None:
    """4.1(a)."""
    assert exclusions.answered(CLAIM, answer, by, "as the minutes of the review say") is state


@pytest.mark.parametrize("answer", [Answer.ACCEPT, Answer.DECLINE])
def test_the_provider_does_not_answer_its_own_claim(answer: Answer) -> None:
    """4.1(a): the customer is owed the availability."""
    with pytest.raises(WrongParty, match="the customer is owed the availability"):
        exclusions.answered(CLAIM, answer, LI, "it is plain")


def test_the_other_party_declines_and_does_not_withdraw() -> None:
    with pytest.raises(WrongParty, match="was claimed by the provider: it may be declined instead"):
        exclusions.answered(CLAIM, Answer.WITHDRAW, WANG, "not so")


@pytest.mark.parametrize(
    ("state", "answer", "by"),
    [
        (ExclusionState.ACCEPTED, Answer.ACCEPT, WANG),
        (ExclusionState.DECLINED, Answer.DECLINE, WANG),
        (ExclusionState.WITHDRAWN, Answer.WITHDRAW, LI),
    ],
)
def test_the_same_answer_again_changes_nothing(state: ExclusionState, answer: Answer, by: Contact) -> None:
    assert exclusions.answered(replace(CLAIM, state=state), answer, by, "") is None


@pytest.mark.parametrize(
    ("state", "answer", "by"),
    [
        (ExclusionState.ACCEPTED, Answer.DECLINE, WANG),
        (ExclusionState.ACCEPTED, Answer.WITHDRAW, LI),
        (ExclusionState.DECLINED, Answer.ACCEPT, WANG),
        (ExclusionState.DECLINED, Answer.WITHDRAW, LI),
        (ExclusionState.WITHDRAWN, Answer.ACCEPT, WANG),
        (ExclusionState.WITHDRAWN, Answer.DECLINE, WANG),
    ],
)
def test_what_was_answered_is_not_answered_otherwise(state: ExclusionState, answer: Answer, by: Contact) -> None:
    with pytest.raises(IllegalStep, match=f"EXC-20261123-001 is {state}: it was answered before"):
        exclusions.answered(replace(CLAIM, state=state), answer, by, "on second thought")


def test_what_the_customer_left_out_itself_stands() -> None:
    """It counted at once: the month's figure may have been told by it."""
    with pytest.raises(IllegalStep, match="is accepted"):
        exclusions.answered(THEIRS, Answer.WITHDRAW, WANG, "on second thought")


@pytest.mark.parametrize(("answer", "by"), [(Answer.DECLINE, WANG), (Answer.WITHDRAW, LI)])
def test_a_claim_ends_for_a_reason_in_words(answer: Answer, by: Contact) -> None:
    with pytest.raises(Refused, match=f"say why, to {answer} it"):
        exclusions.answered(CLAIM, answer, by, " ")


def test_an_acceptance_needs_no_reason() -> None:
    assert exclusions.answered(CLAIM, Answer.ACCEPT, WANG, "") is ExclusionState.ACCEPTED


# ------------------------------------------------------------------------------------------------ corrected


def test_an_acceptance_that_the_creditor_corrects_leaves_the_claim_waiting_for_an_answer() -> None:
    """4.1(a), fact 15: only what the customer accepted itself is left out."""
    accepted = replace(CLAIM, state=ExclusionState.ACCEPTED, answered_by="wang", answered_at=at(-10), answer="plain")

    assert exclusions.disputed(accepted, "wang", at(0), "I never said so") == CLAIM


def test_minutes_that_the_creditor_is_said_to_have_left_out_itself_are_withdrawn() -> None:
    """1.6, fact 15: nobody else waives what it is owed."""
    after = exclusions.disputed(THEIRS, "wang", at(0), "I never said so")

    assert after.state is ExclusionState.WITHDRAWN
    assert (after.answered_by, after.answered_at, after.answer) == ("wang", at(0), "I never said so")


@pytest.mark.parametrize("state", [ExclusionState.OPEN, ExclusionState.DECLINED, ExclusionState.WITHDRAWN])
def test_what_is_not_left_out_is_not_changed_by_a_correction(state: ExclusionState) -> None:
    """A correction that comes twice, or after another answer, finds nothing to take back."""
    claim = replace(CLAIM, state=state)

    assert exclusions.disputed(claim, "wang", at(0), "I never said so") is claim


def test_each_state_leaves_a_fact_of_its_own() -> None:
    assert [exclusions.FACTS[state] for state in ExclusionState] == [
        "exclusion_claimed",
        "exclusion_accepted",
        "exclusion_declined",
        "exclusion_withdrawn",
    ]
