"""Stories of what runs without an incident: from the agreement's first day on, month by month (agreement.md 5)."""

from datetime import timedelta
from pathlib import Path

from agent.model import Obligation, ObligationState
from tests.support.world import FILE, World, span


def in_force(effective: str = "2026-01-01", more: str = "", file: str = FILE) -> str:
    """The example with its first day."""
    return file.replace("agreement:\n", f"agreement:\n  effective: {effective}\n  time_zone: UTC\n{more}", 1)


def owed(world: World, *names: str) -> list[str]:
    """`test_channels-provider 2026-11 running until 12-01`, oldest first."""
    found = reversed(world.store.obligations(limit=500)[0])
    return [_line(each) for each in found if each.name in names]


def _line(each: Obligation) -> str:
    whose = f"{each.name}-{each.debtor}" if each.debtor != "both" else each.name
    return f"{whose} {each.about or each.started_at.strftime('%Y-%m-%d')} {each.state} until {each.due_at:%m-%d}"


def turned(world: World) -> list[str]:
    """`11-01 ended 2026-10, month 2026-11` of every turn of the calendar on record."""
    facts = reversed(world.store.facts_of_agent("calendar_turned", 500))
    return [
        f"{sealed.fact.at:%m-%d} " + ", ".join(f"{name} {word}" for name, word in sealed.fact.detail.items())
        for sealed in facts
    ]


def away(world: World, length: str) -> None:
    """Nobody runs the agent for so long."""
    world.end()
    world.clock.advance(span(length))
    world.begin()
    world.settle()


def test_without_a_first_day_nothing_standing_runs(tmp_path: Path) -> None:
    """OB-101, OB-104, 2.1: the file does not say since when the agreement is in force; nobody owes a channel test."""
    world = World(tmp_path)

    world.advance("40 d")

    assert world.store.obligations()[0] == []
    assert turned(world) == []


def test_an_agreement_that_is_taken_up_owes_what_goes_on_now(tmp_path: Path) -> None:
    """OB-104, OB-203, OB-702, OB-703, OB-704, OB-801, OB-901, 2.1: month, quarter and year at their own beginning."""
    world = World(tmp_path, in_force())

    assert turned(world) == ["01-01 year 2026", "10-01 quarter 2026-Q4", "11-01 month 2026-11"]
    names = ("test_channels", "maintain", "watch_own_use", "review_access", "train", "availability", "plan_drill")
    assert owed(world, *names) == [
        "plan_drill 2026 running until 01-01",
        "train-customer 2026 running until 01-01",
        "review_access-customer 2026-Q4 running until 01-01",
        "watch_own_use-customer 2026-Q4 running until 01-01",
        "availability-provider 2026-11 running until 12-01",
        "maintain-provider 2026-11 running until 12-01",
        "test_channels-customer 2026-11 running until 12-01",
        "test_channels-provider 2026-11 running until 12-01",
    ]
    gap = next(each for each in world.store.obligations()[0] if each.name == "train")
    assert gap.on_file_at - gap.started_at > timedelta(days=300)


def test_what_is_owed_from_the_first_day_is_owed_once(tmp_path: Path) -> None:
    """OB-101, OB-105, OB-106; OB-902, 4.3(b): once for each first day, whatever is restarted, reloaded or versioned."""
    names = ("complete_roster", "adopt_grade_table", "hold_drill")
    world = World(tmp_path, in_force("2026-11-23"))
    first = owed(world, *names)

    away(world, "2 h")
    world.configure(in_force("2026-11-23", "  version: 2\n"))
    world.advance("1 h")

    assert owed(world, *names) == first
    assert "adopt_grade_table 2026-11-23 running until 12-07" in first
    assert len(world.store.facts_of_agent("agreement_effective", 9)) == 1


def test_an_agreement_that_begins_later_owes_nothing_before(tmp_path: Path) -> None:
    """OB-101, 2.1: at midnight of its own zone it comes into force, and not before."""
    world = World(tmp_path, in_force("2026-11-24").replace("time_zone: UTC", "time_zone: Asia/Shanghai"))
    before = world.store.obligations()[0]

    world.advance("14 h")

    [fact] = world.store.facts_of_agent("agreement_effective", 9)
    assert before == []
    assert f"{fact.fact.at:%m-%d %H:%M}" == "11-23 16:00"
    assert any(each.name == "adopt_grade_table" for each in world.store.obligations()[0])
    assert turned(world) == []  # the month, the quarter and the year began before it did


def test_each_month_begins_at_its_midnight_and_leaves_its_reports_owed(tmp_path: Path) -> None:
    """OB-802, OB-804, 4.1(a), 4.3(a): what a month leaves is owed within five working days of the next."""
    world = World(tmp_path, in_force())

    world.advance("8 d")

    assert turned(world)[-1] == "12-01 ended 2026-11, month 2026-12"
    assert owed(world, "availability_report", "state_best_efforts") == [
        "availability_report-provider 2026-11 running until 12-08",
        "state_best_efforts-customer 2026-11 running until 12-08",
        "state_best_efforts-provider 2026-11 running until 12-08",
    ]


def test_after_two_months_away_each_month_has_its_own_clock_and_shows_the_gap(tmp_path: Path) -> None:
    """OB-104, rule 1: what began meanwhile began then; it is told once, and nothing from before the agreement."""
    world = World(tmp_path, in_force())

    away(world, "68 d")
    world.advance("1 h")
    away(world, "1 h")

    assert turned(world)[3:] == [
        "12-01 ended 2026-11, month 2026-12",
        "01-01 ended 2026-12, month 2027-01, quarter 2027-Q1, year 2027",
    ]
    tests = [each for each in world.store.obligations(debtor="customer")[0] if each.name == "test_channels"]
    assert [f"{each.about} {each.state} {each.on_file_at:%m-%d}" for each in reversed(tests)] == [
        "2026-11 overdue 11-23",
        "2026-12 overdue 01-30",
        "2027-01 running 01-30",
    ]


def test_after_its_last_day_no_period_begins(tmp_path: Path) -> None:
    """Fact 16: the last month ends in the agreement, the next one does not begin in it."""
    world = World(tmp_path, in_force(more="  expires: 2026-11-30\n"))

    world.advance("40 d")

    assert turned(world)[-1] == "12-01 ended 2026-11"
    assert not [line for line in owed(world, "test_channels") if "2026-12" in line]


def test_a_duty_of_the_parties_own_may_run_daily(tmp_path: Path) -> None:
    """Rule 1: a day on which nobody ran the agent is nobody's to make up for; the day that goes on is."""
    term = (
        "  terms:\n    daily_call: {clauses: [annex 4], basis: annex, debtor: provider, creditor: customer,"
        " starts: [calendar.day], limit: 24h, met_by: [roster.complete]}\n"
    )
    world = World(tmp_path, in_force(more=term))

    away(world, "75 h")

    assert owed(world, "daily_call") == [
        "daily_call-provider 2026-11-23 overdue until 11-24",
        "daily_call-provider 2026-11-26 running until 11-27",
    ]


def test_in_a_trial_everything_standing_is_a_target_alone(tmp_path: Path) -> None:
    """Fact 2: nobody owes anything yet; a target is its debtor's own to see."""
    world = World(tmp_path, in_force(more="  status: trial\n"))

    assert all(each.is_target for each in world.store.obligations()[0])
    assert world.store.obligations(states=[ObligationState.RUNNING])[0] != []
