"""Stories of the availability: minutes measured by own probes, what is left out, the month's clock (1.6, 4.1(a))."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from agent.engine import availability
from agent.engine.availability import Month
from agent.engine.measured import AnswerExclusion, Exclude, Excluded
from agent.engine.planned import Announce
from agent.errors import IllegalStep, NotFound, Refused, StoreUnavailable, WrongParty
from agent.model import Change, Obligation, Outcome, Reading, Result, Run, Verdict
from agent.rules.exclusions import Answer
from tests.stories.conftest import Make
from tests.support.world import FILE, World, bad, good, span

STANDING = FILE.replace(
    "system: Payment platform",
    "system: Payment platform\n  effective: 2026-01-01\n  time_zone: UTC"
    "\n  availability: {target: 99.9%, exclude: [announced_maintenance, force_majeure]}",
)
PROBES = (
    STANDING
    + """
probes:
  till: {tcp_connect: {host: 192.0.2.7, port: 443}, function: checkout, every: 1m, for: 2, recover: 2m}
  books: {tcp_connect: {host: 192.0.2.8, port: 5432}, function: ledger, every: 1m, for: 2, recover: 2m}
"""
)
LAST_DAY = datetime(2026, 11, 30, 22, 0, tzinfo=UTC)


def unknown() -> Reading:
    return Reading(Result.UNKNOWN, error="no resolver answers")


@pytest.fixture
def world(make: Make) -> World:
    made = make(PROBES)
    made.advance("2 min")
    return made


def measured(world: World, month: str = "2026-11") -> Month:
    return availability.month(world.store, world.settings, month, world.clock.now())


def outages(world: World, function: str = "checkout") -> list[str]:
    """`03:10-03:15` each."""
    found = measured(world).functions[function].outages
    return [f"{each.starts_at:%H:%M}-{each.ends_at:%H:%M}" for each in found]


def lives(world: World, name: str, reading: Any, length: str) -> None:
    """So long the probe finds this."""
    world.readings[name] = reading
    world.advance(length)


def exclude(world: World, by: str, begins: str, ends: str, **more: Any) -> Excluded:
    """Minutes that begin and end so long from now; `-10 min` is past."""
    now = world.clock.now()
    because = more.pop("because", "the fibre was cut by a digger")
    what = more.pop("what", "force_majeure")
    work = Exclude(by, because, now + span(begins), now + span(ends), what=what, **more)
    return world.do(work)  # type: ignore[no-any-return]


def answer(world: World, id_: str, by: str, what: str = "accept", text: str = "") -> Excluded:
    return world.do(AnswerExclusion(id_, Answer(what), by, text))  # type: ignore[no-any-return]


def clock(world: World, about: str = "2026-11") -> Obligation:
    found, _ = world.store.obligations(limit=500)
    return next(each for each in found if each.name == "availability" and each.about == about)


def own(world: World, kind: str) -> list[dict[str, Any]]:
    """The details of the facts of no incident of that kind, oldest first."""
    return [dict(sealed.fact.detail) for sealed in world.store.timeline("") if sealed.fact.kind == kind]


# ------------------------------------------------------------------------------------------------ minutes


def test_minutes_are_down_in_which_a_probe_failed_and_none_succeeded(world: World) -> None:
    """1.6, 4.1(a): availability is measured minute by minute from own probes."""
    lives(world, "till", bad, "10 min")
    lives(world, "till", good, "20 min")

    found = measured(world).functions["checkout"]

    assert (found.figure.unavailable, len(found.outages)) == (10, 1)
    assert measured(world).functions["ledger"].figure.unavailable == 0
    assert measured(world).whole.figure.unavailable == 10


def test_the_system_stays_up_while_only_a_function_that_is_not_core_is_down(world: World) -> None:
    lives(world, "books", bad, "10 min")
    lives(world, "books", good, "10 min")

    assert measured(world).functions["ledger"].figure.unavailable == 10
    assert measured(world).whole.figure.unavailable == 0


def test_minutes_in_which_nobody_could_tell_are_unknown(world: World) -> None:
    """1.6, fact 12: a gap is shown as such and never counted as up."""
    world.advance("10 min")
    before = measured(world).whole.figure
    lives(world, "till", unknown, "30 min")
    lives(world, "till", good, "20 min")

    after = measured(world).whole.figure

    assert 29 <= after.unknown - before.unknown <= 31
    assert after.unavailable == 0


def test_while_the_agent_is_away_every_minute_is_unknown(world: World) -> None:
    """1.6, OB-201: what was before and after is measured all the same."""
    world.advance("10 min")
    world.store.close()
    before_s = world.clock.now()
    world.clock.advance(timedelta(hours=2))
    world.begin()
    world.advance("20 min")

    figure = measured(world).whole.figure
    started = datetime(2026, 11, 1, tzinfo=UTC)

    assert figure.unavailable == 0
    assert 118 <= figure.unknown - (before_s - timedelta(minutes=12) - started) // timedelta(minutes=1) <= 122


def test_a_steady_probe_costs_no_row(world: World) -> None:
    world.advance("6 h")

    assert world.store.runs(datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)) == []


def test_an_outage_goes_on_over_a_restart(world: World) -> None:
    lives(world, "till", bad, "5 min")
    world.restart()
    lives(world, "till", bad, "5 min")
    lives(world, "till", good, "10 min")

    assert measured(world).functions["checkout"].figure.unavailable == 10
    assert len(outages(world)) == 1


def test_a_clock_set_back_counts_no_minute_twice(world: World) -> None:
    """What the clock that was ahead had measured is no evidence."""
    world.advance("5 min")
    world.clock.jump(timedelta(hours=3))
    world.advance("5 min")
    world.clock.jump(-timedelta(hours=3))
    lives(world, "till", bad, "10 min")
    lives(world, "till", good, "10 min")

    assert measured(world).functions["checkout"].figure.unavailable == 10
    world.advance("4 h")
    assert measured(world).functions["checkout"].figure.unavailable == 10


# ------------------------------------------------------------------------------------------------ what is left out


def test_maintenance_announced_72_hours_before_is_left_out(world: World) -> None:
    """4.1(a), OB-803: only because our notice reached a person of the customer so long before."""
    begins = world.clock.now() + timedelta(hours=73)
    world.do(Announce("new release", "chen", begins + timedelta(minutes=30), begins, functions=("checkout",)))
    world.advance("73 h")
    lives(world, "till", bad, "20 min")
    lives(world, "till", good, "30 min")

    figure = measured(world).functions["checkout"].figure

    assert (figure.planned, figure.excluded, figure.unavailable) == (30, 30, 0)
    assert measured(world).functions["checkout"].outages[0].excluded == 20


def test_maintenance_announced_later_counts(world: World) -> None:
    """4.1(a): planned, but not left out."""
    begins = world.clock.now() + timedelta(hours=2)
    world.do(Announce("hot fix", "chen", begins + timedelta(minutes=30), begins, functions=("checkout",)))
    world.advance("2 h")
    lives(world, "till", bad, "20 min")
    lives(world, "till", good, "30 min")

    figure = measured(world).functions["checkout"].figure

    assert (figure.planned, figure.excluded) == (30, 0)
    assert 19 <= figure.unavailable <= 21


def test_maintenance_whose_notice_reached_nobody_counts(world: World) -> None:
    """4.1(a): sent is not received (fact 7)."""
    for endpoint in world.settings.endpoints:
        if endpoint.startswith("wang"):
            world.notebook.answers[endpoint] = lambda: Outcome(Verdict.REJECTED, reason="no such mailbox")
    begins = world.clock.now() + timedelta(hours=73)
    world.do(Announce("new release", "chen", begins + timedelta(minutes=30), begins, functions=("checkout",)))
    world.advance("74 h")

    figure = measured(world).functions["checkout"].figure

    assert (figure.planned, figure.excluded) == (30, 0)


def test_both_figures_stand_while_a_claim_is_open(world: World) -> None:
    """4.1(a): with and without the disputed exclusion, until the creditor answers."""
    lives(world, "till", bad, "10 min")
    lives(world, "till", good, "10 min")
    claim = exclude(world, "lee", "-25 min", "-5 min").exclusion

    open_ = measured(world).whole
    answer(world, claim.id, "wang")
    settled = measured(world).whole

    assert claim.state == "open"
    assert (open_.figure.unavailable, open_.if_accepted and open_.if_accepted.unavailable) == (10, 0)
    assert (settled.figure.unavailable, settled.if_accepted) == (0, None)
    assert [each["exclusion"] for each in own(world, "exclusion_accepted")] == [claim.id]


def test_what_the_customer_leaves_out_itself_counts_at_once(world: World) -> None:
    """4.1(a): it is the creditor, and may go beyond the annex."""
    found = exclude(world, "wang", "-1 h", "-30 min", what="other", because="we had closed the shops")

    assert (found.exclusion.state, found.exclusion.answered_by) == ("accepted", "wang")


def test_the_provider_claims_only_what_the_annex_knows(world: World) -> None:
    """1.6, 4.1(a): refused with the clause, nothing changed."""
    with pytest.raises(Refused, match=r"customer_cause.*"):
        exclude(world, "lee", "-1 h", "-30 min", what="customer_cause")
    with pytest.raises(Refused, match="say why"):
        exclude(world, "lee", "-1 h", "-30 min", because=" ")
    with pytest.raises(NotFound):
        exclude(world, "lee", "-1 h", "-30 min", function="nowhere")

    assert own(world, "exclusion_claimed") == []


def test_only_the_customer_accepts_and_only_once(world: World) -> None:
    """4.1(a): wrong party, a second answer, and an answer that was given already."""
    claim = exclude(world, "lee", "-1 h", "-30 min").exclusion

    with pytest.raises(WrongParty):
        answer(world, claim.id, "lee")
    with pytest.raises(Refused, match="say why"):
        answer(world, claim.id, "wang", "decline")
    declined = answer(world, claim.id, "wang", "decline", "your own digger")
    again = answer(world, claim.id, "wang", "decline", "your own digger")
    with pytest.raises(IllegalStep):
        answer(world, claim.id, "wang")

    assert (declined.exclusion.state, again.is_repeated) == ("declined", True)
    assert measured(world).whole.if_accepted is None
    assert len(own(world, "exclusion_declined")) == 1


def test_a_claim_said_twice_is_one(world: World) -> None:
    first = exclude(world, "lee", "-1 h", "-30 min")
    second = exclude(world, "lee", "-1 h", "-30 min")

    assert (second.is_repeated, second.exclusion) == (True, first.exclusion)


# ------------------------------------------------------------------------------------------------ the month's clock


@pytest.fixture
def month(tmp_path: Path) -> Iterator[World]:
    """All of November is on file as good, but for its last two hours."""
    made = World(tmp_path, PROBES, start=LAST_DAY)
    made.advance("2 min")
    _lived_well(made)
    yield made
    made.end()


def _lived_well(world: World) -> None:
    begin = datetime(2026, 11, 1, tzinfo=UTC)
    runs = [
        Run(probe, function, Result.OK, begin, LAST_DAY)
        for probe, function in (("till", "checkout"), ("books", "ledger"))
    ]
    world.store.commit(Change(runs={(run.probe, run.function, run.since): run for run in runs}))


def test_a_month_that_reaches_the_target_meets_the_clock(month: World) -> None:
    """OB-801, 1.6: the fact carries the figure, and the clock is met at the month's end, in time."""
    assert clock(month).state == "running"

    month.advance("130 min")

    [told] = own(month, "availability_measured")
    assert (told["outcome"], told["figure"], told["target"]) == ("met", "100.000%", "99.900%")
    met = clock(month)
    assert (met.state, met.discharged_at, met.overdue_at) == ("met", met.due_at, None)


