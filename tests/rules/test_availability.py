"""What a month comes to: minutes down, left out, unknown; and what always holds of them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Criticality, Function, Result, Run
from agent.rules import availability
from agent.rules.availability import Figure, Ground, Period, Span, core_of, measured, months_between, percent

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
N = 60
PERIOD = Period(BEGIN, BEGIN + timedelta(minutes=N))
FUNCTIONS = {
    "system": Function("system", "Payment platform", Criticality.IMPORTANT),
    "checkout": Function("checkout", "Checkout", Criticality.CORE),
    "stock": Function("stock", "Stock", Criticality.CORE),
    "reports": Function("reports", "Reports", Criticality.AUXILIARY),
}


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def run(
    result: str, since: int, until: int, function: str = "checkout", probe: str = "a", *, slow: bool = False
) -> Run:
    return Run(probe, function, Result(result), at(since), at(until), slow)


def span(since: float, until: float, *functions: str) -> Span:
    return Span(at(since), at(until), frozenset(functions))


def checkout(*runs: Run, excluded: tuple[Span, ...] = (), disputed: tuple[Span, ...] = ()) -> Figure:
    each, _ = measured(Ground(PERIOD, runs, (), excluded, disputed), FUNCTIONS)
    return each["checkout"].figure


def test_one_probe_that_succeeded_is_enough() -> None:
    """1.6: down is a minute in which a probe failed and none succeeded."""
    found = checkout(run("bad", 0, 20), run("ok", 10, 60, probe="b"))

    assert (found.unavailable, found.unknown) == (10, 0)


def test_a_slow_probe_is_asked_only_where_no_quick_one_could_tell() -> None:
    found = checkout(run("bad", 0, 20), run("ok", 0, 40, probe="certificate", slow=True))

    assert (found.unavailable, found.unknown) == (20, 20)


def test_unknown_minutes_stand_in_neither_part_of_the_fraction() -> None:
    """Fact 12."""
    found = checkout(run("ok", 0, 58), run("bad", 0, 1, probe="b"), run("bad", 58, 59))

    assert (found.counted, found.unknown, found.unavailable) == (59, 1, 1)
    assert found.ratio == 58 / 59


def test_below_95_per_cent_nothing_can_be_said() -> None:
    """1.6: 不可评定, neither met nor missed."""
    enough, too_little = checkout(run("ok", 0, 57)), checkout(run("ok", 0, 56))

    assert (enough.ratio, enough.reaches(0.999)) == (1.0, True)
    assert (too_little.ratio, too_little.reaches(0.999), too_little.measured) == (None, None, 1.0)


def test_a_minute_that_is_only_touched_is_not_left_out() -> None:
    """4.1(a)"""
    found = checkout(run("ok", 0, 60), excluded=(span(9.5, 20.5),))

    assert found.excluded == 10


def test_the_system_is_down_when_a_core_function_is() -> None:
    runs = (run("ok", 0, 60), run("ok", 0, 30, "stock"), run("bad", 30, 40, "stock"), run("ok", 40, 60, "stock"))
    runs += (run("bad", 0, 60, "reports"),)

    each, whole = measured(Ground(PERIOD, runs), FUNCTIONS)

    assert whole.figure.unavailable == 10
    assert [(one.starts_at, one.minutes) for one in whole.outages] == [(at(30), 10)]
    assert each["reports"].figure.unavailable == 60
    assert not each["system"].has_readings


def test_a_core_function_left_out_hides_no_other_that_is_down() -> None:
    runs = (run("bad", 0, 20), run("ok", 20, 60), run("ok", 0, 10, "stock"), run("bad", 10, 20, "stock"))
    runs += (run("ok", 20, 60, "stock", "b"),)

    _, whole = measured(Ground(PERIOD, runs, excluded=(span(0, 20, "checkout"),)), FUNCTIONS)

    assert (whole.figure.excluded, whole.figure.unavailable) == (10, 10)


def test_a_core_function_that_nobody_looks_at_leaves_the_system_unknown() -> None:
    _, whole = measured(Ground(PERIOD, (run("ok", 0, 60),)), FUNCTIONS)

    assert (whole.figure.unknown, whole.figure.ratio) == (60, None)


def test_where_nothing_is_core_the_gravest_there_is_decides() -> None:
    only = {name: FUNCTIONS[name] for name in ("system", "reports")}
    alone = {"system": replace(FUNCTIONS["system"], criticality=Criticality.CORE)}

    assert (core_of(FUNCTIONS), core_of(only), core_of(alone)) == (("checkout", "stock"), ("reports",), ("system",))


@pytest.mark.parametrize(
    ("ratio", "text"), [(1.0, "100.000%"), (0.99953, "99.953%"), (0.9989999, "99.899%"), (0.0, "0.000%")]
)
def test_a_percentage_is_cut_off_and_never_rounded_up(ratio: float, text: str) -> None:
    assert percent(ratio) == text


def test_a_month_has_the_minutes_of_its_zone() -> None:
    """Of a zone whose clocks change in it an hour more or less."""
    paris = Period(*availability.month("2026-10", ZoneInfo("Europe/Paris")))
    shanghai = Period(*availability.month("2026-11", ZoneInfo("Asia/Shanghai")))

    assert (paris.n, shanghai.n) == (31 * 1440 + 60, 30 * 1440)
    assert shanghai.begins_at == datetime(2026, 10, 31, 16, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "soon", "", "2026-11-01"])
def test_what_names_no_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no month"):
        availability.month(text, UTC)


def test_an_exclusion_belongs_to_every_month_that_it_touches_by_the_agreements_own_zone() -> None:
    """An answered one is reckoned again in each of them; midnight in Shanghai is 16:00 of the day before."""
    shanghai = ZoneInfo("Asia/Shanghai")
    begin, end = datetime(2026, 11, 30, 15, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)

    assert months_between(begin, end, shanghai) == ["2026-11"]
    assert months_between(begin, end + timedelta(minutes=1), shanghai) == ["2026-11", "2026-12"]
    assert months_between(begin, end + timedelta(days=32), shanghai) == ["2026-11", "2026-12", "2027-01"]
    assert months_between(end, end, shanghai) == ["2026-12"]


# ------------------------------------------------------------------------------------------------ what always holds

MOMENTS = st.tuples(st.integers(-10, N + 10), st.integers(0, 30))
RUNS = st.lists(
    st.builds(
        lambda result, moment, function, probe, slow: run(
            result, moment[0], moment[0] + moment[1], function, probe, slow=slow
        ),
        st.sampled_from(["ok", "bad"]),
        MOMENTS,
        st.sampled_from(["checkout", "stock", "reports"]),
        st.sampled_from(["a", "b"]),
        st.booleans(),
    ),
    max_size=12,
)
SPANS = st.lists(
    st.builds(
        lambda moment, functions: span(moment[0], moment[0] + moment[1], *functions),
        MOMENTS,
        st.sets(st.sampled_from(["checkout", "stock"])),
    ),
    max_size=4,
)


@given(RUNS, SPANS, SPANS, SPANS)
def test_the_minutes_always_add_up(
    runs: list[Run], planned: list[Span], excluded: list[Span], disputed: list[Span]
) -> None:
    each, whole = measured(Ground(PERIOD, runs, planned, excluded, disputed), FUNCTIONS)

    for found in (whole, *each.values()):
        for figure in filter(None, (found.figure, found.if_accepted)):
            assert figure.total == N
            assert min(figure.excluded, figure.unavailable, figure.unknown, figure.planned) >= 0
            assert 0 <= figure.unavailable <= figure.counted <= N
            assert 0.0 <= figure.coverage <= 1.0
            assert figure.ratio is None or 0.0 <= figure.ratio <= 1.0
        assert sum(one.minutes - one.excluded for one in found.outages) == found.figure.unavailable


@given(RUNS, SPANS)
def test_a_minute_is_judged_as_the_words_say(runs: list[Run], excluded: list[Span]) -> None:
    """The law minute by minute, against the sums of bits."""
    each, _ = measured(Ground(PERIOD, runs, (), excluded), FUNCTIONS)

    for function in ("checkout", "stock", "reports"):
        down = unknown = left_out = 0
        for minute in range(N):
            read = [one for one in runs if one.function == function and one.since <= at(minute) < one.until]
            asked = [one for one in read if not one.is_slow] or read
            is_out = any(
                one.covers(function) and one.starts_at <= at(minute) and at(minute + 1) <= one.ends_at
                for one in excluded
            )
            left_out += is_out
            unknown += not asked and not is_out
            down += bool(asked) and all(one.result is Result.BAD for one in asked) and not is_out
        figure = each[function].figure
        assert (figure.unavailable, figure.unknown, figure.excluded) == (down, unknown, left_out)


@given(RUNS, SPANS, SPANS)
def test_leaving_minutes_out_never_makes_more_of_them_unavailable(
    runs: list[Run], excluded: list[Span], disputed: list[Span]
) -> None:
    each, whole = measured(Ground(PERIOD, runs, (), excluded, disputed), FUNCTIONS)

    for found in (whole, *each.values()):
        if found.if_accepted is not None:
            assert found.if_accepted.unavailable <= found.figure.unavailable
            assert found.if_accepted.excluded >= found.figure.excluded


@given(RUNS, st.integers(0, N - 1))
def test_a_minute_that_turns_unknown_is_never_counted_as_up(runs: list[Run], lost: int) -> None:
    """Fact 12: forgetting what was read in a minute raises neither its good nor its bad ones."""
    whole_runs = [one for one in runs if not one.since <= at(lost) < one.until]
    before, _ = measured(Ground(PERIOD, runs), FUNCTIONS)
    after, _ = measured(Ground(PERIOD, whole_runs), FUNCTIONS)

    for name, found in before.items():
        assert after[name].figure.unknown >= found.figure.unknown
        assert after[name].figure.counted <= found.figure.counted
