"""A new configuration is in force at once, and loses nothing of what is going on."""

from tests.stories.conftest import Make
from tests.support.world import FILE

WINDOW = FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment") + (
    'maintenance:\n  - {what: upgrade, functions: [ledger], from: "2026-11-23 03:00", for: 4h}\n'
)

ROW_ABOVE = """  - {match: ['alertname="ReportsLate"'], function: reports, state: down, says: {en: Reports are late}}
"""


def test_a_window_that_is_called_off_hides_nothing_any_more(make: Make) -> None:
    world = make(WINDOW)
    world.alert("LedgerDown")
    world.advance("10 min")
    assert world.incidents() == []
    world.configure(FILE)

    world.alert("Watchdog")  # whatever arrives next
    world.advance("1 min")

    assert world.incident().functions == ("ledger",)


def test_an_open_incident_is_graded_by_the_table_now_in_force(make: Make) -> None:
    world = make()
    world.alert("LedgerDown")
    world.alert("ReportsDown")
    assert [incident.grade for incident in world.incidents()] == [2, 3]
    world.configure(FILE.replace("reports: {criticality: auxiliary}", "reports: {criticality: core}"))

    world.alert("Watchdog")

    assert [incident.grade for incident in world.incidents()] == [2, 2]


def test_a_row_written_above_another_hands_it_nothing(make: Make) -> None:
    world = make()
    world.alert("CheckoutSlow")
    world.configure(FILE.replace("signals:\n", f"signals:\n{ROW_ABOVE}"))

    world.advance("6 min")  # the customer's hold ends

    [told] = world.messages("wang")
    assert "Reports are late" not in told.text
    assert "The payment page does not open" not in told.text
    world.resolve("CheckoutSlow")
    world.advance("15 min")
    assert world.incident().state == "recovered"


def test_what_waited_in_a_window_ends_though_its_row_has_moved(make: Make) -> None:
    world = make(WINDOW)
    world.alert("LedgerDown")
    world.configure(WINDOW.replace("signals:\n", f"signals:\n{ROW_ABOVE}"))
    world.alert("CheckoutSlow")  # now stands where LedgerDown's row stood
    world.resolve("LedgerDown")

    world.advance("5 h")

    assert [incident.functions for incident in world.incidents()] == [("checkout",)]