def test_a_month_that_misses_it_leaves_the_clock_overdue(month: World) -> None:
    """OB-801, 1.6: 44 minutes of 43,200 are more than a thousandth; a default that nobody signed is a target."""
    lives(month, "till", bad, "44 min")
    lives(month, "till", good, "86 min")

    [told] = own(month, "availability_measured")
    assert (told["outcome"], told["unavailable"], told["figure"]) == ("missed", 44, "99.898%")
    missed = clock(month)
    assert (missed.state, missed.overdue_at, missed.is_target) == ("overdue", missed.due_at, True)


def test_a_month_that_ended_while_the_agent_was_away_is_measured_when_it_is_back(month: World) -> None:
    """OB-801, clock rule 1: its clock is met at its end, and never was overdue."""
    month.store.close()
    month.clock.advance(timedelta(hours=30))
    month.begin()
    month.advance("10 min")

    [told] = own(month, "availability_measured")
    assert (told["outcome"], told["unknown"] > 100) == ("met", True)
    met = clock(month)
    assert (met.state, met.discharged_at, met.overdue_at) == ("met", met.due_at, None)
    late = [duty["name"] for told in own(month, "obligations_overdue") for duty in told["duties"]]
    assert "availability" not in late


def test_a_month_missed_while_the_agent_was_away_goes_overdue_when_it_is_back(month: World) -> None:
    """OB-801, clock rule 1: overdue since its end."""
    lives(month, "till", bad, "60 min")
    month.store.close()
    month.clock.advance(timedelta(hours=30))
    month.begin()
    month.advance("10 min")

    [told] = own(month, "availability_measured")
    assert told["outcome"] == "missed"
    assert (clock(month).state, clock(month).overdue_at) == ("overdue", clock(month).due_at)


