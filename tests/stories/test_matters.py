"""Stories of fact 15 where there is no incident: registers, availability and the agreement, confirmed or corrected."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.engine.joint import AcceptPart, RejectPart
from agent.engine.measured import AnswerExclusion, Exclude
from agent.engine.registered import Advance, Register
from agent.engine.stated import Confirm, Correct
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Item, ItemKind, Party, Statement, StatementState
from agent.rules.exclusions import Answer
from agent.rules.register import Act
from tests.stories.test_joint import CHANGED, happened
from tests.support.world import FILE, World

ROUND_THE_CLOCK = FILE.replace(
    "system: Payment platform",
    "system: Payment platform\n  hours: 'Mon..Sun 00:00-24:00'\n  effective: 2026-01-01\n  time_zone: UTC"
    "\n  availability: {target: 99.9%, exclude: [force_majeure]}",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path, ROUND_THE_CLOCK)
    world.advance("1 min")
    return world


def attested(world: World, **more: Any) -> Item:
    """Chen writes down on the phone that wang trained the customer's people."""
    said = {"means": "phone", "recorded_by": "chen", **more}
    return world.do(Register(ItemKind.ATTESTATION, "wang", "all managers", "training", **said)).item  # type: ignore[no-any-return]


def statement(world: World, matter: str) -> Statement:
    [found] = world.store.statements_of_matter(matter)
    return found


def asked(world: World, contact: str) -> list[str]:
    return [each.text for each in world.messages(contact) if "PLEASE CONFIRM" in each.subject]


def facts(world: World, kind: str) -> list[Any]:
    return [sealed.fact for sealed in world.store.timeline("") if sealed.fact.kind == kind]


# ------------------------------------------------------------------------------------------------------- registers


def test_a_line_that_one_side_writes_down_for_the_other_is_asked_about_with_a_link(world: World) -> None:
    """OB-704, 2.3(e), fact 15: stated by wang until wang or a colleague confirms it."""
    item = attested(world)

    [text] = asked(world, "wang")
    said = statement(world, item.id)
    assert f"{item.id}: stated by wang, 03:01 by phone, recorded by chen" in text
    assert "all managers" in text
    assert "https://er.example/a/" in text
    assert (said.id, said.incident, said.asked, said.state) == (f"{item.id}/S1", "", "customer", "waiting")
    assert facts(world, "attestation_given")[0].detail["statement"] == said.id


def test_confirmed_it_reads_as_said_and_a_repeat_changes_nothing(world: World) -> None:
    """Fact 15"""
    item = attested(world)

    done = world.do(Confirm(item.id, "S1", "wang", "link", party=Party.CUSTOMER))
    again = world.do(Confirm(item.id, "S1", "wang", "link", party=Party.CUSTOMER))

    assert (done.statement.state, done.statement.answered_by, done.is_repeated) == ("confirmed", "wang", False)
    assert again.is_repeated
    assert len(facts(world, "statement_confirmed")) == 1


def test_corrected_both_stay_on_record_and_who_recorded_it_is_told(world: World) -> None:
    """Fact 15: the line stands, marked; nobody can make the other party late by it (decision 13)."""
    item = attested(world)

    done = world.do(Correct(item.id, "S1", "wang", "half of them only"))
    again = world.do(Correct(item.id, "S1", "wang", "half of them only"))

    assert (done.statement.state, done.statement.answer, again.is_repeated) == ("disputed", "half of them only", True)
    assert world.store.item(item.id).state == "recorded"  # type: ignore[union-attr]
    [told] = [each.text for each in world.messages("chen") if "DISPUTED" in each.subject]
    assert "wang corrects it: half of them only" in told
    assert [each["name"] for each in facts(world, "statement_disputed")[0].detail["duties"]] == ["train"]
    met, _ = world.store.obligations(states=["met"], limit=500)
    assert [each.name for each in met if each.name == "train"] == ["train"]


def test_only_the_other_party_answers_in_words_and_in_time(world: World) -> None:
    """Fact 15: who recorded it, an unknown number, no words, a second answer, a day later: refused, nothing changed."""
    item = attested(world)

    with pytest.raises(WrongParty):
        world.do(Confirm(item.id, "S1", "chen"))
    with pytest.raises(Refused, match="cannot answer for the customer"):
        world.do(Confirm(item.id, "S1", "wang", recorded_by="lee"))
    with pytest.raises(NotFound, match="has no statement 'S7'"):
        world.do(Confirm(item.id, "S7", "wang"))
    with pytest.raises(NotFound, match="there is none"):
        world.do(Correct("IMP-20261123-009", "S1", "wang", "never"))
    with pytest.raises(Refused, match="in words"):
        world.do(Correct(item.id, "S1", "wang", "  "))
    assert statement(world, item.id).state is StatementState.WAITING

    world.do(Confirm(item.id, "S1", "wang"))
    with pytest.raises(IllegalStep, match="is confirmed already"):
        world.do(Correct(item.id, "S1", "wang", "not so"))


