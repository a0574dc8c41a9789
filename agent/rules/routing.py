"""Who of a party is told, and why: a walk down the routes, the words of `to`, and what the party's hold is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from agent.model import Calendar, Contact, Endpoint, Grade, Kind, Manner, Party, Recipient, Role, Route, Step
from agent.rules.workdays import is_working

T = TypeVar("T")

_ROLE_WORDS = frozenset(role.value for role in Role)

EVERYONE = "everyone"
ON_CALL = "on_call"

NEXT_ROLE: Mapping[Role, Role] = {
    Role.SECURITY: Role.COORDINATOR,
    Role.MEMBER: Role.COORDINATOR,
    Role.COORDINATOR: Role.PRINCIPAL,
}
"""A role nobody holds falls to the next; nobody stands in for an observer."""

DEFAULT_HOLD: Mapping[Grade, timedelta] = {1: timedelta(), 2: timedelta(minutes=5), 3: timedelta(minutes=30)}
"""The customer's: a blip is on record only. The provider is never held."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who of a party is told. None means that no route says: the default holds."""

    recipients: tuple[Recipient, ...]
    hold: timedelta | None = None
    digest: timedelta | None = None
    escalate: tuple[Step, ...] | None = None
    routes: tuple[str, ...] = ()  # names of those that matched
    waits_for_hours: bool = False  # nothing leaves before working time begins


@dataclass(frozen=True, slots=True)
class People:
    """The contacts of one party and who of them is on call: what the words of `to` mean."""

    contacts: tuple[Contact, ...]  # in the order of the file
    on_call: tuple[str, ...] = ()
    unreachable: frozenset[str] = frozenset()  # without a working channel of their own

    @classmethod
    def of(
        cls,
        party: Party,
        contacts: Mapping[str, Contact],
        on_call: Sequence[str] = (),
        endpoints: Mapping[str, Endpoint] | None = None,
    ) -> "People":
        """`endpoints` None: a contact that names any channel is taken as reachable."""
        own = tuple(contact for contact in contacts.values() if contact.party is party)
        lost = frozenset(
            contact.id
            for contact in own
            if not (contact.reach if endpoints is None else working_endpoints(contact, endpoints))
        )
        return cls(own, tuple(on_call), lost)


def told(
    party: Party,
    grade: Grade,
    kind: Kind,
    functions: Sequence[str],
    at: datetime,
    routes: Sequence[Route],
    contacts: Mapping[str, Contact],
    calendar: Calendar | None,
    on_call: Sequence[str] = (),
    endpoints: Mapping[str, Endpoint] | None = None,
) -> Told:
    """Who of `party` is told: the first route that matches, and each one after a `continue`.

    Each contact is listed once, for the first reason found. Where only a route for working hours would end the walk,
    the notice waits for them as a whole; a security matter never waits. A party that has contacts is never told
    nobody, nor only people whom no channel reaches.
    """
    people = People.of(party, contacts, on_call, endpoints)
    fitting = [route for route in routes if _fits(route, party, grade, kind, functions)]
    taken = _walk(route for route in fitting if _is_in_hours(route, at, calendar))
    is_waiting = False
    if not is_working(at, calendar) and (not taken or taken[-1].then):
        at_any_hour = _walk(fitting)
        is_waiting = at_any_hour != taken and kind is not Kind.SECURITY
        taken = at_any_hour
    recipients = merged(
        recipient for route in taken for recipient in recipients_of(route.to, people, route.name or "route")
    )
    return Told(
        recipients=_with_somebody(recipients, people) or _everyone(people, "no route names anybody"),
        hold=_first(route.hold for route in taken),
        digest=_first(route.digest for route in taken),
        escalate=_first(route.escalate for route in taken),
        routes=tuple(route.name for route in taken),
        waits_for_hours=is_waiting,
    )


def hold_for(party: Party, grade: Grade, kind: Kind, told: Told, first_notice: Mapping[Grade, timedelta]) -> timedelta:
    """How long a notice waits for a person's confirmation or a raise before it is released.

    A route's own hold goes before the default; neither is longer than half of the first notice's limit, and a
    security matter is never held.
    """
    if kind is Kind.SECURITY:
        return timedelta()
    default = DEFAULT_HOLD[grade] if party is Party.CUSTOMER else timedelta()
    hold = default if told.hold is None else told.hold
    return min(hold, first_notice[grade] / 2)


def contacts_of_role(role: Role, party: Party, contacts: Mapping[str, Contact]) -> tuple[str, ...]:
    """Who of the party holds `role`, else who holds the next one; nobody only where no role is held at all."""
    return tuple(contact.id for contact in _holders(role, People.of(party, contacts).contacts)[0])


