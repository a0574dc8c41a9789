"""Two small parties for the rules of telling."""

from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta

from agent.model import (
    Calendar,
    Contact,
    Delivery,
    DeliveryState,
    Endpoint,
    Grade,
    Manner,
    Notice,
    NoticeState,
    NoticeType,
    Party,
    Recipient,
    Role,
    Route,
    Secret,
)

A, B = Party.PROVIDER, Party.CUSTOMER
MONDAY_3AM = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

OFFICE = ((time(9), time(18)),)
WEEK = Calendar(UTC, (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, (), ()))


def contact(id_: str, *roles: Role, party: Party = A, deputy: str = "", reach: Iterable[str] | None = None) -> Contact:
    named = (f"{id_}/call", f"{id_}/mail") if reach is None else tuple(reach)
    return Contact(id=id_, party=party, name=id_.title(), roles=roles, deputy=deputy, reach=named)


def by_id(*contacts: Contact) -> dict[str, Contact]:
    return {each.id: each for each in contacts}


ZHANG = contact("zhang", Role.PRINCIPAL, deputy="li")
LI = contact("li", Role.COORDINATOR, Role.MEMBER)
QIAN = contact("qian", Role.MEMBER)
EYE = contact("eye", Role.OBSERVER)
WANG = contact("wang", Role.PRINCIPAL, party=B)
PEOPLE = by_id(ZHANG, LI, QIAN, EYE, WANG)

MANNERS = {
    "call": Manner.LOUD,
    "push": Manner.PERSONAL,
    "mail": Manner.QUIET,
    "room": Manner.GROUP,
    "hall": Manner.GROUP,
}


def endpoint(id_: str, broken: str = "") -> Endpoint:
    """`li/call` or `room`: the manner follows from the last word."""
    channel = id_.rpartition("/")[2]
    return Endpoint(id_, channel, MANNERS.get(channel, Manner.PERSONAL), Secret("none://"), broken)


def endpoints_of(*contacts: Contact, broken: Iterable[str] = ()) -> dict[str, Endpoint]:
    ids = dict.fromkeys(id_ for each in contacts for id_ in each.reach)
    return {id_: endpoint(id_, "cannot be built" if id_ in broken else "") for id_ in ids}


DEFAULTS = tuple(
    Route(party, to, grades=grades, hours=hours, digest=digest, name=name)
    for party in (A, B)
    for to, grades, hours, digest, name in (
        (("everyone",), (1,), "", None, "default grade 1"),
        (("on_call", "coordinator"), (2,), "", None, "default grade 2"),
        (("coordinator",), (3,), "work", timedelta(minutes=30), "default grade 3"),
    )
)


def notice(*recipients: str, grade: Grade = 1, is_loud: bool = True, generation: int = 0, id_: str = "N1") -> Notice:
    return Notice(
        id=id_,
        incident="INC-20261123-001",
        seq=1,
        type=NoticeType.OPENING,
        party=A,
        grade=grade,
        at=MONDAY_3AM,
        due_at=MONDAY_3AM,
        state=NoticeState.RELEASED,
        recipients=tuple(Recipient(each, "test") for each in recipients),
        is_loud=is_loud,
        generation=generation,
    )


def delivery(
    endpoint_: str = "li/call",
    state: DeliveryState = DeliveryState.WAITING,
    *,
    at: datetime = MONDAY_3AM,
    grade: Grade = 1,
    id_: str = "",
    **more: object,
) -> Delivery:
    fields: dict[str, object] = {
        "id": id_ or f"D-{endpoint_}",
        "notice": "N1",
        "incident": "INC-20261123-001",
        "party": A,
        "contact": endpoint_.partition("/")[0],
        "endpoint": endpoint_,
        "grade": grade,
        "state": state,
        "due_at": at,
        "made_at": at,
    }
    return Delivery(**(fields | more))  # type: ignore[arg-type]
