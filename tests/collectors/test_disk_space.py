import os
from pathlib import Path
from typing import Any

import pydantic
import pytest

from agent.model import Result
from collectors._mounts import Room, Silent, ask_apart, is_remote
from collectors._trend import LONGEST_S, Trend
from collectors.disk_space import Options, measured, probe

MOUNTS = r"""
22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw
40 22 0:40 / /mnt/with\040space rw - nfs4 server:/x rw
41 22 0:41 / /srv rw - nfs server:/y rw
42 41 254:2 / /srv/local rw - xfs /dev/vdb1 rw
43 22 0:43 / /home/lee rw - fuse.sshfs lee@host: rw
""".lstrip()


def aimed_at(port: int) -> dict[str, Any]:
    return {"path": "/"}


def test_the_room_of_a_file_system_is_what_df_says(tmp_path: Path):
    told = os.statvfs(tmp_path)

    reading = probe(Options(path=str(tmp_path)), 5)

    assert reading.result is Result.OK
    assert reading.values["total"] == told.f_blocks * told.f_frsize
    assert 0 < reading.values["used"] < 1  # type: ignore[operator]


def test_a_path_that_is_not_there_is_unknown():
    reading = probe(Options(path="/no/such/path"), 5)

    assert reading.result is Result.UNKNOWN
    assert reading.error == "/no/such/path: No such file or directory: name a path that this agent may see"


def test_a_relative_path_is_refused_when_it_is_written():
    with pytest.raises(pydantic.ValidationError):
        Options(path="var/lib")


def test_room_kept_for_root_is_not_room():
    values = measured(Room(1000, 100, 30, 20, 50, 10), Trend(), at=0.0)

    assert values["used"] == 70 / 90
    assert values["free"] == 20_000
    assert values["total"] == 100_000
    assert values["inodes_used"] == 0.8
    assert values["inodes_free"] == 10


def test_what_a_file_system_does_not_count_is_left_out():
    values = measured(Room(1000, 100, 30, 20, 0, 0), Trend(), at=0.0)

    assert "inodes_used" not in values
    assert "used" not in measured(Room(1000, 0, 0, 0, 0, 0), Trend(), at=0.0)


def test_when_it_will_be_full_is_unknown_below_ten_readings_and_then_a_line_through_the_hour():
    trend = Trend()
    found = [trend.add(60.0 * minute, 1000.0 - 10.0 * minute) for minute in range(11)]

    assert found[:9] == [None] * 9
    assert found[9] == pytest.approx((1000 - 90) / 10 * 60)
    assert found[10] == pytest.approx((1000 - 100) / 10 * 60)


def test_what_does_not_shrink_is_never_full():
    trend = Trend()
    found = [trend.add(60.0 * minute, 1000.0 + minute) for minute in range(12)]

    assert found[-1] == LONGEST_S


def test_only_the_last_hour_counts():
    trend = Trend()
    for minute in range(60):
        trend.add(60.0 * minute, 1000.0 - 10.0 * minute)
    for minute in range(60, 125):
        found = trend.add(60.0 * minute, 500.0)

    assert found == LONGEST_S


def test_a_probe_of_every_second_keeps_no_more_than_it_needs():
    trend = Trend()
    for second in range(10_000):
        trend.add(float(second), 10_000.0 - second)

    assert len(trend._readings) <= 1080
    assert trend.add(10_000.0, 0.0) == pytest.approx(0, abs=1)


def test_readings_of_one_moment_tell_no_trend():
    trend = Trend()

    assert [trend.add(5.0, 1000.0 - left) for left in range(20)][-1] == LONGEST_S


def test_ten_readings_are_enough_however_quickly_they_come():
    trend = Trend()

    assert [trend.add(float(second), 100.0 - second) for second in range(10)][-1] == pytest.approx(91)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", False),
        ("/srv/a", True),
        ("/srv", True),
        ("/srvx", False),
        ("/srv/local/a", False),
        ("/srv/local/../x", True),
        ("/mnt/with space/a", True),
        ("/home/lee", True),
    ],
)
def test_network_mounts_are_known_without_touching_them(tmp_path: Path, path: str, expected: bool):
    (tmp_path / "mountinfo").write_text(MOUNTS)

    assert is_remote(path, tmp_path / "mountinfo") is expected


def test_where_mounts_are_hidden_every_path_is_local(tmp_path: Path):
    assert is_remote("/srv", tmp_path / "none") is False


def test_a_network_mount_is_asked_by_a_process_of_its_own(tmp_path: Path):
    told = os.statvfs(tmp_path)

    assert ask_apart(str(tmp_path), 20).blocks == told.f_blocks


def test_a_mount_that_does_not_answer_is_left_alone():
    with pytest.raises(Silent, match="does not answer"):
        ask_apart("/dead", 0.2, ("sh", "-c", "sleep 60"))


def test_what_the_other_process_says_is_wrong_is_passed_on():
    with pytest.raises(OSError, match="No such file or directory"):
        ask_apart("/no/such/path", 20)
