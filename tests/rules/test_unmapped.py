"""Alerts that no row matches: the row that would, and when they are told."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml

from agent.rules.unmapped import is_due, next_day, row

SHANGHAI = timezone(timedelta(hours=8))
NINE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 09:00 there


@pytest.mark.parametrize(
    ("labels", "function", "state"),
    [
        ({}, "system", "at_risk"),
        ({"service": "ledger", "severity": "Critical"}, "ledger", "degraded"),
        ({"function": "", "service": "a: b"}, "a: b", "at_risk"),
    ],
)
def test_the_row_guesses_function_and_state(labels: dict[str, str], function: str, state: str) -> None:
    assert yaml.safe_load(row("DiskFull", labels)) == {
        "match": ['alertname="DiskFull"'],
        "function": function,
        "state": state,
    }


def test_a_name_with_quotes_is_still_one_row() -> None:
    assert yaml.safe_load(row('it\'s "odd"', {}))["match"] == ['alertname="it\'s \\"odd\\""']


@pytest.mark.parametrize(
    ("hours", "told_hours", "is_now"),
    [
        (0, None, True),
        (8.9, None, True),
        (9, None, False),  # the evening: tomorrow
        (-1, None, False),  # 08:00
        (0, -24, True),
        (5, 0, False),  # once a day
        (24, 5, True),
    ],
)
def test_new_names_are_told_once_a_day_and_never_at_night(hours: float, told_hours: float | None, is_now: bool) -> None:
    told_at = None if told_hours is None else NINE + timedelta(hours=told_hours)

    assert is_due(NINE + timedelta(hours=hours), told_at, SHANGHAI) is is_now


def test_the_next_time_is_nine_in_the_morning() -> None:
    assert next_day(NINE - timedelta(minutes=1), SHANGHAI) == NINE
    assert next_day(NINE, SHANGHAI) == NINE + timedelta(days=1)
