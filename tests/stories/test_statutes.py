"""Statutory overlays (fact 11): clocks and drafts, off unless named, met by a person who records what was filed."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.errors import IllegalStep, Refused, WrongParty
from agent.model import Obligation
from tests.support.world import FILE, World, span

EU = "[eu-nis2, eu-dora, eu-gdpr]"
ASKED = "Report to the authority"
LEAK = """  - {match: ['alertname="Leak"'], function: checkout, security: data_breach}\n"""


def make(folder: Path, overlays: str) -> World:
    return World(
        folder, FILE.replace("system: Payment platform", f"system: Payment platform\n  overlays: {overlays}") + LEAK
    )


def statutory(world: World) -> dict[str, str]:
    """Name -> state and due time of what an authority is owed."""
    found, _ = world.store.obligations(limit=500)
    terms = world.settings.agreement.terms
    return {
        each.name: f"{each.state} {each.due_at:%d %H:%M}"
        for each in reversed(found)
        if each.name in terms and terms[each.name].overlay
    }


def duty(world: World, name: str) -> Obligation:
    found, _ = world.store.obligations(limit=500)
    return next(each for each in found if each.name == name)


def level(world: World, overlay: str, named: str, by: str, **more: str) -> None:
    world.record("level", by, overlay, level=named, text="as the guide says", **more)


def filed(world: World, name: str, by: str, **more: str) -> None:
    world.record("filing", by, name, reference="A-17", **more)


def test_nothing_of_a_statute_runs_unless_it_is_named(tmp_path: Path) -> None:
    """Fact 11: off unless named."""
    world = World(tmp_path, FILE + LEAK)

    world.alert("Leak")

    assert not [name for name in world.happened() if name in ("security_confirmed", "data_breach_known")]
    assert statutory(world) == {}


@pytest.mark.parametrize(
    ("overlay", "due"),
    [
        ("[cn-incident-report]", "23 07:00"),
        ("[{name: cn-incident-report, operator: central}]", "23 05:00"),
        ("[{name: cn-incident-report, operator: cii}]", "23 04:00"),
    ],
)
def test_china_s_report_is_due_by_who_operates_the_system(tmp_path: Path, overlay: str, due: str) -> None:
    """Fact 11: 1 h of critical infrastructure, 2 h of central organs, 4 h of all others."""
    world = make(tmp_path, overlay)

    world.alert("CheckoutDown")

    assert statutory(world) == {"cn_first_report": f"running {due}"}
    assert duty(world, "cn_first_report").debtor == "provider"
    assert duty(world, "cn_first_report").basis == "statute"


def test_a_grade_below_the_threshold_starts_nothing_and_a_raise_does(tmp_path: Path) -> None:
    """Fact 11: the contract grade is a hint, no regulatory level."""
    world = make(tmp_path, "[cn-incident-report]")
    world.alert("ReportsDown")
    assert statutory(world) == {}
    world.advance("10 min")

    world.regrade(2, "the month's end")

    assert statutory(world) == {"cn_first_report": "running 23 07:10"}


def test_what_was_filed_meets_it_and_the_final_report_runs_from_the_recovery(tmp_path: Path) -> None:
    """Fact 11: final within 30 days; met by a person who records that it was filed."""
    world = make(tmp_path, "[cn-incident-report]")
    world.alert("CheckoutDown")
    world.advance("20 min")

    filed(world, "cn_first_report", "chen", filed_at=(world.clock.now() - span("5 min")).isoformat())

    met = duty(world, "cn_first_report")
    assert (met.state, met.discharged_by, f"{met.discharged_at:%H:%M}") == ("met", "chen", "03:15")
    world.regrade(1, "worse")
    assert statutory(world) == {"cn_first_report": "met 23 07:00"}
    world.resolve("CheckoutDown")
    world.verify()
    world.advance("20 min")
    final = duty(world, "cn_final_report")
    assert final.due_at - final.started_at == timedelta(days=30)
    world.record_phases()
    world.close()
    filed(world, "cn_final_report", "chen", number=world.incident().number)
    assert duty(world, "cn_final_report").state == "met"
    assert world.incident().state == "closed"


def test_a_leak_of_data_starts_what_names_it(tmp_path: Path) -> None:
    """1.3, fact 11: from when it became known, whoever looks at it when."""
    world = make(tmp_path, EU)

    world.alert("Leak")

    assert statutory(world) == {
        "nis2_early_warning": "running 24 03:00",
        "nis2_notification": "running 26 03:00",
        "dora_classification": "running 24 03:00",
        "gdpr_notification": "running 26 03:00",
    }
    assert [each for each in world.happened() if each in ("security_confirmed", "data_breach_known")] == [
        "security_confirmed",
        "data_breach_known",
    ]
    world.restart()
    world.alert("Leak", instance="two")
    assert world.happened().count("data_breach_known") == 1


def test_an_outage_starts_no_privacy_clock(tmp_path: Path) -> None:
    world = make(tmp_path, "[eu-gdpr, cn-pipl, us-sec]")

    world.alert("CheckoutDown")

    assert statutory(world) == {}


def test_a_person_s_decision_starts_and_ends_them(tmp_path: Path) -> None:
    """Fact 11: the regulatory level is a field of its own, and a person's decision."""
    world = make(tmp_path, "[eu-dora, us-sec]")
    world.alert("CheckoutDown")
    world.advance("6 min")

    level(world, "eu-dora", "major", "wang", since=(world.clock.now() - span("2 min")).isoformat())
    level(world, "us-sec", "material", "wang")

    assert statutory(world)["dora_initial"] == "running 23 07:04"
    assert statutory(world)["sec_8k"].startswith("running 27")
    level(world, "eu-dora", "not_major", "wang")
    assert statutory(world)["dora_initial"].startswith("void")
    world.regrade(1)
    assert statutory(world)["dora_initial"].startswith("void")
    assert world.incident().grade == 1


