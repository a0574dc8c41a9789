"""What an incident still lacks before it may be closed (3.4; agreement.md 5), each with what would mend it."""

from dataclasses import replace
from typing import Any

import pytest

from agent.model import Basis, EntryKind, Incident, Obligation, ObligationState, Owing, Party, Phase, State
from agent.rules import closing
from agent.rules.closing import Lack
from tests.rules.owing import INC, WEEK, at
from tests.rules.saying import INCIDENT, entry, record

RECORDED = tuple(record(phase) for phase in Phase)
OBJECTION = entry(EntryKind.RECOVERY_ANSWER, "objection", 80, Party.CUSTOMER, number=6)
CLOSE = f"tocsin close {INC} --by CONTACT --waive-rest --note …"


def duty(name: str = "assess", debtor: Owing = Owing.PROVIDER, **changes: Any) -> Obligation:
    """A duty of the incident that runs, agreed on by the parties."""
    plain = Obligation(
        id=f"{name}-{INC}",
        name=name,
        ob="OB-502",
        clauses=("3.4(a)",),
        basis=Basis.ANNEX,
        is_target=False,
        debtor=debtor,
        creditor=Owing.CUSTOMER if debtor is Owing.PROVIDER else Owing.PROVIDER,
        incident=INC,
        report="",
        about="",
        grade=2,
        state=ObligationState.RUNNING,
        started_at=at(0),
        on_file_at=at(0),
        limit="1h",
        due_at=at(60),
    )
    return replace(plain, **changes)


def owed(*duties: Obligation, incident: Incident = INCIDENT, days: bool = True) -> tuple[Lack, ...]:
    """What is lacking where every phase has its record; `days`: it is known until when the customer is waited for."""
    until = closing.nobody_waits_from(INCIDENT, WEEK) if days else None
    return closing.lacks(incident, RECORDED, duties, until)


# ------------------------------------------------------------------------------------------------------- phases


def test_an_incident_with_every_record_and_nothing_owed_may_be_closed() -> None:
    assert owed() == ()


@pytest.mark.parametrize("grade", [1, 2])
def test_a_grave_incident_needs_a_record_of_every_phase(grade: Any) -> None:
    """3.4: the record, or a reasoned “not applicable”; the assessment is never skipped."""
    found = closing.lacks(replace(INCIDENT, grade=grade), [record(Phase.ERADICATION)], (), None)

    mend = f"tocsin phase {INC} {{}} --by CONTACT --text …"
    assert found == (
        Lack("phase", "assessment", "3.4(a)", mend.format("assessment")),
        Lack("phase", "containment", "3.4(b)", mend.format("containment") + " [--not-applicable]"),
        Lack("phase", "review", "3.4(e)", mend.format("review") + " [--not-applicable]"),
    )


def test_grade_3_is_answered_as_needed() -> None:
    """3.3(c): it closes without the record of any phase."""
    assert closing.lacks(replace(INCIDENT, grade=3), (), (), None) == ()


def test_the_provider_s_own_matter_waits_for_nothing() -> None:
    """What never reaches the customer is closed as the provider likes."""
    own = replace(INCIDENT, is_mapped=False)

    assert closing.lacks(own, [OBJECTION], [duty()], None) == ()


# ---------------------------------------------------------------------------------- an objection to the recovery


def test_an_objection_to_the_recovery_holds_the_closing_until_the_customer_is_waited_for_no_more() -> None:
    """4.2(c): the provider answers it, or lets it rest with the rest."""
    found = closing.lacks(INCIDENT, [*RECORDED, OBJECTION], (), None)

    mend = f"tocsin update {INC} --by CONTACT --about {INC}/6 --text …"
    assert found == (Lack("objection", f"{INC}/6", "4.2(c)", mend, may_waive=True),)


@pytest.mark.parametrize("kind", [EntryKind.UPDATE, EntryKind.PHASE])
def test_words_of_the_provider_that_name_the_objection_answer_it(kind: EntryKind) -> None:
    """4.2(c): an update or a record."""
    answer = entry(kind, "review" if kind is EntryKind.PHASE else "", 90, about=OBJECTION.id)

    assert closing.open_objection([OBJECTION, answer], INCIDENT) is None


def test_words_about_something_else_leave_it_open() -> None:
    assert closing.open_objection([OBJECTION, entry(EntryKind.UPDATE, minutes=90)], INCIDENT) is OBJECTION


def test_the_customer_s_own_words_about_its_objection_do_not_answer_it() -> None:
    more = entry(EntryKind.UPDATE, "", 90, Party.CUSTOMER, about=OBJECTION.id)

    assert closing.open_objection([OBJECTION, more], INCIDENT) is OBJECTION


def test_the_customer_may_confirm_after_all() -> None:
    """4.2(c): its last answer counts."""
    confirmed = entry(EntryKind.RECOVERY_ANSWER, "confirmed", 90, Party.CUSTOMER)

    assert closing.open_objection([OBJECTION, confirmed], INCIDENT) is None


def test_an_objection_made_again_is_answered_again() -> None:
    answer = entry(EntryKind.UPDATE, "", 90, about=OBJECTION.id)
    again = replace(OBJECTION, id=f"{INC}/8", at=at(95), on_file_at=at(95))

    assert closing.open_objection([OBJECTION, answer, again], INCIDENT) is again


def test_an_objection_to_an_earlier_recovery_is_of_no_account() -> None:
    """It was reopened since, and has recovered anew."""
    recovered_anew = replace(INCIDENT, recovered_at=at(200))

    assert closing.open_objection([OBJECTION], recovered_anew) is None


