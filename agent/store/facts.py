"""Facts on their way into their chains and back out."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any

import msgspec

from agent.model import Fact, SealedFact
from agent.rules import chain
from agent.store.rows import Row, from_us, to_us

Head = tuple[int, str]
"""(number of the last fact, its hash) of one chain."""

SALT_BYTES = 16

_PLAIN = frozenset({str, int, bool, type(None)})
_SORTED = msgspec.json.Encoder(order="sorted")


def seal_all(facts: Sequence[Fact], head_of: Callable[[str], Head | None]) -> tuple[list[Row], dict[str, Head]]:
    """The rows of these facts, each after the last of its chain, and the heads of the chains that grew."""
    heads: dict[str, Head] = {}
    rows = []
    salts = os.urandom(SALT_BYTES * len(facts))
    for index, fact in enumerate(facts):
        head = heads.get(fact.incident) or head_of(fact.incident)
        seq, prev_hash = head or (0, chain.genesis(fact.incident))
        text = canonical(fact.detail)
        sealed = chain.seal(fact, seq + 1, prev_hash, salts[index * SALT_BYTES : (index + 1) * SALT_BYTES], text)
        heads[fact.incident] = (sealed.seq, sealed.hash)
        rows.append(_pack(sealed, text))
    return rows, heads


def newest(rows: Sequence[Row]) -> list[Row]:
    """The last of the rows that `seal_all` made, for the table's one row: its number there and the head; or none."""
    return [(1, incident, seq, hash_) for incident, seq, *_, hash_, _ in rows[-1:]]


def canonical(detail: Mapping[str, Any]) -> str:
    """As `chain.canonical` writes it, in a tenth of the time where it is plain: a storm has a fact for each line."""
    plain = dict(detail)
    if not _is_plain(plain):
        return chain.canonical(detail)
    try:
        return _SORTED.encode(plain).decode()
    except (ValueError, OverflowError, msgspec.MsgspecError):  # half a character, an endless number
        return chain.canonical(detail)


def _is_plain(value: Any) -> bool:
    """Whether both write it alike: no numbers with a point, no keys but texts, nothing that is only told as text."""
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is list or kind is tuple:
        return all(map(_is_plain, value))
    if kind is dict:
        return all(type(name) is str for name in value) and all(map(_is_plain, value.values()))
    return isinstance(value, StrEnum)


def unpack(row: Row) -> SealedFact:
    """The fact on file; an erased one has neither detail nor salt."""
    incident, seq, at, kind, by, detail, salt, prev_hash, hash_, detail_hash = row
    fact = Fact(incident, from_us(at), kind, by, json.loads(detail) if detail is not None else {})
    return SealedFact(fact, seq, salt or b"", prev_hash, hash_, detail_hash)


def broken_chains(facts: Iterable[SealedFact]) -> Iterator[str]:
    """One sentence per chain that does not hold; facts come chain by chain, in order."""
    for incident, chained in groupby(facts, key=lambda sealed: sealed.fact.incident):
        bad = chain.verify(chained)
        if bad is not None:
            yield f"the chain of {incident or 'what belongs to no incident'} does not hold at fact {bad}"


def _pack(sealed: SealedFact, text: str) -> Row:
    fact = sealed.fact
    return (
        fact.incident,
        sealed.seq,
        to_us(fact.at),
        fact.kind,
        fact.by,
        text,
        sealed.salt,
        sealed.prev_hash,
        sealed.hash,
        sealed.detail_hash,
    )
