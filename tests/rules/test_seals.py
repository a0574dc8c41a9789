"""Seals: what is signed, and what is said of one that does not hold."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from agent.errors import Malformed
from agent.model import Fact
from agent.rules import seals
from agent.rules.evidence import Head
from agent.rules.seals import Seal
from tests.store.nouns import NOW

HEADS = [Head("INC-1", 3, "a" * 64), Head("", 7, "b" * 64)]
KEY = b"the key"


def is_signed(public: bytes, signature: bytes, content: bytes) -> bool:
    return (public, signature) == (KEY, content[:8])


def fact(seal: Seal, **other: Any) -> Fact:
    signed = seals.signed(seal, seals.statement(seal)[:8], KEY)
    return Fact("", NOW, seals.FACT, detail={**seals.detail(signed, 12), **other})


def two() -> list[tuple[Fact, bytes | None]]:
    """The first seal, and the one of the next day in which one chain has grown."""
    first = seals.made(NOW, HEADS, seals.listing(HEADS), "")
    grown = [Head("", 9, "c" * 64)]
    second = seals.made(NOW + timedelta(days=1), [HEADS[0], *grown], seals.listing(grown), first.root)
    return [(fact(first), seals.listing(HEADS)), (fact(second), seals.listing(grown))]


def test_a_list_of_heads_is_a_line_per_chain_and_read_again() -> None:
    assert seals.listing(HEADS) == b"- 7 " + b"b" * 64 + b"\nINC-1 3 " + b"a" * 64 + b"\n"
    assert seals.listed(seals.listing(HEADS)) == [HEADS[1], HEADS[0]]
    with pytest.raises(Malformed):
        seals.listed(b"INC-1 three\n")


def test_what_is_signed_is_one_line_that_can_be_written_down() -> None:
    seal = Seal("2026-11-23T03:00:00+00:00", 2, "r", "h", "p")

    assert seals.statement(seal) == (
        b'{"at":"2026-11-23T03:00:00+00:00","chains":2,"heads":"h","previous":"p","root":"r"}'
    )


def test_the_lists_together_give_the_heads_of_every_chain() -> None:
    heads, wrong = seals.read(two(), is_signed)

    assert wrong == []
    assert {head.incident: head.seq for head in heads} == {"INC-1": 3, "": 9}
    assert seals.read([], is_signed) == ([], [])


def test_what_does_not_hold_is_said_with_its_day() -> None:
    (first, raw), (second, grown) = two()
    unsigned = replace(second, detail={**second.detail, "signature": "00"})
    odd = replace(second, detail={**second.detail, "previous": "0"})

    assert "list of heads is missing" in seals.read([(first, None)], is_signed)[1][0]
    assert "is missing, or was changed" in seals.read([(first, b"other")], is_signed)[1][0]
    assert "no seal" in seals.read([(replace(first, detail={}), raw)], is_signed)[1][0]
    assert "is not signed by this key" in seals.read([(first, raw), (unsigned, grown)], is_signed)[1][0]
    assert "does not follow the one before" in " ".join(seals.read([(first, raw), (odd, grown)], is_signed)[1])


def test_a_seal_that_was_taken_out_between_two_shows() -> None:
    [_, (second, grown)] = two()

    assert seals.read([(second, grown)], is_signed)[1] == ["the lists of heads do not make up what was sealed last"]


def test_missing_is_what_was_owed_for_three_days_and_two_hours_and_never_made() -> None:
    assert not seals.is_missing(None, NOW)  # nothing was ever promised
    assert not seals.is_missing(NOW, NOW + timedelta(days=3, hours=2))
    assert seals.is_missing(NOW, NOW + timedelta(days=3, hours=2, seconds=1))


def test_late_is_what_is_older_than_a_day_and_two_hours() -> None:
    late = NOW + timedelta(hours=27)

    assert seals.lateness(None, True, late) == ""
    assert seals.lateness(NOW, True, NOW + timedelta(hours=25)) == ""
    assert seals.lateness(NOW, True, late) == "the chains were sealed last 27 h ago"
    assert seals.lateness(NOW, False, late).endswith("its key is missing")
