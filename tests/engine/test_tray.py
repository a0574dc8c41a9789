"""The courier's tray: whose turn it is."""

from datetime import datetime, timedelta

from agent.engine.courier.tray import Tray
from agent.model import Delivery
from tests.rules.people import MONDAY_3AM, delivery

SECOND = timedelta(seconds=1)


def anybody(_: Delivery) -> datetime | None:
    return None


def test_a_newer_version_takes_the_place_of_the_older() -> None:
    tray = Tray()
    tray.put(delivery("li/call"))
    tray.put(delivery("li/call", at=MONDAY_3AM + 5 * SECOND))

    assert tray.pick(MONDAY_3AM, anybody) is None
    assert tray.next_at() == MONDAY_3AM + 5 * SECOND
    assert len(tray) == 1


def test_what_was_dropped_once_due_is_not_picked() -> None:
    tray = Tray()
    tray.put(delivery("li/call"))
    assert tray.pick(MONDAY_3AM, lambda _: MONDAY_3AM + SECOND) is None

    tray.drop("D-li/call")

    assert tray.pick(MONDAY_3AM, anybody) is None
    assert tray.free_at is None


def test_what_was_dropped_before_it_was_due_wakes_nobody() -> None:
    tray = Tray()
    tray.put(delivery("li/call", at=MONDAY_3AM + SECOND))

    tray.drop("D-li/call")

    assert tray.next_at() is None
    assert tray.pick(MONDAY_3AM + SECOND, anybody) is None


def test_one_that_may_not_leave_holds_up_nobody_elses() -> None:
    tray = Tray()
    tray.put(delivery("li/call", grade=1))
    tray.put(delivery("qian/call", grade=3))

    picked = tray.pick(MONDAY_3AM, lambda row: MONDAY_3AM + SECOND if row.contact == "li" else None)

    assert picked is not None
    assert picked.endpoint == "qian/call"
    assert tray.free_at == MONDAY_3AM + SECOND


def test_a_cleared_tray_is_empty() -> None:
    tray = Tray()
    tray.put(delivery("li/call"))

    tray.clear()

    assert tray.pick(MONDAY_3AM, anybody) is None
    assert (len(tray), tray.oldest(), tray.next_at()) == (0, None, None)
    assert "D-li/call" not in tray
