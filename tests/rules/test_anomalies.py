"""A probe's readings over time: what is told, since when, and when it is over."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Condition, Hold, Probe, ProbeState, Reading, Result, Signal, Tell, TellState
from agent.rules.anomalies import is_blind, judge, next_wait, patience, says_bad, told_again

START = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
PAGE = Probe("page", "http_get", None, function="checkout")  # every 30 s, 3 in a row, recover 5 min

READINGS = {
    "b": Reading(Result.BAD, {"status": 502}, "HTTP 502"),
    "g": Reading(Result.OK, {"latency": 0.2}),
    "s": Reading(Result.OK, {"latency": 0.6}),  # slow
    "m": Reading(Result.OK, {"latency": 0.45}),  # not slow, not quick
    "u": Reading(Result.UNKNOWN, {}, "own network is down"),
}


class Watch:
    """Lives through readings, thirty seconds apart unless told otherwise."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.state = ProbeState(probe.name, probe.kind, probe.function)
        self.now = START
        self.signals: list[Signal] = []

    def sees(self, letters: str, every_s: float = 30, at_once: bool = False) -> list[str]:
        """What is told over one reading per letter: `03:01:00 page/0 begins, since 03:00:00`."""
        told = []
        for letter in letters.replace(" ", ""):
            self.state, signals = judge(self.probe, self.state, READINGS[letter], self.now, 0.25, at_once)
            self.signals += signals
            told += [spoken(signal) for signal in signals]
            self.now += timedelta(seconds=every_s)
        return told

    def waits(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def spoken(signal: Signal) -> str:
    since = f"{signal.ended_at or signal.started_at:%H:%M:%S}"
    flapping = ", flapping" if "flapping" in signal.annotations else ""
    return (
        f"{signal.received_at:%H:%M:%S} {signal.fingerprint} {'begins' if signal.firing else 'ends'}, {since}{flapping}"
    )


# --- three in a row


def test_three_bad_in_a_row_are_told_since_the_first() -> None:
    watch = Watch(PAGE)

    assert watch.sees("g bb") == []
    assert watch.sees("b") == ["03:01:30 page/0 begins, 03:00:30"]
    assert watch.sees("bbbb") == []


def test_a_good_reading_in_between_begins_the_count_anew() -> None:
    watch = Watch(PAGE)

    assert watch.sees("bbg bbg bb") == []
    assert watch.sees("b") == ["03:04:00 page/0 begins, 03:03:00"]


def test_unknown_neither_counts_nor_resets() -> None:
    watch = Watch(PAGE)

    assert watch.sees("b uuuuuuuuuu b uuu") == []
    assert watch.sees("b") == ["03:07:30 page/0 begins, 03:00:00"]


def test_the_signal_says_what_the_probe_means() -> None:
    watch = Watch(replace(PAGE, tells=(Tell("fail", Condition.DEGRADED, grade=2),)))

    watch.sees("bbb")

    assert watch.signals == [
        Signal(
            source="probe",
            fingerprint="page/0",
            firing=True,
            labels={"probe": "page", "kind": "http_get"},
            annotations={"summary": "HTTP 502"},
            started_at=START,
            received_at=START + timedelta(seconds=60),
            line="probe:page/0",
            function="checkout",
            condition=Condition.DEGRADED,
            grade=2,
            detected_at=START + timedelta(seconds=60),
        )
    ]


def test_the_end_keeps_when_it_began_and_was_detected() -> None:
    watch = Watch(PAGE)

    watch.sees("bbb" + "g" * 11)

    [_, end] = watch.signals
    assert end.firing is False
    assert end.started_at == START
    assert end.detected_at == START + timedelta(seconds=60)
    assert end.ended_at == START + timedelta(seconds=90)
    assert end.condition is Condition.DOWN
    assert end.annotations == {"summary": "good again"}


# --- other holds


def test_three_of_five_are_told_since_the_first_of_the_five() -> None:
    watch = Watch(replace(PAGE, hold=Hold(times=3, of=5)))

    assert watch.sees("b g g g  b g b") == []
    assert watch.sees("b") == ["03:03:30 page/0 begins, 03:02:00"]


def test_two_of_five_forget_what_left_the_window() -> None:
    watch = Watch(replace(PAGE, hold=Hold(times=2, of=5)))

    assert watch.sees("b gggg b gggg") == []
    assert watch.state.tells[0].bad_since == START + timedelta(seconds=150)
    assert watch.sees("g") == []
    assert watch.state.tells[0].bad_since is None


def test_lasting_90_s_is_told_when_it_has_lasted_so_long() -> None:
    watch = Watch(replace(PAGE, hold=Hold(lasting=timedelta(seconds=90))))

    assert watch.sees("bbb g bbb") == []
    assert watch.sees("b") == ["03:03:30 page/0 begins, 03:02:00"]


def test_time_in_which_nothing_was_known_does_not_last() -> None:
    watch = Watch(replace(PAGE, hold=Hold(lasting=timedelta(seconds=90))))

    assert watch.sees("b" + "u" * 240 + "b") == []
    assert watch.sees("bb") == []
    assert watch.sees("b") == ["05:02:00 page/0 begins, 03:00:00"]


def test_a_tell_may_have_a_hold_of_its_own() -> None:
    watch = Watch(replace(PAGE, tells=(Tell("fail", Condition.DOWN, hold=Hold(times=1)),)))

    assert watch.sees("b") == ["03:00:00 page/0 begins, 03:00:00"]


def test_a_heartbeats_own_fail_is_told_at_once() -> None:
    watch = Watch(PAGE)

    assert watch.sees("b", at_once=True) == ["03:00:00 page/0 begins, 03:00:00"]
    assert watch.sees("b", at_once=True) == []


def test_a_good_reading_opens_nothing_even_at_once() -> None:
    assert Watch(PAGE).sees("g u", at_once=True) == []


# --- the agent was away


def test_a_run_does_not_bridge_an_outage_of_the_agent() -> None:
    watch = Watch(PAGE)

    watch.sees("bb")
    watch.waits(7200)

    assert watch.sees("bb") == []
    assert watch.sees("b") == ["05:02:00 page/0 begins, 05:01:00"]


def test_90_s_are_not_two_readings_on_either_side_of_an_outage() -> None:
    watch = Watch(replace(PAGE, hold=Hold(lasting=timedelta(seconds=90))))

    watch.sees("b")
    watch.waits(7200)

    assert watch.sees("bbb") == []
    assert watch.sees("b") == ["05:02:00 page/0 begins, 05:00:30"]


def test_what_was_told_stays_told_over_an_outage_and_must_be_good_anew() -> None:
    watch = Watch(PAGE)

    watch.sees("bbb gggg")
    watch.waits(7200)

    assert watch.sees("g" * 10) == []
    assert watch.sees("g") == ["05:08:30 page/0 ends, 05:03:30"]


def test_good_readings_are_counted_anew_after_an_outage() -> None:
    watch = Watch(PAGE)

    watch.sees("ggg")
    watch.waits(7200)
    watch.sees("u")
    assert (watch.state.good_run, watch.state.good_since) == (0, None)

    watch.sees("gg")
    assert (watch.state.good_run, watch.state.good_since) == (2, START + timedelta(seconds=7320))


@pytest.mark.parametrize(
    ("every_s", "timeout_s", "longest_s"), [(30, 5, 90), (1, 5, 60), (10, 60, 180), (3600, 5, 10800)]
)
def test_patience_is_three_intervals_or_deadlines_and_at_least_a_minute(
    every_s: int, timeout_s: int, longest_s: int
) -> None:
    probe = replace(PAGE, every=timedelta(seconds=every_s), timeout=timedelta(seconds=timeout_s))

    assert patience(probe) == timedelta(seconds=longest_s)


def test_a_clock_set_back_counts_no_time() -> None:
    watch = Watch(replace(PAGE, hold=Hold(lasting=timedelta(seconds=60))))

    watch.sees("b")
    watch.waits(-600)

    assert watch.sees("bb") == []
    assert watch.sees("b") == ["02:51:30 page/0 begins, 03:00:00"]


# --- recovery


def test_it_is_over_after_five_good_minutes_since_the_first_good_answer() -> None:
    watch = Watch(PAGE)

    assert watch.sees("bbb" + "g" * 10) == ["03:01:00 page/0 begins, 03:00:00"]
    assert watch.sees("g") == ["03:06:30 page/0 ends, 03:01:30"]


def test_one_bad_answer_begins_the_recovery_anew() -> None:
    watch = Watch(PAGE)

    assert watch.sees("bbb" + "g" * 10 + "b" + "g" * 10) == ["03:01:00 page/0 begins, 03:00:00"]
    assert watch.sees("g") == ["03:12:00 page/0 ends, 03:07:00"]


def test_unknown_stops_the_recovery_and_does_not_undo_it() -> None:
    watch = Watch(PAGE)

    assert watch.sees("bbb" + "g" * 6 + "u" * 20 + "g" * 5) == ["03:01:00 page/0 begins, 03:00:00"]
    assert watch.sees("g") == ["03:17:00 page/0 ends, 03:01:30"]


def test_recover_0_is_over_with_the_first_good_answer() -> None:
    watch = Watch(replace(PAGE, recover=timedelta()))

    assert watch.sees("bbb g") == ["03:01:00 page/0 begins, 03:00:00", "03:01:30 page/0 ends, 03:01:30"]


def test_after_its_end_it_needs_three_in_a_row_again() -> None:
    watch = Watch(replace(PAGE, recover=timedelta()))

    watch.sees("bbb g")

    assert watch.sees("bb") == []
    assert watch.sees("b") == ["03:03:00 page/0 begins, 03:02:00"]


# --- several tells, clear

SLOW = replace(
    PAGE,
    recover=timedelta(minutes=1),
    tells=(
        Tell("fail", Condition.DOWN),
        Tell("latency > 500ms", Condition.DEGRADED, hold=Hold(times=2), clear="latency < 400ms"),
    ),
)


def test_each_tell_is_an_episode_of_its_own() -> None:
    watch = Watch(SLOW)

    assert watch.sees("s s b b b") == ["03:00:30 page/1 begins, 03:00:00", "03:02:00 page/0 begins, 03:01:00"]
    assert watch.sees("g g g") == ["03:03:30 page/0 ends, 03:02:30", "03:03:30 page/1 ends, 03:02:30"]


def test_the_summary_names_the_values_that_made_it_so() -> None:
    watch = Watch(SLOW)

    watch.sees("ss")

    assert watch.signals[0].annotations == {"summary": "latency 600ms"}


def test_a_telling_goes_on_until_it_is_clear() -> None:
    watch = Watch(SLOW)

    assert watch.sees("ss mmmmmm") == ["03:00:30 page/1 begins, 03:00:00"]
    assert watch.sees("gg m gg") == []
    assert watch.sees("g") == ["03:06:30 page/1 ends, 03:05:30"]


def test_not_clear_opens_nothing() -> None:
    assert Watch(SLOW).sees("mmmmmm") == []


def test_a_value_that_is_missing_freezes_only_the_tell_that_asks_for_it() -> None:
    watch = Watch(SLOW)

    assert watch.sees("s b s") == ["03:01:00 page/1 begins, 03:00:00"]


# --- flapping

FLAPPING = replace(PAGE, hold=Hold(times=1), recover=timedelta(minutes=1), flap=(4, timedelta(minutes=30)))
ONCE = "b ggg"


def test_four_openings_in_30_min_are_flapping_and_stay_told_until_all_is_good_so_long() -> None:
    watch = Watch(FLAPPING)

    assert watch.sees(ONCE * 3)[-1] == "03:05:30 page/0 ends, 03:04:30"
    assert watch.sees("b") == ["03:06:00 page/0 begins, 03:06:00, flapping"]
    assert watch.sees("ggg" + ONCE * 5) == []
    assert watch.state.tells[0].is_flapping is True
    assert watch.sees("g" * 57) == []
    assert watch.sees("g") == ["03:46:30 page/0 ends, 03:16:30, flapping"]
    assert watch.state.tells[0].is_flapping is False


def test_openings_further_apart_are_not_flapping() -> None:
    watch = Watch(FLAPPING)

    assert not any("flapping" in told for told in watch.sees((ONCE + "g" * 20) * 6))


def test_flapping_that_ends_bad_stays_told() -> None:
    watch = Watch(FLAPPING)

    watch.sees(ONCE * 3 + "b" + "g" * 30 + "b" * 200)

    assert watch.signals[-1].firing is True
    assert watch.state.tells[0].is_telling is True


def test_flapping_whose_rule_was_taken_away_recovers_as_usual() -> None:
    watch = Watch(FLAPPING)
    watch.sees(ONCE * 3 + "b")

    watch.probe = replace(FLAPPING, flap=None)

    assert watch.sees("ggg") == ["03:07:30 page/0 ends, 03:06:30, flapping"]


# --- reload


def test_a_tell_added_by_a_reload_begins_quiet() -> None:
    watch = Watch(replace(SLOW, tells=SLOW.tells[:1]))
    watch.sees("bbb")

    watch.probe = SLOW

    assert watch.sees("ss") == ["03:02:00 page/1 begins, 03:01:30"]
    assert [tell.is_telling for tell in watch.state.tells] == [True, True]


def test_a_tell_taken_away_by_a_reload_ends() -> None:
    watch = Watch(SLOW)
    watch.sees("ss")

    watch.probe = replace(SLOW, tells=SLOW.tells[:1])

    assert watch.sees("u") == ["03:01:00 page/1 ends, 03:01:00"]
    assert watch.signals[-1].is_inferred is True
    assert watch.signals[-1].annotations == {"summary": "no longer asked"}
    assert watch.signals[-1].started_at == START
    assert len(watch.state.tells) == 1


def test_a_quiet_tell_is_taken_away_quietly() -> None:
    watch = Watch(SLOW)
    watch.sees("sg")

    watch.probe = replace(SLOW, tells=())

    assert watch.sees("gg") == []


def test_an_old_row_without_times_of_openings_still_ends() -> None:
    watch = Watch(replace(PAGE, recover=timedelta()))
    watch.state = replace(watch.state, tells=(TellState(is_telling=True),))

    watch.sees("g")

    assert watch.signals[0].started_at == watch.signals[0].detected_at == START


# --- the probe's row


def test_the_row_says_what_was_found_last_and_since_when() -> None:
    watch = Watch(PAGE)
    watch.sees("g bb")

    assert replace(watch.state, tells=()) == ProbeState(
        name="page",
        kind="http_get",
        function="checkout",
        result=Result.BAD,
        since=START + timedelta(seconds=30),
        last_run_at=START + timedelta(seconds=60),
        duration_s=0.25,
        values={"status": 502},
        error="HTTP 502",
        measured=Result.BAD,
        measured_since=START + timedelta(seconds=30),
        measured_after=START,
    )


def test_good_readings_are_counted_over_unknown_ones() -> None:
    watch = Watch(PAGE)
    watch.sees("b gg u g")

    assert watch.state.good_run == 3
    assert watch.state.good_since == START + timedelta(seconds=30)


def test_three_unknown_in_a_row_make_the_agent_blind() -> None:
    watch = Watch(PAGE)

    watch.sees("uu")
    assert is_blind(watch.state) is False

    watch.sees("u")
    assert is_blind(watch.state) is True

    watch.sees("b")
    assert is_blind(watch.state) is False


@pytest.mark.parametrize(
    ("letters", "wait_s"),
    [("g", 30), ("b", 10), ("bb", 10), ("bbb", 30), ("bg", 30), ("bu", 30), ("bub", 10), ("u", 30)],
)
def test_it_asks_sooner_while_a_bad_reading_waits_for_confirmation(letters: str, wait_s: int) -> None:
    watch = Watch(replace(PAGE, retry=timedelta(seconds=10)))

    watch.sees(letters)

    assert next_wait(watch.probe, watch.state, READINGS[letters[-1]]) == timedelta(seconds=wait_s)


def test_without_retry_the_pace_is_kept() -> None:
    watch = Watch(PAGE)

    watch.sees("b")

    assert next_wait(PAGE, watch.state, READINGS["b"]) == timedelta(seconds=30)


# --- what holds whatever is read

LETTERS = st.text("bgsmu", max_size=60)
PROBES = st.sampled_from(
    [
        PAGE,
        SLOW,
        replace(FLAPPING, recover=timedelta(seconds=30)),
        replace(PAGE, hold=Hold(times=2, of=4), recover=timedelta(minutes=1)),
        replace(PAGE, hold=Hold(lasting=timedelta(seconds=90)), recover=timedelta()),
    ]
)
ROW = msgspec.json.Decoder(ProbeState)


@given(PROBES, LETTERS, st.integers(0, 60))
def test_a_restart_between_two_readings_changes_nothing(probe: Probe, letters: str, restart: int) -> None:
    steady, restarted = Watch(probe), Watch(probe)

    steady.sees(letters)
    restarted.sees(letters[:restart])
    restarted.state = ROW.decode(msgspec.json.encode(restarted.state))
    restarted.sees(letters[restart:])

    assert restarted.signals == steady.signals
    assert restarted.state == steady.state


@given(st.text("bg", max_size=60), st.lists(st.integers(0, 60), max_size=20))
def test_unknown_readings_anywhere_change_nothing_that_is_told(letters: str, places: Sequence[int]) -> None:
    plain, disturbed = Watch(PAGE), Watch(PAGE)

    plain.sees(letters)
    for place, letter in enumerate(letters):
        for nth in range(places.count(place)):
            unknown_at = disturbed.now - timedelta(seconds=1 + nth)
            disturbed.state, signals = judge(PAGE, disturbed.state, READINGS["u"], unknown_at, 0.25)
            assert signals == ()
        disturbed.sees(letter)

    assert disturbed.signals == plain.signals


@given(PROBES, LETTERS)
def test_beginnings_and_ends_take_turns_and_end_after_they_begin(probe: Probe, letters: str) -> None:
    watch = Watch(probe)

    watch.sees(letters)

    for fingerprint in {signal.fingerprint for signal in watch.signals}:
        of_one = [signal for signal in watch.signals if signal.fingerprint == fingerprint]
        assert [signal.firing for signal in of_one] == [number % 2 == 0 for number in range(len(of_one))]
        assert all(one.started_at <= one.received_at for one in of_one)
        assert all(one.started_at < one.ended_at <= one.received_at for one in of_one if one.ended_at)


@given(st.text("bgu", max_size=60))
def test_three_in_a_row_is_what_counting_by_hand_finds(letters: str) -> None:
    watch = Watch(replace(PAGE, recover=timedelta()))

    run, is_telling, told = 0, False, []
    for letter in letters.replace("u", ""):
        run = run + 1 if letter == "b" else 0
        if is_telling != (run >= 3 if not is_telling else letter == "b"):
            is_telling = not is_telling
            told.append(is_telling)

    watch.sees(letters)
    assert [signal.firing for signal in watch.signals] == told


# --- told again


OR_SLOW = replace(PAGE, tells=(Tell("fail", Condition.DOWN), Tell("latency > 500ms", Condition.DEGRADED, grade=3)))


@pytest.mark.parametrize(("letters", "is_bad"), [("g", False), ("b", True), ("s", True), ("su", False), ("bu", False)])
def test_the_last_reading_is_bad_where_it_or_one_tell_says_so(letters: str, is_bad: bool) -> None:
    watch = Watch(OR_SLOW)

    watch.sees(letters)

    assert says_bad(watch.state) is is_bad


def test_what_is_told_and_found_bad_again_can_be_told_anew() -> None:
    watch = Watch(OR_SLOW)
    watch.sees("sss uuuu s")

    [signal] = told_again(OR_SLOW, watch.state)

    assert (signal.fingerprint, signal.line, signal.firing) == ("page/1", "probe:page/1", True)
    assert (signal.function, signal.condition, signal.grade) == ("checkout", Condition.DEGRADED, 3)
    assert signal.started_at == signal.detected_at == watch.state.last_run_at


@pytest.mark.parametrize("letters", ["", "g", "bb", "bbb u", "bbb g"])
def test_what_is_not_told_or_not_found_bad_is_not_told_anew(letters: str) -> None:
    watch = Watch(PAGE)

    watch.sees(letters)

    assert told_again(PAGE, watch.state) == ()


def test_what_is_told_anew_says_why() -> None:
    watch = Watch(PAGE)

    watch.sees("bbb u b")

    assert [signal.annotations for signal in told_again(PAGE, watch.state)] == [{"summary": "HTTP 502"}]
