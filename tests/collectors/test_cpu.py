import time
from pathlib import Path
from typing import Any

import pytest

from agent.model import Result
from collectors import cpu
from collectors._linux import pressure
from collectors.cpu import Options, probe, shares


def aimed_at(port: int) -> dict[str, Any]:
    return {}


@pytest.fixture(autouse=True)
def forgetful() -> None:
    cpu._samples.clear()


def test_the_first_reading_has_nothing_to_compare_with_and_says_so():
    first = probe(Options(), 5)
    time.sleep(0.25)
    second = probe(Options(), 5)

    assert (first.result, second.result) == (Result.UNKNOWN, Result.OK)
    assert "used" not in first.values
    assert 0 <= second.values["used"] <= 1  # type: ignore[operator]
    assert second.values["cpus"] >= 1  # type: ignore[operator]
    assert second.values["load_per_cpu"] == pytest.approx(second.values["load5"] / second.values["cpus"])  # type: ignore[operator]


def test_two_readings_at_once_are_compared_with_one_that_is_old_enough():
    probe(Options(), 5)
    time.sleep(0.25)
    probe(Options(), 5)

    assert probe(Options(), 5).result is Result.OK


def test_the_shares_are_those_of_the_time_in_between():
    before = {"user": 10.0, "system": 5.0, "idle": 80.0, "iowait": 5.0, "steal": 0.0, "guest": 3.0}
    after = {"user": 16.0, "system": 6.0, "idle": 82.0, "iowait": 6.0, "steal": 0.0, "guest": 9.0}

    assert shares(before, after) == {"used": 0.7, "iowait": 0.1, "steal": 0.0}


def test_counters_that_did_not_move_or_went_back_tell_nothing_false():
    still = {"user": 10.0, "idle": 80.0}

    assert shares(still, still) == {}
    assert shares(still, {"user": 9.0, "idle": 90.0}) == {"used": 0.0}


def test_pressure_is_read_where_the_kernel_tells(tmp_path: Path):
    (tmp_path / "pressure").mkdir()
    (tmp_path / "pressure" / "cpu").write_text(
        "some avg10=1.00 avg60=25.50 avg300=2.00 total=5\nfull avg10=0.00 avg60=0.00 avg300=0.02 total=0\n"
    )

    assert pressure("cpu", tmp_path) == {"pressure_some": 0.255, "pressure_full": 0.0}
    assert pressure("memory", tmp_path) == {}
