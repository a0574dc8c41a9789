"""Who is on call is told: a rota from iCalendar, asked at the moment of telling (2.1, 3.3(b))."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from agent.model import Outcome, Verdict
from tests.stories.conftest import Make
from tests.support.rotas import rota
from tests.support.world import FILE, World

CREW = """provider:
    on_call: {calendar: oncall.ics}
    contacts:
      qian: {role: [member], reach: ["log://"]}
      sun: {role: [member], reach: ["log://"]}"""
ON_CALL = FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment").replace("provider:\n    contacts:", CREW)

# it is Monday the 23rd, 03:00 UTC
QIAN_UNTIL_FOUR = "SUMMARY:qian\nDTSTART:20261122T160000Z\nDTEND:20261123T040000Z"
SUN_FROM_FOUR = "SUMMARY:sun\nDTSTART:20261123T040000Z\nDTEND:20261123T160000Z"


Crewed = Callable[..., World]


@pytest.fixture
def crewed(tmp_path: Path, make: Make) -> Crewed:
    """A world whose file finds its rota beside it."""

    def one(*events: str, file: str = ON_CALL) -> World:
        (tmp_path / "oncall.ics").write_bytes(rota(*events))
        return make(file)

    return one


def put(world: World, raw: bytes) -> None:
    """Another file, a moment later."""
    path = world.folder / "oncall.ics"
    path.write_bytes(raw)
    seen = world.clock.now().timestamp()
    os.utime(path, (seen, seen))


def told(world: World) -> list[str]:
    return [name for name in ("qian", "sun", "chen", "lee") if world.told(name)]


def test_a_grade_2_goes_to_who_is_on_call_now(crewed: Crewed) -> None:
    """3.3(b): the on-call member and the coordinator."""
    world = crewed(QIAN_UNTIL_FOUR, SUN_FROM_FOUR)

    world.alert("CheckoutDown")

    assert told(world) == ["qian", "chen"]
    [released] = [f.fact for f in world.facts() if f.fact.kind == "notice_released" and "qian" in f.fact.detail["to"]]
    assert released.detail["why"][0] == "default grade 2: on call"


def test_after_the_handover_it_goes_to_the_next_one(crewed: Crewed) -> None:
    world = crewed(QIAN_UNTIL_FOUR, SUN_FROM_FOUR)
    world.advance("1 h")

    world.alert("CheckoutDown")

    assert told(world) == ["sun", "chen"]


def test_shifts_that_overlap_lose_nobody(crewed: Crewed) -> None:
    world = crewed(QIAN_UNTIL_FOUR, "SUMMARY:sun\nDTSTART:20261123T020000Z\nDTEND:20261123T160000Z")

    world.alert("CheckoutDown")

    assert told(world) == ["qian", "sun", "chen"]


def test_in_a_gap_every_member_is_told(crewed: Crewed) -> None:
    """routes.md: a role nobody holds falls to the next."""
    world = crewed("SUMMARY:sun\nDTSTART:20261123T160000Z\nDURATION:PT8H")

    world.alert("CheckoutDown")

    assert told(world) == ["qian", "sun", "chen"]


def test_what_is_held_goes_to_who_is_on_call_when_it_is_told(crewed: Crewed) -> None:
    """The rota is asked at the moment of telling: it is night, and told at nine."""
    file = ON_CALL + "routes:\n  - {party: provider, grade: 3, hours: work, to: [on_call]}\n"
    world = crewed(QIAN_UNTIL_FOUR, SUN_FROM_FOUR, file=file)
    world.alert("ReportsDown")
    assert told(world) == []

    world.advance("7 h")

    assert told(world) == ["sun"]


def test_a_rung_of_the_ladder_calls_who_is_on_call_then(crewed: Crewed) -> None:
    """Rule 6: an own ladder that names on_call."""
    file = (
        ON_CALL
        + "routes:\n  - {party: provider, grade: 2, to: [coordinator], escalate: [{after: 70m, to: [on_call]}]}\n"
    )
    world = crewed(QIAN_UNTIL_FOUR, SUN_FROM_FOUR, file=file)
    world.alert("CheckoutDown")
    assert told(world) == ["chen"]

    world.advance("71 min")

    released = [sealed.fact.detail for sealed in world.facts() if sealed.fact.kind == "notice_released"]
    called = [(each["to"], each["why"]) for each in released if "ladder 70 min: on call" in each["why"]]
    assert called == [(["sun"], ["ladder 70 min: on call"])]


def test_a_rota_that_changes_is_read_again_without_a_reload(crewed: Crewed) -> None:
    world = crewed(QIAN_UNTIL_FOUR)
    put(world, rota("SUMMARY:sun\nDTSTART:20261122T160000Z\nDTEND:20261124T040000Z"))
    world.advance("1 min")

    world.alert("CheckoutDown")

    assert told(world) == ["sun", "chen"]


def test_a_rota_that_breaks_leaves_the_last_good_copy_in_force(crewed: Crewed) -> None:
    world = crewed(QIAN_UNTIL_FOUR)
    put(world, b"<html>please log in</html>")
    world.advance("10 min")

    world.alert("CheckoutDown")

    assert told(world) == ["qian", "chen"]


def test_a_rota_that_is_gone_leaves_the_last_good_copy_in_force(crewed: Crewed) -> None:
    world = crewed(QIAN_UNTIL_FOUR)
    (world.folder / "oncall.ics").unlink()
    world.advance("10 min")

    world.alert("CheckoutDown")

    assert told(world) == ["qian", "chen"]


def test_a_rota_that_recurs_reaches_as_far_as_the_agent_lives(crewed: Crewed) -> None:
    """What is read covers two months; it is read again as time moves on."""
    weekly = "SUMMARY:sun\nDTSTART:20261102T000000Z\nDURATION:P7D\nRRULE:FREQ=WEEKLY"
    world = crewed(weekly)
    world.clock.advance(timedelta(days=200))
    world.settle()

    world.alert("CheckoutDown")

    assert told(world) == ["sun", "chen"]


# ---------------------------------------------------------------------------------------------------------- deputies


def test_a_deputy_stands_in_for_who_is_on_call_without_a_working_channel(crewed: Crewed) -> None:
    """2.1: `deputy:`; whoever has no channel that can be built is listed all the same."""
    world = crewed(
        QIAN_UNTIL_FOUR,
        file=ON_CALL.replace(
            'qian: {role: [member], reach: ["log://"]}', "qian: {role: [member], deputy: sun, reach: []}"
        ),
    )

    world.alert("CheckoutDown")

    assert told(world) == ["sun", "chen"]


def test_a_deputy_is_told_once_every_channel_of_the_principal_has_failed(make: Make) -> None:
    """OB-303, 4.1(c): accepted by a channel of the principal's or the deputy's own."""
    file = (
        FILE.replace(
            'wang: {role: [principal, coordinator], phone: "+1-555-0102", reach: ["log://"]}',
            'wang: {role: [principal], deputy: zhao, reach: ["log://"]}\n'
            '      zhao: {role: [member], reach: ["log://"]}\n'
            '      wu: {role: [coordinator], reach: ["log://"]}',
        )
        + "routes:\n  - {party: customer, grade: 2, to: [principal, coordinator], hold: 0s}\n"
    )
    world = make(file)
    world.notebook.answers["wang/1"] = lambda: Outcome(Verdict.REJECTED, "no such address")

    world.alert("CheckoutDown")
    world.advance("1 min")

    assert [line[:8] for line in world.told("zhao")] == ["[GRADE 2"]
    assert "notice_reached" in world.happened()
