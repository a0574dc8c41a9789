"""New names of alerts that the file does not know are told to the coordinator daily, never to the customer.

agreement.md 4, "Unmapped".
"""

from datetime import UTC, datetime

import pytest

from tests.stories.conftest import Make
from tests.support.world import FILE, World

IN_SHANGHAI = FILE.replace("system: Payment platform", "system: Payment platform\n  time_zone: Asia/Shanghai")
NEW = "[NEW ALERT] "


@pytest.fixture
def world(make: Make) -> World:
    """It is 03:00 in UTC, 11:00 in the agreement's zone."""
    return make(IN_SHANGHAI)


def new_names(world: World, contact: str = "chen") -> list[str]:
    return [told for told in world.told_at(contact) if NEW in told]


def test_at_nine_in_the_morning_of_the_agreement(world: World) -> None:
    world.alert("DiskFull", instance="a")
    world.alert("DiskFull", instance="b")

    world.advance("24 h")

    assert new_names(world) == ["01:00:00 [NEW ALERT] DiskFull: no row knows it"]  # 09:00 in Shanghai
    assert new_names(world, "lee") == new_names(world, "wang") == []


def test_each_with_its_count_and_the_row_to_paste(world: World) -> None:
    world.alert("DiskFull", instance="a")
    world.alert("DiskFull", instance="b")
    world.alert("ReplicaLag", severity="critical")

    world.advance("24 h")

    text = next(message.text for message in world.messages("chen") if NEW in message.subject)
    assert '# 2 so far\n- {match: [\'alertname="DiskFull"\'], function: "system", state: at_risk}' in text
    assert '# 1 so far\n- {match: [\'alertname="ReplicaLag"\'], function: "system", state: degraded}' in text


def test_a_name_is_new_once(world: World) -> None:
    world.alert("DiskFull", instance="a")
    world.advance("24 h")
    world.alert("DiskFull", instance="b")
    world.alert("ReplicaLag")

    world.advance("3 d")

    assert [told[9:] for told in new_names(world)] == [
        "[NEW ALERT] DiskFull: no row knows it",
        "[NEW ALERT] ReplicaLag: no row knows it",
    ]


def test_nothing_is_said_where_nothing_is_new(world: World) -> None:
    world.alert("CheckoutDown")
    world.resolve("CheckoutDown")
    world.alert("Watchdog")

    world.advance("3 d")

    assert new_names(world) == []


def test_a_name_that_the_file_has_learned_meanwhile_is_not_told(world: World) -> None:
    world.alert("DiskFull")
    world.configure(
        IN_SHANGHAI.replace(
            "signals:\n", "signals:\n  - {match: ['alertname=\"DiskFull\"'], function: ledger, state: at_risk}\n"
        )
    )

    world.advance("24 h")

    assert new_names(world) == []


def test_a_restart_neither_forgets_nor_repeats(world: World) -> None:
    world.alert("DiskFull")
    world.advance("12 h")
    world.restart()

    world.advance("12 h")
    world.restart()
    world.advance("20 h")

    assert len(new_names(world)) == 1


def test_where_nobody_was_there_at_nine_it_is_told_at_the_next_start_of_the_day(world: World) -> None:
    world.alert("DiskFull")
    world.store.close()
    world.clock.advance(datetime(2026, 11, 24, 6, 0, tzinfo=UTC) - world.clock.now())  # 14:00 in Shanghai

    world.begin()
    world.advance("1 min")

    assert new_names(world) == ["06:00:00 [NEW ALERT] DiskFull: no row knows it"]


def test_a_start_at_night_waits_for_the_morning(world: World) -> None:
    world.alert("DiskFull")
    world.store.close()
    world.clock.advance(datetime(2026, 11, 24, 19, 0, tzinfo=UTC) - world.clock.now())  # 03:00 in Shanghai

    world.begin()
    world.advance("7 h")

    assert new_names(world) == ["01:00:00 [NEW ALERT] DiskFull: no row knows it"]


def test_of_very_many_the_first_few_have_their_rows(world: World) -> None:
    for number in range(20):
        world.alert(f"Odd{number:02}")

    world.advance("24 h")

    text = next(message.text for message in world.messages("chen") if NEW in message.subject)
    assert (text.count("- {match"), "and 15 more" in text) == (5, True)


def test_what_severity_alone_graded_is_new_as_well(make: Make) -> None:
    """It has an incident of the provider's own; a row would say what it means."""
    world = make(
        IN_SHANGHAI.split("  functions:")[0]
        + IN_SHANGHAI[IN_SHANGHAI.index("parties:") : IN_SHANGHAI.index("signals:")]
    )
    world.alert("DiskFull", severity="critical")

    world.advance("24 h")

    assert len(new_names(world)) == 1
