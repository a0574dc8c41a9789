"""Who is told, and why."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from agent.model import Contact, Endpoint, Grade, Kind, Party, Role, Route, Step
from agent.rules.routing import Told, contacts_of_role, endpoints_for, hold_for, told
from tests.rules.people import (
    DEFAULTS,
    EYE,
    LI,
    MONDAY_3AM,
    MONDAY_NOON,
    PEOPLE,
    QIAN,
    WANG,
    WEEK,
    ZHANG,
    A,
    B,
    by_id,
    contact,
    endpoints_of,
)

MINUTE = timedelta(minutes=1)
FIRST_NOTICE: dict[Grade, timedelta] = {1: 15 * MINUTE, 2: 30 * MINUTE, 3: 240 * MINUTE}


def asked(
    *own: Route,
    grade: Grade = 1,
    party: Party = A,
    kind: Kind = Kind.FAULT,
    functions: Sequence[str] = ("checkout",),
    at: datetime = MONDAY_NOON,
    people: dict[str, Contact] = PEOPLE,
    on_call: Sequence[str] = (),
    endpoints: dict[str, Endpoint] | None = None,
) -> Told:
    return told(party, grade, kind, functions, at, (*own, *DEFAULTS), people, WEEK, on_call, endpoints)


def names(answer: Told) -> list[str]:
    return [recipient.contact for recipient in answer.recipients]


def reasons(answer: Told) -> list[str]:
    return [f"{recipient.contact}: {recipient.why}" for recipient in answer.recipients]


# ------------------------------------------------------------------------------------------------ which routes


def test_grade_1_tells_everyone_of_the_party_by_default() -> None:
    assert reasons(asked(grade=1)) == [
        "zhang: default grade 1: everyone",
        "li: default grade 1: everyone",
        "qian: default grade 1: everyone",
        "eye: default grade 1: everyone",
    ]


def test_the_other_party_has_routes_of_its_own() -> None:
    assert reasons(asked(grade=1, party=B)) == ["wang: default grade 1: everyone"]


@pytest.mark.parametrize(
    ("route", "fits"),
    [
        (Route(A, ("eye",), name="routes[0]"), True),
        (Route(B, ("eye",), name="routes[0]"), False),
        (Route(A, ("eye",), grades=(1, 2), name="routes[0]"), True),
        (Route(A, ("eye",), grades=(2, 3), name="routes[0]"), False),
        (Route(A, ("eye",), kinds=(Kind.FAULT,), name="routes[0]"), True),
        (Route(A, ("eye",), kinds=(Kind.SECURITY,), name="routes[0]"), False),
        (Route(A, ("eye",), functions=("ledger", "checkout"), name="routes[0]"), True),
        (Route(A, ("eye",), functions=("ledger",), name="routes[0]"), False),
        (Route(A, ("eye",), hours="work", name="routes[0]"), True),
        (Route(A, ("eye",), hours="off", name="routes[0]"), False),
    ],
)
def test_a_route_matches_only_where_each_of_its_conditions_holds(route: Route, fits: bool) -> None:
    answer = asked(route, grade=1)

    assert (names(answer) == ["eye"]) is fits
    assert (answer.routes == ("routes[0]",)) is fits


def test_the_first_route_that_matches_ends_the_walk() -> None:
    answer = asked(Route(A, ("qian",), name="routes[0]"), Route(A, ("li",), name="routes[1]"))

    assert reasons(answer) == ["qian: routes[0]: named"]


def test_a_route_that_continues_adds_to_what_follows_and_each_is_told_once() -> None:
    answer = asked(Route(A, ("eye", "li"), then=True, name="routes[0]"), Route(A, ("member",), name="routes[1]"))

    assert reasons(answer) == ["eye: routes[0]: named", "li: routes[0]: named", "qian: routes[1]: role member"]
    assert answer.routes == ("routes[0]", "routes[1]")


def test_of_several_routes_the_first_that_says_a_thing_is_heard() -> None:
    steps = (Step(("principal",), share=0.5),)

    answer = asked(
        Route(A, ("eye",), then=True, name="routes[0]", digest=5 * MINUTE),
        Route(A, ("li",), name="routes[1]", hold=MINUTE, digest=9 * MINUTE, escalate=steps),
    )

    assert (answer.hold, answer.digest, answer.escalate) == (MINUTE, 5 * MINUTE, steps)


def test_what_no_route_says_is_left_to_the_default() -> None:
    answer = asked(grade=1)

    assert (answer.hold, answer.digest, answer.escalate) == (None, None, None)


# ------------------------------------------------------------------------------------------------------- hours


def test_grade_3_waits_for_working_hours() -> None:
    answer = asked(grade=3, at=MONDAY_3AM)

    assert names(answer) == ["li"]
    assert answer.waits_for_hours is True
    assert answer.digest == 30 * MINUTE


def test_grade_3_in_working_hours_waits_for_nothing() -> None:
    assert asked(grade=3, at=MONDAY_NOON).waits_for_hours is False


def test_without_a_calendar_all_time_is_working_time() -> None:
    answer = told(A, 3, Kind.FAULT, (), MONDAY_3AM, DEFAULTS, PEOPLE, None)

    assert (names(answer), answer.waits_for_hours) == (["li"], False)


def test_a_route_for_the_off_hours_matches_at_night() -> None:
    answer = asked(Route(A, ("qian",), grades=(3,), hours="off", name="routes[0]"), grade=3, at=MONDAY_3AM)

    assert (names(answer), answer.waits_for_hours) == (["qian"], False)


def test_a_log_that_continues_does_not_wake_the_coordinator_and_the_notice_waits_as_a_whole() -> None:
    answer = asked(Route(A, ("eye",), then=True, name="routes[0]"), grade=3, at=MONDAY_3AM)

    assert (names(answer), answer.waits_for_hours) == (["eye", "li"], True)


def test_a_security_matter_waits_for_no_hours() -> None:
    answer = asked(grade=3, kind=Kind.SECURITY, at=MONDAY_3AM)

    assert (names(answer), answer.waits_for_hours) == (["li"], False)


def test_where_only_a_continuing_route_matches_at_any_hour_nothing_waits() -> None:
    routes = (Route(A, ("eye",), then=True, name="routes[0]"),)

    answer = told(A, 3, Kind.FAULT, (), MONDAY_3AM, routes, PEOPLE, WEEK)

    assert (names(answer), answer.waits_for_hours) == (["eye"], False)


# ------------------------------------------------------------------------------------------------------ people


def test_a_role_nobody_holds_falls_to_the_next() -> None:
    people = by_id(ZHANG)

    answer = asked(Route(A, ("member",), name="routes[0]"), people=people)

    assert reasons(answer) == ["zhang: routes[0]: role member, held by nobody: role principal"]


def test_a_security_role_nobody_holds_falls_to_the_coordinator() -> None:
    answer = asked(Route(A, ("security",), name="routes[0]"))

    assert reasons(answer) == ["li: routes[0]: role security, held by nobody: role coordinator"]


def test_nobody_stands_in_for_an_observer() -> None:
    answer = asked(Route(A, ("observer", "li"), name="routes[0]"), people=by_id(ZHANG, LI))

    assert names(answer) == ["li"]


def test_observers_are_told_only_where_named_or_everyone_is() -> None:
    assert "eye" in names(asked(grade=1))
    assert "eye" not in names(asked(grade=2))
    assert reasons(asked(Route(A, ("observer",), name="routes[0]"))) == ["eye: routes[0]: role observer"]


def test_a_party_with_contacts_is_never_told_nobody() -> None:
    only_members_wanted = Route(A, ("principal",), name="routes[0]")

    answer = asked(only_members_wanted, people=by_id(LI, EYE))

    assert reasons(answer) == ["li: no route names anybody: everyone"]


def test_a_party_of_observers_alone_is_told_all_the_same() -> None:
    answer = asked(Route(A, ("principal",), name="routes[0]"), people=by_id(EYE))

    assert reasons(answer) == ["eye: no route names anybody: everyone"]


def test_a_party_without_contacts_is_told_nobody() -> None:
    assert asked(people=by_id(WANG)).recipients == ()


def test_who_is_on_call_is_told_as_such() -> None:
    answer = asked(grade=2, on_call=("qian",))

    assert reasons(answer) == ["qian: default grade 2: on call", "li: default grade 2: role coordinator"]


def test_with_nobody_on_call_the_members_are_told() -> None:
    answer = asked(grade=2, on_call=("wang",))

    assert reasons(answer) == [
        "li: default grade 2: nobody is on call: role member",
        "qian: default grade 2: nobody is on call: role member",
    ]


def test_a_contact_of_the_other_party_is_not_told_by_this_ones_route() -> None:
    assert names(asked(Route(A, ("wang", "li"), name="routes[0]"))) == ["li"]


# ---------------------------------------------------------------------------------------------------- deputies


def test_the_deputy_is_told_with_a_contact_that_has_no_channel() -> None:
    people = by_id(contact("zhang", Role.PRINCIPAL, deputy="li", reach=()), LI)

    answer = asked(Route(A, ("principal",), name="routes[0]"), people=people)

    assert reasons(answer) == [
        "zhang: routes[0]: role principal",
        "li: routes[0]: deputy of zhang, who has no working channel",
    ]


def test_the_deputy_is_told_where_every_channel_of_a_contact_is_broken() -> None:
    endpoints = endpoints_of(ZHANG, LI, QIAN, EYE, broken=("zhang/call", "zhang/mail"))

    answer = asked(Route(A, ("principal",), name="routes[0]"), endpoints=endpoints)

    assert names(answer) == ["zhang", "li"]


def test_deputies_of_deputies_are_found_and_a_circle_ends() -> None:
    people = by_id(
        contact("a", Role.PRINCIPAL, deputy="b", reach=()),
        contact("b", Role.MEMBER, deputy="c", reach=()),
        contact("c", Role.MEMBER, deputy="b", reach=()),
    )

    assert names(asked(Route(A, ("principal",), name="routes[0]"), people=people)) == ["a", "b", "c"]


def test_a_contact_without_channel_and_deputy_is_listed_all_the_same() -> None:
    people = by_id(contact("zhang", Role.PRINCIPAL, reach=()))

    assert names(asked(people=people)) == ["zhang"]


def test_where_no_channel_reaches_those_named_everyone_who_can_be_reached_is_told() -> None:
    broken = ("li/call", "li/mail")

    answer = asked(
        Route(A, ("coordinator",), name="routes[0]"), endpoints=endpoints_of(ZHANG, LI, QIAN, EYE, broken=broken)
    )

    assert reasons(answer) == [
        "li: routes[0]: role coordinator",
        "zhang: nobody named has a working channel: everyone",
        "qian: nobody named has a working channel: everyone",
    ]


def test_contacts_of_role_answers_with_who_stands_in() -> None:
    assert contacts_of_role(Role.MEMBER, A, PEOPLE) == ("li", "qian")
    assert contacts_of_role(Role.MEMBER, B, PEOPLE) == ("wang",)
    assert contacts_of_role(Role.OBSERVER, B, PEOPLE) == ()


# -------------------------------------------------------------------------------------------------------- hold


@pytest.mark.parametrize(
    ("party", "grade", "minutes"), [(A, 1, 0), (A, 2, 0), (A, 3, 0), (B, 1, 0), (B, 2, 5), (B, 3, 30)]
)
def test_only_the_customers_lesser_grades_are_held(party: Party, grade: Grade, minutes: int) -> None:
    assert hold_for(party, grade, Kind.FAULT, Told(()), FIRST_NOTICE) == minutes * MINUTE


def test_a_hold_is_at_most_half_of_the_first_notices_limit() -> None:
    tight: dict[Grade, timedelta] = {1: MINUTE, 2: 6 * MINUTE, 3: 10 * MINUTE}

    assert hold_for(B, 2, Kind.FAULT, Told(()), tight) == 3 * MINUTE
    assert hold_for(B, 2, Kind.FAULT, Told((), hold=20 * MINUTE), tight) == 3 * MINUTE


def test_a_routes_own_hold_goes_before_the_default() -> None:
    assert hold_for(A, 2, Kind.FAULT, Told((), hold=2 * MINUTE), FIRST_NOTICE) == 2 * MINUTE
    assert hold_for(B, 2, Kind.FAULT, Told((), hold=timedelta()), FIRST_NOTICE) == timedelta()


def test_a_security_matter_is_never_held() -> None:
    assert hold_for(B, 2, Kind.SECURITY, Told((), hold=5 * MINUTE), FIRST_NOTICE) == timedelta()


# ---------------------------------------------------------------------------------------------------- channels


def placed(reach: tuple[str, ...], *, grade: Grade, is_loud: bool = False, broken: tuple[str, ...] = ()) -> list[str]:
    who = contact("li", Role.MEMBER, reach=reach)
    endpoints = endpoints_of(who, broken=broken)
    endpoints.pop("li/gone", None)
    return [endpoint.id for endpoint in endpoints_for(who, endpoints, grade, is_loud)]


def test_grades_1_and_2_use_all_channels_at_once_in_the_order_of_reach() -> None:
    assert placed(("li/call", "room", "li/mail"), grade=2) == ["li/call", "room", "li/mail"]


def test_a_ladder_step_is_loud_at_any_grade() -> None:
    assert placed(("li/mail", "li/call"), grade=3, is_loud=True) == ["li/mail", "li/call"]


def test_grade_3_starts_with_the_first_channel() -> None:
    assert placed(("li/mail", "li/call"), grade=3) == ["li/mail"]


def test_a_room_is_no_delivery_to_a_person_so_the_next_channel_starts_with_it() -> None:
    assert placed(("room", "hall", "li/mail", "li/call"), grade=3) == ["room", "hall", "li/mail"]


def test_rooms_alone_are_posted_all() -> None:
    assert placed(("room", "hall"), grade=3) == ["room", "hall"]


def test_broken_and_unknown_channels_are_passed_over() -> None:
    assert placed(("li/call", "li/gone", "li/mail"), grade=3, broken=("li/call",)) == ["li/mail"]
    assert placed(("li/call",), grade=1, broken=("li/call",)) == []
