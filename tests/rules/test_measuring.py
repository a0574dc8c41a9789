"""What readings say of a function's availability, and how they fold into runs of minutes."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Condition, Probe, ProbeState, Reading, Result, Run, Tell
from agent.rules import anomalies, measuring

START = datetime(2026, 11, 2, 10, 0, 15, tzinfo=UTC)
PAGE = Probe(name="page", kind="http_get", options=None, function="checkout", every=timedelta(seconds=30))
NEW = ProbeState("page", "http_get", "checkout")
OK, BAD, UNKNOWN = Reading(Result.OK, {"ms": 900}), Reading(Result.BAD, error="refused"), Reading(Result.UNKNOWN)


def lived(readings: list[tuple[float, Reading]], probe: Probe = PAGE) -> list[str]:
    """The minutes that are known, `ok 10:00-10:02`, after readings at so many seconds each."""
    state, runs = NEW, tuple[Run, ...]()
    for seconds, reading in readings:
        before = state
        state, _ = anomalies.judge(probe, state, reading, START + timedelta(seconds=seconds), 0.1)
        if before.measured_since not in (None, state.measured_since):
            run = measuring.ended(before, state, probe.every, anomalies.patience(probe))
            if state.measured_since and before.last_run_at and state.measured_since < before.last_run_at:
                runs = measuring.cut(runs, measuring.minute(state.measured_since))
            runs = measuring.folded(runs, run) if run else runs
    last = measuring.under_way(state, probe.every)
    runs = measuring.folded(runs, last) if last else runs
    return [f"{run.result} {run.since:%H:%M}-{run.until:%H:%M}" for run in runs]


def test_a_minute_is_down_when_the_probe_failed_and_never_succeeded_in_it() -> None:
    readings = [(0, OK), (30, OK), (60, BAD), (90, BAD), (120, BAD), (150, OK), (180, OK)]

    assert lived(readings) == ["ok 10:00-10:01", "bad 10:01-10:02", "ok 10:02-10:04"]


def test_one_good_reading_makes_the_minute_good() -> None:
    assert lived([(0, BAD), (30, OK), (60, BAD), (75, OK), (90, BAD), (104, BAD)]) == ["ok 10:00-10:02"]


def test_a_reading_holds_until_the_next_is_due() -> None:
    """Of a probe that looks every five minutes."""
    slow = replace(PAGE, every=timedelta(minutes=5))

    assert lived([(0, OK), (300, BAD), (600, OK)], slow) == ["ok 10:00-10:05", "bad 10:05-10:10", "ok 10:10-10:15"]


def test_where_none_came_when_it_was_due_nobody_knows() -> None:
    """Fact 12: the agent was away from 10:01 until 10:21."""
    assert lived([(0, OK), (30, OK), (60, OK), (1260, OK), (1290, OK)]) == ["ok 10:00-10:02", "ok 10:21-10:22"]


def test_an_unknown_reading_is_neither_good_nor_bad() -> None:
    readings = [(0, OK), (60, UNKNOWN), (90, UNKNOWN), (120, UNKNOWN), (150, UNKNOWN), (180, OK)]

    assert lived(readings) == ["ok 10:00-10:01", "ok 10:03-10:04"]


def test_what_a_clock_ahead_has_measured_is_cut_off_when_it_is_set_back() -> None:
    readings = [(0, OK), (3600, OK), (3630, OK), (60, BAD), (90, BAD)]

    assert lived(readings) == ["ok 10:00-10:01", "bad 10:01-10:02"]


def test_down_is_what_the_file_calls_down() -> None:
    """Slow is degraded, not down; too slow is down by this file, although the collector could read it."""
    tells = (Tell("fail or ms > 5000", Condition.DOWN), Tell("ms > 500", Condition.DEGRADED))
    probe = replace(PAGE, tells=tells)
    far_too_slow = Reading(Result.OK, {"ms": 9000})

    assert lived([(0, OK), (60, far_too_slow), (120, BAD), (180, OK)], probe) == [
        "ok 10:00-10:01",
        "bad 10:01-10:03",
        "ok 10:03-10:04",
    ]


def test_a_failure_that_the_file_calls_degraded_is_not_down() -> None:
    probe = replace(PAGE, tells=(Tell("fail", Condition.DEGRADED),))

    assert lived([(0, BAD), (30, BAD)], probe) == ["ok 10:00-10:01"]


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def state(result: Result, since: float | None, last: float | None, after: float | None = None) -> ProbeState:
    since_at, last_at, after_at = (None if each is None else at(each) for each in (since, last, after))
    return replace(NEW, measured=result, measured_since=since_at, last_run_at=last_at, measured_after=after_at)


def test_a_row_that_lags_a_minute_hides_nothing_that_was_read_since() -> None:
    """A probe that reads as it did is on file once a minute: what changed at 10:02 had read the same until 10:01."""
    on_file, changed = state(Result.OK, 0, 0), state(Result.BAD, 120, 120, after=75)

    run = measuring.ended(on_file, changed, PAGE.every, timedelta(seconds=50))

    assert run is not None
    assert (run.result, run.until) == (Result.OK, at(105))


def test_of_what_was_read_long_after_the_row_nobody_knows_what_was_in_between() -> None:
    """Fact 12"""
    on_file, changed = state(Result.OK, 0, 0), state(Result.BAD, 900, 900, after=870)

    run = measuring.ended(on_file, changed, PAGE.every, timedelta(seconds=50))

    assert run is not None
    assert run.until == at(45)


@pytest.mark.parametrize(
    "silent",
    [state(Result.OK, None, None), state(Result.OK, None, 0), state(Result.UNKNOWN, 0, 0)],
    ids=["never read", "read by an older version", "unknown"],
)
def test_of_a_probe_that_told_nothing_no_minute_is_known(silent: ProbeState) -> None:
    """Fact 12"""
    assert measuring.under_way(silent, PAGE.every) is None
    assert measuring.ended(silent, state(Result.BAD, 60, 60), PAGE.every, timedelta(seconds=50)) is None


@given(st.lists(st.tuples(st.integers(1, 400), st.sampled_from([OK, BAD, UNKNOWN])), max_size=40))
def test_runs_never_overlap_and_no_minute_without_a_good_reading_or_hold_is_good(
    steps: list[tuple[int, Reading]],
) -> None:
    at, readings = 0, []
    for step, reading in steps:
        at += step
        readings.append((float(at), reading))

    runs = [(line[:3].strip(), line[-11:-6], line[-5:]) for line in lived(readings)]

    assert all(before[2] <= after[1] for before, after in pairwise(runs))
    good = {f"{START + timedelta(seconds=at):%H:%M}" for at, reading in readings if reading is OK}
    assert good <= {minute for _, since, until in runs for minute in _minutes(since, until)}
    bad = {f"{START + timedelta(seconds=at):%H:%M}" for at, reading in readings if reading is BAD} - good
    assert bad <= {minute for word, since, until in runs if word == "bad" for minute in _minutes(since, until)}


def _minutes(since: str, until: str) -> list[str]:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (since, until))
    return [f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(first, last)]


def test_a_heartbeat_is_a_slow_probe() -> None:
    """It looks at nothing itself: it never speaks against a probe that does."""
    state = replace(NEW, kind="heartbeat", measured=Result.OK, measured_since=START, last_run_at=START)

    found = measuring.under_way(state, timedelta(seconds=30))

    assert found is not None
    assert found.is_slow
