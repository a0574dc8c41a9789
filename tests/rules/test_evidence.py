"""Whether evidence is whole: tampering with facts, heads and files is found, and the first bad one named."""

from dataclasses import replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.errors import Malformed
from agent.model import Fact, SealedFact
from agent.rules import chain, evidence
from agent.rules.evidence import Broken, Head
from tests.rules.owing import INC, NOW, at

OTHER = "INC-20261123-002"


def chained(count: int, incident: str = INC) -> list[SealedFact]:
    """A chain of so many facts."""
    before, found = chain.genesis(incident), []
    for seq in range(1, count + 1):
        fact = Fact(incident, at(seq), "signal_joined", "lee", {"count": seq, "text": "张伟"})
        found.append(chain.seal(fact, seq, before, b"%016d" % seq))
        before = found[-1].hash
    return found


def head(facts: list[SealedFact]) -> Head:
    return Head(facts[-1].fact.incident, facts[-1].seq, facts[-1].hash)


# ----------------------------------------------------------------------------------------------- facts as lines


def test_a_fact_is_written_with_all_that_its_hash_is_made_of_and_read_again() -> None:
    [sealed] = chained(1)

    line = evidence.line_of(sealed)

    assert line == {
        "incident": INC,
        "seq": 1,
        "at": "2026-11-23T03:01:00.000000+00:00",
        "kind": "signal_joined",
        "by": "lee",
        "detail": {"count": 1, "text": "张伟"},
        "salt": "30303030303030303030303030303031",
        "prev_hash": chain.genesis(INC),
        "hash": sealed.hash,
        "detail_hash": sealed.detail_hash,
    }
    assert evidence.fact_of(line) == sealed


def test_an_erased_detail_is_written_with_an_empty_salt() -> None:
    [sealed] = chained(1)
    erased = replace(sealed, fact=replace(sealed.fact, detail={}), salt=b"")

    line = evidence.line_of(erased)

    assert (line["detail"], line["salt"]) == ({}, "")
    assert evidence.broken_chain([evidence.fact_of(line)], INC) is None


def test_a_time_is_written_in_utc_wherever_it_was_taken() -> None:
    """Whoever checks a bundle hashes the text as it stands."""
    there = timezone(timedelta(hours=8))
    sealed = chain.seal(Fact(INC, NOW.astimezone(there), "signal_joined"), 1, chain.genesis(INC), b"s")

    line = evidence.line_of(sealed)

    assert line["at"] == "2026-11-23T03:00:00.000000+00:00"
    assert evidence.broken_chain([evidence.fact_of(line)], INC) is None


@pytest.mark.parametrize("line", [None, 7, [], "a fact", {}])
def test_what_is_no_fact_is_said_to_be_none(line: Any) -> None:
    with pytest.raises(Malformed, match="no fact"):
        evidence.fact_of(line)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("at", "yesterday"),
        ("at", 7),
        ("at", "2026-11-23T03:01:00.000000"),  # of which zone: each machine would judge by its own
        ("at", "2026-11-23T11:01:00.000000+08:00"),  # the same moment in other words has another hash elsewhere
        ("at", "2026-11-23T03:01:00+00:00"),
        ("at", "0001-01-01T00:00:00.000000+10:00"),  # before all calendars
        ("detail", [["count", 1]]),
        ("detail", None),
        ("salt", "no hex"),
        ("salt", None),
    ],
)
def test_a_line_that_was_touched_is_no_fact(name: str, value: Any) -> None:
    line = evidence.line_of(*chained(1))

    with pytest.raises(Malformed, match="no fact"):
        evidence.fact_of({**line, name: value})


@pytest.mark.parametrize("name", ["incident", "seq", "at", "kind", "by", "detail", "salt", "prev_hash", "detail_hash"])
def test_a_line_that_lacks_something_is_no_fact(name: str) -> None:
    line = evidence.line_of(*chained(1))
    del line[name]

    with pytest.raises(Malformed, match=name):
        evidence.fact_of(line)


# --------------------------------------------------------------------------------------------- heads put aside


def test_a_head_is_read_as_it_was_written_down() -> None:
    assert evidence.head_of({"incident": INC, "seq": 0, "hash": "ab"}) == Head(INC, 0, "ab")


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        {},
        {"incident": INC, "seq": "3", "hash": "ab"},
        {"incident": INC, "seq": -1, "hash": "ab"},
        {"incident": INC, "seq": 3},
        {"incident": INC, "seq": 3, "hash": "ab", "more": 1},
        {"incident": 7, "seq": 3, "hash": "ab"},
        {"incident": INC, "seq": 3, "hash": None},
    ],
)
def test_what_is_no_head_is_said_to_be_none(said: Any) -> None:
    with pytest.raises(Malformed, match="no head of a chain"):
        evidence.head_of(said)


# --------------------------------------------------------------------------------------------------- one chain


def test_a_chain_that_reaches_its_head_is_whole() -> None:
    facts = chained(3)

    assert evidence.broken_chain(facts, INC) is None
    assert evidence.broken_chain(facts, INC, head(facts)) is None


def test_a_chain_that_grew_since_its_head_was_put_aside_is_whole() -> None:
    assert evidence.broken_chain(chained(5), INC, head(chained(3))) is None


def test_a_chain_that_had_nothing_yet_may_have_nothing() -> None:
    assert evidence.broken_chain([], INC, Head(INC, 0, chain.genesis(INC))) is None


def test_only_a_head_shows_that_the_end_was_cut_off() -> None:
    """A chain proves what stands before its last fact, and not that there was no more."""
    cut = chained(5)[:3]

    assert evidence.broken_chain(cut, INC) is None
    assert evidence.broken_chain(cut, INC, head(chained(5))) == Broken(INC, 4, "is missing: the chain had 5 facts")
    assert evidence.broken_chain([], INC, head(chained(5))) == Broken(INC, 1, "is missing: the chain had 5 facts")


