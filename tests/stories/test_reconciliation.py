"""Alertmanager is asked what fires there: what it never resolves is over, what it keeps to itself is shown as such."""

import json

import pytest

from agent.engine.works import Polled, Post
from agent.web.intake.alertmanager import read
from tests.support.remembered import differences
from tests.support.world import World, alert

DOWN = "CheckoutDown"


def identity(world: World) -> str:
    return world.store.episodes(world.incident().number)[0].fingerprint


def poll(world: World, *, after: str = "30 s", is_complete: bool = True, **muted: str) -> None:
    """What Alertmanager says half a minute later."""
    world.advance(after)
    world.do(Polled(world.clock.now(), muted, is_complete))


def ended(world: World) -> list[tuple[str, bool]]:
    """When each episode of the incident ended, and whether that was only concluded."""
    episodes = world.store.episodes(world.incident().number)
    return [(f"{each.ended_at:%H:%M:%S}" if each.ended_at else "fires", each.is_end_inferred) for each in episodes]


def test_what_two_polls_in_a_row_do_not_find_is_over_since_the_first(world: World) -> None:
    world.alert(DOWN)

    poll(world)
    after_one = ended(world)
    poll(world)

    assert after_one == [("fires", False)]
    assert ended(world) == [("03:00:30", True)]
    assert (world.incident().state, "signals_presumed_ended" in world.happened()) == ("verifying", True)


def test_what_is_found_again_in_between_goes_on(world: World) -> None:
    world.alert(DOWN)
    name = identity(world)

    poll(world)
    poll(world, **{name: ""})
    poll(world)

    assert ended(world) == [("fires", False)]


def test_an_alertmanager_that_has_just_started_ends_nothing(world: World) -> None:
    world.alert(DOWN)

    for _ in range(5):
        poll(world, is_complete=False)
    poll(world)

    assert ended(world) == [("fires", False)]


def test_what_resolved_and_fired_anew_between_two_polls_is_not_the_one_that_was_missing(world: World) -> None:
    world.alert(DOWN)
    poll(world)
    world.resolve(DOWN)
    world.advance("10 s")
    world.alert(DOWN)

    poll(world)

    assert ended(world) == [("fires", False), ("03:00:30", False)]


def test_what_was_taken_for_over_and_fires_again_goes_on_at_once(world: World) -> None:
    world.alert(DOWN)
    poll(world)
    poll(world)

    world.alert(DOWN, ago="1 min")

    assert ended(world) == [("fires", False)]
    assert world.incident().state == "open"


def test_a_poll_ends_neither_what_others_say_nor_what_probes_found(world: World) -> None:
    from tests.stories.test_direct import post

    post(world, ends_in="1 h")

    poll(world)
    poll(world)

    assert ended(world) == [("fires", False)]


@pytest.mark.parametrize("how", ["silenced", "inhibited"])
def test_what_is_kept_to_itself_is_on_file_once_and_stays_open(world: World, how: str) -> None:
    world.alert(DOWN)
    name = identity(world)

    poll(world, **{name: how})
    poll(world, **{name: how})
    muted = [each.muted for each in world.store.episodes(world.incident().number)]
    state = world.incident().state
    poll(world, **{name: ""})

    assert (muted, state) == ([how], "open")
    assert [kind for kind in world.happened() if kind.startswith("signals_")] == [
        "signals_joined",
        f"signals_{how}",
        "signals_heard_again",
    ]
    assert [each.muted for each in world.store.episodes(world.incident().number)] == [""]


def test_what_is_silenced_and_then_gone_is_over(world: World) -> None:
    world.alert(DOWN)
    poll(world, **{identity(world): "silenced"})

    poll(world)
    poll(world)

    assert ended(world) == [("03:01:00", True)]


def test_a_restart_neither_forgets_nor_repeats_what_is_silenced(world: World) -> None:
    world.alert(DOWN)
    name = identity(world)
    poll(world, **{name: "silenced"})

    world.restart()
    poll(world, **{name: "silenced"})

    assert world.happened().count("signals_silenced") == 1


