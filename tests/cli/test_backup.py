"""`tocsin backup` and `tocsin restore`."""

import json
from pathlib import Path

import pytest
import requests

from agent.store import open_store
from tests.cli.conftest import FILE, Run
from tests.support.daemon import Daemon


@pytest.fixture
def archive(folder: Path, file: Path) -> Path:
    """The archive that the file names, empty."""
    open_store(f"sqlite:///{folder}/tocsin.db", create=True).close()
    return folder / "tocsin.db"


@pytest.fixture
def copies(folder: Path) -> Path:
    (folder / "copies").mkdir()
    return folder / "copies"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_into_a_file(tocsin: Run, archive: Path) -> None:
    told = tocsin("backup", "copy.db")

    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith("wrote copy.db: 0.")
    assert told.stdout.endswith("no facts yet\n")


def test_into_a_folder_under_the_time_and_older_ones_go(tocsin: Run, archive: Path, copies: Path) -> None:
    for day in ("20261121", "20261122"):
        (copies / f"tocsin-{day}T020000Z.db").touch()
    (copies / "tocsin-notes.db").touch()

    told = tocsin("backup", "copies", "--keep", "2", "--json")

    made = json.loads(told.stdout)
    assert made["removed"] == ["copies/tocsin-20261121T020000Z.db"]
    assert names(copies) == sorted(["tocsin-20261122T020000Z.db", "tocsin-notes.db", Path(made["file"]).name])


def test_a_failed_copy_removes_none(tocsin: Run, file: Path, copies: Path) -> None:
    (copies / "tocsin-20261121T020000Z.db").touch()

    told = tocsin("backup", "copies", "--keep", "1")

    assert (told.exit_code, names(copies)) == (1, ["tocsin-20261121T020000Z.db"])
    assert "tocsin.db is missing" in told.stderr


def test_keep_needs_a_folder(tocsin: Run, archive: Path) -> None:
    assert tocsin("backup", "copy.db", "--keep", "3").exit_code == 2


def test_a_faulty_file_does_not_stop_the_copies(tocsin: Run, archive: Path, file: Path) -> None:
    file.write_text(FILE.replace("role: principal,", "role: boss,"))

    assert tocsin("backup", "copy.db").exit_code == 0


def test_the_files_own_store_is_copied(tocsin: Run, folder: Path, file: Path) -> None:
    open_store(f"sqlite:///{folder}/elsewhere.db", create=True).close()
    file.write_text(FILE + "store: {url: sqlite:///elsewhere.db}\n")

    assert tocsin("backup", "copy.db").exit_code == 0


def test_without_a_file_the_archive_must_be_named(tocsin: Run, folder: Path) -> None:
    told = tocsin("backup", "copy.db")

    assert told.exit_code == 1
    assert "name the archive with --store" in told.stderr


def test_a_reference_that_cannot_be_resolved_is_said(tocsin: Run, folder: Path, file: Path) -> None:
    file.write_text(FILE + 'store: {url: "${env:NO_SUCH_STORE}"}\n')

    assert "${env:NO_SUCH_STORE}: the environment variable is not set" in tocsin("backup", "copy.db").stderr


def test_a_folder_gives_back_its_newest_copy(tocsin: Run, archive: Path, copies: Path) -> None:
    (copies / "tocsin-20201121T020000Z.db").touch()
    made = json.loads(tocsin("backup", "copies", "--json").stdout)["file"]

    told = tocsin("restore", "copies")

    assert told.exit_code == 0, told.stderr
    assert told.stdout.startswith(f"restored {archive} from {made}: no facts yet\nkept what was there before as ")


def test_an_empty_folder_holds_no_copy(tocsin: Run, archive: Path, copies: Path) -> None:
    told = tocsin("restore", "copies")

    assert (told.exit_code, told.stderr) == (
        1,
        "tocsin: copies holds no copy (tocsin-DATE.db): name the file itself\n",
    )


def test_the_agent_is_copied_while_it_runs_and_knows_again_what_it_knew(tocsin: Run, folder: Path, file: Path) -> None:
    alert = {"labels": {"alertname": "CheckoutDown"}, "status": "firing", "startsAt": "2026-01-01T00:00:00Z"}
    with Daemon(folder) as daemon:
        requests.post(f"{daemon.url}/webhooks/alertmanager", json={"version": "4", "alerts": [alert]}, timeout=10)
        assert tocsin("backup", "copy.db").exit_code == 0
        refused = tocsin("restore", "copy.db")
    (folder / "tocsin.db").unlink()

    restored = tocsin("restore", "copy.db")

    with Daemon(folder) as daemon:
        known = requests.get(f"{daemon.url}/api/v1/incidents", timeout=10).json()["items"]
    assert (refused.exit_code, restored.exit_code) == (1, 0)
    assert "stop it first" in refused.stderr
    assert [incident["functions"] for incident in known] == [["checkout"]]
