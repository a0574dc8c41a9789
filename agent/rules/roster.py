"""Whether a party's team is complete (OB-101, 1.5, 2.1): a principal, two reachable members, two kinds of channel each.

One rule for `tocsin check`, `tocsin roster` and the clock; the sentence of each lack is here, in both languages.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.model import Contact, Endpoint, Manner, Role

CLAUSE = "2.1"

MEMBERS = 2
KINDS = 2


class What(StrEnum):
    NO_PRINCIPAL = "no_principal"
    FEW_MEMBERS = "few_members"
    ONE_KIND = "one_kind"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that a roster lacks."""

    what: What
    people: tuple[str, ...] = ()  # of ONE_KIND: ids
    count: int = 0  # of FEW_MEMBERS: how many there are


def lacking(people: Sequence[Contact], endpoints: Mapping[str, Endpoint]) -> tuple[Lack, ...]:
    """What the team of these contacts of one party lacks, () where it is complete. Observers are no part of it."""
    return tuple(_lacking([each for each in people if is_of_team(each)], endpoints))


def is_of_team(contact: Contact) -> bool:
    return set(contact.roles) != {Role.OBSERVER}


def kinds_of(contact: Contact, endpoints: Mapping[str, Endpoint]) -> tuple[str, ...]:
    """The kinds of channel that reach the contact: names of channels, or the schemes of own URLs."""
    working = (endpoints[id_] for id_ in contact.reach if id_ in endpoints and not endpoints[id_].broken)
    return tuple(dict.fromkeys(endpoint.channel for endpoint in working))


def is_reachable(contact: Contact, endpoints: Mapping[str, Endpoint]) -> bool:
    """Whether a channel of the contact's own works; what a room shows has reached nobody for certain."""
    return any(
        endpoints[id_].manner is not Manner.GROUP and not endpoints[id_].broken
        for id_ in contact.reach
        if id_ in endpoints
    )


def said(lack: Lack, language: str = "en", names: Mapping[str, str] | None = None) -> str:
    """The lack in words: `1 reachable member, two are agreed`."""
    is_chinese = language == "zh"
    match lack.what:
        case What.NO_PRINCIPAL:
            return "无负责人" if is_chinese else "no principal"
        case What.FEW_MEMBERS:
            members = f"{lack.count} reachable member{'s' * (lack.count != 1)}, two are agreed"
            return f"可联络成员{lack.count}名，约定为两名" if is_chinese else members
    people = ("、" if is_chinese else ", ").join((names or {}).get(id_, id_) for id_ in lack.people)
    return f"联络渠道不足两种：{people}" if is_chinese else f"fewer than two kinds of channel: {people}"


def _lacking(team: list[Contact], endpoints: Mapping[str, Endpoint]) -> Iterator[Lack]:
    if not any(Role.PRINCIPAL in contact.roles for contact in team):
        yield Lack(What.NO_PRINCIPAL)
    reachable = sum(is_reachable(contact, endpoints) for contact in team)
    if reachable < MEMBERS:
        yield Lack(What.FEW_MEMBERS, count=reachable)
    single = tuple(contact.id for contact in team if len(kinds_of(contact, endpoints)) < KINDS)
    if single:
        yield Lack(What.ONE_KIND, people=single)