def test_a_plain_fault_is_reported_until_a_person_excludes_it(tmp_path: Path) -> None:
    """Fact 11: the measures (art. 12) name failures of hardware and software; `general` is not to be reported."""
    world = make(tmp_path, "[cn-incident-report]")
    world.alert("CheckoutDown")
    world.advance("3 min")
    assert (world.incident().kind, statutory(world)) == ("fault", {"cn_first_report": "running 23 07:00"})

    level(world, "cn-incident-report", "general", "lee")

    assert statutory(world) == {"cn_first_report": "void 23 07:00"}
    world.regrade(1)
    assert (world.incident().grade, statutory(world)) == (1, {"cn_first_report": "void 23 07:00"})
    level(world, "cn-incident-report", "relatively_major", "lee")
    assert list(statutory(world).values())[-1].startswith("running")


def test_a_fault_below_the_grade_that_the_file_names_starts_no_report(tmp_path: Path) -> None:
    """Fact 11: `from_grade: 1` asks about fewer faults."""
    world = make(tmp_path, "[{name: cn-incident-report, from_grade: 1}]")

    world.alert("CheckoutDown")

    assert (world.incident().grade, statutory(world)) == (2, {})


def test_dora_goes_from_filing_to_filing(tmp_path: Path) -> None:
    """Fact 11: 4 h from classification and at most 24 h from awareness; 72 h; one month."""
    world = make(tmp_path, "[eu-dora]")
    world.alert("Leak")
    world.advance("1 h")
    level(world, "eu-dora", "major", "wang")
    assert statutory(world) == {"dora_classification": "running 24 03:00", "dora_initial": "running 23 08:00"}

    world.advance("1 h")
    filed(world, "dora_initial", "wang")
    world.advance("1 h")
    filed(world, "dora_intermediate", "wang")

    assert statutory(world) == {
        "dora_classification": "met 24 03:00",
        "dora_initial": "met 23 08:00",
        "dora_intermediate": "met 26 05:00",
        "dora_final": "running 23 06:00",
    }


