"""What a fact means to the clocks: facts on file are the events."""

from dataclasses import replace
from typing import Any

import pytest

from agent.agreement.terms import events
from agent.model import Fact, Incident, Kind, State
from agent.rules import happenings
from tests.rules.owing import INC, at

INCIDENT = Incident(
    number=INC,
    kind=Kind.FAULT,
    key="fault checkout",
    state=State.OPEN,
    grade=2,
    is_provisional=True,
    functions=("checkout",),
    rules=("R4",),
    started_at=at(-5),
    detected_at=at(-2),
    opened_at=at(0),
    graded_at=at(0),
)


def told(kind: str, incident: Incident | None = INCIDENT, by: str = "agent", **detail: Any) -> list[tuple[str, str]]:
    fact = Fact(INC if incident else "", at(1), kind, by, detail)
    return [(each.name, each.what) for each in happenings.events_of(fact, incident)]


def test_an_opening_is_three_happenings_the_detection_at_its_own_time() -> None:
    found = happenings.events_of(Fact(INC, at(0), "incident_opened"), INCIDENT)

    assert [(each.name, each.at) for each in found] == [
        ("incident.detected", at(-2)),
        ("incident.opened", at(0)),
        ("grade.set", at(0)),
    ]
    assert told("incident_opened", None) == []


def test_a_regrade_changes_grade_and_incident_and_after_the_recovery_the_record_alone() -> None:
    assert told("grade_raised") == [("grade.changed", ""), ("incident.changed", "grade")]
    assert told("grade_set", replace(INCIDENT, state=State.RECOVERED)) == [("incident.changed", "grade")]


def test_a_decision_on_the_grade_is_of_both_parties_whoever_recorded_it() -> None:
    fact = Fact(INC, at(1), "grade_decided", "lee", {"party": "provider", "grade": 3})

    [decided] = happenings.events_of(fact, INCIDENT)

    assert (decided.name, decided.party) == ("grade.decided", None)


def test_an_acceptance_may_take_an_objection_back() -> None:
    assert told("grade_answered", what="accepted", party="customer", withdraws="INC-1/2") == [
        ("grade.answered", "accepted"),
        ("objection.withdrawn", "accepted"),
    ]


def test_a_cause_that_is_known_or_removed_already_starts_nothing() -> None:
    assert told("cause_known", party="provider") == []
    assert told("cause_known", party="provider", is_first_cause=True) == [("cause.known", "")]


def test_only_what_reaches_the_customer_counts() -> None:
    assert told("notice_released", party="customer", type="opening") == [("grade.told", "opening")]
    assert told("notice_released", party="provider", type="opening") == []
    assert told("notice_released", party="customer", type="recovery") == []
    assert told("notice_accepted", party="customer", type="opening", seq=3, is_person=True) == [
        ("notice.delivered", "opening")
    ]
    assert told("notice_accepted", party="customer", type="opening", is_person=False) == []
    assert told("notice_accepted", party="provider", type="opening", is_person=True) == []
    assert told("notice_reached", party="customer", type="change") == [("notice.reached", "change")]


def test_an_opening_that_was_over_before_its_hold_is_withheld_from_the_customer_alone() -> None:
    """Agreement.md 5: it owes no first notice; the provider's copy is no matter of a clock."""
    assert told("notice_withheld", party="customer", type="opening") == [("notice.withheld", "opening")]
    assert told("notice_withheld", party="provider", type="opening") == []


def test_a_gap_of_the_agent_is_a_loss_and_a_return_at_their_own_times() -> None:
    fact = Fact("", at(9), "agent_was_away", detail={"since": at(0).isoformat(), "until": at(9).isoformat()})

    assert [(each.name, each.at) for each in happenings.events_of(fact, None)] == [
        ("monitoring.lost", at(0)),
        ("monitoring.back", at(9)),
    ]


def test_a_gap_that_an_incident_tells_of_is_counted_once_in_the_chain_of_none() -> None:
    """OB-201"""
    assert told("agent_was_away", since=at(0).isoformat(), until=at(9).isoformat()) == []


