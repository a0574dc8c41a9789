"""When a party's team is launched (3.3(a)): enough of its people have acknowledged, each in a role that counts."""

from collections.abc import Iterable, Mapping, Set

from agent.model import Contact, Entry, EntryKind, Party, Quorum, Role

_FALLS_TO: Mapping[Role, tuple[Role, ...]] = {Role.MEMBER: (Role.MEMBER, Role.COORDINATOR, Role.PRINCIPAL)}
"""A role that nobody of the party holds falls to the next, as it does for notices."""


def principals(contacts: Iterable[Contact], party: Party) -> frozenset[str]:
    """Ids of a party's principals and of their deputies."""
    own = {each.id: each for each in contacts if each.party is party}
    heads = [each for each in own.values() if Role.PRINCIPAL in each.roles]
    return frozenset({each.id for each in heads} | {each.deputy for each in heads if each.deputy in own})


def members(contacts: Iterable[Contact], party: Party) -> frozenset[str]:
    """Ids of a party's members; where it has none, of those who stand in for them."""
    own = [each for each in contacts if each.party is party]
    for role in _FALLS_TO[Role.MEMBER]:
        found = frozenset(each.id for each in own if role in each.roles)
        if found:
            return found
    return frozenset()


def coordinators(entries: Iterable[Entry]) -> dict[Party, str]:
    """Whom each party named last to coordinate (3.3(b))."""
    return {each.party: str(each.said["contact"]) for each in entries if each.kind is EntryKind.COORDINATOR}


def is_launched(acknowledged: Set[str], contacts: Iterable[Contact], party: Party, quorum: Quorum) -> bool:
    """Whether those who acknowledged are enough; one person of two roles counts for both.

    More than there are of a role is not asked for. Nobody at all is never enough.
    """
    people = tuple(contacts)
    heads, hands = principals(people, party), members(people, party)
    return bool(acknowledged & (heads | hands)) and all(
        len(acknowledged & there) >= min(wanted, len(there))
        for wanted, there in ((quorum.principal_or_deputy, heads), (quorum.member, hands))
    )