def test_a_chain_written_anew_is_not_the_one_put_aside() -> None:
    """All of it holds; its hash is another."""
    found = evidence.broken_chain(chained(3), INC, Head(INC, 3, "0" * 64))

    assert found == Broken(INC, 3, "is not the one whose hash was put aside: the chain was written anew")


def test_another_incident_s_chain_is_not_this_one_s() -> None:
    assert evidence.broken_chain(chained(3, OTHER), INC) == Broken(INC, 1, "belongs to another chain")


def test_a_fact_that_was_changed_is_named_before_an_end_that_is_missing() -> None:
    facts = chained(5)
    facts[1] = replace(facts[1], fact=replace(facts[1].fact, by="wang"))

    assert evidence.broken_chain(facts[:3], INC, head(chained(5))) == Broken(INC, 2, "was changed, moved or left out")


# ------------------------------------------------------------------------------------------------- many chains


def test_chains_that_hold_and_reach_their_heads_are_whole() -> None:
    first, second = chained(3), chained(2, OTHER)

    assert evidence.broken_chains([*first, *second]) == []
    assert evidence.broken_chains([*first, *second], [head(first), head(second)]) == []


def test_each_chain_that_does_not_hold_is_named_with_its_first_bad_fact() -> None:
    first, second, third = chained(3), chained(4, OTHER), chained(2, "")
    del first[1]

    found = evidence.broken_chains([*first, *second[:2], *third], [head(second)])

    assert found == [
        Broken(INC, 2, "was changed, moved or left out"),
        Broken(OTHER, 3, "is missing: the chain had 4 facts"),
    ]


def test_a_chain_that_is_gone_whole_is_missed_by_its_head() -> None:
    found = evidence.broken_chains(chained(3), [head(chained(2, OTHER))])

    assert found == [Broken(OTHER, 1, "is missing: the chain had 2 facts")]


def test_of_several_heads_of_a_chain_the_earliest_that_it_misses_is_named() -> None:
    """A seal a day: what is missing is missing since the first of them."""
    facts = chained(6)

    found = evidence.broken_chains(facts[:1], [head(facts), head(facts[:4]), head(facts[:1])])

    assert found == [Broken(INC, 2, "is missing: the chain had 4 facts")]


# ------------------------------------------------------------------------------------------- any tampering, anywhere

FACTS = 1000
WHOLE = chained(FACTS)
LINES = [evidence.line_of(sealed) for sealed in WHOLE]

CHANGED: dict[str, Any] = {
    "at": "2020-01-01T00:00:00.000000+00:00",
    "kind": "incident_voided",
    "by": "wang",
    "detail": {"count": 0},
    "salt": "00",
    "prev_hash": "0" * 64,
    "hash": "0" * 64,
    "detail_hash": "0" * 64,
    "seq": 7777,
    "incident": "INC-20200101-001",
}
TAMPERINGS = (*CHANGED, "deleted", "exchanged", "doubled", "cut off")


def first_bad(place: int, what: str) -> int | None:
    """What is named once one fact of a thousand was tampered with; nothing is left out of the walk."""
    before, after = WHOLE[:place], WHOLE[place + 1 :]
    if what in CHANGED:
        tampered = [*before, evidence.fact_of({**LINES[place], what: CHANGED[what]}), *after]
    else:
        tampered = {
            "deleted": [*before, *after],
            "exchanged": [*before, *after[:1], WHOLE[place], *after[1:]],
            "doubled": [*before, WHOLE[place], WHOLE[place], *after],
            "cut off": before,
        }[what]
    found = evidence.broken_chain(tampered, INC, head(WHOLE))
    return found.seq if found else None


def test_wherever_in_a_thousand_facts_it_is_touched_the_first_bad_one_is_named() -> None:
    """Every third, by one kind of tampering after the other."""
    touched = [(place, TAMPERINGS[place % len(TAMPERINGS)]) for place in range(0, FACTS - 1, 3)]

    found = [first_bad(place, what) for place, what in touched]

    assert found == [place + (2 if what == "doubled" else 1) for place, what in touched]


@given(st.integers(0, FACTS - 2), st.sampled_from(TAMPERINGS))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_tampering_at_any_place_is_found(place: int, what: str) -> None:
    assert first_bad(place, what) == place + (2 if what == "doubled" else 1)


@pytest.mark.parametrize("what", TAMPERINGS)
@pytest.mark.parametrize("place", [0, FACTS - 1])
def test_the_first_and_the_last_fact_are_no_exception(place: int, what: str) -> None:
    is_moved_to_nowhere = what == "exchanged" and place == FACTS - 1

    assert first_bad(place, what) == (None if is_moved_to_nowhere else place + (2 if what == "doubled" else 1))


# ------------------------------------------------------------------------------------------------------- files


def test_a_manifest_is_a_line_per_file_as_sha256sum_writes_it() -> None:
    assert evidence.manifest({"b": b"", "a": b"abc"}) == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b\n"
    )


def test_files_that_are_as_their_manifest_says_are_whole() -> None:
    files = {"facts.jsonl": b"{}\n", "bodies/two  blanks": b"x"}

    assert evidence.differing(evidence.manifest(files), files) == []


def test_a_file_that_is_missing_came_later_or_was_changed_is_named() -> None:
    written = evidence.manifest({"a": b"1", "b": b"2", "c": b"3"})

    assert evidence.differing(written, {"b": b"2", "c": b"33", "d": b"4"}) == [
        "a is missing",
        "d is not in the manifest",
        "c was changed",
    ]