def test_what_a_person_does_carries_the_person_the_party_and_a_day_of_its_own() -> None:
    fact = Fact(
        INC, at(1), "improvement_agreed", "lee", {"party": "provider", "about": "3", "due_at": at(99).isoformat()}
    )

    (found,) = happenings.events_of(fact, INCIDENT)

    assert (found.contact, found.party, found.about, found.due_at) == ("lee", "provider", "3", at(99))


def test_an_incident_that_never_reaches_the_customer_owes_it_nothing() -> None:
    assert told("incident_opened", replace(INCIDENT, is_mapped=False)) == []


def test_a_fact_that_no_clock_asks_for_is_no_event() -> None:
    assert told("signals_joined") == []


def test_every_event_told_is_one_of_the_closed_list() -> None:
    plain = {name for names in happenings._SAID.values() for name in names}

    assert plain | set(happenings._REGISTERS.values()) | set(happenings._TURNS.values()) <= set(events())


def test_a_window_is_planned_when_it_is_announced_and_its_limit_runs_back_from_its_begin() -> None:
    fact = Fact("", at(0), "maintenance_announced", "lee", {"window": "MW-1", "since": at(60).isoformat()})

    [planned] = happenings.events_of(fact, None)

    assert (planned.name, planned.about, planned.at, planned.due_at) == ("maintenance.planned", "MW-1", at(0), at(60))


def test_a_window_is_announced_once_a_person_of_the_customer_has_it() -> None:
    had = {"type": "maintenance", "notice": "MW-1/0/customer/announced/1", "is_person": True}

    assert told("notice_accepted", None, party="customer", **had) == [("maintenance.announced", "maintenance")]
    assert told("notice_accepted", None, party="provider", **had) == []
    assert told("notice_accepted", None, party="customer", **{**had, "is_person": False}) == []
    assert told("maintenance_called_off", None, window="MW-1") == [("maintenance.cancelled", "")]


def test_a_request_starts_the_clock_of_who_is_asked() -> None:
    """OB-903: who is invited owes the answer."""
    asked = Fact(INC, at(1), "request_asked", "lee", {"party": "provider", "what": "invitation", "about": "R-1"})

    [found] = happenings.events_of(asked, INCIDENT)

    assert (found.name, found.what, found.about, found.party) == ("request.asked", "invitation", "R-1", "customer")


def test_an_answer_is_an_acknowledgement_of_the_notice_that_asked() -> None:
    """OB-306: whoever answers has read it."""
    said = {"party": "customer", "what": "cooperation", "about": "R-1"}
    answered = Fact(INC, at(1), "request_answered", "wang", {**said, "notice_seq": 4})

    found = happenings.events_of(answered, INCIDENT)

    assert [(each.name, each.about, each.contact) for each in found] == [
        ("request.answered", "R-1", "wang"),
        ("notice.acknowledged", "4", "wang"),
    ]
    assert told("request_answered", party="provider", what="support") == [("request.answered", "support")]


def test_a_fact_is_known_before_it_is_shared() -> None:
    """OB-308: since when it is said, else from the telling."""
    told_of = {"party": "provider", "about": "F-1"}
    late = Fact(INC, at(40), "fact_shared", "lee", {**told_of, "known_at": at(5).isoformat()})
    at_once = Fact(INC, at(40), "fact_shared", "lee", told_of)

    assert [(each.name, each.at) for each in happenings.events_of(late, INCIDENT)] == [
        ("fact.known", at(5)),
        ("fact.shared", at(40)),
    ]
    assert happenings.events_of(at_once, INCIDENT)[0].at == at(40)


def test_a_report_of_the_customer_is_discovered_before_it_arrives() -> None:
    """OB-204, fact 5: from when it was discovered to when it entered the system; at once where that is not said."""
    said = {"party": "customer", "report": "REP-1", "discovered_at": at(-20).isoformat()}
    late = Fact(INC, at(5), "report_received", "wang", said)
    at_once = Fact(INC, at(5), "report_received", "wang", {"party": "customer", "report": "REP-1"})

    found = happenings.events_of(late, INCIDENT)

    assert [(each.name, each.at, each.report) for each in found] == [
        ("report.discovered", at(-20), "REP-1"),
        ("report.received", at(5), "REP-1"),
    ]
    assert [each.at for each in happenings.events_of(at_once, INCIDENT)] == [at(5), at(5)]


