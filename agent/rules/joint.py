"""Changing the agreement part of the configuration is a joint act (fact 14): what differs, who accepts, what follows.

A part is kept as canonical JSON: `{"agreement": {…}, "routes": [the customer's]}`, sorted, so that only what it says
changes its hash, not how it is laid out.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

from agent.model import AgreementPart, Contact, PartState, Party, Role

CLAUSE = "fact 14"

ANNEXES: Mapping[str, str] = {"grades": "adopt_grade_table", "availability": "adopt_availability"}
"""Keys of `agreement:` that are annexes which both parties adopt (3.1, 1.6), and the duty to do so."""

ALL = "all"

Outcome = Literal["same", "first", "trial", "proposed", "waiting", "withdrawn", "rejected"]
"""What becomes of the file's agreement part."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The agreement part as the file has it: version and hash of the head of the agreement."""

    text: str
    hash: str
    version: int
    is_trial: bool
    provider: str = ""  # who the file says has adopted it
    customer: str = ""
    adopted_on: date | None = None
    adopts: frozenset[str] = frozenset()  # what they adopted: all, or the names of duties

    @property
    def is_signed(self) -> bool:
        """Whether the file says that both adopted all of it; who adopted some duties has not signed the rest."""
        return bool(self.provider and self.customer) and ALL in self.adopts


@dataclass(frozen=True, slots=True)
class Standing:
    """How the agreement stands: what is in force, what waits, and the newest of all."""

    in_force: AgreementPart | None = None
    proposed: AgreementPart | None = None
    newest: AgreementPart | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What the comparison of the file with what stands comes to, and the parts that it changes."""

    outcome: Outcome
    parts: tuple[AgreementPart, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where two agreement parts differ; "" where one of them says nothing."""

    key: str  # dotted: agreement.terms.first_notice.limit.1
    was: str
    now: str


