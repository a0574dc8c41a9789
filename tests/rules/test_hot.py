"""A hot noun is the noun it was, only sooner made."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from agent.model import Episode
from agent.model.hot import changing, hot, replace


@hot
@dataclass(frozen=True, slots=True)
class Bird:
    name: str
    legs: int = 2
    seen: Mapping[str, int] = field(default_factory=dict)
    is_here: bool = True


def test_defaults_hold_and_what_a_factory_makes_is_each_ones_own() -> None:
    wren, robin = Bird("wren"), Bird("robin", is_here=False)

    assert (wren.legs, wren.seen, wren.is_here) == (2, {}, True)
    assert robin.is_here is False
    assert wren.seen is not robin.seen


def test_it_is_compared_and_replaced_as_before() -> None:
    wren = Bird("wren", seen={"garden": 1})

    assert dataclasses.replace(wren, legs=1) == Bird("wren", 1, {"garden": 1})
    assert wren != Bird("wren")


def test_one_field_is_changed_as_replace_would() -> None:
    wren = Bird("wren", 2, {"garden": 1}, is_here=False)

    assert changing(Bird, "seen")(wren, {}) == dataclasses.replace(wren, seen={})
    assert wren.seen == {"garden": 1}


def test_some_fields_are_changed_as_the_standard_library_would() -> None:
    wren = Bird("wren", 2, {"garden": 1})

    changed = replace(wren, is_here=False, name="robin")

    assert changed == dataclasses.replace(wren, name="robin", is_here=False)
    assert replace(wren) == wren
    assert wren.name == "wren"


def test_a_field_that_there_is_not_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match="Bird has no beak"):
        replace(Bird("wren"), beak="thin")  # type: ignore[call-arg]


def test_an_episode_takes_its_fields_in_their_order() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)

    episode = Episode(7, "probe", "abc", "probe:shop/0", {}, {}, at, at, at, outcome="joined")

    assert (episode.id, episode.received_at, episode.outcome, episode.incident) == (7, at, "joined", None)
