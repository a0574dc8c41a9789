"""Where a program cannot be had, its tests say why and nothing else happens."""

from pathlib import Path

import pytest

from tests.support import real


def test_without_apt_the_program_is_missing_and_the_reason_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # an empty folder

    with pytest.raises(real.Missing, match="there is no apt-get here"):
        real.program("amtool", folder=tmp_path / "real")


def test_a_failure_is_remembered_so_that_no_other_test_waits_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "real"
    folder.mkdir()
    (folder / "prometheus-alertmanager.missing").write_text("no network")

    with pytest.raises(real.Missing, match="no network"):
        real.program("amtool", folder=folder)


def test_what_is_unpacked_already_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "prometheus").mkdir()

    assert real.program("promtool", folder=tmp_path) == tmp_path / "prometheus/usr/bin/promtool"
