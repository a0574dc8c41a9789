"""The tests write where it is quick, and only where there is room for it."""

import os
from pathlib import Path

from tests.support import scratch


def test_a_folder_with_room_is_taken_and_one_without_is_not(tmp_path: Path) -> None:
    room = os.statvfs(tmp_path)
    free = room.f_bavail * room.f_frsize

    assert scratch.folder(tmp_path, enough=1) == (None if room.f_flag & os.ST_NOEXEC else tmp_path)
    assert scratch.folder(tmp_path, enough=free * 2) is None


def test_where_there_is_no_such_folder_pytest_takes_its_usual_one(tmp_path: Path) -> None:
    assert scratch.folder(tmp_path / "none") is None