def test_to_what_the_provider_reports_itself_nobody_owes_an_answer() -> None:
    """3.2(c): the acknowledgement is owed to the customer."""
    assert told("report_received", party="provider", report="REP-1") == []


def test_progress_is_told_while_the_incident_goes_on() -> None:
    """3.5, OB-304: after the recovery an update is a remark."""
    assert told("update_posted", party="provider") == [("update.posted", "")]
    assert told("update_posted", replace(INCIDENT, state=State.VERIFYING)) == [("update.posted", "")]
    assert told("update_posted", replace(INCIDENT, state=State.RECOVERED)) == []
    assert told("update_posted", None) == []


def test_another_expected_time_is_a_change_that_must_be_told() -> None:
    """OB-305."""
    assert told("update_posted", is_new_eta=True) == [("update.posted", ""), ("incident.changed", "eta")]


def test_an_update_that_names_the_cause_first_makes_it_known() -> None:
    """OB-504: eradication runs from there."""
    assert told("update_posted", is_first_cause=True) == [("update.posted", ""), ("cause.known", "")]


def test_the_record_of_a_phase_tells_how_it_goes_and_is_a_change() -> None:
    """3.4, OB-304, OB-305: nobody says the same thing twice at three in the morning."""
    assert told("phase_recorded", what="containment") == [
        ("phase.recorded", "containment"),
        ("update.posted", ""),
        ("incident.changed", "phase"),
    ]


def test_a_review_is_recorded_after_the_recovery_and_tells_no_progress() -> None:
    """3.4(e)."""
    recovered = replace(INCIDENT, state=State.RECOVERED)

    assert told("phase_recorded", recovered, what="review") == [
        ("phase.recorded", "review"),
        ("incident.changed", "phase"),
    ]


def test_an_assessment_made_again_starts_no_second_containment() -> None:
    """OB-503 runs from the assessment: the first one."""
    again = [("update.posted", ""), ("incident.changed", "phase")]

    assert told("phase_recorded", what="assessment", is_again=True) == again
    assert told("phase_recorded", what="containment", is_again=True) == [("phase.recorded", "containment"), *again]


def test_a_phase_s_record_may_name_the_cause_first() -> None:
    """OB-504."""
    assert ("cause.known", "containment") in told("phase_recorded", what="containment", is_first_cause=True)


def test_a_closing_is_where_improvements_are_to_be_decided_from() -> None:
    """OB-905: met at once where both had decided before."""
    assert told("incident_closed") == [("incident.closed", "")]
    assert told("incident_closed", decision="DEC-20261123-001") == [
        ("incident.closed", ""),
        ("improvements.decided", ""),
    ]


def test_a_line_of_a_register_belongs_to_no_incident_s_clocks() -> None:
    """OB-512: no regrade or end of the incident moves them."""
    fact = Fact(INC, at(1), "improvement_agreed", "lee", {"party": "provider", "about": "IMP-1", "is_internal": True})
    own_matter = replace(INCIDENT, is_mapped=False)

    [found] = happenings.events_of(fact, own_matter)

    assert (found.name, found.incident, found.is_own, found.is_again) == ("improvement.agreed", "", True, False)


def test_what_is_taken_back_is_owed_once_more() -> None:
    """OB-203, OB-702."""
    for kind in ("attestation_withdrawn", "maintenance_withdrawn"):
        [found] = happenings.events_of(Fact("", at(1), kind, "wang", {"party": "customer"}), None)
        assert found.is_again


# --- statutes


def test_a_level_that_owes_a_report_starts_its_clock_and_one_that_does_not_ends_it() -> None:
    """Fact 11: since when it counts, a person says."""
    decided = {"party": "provider", "what": "cn-incident-report", "counts_from": at(-30).isoformat()}
    owes = Fact(INC, at(1), "regulatory_level_set", "lee", {**decided, "owes": True})
    excludes = Fact(INC, at(1), "regulatory_level_set", "lee", decided)

    [applies], [excluded] = happenings.events_of(owes, INCIDENT), happenings.events_of(excludes, INCIDENT)

    assert (applies.name, applies.what, applies.at, applies.party) == (
        "statute.applies", "cn-incident-report", at(-30), None,
    )  # fmt: skip
    assert (excluded.name, excluded.at) == ("statute.excluded", at(-30))


