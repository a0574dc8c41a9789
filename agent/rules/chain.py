"""The hash chain of facts: each fact names the one before it, so nothing inside can be changed, moved or left out.

`hash = sha256(["prev_hash", seq, "at", "kind", "by", "detail_hash"])`, the list written as canonical JSON, `at` in UTC
with microseconds, and `detail_hash = sha256(salt + detail)`, the detail written as canonical JSON. Because only the
salted hash of the detail is in the chain, a detail can be withheld or erased and the chain still proves the rest.
The first fact's `prev_hash` is derived from the incident's number: a chain cannot be passed off as another's.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from agent.model import Fact, SealedFact

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_PLAIN = frozenset({str, int, bool, type(None)})
"""What JSON gives back as it was: details of these alone, as a storm's are, need no second writing."""

SHORT = 8


def genesis(incident: str) -> str:
    """What the first fact of this incident's chain names as the one before it."""
    return hashlib.sha256(f"tocsin chain {incident}".encode()).hexdigest()


def seal(fact: Fact, seq: int, prev_hash: str, salt: bytes, text: str = "") -> SealedFact:
    """The fact in its place: number `seq` (from 1), after the fact whose hash is `prev_hash` (or `genesis`).

    `text`: its detail as `canonical` writes it, where that is known.
    """
    detail_hash = _detail_hash(salt, text or canonical(fact.detail))
    return SealedFact(fact, seq, salt, prev_hash, _hash(fact, seq, prev_hash, detail_hash), detail_hash)


def verify(facts: Iterable[SealedFact]) -> int | None:
    """The first number at which one incident's chain does not hold, None where all of it does.

    A fact left out is reported by its own number. The end being cut off cannot be seen from the chain itself.
    """
    prev_hash: str | None = None
    incident = ""
    for expected, sealed in enumerate(facts, start=1):
        if prev_hash is None:
            incident = sealed.fact.incident
            prev_hash = genesis(incident)
        if not (sealed.seq == expected and sealed.fact.incident == incident and _holds(sealed, prev_hash)):
            return expected
        prev_hash = sealed.hash
    return None


def follows(sealed: SealedFact, before: SealedFact | None) -> bool:
    """Whether a fact is as it was sealed, right after `before`; None: what stood before it is not at hand."""
    if before is not None:
        return sealed.seq == before.seq + 1 and _holds(sealed, before.hash)
    return _holds(sealed, genesis(sealed.fact.incident) if sealed.seq == 1 else sealed.prev_hash)


def short(hash_: str) -> str:
    """The digits that people compare: the proof printed under a notice."""
    return hash_[:SHORT]


def canonical(detail: Mapping[str, Any]) -> str:
    """The one way to write a detail: JSON, keys sorted, no spaces, characters as they are."""
    # Written twice: only what JSON gives back (string keys, lists for tuples) sorts the same when read again.
    is_plain = all(type(value) in _PLAIN for value in detail.values()) and all(type(name) is str for name in detail)
    plain = dict(detail) if is_plain else json.loads(json.dumps(detail, default=_plain, ensure_ascii=False))
    text = _CANONICAL.encode(plain)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _holds(sealed: SealedFact, prev_hash: str) -> bool:
    fits = sealed.prev_hash == prev_hash
    own = sealed.hash == _hash(sealed.fact, sealed.seq, prev_hash, sealed.detail_hash)
    return fits and own and _detail_holds(sealed)


def _detail_holds(sealed: SealedFact) -> bool:
    """Whether the detail is the one sealed; an erased one (no salt) must be gone whole."""
    if not sealed.salt:
        return not sealed.fact.detail
    return sealed.detail_hash == _detail_hash(sealed.salt, canonical(sealed.fact.detail))


def _detail_hash(salt: bytes, text: str) -> str:
    return hashlib.sha256(salt + text.encode()).hexdigest()


def _hash(fact: Fact, seq: int, prev_hash: str, detail_hash: str) -> str:
    line = f'["{prev_hash}",{seq},"{_stamp(fact.at)}",{_quoted(fact.kind)},{_quoted(fact.by)},"{detail_hash}"]'
    return hashlib.sha256(line.encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=64)  # facts of one moment share it
def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    return _CANONICAL.encode(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, frozenset | set):
        return sorted(value, key=str)
    return value.isoformat() if isinstance(value, datetime) else str(value)
