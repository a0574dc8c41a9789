"""Stories of duties let go, and of wishes to be let off one: the other party hears of both."""

from pathlib import Path

import pytest

from agent.engine.stated import Confirm, Record
from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import EntryKind
from tests.stories.test_duties import duty
from tests.stories.test_phases import ADOPTED
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, ADOPTED)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


def told(world: World, contact: str, tag: str) -> list[str]:
    return [each.text for each in world.messages(contact) if each.subject.startswith(f"[{tag}")]


def test_who_owed_it_hears_that_a_duty_was_let_go(world: World) -> None:
    """3.5, section 5: by whom, which one, and why; under a number of its own."""
    world.record("waiver", "wang", about="OB-502", text="we know what it is")

    [text] = told(world, "chen", "DUTY LET GO")
    [notice] = [each for each in world.store.notices(world.incident().number) if each.type == "waiver"]
    assert "wang (customer) let go of: assessment (OB-502, 3.4(a)), which was owed by" in text
    assert "Why: we know what it is" in text
    assert f"#{notice.seq} |" in text
    assert told(world, "wang", "DUTY LET GO") == []


def test_the_customer_hears_what_the_provider_lets_go(world: World) -> None:
    """3.5, OB-307: and reads no command."""
    world.record("request", "lee", "feedback", text="which shops?")

    world.record("waiver", "lee", about="OB-307", text="known by now")

    [text] = told(world, "wang", "DUTY LET GO")
    assert "lee (provider) let go of: feedback" in text
    assert "tocsin" not in text


def test_to_whom_it_is_owed_is_asked_to_let_it_go_and_it_is_owed_until_then(world: World) -> None:
    """3.5, section 5: a wish is no waiver; no answer is none either."""
    world.record("waiver_request", "lee", about="assess", text="the shop is shut tonight")

    [text] = told(world, "wang", "WAIVER ASKED")
    assert "lee (provider) asks to be let off: assessment (OB-502, 3.4(a)), owed by" in text
    assert "https://er.example/a/" in text
    assert duty(world, "assess").state == "running"
    assert world.happened()[-1] != "obligations_waived"
    world.advance("60 min")
    assert duty(world, "assess").state == "overdue"

    world.record("waiver", "wang", about="assess", text="agreed")

    assert duty(world, "assess").state == "waived"
    assert "Why: agreed" in told(world, "chen", "DUTY LET GO")[0]


def test_the_provider_is_asked_with_the_command(world: World) -> None:
    world.record("request", "lee", "feedback", text="which shops?")

    world.record("waiver_request", "wang", about="feed_back", text="the till says nothing")

    [text] = told(world, "chen", "WAIVER ASKED")
    number = world.incident().number
    assert f"tocsin waive {number} feed_back-{number}-R-1 --by CONTACT --because ..." in text


def test_who_owes_nothing_of_it_has_nothing_to_ask(world: World) -> None:
    """Section 5: the creditor lets go itself; what has ended, what both owe, what a member asks: refused, no change."""
    world.regrade(1, "all shops stand still")
    before = world.happened()

    with pytest.raises(WrongParty, match="OB-502 assess is owed by the provider"):
        world.record("waiver_request", "wang", about="assess", text="never mind")
    with pytest.raises(WrongParty, match="owed by both parties"):
        world.record("waiver_request", "lee", about="principals_speak", text="we spoke yesterday")
    with pytest.raises(Refused, match="needs text"):
        world.record("waiver_request", "lee", about="assess", text=" ")
    assert world.happened() == before

    world.phase("assessment")
    with pytest.raises(IllegalStep, match="OB-502 assess is met"):
        world.record("waiver_request", "lee", about="assess", text="never mind")


def test_a_target_is_nothing_to_be_let_off(tmp_path: Path) -> None:
    """Fact 2: nobody signed it; nothing is told of it either."""
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")

    with pytest.raises(Refused, match="a target that nobody signed"):
        world.record("waiver_request", "lee", about="assess", text="not needed")
    assert told(world, "wang", "WAIVER ASKED") == []


def test_nobody_learns_of_an_incident_by_a_wish(tmp_path: Path) -> None:
    """Section 5, "hold": what the customer has not heard of it is not asked about."""
    world = World(tmp_path, ADOPTED)
    world.alert("CheckoutDown")
    world.record("waiver_request", "lee", about="assess", text="the shop is shut tonight")

    assert world.told("wang")[0].startswith("[GRADE 2")
    assert "WAIVER ASKED" in world.told("wang")[1]


def test_asked_again_in_the_same_words_nobody_is_told_twice(world: World) -> None:
    """A repeated act changes nothing."""
    world.record("waiver_request", "lee", about="assess", text="the shop is shut")
    before = world.happened()

    assert world.record("waiver_request", "lee", about="OB-502", text="the shop is shut").is_repeated
    assert world.happened() == before
    assert len(told(world, "wang", "WAIVER ASKED")) == 1


def test_a_waiver_written_down_for_the_creditor_is_told_once_the_creditor_confirms_it(world: World) -> None:
    """Fact 15, section 5: until then nothing is let go; then the debtor reads both names."""
    number, said = world.incident().number, {"text": "the shop is shut tonight"}

    world.do(Record(number, EntryKind.WAIVER, "wang", "", said, "OB-502", "phone", "chen"))

    assert told(world, "chen", "DUTY LET GO") == []
    assert "[PLEASE CONFIRM] wang let a duty go by phone" in world.messages("wang")[-1].text

    world.do(Confirm(number, f"{number}/S1", "wang"))

    assert "wang (recorded by chen) (customer) let go of" in told(world, "chen", "DUTY LET GO")[0]


def test_a_duty_of_a_closed_incident_that_has_ended_is_refused_in_words(world: World) -> None:
    """Section 5: also once nothing of it is remembered."""
    world.void("a test")
    world.restart()

    with pytest.raises(IllegalStep):
        world.record("waiver", "wang", about="assess", text="never mind")
