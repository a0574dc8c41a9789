"""Stories of 3.4 and 3.5: progress by people, phases with their evidence, the customer's answer, and the closing."""

from pathlib import Path

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from tests.stories.test_duties import duty, open_duties
from tests.support.world import FILE, World

ADOPTED = FILE.replace(
    "  system: Payment platform\n",
    "  system: Payment platform\n  adopted: {provider: lee, customer: wang, at: 2026-01-01, terms: all}\n",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alert("CheckoutDown")
    world.advance("6 min")
    return world


def recovered(world: World) -> World:
    world.resolve("CheckoutDown")
    world.advance("20 min")
    if world.incident().state != "recovered":
        world.verify()
    assert world.incident().state == "recovered"
    return world


def test_progress_by_a_person_reaches_both_parties_with_what_was_said(world: World) -> None:
    """3.5, OB-304: what is done, what comes next, when it is expected back and when the next update is owed."""
    world.record("update", "chen", text="about 40 % back", done="pool restarted", next="switch to standby")

    told = world.messages("wang")[-1].text

    assert world.told("wang")[-1].startswith("[UPDATE, grade 2] Checkout: about 40 % back")
    assert world.told("chen")[-1].startswith("[UPDATE, grade 2] Checkout: about 40 % back")
    assert "Done: pool restarted | Next: switch to standby" in told
    assert "Next update: by 04:06 (target)" in told
    assert "By chen, 03:06 | 3.5, 4.1(c)" in told


def test_a_robot_cannot_meet_the_cadence(world: World) -> None:
    """OB-304: what the agent tells by itself, and the same words again, are no progress."""
    world.record("update", "chen", text="pool restarted")
    owed = duty(world, "progress_update")
    world.advance("30 min")

    world.alert("CheckoutSlow")
    world.advance("2 min")
    again = world.record("update", "chen", text="pool restarted")

    assert again.is_repeated
    assert duty(world, "progress_update").id == owed.id
    assert duty(world, "progress_update").state == "running"


@pytest.mark.parametrize(
    "said",
    [
        {"text": "pool restarted"},
        {"text": " pool  restarted\n", "done": "standby is up"},
        {"text": "pool restarted", "eta": "2026-11-23T04:30:00+00:00"},
        {"text": "pool restarted", "next_update_at": "2026-11-23T04:00:00+00:00"},
    ],
)
def test_the_same_text_with_less_beside_it_is_no_progress(world: World, said: dict[str, str]) -> None:
    """OB-304: words that add nothing to what the person has told are not told again and meet no clock."""
    first = world.record("update", "chen", text="pool restarted", done="standby is up", eta="2026-11-23T04:30:00+00:00")
    owed = duty(world, "progress_update")
    world.advance("5 min")
    told = len(world.messages("wang"))

    again = world.record("update", "chen", **said)

    assert (again.is_repeated, again.entry.id) == (True, first.entry.id)
    assert (duty(world, "progress_update").id, len(world.messages("wang"))) == (owed.id, told)


@pytest.mark.parametrize(
    "said", [{"done": "standby is up"}, {"eta": "2026-11-23T05:00:00+00:00"}, {"workaround": "pay in cash"}]
)
def test_the_same_text_with_something_new_beside_it_is_progress(world: World, said: dict[str, str]) -> None:
    """OB-304: another thing done, another expected time."""
    world.record("update", "chen", text="pool restarted", eta="2026-11-23T04:30:00+00:00")
    world.advance("5 min")

    assert not world.record("update", "chen", text="pool restarted", **said).is_repeated


def test_an_expected_time_that_is_taken_back_is_told_again(world: World) -> None:
    """3.5: the time that was said last counts, not that it was said before."""
    for eta in ("04:30", "05:00"):
        world.record("update", "chen", text="standby is warming up", eta=f"2026-11-23T{eta}:00+00:00")

    again = world.record("update", "chen", text="standby is warming up", eta="2026-11-23T04:30:00+00:00")

    assert not again.is_repeated


def test_another_expected_time_is_a_change_that_the_same_notice_tells(world: World) -> None:
    """OB-305, 3.5: the change of the expected time is owed to be told, and is told at once."""
    world.record("update", "chen", text="standby is warming up", eta="2026-11-23T04:30:00+00:00")
    world.advance("1 min")

    assert duty(world, "change_notice").state == "met"
    assert "Expected back: about 04:30" in world.messages("wang")[-1].text


def test_an_expected_time_that_has_passed_is_refused(world: World) -> None:
    """3.5: nothing changes."""
    with pytest.raises(Refused, match="has passed"):
        world.record("update", "chen", text="soon", eta="2026-11-23T02:30:00+00:00")

    assert world.store.entries(world.incident().number) == []


def test_an_assessment_confirms_the_grade_and_containment_is_owed_from_then(world: World) -> None:
    """3.4(a), OB-502, OB-503: the grade is confirmed by the person who assesses."""
    world.phase("assessment", text="connection pool exhausted")

    assert not world.incident().is_provisional
    assert world.incident().phase == "containment"
    assert duty(world, "assess").state == "met"
    assert duty(world, "contain").state == "running"
    assert "Phase: assessment recorded" in world.messages("wang")[-1].text


def test_phases_may_overlap_and_the_incident_stands_in_the_first_without_a_record(world: World) -> None:
    """1.4, 3.4: each has a record or a reasoned not-applicable."""
    world.phase("eradication", text="leak removed")
    assert world.incident().phase == "assessment"

    world.phase("assessment")
    world.phase("containment", skipped=True, text="nothing to contain: one process")

    assert world.incident().phase == "recovery"
    assert duty(world, "contain").state == "met"


def test_a_known_cause_starts_the_eradication_once(world: World) -> None:
    """3.4(c), OB-504: from when the cause was first said."""
    world.phase("assessment", cause="a connection leak in the pool")
    begun = duty(world, "eradicate")
    world.advance("10 min")

    world.record("update", "chen", text="patch is being built", cause="a leak in the pool")

    assert duty(world, "eradicate").id == begun.id
    assert begun.state == "running"


def test_recovery_is_not_recorded_before_its_signals_have_cleared(world: World) -> None:
    """3.4(d): only through the gate."""
    with pytest.raises(IllegalStep) as refused:
        world.phase("recovery")

    assert refused.value.clause == "3.4(d)"


def test_the_review_follows_the_recovery(world: World) -> None:
    """3.4(e)."""
    with pytest.raises(IllegalStep, match="follows the recovery"):
        world.phase("review")


def test_the_customer_records_no_phase(world: World) -> None:
    """3.4: it is the provider's."""
    with pytest.raises(WrongParty):
        world.phase("containment", by="wang")


def test_a_refused_closing_lists_what_is_missing_with_the_command_for_each(world: World) -> None:
    """3.4: before closing each phase has a record or a reasoned not-applicable."""
    recovered(world)
    number = world.incident().number

    with pytest.raises(Refused) as refused:
        world.close()

    assert f"phase assessment (3.4(a)): tocsin phase {number} assessment --by CONTACT --text …" in str(refused.value)
    assert "phase review (3.4(e))" in str(refused.value)
    assert refused.value.clause == "3.4(a)"
    assert world.incident().state == "recovered"


def test_with_all_phases_it_is_closed(world: World) -> None:
    """3.4, fact 2: targets that nobody signed hold nothing up."""
    recovered(world)
    world.record_phases()

    assert world.close().state == "closed"
    assert "progress_update" not in open_duties(world)


def test_an_objection_is_told_and_keeps_it_open_until_it_is_answered(world: World) -> None:
    """4.2(c): the provider hears of it, answers it, and may close then."""
    recovered(world)
    world.record_phases()
    objection = world.record("recovery_answer", "wang", "objection", text="the tills still fail").entry
    with pytest.raises(Refused, match="objection"):
        world.close()

    world.record("update", "chen", about=objection.id, text="tills restarted, paid one order")

    assert "[OBJECTION, grade 2] Checkout: the tills still fail" in world.told("chen")[-2]
    assert world.close().state == "closed"


def test_an_objection_needs_a_reason(world: World) -> None:
    """4.2(c)."""
    recovered(world)

    with pytest.raises(Refused, match="needs text"):
        world.record("recovery_answer", "wang", "objection")


def test_after_five_working_days_of_silence_the_provider_may_let_the_rest_go_with_a_reason(world: World) -> None:
    """Fact 13: a silent customer does not block closing."""
    recovered(world)
    world.record_phases()
    world.record("recovery_answer", "wang", "objection", text="the tills still fail")
    with pytest.raises(Refused, match="has until"):
        world.close(note="no answer", waive_rest=True)
    world.advance("8 d")
    with pytest.raises(Refused, match="needs a reason"):
        world.close(waive_rest=True)

    assert world.close(note="asked three times, no answer", waive_rest=True).state == "closed"


def test_what_the_provider_owes_it_cannot_let_go_itself(tmp_path: Path) -> None:
    """Fact 13, section 5: a duty is waived by its creditor."""
    world = World(tmp_path, ADOPTED)
    world.alert("CheckoutDown")
    world.advance("6 min")
    recovered(world)
    world.record_phases()
    world.advance("8 d")

    with pytest.raises(Refused, match="post_incident_report"):
        world.close(note="no answer", waive_rest=True)


def test_grade_3_closes_itself_and_says_which_phases_have_no_record(tmp_path: Path) -> None:
    """3.3(c), section 4: it is answered as needed."""
    world = World(tmp_path)
    world.alert("ReportsDown")
    world.advance("10 min")
    world.resolve("ReportsDown")

    world.advance("25 h")

    closed = next(each.fact for each in world.facts() if each.fact.kind == "incident_closed")
    assert closed.detail["without"] == ["assessment", "containment", "eradication", "review"]


def test_the_providers_copy_lists_what_falls_due_next(world: World) -> None:
    """3.4, 3.5: soonest first, as the clocks stand when it is sent."""
    assert (
        "Due: both teams launched 03:30 | coordinator named 03:30 | assessment 04:00" in world.messages("chen")[0].text
    )


def test_a_change_says_when_the_next_update_is_owed(world: World) -> None:
    """3.5, OB-304: once the clock runs; a limit that nobody signed is marked as a target."""
    world.regrade(1, "all shops stand still")

    assert "Next update: by 03:36 (target)" in world.messages("wang")[-1].text
