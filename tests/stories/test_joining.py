"""What belongs together is one incident and is told together (agreement.md 4, "Joining"; routes.md, `routes:`)."""

from tests.stories.conftest import Make
from tests.support.world import FILE, World

DAY = FILE.replace("system: Payment", 'time_zone: UTC\n  hours: "Mon..Sun 00:00-24:00"\n  system: Payment')


def shape(world: World) -> list[tuple[str, tuple[str, ...]]]:
    return [(incident.kind, incident.functions) for incident in world.incidents()]


def test_a_function_it_depends_on_joins_within_ten_minutes_and_is_told_as_a_change(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("4 min")

    world.alert("LedgerDown")

    assert shape(world) == [("fault", ("checkout", "ledger"))]
    assert len(world.told("chen")) == 2
    assert "#2" in world.told("chen")[1]


def test_after_ten_minutes_it_is_an_incident_of_its_own(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("11 min")

    world.alert("LedgerDown")

    assert shape(world) == [("fault", ("checkout",)), ("fault", ("ledger",))]


def test_functions_without_a_bond_are_two_incidents(world: World) -> None:
    world.alert("CheckoutDown")
    world.alert("ReportsDown")

    assert shape(world) == [("fault", ("checkout",)), ("fault", ("reports",))]


def test_security_and_fault_of_one_function_are_never_merged(world: World) -> None:
    world.alert("CheckoutDown")
    world.alert("Intrusion")

    assert shape(world) == [("fault", ("checkout",)), ("security", ("checkout",))]


def test_a_storm_on_one_incident_is_told_once_and_counted(world: World) -> None:
    """More than 20 new signals a minute on one incident merge its notices."""
    for number in range(60):
        world.alert("CheckoutSlow", instance=f"web-{number}")
        world.advance("1 s")

    assert len(world.told("chen")) == 1
    assert world.incident().signals_total == 60


def test_a_storm_on_one_incident_delays_no_other(world: World) -> None:
    for number in range(60):
        world.alert("CheckoutSlow", instance=f"web-{number}")

    world.alert("Intrusion")

    assert [incident.kind for incident in world.incidents()] == ["fault", "security"]
    assert len(world.told("lee")) == 1


def test_functions_that_join_one_after_the_other_are_told_once_a_minute(make: Make) -> None:
    many = "".join(f"    f{number}: {{criticality: important, depends_on: [ledger]}}\n" for number in range(9))
    rows = "".join(
        f"""  - {{match: ['alertname="F{number}"'], function: f{number}, state: down}}\n""" for number in range(9)
    )
    file = DAY.replace("    reports: {criticality: auxiliary}\n", f"    reports: {{criticality: auxiliary}}\n{many}")
    world = make(file + rows)
    world.alert("LedgerDown")
    for number in range(9):
        world.advance("10 s")
        world.alert(f"F{number}")

    world.advance("2 min")

    assert [line[:8] for line in world.told_at("chen")] == ["03:00:00", "03:01:00", "03:02:00"]


def test_a_route_that_continues_tells_also_whom_the_next_one_names(make: Make) -> None:
    world = make(
        DAY
        + """routes:
  - {party: provider, grade: 2, to: [coordinator], continue: true}
  - {party: provider, function: checkout, to: [lee]}
"""
    )

    world.alert("CheckoutDown")

    assert (len(world.told("chen")), len(world.told("lee"))) == (1, 1)
    assert "routes[1]: named" in str([sealed.fact.detail for sealed in world.facts()])


def test_a_routes_own_hold_goes_before_the_default(make: Make) -> None:
    world = make(DAY + "routes:\n  - {party: customer, grade: 2, to: [coordinator], hold: 90s}\n")
    world.alert("CheckoutDown")

    world.advance("4 min")

    assert [line[:8] for line in world.told_at("wang")] == ["03:01:30"]


def test_a_route_for_off_hours_tells_others_at_night(make: Make) -> None:
    night = FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment") + (
        "routes:\n  - {party: provider, grade: 3, hours: off, to: [lee]}\n"
    )
    world = make(night)

    world.alert("ReportsDown")

    assert [line[:8] for line in world.told_at("lee")] == ["03:00:00"]
    assert world.told("chen") == []


# ------------------------------------------------------------------------------------------------ below grade 3


def test_what_alone_is_below_grade_3_joins_no_incident(world: World) -> None:
    """agreement.md 3: below grade 3 is on record only: no incident, whether one is open or not (decision 9)."""
    world.alert("CheckoutDown")

    world.alert("Chatter", function="checkout", severity="info")
    world.advance("1 min")

    assert [episode.line for episode in world.store.episodes(world.incident().number)] == [
        next(world.store.marks(world.clock.now())).line
    ]
    assert "Chatter" not in "".join(message.text for message in world.messages("chen"))


def test_nor_where_it_was_there_before(world: World) -> None:
    """Whichever comes first: what fires for weeks below grade 3 keeps no incident from its recovery."""
    world.alert("Chatter", function="checkout", severity="info")
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")

    world.advance("20 min")

    assert (len(world.incidents()), world.incident().state) == (1, "recovered")


def test_nor_does_it_reopen_one_or_end_its_verification(world: World) -> None:
    world.alert("CheckoutDown")
    world.advance("6 min")
    world.resolve("CheckoutDown")
    world.alert("Chatter", function="checkout", severity="info")
    assert world.incident().state == "verifying"
    world.advance("20 min")

    world.resolve("Chatter", function="checkout", severity="info")
    world.alert("Chatter", function="checkout", severity="info", instance="b")
    world.advance("20 min")

    assert world.incident().state == "recovered"


def test_it_is_so_after_a_restart_as_well(world: World) -> None:
    world.alert("Chatter", function="checkout", severity="info")
    world.alert("CheckoutDown")
    world.restart()
    world.advance("6 min")
    world.resolve("CheckoutDown")

    world.advance("20 min")

    assert world.incident().state == "recovered"


def test_once_it_calls_for_a_grade_it_joins(make: Make) -> None:
    """One of forty instances of an auxiliary function is below grade 3; three of them are not."""
    shared = "function: reports, state: down, scope: {share_of: instance, total: 40}"
    row = "  - {match: ['alertname=\"ReportsGone\"'], function: reports, state: down}\n"
    file = FILE.replace("function: reports, state: down", shared).replace("signals:\n", f"signals:\n{row}")
    world = make(file)
    world.alert("ReportsGone")
    world.alert("ReportsDown", instance="a")
    assert world.incident().signals_total == 1

    world.alert("ReportsDown", instance="b")
    world.alert("ReportsDown", instance="c")

    assert (len(world.incidents()), world.incident().signals_total) == (1, 4)
