from datetime import UTC, datetime, timedelta
from typing import Any

import pydantic
import pytest

from agent.model import Heartbeat, Result
from collectors._pings import due_at, forgiven, judge
from collectors.heartbeat import Options, probe

SINCE = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
DAILY = Options.model_validate({"within": "24h", "grace": "1h"})
HOUR = timedelta(hours=1)


def aimed_at(port: int) -> dict[str, Any]:
    return {"within": "1h"}


def test_a_ping_is_good_until_its_time_and_grace_are_over():
    last = Heartbeat("backup", SINCE)

    in_time = judge(DAILY, last, SINCE, SINCE + 25 * HOUR - timedelta(seconds=1))
    late = judge(DAILY, last, SINCE, SINCE + 25 * HOUR)

    assert in_time.result is Result.OK
    assert late.result is Result.BAD
    assert late.error == "no ping since 2026-11-23 03:00:00 UTC, expected within 1d and 1h of grace"
    assert late.values == {"age": 90_000.0, "failed": 0.0}


def test_one_never_pinged_counts_from_its_first_load():
    assert judge(DAILY, None, SINCE, SINCE + 24 * HOUR).result is Result.OK
    assert judge(DAILY, None, SINCE, SINCE + 25 * HOUR).result is Result.BAD
    assert due_at(DAILY, None, SINCE) == SINCE + 25 * HOUR


def test_a_failure_is_bad_at_once_and_stays_so():
    failed = Heartbeat("backup", SINCE, has_failed=True)

    assert judge(DAILY, failed, SINCE, SINCE).error == "the job reported that it failed"
    assert judge(DAILY, failed, SINCE, SINCE + HOUR).values == {"age": 3600.0, "failed": 1.0}


def test_a_clock_set_back_makes_no_negative_age():
    assert judge(DAILY, Heartbeat("backup", SINCE), SINCE, SINCE - HOUR).values["age"] == 0


@pytest.mark.parametrize(("hours", "more"), [(0, 0), (23, 0), (24, 24), (47, 24), (48, 48), (100, 96)])
def test_a_ping_that_may_have_come_unheard_is_expected_at_its_next_regular_time(hours: int, more: int):
    last = Heartbeat("backup", SINCE)

    assert forgiven(DAILY, last, SINCE + hours * HOUR) == more * HOUR


def test_forgiven_time_is_waited_for_as_well():
    last = Heartbeat("backup", SINCE)

    assert judge(DAILY, last, SINCE, SINCE + 48 * HOUR, forgiven=24 * HOUR).result is Result.OK
    assert judge(DAILY, last, SINCE, SINCE + 49 * HOUR, forgiven=24 * HOUR).result is Result.BAD


def test_it_is_never_asked():
    assert probe(DAILY, 5).result is Result.UNKNOWN


@pytest.mark.parametrize("within", ["0s", "24", "soon", 24])
def test_an_interval_is_a_time_with_its_unit(within: Any):
    with pytest.raises(pydantic.ValidationError):
        Options.model_validate({"within": within})
