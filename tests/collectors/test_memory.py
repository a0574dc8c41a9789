from pathlib import Path
from typing import Any

from agent.model import Result
from collectors._linux import memory_limit
from collectors.memory import Options, probe, room

GIB = 2**30


def aimed_at(port: int) -> dict[str, Any]:
    return {}


def test_what_is_left_is_measured():
    reading = probe(Options(), 5)

    assert reading.result is Result.OK
    assert 0 < reading.values["used"] < 1  # type: ignore[operator]
    assert 0 < reading.values["available"] < reading.values["total"]  # type: ignore[operator]


def test_without_a_limit_the_host_counts():
    assert room(8 * GIB, 2 * GIB, None) == {"used": 0.75, "available": 2.0 * GIB, "total": 8.0 * GIB}


def test_in_a_container_its_limit_counts():
    assert room(8 * GIB, 6 * GIB, (4 * GIB, 3 * GIB)) == {"used": 0.75, "available": 1.0 * GIB, "total": 4.0 * GIB}


def test_a_host_with_less_left_than_the_container_may_have_counts():
    assert room(8 * GIB, GIB // 2, (4 * GIB, GIB))["available"] == GIB / 2


def test_a_limit_above_the_hosts_memory_is_none():
    assert room(8 * GIB, 2 * GIB, (16 * GIB, GIB))["total"] == 8 * GIB


def test_the_limit_of_a_container_leaves_out_what_can_be_dropped(tmp_path: Path):
    (tmp_path / "memory.max").write_text("1000000\n")
    (tmp_path / "memory.current").write_text("700000\n")
    (tmp_path / "memory.stat").write_text("anon 400000\ninactive_file 250000\nactive_file 1\n")

    assert memory_limit(tmp_path) == (1_000_000, 450_000)


def test_the_older_form_of_the_limit_is_understood(tmp_path: Path):
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text("1000000\n")
    (tmp_path / "memory/memory.usage_in_bytes").write_text("300000\n")
    (tmp_path / "memory/memory.stat").write_text("total_inactive_file 100000\n")

    assert memory_limit(tmp_path) == (1_000_000, 200_000)


def test_no_limit_is_none(tmp_path: Path):
    nothing = memory_limit(tmp_path)
    (tmp_path / "memory.max").write_text("max\n")
    unlimited = memory_limit(tmp_path)
    (tmp_path / "memory").mkdir()
    (tmp_path / "memory/memory.limit_in_bytes").write_text("9223372036854771712\n")

    assert nothing is None
    assert unlimited is None
    assert memory_limit(tmp_path) is None
