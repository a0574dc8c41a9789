"""Stories of what the other party hears of the registers: what it is to decide or verify, and what was decided."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from agent.engine.registered import Advance, Register
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Item, ItemKind, Party
from agent.rules.register import Act
from tests.support.world import FILE, World

ROUND_THE_CLOCK = FILE.replace(
    "system: Payment platform", "system: Payment platform\n  hours: 'Mon..Sun 00:00-24:00'\n  time_zone: UTC"
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An agreement whose people work at all hours: nothing waits for the morning."""
    return World(tmp_path, ROUND_THE_CLOCK)


def put(world: World, kind: str, by: str, text: str, what: str = "", **more: Any) -> Item:
    return world.do(Register(ItemKind(kind), by, text, what, **more)).item  # type: ignore[no-any-return]


def act(world: World, item: Item, what: str, by: str, text: str = "", **more: Any) -> Item:
    return world.do(Advance(item.id, Act(what), by, text, **more)).item  # type: ignore[no-any-return]


def told(world: World, contact: str) -> list[str]:
    """The messages about registers, whole."""
    return [each.text for each in world.messages(contact) if each.subject.startswith("[REGISTER")]


def links(world: World) -> Mapping[str, str]:
    """Contact -> what their links are about."""
    asked = [("lee", Party.PROVIDER), ("chen", Party.PROVIDER), ("wang", Party.CUSTOMER)]
    items = [each.id for each in world.store.items()[0]]
    return {who: id_ for who, _ in asked for id_ in items if world.store.link_for("", who, f"item:{id_}")}


def recovered(world: World) -> str:
    world.alert("CheckoutDown")
    world.advance("10 min")
    world.resolve("CheckoutDown")
    world.advance("20 min")
    return world.incident().number


def test_who_is_to_carry_out_an_improvement_is_asked_and_who_proposed_it_hears_the_answer(world: World) -> None:
    """OB-512, 4.3(c), 3.5: the owner and the coordinator decide, by link; the other party hears what they did."""
    item = put(world, "improvement", "wang", "alert on the pool", owner="lee", due=date(2026, 12, 24))

    [asked] = told(world, "lee")
    assert asked.startswith("[REGISTER, please decide] alert on the pool")
    assert "wang proposes an improvement for lee to carry out by 24 Dec" in asked
    assert "https://er.example/a/" in asked
    assert told(world, "chen")[0].splitlines()[:4] == asked.splitlines()[:4]
    assert told(world, "wang") == []

    act(world, item, "accept", "lee")

    assert "lee accepted the improvement" in told(world, "wang")[0]
    assert links(world).keys() == {"lee", "chen"}


def test_a_decline_is_told_with_its_reason(world: World) -> None:
    """4.3(c): nobody binds the other party, and nobody is left without an answer."""
    item = put(world, "improvement", "lee", "train the tills", owner="wang")

    act(world, item, "withdraw", "wang", "we train them already")

    assert "wang declined the improvement: train the tills" in told(world, "chen")[0]
    assert "Words: we train them already" in told(world, "chen")[0]


def test_the_creditor_is_asked_to_verify_what_was_carried_out(world: World) -> None:
    """OB-512, 4.3(c): somebody else verifies it."""
    item = put(world, "improvement", "lee", "alert on the pool")
    act(world, item, "done", "lee", "deployed")

    assert told(world, "wang")[-1].startswith("[REGISTER, please verify] alert on the pool")
    assert "Words: deployed" in told(world, "wang")[-1]

    act(world, item, "reopen", "wang", "it does not fire")

    assert "wang found the improvement not carried out" in told(world, "chen")[-1]
    assert "Words: it does not fire" in told(world, "chen")[-1]


