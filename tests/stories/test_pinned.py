"""The agreement in force when an incident opens is pinned to it: its clocks stay what they were (clock rule 7)."""

from pathlib import Path

import pytest

from agent.model import Obligation
from tests.support.world import FILE, World

TERMS = "system: Payment platform\n  version: 2\n  terms: {contain: {limit: {1: 10m, 2: 20m}, basis: annex}}"
CHANGED = FILE.replace("system: Payment platform", TERMS)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def agree(world: World, file: str) -> None:
    world.reload(file)
    world.accept_terms("lee")
    world.accept_terms("wang")


def duty(world: World, name: str, number: str) -> Obligation:
    found, _ = world.store.obligations(incident=number, limit=500)
    return next(each for each in found if each.name == name)


def test_a_clock_that_starts_later_goes_by_the_terms_its_incident_was_opened_under(world: World) -> None:
    """Rule 7: the version and hash in force when the incident opened is pinned to it."""
    world.alert("LedgerDown")
    before = world.incident()
    agree(world, CHANGED)
    world.advance("15 min")  # else it would join
    world.alert("CheckoutSlow")
    after = next(each for each in world.incidents() if each.number != before.number)

    for number in (before.number, after.number):
        world.phase("assessment", number=number)

    old, new = duty(world, "contain", before.number), duty(world, "contain", after.number)
    assert (old.limit, old.basis, old.is_target, old.agreement_version) == ("2h", "default", True, 1)
    assert (new.limit, new.basis, new.is_target, new.agreement_version) == ("20m", "annex", False, 2)
    assert (before.agreement_version, before.agreement_hash) == (1, old.agreement_hash)


def test_a_restart_finds_the_pinned_terms_again(world: World) -> None:
    """Rule 7: they are kept for as long as an incident needs them."""
    world.alert("LedgerDown")
    agree(world, CHANGED)

    world.restart()
    world.phase("assessment")

    assert duty(world, "contain", world.incident().number).limit == "2h"


def test_a_raise_goes_by_the_pinned_terms_as_well(world: World) -> None:
    """Rules 3 and 7."""
    world.alert("LedgerDown")
    world.phase("assessment")
    agree(world, CHANGED)

    world.regrade(1, "shops are closed")

    assert duty(world, "contain", world.incident().number).limit == "1h"


def test_a_duty_that_only_the_new_terms_have_is_not_owed_of_the_old_incident(world: World) -> None:
    """Rule 7."""
    own = (
        "terms: {own_call: {clauses: [annex 4], basis: annex, debtor: provider, creditor: customer, "
        "starts: phase.recorded/assessment, limit: 30m, met_by: update.posted}}"
    )
    world.alert("LedgerDown")
    agree(world, FILE.replace("system: Payment platform", f"system: Payment platform\n  {own}"))

    world.phase("assessment")

    found, _ = world.store.obligations(limit=500)
    assert "own_call" not in [each.name for each in found]


def test_terms_that_no_incident_needs_any_more_are_dropped(world: World) -> None:
    world.alert("LedgerDown")
    agree(world, CHANGED)
    world.phase("assessment")
    known = world.desk._known
    assert known is not None
    assert len(known.pinned) == 1

    world.void("a test of the monitor")
    world.advance("2 d")

    assert known.pinned == {}


def test_a_duty_that_the_new_terms_no_longer_have_stays_owed_of_the_old_incident(tmp_path: Path) -> None:
    """Rule 7: what began under an agreement is reminded of, met and overdue under it."""
    own = (
        "terms: {own_call: {clauses: [annex 4], basis: annex, debtor: provider, creditor: customer, "
        "starts: incident.opened, limit: 30m, met_by: update.posted}}"
    )
    world = World(tmp_path, FILE.replace("system: Payment platform", f"system: Payment platform\n  {own}"))
    world.alert("LedgerDown")
    number = world.incident().number
    agree(world, FILE)
    assert "own_call" not in world.settings.agreement.terms

    world.advance("10 min")
    world.record("update", "chen", text="pool restarted", number=number)

    assert duty(world, "own_call", number).state == "met"
