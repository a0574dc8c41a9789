"""Rule 4: a clock that stands still, and what happens to it meanwhile."""

from agent.rules import obligations
from tests.rules.owing import Agreed, at, event, term

RESTORE = term("restore", limits={1: "60m", 2: "2h"}, keeps_start=True, may_pause=True, starts=("incident.opened",))


def paused_at(minutes: float) -> Agreed:
    agreed = Agreed(RESTORE)
    agreed.take(event())
    agreed.book.put(obligations.paused(agreed.one(), RESTORE, at(minutes)))
    return agreed


def test_what_is_met_while_it_stands_still_was_due_later_by_that() -> None:
    met = obligations.met(paused_at(30).one(), at(150))

    assert (met.state, met.due_at, met.paused_at, met.paused_s) == ("met", at(240), None, 7200.0)


def test_what_was_met_while_it_stood_still_is_not_given_that_time_twice() -> None:
    """Failed again and answered later: the pause counts once, the good time once."""
    agreed = paused_at(30)
    agreed.book.put(obligations.met(agreed.one(), at(60)))

    agreed.take(event("incident.relapsed", 70))
    again = agreed.one()

    assert (again.state, again.due_at) == ("running", at(160))  # 120, 30 of pause, 10 restored
    assert obligations.resumed(again, RESTORE, at(90)) is again


def test_a_raise_while_it_stands_still_is_not_past_the_new_limit() -> None:
    """Rules 3 and 4: it was 30 min old when it stopped, however long ago that is."""
    agreed = paused_at(30)

    agreed.regrade(1, 200)

    assert not agreed.one().is_retroactive
    assert obligations.resumed(agreed.one(), RESTORE, at(210)).due_at == at(240)  # 60 and 180 of pause


def test_what_was_past_the_new_limit_before_it_stopped_is_due_a_quarter_of_an_hour_after_it_runs_on() -> None:
    agreed = paused_at(90)

    agreed.regrade(1, 200)

    assert agreed.one().is_retroactive
    assert obligations.resumed(agreed.one(), RESTORE, at(210)).due_at == at(225)
