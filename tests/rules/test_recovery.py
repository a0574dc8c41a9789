"""The recovery gate: `resolved` is a signal, not a recovery (3.4(d); agreement.md 4, "Recovery gate")."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Incident, Kind, Probe, ProbeState, Recovery, Result, State
from agent.rules.recovery import Firing, Gate, Missing, Wait, asked, gate, waits

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
CLEARED = T0 + timedelta(minutes=30)


def after(minutes: float) -> datetime:
    """So long after the clearing."""
    return CLEARED + timedelta(minutes=minutes)


def an_incident(grade: Any = 3, **changes: Any) -> Incident:
    incident = Incident(
        number="INC-1",
        kind=Kind.FAULT,
        key="fault:checkout",
        state=State.VERIFYING,
        grade=grade,
        is_provisional=True,
        functions=("checkout",),
        rules=("R4",),
        started_at=T0,
        detected_at=T0,
        opened_at=T0,
        graded_at=T0,
        cleared_at=CLEARED,
    )
    return replace(incident, **changes)


def a_probe(good_since: float | None = 0.5, last: float = 10, run: int = 20, name: str = "page") -> ProbeState:
    """A probe with `run` good readings, the first and the last so many minutes after the clearing."""
    return ProbeState(
        name,
        "http_get",
        "checkout",
        Result.OK if run else Result.BAD,
        last_run_at=after(last),
        good_run=run,
        good_since=None if good_since is None else after(good_since),
    )


def ask(incident: Incident, now: datetime, *probes: ProbeState, **changes: Any) -> Gate:
    asked: dict[str, Any] = {"evidence_open": 0, "cleared_at": CLEARED, "last_bad_at": None, "recovery": Recovery()}
    return gate(incident, probes=probes, now=now, **{**asked, **changes})


@pytest.mark.parametrize(("grade", "minutes"), [(1, 15), (2, 10), (3, 5)])
def test_the_gate_opens_after_the_stability_window_of_the_grade(grade, minutes):
    """`stable: {1: 15m, 2: 10m, 3: 5m}`; a function without probes passes on cleared signals and the window."""
    incident = an_incident(grade, verified_by="lee")

    assert ask(incident, after(minutes - 0.01)) == Gate(False, (Missing.STABILITY,), next_at=after(minutes))
    assert ask(incident, after(minutes)) == Gate(True)


def test_the_gate_is_shut_while_a_signal_fires():
    assert ask(an_incident(), after(60), evidence_open=1).missing == (Missing.SIGNALS,)


def test_the_gate_is_shut_before_anything_has_cleared():
    assert ask(an_incident(), after(60), a_probe(), cleared_at=None) == Gate(False, (Missing.SIGNALS,))


def test_a_truncated_group_keeps_the_gate_shut():
    assert ask(an_incident(truncated=("group",)), after(60)).missing == (Missing.TRUNCATED,)


def test_every_probe_needs_three_good_readings_after_the_clearing():
    well, late = a_probe(name="page"), a_probe(name="ping", run=2)

    found = ask(an_incident(), after(10), well, late)

    assert found == Gate(False, (Missing.READINGS,), waiting_for=("ping",))


def test_the_number_of_good_readings_is_the_agreements():
    assert ask(an_incident(), after(10), a_probe(run=4)).is_open
    assert not ask(an_incident(), after(10), a_probe(run=4), recovery=Recovery(good=5)).is_open


@pytest.mark.parametrize(
    ("probe", "is_open"),
    [
        (a_probe(good_since=-10, last=0, run=21), False),  # none since
        (a_probe(good_since=-10, last=1, run=23), False),  # two since
        (a_probe(good_since=-10, last=1.5, run=24), True),
        (a_probe(good_since=-10, last=60, run=21), False),  # an hour of unknown ones
        (a_probe(good_since=None, last=10, run=0), False),
    ],
)
def test_readings_from_before_the_clearing_do_not_count(probe, is_open):
    """Its run was 21 long when the last signal cleared; unknown readings neither break it nor count."""
    assert ask(an_incident(runs={"page": 21}), after(60), probe).is_open is is_open


def test_what_the_gate_waits_for_is_named_one_by_one():
    incident = an_incident(1, runs={"page": 21}, truncated=("{}:{}",))
    blind = replace(a_probe(good_since=-10, last=4, run=22), result=Result.UNKNOWN, since=after(1))

    found = waits(incident, [Firing("row:X", 2, T0)], [a_probe(name="ping"), blind], Recovery(), after(5))

    assert found == (
        Wait(Missing.SIGNALS, "row:X", 2, T0),
        Wait(Missing.TRUNCATED, "{}:{}"),
        Wait(Missing.READINGS, "page", 2, after(1), Result.UNKNOWN),
        Wait(Missing.STABILITY, until=after(15.5)),
        Wait(Missing.PERSON),
    )


def test_a_signal_that_alertmanager_keeps_to_itself_is_waited_for_as_such():
    """Its end will not be told: where a poll does not find it, somebody must look."""
    incident = an_incident(cleared_at=None, state=State.OPEN)
    firing = [Firing("row:X", 3, T0, muted=2)]

    assert waits(incident, firing, [], Recovery(), after(5)) == (Wait(Missing.SIGNALS, "row:X", 3, T0, muted=2),)


def test_an_open_incident_waits_for_its_signals():
    incident = an_incident(cleared_at=None, state=State.OPEN)

    assert waits(incident, [Firing("row:X", 2, T0)], [a_probe()], Recovery(), after(5)) == (
        Wait(Missing.SIGNALS, "row:X", 2, T0),
    )


def test_a_probe_that_a_person_left_out_is_not_asked():
    probes = {name: Probe(name, "http_get", None, function) for name, function in
              (("page", "checkout"), ("ping", "checkout"), ("books", "ledger"), ("new", "checkout"))}  # fmt: skip
    states = {name: a_probe(name=name) for name in ("page", "ping", "books")}

    assert asked(an_incident(without=("ping",)), probes, states) == (states["page"],)


def test_a_probe_that_has_not_run_yet_has_no_good_reading():
    idle = replace(a_probe(), last_run_at=None)

    assert ask(an_incident(), after(10), idle).waiting_for == ("page",)


def test_the_window_counts_from_the_last_bad_reading():
    """A probe clears only after some good readings: its window began before its signal ended."""
    found = ask(an_incident(), after(1.5), a_probe(good_since=-4, last=1.5, run=12), last_bad_at=after(-4))

    assert found.is_open


def test_a_bad_reading_after_the_clearing_starts_the_window_anew():
    """One bad reading opens nothing, yet the function is not stable."""
    found = ask(an_incident(), after(7), a_probe(good_since=3, last=7, run=9))

    assert found == Gate(False, (Missing.STABILITY,), next_at=after(8))


def test_a_bad_reading_from_before_the_incident_says_nothing():
    """An alert opened it, the probe was well all the time: the window counts from the arrival of the resolve."""
    found = ask(an_incident(), after(4), last_bad_at=T0 - timedelta(days=1))

    assert found == Gate(False, (Missing.STABILITY,), next_at=after(5))


def test_grade_1_needs_a_person():
    assert ask(an_incident(1), after(60)) == Gate(False, (Missing.PERSON,))
    assert ask(an_incident(1, verified_by="lee"), after(60)).is_open


def test_a_security_incident_needs_a_person():
    assert ask(an_incident(kind=Kind.SECURITY), after(60)).missing == (Missing.PERSON,)
    assert ask(an_incident(kind=Kind.SECURITY, verified_by="lee"), after(60)).is_open


def test_a_person_alone_does_not_open_the_gate():
    found = ask(an_incident(1, verified_by="lee"), after(1), a_probe(run=1), evidence_open=2)

    assert found.missing == (Missing.SIGNALS, Missing.READINGS, Missing.STABILITY)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9), st.sampled_from([1, 2, 3]), st.booleans())
def test_time_never_shuts_the_gate(minute, more, run, grade, verified):
    incident = an_incident(grade, verified_by="lee" if verified else "")
    probe = a_probe(run=run)

    if ask(incident, after(minute), probe).is_open:
        assert ask(incident, after(minute + more), probe).is_open


@given(st.integers(0, 60), st.sampled_from([1, 2, 3]))
def test_the_gate_says_when_time_alone_opens_it(minute, grade):
    incident = an_incident(grade, verified_by="lee")
    found = ask(incident, after(minute))

    if not found.is_open:
        assert found.next_at is not None
        assert ask(incident, found.next_at).is_open


@pytest.mark.parametrize(("at", "until"), [(None, ()), (9, ()), (20, (Wait(Missing.STABILITY, until=after(20)),))])
def test_a_window_that_the_desk_began_anew_is_named_too(at, until):
    incident = an_incident(wake_at=None if at is None else after(at))

    assert waits(incident, [], [], Recovery(), after(10)) == until
