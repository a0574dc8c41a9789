"""Rule 1: what a clock that was ahead did to the duties is undone once it is set back, and stays on file."""

from hypothesis import given
from hypothesis import strategies as st

from agent.rules import pauses, set_back
from tests.rules.owing import Agreed, at, event, term

TEAM = term("launch_teams", "30m", starts=("incident.opened",), met_by=("team.launched",))
RIGHT = term(
    "answer_grade", "24h", starts=("grade.told",), met_by=("grade.answered",), is_right=True, debtor="customer"
)
RESTORE = term("restore", "8h", keeps_start=True, may_pause=True, met_by=("recovery.claimed",))
REPORT = term("post_incident_report", "2wd", met_by=("document.delivered",))
AHEAD = 8 * 60


def mended(agreed: Agreed, minutes: float, *, is_standing: bool = False) -> Agreed:
    agreed.now = at(minutes)
    set_back.mend(agreed.book, agreed.ground, is_standing=is_standing)
    return agreed


def test_what_began_in_the_future_began_now_and_its_successor_is_met() -> None:
    agreed = Agreed(TEAM)
    agreed.take(event(minutes=AHEAD))

    mended(agreed, 5).take(event("team.launched", 7, party="provider", contact="lee"))

    assert agreed.states() == ["superseded", "met"]
    assert (agreed.one().started_at, agreed.one().due_at, agreed.one().discharged_at) == (at(5), at(35), at(7))
    assert agreed.all()[0].started_at == at(AHEAD)


def test_a_clock_that_was_right_all_along_leaves_nothing_ahead() -> None:
    agreed = Agreed(TEAM)
    agreed.take(event(minutes=AHEAD))

    assert set_back.is_ahead(agreed.book, at(5))
    assert not set_back.is_ahead(agreed.book, at(AHEAD))
    assert not set_back.is_ahead(mended(agreed, 5).book, at(AHEAD))


def test_what_was_overdue_by_that_clock_alone_runs_on() -> None:
    agreed = Agreed(TEAM)
    agreed.take(event())
    agreed.sweep(AHEAD)

    mended(agreed, 5)

    assert (agreed.one().state, agreed.one().overdue_at, agreed.one().due_at) == ("running", None, at(30))
    assert (agreed.all()[0].state, agreed.all()[0].overdue_at) == ("superseded", at(30))


def test_what_was_overdue_before_stays_so() -> None:
    agreed = Agreed(TEAM)
    agreed.take(event())
    agreed.sweep(AHEAD)

    mended(agreed, 45)

    assert agreed.states() == ["overdue"]


def test_a_right_that_lapsed_by_that_clock_alone_may_still_be_used() -> None:
    """Fact 13."""
    agreed = Agreed(RIGHT)
    agreed.take(event("grade.told"))
    agreed.sweep(30 * 60)

    mended(agreed, 5).take(event("grade.answered", 10, party="customer", contact="wang"))

    assert agreed.states() == ["superseded", "met"]


def test_a_pause_that_began_in_the_future_began_now() -> None:
    """Rule 4."""
    agreed = Agreed(RESTORE)
    agreed.take(event())
    agreed.book.put(pauses.paused(agreed.one(), RESTORE, at(AHEAD)))

    mended(agreed, 5)
    agreed.book.put(pauses.resumed(agreed.one(), RESTORE, at(65), agreed.calendar))

    assert (agreed.one().state, agreed.one().due_at) == ("running", at(AHEAD + 60))


def test_working_days_are_counted_anew_and_give_no_more_time() -> None:
    """Rule 2: by a clock ahead by a weekend it was due on Wednesday."""
    agreed = Agreed(REPORT)
    agreed.take(event(minutes=7 * 24 * 60))
    before = agreed.one().due_at

    mended(agreed, 5)

    assert f"{agreed.one().due_at:%a %d %H:%M}" == "Wed 25 18:00"
    assert f"{before:%a %d %H:%M}" == "Wed 02 18:00"


def test_a_day_that_somebody_named_is_left_as_it_is() -> None:
    """OB-512: an improvement is due on its date."""
    agreed = Agreed(term("improve", "30d", starts=("improvement.agreed",), met_by=("improvement.verified",)))
    agreed.take(event("improvement.agreed", AHEAD, due_at=at(14 * 24 * 60)))

    mended(agreed, 5)

    assert (agreed.one().started_at, agreed.one().due_at) == (at(5), at(14 * 24 * 60))


def test_what_ended_in_the_future_ended_now_and_no_clock_of_today_is_kept_from_starting() -> None:
    cadence = term("progress_update", "60m", starts=("update.posted",), met_by=("update.posted",))
    agreed = Agreed(cadence)
    agreed.take(event("update.posted"), event("update.posted", AHEAD))

    mended(agreed, 5).take(event("update.posted", 6))

    assert sorted(agreed.states()) == ["met", "met_late", "running", "superseded"]
    assert max(each.discharged_at for each in agreed.all() if each.discharged_at) == at(6)


def test_what_ended_before_is_left_as_it_is() -> None:
    agreed = Agreed(TEAM)
    agreed.take(event(), event("team.launched", 7, party="provider", contact="lee"))
    agreed.book.before.clear()  # all is on file

    mended(agreed, 45)

    assert agreed.book.before == {}
    assert (agreed.one().state, agreed.one().discharged_at) == ("met", at(7))


def test_of_no_incident_only_what_was_missed_is_mended() -> None:
    """OB-104: a month begins when the calendar comes to it."""
    month = term("test_channels", "month_end", starts=("calendar.month",), met_by=("channels.tested",))
    agreed = Agreed(month)
    agreed.take(event("calendar.month", AHEAD, incident=""))
    before = agreed.all()

    mended(agreed, 5, is_standing=True)

    assert agreed.all() == before


@given(st.integers(-60, 600), st.integers(0, 600), st.booleans())
def test_it_is_mended_once_and_nobody_gets_more_time(began: int, now: int, is_paused: bool) -> None:
    agreed = Agreed(RESTORE)
    agreed.take(event(minutes=began))
    if is_paused:
        agreed.book.put(pauses.paused(agreed.one(), RESTORE, at(began + 10)))
    before = agreed.one()

    mended(agreed, now)
    once = agreed.all()
    mended(agreed, now)

    assert agreed.all() == once
    assert agreed.one().due_at <= before.due_at
    assert agreed.one().due_at >= agreed.one().started_at
    assert agreed.one().started_at <= max(at(now), before.started_at)
