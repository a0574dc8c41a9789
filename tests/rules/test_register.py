"""What may follow what in the small registers, and who may."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Incident, Item, ItemKind, ItemState, Kind, Party, Role, State
from agent.rules import register
from agent.rules.register import NEXT, Act
from tests.rules.people import A, B, contact

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LEE = contact("lee", Role.PRINCIPAL)
CHEN = contact("chen", Role.MEMBER)
EYE = contact("eye", Role.OBSERVER)
WANG = contact("wang", Role.PRINCIPAL, party=B)
ZHAO = contact("zhao", Role.MEMBER, party=B)

ITEM = Item(
    id="IMP-20261123-001",
    kind=ItemKind.IMPROVEMENT,
    what="",
    text="alert on the pool",
    party=A,
    origin=A,
    by="lee",
    at=NOW,
    on_file_at=NOW,
    state=ItemState.OPEN,
    owner="chen",
)
INCIDENT = Incident(
    number="INC-20261123-001",
    kind=Kind.FAULT,
    key="fault checkout",
    state=State.CLOSED,
    grade=2,
    is_provisional=False,
    functions=("checkout",),
    rules=(),
    started_at=NOW,
    detected_at=NOW,
    opened_at=NOW,
    graded_at=NOW,
)


def test_every_sort_ends_and_what_has_ended_stays_so() -> None:
    for steps in NEXT.values():
        reached = set(steps.values())
        ends = {state for state in reached if not any(state is before for before, _ in steps)}
        assert ItemState.WITHDRAWN in ends
        assert not any(state.is_open for state in ends)


def test_each_act_on_each_sort_leaves_a_fact_of_its_own_name() -> None:
    for kind, steps in NEXT.items():
        assert {act for _, act in steps} <= register.FACTS[kind].keys()


def test_an_illegal_step_says_what_is_possible() -> None:
    with pytest.raises(IllegalStep, match="is open and cannot be verified: possible now: done, withdraw") as refused:
        register.step(ITEM, Act.VERIFY)
    with pytest.raises(IllegalStep, match="nothing follows it"):
        register.step(replace(ITEM, state=ItemState.VERIFIED), Act.WITHDRAW)

    assert register.step(ITEM, Act.DONE) is ItemState.DONE
    assert refused.value.clause == "4.3(c)"


def test_who_may_put_what_down() -> None:
    """2.2(e), 2.3(a), 2.3(e), 4.3(c)."""
    register.check_new(ItemKind.MAINTENANCE, "hardening", "patched", CHEN)
    register.check_new(ItemKind.ATTESTATION, "training", "done", ZHAO)
    register.check_new(ItemKind.DECISION, "none", "a digger", WANG)

    with pytest.raises(WrongParty):
        register.check_new(ItemKind.MAINTENANCE, "hardening", "patched", WANG)
    with pytest.raises(WrongParty) as attested:
        register.check_new(ItemKind.ATTESTATION, "own_use", "done", LEE)
    with pytest.raises(Refused, match="it takes a coordinator, principal"):
        register.check_new(ItemKind.DECISION, "none", "a digger", ZHAO)
    with pytest.raises(Refused, match="it takes"):
        register.check_new(ItemKind.IMPROVEMENT, "", "more coffee", EYE)
    with pytest.raises(Refused, match="empty"):
        register.check_new(ItemKind.IMPROVEMENT, "", " ", LEE)
    with pytest.raises(Refused, match="say critical, high, medium"):
        register.check_new(ItemKind.VULNERABILITY, "", "a hole", LEE)

    assert attested.value.clause == "2.3(a)"
    assert register.clause_of(ItemKind.ATTESTATION, "training") == "2.3(e)"
    assert register.clause_of(ItemKind.VULNERABILITY) == "2.2(e)"


def test_nobody_binds_the_other_party() -> None:
    """4.3(c): and a vulnerability is the provider's to fix (2.2(e))."""
    assert register.check_owner(ItemKind.IMPROVEMENT, CHEN, LEE) is ItemState.OPEN
    assert register.check_owner(ItemKind.IMPROVEMENT, ZHAO, LEE) is ItemState.PROPOSED
    assert register.check_owner(ItemKind.VULNERABILITY, CHEN, WANG) is ItemState.OPEN

    with pytest.raises(WrongParty):
        register.check_owner(ItemKind.VULNERABILITY, ZHAO, LEE)
    with pytest.raises(Refused):
        register.check_owner(ItemKind.IMPROVEMENT, EYE, LEE)