def canonical(part: Mapping[str, Any]) -> str:
    """The one way to write what it says."""
    return json.dumps(part, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def hash_of(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def wanted(text: str) -> Wanted:
    """What a canonical text says of itself."""
    head: Mapping[str, Any] = json.loads(text).get("agreement") or {}
    adopted = head.get("adopted") or {}
    return Wanted(
        text=text,
        hash=hash_of(text),
        version=int(head.get("version") or 1),
        is_trial=head.get("status") == "trial",
        provider=str(adopted.get("provider") or ""),
        customer=str(adopted.get("customer") or ""),
        adopted_on=_day(str(adopted.get("at") or "")),
        adopts=_words(adopted.get("terms")),
    )


def _words(written: Any) -> frozenset[str]:
    """Of `all` or of a list of names."""
    return frozenset([written] if isinstance(written, str) else map(str, written or ()))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def standing(parts: Sequence[AgreementPart]) -> Standing:
    """As the store answers."""
    by_state = {part.state: part for part in parts}
    newest = max(parts, key=lambda part: part.number, default=None)
    return Standing(by_state.get(PartState.IN_FORCE), by_state.get(PartState.PROPOSED), newest)


def compared(stands: Standing, file: Wanted, now: datetime) -> Decision:
    """What becomes of the file's agreement part: in force, proposed, or as it was.

    The first part ever is in force as it is, and so is what follows a trial: nobody has signed anything yet. What was
    rejected is not proposed again until the file says something else.
    """
    number = stands.newest.number + 1 if stands.newest else 1
    fresh = AgreementPart(number, file.version, file.hash, file.text, PartState.PROPOSED, now)
    old, waiting = stands.in_force, stands.proposed
    if old is None:
        return Decision("first", (_entered(fresh, file, now),))
    if old.hash == file.hash:
        gone = (_ended(waiting, PartState.WITHDRAWN, now),) if waiting else ()
        return Decision("withdrawn" if gone else "same", gone)
    if waiting is not None and waiting.hash == file.hash:
        return Decision("waiting")
    over = (_ended(waiting, PartState.SUPERSEDED, now),) if waiting else ()
    if wanted(old.text).is_trial:
        return Decision("trial", (*over, _ended(old, PartState.PAST, now), _entered(fresh, file, now)))
    newest = stands.newest
    if newest is not None and newest.state is PartState.REJECTED and newest.hash == file.hash:
        return Decision("rejected")
    return Decision("proposed", (*over, fresh))


def accepted(part: AgreementPart, party: Party, contact: str, now: datetime) -> AgreementPart:
    """The part with one party's acceptance."""
    if party is Party.PROVIDER:
        return replace(part, provider=contact, provider_at=now)
    return replace(part, customer=contact, customer_at=now)


def entered(stands: Standing, part: AgreementPart, now: datetime) -> tuple[AgreementPart, ...]:
    """The part in force, which both accepted, and the one whose place it takes."""
    new = replace(part, state=PartState.IN_FORCE, in_force_at=now)
    return (_ended(stands.in_force, PartState.PAST, now), new) if stands.in_force else (new,)


def rejected(part: AgreementPart, contact: str, reason: str, now: datetime) -> AgreementPart:
    return replace(_ended(part, PartState.REJECTED, now), ended_by=contact, reason=reason)


def may_sign(contact: Contact, contacts: Mapping[str, Contact]) -> bool:
    """Whether the person may accept for their party: its principal, or the deputy of one."""
    if Role.PRINCIPAL in contact.roles:
        return True
    return any(
        each.deputy == contact.id and each.party is contact.party and Role.PRINCIPAL in each.roles
        for each in contacts.values()
    )


def adopted(part: AgreementPart) -> tuple[str, ...]:
    """The annexes that both parties adopted with this part (OB-105, OB-106).

    Accepting it adopts those that it holds. What it says was adopted is adopted as well, also where the annex is the
    shipped default (fact 2): `all`, or the annex's own duty by name. That needs both names, and stands once the part
    is in force: written into a file that changes what is in force, it waits for both like all of it (fact 14).
    """
    head: Mapping[str, Any] = json.loads(part.text).get("agreement") or {}
    held = {name for name in ANNEXES if head.get(name) is not None} if part.is_signed else set()
    return tuple(name for name in ANNEXES if name in held | on_paper(wanted(part.text)))


def on_paper(file: Wanted) -> set[str]:
    """The annexes that the file says were adopted."""
    is_named = bool(file.provider and file.customer)
    return {name for name, duty in ANNEXES.items() if is_named and {ALL, duty} & file.adopts}


def differences(was: str, now: str) -> tuple[Difference, ...]:
    """Every place where the two texts differ, in the order of their keys."""
    before, after = (dict(_leaves(json.loads(text), "")) for text in (was, now))
    keys = sorted({*before, *after}, key=_place)
    found = (Difference(key, before.get(key, ""), after.get(key, "")) for key in keys)
    return tuple(each for each in found if each.was != each.now)


def _ended(part: AgreementPart, state: PartState, now: datetime) -> AgreementPart:
    return replace(part, state=state, ended_at=now)


def _entered(part: AgreementPart, file: Wanted, now: datetime) -> AgreementPart:
    part = replace(part, state=PartState.IN_FORCE, in_force_at=now)
    return replace(part, provider=file.provider, customer=file.customer) if file.is_signed else part


def _leaves(value: Any, key: str) -> Iterator[tuple[str, str]]:
    """Dotted keys and their values as text; a list of plain values is one value, an empty one too."""
    if isinstance(value, Mapping) and value:
        for name, each in value.items():
            yield from _leaves(each, f"{key}.{name}" if key else name)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for index, each in enumerate(value):
            yield from _leaves(each, f"{key}[{index}]")
    elif value not in (None, [], {}) or key.count(".") > 0:
        yield key, _written(value)


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_written, value)) or "[]"
    if isinstance(value, Mapping):
        return "{}"
    return "–" if value is None else str(value)


def _place(key: str) -> tuple[bool, str]:
    """Routes after the head."""
    return not key.startswith("agreement"), key