def test_after_a_working_day_it_reads_no_answer(world: World) -> None:
    """Fact 15: which is never acceptance; also after a restart in between."""
    item = attested(world)
    world.restart()

    world.advance("3 d")

    assert statement(world, item.id).state is StatementState.UNANSWERED
    assert facts(world, "statement_unanswered")[0].detail["about"] == f"{item.id}/S1"
    with pytest.raises(IllegalStep, match="is over"):
        world.do(Confirm(item.id, "S1", "wang"))


def test_ones_own_line_and_the_providers_own_matters_ask_nobody(world: World) -> None:
    """Fact 15, 4.3(c)"""
    own = world.do(Register(ItemKind.ATTESTATION, "wang", "all managers", "training", means="api", recorded_by="wang"))
    internal = world.do(
        Register(ItemKind.IMPROVEMENT, "lee", "rest", is_internal=True, means="phone", recorded_by="chen")
    )

    assert [world.store.statements_of_matter(each.item.id) for each in (own, internal)] == [[], []]
    assert asked(world, "wang") == []


def test_what_is_done_to_a_line_on_the_phone_is_asked_about_as_well(world: World) -> None:
    """OB-512, 4.3(c), fact 15: two acts, two statements, numbered within the line."""
    item = world.do(Register(ItemKind.IMPROVEMENT, "lee", "train the tills", owner="wang", recorded_by="lee")).item

    world.do(Advance(item.id, Act.ACCEPT, "wang", means="phone", recorded_by="lee"))
    world.do(Advance(item.id, Act.DONE, "wang", "all trained", means="phone", recorded_by="lee"))

    found = world.store.statements_of_matter(item.id)
    assert [(each.id, each.kind) for each in found] == [
        (f"{item.id}/S1", "improvement_agreed"),
        (f"{item.id}/S2", "improvement_done"),
    ]
    assert len(asked(world, "wang")) == 2


# ---------------------------------------------------------------------------------------------------- availability


def test_an_answer_about_minutes_left_out_is_confirmed_by_whom_it_is_said_of(world: World) -> None:
    """4.1(a), fact 15: the provider writes down that the customer agreed on the phone."""
    hours = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (1, 2)]
    claim = world.do(Exclude("lee", "the fibre was cut", *hours, what="force_majeure", recorded_by="lee")).exclusion

    world.do(AnswerExclusion(claim.id, Answer.ACCEPT, "wang", "agreed", means="phone", recorded_by="lee"))

    said = statement(world, claim.id)
    assert (said.kind, said.by, said.asked) == ("exclusion_accepted", "wang", "customer")
    assert f"{claim.id}: stated by wang" in asked(world, "wang")[0]


def test_an_acceptance_of_minutes_that_is_corrected_leaves_nothing_out(world: World) -> None:
    """4.1(a), fact 15: only what the creditor accepted is excluded; both figures are shown until that is settled."""
    hours = [datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (1, 2)]
    claim = world.do(Exclude("lee", "the fibre was cut", *hours, what="force_majeure", recorded_by="lee")).exclusion
    own = world.do(Exclude("wang", "we tested", *hours, means="phone", recorded_by="lee")).exclusion
    world.do(AnswerExclusion(claim.id, Answer.ACCEPT, "wang", "agreed", means="phone", recorded_by="lee"))

    world.do(Correct(claim.id, "S1", "wang", "I asked for the carrier's report"))
    world.do(Correct(own.id, "S1", "wang", "we tested on Sunday"))

    assert [world.store.exclusion(each.id).state for each in (claim, own)] == ["open", "withdrawn"]  # type: ignore[union-attr]
    world.do(AnswerExclusion(claim.id, Answer.DECLINE, "wang", "not force majeure", recorded_by="wang"))
    assert world.store.exclusion(claim.id).state == "declined"  # type: ignore[union-attr]


# ------------------------------------------------------------------------------------------------------- agreement


