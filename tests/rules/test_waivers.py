"""Which duty a party may let go: one that is owed to it, open and agreed on."""

from dataclasses import replace
from typing import Any

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Basis, Obligation, ObligationState, Owing, Party
from agent.rules import waivers
from tests.rules.owing import Agreed, at, event, term

AGREED = Agreed(term("assess", ob="OB-502", clauses=("3.4(a)",)))
AGREED.take(event())
DUTY = AGREED.one()


def duty(**other: Any) -> Obligation:
    return replace(DUTY, **other)


@pytest.mark.parametrize("name", ["assess", "OB-502", "ob-502", f"{DUTY.id}", f" {DUTY.id.upper()} "])
def test_a_duty_is_named_by_id_number_or_name(name: str) -> None:
    assert waivers.named((DUTY, duty(id="other", name="contain", ob="OB-503")), name) == [DUTY]


def test_open_ones_go_before_those_that_have_ended() -> None:
    ended = duty(id="assess-1", state=ObligationState.MET, started_at=at(-9))
    older = duty(id="assess-0", state=ObligationState.VOID, started_at=at(-19))

    assert waivers.named((older, ended, DUTY), "assess") == [DUTY]
    assert waivers.named((older, ended), "assess") == [ended]
    assert waivers.named((older, ended), "contain") == []


def test_a_creditor_may_let_go() -> None:
    waivers.check(DUTY, Party.CUSTOMER)


@pytest.mark.parametrize(
    ("fault", "other", "says", "clause"),
    [
        (WrongParty, {"creditor": Owing.PROVIDER}, "is owed to the provider: the customer cannot", "3.4(a)"),
        (WrongParty, {"creditor": Owing.BOTH}, "is owed to both parties", "3.4(a)"),
        (IllegalStep, {"state": ObligationState.MET_LATE}, "is met late: there is nothing left", "3.4(a)"),
        (Refused, {"is_target": True}, "a target that nobody signed", "3.4(a)"),
        (Refused, {"basis": Basis.STATUTE, "clauses": ()}, "rests on a statute", "section 5"),
    ],
)
def test_what_may_not_be_let_go_is_refused(fault: type[Refused], other: Any, says: str, clause: str) -> None:
    """Section 5: with the clause of the duty."""
    with pytest.raises(fault, match=says) as refused:
        waivers.check(duty(**other), Party.CUSTOMER)

    assert type(refused.value) is fault
    assert refused.value.clause == clause


def test_who_owes_it_may_ask_to_be_let_off() -> None:
    waivers.check_asking(DUTY, Party.PROVIDER)


@pytest.mark.parametrize(
    ("fault", "other", "says"),
    [
        (WrongParty, {"debtor": Owing.CUSTOMER}, "is owed by the customer: the provider has nothing of it to ask"),
        (WrongParty, {"debtor": Owing.BOTH, "creditor": Owing.BOTH}, "is owed by both parties: the provider has"),
        (IllegalStep, {"state": ObligationState.WAIVED}, "is waived: there is nothing left"),
        (Refused, {"is_target": True}, "a target that nobody signed"),
        (Refused, {"basis": Basis.STATUTE}, "rests on a statute"),
    ],
)
def test_what_the_other_could_not_let_go_is_not_asked_for(fault: type[Refused], other: Any, says: str) -> None:
    """Section 5: refused to who asks, before anybody else is bothered with it."""
    with pytest.raises(fault, match=says) as refused:
        waivers.check_asking(duty(**other), Party.PROVIDER)

    assert type(refused.value) is fault
    assert refused.value.clause == "3.4(a)"
