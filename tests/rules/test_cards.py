"""OB-103, 2.1: what changed about a contact is seen, and none of its addresses is kept to see it."""

from dataclasses import replace
from datetime import UTC, datetime

from agent.model import Contact, Endpoint, Manner, Party, Role, Secret
from agent.rules import cards

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
URL = "mailtos://lee:hunter2@mail.example?to=lee@home.example"
ENDPOINTS = {
    "lee/call": Endpoint("lee/call", "call", Manner.LOUD, Secret("jsons://gw.example/13800000001")),
    "lee/1": Endpoint("lee/1", "mailtos", Manner.QUIET, Secret(URL)),
    "room": Endpoint("room", "room", Manner.GROUP, Secret("wecombot://key")),
}
LEE = Contact("lee", Party.PROVIDER, "Lee", (Role.PRINCIPAL,), phone="+1-555-0100", reach=("lee/call", "lee/1", "room"))
CARD = cards.of(LEE, ENDPOINTS, AT)


def seen(*people: Contact, endpoints: dict[str, Endpoint] = ENDPOINTS) -> list[tuple[str, str, list[str]]]:
    found = cards.changed({"lee": CARD}, {each.id: each for each in people}, endpoints, AT)
    return [(each.about, each.party, list(each.what)) for each in found]


def test_who_is_as_before_has_not_changed() -> None:
    assert seen(LEE) == []


def test_each_thing_that_changed_is_named() -> None:
    other = replace(LEE, name="Lee Wei", roles=(Role.COORDINATOR,), phone="+1-555-0199", email="l@x.example", reach=())

    assert seen(other) == [("lee-2", "provider", ["name", "roles", "phone", "email", "reach"])]


def test_another_address_behind_an_own_url_is_another_channel() -> None:
    moved = {**ENDPOINTS, "lee/1": replace(ENDPOINTS["lee/1"], url=Secret(URL.replace("home", "work")))}

    assert seen(LEE, endpoints=moved) == [("lee-2", "provider", ["reach"])]


def test_a_new_secret_of_a_named_channel_changes_nobody() -> None:
    renewed = {**ENDPOINTS, "room": replace(ENDPOINTS["room"], url=Secret("wecombot://other"))}
    renewed["lee/call"] = replace(ENDPOINTS["lee/call"], url=Secret("jsons://gw.example/t0ken"))

    assert seen(LEE, endpoints=renewed) == []


def test_who_comes_leaves_and_comes_back_has_a_version_for_each() -> None:
    wang = Contact("wang", Party.CUSTOMER, "Wang", (Role.PRINCIPAL,))
    [left] = cards.changed({"lee": CARD}, {}, ENDPOINTS, AT)
    [back] = cards.changed({"lee": left.card}, {"lee": LEE}, ENDPOINTS, AT)

    assert seen(LEE, wang) == [("wang-1", "customer", ["added"])]
    assert (left.about, left.what, left.card.is_gone) == ("lee-2", ("removed",), True)
    assert cards.changed({"lee": left.card}, {}, ENDPOINTS, AT) == []
    assert (back.about, back.what, back.card.is_gone) == ("lee-3", ("added",), False)


def test_who_goes_over_to_the_other_party_left_one_and_joined_the_other() -> None:
    assert seen(replace(LEE, party=Party.CUSTOMER)) == [
        ("lee-2", "provider", ["removed"]),
        ("lee-2", "customer", ["added"]),
    ]


def test_no_address_and_no_secret_stands_on_the_card() -> None:
    assert not [text for text in ("hunter2", "home.example", "13800000001", "wecombot") if text in repr(CARD)]
    assert CARD.reach[0] == "call"
    assert CARD.reach[2] == "room"
