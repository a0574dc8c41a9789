"""A changed `signals:` counts for what fires already: it ends where it was, and begins anew where it belongs now."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.stories.conftest import Make
from tests.stories.test_direct import post
from tests.support.remembered import differences
from tests.support.world import FILE, World, alert

PASTED = """  - {match: ['alertname="ShopBlank"'], function: checkout, state: down, says: {en: The shop shows nothing}}
"""
WITH_ROW = FILE + PASTED

NO_FUNCTIONS = (
    FILE.replace("system: Payment platform\n  functions:\n", "system: Payment platform\n")
    .replace("    checkout: {name: Checkout, criticality: core, depends_on: [ledger]}\n", "")
    .replace("    ledger: {criticality: important}\n", "")
    .replace("    reports: {criticality: auxiliary}\n", "")
    .partition("signals:")[0]
)
MAPPED = (
    NO_FUNCTIONS
    + """signals:
  - {match: ['alertname="ShopBlank"'], state: down}
"""
)


def reload(world: World, file: str) -> None:
    world.configure(file)
    world.settle()


def restart(world: World, file: str) -> None:
    world.configure(file)
    world.restart()
    world.advance("1 s")


EITHER_WAY = pytest.mark.parametrize("put_in_force", [reload, restart])


def sorted_anew(world: World, number: str = "") -> list[dict[str, object]]:
    facts = [sealed.fact for sealed in world.store.timeline(number)]
    return [dict(fact.detail) for fact in facts if fact.kind == "signals_sorted_anew"]


@EITHER_WAY
def test_a_pasted_row_acts_on_what_fires_already(make: Make, put_in_force: Callable[[World, str], None]) -> None:
    world = make()
    world.alert("ShopBlank", instance="a")
    world.alert("ShopBlank", instance="b")
    world.advance("2 min")
    assert world.incidents() == []

    put_in_force(world, WITH_ROW)

    incident = world.incident()
    assert (incident.functions, incident.grade, incident.signals_total) == (("checkout",), 2, 2)
    assert len(world.told("chen")) == 1
    [why] = sorted_anew(world, incident.number)
    assert (why["line"], why["count"], why["why"]) == ("out_of_scope:ShopBlank", 2, "the configuration changed")


def test_the_fault_is_as_old_as_it_is(make: Make) -> None:
    world = make()
    began = world.clock.now()
    world.alert("ShopBlank")
    world.advance("2 min")

    reload(world, WITH_ROW)

    assert (world.incident().started_at, world.incident().opened_at) == (began, began + timedelta(minutes=2))


def test_the_old_evidence_ended_and_nobody_said_so(make: Make) -> None:
    world = make()
    world.alert("CheckoutSlow")
    world.advance("1 min")

    reload(world, FILE.replace("state: degraded", "state: down"))

    open_, ended = world.store.episodes(world.incident().number)
    assert (open_.condition, open_.ended_at) == ("down", None)
    assert (ended.condition, ended.ended_at, ended.is_end_inferred) == ("degraded", world.clock.now(), True)


def test_nothing_is_doubled(make: Make) -> None:
    """The sender repeats, both parties have heard: one incident, one message each, one end."""
    world = make()
    world.alert("ShopBlank")
    reload(world, WITH_ROW)
    told = len(world.told("chen"))

    repeated = world.alert("ShopBlank", ago="0 s")
    reload(world, WITH_ROW + "# nothing new\n")
    world.restart()
    world.settle()

    assert (repeated.new, len(world.incidents()), len(world.told("chen")) - told) == (0, 1, 0)
    assert len(sorted_anew(world, world.incident().number)) == 1
    world.resolve("ShopBlank")
    world.advance("11 min")
    assert world.incident().state == "recovered"


def test_what_the_file_says_the_same_of_stays_as_it_is(make: Make) -> None:
    world = make()
    world.alert("CheckoutSlow")
    world.alert("NobodyKnowsMe")
    before = world.happened(), world.store.last_episode()

    reload(world, WITH_ROW.replace("says: {en: The payment page does not open}", "says: {en: Paying fails}"))

    assert (world.happened(), world.store.last_episode()) == before


@EITHER_WAY
def test_an_unmapped_incident_whose_evidence_went_ends_in_its_own_way(
    make: Make, put_in_force: Callable[[World, str], None]
) -> None:
    """It is verified, and says where its signals are; the customer hears of the mapped one alone."""
    world = make(NO_FUNCTIONS)
    world.alert("ShopBlank", severity="critical")
    assert world.incident().is_mapped is False

    put_in_force(world, MAPPED)
    unmapped, mapped = world.incidents()
    put_states = unmapped.state, mapped.state
    world.advance("11 min")

    assert (put_states, mapped.is_mapped) == (("verifying", "open"), True)
    assert [each.state for each in world.incidents()] == ["recovered", "open"]
    [why] = sorted_anew(world, unmapped.number)
    assert (why["line"], why["moved_to"]) == ("alert:ShopBlank/critical", mapped.number)
    assert [why["moved_from"] for why in sorted_anew(world, mapped.number)] == [unmapped.number]
    assert all(mapped.number in message.text for message in world.messages("wang"))


def test_the_provider_is_told_that_it_goes_on_elsewhere(make: Make) -> None:
    world = make(NO_FUNCTIONS)
    world.alert("ShopBlank", severity="critical")
    reload(world, MAPPED)

    world.advance("11 min")

    unmapped, mapped = world.incidents()
    [ended] = [each for each in world.messages("chen") if unmapped.number in each.text and "RECOVERED" in each.subject]
    assert f"Not over: its signals are told under {mapped.number} since the configuration changed" in ended.text


def test_a_row_that_is_taken_away_ends_its_incident_through_the_gate(make: Make) -> None:
    world = make(WITH_ROW)
    world.alert("ShopBlank")
    assert world.incident().state == "open"

    reload(world, FILE)
    state = world.incident().state
    world.advance("11 min")

    assert (state, world.incident().state) == ("verifying", "recovered")
    assert [each["alertname"] for each in world.store.unmapped()] == ["ShopBlank"]


def test_a_milder_row_lowers_nothing(make: Make) -> None:
    world = make()
    world.alert("LedgerDown")
    assert world.incident().grade == 2

    reload(world, FILE.replace("function: ledger, state: down", "function: ledger, state: degraded"))
    world.advance("30 min")

    assert (len(world.incidents()), world.incident().grade, world.incident().state) == (1, 2, "open")


def test_a_graver_row_raises(make: Make) -> None:
    world = make()
    world.alert("ReportsDown")
    assert world.incident().grade == 3

    reload(world, FILE.replace("function: reports, state: down", "function: reports, grade: 1"))

    assert (len(world.incidents()), world.incident().grade) == (1, 1)
    assert any("GRADE 1" in line for line in world.told("chen"))


def test_what_was_called_a_false_alarm_stays_one(make: Make) -> None:
    world = make()
    world.alert("LedgerDown")
    world.void("load test")

    reload(world, FILE.replace("function: ledger, state: down", "function: ledger, state: degraded"))

    assert [each.state for each in world.incidents()] == ["void"]


def test_half_of_a_move_is_no_second_witness(make: Make) -> None:
    """1,200 alerts of one row get another name, in several turns: that is no second evidence of an outage (R7)."""
    world = make()
    now = world.clock.now()
    world.letter([alert("CheckoutDown", "firing", now, instance=str(number)) for number in range(1200)])
    world.advance("10 min")
    assert world.incident().grade == 2

    reload(world, FILE.replace("""'alertname="CheckoutDown"'""", """'alertname=~"CheckoutDown|ShopBlank"'"""))
    world.advance("1 min")

    assert (world.incident().grade, len(world.incidents())) == (2, 1)
    assert sum(int(str(why["count"])) for why in sorted_anew(world, world.incident().number)) == 1200


def test_two_hundred_of_one_function_among_thousands_are_told_in_one_message(make: Make) -> None:
    world = make()
    now = world.clock.now()
    world.letter(
        [
            alert("ShopBlank" if number % 15 == 0 else "NobodyKnowsMe", "firing", now, instance=str(number))
            for number in range(3000)
        ]
    )

    reload(world, WITH_ROW)

    assert world.incident().signals_total == 200
    assert (len(world.told("chen")), world.happened().count("signals_joined")) == (1, 1)


def test_a_turn_sorts_some_and_what_arrives_is_taken_in_between(make: Make) -> None:
    world = make()
    now = world.clock.now()
    for part in range(3):
        world.letter([alert("ShopBlank", "firing", now, instance=f"{part}-{number}") for number in range(1000)])
    world.configure(WITH_ROW)

    steps = 0
    while world.desk.turn():
        steps += 1

    assert steps == 3 + 6  # looked at a thousand, moved five hundred at a time
    assert world.incident().signals_total == 3000
    assert differences(world) == []


def test_what_ends_by_itself_still_does(make: Make) -> None:
    world = make()
    post(world, name="ShopBlank", ends_in="4 min")
    reload(world, WITH_ROW)

    world.advance("5 min")

    assert world.incident().state == "verifying"
    assert world.store.episodes(world.incident().number)[0].ended_at == world.clock.now() - timedelta(minutes=1)


def test_what_continues_after_the_reload_is_sorted_by_it(make: Make) -> None:
    """It had ended as far as anybody knew; the same firing told again belongs where the file now says."""
    world = make()
    post(world, name="ShopBlank", ends_in="4 min")
    world.advance("5 min")
    reload(world, WITH_ROW)

    post(world, name="ShopBlank", ends_in="4 min", ago="5 min")

    assert world.incident().functions == ("checkout",)


def test_an_alert_that_is_now_a_heartbeat_beats(make: Make) -> None:
    world = make(WITH_ROW)
    world.alert("ShopBlank")

    reload(world, FILE + """  - {match: ['alertname="ShopBlank"'], heartbeat: 5m}\n""")

    assert world.incident().state == "verifying"
    assert "alert:ShopBlank" in world.store.heartbeats()


def test_what_the_sender_left_out_may_be_of_the_new_one_as_well(make: Make) -> None:
    world = make()
    now = world.clock.now()
    world.letter([alert("LedgerDown", "firing", now)], group="g", truncated=3)

    reload(world, FILE.replace("function: ledger, state: down", "function: reports, state: down"))

    assert [(each.functions, each.truncated) for each in world.incidents()] == [
        (("ledger",), ("g",)),
        (("reports",), ("g",)),
    ]


def test_a_storm_of_names_is_told_of_in_few_facts(make: Make) -> None:
    world = make()
    now = world.clock.now()
    world.letter([alert(f"Shop{number}", "firing", now) for number in range(300)])

    reload(world, FILE + """  - {match: ['alertname=~"Shop.*"'], function: checkout, state: degraded}\n""")

    counts = Counter(world.happened())
    assert (counts["signals_sorted_anew"], world.incident().signals_total) == (6, 300)
