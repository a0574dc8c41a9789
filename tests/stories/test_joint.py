"""Changing the agreement takes both parties (fact 14): until both principals accept, what was agreed stays in force."""

from pathlib import Path

import pytest

from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Party
from tests.support.world import FILE, World

CHANGED = FILE.replace("system: Payment platform", "system: Payment platform\n  version: 2").replace(
    "reports: {criticality: auxiliary}", "reports: {criticality: core}"
)
PROBE = "probes:\n  front: {tcp_connect: {host: 127.0.0.1, port: 9}, function: checkout}\n"
AGAIN = CHANGED.replace("version: 2", "version: 3")
PEOPLE = FILE.replace(
    'lee: {role: [principal], phone: "+1-555-0100"', 'lee: {role: [principal], deputy: chen, phone: "+1-555-0100"'
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def happened(world: World) -> list[str]:
    """Facts about the agreement, in order."""
    facts = (sealed.fact.kind for sealed in world.store.timeline(""))
    return [kind for kind in facts if kind.startswith(("agreement_", "annex_"))]


def grades(world: World) -> list[int]:
    return [incident.grade for incident in world.incidents()]


def test_the_first_file_is_in_force_as_it_is(world: World) -> None:
    """Fact 14: nobody has signed it, and there is nothing that it would change."""
    assert happened(world) == ["agreement_in_force"]
    assert world.store.standing_parts()[0].waits_for == (Party.PROVIDER, Party.CUSTOMER)
    assert world.notebook.written == []


def test_a_change_waits_for_both_principals_and_the_rest_does_not(world: World) -> None:
    """Fact 14: the old part stays in force beside the new operations part."""
    stands = world.reload(CHANGED + PROBE)

    assert (stands.outcome, stands.proposed.version if stands.proposed else 0) == ("proposed", 2)
    assert [each.key for each in stands.differences] == [
        "agreement.functions.reports.criticality",
        "agreement.version",
    ]
    assert list(world.settings.probes) == ["front"]
    world.alert("ReportsDown")
    assert grades(world) == [3]


def test_both_parties_are_told_what_would_change(world: World) -> None:
    """Fact 14: a reload shows the diff to both parties."""
    world.reload(CHANGED)
    world.settle()

    line = "[AGREEMENT] Payment platform: version 2 proposed, please answer"
    assert world.told("lee") == [line]
    assert world.told("wang") == [line]
    assert "agreed functions reports.criticality: auxiliary -> core" in world.messages("wang")[0].text
    assert "You: please accept or reject it by this link" in world.messages("wang")[0].text
    assert "https://er.example/a/" in world.messages("wang")[0].text
    assert "https://er.example/a/" not in world.messages("chen")[0].text


def test_it_comes_into_force_the_moment_the_second_one_accepts(world: World) -> None:
    """Fact 14: when both principals accept."""
    world.reload(CHANGED)
    first = world.accept_terms("lee")
    assert first.proposed is not None
    assert first.proposed.waits_for == (Party.CUSTOMER,)
    assert world.settings.agreement.version == 1

    second = world.accept_terms("wang")

    assert second.proposed is None
    assert second.in_force is not None
    assert (second.in_force.version, second.in_force.provider, second.in_force.customer) == (2, "lee", "wang")
    assert world.settings.agreement.version == 2
    world.alert("ReportsDown")
    assert grades(world) == [2]
    assert happened(world)[1:] == [
        "agreement_proposed",
        "agreement_accepted",
        "agreement_accepted",
        "agreement_in_force",
    ]
    assert world.told("chen")[-2] == "[AGREEMENT] Payment platform: version 2 is in force"


def test_the_party_that_has_not_accepted_is_asked(world: World) -> None:
    world.reload(CHANGED)
    world.accept_terms("wang")
    world.settle()

    [_, told] = world.messages("lee")

    assert told.subject == "[AGREEMENT] Payment platform: version 2, one party has accepted"
    assert "Accepted by wang. Waits for the principal of: provider" in told.text
    assert "You: tocsin terms accept --as lee" in told.text
    assert "You:" not in world.messages("wang")[1].text


def test_a_restart_in_between_loses_nothing(world: World) -> None:
    """Fact 14: what is proposed, and who has accepted it, is on file."""
    world.reload(CHANGED)
    world.accept_terms("lee")

    world.restart()

    assert world.settings.agreement.version == 1
    assert happened(world) == ["agreement_in_force", "agreement_proposed", "agreement_accepted"]
    world.accept_terms("wang")
    assert world.settings.agreement.version == 2
    world.restart()
    assert world.settings.agreement.version == 2
    assert happened(world)[-1] == "agreement_in_force"


def test_a_start_with_another_file_is_a_reload(world: World) -> None:
    """Fact 14: whoever restarts the agent instead changes nothing either."""
    (world.folder / "routes.yaml").write_text(CHANGED)

    world.restart()

    assert world.settings.agreement.version == 1
    assert happened(world) == ["agreement_in_force", "agreement_proposed"]


def test_a_proposal_that_changes_again_takes_the_place_of_the_earlier_one(world: World) -> None:
    """Fact 14: whoever accepted the earlier one has not accepted this."""
    world.reload(CHANGED)
    world.accept_terms("lee")

    stands = world.reload(AGAIN)

    assert stands.proposed is not None
    assert (stands.proposed.version, stands.proposed.waits_for) == (3, (Party.PROVIDER, Party.CUSTOMER))
    world.accept_terms("wang")
    assert world.settings.agreement.version == 1
    assert happened(world)[1:] == [
        "agreement_proposed",
        "agreement_accepted",
        "agreement_superseded",
        "agreement_proposed",
        "agreement_accepted",
    ]


def test_a_file_that_goes_back_withdraws_what_waits(world: World) -> None:
    world.reload(CHANGED)

    stands = world.reload(FILE)

    assert (stands.outcome, stands.proposed) == ("withdrawn", None)
    world.settle()
    assert world.told("wang")[-1] == "[AGREEMENT] Payment platform: version 2 was withdrawn"


def test_what_one_party_rejects_is_not_proposed_again_by_itself(world: World) -> None:
    """Fact 14: it takes both; the file has to say something else."""
    world.reload(CHANGED)

    world.reject_terms("wang", "reports are no core function of ours")

    assert world.reload(CHANGED).outcome == "rejected"
    world.restart()
    assert world.settings.agreement.version == 1
    assert happened(world)[1:] == ["agreement_proposed", "agreement_rejected"]
    world.settle()
    assert "wang: reports are no core function of ours" in world.messages("lee")[-1].text
    assert world.reload(AGAIN).outcome == "proposed"


def test_a_removed_function_stays_agreed_and_probes_of_new_ones_are_held_back(world: World) -> None:
    """Fact 14: nothing breaks while the two parts do not fit."""
    renamed = (FILE + PROBE).replace("reports: {criticality", "exports: {criticality").replace(
        "function: reports", "function: exports"
    ).replace("function: checkout}", "function: exports}")  # fmt: skip

    world.reload(renamed)

    assert "reports" in world.settings.agreement.functions
    assert world.settings.probes == {}
    assert [each.key for each in world.settings.warnings if "held back" in each.message] == ["probes.front", "signals"]
    world.alert("CheckoutDown")
    assert grades(world) == [2]
    world.accept_terms("lee")
    world.accept_terms("wang")
    assert list(world.settings.probes) == ["front"]


def test_a_trial_changes_at_once_and_tells_nobody(tmp_path: Path) -> None:
    """Fact 14: there is nothing signed yet that could be changed behind somebody's back."""
    world = World(tmp_path, FILE.replace("system: Payment platform", "system: Payment platform\n  status: trial"))

    stands = world.reload(CHANGED.replace("version: 2", "version: 2\n  status: trial"))

    assert (stands.outcome, world.settings.agreement.version) == ("trial", 2)
    assert world.notebook.written == []
    with pytest.raises(IllegalStep, match="signed by nobody"):
        world.accept_terms("lee")
    assert world.reload(CHANGED).outcome == "trial"
    assert not world.settings.agreement.is_trial
    assert world.reload(CHANGED.replace("version: 2", "version: 2\n  status: trial")).outcome == "proposed"
    assert not world.settings.agreement.is_trial


def test_a_deputy_of_the_principal_may_accept(tmp_path: Path) -> None:
    world = World(tmp_path, PEOPLE)
    world.reload(PEOPLE.replace("system: Payment platform", "system: Payment platform\n  version: 2"))
    world.accept_terms("chen")

    stands = world.accept_terms("wang")

    assert stands.in_force is not None
    assert stands.in_force.provider == "chen"


def test_nobody_else_may_and_nothing_changes(world: World) -> None:
    world.reload(CHANGED)
    before = happened(world)

    with pytest.raises(Refused, match="it takes the principal") as refused:
        world.accept_terms("chen")
    with pytest.raises(WrongParty):
        world.accept_terms("wang", party=Party.PROVIDER)
    with pytest.raises(NotFound):
        world.accept_terms("nobody")
    with pytest.raises(Refused, match="read it again"):
        world.accept_terms("wang", hash="0000")
    with pytest.raises(Refused, match="needs a reason"):
        world.reject_terms("wang", " ")

    assert refused.value.clause == "fact 14"
    assert happened(world) == before


def test_an_acceptance_again_changes_nothing(world: World) -> None:
    world.reload(CHANGED)
    world.accept_terms("lee")
    before = happened(world)

    again = world.accept_terms("lee")

    assert again.is_repeated
    assert happened(world) == before
    world.accept_terms("wang")
    assert world.accept_terms("wang").is_repeated
    with pytest.raises(IllegalStep, match="nothing waits"):
        world.reject_terms("wang", "too late")


ANNEXES = CHANGED.replace(
    "version: 2", "version: 2\n  grades: {scope: {1: 60%, 2: 10%}}\n  availability: {target: 99.9%}"
)


def test_accepting_an_agreement_adopts_the_annexes_that_it_holds(world: World) -> None:
    """OB-105, 3.1; OB-106, 1.6: both acceptances, with both names."""
    world.reload(ANNEXES)
    world.accept_terms("lee")
    world.accept_terms("wang")

    adopted = [each.fact.detail for each in world.store.timeline("") if each.fact.kind == "annex_adopted"]

    assert [(each["what"], each["provider"], each["customer"]) for each in adopted] == [
        ("grades", "lee", "wang"),
        ("availability", "lee", "wang"),
    ]


def test_what_is_in_force_may_be_signed_as_it_is(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: the first file holds the annexes already."""
    world = World(tmp_path, ANNEXES)

    world.accept_terms("wang")
    stands = world.accept_terms("lee")

    assert stands.in_force is not None
    assert stands.in_force.is_signed
    assert happened(world) == [
        "agreement_in_force",
        "agreement_accepted",
        "agreement_accepted",
        "annex_adopted",
        "annex_adopted",
    ]


IN_FORCE = ANNEXES.replace("version: 2", "version: 2\n  time_zone: UTC\n  effective: 2026-11-20")


def adopting(world: World) -> dict[str, str]:
    """OB-105 and OB-106: how they stand, and by when they are due."""
    found, _ = world.store.obligations(limit=500)
    return {each.ob: f"{each.state} {each.due_at:%m-%d}" for each in found if each.ob in ("OB-105", "OB-106")}


def test_annexes_are_owed_from_the_first_day_and_met_by_both_acceptances(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: ten working days from the agreement's first day."""
    world = World(tmp_path, IN_FORCE)
    world.advance("1 min")
    assert adopting(world) == {"OB-105": "running 12-04", "OB-106": "running 12-04"}
    world.accept_terms("lee")

    world.accept_terms("wang")

    assert adopting(world) == {"OB-105": "met 12-04", "OB-106": "met 12-04"}


def test_annexes_that_nobody_accepts_stay_owed(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: one party alone adopts nothing; a default nobody signed is a target."""
    world = World(tmp_path, IN_FORCE)
    world.accept_terms("lee")

    world.advance("13 d")

    assert adopting(world) == {"OB-105": "overdue 12-04", "OB-106": "overdue 12-04"}


def test_what_the_file_says_was_adopted_is_owed_by_nobody(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: signed on paper before the agent came."""
    adopted = "version: 2\n  adopted: {provider: lee, customer: wang, at: 2026-11-18, terms: all}"

    world = World(tmp_path, IN_FORCE.replace("version: 2", adopted))
    world.advance("1 min")

    assert adopting(world) == {"OB-105": "met 12-04", "OB-106": "met 12-04"}


PLAIN = FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: UTC\n  effective: 2026-11-20")
PAPER = "system: Payment platform\n  adopted: {provider: lee, customer: wang, at: 2026-11-18, terms: %s}"


def on_paper(terms: str) -> str:
    return PLAIN.replace("system: Payment platform", PAPER % terms)


def test_who_adopted_all_on_paper_adopted_the_shipped_table_and_level_too(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: fact 2, `adopted` is the adoption; nobody types `tocsin terms accept` for it again."""
    world = World(tmp_path, on_paper("all"))
    world.advance("20 d")

    assert adopting(world) == {"OB-105": "met 12-04", "OB-106": "met 12-04"}


def test_an_annex_is_adopted_on_paper_by_the_name_of_its_duty(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: one named and the other not; accepting what is in force is open for the rest."""
    world = World(
        tmp_path, on_paper("[adopt_grade_table]").replace("adopted:", "availability: {target: 99.9%}\n  adopted:")
    )
    world.advance("1 min")
    before = adopting(world)

    world.accept_terms("lee")
    world.accept_terms("wang")

    assert before == {"OB-105": "met 12-04", "OB-106": "running 12-04"}
    assert adopting(world) == {"OB-105": "met 12-04", "OB-106": "met 12-04"}


def test_paper_that_one_party_brings_later_waits_for_both(tmp_path: Path) -> None:
    """OB-105, 3.1; OB-106, 1.6: facts 2 and 14, one party alone writes no signature of the other into the file."""
    world = World(tmp_path, PLAIN)
    world.advance("1 min")

    world.reload(on_paper("all"))
    written = adopting(world)
    world.accept_terms("lee")
    world.accept_terms("wang")

    assert written == {"OB-105": "running 12-04", "OB-106": "running 12-04"}
    assert adopting(world) == {"OB-105": "met 12-04", "OB-106": "met 12-04"}


def test_adopting_defaults_is_a_change_that_both_accept(world: World) -> None:
    """Facts 2 and 14: `adopted` written by one party alone makes no duty of a target."""
    adopted = "system: Payment platform\n  adopted: {provider: lee, customer: wang, at: 2026-11-23, terms: all}"
    world.reload(FILE.replace("system: Payment platform", adopted))
    assert not world.settings.agreement.terms["assess"].is_adopted

    world.accept_terms("lee")
    world.accept_terms("wang")

    assert world.settings.agreement.terms["assess"].is_adopted