@pytest.fixture
def proposed(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.reload(CHANGED)
    return world


def stated(world: World, by: str = "wang", **more: Any) -> Any:
    """The provider's chen writes down that the customer's principal accepted."""
    return world.do(AcceptPart(by, means="phone", recorded_by="chen", **more))


def test_an_acceptance_that_the_other_party_wrote_down_brings_nothing_into_force(proposed: World) -> None:
    """Facts 14, 15: it takes both principals; what one party says of the other one's is a statement."""
    proposed.accept_terms("lee")

    found = stated(proposed)

    assert found.proposed.waits_for == (Party.CUSTOMER,)
    assert proposed.settings.agreement.version == 1
    assert happened(proposed)[-1] == "agreement_acceptance_stated"
    assert "S1: stated by wang" in asked(proposed, "wang")[0]
    assert "accepted the agreement, “version 2”" in asked(proposed, "wang")[0]


def test_it_counts_once_the_principal_has_confirmed_it(proposed: World) -> None:
    """Facts 14, 15"""
    proposed.accept_terms("lee")
    stated(proposed)

    proposed.do(Confirm("agreement-2", "S1", "wang", "link", party=Party.CUSTOMER))

    part = proposed.store.standing_parts()[0]
    assert proposed.settings.agreement.version == 2
    assert (part.provider, part.customer) == ("lee", "wang")
    [_, accepted] = facts(proposed, "agreement_accepted")
    assert (accepted.by, accepted.detail["recorded_by"], accepted.detail["statement"]) == (
        "wang",
        "chen",
        "agreement-2/S1",
    )


def test_corrected_or_unanswered_it_never_counts(proposed: World) -> None:
    """Facts 14, 15: no answer is no acceptance; the proposal goes on waiting."""
    proposed.accept_terms("lee")
    stated(proposed)
    proposed.do(Correct("agreement-2", "S1", "wang", "I asked for time"))
    stated(proposed)
    proposed.advance("4 d")

    assert [each.state for each in proposed.store.statements_of_matter("agreement-2")] == ["disputed", "unanswered"]
    assert proposed.settings.agreement.version == 1
    assert proposed.accept_terms("wang").in_force.version == 2  # type: ignore[union-attr]


def test_said_again_while_it_waits_it_is_a_repeat(proposed: World) -> None:
    """Fact 15"""
    stated(proposed)
    before = len(proposed.store.timeline(""))

    assert stated(proposed).is_repeated
    assert len(proposed.store.timeline("")) == before
    assert len(asked(proposed, "wang")) == 1


def test_wrong_people_confirm_nothing_of_the_agreement(tmp_path: Path) -> None:
    """Fact 14: it takes the principal or a deputy; the party that wrote it down cannot; nothing has changed."""
    file = FILE.replace("signals:\n", '      zhou: {role: [member], reach: ["log://"]}\nsignals:\n', 1)
    world = World(tmp_path, file)
    world.reload(file.replace("system: Payment platform", "system: Payment platform\n  version: 2"))
    stated(world)
    before = len(world.store.timeline(""))

    with pytest.raises(Refused, match="it takes the principal of the customer") as refused:
        world.do(Confirm("agreement-2", "S1", "zhou"))
    with pytest.raises(WrongParty):
        world.do(Confirm("agreement-2", "S1", "lee"))
    with pytest.raises(Refused, match="it takes the principal"):
        stated(world, "zhou")
    with pytest.raises(Refused, match="ahead"):
        stated(world, called_at=world.clock.now() + timedelta(hours=1))

    assert refused.value.clause == "fact 14"
    assert len(world.store.timeline("")) == before


def test_what_was_changed_again_is_confirmed_by_nobody(proposed: World) -> None:
    """Fact 14: whoever accepted the earlier one has not accepted this."""
    stated(proposed)
    proposed.reload(CHANGED.replace("version: 2", "version: 3"))

    with pytest.raises(IllegalStep, match="does not wait any more"):
        proposed.do(Confirm("agreement-2", "S1", "wang"))

    assert proposed.store.standing_parts()[-1].customer == ""


def test_ones_own_principals_word_on_the_phone_counts_and_is_asked_about(proposed: World) -> None:
    """Facts 14, 15: a party is bound by what its own people write down; the other one may say it was not so."""
    found = proposed.do(AcceptPart("lee", means="phone", recorded_by="chen"))

    assert found.proposed.waits_for == (Party.CUSTOMER,)
    assert found.proposed.provider == "lee"
    assert statement(proposed, "agreement-2").asked is Party.CUSTOMER


def test_a_rejection_on_the_phone_stands_and_is_asked_about(proposed: World) -> None:
    """Facts 14, 15: what is in force stays; whose word it was they confirm."""
    proposed.do(RejectPart("wang", "not now", means="phone", recorded_by="chen"))

    said = statement(proposed, "agreement-2")
    assert (said.kind, said.asked, said.said["reason"]) == ("agreement_rejected", "customer", "not now")
    assert proposed.settings.agreement.version == 1