def test_a_store_that_refuses_for_long_loses_nothing_of_a_steady_probe(tmp_path: Path) -> None:
    """1.6: the probe's own row says since when it reads so."""
    refusing = {"now": False}

    def commit_of(store: Any) -> Any:
        commit = store.commit

        def guarded(change: Change) -> Any:
            if refusing["now"]:
                raise StoreUnavailable("the disk is full")
            return commit(change)

        store.commit = guarded
        return store

    world = World(tmp_path, PROBES, wrap=commit_of)
    world.advance("10 min")
    before = measured(world).whole.figure
    refusing["now"] = True
    for _ in range(60):
        world.clock.advance(timedelta(seconds=30))
        world.watcher.tick(world.clock.now())
        world.desk.turn()
    refusing["now"] = False
    world.advance("10 min")

    after = measured(world).whole.figure
    assert (after.total - before.total, after.unknown - before.unknown) == (40, 0)
    world.end()


def test_a_claim_accepted_after_the_month_meets_the_clock(month: World) -> None:
    """OB-801, 4.1(a): measured again; that it was overdue stays on file."""
    lives(month, "till", bad, "44 min")
    lives(month, "till", good, "86 min")
    claim = exclude(month, "lee", "-3 h", "-60 min").exclusion

    answer(month, claim.id, "wang")

    outcomes = [told["outcome"] for told in own(month, "availability_measured")]
    assert outcomes[0] == "missed"
    assert outcomes[-1] == "met"
    assert clock(month).state == "met"
    assert clock(month).overdue_at is not None


