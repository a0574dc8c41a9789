"""Stories of what the recovery notice says (3.4(d)): what people verified, in their words, and nothing made up."""

from pathlib import Path
from typing import Any

import pytest

from agent.engine.works import Verify
from agent.errors import Refused
from tests.stories.test_duties import duty
from tests.stories.test_phases import ADOPTED
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A grade 1 whose signals have cleared: a person has to verify."""
    world = World(tmp_path, ADOPTED)
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.regrade(1, "all shops stand still")
    world.resolve("CheckoutDown")
    world.advance("16 min")
    assert world.incident().state == "verifying"
    return world


def verify(world: World, note: str = "", **said: Any) -> None:
    world.do(Verify(world.incident().number, "lee", note, said=said))


def notice(world: World, contact: str = "wang") -> str:
    return next(each.text for each in world.messages(contact) if each.subject.startswith("[RECOVERED]"))


def test_what_a_person_verified_stands_in_the_recovery_notice(world: World) -> None:
    """OB-506, OB-507, 3.4(d): method, result and who; data; temporary fix and residual risk."""
    verify(
        world,
        checked=["paid one order: went through", "ledger balanced: no gap"],
        data="no loss found",
        fix="standby in use",
        is_temporary=True,
        risk="no spare node until 24 November",
    )
    world.advance("1 min")

    told = notice(world)

    assert "no alert for 16 min; paid one order: went through (lee); ledger balanced: no gap (lee)" in told
    assert "Data: no loss found" in told
    assert "Fix: temporary (standby in use) | Residual risk: no spare node until 24 November" in told
    assert duty(world, "verify").state == "met"
    assert duty(world, "recovery_notice").state == "met"


def test_the_customer_reads_by_when_to_confirm_or_object_and_what_follows(world: World) -> None:
    """OB-508, OB-509, 4.2(c): two hours in grade 1, with the link."""
    verify(world, "paid one order")
    world.advance("1 min")

    told = notice(world)

    assert "You: confirm or object by 05:22\nhttps://er.example/a/" in told
    assert "To follow: preliminary report 24 Nov 03:22, post-incident report 30 Nov 18:00" in told
    assert "3.4(d), 4.2(c)" in told
    assert "The customer may confirm or object by 05:22" in notice(world, "chen")


def test_what_nobody_said_is_being_found_out(world: World) -> None:
    """3.4(d): nothing is made up; the note alone is what was checked."""
    verify(world, "paid one order")
    world.advance("1 min")

    assert "Checked: no alert for 16 min; paid one order (lee)" in notice(world)
    assert "Data, fix, residual risk: being found out" in notice(world)


def test_the_record_of_the_phase_says_it_as_well(world: World) -> None:
    """3.4(d): what the recovery's record says and the verification does not, the notice takes from there."""
    world.phase("recovery", text="standby took over", fix="standby in use", data="being compared")
    verify(world, checked=["paid one order: went through"], data="no loss found")
    world.advance("1 min")

    told = notice(world)

    assert "standby took over (chen); paid one order: went through (lee)" in told
    assert "Data: no loss found" in told
    assert "Fix: standby in use | Residual risk: being found out" in told


def test_what_was_said_of_an_earlier_recovery_is_not_told_of_this_one(world: World) -> None:
    """3.4(d): it failed again; the words were about something else."""
    world.phase("recovery", text="standby took over", data="no loss found")
    world.alert("CheckoutDown")
    world.advance("2 min")
    world.resolve("CheckoutDown")
    world.advance("16 min")

    verify(world, "paid one order")
    world.advance("1 min")

    assert "standby took over" not in notice(world)
    assert "no loss found" not in notice(world)


def test_what_is_recorded_after_the_recovery_is_told_as_progress(world: World) -> None:
    """3.5, 3.4(d): what was being found out is known now."""
    verify(world, "paid one order")
    world.advance("30 min")

    world.phase("recovery", text="compared with the bank", data="two orders lost", risk="none known")

    assert "Data: two orders lost | Residual risk: none known" in world.messages("wang")[-1].text


@pytest.mark.parametrize("checked", ["paid one order", "paid one order:", ": went through"])
def test_a_check_without_method_or_result_is_refused(world: World, checked: str) -> None:
    """3.4(d): nothing has changed."""
    with pytest.raises(Refused, match="with what result") as refused:
        verify(world, checked=[checked])

    assert refused.value.clause == "3.4(d)"
    assert world.incident().verified_by == ""


def test_only_the_recovery_says_what_was_lost(world: World) -> None:
    """3.4(b): a containment's record has no place for it."""
    with pytest.raises(Refused, match="only the recovery's record") as refused:
        world.phase("containment", data="no loss found")

    assert refused.value.clause == "3.4(b)"


def test_a_verification_survives_a_restart_before_the_gate_opens(world: World) -> None:
    """3.4(d): said while the window still ran, told when it ended."""
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    verify(world, "paid one order", data="no loss found")
    assert world.incident().state == "verifying"

    world.restart()
    world.advance("16 min")

    assert "Data: no loss found" in notice(world)
