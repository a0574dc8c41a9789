from hypothesis import given
from hypothesis import strategies as st

from agent.engine.watcher.schedule import Schedule, next_turn_s, splay_s


def test_turns_come_oldest_first_and_each_once():
    schedule = Schedule()
    schedule.put("late", 5.0)
    schedule.put("early", 3.0)
    schedule.put("later", 9.0)

    assert schedule.take(6.0) == [("early", 3.0), ("late", 5.0)]
    assert schedule.take(6.0) == []
    assert schedule.next_s() == 9.0


def test_a_turn_put_again_replaces_the_one_before():
    schedule = Schedule()
    schedule.put("a", 3.0)
    schedule.put("a", 7.0)

    assert schedule.take(5.0) == []
    assert schedule.next_s() == 7.0


def test_sooner_never_makes_it_later():
    schedule = Schedule()
    schedule.put("a", 5.0)
    schedule.sooner("a", 8.0)
    after = schedule.next_s()
    schedule.sooner("a", 2.0)

    assert (after, schedule.next_s()) == (5.0, 2.0)


def test_who_is_dropped_has_no_turn():
    schedule = Schedule()
    schedule.put("a", 5.0)
    schedule.drop("a")
    schedule.drop("never seen")

    assert schedule.next_s() is None


@given(
    due_s=st.floats(0, 1e6),
    every_s=st.floats(1, 1e5),
    late_s=st.floats(0, 1e6),
)
def test_the_next_turn_is_on_the_grid_and_at_most_one_interval_away(due_s: float, every_s: float, late_s: float):
    now_s = due_s + late_s

    turn_s = next_turn_s(due_s, every_s, now_s)

    assert now_s < turn_s <= now_s + every_s + 2e-6
    steps = (turn_s - due_s) / every_s
    assert abs(steps - round(steps)) < 1e-6


@given(name=st.text(max_size=50), every_s=st.floats(1, 1e6))
def test_the_first_turn_is_within_the_interval_and_a_minute(name: str, every_s: float):
    assert 0 <= splay_s(name, every_s) <= min(every_s, 60)
    assert splay_s(name, every_s) == splay_s(name, every_s)