def test_a_month_of_which_too_little_is_known_is_neither_met_nor_missed(world: World) -> None:
    """OB-801, 1.6: 不可评定; the clock ends as void, with the reason."""
    world.store.close()
    world.clock.advance(timedelta(days=9))
    world.begin()
    world.advance("10 min")

    [told] = own(world, "availability_measured")
    assert (told["outcome"], told.get("figure", "")) == ("not_assessable", "")
    ended = clock(world)
    assert (ended.state, ended.reason) == ("void", "availability.not_assessable")


def test_a_month_is_measured_once_however_often_the_agent_starts(month: World) -> None:
    """OB-801: facts replayed change nothing."""
    month.advance("130 min")
    month.restart()
    month.advance("30 min")

    assert len(own(month, "availability_measured")) == 1
    assert clock(month).state == "met"


# ------------------------------------------------------------------------------------------------ who hears of it


def test_the_other_party_hears_of_a_claim_and_of_its_answer(world: World) -> None:
    """4.1(a): the customer's coordinator is asked, the provider's hears what became of it; in working hours."""
    claim = exclude(world, "lee", "-1 h", "-30 min", function="checkout").exclusion
    assert world.told("wang") == []
    world.advance("7 h")
    answer(world, claim.id, "wang", "decline", "your own digger")
    world.advance("1 min")

    assert world.told("wang")[-1] == "[AVAILABILITY] Payment platform: minutes are to be left out"
    assert claim.id in world.messages("wang")[-1].text
    assert world.told("chen")[-1] == "[AVAILABILITY] Payment platform: minutes are not left out"
    assert "your own digger" in world.messages("chen")[-1].text


def test_two_claims_of_the_same_moment_are_both_told(world: World) -> None:
    """4.1(a)"""
    world.advance("7 h")
    at = world.clock.now() - timedelta(hours=2)
    for minutes in (10, 20):
        work = Exclude("lee", "the fibre was cut", at, at + timedelta(minutes=minutes), what="force_majeure")
        world.desk.submit(work)
    world.settle()

    assert world.told("wang") == ["[AVAILABILITY] Payment platform: minutes are to be left out"] * 2
