"""Seals: once a day the last fact of every chain is written down and signed, so that no end can be cut off unseen.

What is signed is one line of JSON: when, how many chains, the hash of all their heads (`root`), the hash of the list of
those that have grown since the seal before (`heads`, kept as a body), and that seal's root. The lists one after the
other give the heads of every chain.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from agent.errors import Malformed
from agent.model import Fact
from agent.rules import chain
from agent.rules.evidence import Head

FACT = "heads_sealed"
EVERY = timedelta(days=1)
LATE = timedelta(hours=26)
"""A seal that is older is late: the next one was tried for two hours. It is shown, and wakes nobody."""

MISSING = timedelta(hours=74)
"""Three days' seals in a row: what could be cut off unseen is more than a night's work, and the self-audit fails."""

IsSigned = Callable[[bytes, bytes, bytes], bool]
"""(public half as PEM, signature, content) -> whether it is."""


@dataclass(frozen=True, slots=True)
class Seal:
    """What is signed, with what it is checked by."""

    at: str  # ISO 8601, UTC
    chains: int
    root: str
    heads: str  # hash of the list of those that have grown
    previous: str  # root of the seal before, "" for the first
    signature: str = ""  # hex
    public: str = ""  # the key's public half, as PEM


def listing(heads: Iterable[Head]) -> bytes:
    """A line per chain, in the order of their names: `INC-20261123-001 17 <hash>`; `- …` is the chain of none."""
    lines = (f"{head.incident or '-'} {head.seq} {head.hash}\n" for head in sorted(heads, key=_name))
    return "".join(lines).encode()


def listed(raw: bytes) -> list[Head]:
    """The heads of `listing`.

    Raises:
        Malformed: it is none.
    """
    try:
        rows = (line.split(" ") for line in raw.decode().splitlines())
        return [Head("" if name == "-" else name, int(seq), hash_) for name, seq, hash_ in rows]
    except ValueError as fault:
        raise Malformed(f"no list of heads: {fault}") from None


def made(at: datetime, heads: Iterable[Head], grown: bytes, previous: str) -> Seal:
    """The seal of these heads, to be signed."""
    every = list(heads)
    return Seal(at.isoformat(), len(every), digest(listing(every)), digest(grown), previous)


def signed(seal: Seal, signature: bytes, public: bytes) -> Seal:
    return replace(seal, signature=signature.hex(), public=public.decode())


def statement(seal: Seal) -> bytes:
    """The very bytes that are signed."""
    said = {"at": seal.at, "chains": seal.chains, "heads": seal.heads, "previous": seal.previous, "root": seal.root}
    return chain.canonical(said).encode()


def detail(seal: Seal, up_to: int) -> dict[str, object]:
    """What the fact says; `up_to`: the number of the last fact on file when the heads were read."""
    said = {"sealed_at": seal.at, "chains": seal.chains, "root": seal.root, "body": seal.heads}
    return {**said, "previous": seal.previous, "signature": seal.signature, "public": seal.public, "up_to": up_to}


def of_fact(fact: Fact) -> Seal:
    """
    Raises:
        Malformed: it is no fact of a seal.
    """
    try:
        said: Mapping[str, str] = fact.detail
        return Seal(
            said["sealed_at"],
            int(said["chains"]),
            said["root"],
            said["body"],
            said["previous"],
            bytes.fromhex(said["signature"]).hex(),
            said["public"],
        )
    except (LookupError, TypeError, ValueError) as fault:
        raise Malformed(f"no seal: {fault}") from None


def read(found: Iterable[tuple[Fact, bytes | None]], is_signed: IsSigned) -> tuple[list[Head], list[str]]:
    """The heads as they were sealed last, and a sentence for each seal that does not hold; oldest first."""
    heads: dict[str, Head] = {}
    wrong: list[str] = []
    seal: Seal | None = None
    for fact, raw in found:
        name = f"the seal of {fact.at:%Y-%m-%d %H:%M}"
        try:
            before, seal = seal, of_fact(fact)
            for head in listed(_checked(seal, raw)):
                heads[head.incident] = head
        except Malformed as fault:
            wrong.append(f"{name} does not hold: {fault}")
            continue
        if not is_signed(seal.public.encode(), bytes.fromhex(seal.signature), statement(seal)):
            wrong.append(f"{name} is not signed by this key")
        if before is not None and before.root != seal.previous:
            wrong.append(f"{name} does not follow the one before it")
    if seal is not None and not wrong and digest(listing(heads.values())) != seal.root:
        wrong.append("the lists of heads do not make up what was sealed last")
    return list(heads.values()), wrong


def _checked(seal: Seal, raw: bytes | None) -> bytes:
    if raw is None or digest(raw) != seal.heads:
        raise Malformed("its list of heads is missing, or was changed")
    return raw


def digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()


def lateness(last_at: datetime | None, has_key: bool, now: datetime) -> str:
    """Why the seal is not as it should be, "" where it is: without a key nothing was ever promised."""
    if last_at is None or now - last_at <= LATE:
        return ""
    hours = int((now - last_at).total_seconds() // 3600)
    why = "" if has_key else "; its key is missing"
    return f"the chains were sealed last {hours} h ago{why}"


def is_missing(owed_since: datetime | None, now: datetime) -> bool:
    """Whether none was made for days; `owed_since`: when the last one was, else when it was first tried."""
    return owed_since is not None and now - owed_since > MISSING


def _name(head: Head) -> str:
    return head.incident
