"""The duties' clocks (agreement.md 5): what starts, meets, ends and supersedes them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.agreement.terms import events, shipped
from agent.model import Event, Obligation, ObligationState, Owing, Party, Role
from agent.rules import obligations, pauses
from tests.rules.owing import INC, NOW, WEEK, Agreed, at, event, term

BY_A_PERSON = {"by": (Role.MEMBER,)}


# --- starting
def test_a_clock_starts_at_its_event_with_the_limit_of_the_grade() -> None:
    agreed = Agreed(term(limits={1: "30m", 2: "1h"}))

    agreed.take(event(minutes=5))

    clock = agreed.one()
    assert (clock.id, clock.started_at, clock.due_at, clock.limit) == (f"assess-{INC}", at(5), at(65), "1h")
    assert (clock.state, clock.debtor, clock.creditor) == ("running", "provider", "customer")
    assert (clock.agreement_version, clock.agreement_hash) == (3, "abc")


def test_a_grade_that_does_not_owe_it_starts_nothing() -> None:
    agreed = Agreed(term(limits={1: "30m"}))

    agreed.take(event(grade=3))

    assert agreed.all() == []


def test_the_same_event_starts_one_clock_however_often_it_comes() -> None:
    agreed = Agreed(term())
    agreed.take(event(), event("phase.recorded", 5, what="assessment"))

    agreed.take(event())

    assert agreed.states() == ["met"]


def test_a_clock_that_runs_is_not_started_beside_itself() -> None:
    agreed = Agreed(term())

    agreed.take(event(), event(minutes=3))

    assert [each.started_at for each in agreed.all()] == [at(0)]


def test_what_was_met_starts_again_with_a_later_event() -> None:
    agreed = Agreed(term())
    agreed.take(event(), event("phase.recorded", 5, what="assessment"))

    agreed.take(event(minutes=9))

    assert [each.id for each in agreed.all()] == [f"assess-{INC}", f"assess-{INC}-2"]


def test_each_party_has_a_clock_of_its_own_where_each_owes_it() -> None:
    agreed = Agreed(term(debtor=Owing.EACH, creditor=Owing.EACH, met_by=("notice.acknowledged",)))
    agreed.take(event())

    agreed.take(event("notice.acknowledged", 2, party=Party.CUSTOMER, contact="wang"))

    assert {each.debtor: str(each.state) for each in agreed.all()} == {"provider": "running", "customer": "met"}


def test_the_event_names_who_owes_it_where_the_term_does_not() -> None:
    named = term(debtor=Owing.NAMED, creditor=Owing.NAMED)
    agreed = Agreed(named)

    agreed.take(event(party=Party.CUSTOMER), event(minutes=1))

    assert [(each.debtor, each.creditor) for each in agreed.all()] == [("customer", "provider")]


def test_every_event_has_a_clock_of_its_own_where_the_term_says_so() -> None:
    agreed = Agreed(term(is_per_event=True))

    agreed.take(event(about="1"), event(minutes=1, about="2"), event(minutes=2, about="1"))

    assert [(each.about, each.started_at) for each in agreed.all()] == [("1", at(0)), ("2", at(1))]


def test_the_same_notice_is_answered_once_and_not_asked_for_again() -> None:
    agreed = Agreed(term(is_per_event=True, met_by=("notice.acknowledged",)))
    agreed.take(event(about="1"), event("notice.acknowledged", 2, about="1"))

    agreed.take(event(minutes=5, about="1"))

    assert agreed.states() == ["met"]


def test_a_day_of_its_own_wins_over_the_limit() -> None:
    agreed = Agreed(term())

    agreed.take(event(due_at=at(999)))

    assert agreed.one().due_at == at(999)


@pytest.mark.parametrize(
    ("is_adopted", "is_trial", "is_target"), [(True, False, False), (False, False, True), (True, True, True)]
)
def test_a_default_nobody_signed_is_a_target(is_adopted: bool, is_trial: bool, is_target: bool) -> None:
    """Fact 2, and a trial agreement owes nothing yet."""
    agreed = Agreed(term(is_adopted=is_adopted), is_trial=is_trial)

    agreed.take(event())

    assert agreed.one().is_target is is_target


# --- meeting
def test_the_right_event_meets_it_and_another_sort_does_not() -> None:
    agreed = Agreed(term())
    agreed.take(event(), event("phase.recorded", 5, what="containment"))
    assert agreed.states() == ["running"]

    agreed.take(event("phase.recorded", 6, what="assessment", contact="chen"))

    clock = agreed.one()
    assert (clock.state, clock.discharged_at, clock.discharged_by) == ("met", at(6), "chen")


def test_a_robot_cannot_do_what_a_person_owes() -> None:
    agreed = Agreed(term(met_by=("update.posted",), **BY_A_PERSON))

    agreed.take(event(), event("update.posted", 5))

    assert agreed.states() == ["running"]


def test_the_other_party_cannot_discharge_it_and_either_can_what_both_owe() -> None:
    one = Agreed(term(met_by=("principals.spoke",)))
    both = Agreed(term(met_by=("principals.spoke",), debtor=Owing.BOTH))
    for agreed in (one, both):
        agreed.take(event(), event("principals.spoke", 5, party=Party.CUSTOMER))

    assert (one.states(), both.states()) == (["running"], ["met"])


def test_what_happened_before_it_began_does_not_meet_it() -> None:
    agreed = Agreed(term())
    agreed.take(event(minutes=10), event("phase.recorded", 5, what="assessment"))

    assert agreed.states() == ["running"]


def test_an_update_meets_the_one_that_was_owed_and_never_the_next_one() -> None:
    updates = term("progress_update", starts=("notice.reached", "update.posted"), met_by=("update.posted",))
    agreed = Agreed(updates)
    agreed.take(event("notice.reached"), event("update.posted", 20, contact="chen"))
    assert agreed.states() == ["met", "running"]

    agreed.take(event("update.posted", 20, contact="chen"))

    assert agreed.states() == ["met", "running"]


@pytest.mark.parametrize(
    "other",
    [{"incident": "INC-20261123-002"}, {"report": "REP-2"}, {"about": "8"}],
    ids=["incident", "report", "notice"],
)
def test_an_event_about_something_else_does_not_meet_it(other: dict[str, str]) -> None:
    agreed = Agreed(term(is_per_event=True, met_by=("notice.acknowledged",)))
    agreed.take(event(report="REP-1", about="7"))

    agreed.take(event("notice.acknowledged", 1, **{"report": "REP-1", "about": "7", **other}))

    assert agreed.states() == ["running"]


# --- time
def test_it_is_overdue_at_its_limit_and_keeps_that_when_met_late() -> None:
    agreed = Agreed(term())
    agreed.take(event())
    agreed.sweep(29)
    assert agreed.states() == ["running"]

    agreed.sweep(31)
    agreed.take(event("phase.recorded", 40, what="assessment"))

    clock = agreed.one()
    assert (clock.state, clock.overdue_at, clock.discharged_at) == ("met_late", at(30), at(40))


def test_what_was_done_late_is_late_also_where_nobody_swept_in_between() -> None:
    agreed = Agreed(term())

    agreed.take(event(), event("phase.recorded", 40, what="assessment"))

    assert (agreed.one().state, agreed.one().overdue_at) == ("met_late", at(30))


def test_a_right_lapses_and_is_never_overdue() -> None:
    """Fact 13."""
    agreed = Agreed(term(is_right=True))
    agreed.take(event())

    agreed.sweep(31)

    clock = agreed.one()
    assert (clock.state, clock.overdue_at, clock.discharged_at) == ("lapsed", None, at(30))


def test_time_moves_a_running_clock_and_calls_for_an_overdue_one() -> None:
    agreed = Agreed(term(limits="100m"))
    agreed.take(event())
    clock = agreed.one()

    assert obligations.next_at(clock) == at(20)
    assert obligations.next_at(replace(clock, mark_at=None)) == at(100)
    assert obligations.next_at(replace(clock, state=ObligationState.OVERDUE, mark_at=at(120))) == at(120)
    assert obligations.next_at(replace(clock, state=ObligationState.PAUSED)) is None
    assert obligations.next_at(replace(clock, state=ObligationState.MET)) is None


# --- grades
def test_a_raise_restarts_the_clock_with_the_new_limit() -> None:
    """Rule 3; the old one is superseded, never overwritten."""
    agreed = Agreed(term(limits={1: "30m", 2: "4h"}))
    agreed.take(event())

    agreed.regrade(1, 20)

    old, new = agreed.all()
    assert (old.state, old.superseded_by, old.due_at) == ("superseded", new.id, at(240))
    assert (new.id, new.grade, new.started_at, new.due_at) == (f"assess-{INC}.2", 1, at(20), at(50))


def test_a_raise_never_gives_more_time() -> None:
    agreed = Agreed(term(limits={1: "30m", 2: "1h"}))
    agreed.take(event())

    agreed.regrade(1, 50)

    assert agreed.one().due_at == at(60)


def test_the_restoration_keeps_its_start_and_what_is_past_is_due_a_quarter_of_an_hour_later() -> None:
    restore = term("restore", limits={1: "4h", 2: "8h"}, keeps_start=True)
    early, late = Agreed(restore), Agreed(restore)
    for agreed in (early, late):
        agreed.take(event())

    early.regrade(1, 60)
    late.regrade(1, 300)

    assert (early.one().due_at, early.one().started_at, early.one().is_retroactive) == (at(240), at(0), False)
    assert (late.one().due_at, late.one().is_retroactive) == (at(315), True)


def test_what_the_higher_grade_does_not_owe_is_void() -> None:
    agreed = Agreed(term(limits={2: "30m"}))
    agreed.take(event())

    agreed.regrade(1, 5)

    assert (agreed.one().state, agreed.one().reason) == ("void", "grade 1 does not owe it")


def test_lowering_leaves_what_runs_and_what_is_overdue_stays_overdue() -> None:
    agreed = Agreed(term(limits={1: "30m", 2: "1h", 3: "2h"}))
    agreed.take(event())
    agreed.regrade(3, 5)
    assert agreed.one().due_at == at(60)

    agreed.sweep(61)
    agreed.regrade(1, 62)

    assert agreed.states() == ["overdue"]


def test_what_ran_out_before_the_raise_is_overdue_and_gets_no_new_limit() -> None:
    """Rule 3: also where nobody had looked since it ran out."""
    agreed = Agreed(term(limits={1: "30m", 2: "1h"}))
    agreed.take(event())

    agreed.regrade(1, 61)

    assert agreed.states() == ["overdue"]
    assert agreed.one().overdue_at == at(60)


def test_a_report_and_a_clock_of_terms_gone_are_left_alone_by_a_raise() -> None:
    agreed = Agreed(term(limits={1: "1m", 2: "30m"}))
    agreed.take(event(report="REP-1"))
    gone = Agreed(term("gone", limits={1: "1m", 2: "30m"}))
    gone.take(event())
    gone.terms = {}

    agreed.regrade(1, 5)
    gone.regrade(1, 5)
    gone.take(event("incident.voided", 6))

    assert (agreed.one().due_at, gone.one().due_at) == (at(30), at(30))


# --- pausing, ending, waiving
def test_a_paused_clock_does_not_lapse_and_is_due_later_by_what_it_stood_still() -> None:
    """Rule 4."""
    restore = term(may_pause=True)
    agreed = Agreed(restore)
    agreed.take(event())
    clock = pauses.paused(agreed.one(), restore, at(10))

    assert obligations.swept(clock, restore, at(60)) is clock
    again = pauses.resumed(clock, restore, at(60), WEEK)

    assert (clock.state, clock.mark_at) == ("paused", None)
    assert (again.state, again.due_at, again.paused_s) == ("running", at(80), 3000.0)
    assert pauses.resumed(again, restore, at(70), WEEK) is again
    assert obligations.met(clock, at(90), WEEK).state == "met"


def test_only_what_may_pause_does() -> None:
    fixed = term()
    agreed = Agreed(fixed)
    agreed.take(event())

    assert pauses.paused(agreed.one(), fixed, at(10)) is agreed.one()


def test_a_paused_restoration_keeps_its_pauses_when_the_grade_rises() -> None:
    restore = term("restore", limits={1: "4h", 2: "8h"}, keeps_start=True, may_pause=True)
    agreed = Agreed(restore)
    agreed.take(event())
    agreed.book.put(pauses.resumed(pauses.paused(agreed.one(), restore, at(0)), restore, at(30), WEEK))
    agreed.book.put(pauses.paused(agreed.one(), restore, at(40)))

    agreed.regrade(1, 60)

    assert (agreed.one().state, agreed.one().due_at, agreed.one().mark_at) == ("paused", at(270), None)


def test_the_end_of_its_ground_voids_it() -> None:
    agreed = Agreed(term(ends=("incident.voided",)))
    agreed.take(event())

    agreed.take(event("incident.voided", 5))

    assert (agreed.one().state, agreed.one().reason) == ("void", "incident.voided")


def test_a_waiver_says_who_and_why_and_keeps_that_it_was_overdue() -> None:
    agreed = Agreed(term())
    agreed.take(event())
    agreed.sweep(31)

    clock = obligations.waived(agreed.one(), at(40), "wang", "we asked them to wait")

    assert (clock.state, clock.discharged_by, clock.reason, clock.overdue_at) == (
        *("waived", "wang", "we asked them to wait"),
        at(30),
    )


# --- bad again
@pytest.mark.parametrize(("met_at", "state", "due"), [(60, "running", 510), (500, "overdue", 480)])
def test_what_fails_again_is_owed_again_without_the_good_time(met_at: int, state: str, due: int) -> None:
    """Section 4, "Reopen": what was late stays overdue."""
    restore = term("restore", limits="8h", keeps_start=True, met_by=("recovery.claimed",))
    agreed = Agreed(restore)
    agreed.take(event(), event("recovery.claimed", met_at))

    agreed.take(event("incident.relapsed", met_at + 30), event("incident.relapsed", met_at + 30))

    assert [each.state for each in agreed.all()] == ["superseded", state]
    assert (agreed.one().due_at, agreed.one().started_at) == (at(due), at(0))


# --- promises over all histories
HISTORIES = st.lists(
    st.builds(
        Event,
        name=st.sampled_from(sorted(events())),
        at=st.integers(0, 600).map(at),
        what=st.sampled_from(
            ["", "opening", "change", "assessment", "containment", "review", "cooperation", "objection"]
        ),
        incident=st.just(INC),
        about=st.sampled_from(["", "1", "2"]),
        party=st.sampled_from([None, *Party]),
        contact=st.sampled_from(["", "lee"]),
        grade=st.sampled_from([1, 2, 3]),
        begun_at=st.just(NOW),
    ),
    max_size=25,
    unique_by=lambda event: event.at,
)


def lived(history: list[Event]) -> Agreed:
    agreed = Agreed(*shipped().values())
    for each in sorted(history, key=lambda one: one.at):
        if each.name == "grade.changed" and each.grade is not None:
            agreed.now = each.at
            obligations.regraded(agreed.book, each.grade, each.at, agreed.ground)
        agreed.take(each)
    return agreed


@given(HISTORIES)
def test_due_never_precedes_start_but_for_what_is_due_before_its_event(history: list[Event]) -> None:
    for clock in lived(history).all():
        assert clock.due_at >= clock.started_at or clock.limit.startswith("before")


@given(HISTORIES)
def test_a_raise_never_moves_a_due_time_later(history: list[Event]) -> None:
    agreed = lived(history)
    before = {each.id: each for each in agreed.book.open()}

    agreed.regrade(1, 700)

    for old in before.values():
        now = agreed.book.rows[old.id]
        if now.state is ObligationState.SUPERSEDED:
            assert agreed.book.rows[now.superseded_by].due_at <= old.due_at


@given(HISTORIES)
def test_telling_a_history_twice_changes_nothing(history: list[Event]) -> None:
    agreed = lived(history)
    before = dict(agreed.book.rows)

    for each in sorted(history, key=lambda one: one.at):
        agreed.take(each)

    assert {id_: str(each.state) for id_, each in agreed.book.rows.items()} == {
        id_: str(each.state) for id_, each in before.items()
    }


@given(HISTORIES, st.integers(0, 25))
def test_what_has_long_ended_need_not_be_remembered(history: list[Event], often: int) -> None:
    """Forgotten or not, and told again or not: the same clocks under the same names."""
    whole, short = Agreed(*shipped().values()), Agreed(*shipped().values())
    on_file: dict[str, Obligation] = {}
    for number, each in enumerate(sorted(history, key=lambda one: one.at)):
        for agreed in (whole, short):
            if each.name == "grade.changed" and each.grade is not None:
                agreed.now = each.at
                obligations.regraded(agreed.book, each.grade, each.at, agreed.ground)
            agreed.take(each, each)
        on_file |= short.book.rows
        if often and number % often == 0:
            short.book.before.clear()
            obligations.forget(short.book, kept=2)

    assert on_file == whole.book.rows


def test_what_fails_again_for_days_leaves_a_short_memory_and_all_of_it_on_file() -> None:
    restore = term("restore", limits="8h", keeps_start=True, met_by=("recovery.claimed",))
    agreed = Agreed(restore)
    on_file: dict[str, Obligation] = {}
    agreed.take(event())
    for round_ in range(50):
        agreed.take(event("recovery.claimed", 2 * round_ + 1), event("incident.relapsed", 2 * round_ + 2))
        on_file |= agreed.book.rows
        agreed.book.before.clear()
        obligations.forget(agreed.book)

    assert len(agreed.book.rows) == 1 + obligations.KEPT
    assert (len(on_file), agreed.one().id.rpartition(".")[2]) == (51, "51")


@given(HISTORIES)
def test_every_clock_that_is_not_open_says_when_it_ended(history: list[Event]) -> None:
    for clock in lived(history).all():
        assert clock.state.is_open == (clock.discharged_at is None)
        assert clock.mark_at is None or clock.state in (ObligationState.RUNNING, ObligationState.OVERDUE)


def test_the_shipped_terms_name_only_events_of_the_closed_list() -> None:
    from agent.agreement.terms import event_names

    known = set(event_names())
    named = {name for each in shipped().values() for name in (*each.starts, *each.met_by, *each.ends)}

    assert named - known == set()


def test_a_limit_that_runs_backwards_does_so_from_the_day_that_the_event_names() -> None:
    agreed = Agreed(term("announce_maintenance", "before 72h", starts=("maintenance.planned",)))

    agreed.take(event("maintenance.planned", 0, due_at=at(80 * 60)))

    [owed] = agreed.book.open()
    assert (owed.started_at, owed.due_at) == (at(0), at(8 * 60))


@pytest.mark.parametrize(
    ("about", "met"),
    [("", ["2026-11", "2026-12"]), ("IMP-1", ["2026-11", "2026-12"]), ("2026-11", ["2026-11"]), ("2027-01", [])],
)
def test_what_is_owed_for_a_period_is_met_by_what_names_no_other(about: str, met: list[str]) -> None:
    """OB-104, OB-702: each month is a clock of its own; what is done late meets every month still open."""
    monthly = term(
        "test_channels", "month_end", starts=("calendar.month",), met_by=("channels.tested",), is_per_event=True
    )
    agreed = Agreed(monthly)
    for month in ("2026-11", "2026-12"):
        agreed.take(event("calendar.month", 0, about=month, incident=""))

    agreed.take(event("channels.tested", 10, about=about, incident=""))

    assert [each.about for each in agreed.all() if not each.state.is_open] == met
