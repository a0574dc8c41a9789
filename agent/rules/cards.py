"""What changed about the parties' people since they were last looked at (2.1, OB-103)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from agent.model import Card, Contact, Endpoint, Manner, Party

CLAUSE = "2.1"


class About(StrEnum):
    """What of a contact changed."""

    ADDED = "added"
    REMOVED = "removed"
    NAME = "name"
    ROLES = "roles"
    PHONE = "phone"
    EMAIL = "email"
    REACH = "reach"


@dataclass(frozen=True, slots=True)
class Changed:
    """One contact that is not as it was. `party` is whose it is, or was."""

    contact: str
    party: Party
    what: tuple[About, ...]
    card: Card  # as it is now

    @property
    def about(self) -> str:
        """What its clock is about: `lee-2`, the second version of lee."""
        return f"{self.contact}-{self.card.version}"


def of(contact: Contact, endpoints: Mapping[str, Endpoint], at: datetime, version: int = 1) -> Card:
    """The contact as it is now."""
    return Card(
        id=contact.id,
        party=contact.party,
        name=contact.name,
        roles=contact.roles,
        phone=contact.phone,
        email=contact.email,
        reach=tuple(_mark(contact, endpoints[id_]) for id_ in contact.reach if id_ in endpoints),
        version=version,
        at=at,
    )


def changed(
    before: Mapping[str, Card], contacts: Mapping[str, Contact], endpoints: Mapping[str, Endpoint], at: datetime
) -> list[Changed]:
    """Who came, left, or is known otherwise than before, in the order of the file, those who left last."""
    return [
        *(each for contact in contacts.values() for each in _of_one(before.get(contact.id), contact, endpoints, at)),
        *(_left(card, at) for card in before.values() if card.id not in contacts and not card.is_gone),
    ]


def _of_one(
    before: Card | None, contact: Contact, endpoints: Mapping[str, Endpoint], at: datetime
) -> Iterator[Changed]:
    now = of(contact, endpoints, at, before.version + 1 if before else 1)
    if before is None or before.is_gone:
        yield Changed(contact.id, contact.party, (About.ADDED,), now)
    elif before.party is not contact.party:
        yield Changed(contact.id, before.party, (About.REMOVED,), now)
        yield Changed(contact.id, contact.party, (About.ADDED,), now)
    else:
        what = tuple(
            about
            for about in (About.NAME, About.ROLES, About.PHONE, About.EMAIL, About.REACH)
            if getattr(before, about) != getattr(now, about)
        )
        if what:
            yield Changed(contact.id, contact.party, what, now)


def _left(card: Card, at: datetime) -> Changed:
    gone = replace(card, version=card.version + 1, at=at, is_gone=True)
    return Changed(card.id, card.party, (About.REMOVED,), gone)


def _mark(contact: Contact, endpoint: Endpoint) -> str:
    """A channel by its name. Of an own URL, whose address is the contact's and may hold a secret, only a digest."""
    is_own = endpoint.id.removeprefix(f"{contact.id}/").isdigit()
    if endpoint.manner is Manner.GROUP or not is_own:
        return endpoint.channel
    digest = sha256(f"{contact.id} {endpoint.url.reveal()}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{endpoint.channel}:{digest[:16]}"
