"""When a duty falls due (agreement.md 5, rule 2)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from agent.model import Calendar
from agent.rules import clocks
from agent.rules.limits import limit
from tests.rules.owing import NOW, WEEK, at

SHANGHAI = Calendar(ZoneInfo("Asia/Shanghai"), WEEK.hours)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("15m", "2026-11-23T03:15"),
        ("4wh", "2026-11-23T13:00"),  # from 09:00 on
        ("1wd", "2026-11-24T18:00"),  # the first day does not count; its last working hour ends it
        ("5wd", "2026-11-30T18:00"),
        ("12mo", "2027-11-23T03:00"),
        ("2w", "2026-12-07T03:00"),
        ("month_end", "2026-12-01T00:00"),
        ("quarter_end", "2027-01-01T00:00"),
        ("year_end", "2027-01-01T00:00"),
        ("before 72h", "2026-11-20T03:00"),
    ],
)
def test_each_kind_of_limit_has_its_own_reckoning(text: str, due: str) -> None:
    assert clocks.due_at(limit(text), NOW, WEEK) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_period_ends_at_midnight_of_the_agreements_zone() -> None:
    last_evening = datetime(2026, 11, 30, 20, tzinfo=UTC)  # already December in Shanghai

    assert clocks.due_at(limit("month_end"), last_evening, SHANGHAI) == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_a_cadence_slows_down_after_its_first_stretch() -> None:
    cadence = limit("30m until 2h then 60m")

    assert clocks.due_at(cadence, at(0), WEEK, at(0)) == at(30)
    assert clocks.due_at(cadence, at(119), WEEK, at(0)) == at(149)
    assert clocks.due_at(cadence, at(120), WEEK, at(0)) == at(180)


def test_without_a_calendar_time_runs_as_it_is() -> None:
    assert clocks.due_at(limit("2wd"), NOW, None) == at(2 * 24 * 60)
    assert clocks.due_at(limit("month_end"), NOW, None) == datetime(2026, 12, 1, tzinfo=UTC)


def test_a_mark_lies_at_its_share_of_the_time() -> None:
    assert clocks.share_at(0.75, at(0), at(20)) == at(15)