def test_after_a_restart_two_polls_are_needed_again(world: World) -> None:
    world.alert(DOWN)
    poll(world)

    world.restart()
    poll(world)
    after_one = ended(world)
    poll(world)

    assert (after_one, ended(world)) == ([("fires", False)], [("03:01:00", True)])


# ------------------------------------------------------------------------------------------------ truncated groups

GROUP = '{}:{alertname="CheckoutDown"}'


def cut(world: World, key: str = GROUP) -> str:
    """A message that leaves alerts out, and all of it that it tells is over; the fingerprint of what it told."""
    now = world.clock.now()
    world.letter([alert(DOWN, "firing", now, instance="a")], group=key, truncated=2)
    name = identity(world)
    world.letter([alert(DOWN, "resolved", now, world.clock.now(), instance="a")], group=key, truncated=2)
    assert (world.incident().truncated, world.incident().state) == ((key,), "open")
    return name


def polled(world: World, *, is_complete: bool = True, **fires: dict[str, str]) -> None:
    """Half a minute later Alertmanager says what fires, with the labels of each."""
    world.advance("30 s")
    labels = {name: json.dumps(each).encode() for name, each in fires.items()}
    world.do(Polled(world.clock.now(), dict.fromkeys(fires, ""), is_complete, labels))


def test_a_cut_group_of_which_nothing_hidden_fires_is_whole_again(world: World) -> None:
    cut(world)

    polled(world, other={"alertname": "NobodyKnowsMe"})
    after_one = world.incident().truncated
    polled(world, other={"alertname": "NobodyKnowsMe"})

    assert (after_one, world.incident().truncated, world.incident().state) == ((GROUP,), (), "verifying")
    assert world.happened().count("groups_found_complete") == 1


def test_while_something_hidden_of_the_group_fires_it_stays_cut(world: World) -> None:
    cut(world)

    for _ in range(4):
        polled(world, hidden={"alertname": DOWN, "instance": "b"})
    state = world.incident().state
    polled(world)
    polled(world)

    assert (state, world.incident().state) == ("open", "verifying")


def test_what_is_known_here_is_not_hidden(world: World) -> None:
    now = world.clock.now()
    world.letter([alert(DOWN, "firing", now, instance="a")], group=GROUP, truncated=2)
    name = identity(world)

    for _ in range(2):
        polled(world, **{name: {"alertname": DOWN, "instance": "a"}})

    assert (world.incident().truncated, world.incident().state) == ((), "open")


def test_two_polls_in_a_row_must_say_so(world: World) -> None:
    cut(world)

    polled(world)
    polled(world, hidden={"alertname": DOWN, "instance": "b"})
    polled(world)
    polled(world, is_complete=False)
    polled(world)

    assert world.incident().truncated == (GROUP,)


@pytest.mark.parametrize("key", ["a key of another shape", '{}:{alertname="CheckoutDown"'])
def test_a_key_that_cannot_be_read_is_left_to_people(world: World, key: str) -> None:
    cut(world, key)

    for _ in range(3):
        polled(world)

    assert world.incident().truncated == (key,)


def test_what_has_no_labels_may_be_of_any_group(world: World) -> None:
    cut(world)

    for _ in range(3):
        poll(world, unknown="")

    assert world.incident().truncated == (GROUP,)


def test_a_group_of_grafanas_is_none_of_alertmanagers(world: World) -> None:
    now = world.clock.now()
    body = {
        "orgId": 1,
        "groupKey": GROUP,
        "truncatedAlerts": 2,
        "alerts": [alert(DOWN, "firing", now)],
    }
    world.do(Post(json.dumps(body).encode(), "alertmanager", now, read))

    for _ in range(3):
        polled(world)

    assert world.incident().truncated == (f"grafana {GROUP}",)


def test_a_group_that_is_cut_once_more_afterwards_is_cut(world: World) -> None:
    cut(world)
    polled(world)
    polled(world)

    world.letter([alert(DOWN, "firing", world.clock.now(), instance="c")], group=GROUP, truncated=1)

    assert world.incident().truncated == (GROUP,)
    assert differences(world) == []