def test_a_vulnerability_is_known_since_when_the_provider_says_or_since_the_customer_told_it() -> None:
    """OB-701, 2.2(e)"""
    earlier = NOW - timedelta(days=2)

    assert register.check_known_at(None, WANG, NOW) == NOW
    assert register.check_known_at(earlier, LEE, NOW) == earlier
    with pytest.raises(Refused, match="to come"):
        register.check_known_at(NOW + timedelta(days=1), LEE, NOW)
    with pytest.raises(Refused, match="from now on"):
        register.check_known_at(earlier, WANG, NOW)


def test_what_a_decision_may_name() -> None:
    """OB-905, 4.3(c)"""
    of_incident = replace(ITEM, incident=INCIDENT.number)
    register.check_decision("items", (of_incident,), INCIDENT)
    register.check_decision("none", (), replace(INCIDENT, state=State.RECOVERED))

    with pytest.raises(IllegalStep, match="is verifying"):
        register.check_decision("none", (), replace(INCIDENT, state=State.VERIFYING))
    with pytest.raises(Refused, match="either"):
        register.check_decision("none", (of_incident,), INCIDENT)
    with pytest.raises(Refused, match="has no improvement"):
        register.check_decision("items", (), INCIDENT)
    with pytest.raises(Refused, match="no improvement of"):
        register.check_decision("items", (ITEM,), INCIDENT)
    with pytest.raises(Refused, match="no improvement of"):
        register.check_decision("items", (replace(of_incident, kind=ItemKind.VULNERABILITY),), INCIDENT)
    with pytest.raises(IllegalStep, match="has to accept it first"):
        register.check_decision("items", (replace(of_incident, state=ItemState.PROPOSED),), INCIDENT)


def test_who_did_it_does_not_verify_it() -> None:
    """OB-512, 4.3(c)"""
    done = replace(ITEM, state=ItemState.DONE, done_by="lee")
    register.check_act(done, Act.VERIFY, "", WANG, NOW)

    for who in (CHEN, LEE):
        with pytest.raises(Refused, match="somebody else"):
            register.check_act(done, Act.VERIFY, "", who, NOW)
    with pytest.raises(Refused, match="say why"):
        register.check_act(done, Act.REOPEN, "", WANG, NOW)
    with pytest.raises(WrongParty):
        register.check_act(ITEM, Act.DONE, "", WANG, NOW)


def test_who_accepts() -> None:
    """4.3(c), 2.2(e)"""
    proposed = replace(ITEM, state=ItemState.PROPOSED, owner="zhao", party=B)
    register.check_act(proposed, Act.ACCEPT, "", ZHAO, NOW)  # the owner as well as the principal
    register.check_act(proposed, Act.ACCEPT, "", WANG, NOW)

    with pytest.raises(WrongParty):
        register.check_act(proposed, Act.ACCEPT, "", LEE, NOW)
    hole = replace(ITEM, kind=ItemKind.VULNERABILITY, what="high", accepted_provider="lee")
    with pytest.raises(IllegalStep, match="lee accepted"):
        register.check_act(hole, Act.ACCEPT, "as ever", replace(LEE, id="xu"), NOW)
    with pytest.raises(Refused, match="say why"):
        register.check_act(hole, Act.ACCEPT, "", WANG, NOW)
    with pytest.raises(Refused, match="it takes a coordinator, principal"):
        register.check_act(hole, Act.ACCEPT, "fine", ZHAO, NOW)


def test_who_may_withdraw() -> None:
    """4.3(c), 2.3(e): a slip for a day; then who is owed it; a statement whose it is."""
    late = NOW + timedelta(hours=25)
    stated = replace(ITEM, kind=ItemKind.ATTESTATION, what="training", party=B, state=ItemState.RECORDED)
    register.check_act(ITEM, Act.WITHDRAW, "a slip", CHEN, NOW)
    register.check_act(ITEM, Act.WITHDRAW, "not needed", WANG, late)
    register.check_act(replace(ITEM, is_internal=True), Act.WITHDRAW, "not needed", LEE, late)
    register.check_act(replace(ITEM, state=ItemState.PROPOSED), Act.WITHDRAW, "no", LEE, late)
    register.check_act(stated, Act.WITHDRAW, "wrong", WANG, late)

    with pytest.raises(WrongParty, match="owed to the customer"):
        register.check_act(ITEM, Act.WITHDRAW, "too dear", LEE, late)
    with pytest.raises(WrongParty, match="owed to the customer"):
        register.check_act(replace(ITEM, origin=B), Act.WITHDRAW, "too dear", LEE, NOW)
    with pytest.raises(WrongParty, match="what the customer stated"):
        register.check_act(stated, Act.WITHDRAW, "we doubt it", LEE, NOW)


