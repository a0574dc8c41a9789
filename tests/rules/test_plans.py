"""Response plans (3.1): which one fits, what stays pinned, and how far its steps are done."""

from dataclasses import replace

from agent.model import Entry, EntryKind, Kind, Party, Plan
from agent.rules import plans
from agent.rules.plans import Step
from tests.rules.owing import INC, at
from tests.rules.test_happenings import INCIDENT

ANY = Plan(Kind.FAULT, steps=("look",))
CHECKOUT = Plan(Kind.FAULT, "checkout", steps=("switch over",))
CHECKOUT_2 = Plan(Kind.FAULT, "checkout", 2, steps=("switch over", "limit"))
LEDGER = Plan(Kind.FAULT, "ledger", 2)
SECURITY = Plan(Kind.SECURITY, "checkout", 2)


def tick(words: str, by: str = "chen") -> Entry:
    return Entry(
        f"{INC}/1", INC, EntryKind.PLAN_STEP, "", Party.PROVIDER, by, at(0), at(0), {"step": 1, "words": words}
    )


def test_the_narrowest_plan_goes_first() -> None:
    assert plans.fitting((ANY, CHECKOUT, LEDGER, SECURITY, CHECKOUT_2), INCIDENT) == CHECKOUT_2
    assert plans.fitting((ANY, CHECKOUT, CHECKOUT_2), INCIDENT, grade=1) == CHECKOUT
    assert plans.fitting((LEDGER, SECURITY), INCIDENT) is None


def test_a_plan_is_chosen_once_for_each_grade() -> None:
    pinned = replace(INCIDENT, plan=replace(CHECKOUT_2, steps=("as it was",)))
    raised = replace(pinned, grade=1)

    assert plans.pinned((ANY,), pinned) == pinned.plan
    assert plans.pinned((ANY,), raised) == replace(ANY, grade=1)
    assert plans.pinned((), raised) == pinned.plan
    assert plans.pinned((), INCIDENT) is None


def test_a_step_is_done_by_who_ticked_it_first() -> None:
    first, again, update = tick("limit"), tick("limit", "lee"), replace(tick("switch over"), kind=EntryKind.UPDATE)

    assert plans.steps(CHECKOUT_2, (first, again, update)) == (Step(1, "switch over"), Step(2, "limit", first))
