"""The chain of facts: whatever is done to its inside shows."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.model import Fact, SealedFact, State
from agent.rules import chain
from tests.store.nouns import NOW

Chain = list[SealedFact]


def sealed(*facts: Fact) -> Chain:
    links: Chain = []
    for fact in facts:
        prev_hash = links[-1].hash if links else chain.genesis(fact.incident)
        links.append(chain.seal(fact, len(links) + 1, prev_hash, bytes([len(links)] * 16)))
    return links


def five() -> Chain:
    return sealed(*(Fact("INC-1", NOW + timedelta(seconds=n), "notice_sent", "lee", {"n": n}) for n in range(5)))


def with_fact(one: SealedFact, **changed: object) -> SealedFact:
    return replace(one, fact=replace(one.fact, **changed))  # type: ignore[arg-type]


CHANGES: dict[str, Callable[[SealedFact], SealedFact]] = {
    "incident": lambda one: with_fact(one, incident="INC-2"),
    "at": lambda one: with_fact(one, at=one.fact.at + timedelta(microseconds=1)),
    "kind": lambda one: with_fact(one, kind="notice_withheld"),
    "by": lambda one: with_fact(one, by="wang"),
    "detail": lambda one: with_fact(one, detail={"n": 99}),
    "detail emptied, salt kept": lambda one: with_fact(one, detail={}),
    "salt": lambda one: replace(one, salt=b"other"),
    "salt erased, detail kept": lambda one: replace(one, salt=b""),
    "seq": lambda one: replace(one, seq=one.seq + 1),
    "prev_hash": lambda one: replace(one, prev_hash="0" * 64),
    "hash": lambda one: replace(one, hash="0" * 64),
    "detail_hash": lambda one: replace(one, detail_hash="0" * 64),
}


def test_an_untouched_chain_holds() -> None:
    assert chain.verify(five()) is None
    assert chain.verify([]) is None


@pytest.mark.parametrize("changed", CHANGES)
@pytest.mark.parametrize("place", range(5))
def test_every_single_change_is_found_where_it_was_made(changed: str, place: int) -> None:
    links = five()

    links[place] = CHANGES[changed](links[place])

    assert chain.verify(links) == place + 1


@pytest.mark.parametrize("place", range(4))
def test_a_fact_left_out_is_found(place: int) -> None:
    links = five()

    del links[place]

    assert chain.verify(links) == place + 1


def test_a_fact_left_out_and_the_rest_renumbered_is_found() -> None:
    links = five()

    del links[2]
    links[2:] = [replace(one, seq=one.seq - 1) for one in links[2:]]

    assert chain.verify(links) == 3


@pytest.mark.parametrize("place", range(4))
def test_two_facts_exchanged_are_found(place: int) -> None:
    links = five()

    links[place], links[place + 1] = links[place + 1], links[place]

    assert chain.verify(links) == place + 1


def test_a_fact_sealed_anew_breaks_the_next_one() -> None:
    links = five()

    links[1] = chain.seal(with_fact(links[1], by="wang").fact, 2, links[0].hash, b"salt")

    assert chain.verify(links) == 3


def test_a_chain_cannot_be_passed_off_as_another_incidents() -> None:
    links = [with_fact(one, incident="INC-2") for one in five()]

    assert chain.verify(links) == 1


def test_an_erased_detail_leaves_the_chain_provable() -> None:
    links = five()

    links[2] = replace(with_fact(links[2], detail={}), salt=b"")

    assert chain.verify(links) is None


def test_words_cannot_move_from_one_field_into_the_next() -> None:
    whole = chain.seal(Fact("", NOW, "a|b", "c"), 1, "", b"s")
    moved = chain.seal(Fact("", NOW, "a", "b|c"), 1, "", b"s")

    assert whole.hash != moved.hash


def test_the_same_moment_in_another_zone_has_the_same_hash() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=8)))

    assert chain.seal(Fact("", there, "x"), 1, "", b"").hash == chain.seal(Fact("", NOW, "x"), 1, "", b"").hash


def test_the_hash_is_what_the_docs_say_it_is() -> None:
    """Written down, so that anyone can check a chain without this program."""
    at = datetime(2026, 11, 23, 3, 2, tzinfo=UTC)

    fact = Fact("INC-20261123-001", at, "incident_opened", "agent", {"b": [1, "二"], "a": None})
    one = chain.seal(fact, 1, "00", b"s")

    assert chain.canonical(one.fact.detail) == '{"a":null,"b":[1,"二"]}'
    assert one.detail_hash == "2120c953a236d99f7954916e78ce8137bed67db241d35f6fa4f7ed0d9bae733b"
    assert one.hash == "a57c489d06669773df4adf637a890145c10967146899c25354df23f9808b6a0a"
    assert chain.short(one.hash) == "a57c489d"


def test_a_detail_may_hold_what_json_has_no_word_for() -> None:
    detail = MappingProxyType({"grades": {2, 1}, 3: (State.OPEN, timedelta(minutes=1)), "at": NOW, "half": "\ud800"})

    assert chain.canonical(detail) == (
        '{"3":["open","0:01:00"],"at":"2026-11-23T03:11:15.123456+00:00","grades":[1,2],"half":"?"}'
    )


# ------------------------------------------------------------------------------------------- a fact after another


def test_a_fact_follows_the_very_one_before_it() -> None:
    first, second, third, *_ = five()

    assert chain.follows(second, first)
    assert not chain.follows(third, first)
    assert not chain.follows(with_fact(second, by="wang"), first)


def test_the_first_fact_follows_from_its_incident_s_own_beginning() -> None:
    first = five()[0]

    assert chain.follows(first, None)
    assert not chain.follows(with_fact(first, incident="INC-2"), None)


def test_where_the_fact_before_is_not_at_hand_a_fact_proves_itself() -> None:
    """A look at the newest facts alone begins in the middle of a chain."""
    third = five()[2]

    assert chain.follows(third, None)
    assert not chain.follows(with_fact(third, kind="notice_withheld"), None)


# --------------------------------------------------------------------------------------------------- in JSON

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner, max_size=3)
)


@given(st.dictionaries(st.text() | st.integers(), json_values, max_size=5))
def test_a_detail_is_written_the_same_after_it_was_read(detail: dict[str, object]) -> None:
    text = chain.canonical(detail)

    assert chain.canonical(json.loads(text)) == text
