"""Rules of the customer's watch of its own use (OB-203, 2.3(a))."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agent.model import Result, Run
from agent.rules import own_use
from agent.rules.availability import Period

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ("2026-Q4", ("2026-09-30 16:00", "2026-12-31 16:00")),
        ("2026-Q1", ("2025-12-31 16:00", "2026-03-31 16:00")),
        ("2026-11", ("2026-10-31 16:00", "2026-11-30 16:00")),
        ("2026", ("2025-12-31 16:00", "2026-12-31 16:00")),
    ],
)
def test_a_period_is_from_midnight_to_midnight_of_the_agreements_zone(about: str, expected: tuple[str, str]) -> None:
    found = own_use.bounds(about, SHANGHAI)

    assert tuple(f"{at:%Y-%m-%d %H:%M}" for at in (found.begins_at, found.ends_at)) == expected


def run(since: int, until: int, result: Result = Result.OK, probe: str = "tills") -> Run:
    return Run(probe, "", result, BEGIN + timedelta(minutes=since), BEGIN + timedelta(minutes=until), is_slow=True)


def test_a_minute_is_watched_in_which_one_of_the_machines_was_heard() -> None:
    """What nobody knows is not watched: 40 of 100 minutes by the one, 20 more by the other."""
    period = Period(BEGIN, BEGIN + timedelta(minutes=100))
    heard = [run(0, 40), run(40, 60, Result.BAD), run(20, 60, probe="stock")]

    assert own_use.share(period, heard) == 0.6
    assert own_use.share(period, []) == 0.0
    assert own_use.share(Period(BEGIN, BEGIN), heard) == 0.0


@pytest.mark.parametrize(("share", "expected"), [(0.95, True), (0.9499, False), (1.0, True)])
def test_it_takes_as_much_as_the_availability_asks_of_the_provider(share: float, expected: bool) -> None:
    assert own_use.is_watched(share) is expected


def test_of_a_period_that_goes_on_only_what_has_passed_is_asked() -> None:
    period = Period(BEGIN, BEGIN + timedelta(minutes=100))

    found = [own_use.until(period, BEGIN + timedelta(minutes=at)).n for at in (-5, 30, 500)]

    assert found == [0, 30, 100]