def test_an_objection_stands_while_nothing_has_recovered_since() -> None:
    reopened = replace(INCIDENT, state=State.OPEN, recovered_at=None)

    assert closing.open_objection([OBJECTION], reopened) is OBJECTION


def test_a_recovery_is_answered_once_the_customer_has_confirmed_or_objected_to_that_very_one() -> None:
    """4.2(c), OB-508."""
    assert closing.is_recovery_answered([OBJECTION], INCIDENT)
    assert not closing.is_recovery_answered([entry(EntryKind.UPDATE)], INCIDENT)
    assert not closing.is_recovery_answered([OBJECTION], replace(INCIDENT, recovered_at=at(200)))
    assert not closing.is_recovery_answered([OBJECTION], replace(INCIDENT, state=State.OPEN, recovered_at=None))


# ------------------------------------------------------------------------------------------------------- duties


@pytest.mark.parametrize("state", ["running", "paused", "overdue"])
def test_a_duty_that_has_not_ended_holds_the_closing(state: str) -> None:
    found = owed(duty(state=ObligationState(state)))

    mend = f"tocsin phase {INC} assessment --by CONTACT --text …"
    assert found == (Lack("duty", "OB-502 assess", "3.4(a)", mend, f"assess-{INC}"),)


@pytest.mark.parametrize("state", ["met", "met_late", "waived", "lapsed", "void", "superseded"])
def test_a_duty_that_has_ended_holds_nothing(state: str) -> None:
    assert owed(duty(state=ObligationState(state))) == ()


def test_a_target_that_nobody_signed_holds_nothing() -> None:
    """Fact 2."""
    assert owed(duty(basis=Basis.DEFAULT, is_target=True)) == ()


def test_what_an_authority_is_owed_runs_on_after_the_closing() -> None:
    """Fact 11: statutory overlays are no matter between the parties."""
    assert owed(duty("eu-gdpr 72h", basis=Basis.STATUTE)) == ()


@pytest.mark.parametrize("name", ["improve", "decide_improvements"])
def test_improvements_do_not_hold_the_closing(name: str) -> None:
    """4.3(c), agreement.md 4: “Improvement items do not hold closing.”"""
    assert owed(duty(name)) == ()


def test_grade_3_waits_for_the_acknowledgement_of_a_report_alone() -> None:
    """3.2(c): a report is acknowledged in every grade; what else is owed does not keep grade 3 open."""
    light = replace(INCIDENT, grade=3)
    report = duty("acknowledge_report", ob="OB-301", clauses=("3.2(c)",), report="REP-20261123-001")

    found = owed(duty("restore"), report, incident=light)

    mend = "tocsin report ack REP-20261123-001 --as CONTACT"
    assert found == (Lack("duty", "OB-301 acknowledge_report", "3.2(c)", mend, f"acknowledge_report-{INC}"),)


def test_what_the_provider_owes_it_cannot_let_go_itself() -> None:
    """Fact 13: its creditor may, in a waiver of its own."""
    [found] = owed(duty("post_incident_report"))

    assert (found.mend, found.may_waive) == ("do it, or ask the customer to waive it", False)


def test_what_the_customer_does_not_answer_is_let_go_after_five_working_days() -> None:
    """Fact 13: recovered on a Monday, waited for until the next one's last working hour."""
    [found] = owed(duty("answer_cooperation", Owing.CUSTOMER, ob="OB-602"))

    assert found.mend == f"ask for it; or from 2026-11-30 18:00 UTC on {CLOSE}"
    assert found.may_waive


def test_before_the_recovery_no_day_is_named() -> None:
    [found] = owed(duty("answer_cooperation", Owing.CUSTOMER), days=False)

    assert found.mend == f"ask for it; or {CLOSE}"


def test_what_both_owe_names_the_act_that_meets_it_first() -> None:
    """3.1, OB-403: one person of each party decides."""
    [found] = owed(duty("decide_grade", Owing.BOTH, ob="OB-403", clauses=("3.1",)))

    decide = f"tocsin regrade {INC} GRADE --by CONTACT --with CONTACT --reason …"
    assert found == Lack(
        "duty",
        "OB-403 decide_grade",
        "3.1",
        f"{decide}; or from 2026-11-30 18:00 UTC on {CLOSE}",
        f"decide_grade-{INC}",
        may_waive=True,
    )


def test_a_duty_of_the_parties_own_has_neither_number_nor_clause() -> None:
    [found] = owed(duty("tell_the_bank", ob="", clauses=()))

    assert (found.name, found.clause) == ("tell_the_bank", "")


def test_what_is_missing_is_named_in_the_order_of_phases_objection_and_duties() -> None:
    found = closing.lacks(INCIDENT, [*RECORDED[:-1], OBJECTION], [duty("restore")], None)

    assert [(each.what, each.name) for each in found] == [
        ("phase", "review"),
        ("objection", f"{INC}/6"),
        ("duty", "OB-502 restore"),
    ]


def test_nobody_waits_for_the_customer_from_five_working_days_after_the_recovery_on() -> None:
    """Fact 13, rule 2: the first day is left out, the weekend is jumped over."""
    assert closing.nobody_waits_from(INCIDENT, WEEK) == at(7 * 24 * 60 + 15 * 60)
    assert closing.nobody_waits_from(replace(INCIDENT, recovered_at=None), WEEK) is None
