"""Whether evidence is whole: its files against their manifest, its chains against heads that were put aside.

A chain proves all that stands before its last fact; only a head written down elsewhere shows that the end is missing.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from agent.errors import Malformed
from agent.model import Fact, SealedFact
from agent.rules import chain


@dataclass(frozen=True, slots=True)
class Head:
    """The last fact of a chain, as it was when somebody wrote it down."""

    incident: str
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The first fact of a chain that is not as it was."""

    incident: str
    seq: int
    why: str


def line_of(sealed: SealedFact) -> dict[str, Any]:
    """A fact with all that its hash is made of; an erased one has an empty salt."""
    fact = sealed.fact
    return {
        "incident": fact.incident,
        "seq": sealed.seq,
        "at": _written(fact.at),
        "kind": fact.kind,
        "by": fact.by,
        "detail": dict(fact.detail),
        "salt": sealed.salt.hex(),
        "prev_hash": sealed.prev_hash,
        "hash": sealed.hash,
        "detail_hash": sealed.detail_hash,
    }


def fact_of(line: Any) -> SealedFact:
    """The fact of `line_of`.

    Raises:
        Malformed: it is none; also where its time is the same moment in other words, for the hash is made of these.
    """
    try:
        at = datetime.fromisoformat(line["at"])
        if _written(at) != line["at"]:
            raise ValueError("its time is not written in UTC, to the microsecond")
        fact = Fact(line["incident"], at, line["kind"], line["by"], {**line["detail"]})
        salt = bytes.fromhex(line["salt"])
        return SealedFact(fact, line["seq"], salt, line["prev_hash"], line["hash"], line["detail_hash"])
    except (LookupError, TypeError, ValueError, OverflowError) as fault:
        raise Malformed(f"no fact: {fault}") from None


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def head_of(said: Any) -> Head:
    """The head that was written down as an object of its three names.

    Raises:
        Malformed: it is none.
    """
    match said:
        case {"incident": str(incident), "seq": int(seq), "hash": str(hash_)} if seq >= 0 and len(said) == 3:
            return Head(incident, seq, hash_)
    raise Malformed("no head of a chain: it says its incident, seq and hash")


def broken_chain(facts: Iterable[SealedFact], incident: str, head: Head | None = None) -> Broken | None:
    """The first bad fact of one chain, None where all of it holds and reaches the head."""
    listed = list(facts)
    if listed and listed[0].fact.incident != incident:
        return Broken(incident, 1, "belongs to another chain")
    if (bad := chain.verify(listed)) is not None:
        return Broken(incident, bad, "was changed, moved or left out")
    return _falls_short(listed, head) if head else None


def _falls_short(listed: list[SealedFact], head: Head) -> Broken | None:
    """Whether a chain that holds lacks what it had when its head was put aside."""
    incident = head.incident
    if head.seq < 1:
        return None  # there was nothing yet
    if len(listed) < head.seq:
        return Broken(incident, len(listed) + 1, f"is missing: the chain had {head.seq} facts")
    if listed[head.seq - 1].hash != head.hash:
        return Broken(incident, head.seq, "is not the one whose hash was put aside: the chain was written anew")
    return None


def broken_chains(facts: Iterable[SealedFact], heads: Iterable[Head] = ()) -> list[Broken]:
    """The first bad fact of each chain that does not hold; facts come chain by chain, in order."""
    left: dict[str, list[Head]] = {}
    for head in heads:
        left.setdefault(head.incident, []).append(head)
    found = []
    for incident, chained in groupby(facts, key=lambda sealed: sealed.fact.incident):
        found.append(_first_bad(list(chained), incident, left.pop(incident, [])))
    found += [_first_bad([], incident, put_aside) for incident, put_aside in left.items()]
    return [broken for broken in found if broken]


def _first_bad(listed: list[SealedFact], incident: str, put_aside: list[Head]) -> Broken | None:
    bad = broken_chain(listed, incident)
    short = (_falls_short(listed, head) for head in sorted(put_aside, key=lambda head: head.seq))
    return bad or next(filter(None, short), None)


def manifest(files: Mapping[str, bytes]) -> str:
    """A line per file, as `sha256sum` writes and checks them."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))


def differing(written: str, files: Mapping[str, bytes]) -> list[str]:
    """One sentence per file that is not as its manifest says, is missing, or came later."""
    named = {name: digest for digest, _, name in (line.partition("  ") for line in written.splitlines())}
    wrong = [f"{name} is missing" for name in sorted(named.keys() - files.keys())]
    wrong += [f"{name} is not in the manifest" for name in sorted(files.keys() - named.keys())]
    for name in sorted(named.keys() & files.keys()):
        if hashlib.sha256(files[name]).hexdigest() != named[name]:
            wrong.append(f"{name} was changed")
    return wrong
