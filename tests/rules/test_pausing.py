"""Rule 4: a clock that stands still, and what happens to it meanwhile."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from agent.rules import limits, obligations, pauses, workdays
from tests.rules.owing import WEEK, Agreed, at, event, term

RESTORE = term("restore", limits={1: "60m", 2: "2h"}, keeps_start=True, may_pause=True, starts=("incident.opened",))


def paused_at(minutes: float) -> Agreed:
    agreed = Agreed(RESTORE)
    agreed.take(event())
    agreed.book.put(pauses.paused(agreed.one(), RESTORE, at(minutes)))
    return agreed


def test_what_is_met_while_it_stands_still_was_due_later_by_that() -> None:
    met = obligations.met(paused_at(30).one(), at(150), WEEK)

    assert (met.state, met.due_at, met.paused_at, met.paused_s) == ("met", at(240), None, 7200.0)


def test_what_was_met_while_it_stood_still_is_not_given_that_time_twice() -> None:
    """Failed again and answered later: the pause counts once, the good time once."""
    agreed = paused_at(30)
    agreed.book.put(obligations.met(agreed.one(), at(60), WEEK))

    agreed.take(event("incident.relapsed", 70))
    again = agreed.one()

    assert (again.state, again.due_at) == ("running", at(160))  # 120, 30 of pause, 10 restored
    assert pauses.resumed(again, RESTORE, at(90), WEEK) is again


def test_a_raise_while_it_stands_still_is_not_past_the_new_limit() -> None:
    """Rules 3 and 4: it was 30 min old when it stopped, however long ago that is."""
    agreed = paused_at(30)

    agreed.regrade(1, 200)

    assert not agreed.one().is_retroactive
    assert pauses.resumed(agreed.one(), RESTORE, at(210), WEEK).due_at == at(240)  # 60 and 180 of pause


def test_what_was_past_the_new_limit_before_it_stopped_is_due_a_quarter_of_an_hour_after_it_runs_on() -> None:
    agreed = paused_at(90)

    agreed.regrade(1, 200)

    assert agreed.one().is_retroactive
    assert pauses.resumed(agreed.one(), RESTORE, at(210), WEEK).due_at == at(225)


IN_HOURS = term("restore", limits={2: "8wh", 3: "24wh"}, keeps_start=True, may_pause=True, starts=("incident.opened",))
IN_DAYS = term("report", limits={3: "3wd"}, may_pause=True, starts=("incident.opened",))
BRIDGED = replace(WEEK, days_off=frozenset({date(2026, 11, 25)}), make_up_days=frozenset({date(2026, 11, 28)}))
HOURS = 60.0


def in_grade_3(agreed: Agreed, since: float, until: float) -> None:
    """It stands still from one minute to another."""
    limit = agreed.terms[agreed.one().name]
    agreed.book.put(pauses.paused(agreed.one(), limit, at(since)))
    agreed.book.put(pauses.resumed(agreed.one(), limit, at(until), agreed.calendar))


def test_a_weekend_on_which_nobody_works_gives_no_time_back() -> None:
    """Rules 2 and 4: from Friday 19:00 to Monday 08:00, 61 hours of which none is worked."""
    agreed = Agreed(IN_HOURS)
    agreed.take(event(grade=3))
    before = agreed.one().due_at

    in_grade_3(agreed, (4 * 24 + 16) * HOURS, (7 * 24 + 5) * HOURS)

    assert f"{before:%a %H:%M}" == "Wed 15:00"
    assert agreed.one().due_at == before


def test_of_a_night_only_the_working_hours_are_given_back() -> None:
    """Rules 2 and 4: from Monday 16:00 to Tuesday 10:00 three hours are worked."""
    agreed = Agreed(IN_HOURS)
    agreed.take(event(grade=3))

    in_grade_3(agreed, 13 * HOURS, 31 * HOURS)

    assert f"{agreed.one().due_at:%a %H:%M}" == "Wed 18:00"
    assert agreed.one().paused_s == 18 * 3600


def test_what_is_met_while_it_stands_still_was_due_later_by_the_hours_worked() -> None:
    """Rule 4: the same by the way of the discharge."""
    agreed = Agreed(IN_HOURS)
    agreed.take(event(grade=3))
    agreed.book.put(pauses.paused(agreed.one(), IN_HOURS, at(13 * HOURS)))

    met = obligations.met(agreed.one(), at(31 * HOURS), WEEK)

    assert f"{met.state} {met.due_at:%a %H:%M}" == "met Wed 18:00"


def test_time_spent_recovered_counts_in_the_clocks_own_time() -> None:
    """Rule 2, reopening: restored from Monday 16:00 to Tuesday 10:00."""
    agreed = Agreed(replace(IN_HOURS, met_by=("recovery.verified",)))
    agreed.take(event(grade=3), event("recovery.verified", 13 * HOURS), event("incident.reopened", 31 * HOURS))

    assert f"{agreed.one().state} {agreed.one().due_at:%a %H:%M}" == "running Wed 18:00"


def test_a_raise_keeps_the_hours_that_a_pause_gave_and_no_more() -> None:
    """Rules 3 and 4: eight working hours from Monday 09:00, and the three that stood still."""
    agreed = Agreed(IN_HOURS)
    agreed.take(event(grade=3))
    in_grade_3(agreed, 13 * HOURS, 31 * HOURS)

    agreed.regrade(2, 31.5 * HOURS)

    assert f"{agreed.one().due_at:%a %H:%M}" == "Tue 11:00"


def test_a_raise_from_time_that_runs_on_into_working_time_keeps_the_pause() -> None:
    """Rules 3 and 4: eight working hours from Monday 09:00, and the one that it stood still."""
    agreed = Agreed(replace(IN_HOURS, limits={2: limits.limit("8wh"), 3: limits.limit("48h")}))
    agreed.take(event(grade=3))
    in_grade_3(agreed, 7 * HOURS, 8 * HOURS)

    agreed.regrade(2, 9 * HOURS)

    assert f"{agreed.one().due_at:%a %H:%M}" == "Mon 18:00"


PAUSES = st.lists(st.integers(1, 40), min_size=2, max_size=8)


@given(lengths=PAUSES, starts=st.integers(0, 200), is_in_days=st.booleans(), is_bridged=st.booleans())
def test_a_pause_never_gives_more_working_time_than_it_lasted(
    lengths: list[int], starts: int, is_in_days: bool, is_bridged: bool
) -> None:
    """Rules 2 and 4: exactly the working time that stood still, whatever nights, weekends and holidays lie in it."""
    limit, calendar = IN_DAYS if is_in_days else IN_HOURS, BRIDGED if is_bridged else WEEK
    agreed = Agreed(limit, calendar=calendar)
    agreed.take(event(grade=3, minutes=starts * HOURS))
    began, first_due = agreed.one().started_at, agreed.one().due_at
    now, stood = float(starts), timedelta()
    for runs, stands in zip(lengths[::2], lengths[1::2], strict=False):
        since, until = at((now + runs) * HOURS), at((now + runs + stands) * HOURS)
        now += runs + stands
        if since >= agreed.one().due_at:
            break
        before = agreed.one().due_at
        in_grade_3(agreed, (now - stands) * HOURS, now * HOURS)
        worked = workdays.working_time(since, until, calendar)
        stood += worked
        assert workdays.working_time(before, agreed.one().due_at, calendar) == worked <= until - since

    given_in_all = workdays.working_time(began, agreed.one().due_at, calendar)
    assert given_in_all == workdays.working_time(began, first_due, calendar) + stood


@given(since=st.integers(0, 400), lasted=st.integers(0, 400), more=st.integers(0, 400))
def test_working_time_adds_up(since: int, lasted: int, more: int) -> None:
    one, two, three = at(since * 30), at((since + lasted) * 30), at((since + lasted + more) * 30)

    first, second = workdays.working_time(one, two, BRIDGED), workdays.working_time(two, three, BRIDGED)

    assert first + second == workdays.working_time(one, three, BRIDGED)
    assert timedelta() <= first <= two - one
    assert workdays.working_time(two, one, BRIDGED) == timedelta()
    assert workdays.working_time(one, two, None) == two - one