def test_the_very_person_doing_the_very_thing_is_a_repeat() -> None:
    done = replace(ITEM, state=ItemState.DONE, done_by="chen")

    assert register.is_said_already(done, Act.DONE, CHEN)
    assert not register.is_said_already(replace(done, state=ItemState.OPEN), Act.DONE, CHEN)
    assert register.is_said_already(replace(done, state=ItemState.VERIFIED, verified_by="wang"), Act.VERIFY, WANG)
    assert register.is_said_already(replace(ITEM, accepted_customer="wang"), Act.ACCEPT, WANG)
    assert register.is_said_already(replace(ITEM, accepted_provider="lee"), Act.ACCEPT, LEE)
    assert register.is_said_already(replace(ITEM, ended_by="lee"), Act.WITHDRAW, LEE)
    assert not register.is_said_already(ITEM, Act.REOPEN, WANG)


@pytest.mark.parametrize(
    ("kind", "what", "present", "ends"),
    [
        (ItemKind.MAINTENANCE, "hardening", "2026-11", "2026-12-01"),
        (ItemKind.ATTESTATION, "own_use", "2026-Q4", "2027-01-01"),
        (ItemKind.ATTESTATION, "training", "2026", "2027-01-01"),
    ],
)
def test_upkeep_and_attestations_are_for_a_period(kind: ItemKind, what: str, present: str, ends: str) -> None:
    """OB-702, 4.1(e), OB-703, OB-704, 4.2(e)"""
    found = register.period(kind, what, NOW, UTC)

    assert found == present
    assert f"{register.period_end(found, UTC):%Y-%m-%d}" == ends
    assert register.check_period("", present, kind, what) == present
    with pytest.raises(Refused, match="is no period of this"):
        register.check_period("2026-Q5", present, kind, what)


def test_a_period_that_is_over_may_be_named_one_to_come_may_not() -> None:
    assert register.check_period("2026-Q3", "2026-Q4", ItemKind.ATTESTATION, "own_use") == "2026-Q3"
    assert register.period(ItemKind.IMPROVEMENT, "", NOW, UTC) == ""
    assert register.period_end("2026-Q3", UTC) == datetime(2026, 10, 1, tzinfo=UTC)
    with pytest.raises(Refused, match="to come"):
        register.check_period("2027-Q1", "2026-Q4", ItemKind.ATTESTATION, "own_use")
    with pytest.raises(Refused, match="for no period"):
        register.check_period("2026", "", ItemKind.IMPROVEMENT, "")


def test_both_parties_of_an_item_are_told_apart() -> None:
    assert register.accepted_by(replace(ITEM, accepted_customer="wang"), Party.CUSTOMER) == "wang"


# ------------------------------------------------------------------------------------------------ who is asked


PROPOSED = replace(ITEM, state=ItemState.PROPOSED, origin=B, by="wang")
DECISION = replace(ITEM, kind=ItemKind.DECISION, what="none", state=ItemState.PROPOSED, accepted_provider="lee")
RISK = replace(ITEM, kind=ItemKind.VULNERABILITY, what="high", accepted_provider="lee")


@pytest.mark.parametrize(
    ("item", "party", "asked"),
    [
        (PROPOSED, A, (Act.ACCEPT, Act.WITHDRAW)),
        (PROPOSED, B, ()),
        (replace(ITEM, state=ItemState.DONE, done_by="chen"), B, (Act.VERIFY, Act.REOPEN)),
        (replace(ITEM, state=ItemState.DONE, done_by="chen"), A, ()),
        (ITEM, A, ()),
        (ITEM, B, ()),
    ],
)
def test_an_improvement_is_accepted_by_whose_it_is_and_verified_by_the_other(
    item: Item, party: Party, asked: tuple[Act, ...]
) -> None:
    """OB-512, 4.3(c)"""
    assert register.asked_of(item, party) == asked


def test_a_decision_is_asked_of_the_party_that_has_not_accepted_it() -> None:
    """OB-905, 4.3(c)"""
    assert register.asked_of(DECISION, B) == (Act.ACCEPT, Act.WITHDRAW)
    assert register.asked_of(DECISION, A) == ()


def test_a_risk_is_asked_about_once_the_other_party_has_taken_it() -> None:
    """OB-701, 2.2(e)"""
    assert register.asked_of(RISK, B) == (Act.ACCEPT,)
    assert register.asked_of(RISK, A) == ()
    assert register.asked_of(replace(RISK, accepted_provider=""), B) == ()
    assert register.asked_of(replace(RISK, state=ItemState.FIXED), B) == ()


def test_the_customer_is_asked_nothing_about_what_is_internal_to_the_provider() -> None:
    inside = replace(RISK, is_internal=True)

    assert register.asked_of(inside, B) == ()
    assert register.asked_of(replace(PROPOSED, is_internal=True), A) == (Act.ACCEPT, Act.WITHDRAW)
