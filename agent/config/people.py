"""`parties:` — the two parties, their contacts, and how each is reached."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent.config.exchange import Exchange
from agent.config.faults import Faults, suggest
from agent.config.head import name_of
from agent.config.lookups import file_of
from agent.config.nodes import Node
from agent.config.references import Vault
from agent.config.shapes import PROSE, TEXT, Entry, Field, ListOf, MapOf, Placed, Record, one_of
from agent.model import Contact, Party, PartyTerms, Role

LANGUAGE = one_of(("zh", "en"))
ROLE_WORDS = frozenset({*Role, "everyone", "on_call"})

_CONTACT = Record(
    {
        "name": Field(PROSE, "as the other party knows them; the id where it is not said"),
        "role": Field(
            ListOf(one_of(Role), at_least=1), "principal, coordinator, member, security, observer; or a list", True
        ),
        "deputy": Field(PROSE, "who stands in, a contact of the same party"),
        "phone": Field(PROSE, "shown to the other party while a grade 1 or 2 incident is open"),
        "email": Field(PROSE, "for {email} in channels"),
        "language": Field(LANGUAGE, "of the notices this contact gets"),
        "reach": Field(Placed(ListOf(TEXT)), "channels by name, or Apprise URLs, in the order to try them"),
    },
    "a person or a desk of this party",
)
_PARTY = Record(
    {
        "label": Field(PROSE, "甲方 or 乙方, as the agreement says"),
        "name": Field(PROSE, "full name"),
        "address": Field(PROSE, "address"),
        "language": Field(LANGUAGE, "of its notices; en where it is not said"),
        "on_call": Field(
            Record({"calendar": Field(TEXT, "iCalendar file; an event's title is a contact id", True)}), "rota"
        ),
        "contacts": Field(MapOf(_CONTACT, name_of("contact id")), "people, by an id of your choosing", True),
    }
)
SHAPE = Record({party.value: Field(_PARTY, f"the {party}", True) for party in Party}, "the two parties")


@dataclass(frozen=True, slots=True)
class People:
    parties: Mapping[Party, PartyTerms]
    contacts: Mapping[str, Contact]
    places: Mapping[str, Node]  # of the contacts

    def of(self, party: Party) -> tuple[Contact, ...]:
        return tuple(contact for contact in self.contacts.values() if contact.party is party)


def build(entry: Entry | None, exchange: Exchange, faults: Faults) -> People:
    """Both parties and all contacts; a contact that is not clear is left out and named."""
    parties: dict[Party, PartyTerms] = {}
    contacts: dict[str, Contact] = {}
    places: dict[str, Node] = {}
    for party in Party:
        head: Entry | None = entry.get(party.value) if entry else None
        if head is None:
            continue
        written: Mapping[str, Entry] = head.get("contacts", {})
        place = head.at("contacts")
        if "contacts" in head and (place.is_null or place.value == {}):
            faults.error(place, f"the {party} has no contact: nobody could be told")
        for id_, item in written.items():
            if _is_taken(id_, item.node, places, faults):
                continue
            places[id_] = item.node
            contacts[id_] = _contact(id_, party, item, head.get("language", "en"), exchange)
        parties[party] = _terms(party, head, contacts, exchange.vault, faults)
        _check_deputies(party, written, contacts, faults)
    return People(parties, contacts, places)


def _is_taken(id_: str, node: Node, places: Mapping[str, Node], faults: Faults) -> bool:
    if id_ in ROLE_WORDS:
        faults.error(node, f"{id_} is a role word: give the contact another id, such as a name")
        return True
    if id_ in places:
        faults.error(
            node, f"the id {id_} is taken by {places[id_].key} (line {places[id_].line}): ids are unique over both"
        )
        return True
    return False


def _contact(id_: str, party: Party, item: Entry, language: str, exchange: Exchange) -> Contact:
    known = {name: str(item.get(name, "")) for name in ("phone", "email")}
    reach: list[str] = []
    anonymous = 0
    for place, text in item.get("reach", ()):
        anonymous += text not in exchange.channels
        endpoint = exchange.endpoint(place, text, id_, anonymous, known)
        if endpoint and endpoint.id in reach:
            exchange.faults.warn(place, "stands here twice; the first counts")
        elif endpoint:
            reach.append(endpoint.id)
    if not reach and not item.get("reach", ()):
        exchange.faults.warn(item.node, f"{id_} cannot be told anything: add `reach:`")
    return Contact(
        id=id_,
        party=party,
        name=item.get("name", id_),
        roles=tuple(dict.fromkeys(item.get("role", ()))) or (Role.MEMBER,),
        language=item.get("language", language),
        phone=known["phone"],
        email=known["email"],
        deputy=item.get("deputy", ""),
        reach=tuple(reach),
    )


def _terms(party: Party, head: Entry, contacts: Mapping[str, Contact], vault: Vault, faults: Faults) -> PartyTerms:
    label = head.get("label", party.value)
    rota = file_of(head.get("on_call"), "calendar", vault, faults)
    return PartyTerms(
        party=party,
        label=label,
        name=head.get("name", label),
        address=head.get("address", ""),
        language=head.get("language", "en"),
        contacts=tuple(id_ for id_, contact in contacts.items() if contact.party is party),
        on_call=str(rota or ""),
    )


def _check_deputies(
    party: Party, written: Mapping[str, Entry], contacts: Mapping[str, Contact], faults: Faults
) -> None:
    own = [id_ for id_, contact in contacts.items() if contact.party is party]
    for id_, item in written.items():
        deputy = item.get("deputy")
        if deputy is None:
            continue
        if deputy == id_:
            faults.error(item.at("deputy"), "is the contact itself: name somebody else")
        elif deputy not in own:
            faults.error(item.at("deputy"), f"unknown contact {deputy!r} of the {party}: {suggest(deputy, own)}")


def check_adopted(adopted: Entry | None, people: People, faults: Faults) -> None:
    """Name a signatory that the party does not have."""
    for party in Party if adopted else ():
        own = [contact.id for contact in people.of(party)]
        signed = adopted.get(party.value) if adopted else None
        if adopted and signed is not None and signed not in own:
            faults.error(adopted.at(party.value), f"unknown contact {signed!r} of the {party}: {suggest(signed, own)}")