def test_at_once_is_no_number_so_what_we_chose_is_a_target(tmp_path: Path) -> None:
    """Facts 2 and 11: the law says at once; nobody signed the hour."""
    world = make(tmp_path, "[{name: cn-pipl, owed_by: provider}]")
    world.alert("Leak")

    world.advance("2 h")

    target = duty(world, "pipl_notification")
    assert (target.state, target.is_target, target.basis, target.debtor) == ("overdue", True, "default", "provider")


def test_a_statute_s_clock_that_runs_out_is_an_overdue_record_and_its_people_were_told(tmp_path: Path) -> None:
    """Fact 2, rule 6: basis statute; nobody first hears of it at its due time."""
    world = make(tmp_path, "[cn-incident-report]")
    world.alert("CheckoutDown")

    world.advance("5 h")

    late = duty(world, "cn_first_report")
    assert (late.state, late.is_target) == ("overdue", False)
    before = [f"{at:%H:%M}" for at, each in world.reminded("chen") if "REMINDER" in each.subject and ASKED in each.text]
    after = [each.subject for _, each in world.reminded("chen") if "OVERDUE" in each.subject and ASKED in each.text]
    assert before == ["05:00"]
    assert len(after) == 1
    assert not [each for _, each in world.reminded("wang") if ASKED in each.text]


def test_nobody_else_may_decide_or_file(tmp_path: Path) -> None:
    """Fact 11: whoever owes the report; a refusal changes nothing."""
    world = make(tmp_path, "[cn-incident-report, eu-gdpr]")
    world.alert("CheckoutDown")
    before = world.happened()

    with pytest.raises(WrongParty, match="provider's to decide"):
        level(world, "cn-incident-report", "major", "wang")
    with pytest.raises(WrongParty, match="owed by the provider"):
        filed(world, "cn_first_report", "wang")
    with pytest.raises(Refused, match="is no level of cn-incident-report: particularly_major, major"):
        level(world, "cn-incident-report", "huge", "chen")
    with pytest.raises(Refused, match="is no overlay"):
        level(world, "us-sec", "material", "wang")
    with pytest.raises(IllegalStep, match="open: cn_first_report") as refused:
        filed(world, "gdpr_notification", "wang")
    with pytest.raises(Refused, match="lies ahead"):
        filed(world, "cn_first_report", "chen", filed_at=(world.clock.now() + span("1 h")).isoformat())
    with pytest.raises(Refused, match="reference"):
        world.record("filing", "chen", "cn_first_report")

    assert refused.value.clause == "fact 11"
    assert world.happened() == before


def test_a_filing_again_changes_nothing(tmp_path: Path) -> None:
    world = make(tmp_path, "[cn-incident-report]")
    world.alert("CheckoutDown")
    filed(world, "cn_first_report", "chen")
    before = world.happened()

    assert world.record("filing", "chen", "cn_first_report", reference="A-17").is_repeated

    assert world.happened() == before


def test_a_duty_of_the_parties_own_may_rest_on_a_statute(tmp_path: Path) -> None:
    """Fact 11: users add their own in the same table form."""
    own = (
        "terms: {tell_the_bank_office: {duty: {en: tell the bank office, zh: 报告监管局}, clauses: [art. 9], "
        "basis: statute, ref: 'Rule 9', debtor: customer, creditor: provider, starts: security.confirmed, "
        "limit: 2h, met_by: statute.filed, ends: incident.voided, by: [principal]}}"
    )
    world = World(
        tmp_path, FILE.replace("system: Payment platform", f"system: Payment platform\n  overlays: [us-sec]\n  {own}")
    )
    world.alert("Intrusion")
    assert f"{duty(world, 'tell_the_bank_office').due_at:%H:%M}" == "05:00"

    filed(world, "tell_the_bank_office", "wang")

    assert duty(world, "tell_the_bank_office").state == "met"
