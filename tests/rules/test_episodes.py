"""One message, one step of an episode: what Alertmanager really sends (episodes.step)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from agent.model import Signal
from agent.rules.episodes import DOUBT, End, Known, Step, end_of, step

T0 = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


def fires(start: float = 0, arrives: float = 1, source: str = "alertmanager") -> Signal:
    return Signal(source, "f00d", True, {"alertname": "Down"}, {}, at(start), at(arrives))


def resolves(start: float = 0, end: float | None = 10, arrives: float = 11, inferred: bool = False) -> Signal:
    ended_at = None if end is None else at(end)
    return Signal("alertmanager", "f00d", False, {}, {}, at(start), at(arrives), ended_at, is_inferred=inferred)


def an_open_one(start: float = 0) -> Known:
    return Known(1, at(start))


def a_closed_one(
    start: float = 0, end: float = 10, arrived: float = 11, inferred: bool = False, doubt: str = ""
) -> Known:
    return Known(1, at(start), End(at(end), at(arrived), inferred, doubt))


def test_a_firing_never_seen_before_begins_an_episode():
    assert step(None, fires(), "m1") is Step.NEW


def test_the_same_firing_again_changes_nothing():
    assert step(an_open_one(), fires(), "m1") is Step.REPEAT


@pytest.mark.parametrize("start", [-30, 5])
def test_a_start_that_moves_while_it_fires_changes_nothing(start):
    """`startsAt` was seen moving both ways; identity is the fingerprint alone."""
    assert step(an_open_one(), fires(start=start), "m2") is Step.REPEAT


def test_a_resolved_ends_the_open_episode():
    assert step(an_open_one(), resolves(), "m2") is Step.CLOSE


def test_the_same_resolved_again_changes_nothing():
    assert step(a_closed_one(), resolves(arrives=12), "m2") is Step.REPEAT


def test_a_resolved_for_one_never_seen_firing_is_recorded_as_a_closed_episode():
    assert step(None, resolves(), "m1") is Step.CLOSED_UNSEEN


def test_a_resolved_of_a_later_episode_never_seen_firing_is_recorded_too():
    assert step(a_closed_one(), resolves(start=20, end=30, arrives=31), "m3") is Step.CLOSED_UNSEEN


@pytest.mark.parametrize("end", [10, None])
def test_an_old_resolved_does_not_end_the_next_episode(end):
    assert step(an_open_one(start=20), resolves(start=0, end=end, arrives=21), "m2") is Step.STALE


def test_an_old_resolved_does_not_touch_a_later_closed_episode():
    assert step(a_closed_one(start=20, end=30, arrived=31), resolves(start=0, end=10, arrives=32), "m2") is Step.STALE


def test_a_resolved_without_an_end_ends_the_open_episode_on_arrival():
    told = resolves(end=None, arrives=11)

    assert step(an_open_one(), told, "m2") is Step.CLOSE
    assert end_of(told, at(0)) == at(11)


def test_a_resolved_that_ends_before_it_starts_ends_the_open_episode_at_its_start():
    told = resolves(start=0, end=-1)

    assert step(an_open_one(), told, "m2") is Step.CLOSE
    assert end_of(told, at(0)) == at(0)


def test_an_end_is_the_senders_word():
    assert end_of(resolves(end=10, arrives=11), at(0)) == at(10)


def test_a_firing_after_the_end_begins_the_next_episode():
    assert step(a_closed_one(), fires(start=10.01, arrives=12), "m3") is Step.NEW


def test_a_firing_older_than_the_end_is_kept_and_not_acted_on():
    """It may be the late retry of a message whose reply was lost."""
    assert step(a_closed_one(), fires(start=0, arrives=12), "m1") is Step.DOUBTFUL


def test_the_doubtful_message_again_changes_nothing():
    assert step(a_closed_one(doubt="m1"), fires(start=0, arrives=13), "m1") is Step.REPEAT


def test_another_message_that_says_the_doubtful_thing_again_is_believed():
    assert step(a_closed_one(doubt="m1"), fires(start=0, arrives=13), "m3") is Step.CONTINUE


def test_a_doubtful_firing_is_believed_more_than_five_minutes_after_the_resolved_arrived():
    assert step(a_closed_one(arrived=11), fires(start=0, arrives=16), "m1") is Step.DOUBTFUL
    assert step(a_closed_one(arrived=11), fires(start=0, arrives=16.01), "m1") is Step.CONTINUE


def test_a_doubtful_firing_is_believed_at_once_where_the_end_was_only_inferred():
    assert step(a_closed_one(inferred=True), fires(start=0, arrives=11), "m1") is Step.CONTINUE


def test_a_probe_is_never_doubted():
    """Our own probes do not retry: an earlier start means that the wall clock was set back."""
    assert step(a_closed_one(), fires(start=5, arrives=6, source="probe"), "") is Step.NEW


def test_an_inferred_end_closes_what_is_open_and_nothing_else():
    gone = resolves(end=10, inferred=True)

    assert step(an_open_one(), gone, "") is Step.CLOSE
    assert step(a_closed_one(), gone, "") is Step.STALE
    assert step(None, gone, "") is Step.STALE


def test_a_told_end_takes_the_place_of_an_inferred_one():
    """After it a late firing is a retry to be doubted, no longer the proof that the inference was wrong."""
    assert step(a_closed_one(inferred=True), resolves(), "m2") is Step.END_TOLD


def test_a_resolved_whose_start_was_filled_in_on_arrival_is_not_a_later_episode():
    assert step(a_closed_one(end=10), resolves(start=12, end=10, arrives=12), "m2") is Step.REPEAT


# ------------------------------------------------------------------------------------------------- what always holds


def follow(known: Known | None, signal: Signal, message: str) -> tuple[Known | None, Step]:
    """What is known after the step, as the desk writes it."""
    took = step(known, signal, message)
    if took is Step.NEW:
        return Known(1, signal.started_at), took
    if took is Step.CLOSED_UNSEEN:
        end = end_of(signal, signal.started_at)
        return Known(1, min(signal.started_at, end), End(end, signal.received_at, signal.is_inferred)), took
    if known is None or took in (Step.REPEAT, Step.STALE):
        return known, took
    if took is Step.DOUBTFUL:
        assert known.end is not None
        return replace(known, end=replace(known.end, doubt=message)), took
    if took is Step.CONTINUE:
        return Known(known.id, known.started_at), took
    return replace(known, end=End(end_of(signal, known.started_at), signal.received_at, signal.is_inferred)), took


MINUTES = st.integers(-20, 60)
SIGNALS = st.builds(
    lambda firing, start, end, source, inferred: Signal(
        source,
        "f00d",
        firing,
        {},
        {},
        at(start),
        at(0),
        None if firing or end is None else at(end),
        is_inferred=inferred and not firing,
    ),
    st.booleans(),
    MINUTES,
    st.none() | MINUTES,
    st.sampled_from(["alertmanager", "prometheus"]),
    st.booleans(),
)
MESSAGES = st.lists(st.tuples(SIGNALS, st.sampled_from(["m1", "m2", "m3"]), st.integers(0, 400)), max_size=8)


@given(MESSAGES, SIGNALS, st.integers(0, 30))
def test_the_same_message_twice_in_a_row_never_changes_anything(before, signal, seconds):
    known = None
    now = at(0)
    for earlier, message, waited in before:
        now += timedelta(seconds=waited)
        known, _ = follow(known, replace(earlier, received_at=now), message)
    known, first = follow(known, replace(signal, received_at=now), "m9")
    again_at = now + timedelta(seconds=seconds)
    # what is doubtful is believed once the `resolved` is 5 min old, also where the same message says it again
    assume(first is not Step.DOUBTFUL or again_at - known.end.received_at <= DOUBT)

    after, took = follow(known, replace(signal, received_at=again_at), "m9")

    assert took in (Step.REPEAT, Step.STALE)
    assert after == known


@given(st.data())
def test_however_one_episode_is_shuffled_and_repeated_within_five_minutes_it_ends_closed(data):
    firing, resolved = fires(start=0), resolves(start=0, end=2)
    sent = data.draw(
        st.lists(st.sampled_from([(firing, "m1"), (resolved, "m2")]), min_size=1, max_size=10).filter(
            lambda messages: (resolved, "m2") in messages
        )
    )
    known = None
    seen_resolved = False

    for place, (signal, message) in enumerate(sent):
        arrived = replace(signal, received_at=at(3) + timedelta(seconds=25 * place))
        known, took = follow(known, arrived, message)

        if seen_resolved:
            assert took in ((Step.DOUBTFUL, Step.REPEAT) if signal.firing else (Step.REPEAT,))
        seen_resolved = seen_resolved or not signal.firing

    assert known is not None
    assert known.end.at == at(2)


@given(MESSAGES)
def test_an_end_never_lies_before_its_start(messages):
    known = None
    now = at(0)
    for signal, message, waited in messages:
        now += timedelta(seconds=waited)

        known, _ = follow(known, replace(signal, received_at=now), message)

        assert known is None or known.end is None or known.end.at >= known.started_at
