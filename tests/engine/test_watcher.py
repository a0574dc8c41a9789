"""The watcher: everyone in their turn, nobody at another's cost."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from agent import metrics
from agent.errors import NotFound, StoreUnavailable, TooBusy
from agent.model import Condition, Hold, Reading, Result, Tell
from tests.engine.watching import BAD, OK, START, UNKNOWN, Room, beating, probe

SECOND = timedelta(seconds=1)


# ---------------------------------------------------------------------------------------------------- whose turn it is


def test_probes_have_their_first_turn_spread_over_the_interval_and_then_keep_the_pace():
    room = Room(probe("a"), probe("b"), probe("c"))

    room.advance(seconds=95)

    for name in "abc":
        looks = room.looked_at(name)
        assert 0 <= looks[0] < 30
        assert {round(later - earlier, 2) for earlier, later in pairwise(looks)} == {30.0}
    assert len({room.looked_at(name)[0] for name in "abc"}) == 3


def test_a_probe_of_once_a_day_is_looked_at_within_a_minute_of_the_start():
    room = Room(probe("daily", every=timedelta(days=1)))

    room.advance(minutes=1)

    assert len(room.looked_at("daily")) == 1


def test_a_late_scheduler_looks_once_and_makes_up_for_nothing():
    room = Room(probe("a"))
    room.advance(seconds=30)

    room.clock.advance(timedelta(minutes=10))
    room.watcher.tick(room.clock.now())
    room.watcher.tick(room.clock.now())

    assert len(room.looked_at("a")) == 2


def test_a_wall_clock_that_jumps_moves_no_turn():
    room = Room(probe("a"))
    room.advance(seconds=60)

    room.clock.jump(timedelta(hours=-3))
    room.advance(seconds=60)

    assert len(room.looked_at("a")) == 4


def test_a_probe_without_any_has_nothing_to_wait_for():
    room = Room()

    assert room.watcher.tick(START) is None


def test_after_a_first_bad_reading_it_looks_again_sooner():
    room = Room(probe("a", retry=timedelta(seconds=10)))
    room.reads["a"] = BAD

    room.advance(seconds=59)

    looks = room.looked_at("a")
    assert [round(later - earlier) for earlier, later in pairwise(looks)][:2] == [10, 10]
    assert room.desk.said == ["a/0 firing"]


# ---------------------------------------------------------------------------------------------------- what is told


def test_three_bad_readings_in_a_row_are_told_at_once_and_five_good_minutes_end_it():
    room = Room(probe("a"))
    room.reads["a"] = BAD
    room.advance(seconds=90)
    told = list(room.desk.said)
    room.reads["a"] = OK

    room.advance(minutes=6)

    assert told == ["a/0 firing"]
    assert room.desk.said == ["a/0 firing", "a/0 resolved"]
    assert room.desk.signals[0].annotations["summary"] == "connection refused"


def test_unknown_tells_nothing_and_after_three_the_probe_counts_as_blind():
    room = Room(probe("a"))
    room.reads["a"] = UNKNOWN

    room.advance(minutes=5)

    assert room.desk.said == []
    assert room.watcher.state()["a"].unknown_run >= 3
    assert metrics.PROBES_BLIND._value.get() == 1  # type: ignore[attr-defined]


def test_a_steady_probe_is_put_on_file_once_a_minute():
    room = Room(probe("a", every=timedelta(seconds=5)))
    room.advance(minutes=2)
    before = len(room.desk.rows_of("a"))

    room.advance(minutes=10)

    assert 9 <= len(room.desk.rows_of("a")) - before <= 11


def test_a_turn_of_a_probe_is_on_file_within_a_second():
    room = Room(probe("a"))
    room.advance(minutes=30)
    room.reads["a"] = BAD

    room.advance(seconds=31)

    assert room.desk.rows_of("a")[-1].result is Result.BAD


def test_rows_go_out_in_batches():
    room = Room(*(probe(f"p{number}") for number in range(200)))

    room.advance(seconds=32)

    assert len(room.desk.taken) <= 34
    assert len({row.name for work in room.desk.taken for row in work.probes}) == 200


# ---------------------------------------------------------------------------------------------------- nothing is lost


def test_signals_wait_in_order_while_the_desk_is_busy():
    room = Room(probe("a", recover=timedelta(0)), probe("b"))
    room.reads |= {"a": BAD, "b": BAD}
    room.desk.refuse = TooBusy("full")
    room.advance(seconds=95)
    room.reads["a"] = OK
    room.advance(seconds=60)

    room.desk.refuse = None
    room.advance(seconds=2)

    assert sorted(room.desk.said) == ["a/0 firing", "a/0 resolved", "b/0 firing"]
    assert room.desk.said.index("a/0 firing") < room.desk.said.index("a/0 resolved")


def test_what_the_store_refused_is_handed_in_again_before_what_is_newer():
    room = Room(probe("a", recover=timedelta(0)))
    room.reads["a"] = BAD
    room.desk.held = []
    room.advance(seconds=95)
    room.desk.fail = lambda work: StoreUnavailable("disk full")
    room.desk.answer_held()
    room.reads["a"] = OK
    room.advance(seconds=40)

    room.desk.fail = lambda work: None
    room.advance(seconds=2)

    assert room.desk.said == ["a/0 firing", "a/0 resolved"]


def test_one_result_that_cannot_be_handed_in_does_not_stop_the_others():
    room = Room(probe("a"), probe("b"))
    room.reads |= {"a": BAD, "b": BAD}
    poison = {"a/0"}
    room.desk.fail = lambda work: (
        ValueError("a bug") if any(signal.fingerprint in poison for signal in work.signals) else None
    )

    room.advance(minutes=3)

    assert room.desk.said == ["b/0 firing"]
    assert len(room.desk.rows_of("a")) > 0


# ---------------------------------------------------------------------------------------------------- bad collectors


def test_a_collector_that_raises_reads_unknown_and_costs_only_its_own_probe():
    def explode() -> Reading:
        raise ZeroDivisionError

    room = Room(probe("a"), probe("b"))
    room.reads["a"] = explode

    room.advance(minutes=1)

    assert room.watcher.state()["a"].result is Result.UNKNOWN
    assert room.watcher.state()["a"].error == "the collector failed: ZeroDivisionError"
    assert room.watcher.state()["b"].result is Result.OK


@pytest.mark.parametrize("garbage", [None, 7, Reading("weird"), Reading(Result.OK, 3)])  # type: ignore[arg-type]
def test_a_collector_that_returns_garbage_reads_unknown(garbage: object):
    room = Room(probe("a"))
    room.reads["a"] = lambda: garbage  # type: ignore[assignment,return-value]

    room.advance(minutes=1)

    assert room.watcher.state()["a"].result is Result.UNKNOWN


def test_values_that_cannot_be_stored_are_left_out_and_errors_are_cut():
    room = Room(probe("a"))
    room.reads["a"] = Reading(Result.BAD, {"good": 1.5, "nan": float("nan"), "huge": 2.0**70}, "x\0\ud800" * 1000)

    room.advance(minutes=1)

    state = room.watcher.state()["a"]
    assert state.values == {"good": 1.5}
    assert len(state.error) == 500
    assert "\0" not in state.error
    assert state.error.encode()


def test_a_probe_that_cannot_be_judged_does_not_stop_the_others():
    room = Room(probe("a", tells=(Tell(when="((", condition=Condition.DOWN),)), probe("b"))

    room.advance(minutes=1)

    assert room.watcher.state()["b"].result is Result.OK
    assert len(room.looked_at("a")) == 2


# ---------------------------------------------------------------------------------------------------- own fault first


def test_without_a_route_something_remote_reads_unknown_not_down():
    room = Room(probe("shop", kind="remote"))
    room.reads["shop"] = BAD
    room.has_route = False

    room.advance(minutes=5)

    assert room.desk.said == []
    assert room.watcher.state()["shop"].result is Result.UNKNOWN
    assert room.watcher.state()["shop"].error == "this host has no route to any network; found: connection refused"


def test_something_on_this_host_is_down_whatever_the_network_says():
    room = Room(probe("shop", kind="remote", is_local=True))
    room.reads["shop"] = BAD
    room.has_route = False

    room.advance(minutes=2)

    assert room.desk.said == ["shop/0 firing"]


def test_a_dead_reference_and_a_dead_resolver_together_are_our_own_fault():
    room = Room(probe("shop", kind="remote"))
    room.reference = probe("reference", kind="remote")
    room.reads |= {"shop": BAD, "reference": BAD}

    room.advance(minutes=2)

    assert room.desk.said == []
    assert room.watcher.reference_ok() is False


def test_a_dead_reference_alone_hides_nothing():
    room = Room(probe("shop", kind="remote"))
    room.reference = probe("reference", kind="remote")
    room.reads |= {"shop": BAD, "reference": BAD}
    room.resolver_answers = True

    room.advance(minutes=2)

    assert room.desk.said == ["shop/0 firing"]


def test_a_good_reference_is_second_evidence_for_as_long_as_something_is_down():
    room = Room(probe("shop", kind="remote"))
    room.reference = probe("reference", kind="remote")
    before = room.watcher.reference_ok()
    room.reads["shop"] = BAD

    room.advance(minutes=10)

    assert before is None
    assert room.desk.said == ["shop/0 firing"]
    assert room.watcher.reference_ok() is True


def test_the_reference_is_left_alone_while_all_is_well():
    room = Room(probe("shop", kind="remote"))
    room.reference = probe("reference", kind="remote")

    room.advance(minutes=10)

    assert room.looked_at("reference") == []


def test_what_fails_together_shares_one_look_at_the_reference():
    room = Room(*(probe(f"p{number}", kind="remote", every=SECOND) for number in range(20)))
    room.reference = probe("reference", kind="remote")
    room.reads |= {f"p{number}": BAD for number in range(20)}

    room.advance(seconds=1)

    assert len(room.looked_at("reference")) == 1


# ---------------------------------------------------------------------------------------------------- heartbeats


def test_a_heartbeat_is_late_at_the_very_moment_its_time_is_up():
    room = Room(beating("backup", timedelta(minutes=10), timedelta(seconds=7)))
    room.advance(seconds=5)
    room.watcher.ping("backup", has_failed=False)

    room.advance(minutes=20)

    assert room.desk.said == ["backup/0 firing"]
    assert room.desk.signals[0].received_at == START + timedelta(minutes=10, seconds=12)
    assert room.desk.signals[0].annotations["summary"] == (
        "no ping since 2026-11-23 03:00:05 UTC, expected within 10m and 7s of grace"
    )


def test_a_heartbeat_never_pinged_counts_from_its_first_load_also_after_a_restart():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.advance(minutes=6)
    room.restart()

    room.advance(minutes=5)

    assert room.desk.said == ["backup/0 firing"]
    assert room.desk.signals[0].received_at == START + timedelta(minutes=10)


def test_a_ping_in_time_says_nothing_and_is_answered_once_on_disk():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.desk.held = []

    answer = room.watcher.ping("backup", has_failed=False)
    was_done = answer.done()
    room.desk.answer_held()

    assert was_done is False
    assert answer.result(0) is None
    assert room.desk.said == []
    assert room.desk.beats_of("backup")[-1].last_at == START


def test_a_failed_ping_tells_at_once_and_a_good_one_ends_it_at_once():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.advance(minutes=1)

    room.watcher.ping("backup", has_failed=True)
    room.advance(minutes=1)
    room.watcher.ping("backup", has_failed=False)

    assert room.desk.said == ["backup/0 firing", "backup/0 resolved"]
    assert [signal.received_at for signal in room.desk.signals] == [
        START + timedelta(minutes=1),
        START + timedelta(minutes=2),
    ]


def test_a_ping_ends_a_silence_at_once():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.advance(minutes=15)

    room.watcher.ping("backup", has_failed=False)

    assert room.desk.said == ["backup/0 firing", "backup/0 resolved"]


def test_a_ping_the_store_refused_is_answered_so_but_not_forgotten():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.desk.fail = lambda work: StoreUnavailable("disk full")

    answer = room.watcher.ping("backup", has_failed=True)
    room.desk.fail = lambda work: None
    room.advance(seconds=5)

    assert isinstance(answer.exception(0), StoreUnavailable)
    assert room.desk.said == ["backup/0 firing"]
    assert room.desk.beats_of("backup")[-1].has_failed is True


def test_pings_while_a_batch_is_under_way_are_answered_with_the_next():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.desk.held = []
    first = room.watcher.ping("backup", has_failed=False)

    second = room.watcher.ping("backup", has_failed=True)
    room.desk.answer_held()

    assert first.result(0) is None
    assert second.result(0) is None
    assert room.desk.said == ["backup/0 firing"]


def test_an_unknown_heartbeat_is_refused_with_a_suggestion():
    room = Room(beating("backup", timedelta(minutes=10)), probe("shop"))

    with pytest.raises(NotFound, match=r"no heartbeat is named bakup: did you mean backup\?"):
        room.watcher.ping("bakup", has_failed=False)
    with pytest.raises(NotFound, match="no heartbeat is named zzz: add it under `probes:`"):
        room.watcher.ping("zzz", has_failed=False)
    with pytest.raises(NotFound, match="shop is a scripted probe: only those of kind heartbeat are pinged"):
        room.watcher.ping("shop", has_failed=False)


def test_a_clock_set_forward_makes_no_heartbeat_late():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.watcher.ping("backup", has_failed=False)

    room.clock.jump(timedelta(hours=5))
    room.advance(minutes=9)

    assert room.desk.said == []


def test_a_ping_that_nobody_was_there_to_hear_is_expected_anew():
    room = Room(beating("backup", timedelta(hours=1), timedelta(minutes=5)))
    room.advance(minutes=1)
    room.watcher.ping("backup", has_failed=False)
    room.advance(minutes=1)

    room.restart(away=timedelta(hours=2))
    room.advance(minutes=30)
    at_first = list(room.desk.said)
    room.advance(hours=1)

    assert at_first == []
    assert room.desk.said == ["backup/0 firing"]
    assert room.desk.signals[0].received_at == START + timedelta(hours=3, minutes=6)


def test_a_short_restart_forgives_nothing():
    room = Room(beating("backup", timedelta(minutes=10)))
    room.watcher.ping("backup", has_failed=False)
    room.advance(minutes=9)

    room.restart(away=timedelta(seconds=90))
    room.advance(seconds=1)

    assert room.desk.said == ["backup/0 firing"]


# ---------------------------------------------------------------------------------------------------- restart, reload


def test_what_was_told_before_a_restart_is_not_told_again():
    room = Room(probe("a"))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.restart()
    room.advance(minutes=5)

    assert room.desk.said == ["a/0 firing"]


def test_a_confirmation_goes_on_after_a_restart():
    room = Room(probe("a"))
    room.advance(seconds=30)
    room.reads["a"] = BAD
    room.advance(seconds=60)
    before = list(room.desk.said)

    room.restart()
    room.advance(seconds=30)

    assert before == []
    assert room.desk.said == ["a/0 firing"]


def test_an_unchanged_probe_does_not_notice_a_reload():
    room = Room(probe("a"))
    room.advance(seconds=45)

    room.put(probe("a"), probe("b"))
    room.advance(seconds=45)

    looks = room.looked_at("a")
    assert round(looks[-1] - looks[0], 3) in {30.0, 60.0}
    assert room.looked_at("b") != []


def test_a_probe_that_was_telling_and_is_removed_ends_its_signal():
    room = Room(probe("a"))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.put()

    assert room.desk.said == ["a/0 firing", "a/0 resolved"]
    assert room.desk.signals[-1].is_inferred is True
    assert "a" not in room.watcher.state()


def test_a_probe_removed_while_the_agent_was_down_ends_its_signal():
    room = Room(probe("a"))
    room.reads["a"] = BAD
    room.advance(minutes=2)
    room.probes = {}

    room.restart()
    room.advance(seconds=2)
    room.restart()
    room.advance(seconds=2)

    assert room.desk.said == ["a/0 firing", "a/0 resolved"]


def test_a_probe_of_another_kind_is_another_probe():
    room = Room(probe("a"))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.put(probe("a", kind="remote"))

    assert room.desk.said == ["a/0 firing", "a/0 resolved"]
    assert room.watcher.state()["a"].result is Result.UNKNOWN


def test_a_changed_probe_keeps_what_is_known_of_it():
    room = Room(probe("a"))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.put(probe("a", every=timedelta(seconds=10)))
    room.advance(minutes=1)

    assert room.desk.said == ["a/0 firing"]
    assert len(room.looked_at("a")) >= 8


def test_a_tell_that_now_means_something_else_ends_and_is_told_anew():
    down = Tell(when="fail", condition=Condition.DOWN)
    room = Room(probe("a", tells=(down,)))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.put(probe("a", tells=(replace(down, condition=Condition.DEGRADED),)))
    room.advance(minutes=2)

    assert room.desk.said == ["a/0 firing", "a/0 resolved", "a/0 firing"]
    assert room.desk.signals[-1].condition is Condition.DEGRADED


def test_another_tolerance_alone_ends_nothing():
    room = Room(probe("a", tells=(Tell(when="fail", condition=Condition.DOWN),)))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.put(probe("a", tells=(Tell(when="fail", condition=Condition.DOWN, hold=Hold(times=5)),)))
    room.advance(minutes=2)

    assert room.desk.said == ["a/0 firing"]


def test_a_probe_moved_to_another_function_ends_and_is_told_anew():
    room = Room(probe("a", function="checkout"))
    room.reads["a"] = BAD
    room.advance(minutes=2)

    room.put(probe("a", function="ledger"))
    room.advance(minutes=2)

    assert [(signal.function, signal.firing) for signal in room.desk.signals] == [
        ("checkout", True),
        ("checkout", False),
        ("ledger", True),
    ]