def recipients_of(words: Iterable[str], people: People, because: str) -> tuple[Recipient, ...]:
    """The contacts that `words` (roles, contact ids, everyone, on_call) mean, each with its reason.

    Who has no working channel is listed all the same, followed by their deputy.
    """
    found: list[Recipient] = []
    for word in words:
        for recipient in _meant(word, people, because):
            found += [recipient, *_deputies(recipient.contact, people, because)]
    return merged(found)


def merged(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    """Each contact once, for the first reason."""
    first: dict[str, Recipient] = {}
    for recipient in recipients:
        first.setdefault(recipient.contact, recipient)
    return tuple(first.values())


def working_endpoints(contact: Contact, endpoints: Mapping[str, Endpoint]) -> tuple[Endpoint, ...]:
    """Those of the contact's channels that can be built, in the order of `reach`."""
    named = (endpoints.get(id_) for id_ in contact.reach)
    return tuple(endpoint for endpoint in named if endpoint is not None and not endpoint.broken)


def endpoints_for(
    contact: Contact, endpoints: Mapping[str, Endpoint], grade: Grade, is_loud: bool
) -> tuple[Endpoint, ...]:
    """The channels that start at once, in the order of `reach`.

    Grades 1 and 2, reports and ladder steps: all. Else the first; where that is a room, also what follows up to the
    first channel of the person's own, since *posted* is never delivery to a person.
    """
    working = working_endpoints(contact, endpoints)
    if is_loud or grade < 3:
        return working
    for count, endpoint in enumerate(working, start=1):
        if endpoint.manner is not Manner.GROUP:
            return working[:count]
    return working


def _fits(route: Route, party: Party, grade: Grade, kind: Kind, functions: Collection[str]) -> bool:
    return (
        route.party is party
        and (not route.grades or grade in route.grades)
        and (not route.kinds or kind in route.kinds)
        and (not route.functions or not set(route.functions).isdisjoint(functions))
    )


def _is_in_hours(route: Route, at: datetime, calendar: Calendar | None) -> bool:
    return not route.hours or is_working(at, calendar) == (route.hours == "work")


def _walk(fitting: Iterable[Route]) -> tuple[Route, ...]:
    taken: list[Route] = []
    for route in fitting:
        taken.append(route)
        if not route.then:
            break
    return tuple(taken)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _meant(word: str, people: People, because: str) -> tuple[Recipient, ...]:
    if word == EVERYONE:
        return _recipients(people.contacts, f"{because}: everyone")
    if word == ON_CALL:
        return _on_call(people, because)
    if word in _ROLE_WORDS:
        return _of_role(Role(word), people, f"{because}: role {word}")
    return _recipients((c for c in people.contacts if c.id == word), f"{because}: named")


def _on_call(people: People, because: str) -> tuple[Recipient, ...]:
    found = [contact for contact in people.contacts if contact.id in people.on_call]
    if found:
        return _recipients(found, f"{because}: on call")
    return _of_role(Role.MEMBER, people, f"{because}: nobody is on call: role member")


def _of_role(role: Role, people: People, because: str) -> tuple[Recipient, ...]:
    holders, held = _holders(role, people.contacts)
    if held is not role and holders:
        because += f", held by nobody: role {held}"
    return _recipients(holders, because)


def _holders(role: Role, contacts: Iterable[Contact]) -> tuple[tuple[Contact, ...], Role]:
    holders = tuple(contact for contact in contacts if role in contact.roles)
    if holders or role not in NEXT_ROLE:
        return holders, role
    return _holders(NEXT_ROLE[role], contacts)


def _deputies(contact: str, people: People, because: str) -> list[Recipient]:
    """Who stands in for a contact that no channel reaches; deputies of deputies too."""
    by_id = {person.id: person for person in people.contacts}
    found: dict[str, Recipient] = {}
    while contact in people.unreachable:
        deputy = by_id[contact].deputy
        if deputy not in by_id or deputy in found:
            break
        found[deputy] = Recipient(deputy, f"{because}: deputy of {contact}, who has no working channel")
        contact = deputy
    return list(found.values())


def _with_somebody(recipients: tuple[Recipient, ...], people: People) -> tuple[Recipient, ...]:
    """The recipients; where no channel reaches any of them, also everyone of the party whom one does."""
    if not recipients or any(recipient.contact not in people.unreachable for recipient in recipients):
        return recipients
    others = tuple(contact for contact in people.contacts if contact.id not in people.unreachable)
    return merged((*recipients, *_everyone(People(others), "nobody named has a working channel")))


def _everyone(people: People, why: str) -> tuple[Recipient, ...]:
    return _recipients((c for c in people.contacts if c.roles != (Role.OBSERVER,)), f"{why}: everyone") or _recipients(
        people.contacts, f"{why}: everyone"
    )


def _recipients(contacts: Iterable[Contact], why: str) -> tuple[Recipient, ...]:
    return tuple(Recipient(contact.id, why) for contact in contacts)