def test_a_filing_counts_from_when_it_was_filed() -> None:
    """Fact 11: the program files nothing; a person put on record that they did."""
    said = {"party": "provider", "what": "cn_first_report", "counts_from": at(-10).isoformat()}

    [filed] = happenings.events_of(Fact(INC, at(1), "statute_filed", "lee", said), INCIDENT)

    assert (filed.name, filed.what, filed.at, filed.contact) == ("statute.filed", "cn_first_report", at(-10), "lee")


# --- acknowledgements


def test_an_acknowledgement_is_of_each_notice_that_it_names_and_one_of_none_of_no_notice() -> None:
    """OB-306: a clock for each notice; what stood on file before notices were named was of all of them."""

    def about(**detail: Any) -> list[str]:
        fact = Fact(INC, at(1), "acknowledged", "wang", {"party": "customer", **detail})
        return [each.about for each in happenings.events_of(fact, INCIDENT)]

    assert about(notices=[1, 3]) == ["1", "3"]
    assert about(notices=[]) == ["0"]
    assert about() == [""]


def test_a_change_asks_for_its_receipt_where_the_grade_changed() -> None:
    """OB-306: what only widens is delivered as well, and starts no clock of that sort."""
    given: dict[str, Any] = {"party": "customer", "type": "change", "seq": 4, "is_person": True}

    assert told("notice_accepted", **given, is_regrade=True) == [("notice.delivered", "change")]
    assert told("notice_accepted", **given, is_regrade=False) == [("notice.delivered", "")]


def test_what_was_read_before_a_carrier_took_it_is_acknowledged_as_it_arrives() -> None:
    given: dict[str, Any] = {"party": "customer", "type": "opening", "seq": 1, "is_person": True}
    fact = Fact(INC, at(1), "notice_accepted", "agent", {**given, "acknowledged_by": "wang"})

    found = happenings.events_of(fact, INCIDENT)

    assert [(each.name, each.about, each.contact) for each in found] == [
        ("notice.delivered", "1", ""),
        ("notice.acknowledged", "1", "wang"),
    ]


# --- the agreement's own time


def test_a_first_day_and_each_turn_of_the_calendar_are_events_about_their_period() -> None:
    """OB-101, OB-104: the facts are the events; a month that ended is told before the one that begins."""
    first = Fact("", at(0), "agreement_effective", detail={"effective": "2026-01-01"})
    turned = Fact(
        "",
        at(0),
        "calendar_turned",
        detail={"month": "2027-01", "quarter": "2027-Q1", "year": "2027", "ended": "2026-12"},
    )

    assert [event.name for event in happenings.events_of(first, None)] == ["agreement.effective"]
    assert [(event.name, event.about, event.at) for event in happenings.events_of(turned, None)] == [
        ("calendar.month_ended", "2026-12", at(0)),
        ("calendar.year", "2027", at(0)),
        ("calendar.quarter", "2027-Q1", at(0)),
        ("calendar.month", "2027-01", at(0)),
    ]


@pytest.mark.parametrize(
    ("outcome", "names"),
    [
        ("met", ["availability.met"]),
        ("not_assessable", ["availability.not_assessable"]),
        ("missed", []),  # the clock of the month tells that itself
    ],
)
def test_a_month_s_availability_is_met_or_cannot_be_assessed(outcome: str, names: list[str]) -> None:
    """OB-801: the provider's duty, whoever measured it."""
    fact = Fact("", at(0), "availability_measured", detail={"outcome": outcome, "about": "2026-10"})

    found = happenings.events_of(fact, None)

    assert [event.name for event in found] == names
    assert all((event.party, event.about) == ("provider", "2026-10") for event in found)


@pytest.mark.parametrize(("outcome", "names"), [("watched", ["own_use.watched"]), ("not_watched", [])])
def test_a_quarter_that_the_customer_s_machines_watched_through_is_watched(outcome: str, names: list[str]) -> None:
    """OB-203, 2.3(a): the customer's duty, whoever measured it; of a quarter that was not, only it can say so."""
    fact = Fact("", at(0), "own_use_measured", detail={"outcome": outcome, "about": "2026-Q4"})

    found = happenings.events_of(fact, None)

    assert [event.name for event in found] == names
    assert all((event.party, event.about) == ("customer", "2026-Q4") for event in found)
