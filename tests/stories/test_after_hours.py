"""What waits for working hours is told when they begin, whatever has become of its incident; nothing stale is."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.stories.conftest import Make
from tests.support.world import FILE, World

# 03:00 UTC on a Monday is night; working hours begin at 09:00
NIGHT = FILE.replace("system: Payment", "time_zone: UTC\n  system: Payment")


@pytest.fixture
def night(make: Make) -> World:
    return make(NIGHT)


def test_a_grade_3_at_night_is_told_in_the_morning(night: World) -> None:
    night.alert("ReportsDown")

    night.advance("7 h")

    assert [line[:5] for line in night.told_at("chen")] == ["09:00"]


def test_a_grade_3_that_is_over_before_the_morning_is_on_record_only(night: World) -> None:
    night.alert("ReportsDown")
    night.resolve("ReportsDown")

    night.advance("7 h")

    assert night.told("chen") == []


def grade_3_told_in_the_evening(world: World) -> None:
    world.advance("6 h")
    world.alert("ReportsDown")
    world.advance("8 h")  # it is 17:00
    assert len(world.told("chen")) == len(world.told("wang")) == 1
    world.advance("90 min")


def test_a_recovery_at_night_is_told_in_the_morning(night: World) -> None:
    grade_3_told_in_the_evening(night)
    night.resolve("ReportsDown")
    night.advance("1 h")
    assert night.incident().state == "recovered"
    assert len(night.told("chen")) == 1

    night.advance("14 h")

    assert night.told_at("chen")[1].startswith(
        "09:00:00 [RECOVERED] reports back at 23 Nov 18:30, verified 23 Nov 18:35"
    )
    assert night.told_at("wang")[1].startswith(
        "09:00:00 [RECOVERED] reports back at 23 Nov 18:30, verified 23 Nov 18:35"
    )


def test_a_false_alarm_at_night_is_told_in_the_morning_across_a_restart(night: World) -> None:
    grade_3_told_in_the_evening(night)
    night.void("load test")
    night.restart()

    night.advance("15 h")

    assert night.told_at("wang")[1].startswith("09:00:00 [FALSE ALARM]")
    assert night.incident().state == "void"


def test_a_recovery_that_did_not_last_the_night_is_not_told(night: World) -> None:
    grade_3_told_in_the_evening(night)
    night.resolve("ReportsDown")
    night.advance("1 h")
    night.alert("ReportsDown")
    assert night.incident().state == "open"

    night.advance("15 h")

    assert [line for line in night.told("chen") if "RECOVERED" in line] == []
    assert night.told_at("chen")[1].startswith("09:00:00 [GRADE 3, again]")


def test_who_was_told_hears_of_the_end_also_where_a_change_was_still_waiting(night: World) -> None:
    grade_3_told_in_the_evening(night)
    night.regrade(2, "month-end figures")
    night.regrade(3, "a test after all")  # told to nobody before the morning
    night.void("load test")

    night.advance("15 h")

    assert night.told("wang")[-1].startswith("[FALSE ALARM]")


# ----------------------------------------------------------------------------------------- holidays and make-up days


IN_CHINA = FILE.replace("system: Payment", "time_zone: Asia/Shanghai\n  calendar: CN\n  system: Payment")


def in_china(folder: Path, at: datetime) -> World:
    return World(folder, IN_CHINA, start=at)


def test_a_saturday_that_is_worked_is_a_working_day(tmp_path: Path) -> None:
    """调休: 11 October 2025 makes up for a day of the holidays."""
    world = in_china(tmp_path, datetime(2025, 10, 11, 2, 0, tzinfo=UTC))

    world.alert("ReportsDown")
    world.advance("31 min")

    assert [line[:8] for line in world.told_at("chen")] == ["02:30:00"]
    world.end()


def test_what_comes_on_a_holiday_is_told_on_the_first_day_after_it(tmp_path: Path) -> None:
    """The first of October 2025 is a Wednesday; work goes on on the ninth, at nine in Shanghai."""
    world = in_china(tmp_path, datetime(2025, 10, 1, 2, 0, tzinfo=UTC))
    world.alert("ReportsDown")

    world.advance("190 h")
    assert world.told("chen") == []

    world.advance("2 h")
    assert [line[:8] for line in world.told_at("chen")] == ["01:00:00"]
    world.end()


def test_a_raise_on_a_holiday_is_told_at_once(tmp_path: Path) -> None:
    world = in_china(tmp_path, datetime(2025, 10, 1, 2, 0, tzinfo=UTC))
    world.alert("ReportsDown")

    world.regrade(2, "month-end figures")

    assert world.told("chen")[0].startswith("[GRADE 2] reports")
    assert world.told("wang")[0].startswith("[GRADE 2] reports")
    world.end()


def test_a_route_for_off_hours_takes_the_night(make: Make) -> None:
    """`hours: off` is a condition: at night another one is told, and nothing waits."""
    routes = (
        "routes:\n  - {party: provider, grade: 3, hours: off, to: [lee]}\n"
        "  - {party: provider, grade: 3, hours: work, to: [chen]}\n"
    )
    world = make(NIGHT + routes)

    world.alert("ReportsDown")

    assert (len(world.told("lee")), len(world.told("chen"))) == (1, 0)
