"""Whether one more may leave, and what is remembered of those that have."""

from datetime import datetime, timedelta

from agent.engine.courier.flights import WHEN_ANOTHER_LANDS, Flight, Flights
from agent.model import Delivery, Verdict
from tests.rules.people import MONDAY_3AM, delivery, endpoint

SECOND = timedelta(seconds=1)


def may_go(flights: Flights, row: Delivery) -> datetime | None:
    return flights.may_go(row, endpoint(row.endpoint), MONDAY_3AM)


def begun(flights: Flights, endpoint_: str, id_: str = "") -> Flight:
    return flights.begin(delivery(endpoint_, id_=id_), MONDAY_3AM, 0.0)


def test_what_is_in_hand_does_not_leave_twice() -> None:
    flights = Flights()
    begun(flights, "li/push")

    assert may_go(flights, delivery("li/push")) == MONDAY_3AM + 0.5 * SECOND


def test_a_room_takes_one_at_a_time_and_a_person_two() -> None:
    flights = Flights()
    begun(flights, "room", "R1")
    begun(flights, "li/push", "P1")

    assert may_go(flights, delivery("room", id_="R2")) == WHEN_ANOTHER_LANDS
    assert may_go(flights, delivery("li/push", id_="P2")) is None
    begun(flights, "li/push", "P2")
    assert may_go(flights, delivery("li/push", id_="P3")) == WHEN_ANOTHER_LANDS


def test_an_endpoint_that_did_not_answer_well_takes_one_at_a_time_until_it_does() -> None:
    flights = Flights()
    begun(flights, "li/push", "P1")

    flights.note("li/push", Verdict.NOT_SENT)
    assert may_go(flights, delivery("li/push", id_="P2")) == WHEN_ANOTHER_LANDS
    flights.note("li/push", Verdict.REJECTED)

    assert may_go(flights, delivery("li/push", id_="P2")) is None


def test_endpoints_that_do_not_answer_leave_half_of_the_threads_to_the_healthy() -> None:
    flights = Flights()
    for number in range(30):
        flights.note(f"h{number}/push", Verdict.UNKNOWN)
    for number in range(16):
        begun(flights, f"h{number}/push")

    assert may_go(flights, delivery("h20/push", grade=1)) == WHEN_ANOTHER_LANDS
    assert may_go(flights, delivery("li/push", grade=3)) is None


def test_what_has_landed_makes_room() -> None:
    flights = Flights()
    first = begun(flights, "room", "R1")

    flights.land(first)
    flights.let_go(first)

    assert may_go(flights, delivery("room", id_="R2")) is None


def test_only_the_flight_in_hand_can_let_go_of_a_delivery() -> None:
    flights = Flights()
    first = begun(flights, "li/push")
    flights.abandon(31.0, 30.0)
    second = begun(flights, "li/push")

    flights.let_go(first)

    assert flights.in_hand == {"D-li/push": second}


def test_what_was_begun_but_never_sent_is_abandoned_too() -> None:
    flights = Flights()
    first = begun(flights, "li/push")

    assert flights.next_look_s(30.0) == 30.0
    assert flights.abandon(29.0, 30.0) == []
    assert flights.abandon(30.0, 30.0) == [first]
    assert flights.next_look_s(30.0) is None


def test_an_endpoint_gone_from_the_configuration_needs_no_allowance() -> None:
    flights = Flights()
    for number in range(50):
        flights.land(begun(flights, "gone", f"G{number}"))

    assert flights.may_go(delivery("gone", id_="G99"), None, MONDAY_3AM) is None