def test_what_both_decide_is_asked_of_the_other_partys_leads(world: World) -> None:
    """OB-905, 4.3(c): principal and coordinator; the decision is told to who proposed it."""
    number = recovered(world)
    decision = put(world, "decision", "wang", "a digger cut the cable", "none", incident=number)

    assert [told(world, who)[-1].splitlines()[0] for who in ("lee", "chen")] == [
        "[REGISTER, please decide] a digger cut the cable"
    ] * 2
    assert f"wang proposes for {number}: no improvement is needed" in told(world, "lee")[-1]

    act(world, decision, "accept", "chen")

    assert f"chen accepted for {number}: no improvement is needed" in told(world, "wang")[-1]


def test_the_risk_of_a_vulnerability_is_asked_of_the_other_party(world: World) -> None:
    """OB-701, 2.2(e): taken by both or not at all."""
    item = put(world, "vulnerability", "chen", "old TLS for two tills", "high")
    act(world, item, "accept", "lee", "the tills go in March")

    first, asked = told(world, "wang")
    assert "chen put down a high vulnerability, for chen to fix by" in first
    assert "Please accept the risk as well" in asked

    act(world, item, "accept", "wang", "we know them")

    assert "wang accepts the risk as well" in told(world, "chen")[-1]


def test_what_is_owed_to_a_party_and_stated_it_hears(world: World) -> None:
    """OB-702, OB-704, 2.2(e), 2.3(e): upkeep to the customer, attestations to the provider; withdrawn likewise."""
    put(world, "maintenance", "chen", "kernel patched", "hardening")
    item = put(world, "attestation", "wang", "all shop managers", "training")
    act(world, item, "withdraw", "wang", "one was ill")

    assert "chen recorded hardening for 2026-11: kernel patched" in told(world, "wang")[0]
    assert "wang states for 2026: its people were trained: all shop managers" in told(world, "chen")[0]
    assert "wang withdrew the statement for 2026" in told(world, "chen")[1]


def test_the_providers_own_matters_stay_with_the_provider(world: World) -> None:
    """4.3(c): an internal improvement is told to nobody else."""
    item = put(world, "improvement", "lee", "who sleeps when", is_internal=True)
    act(world, item, "done", "lee")
    act(world, item, "verify", "chen")

    assert told(world, "wang") == []


def test_nobody_learns_of_an_incident_by_the_registers(world: World) -> None:
    """Section 5, "hold": a line of what the customer has not heard of is not told to it."""
    world.alert("CheckoutDown")
    world.advance("10 s")

    put(world, "improvement", "lee", "alert on the pool", incident=world.incident().number)

    assert told(world, "wang") == []


def test_out_of_hours_it_waits_for_the_morning(tmp_path: Path) -> None:
    """3.5: nothing of the registers wakes anybody."""
    world = World(tmp_path, FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: UTC"))
    put(world, "improvement", "wang", "alert on the pool", owner="lee")
    assert told(world, "lee") == []

    world.advance("361 min")

    assert told(world, "lee")[0].startswith("[REGISTER, please decide] alert on the pool")


def test_wrong_party_repeated_and_late_answers_tell_nobody(world: World) -> None:
    """4.3(c): refused with the clause, or answered with what is on file."""
    item = put(world, "improvement", "wang", "alert on the pool", owner="lee")
    with pytest.raises(WrongParty):
        act(world, item, "accept", "wang")
    with pytest.raises(Refused, match="say why"):
        act(world, item, "withdraw", "lee")
    assert told(world, "wang") == []
    act(world, item, "accept", "lee")

    act(world, item, "accept", "lee")
    with pytest.raises(IllegalStep, match="cannot be accepted"):
        act(world, item, "accept", "chen")

    assert len(told(world, "wang")) == 1


def test_in_a_trial_the_customers_copy_goes_to_the_provider(tmp_path: Path) -> None:
    """Agreement, `status: trial`: marked, and its link answers nothing."""
    trial = ROUND_THE_CLOCK.replace("system: Payment platform", "system: Payment platform\n  status: trial")
    world = World(tmp_path, trial)

    put(world, "improvement", "lee", "train the tills", owner="wang")

    assert world.messages("wang") == []
    assert world.messages("chen")[0].subject.startswith("[TRIAL] [REGISTER")
