"""What is published holds all that runs and nothing else, and works far away from this checkout."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.package.conftest import ROOT, Installed, build
from tests.support.running import until
from tests.support.running_agent import FILE, agent, ask

pytestmark = pytest.mark.timeout(240)

PACKAGES = ("agent", "collectors")


def source_files() -> set[str]:
    """Every file of the two packages."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*") if path.is_file())
    return {str(path.relative_to(ROOT)) for path in found if "__pycache__" not in path.parts}


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist())


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    names = names_in(wheel)
    about = {name for name in names if ".dist-info/" in name}

    assert names - about == source_files()
    assert {Path(name).name for name in about} == {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "LICENSE"}


def test_the_packages_hold_only_kinds_of_files_that_the_program_reads() -> None:
    kinds = {Path(name).suffix for name in source_files()}

    assert kinds <= {".py", ".sql", ".yaml", ".txt", ".html", ".css", ".js", ".typed", ".svg"}
    assert {"agent/py.typed", "collectors/py.typed", "agent/agreement/grades.yaml"} <= source_files()


def test_the_source_distribution_makes_the_same_wheel(sdist: Path, wheel: Path, tmp_path: Path) -> None:
    subprocess.run(["tar", "-xzf", sdist], cwd=tmp_path, check=True, timeout=60)
    (source,) = tmp_path.iterdir()

    again = build("wheel", source, tmp_path / "again")

    assert names_in(again) == names_in(wheel)
    assert {"Makefile", "requirements.lock", "requirements-dev.lock", "routes.yaml", "tests", "tools"} <= {
        path.name for path in source.iterdir()
    }


def test_the_installed_command_is_the_wheels_own(installed: Installed, tmp_path: Path) -> None:
    where = installed.run("python", "-c", "import agent, collectors; print(agent.__file__)", cwd=tmp_path)

    assert where.stdout.startswith(str(installed.bin.parent))


def test_it_says_its_version(installed: Installed, tmp_path: Path) -> None:
    said = installed.run("tocsin", "--version", cwd=tmp_path)

    assert (said.returncode, said.stdout) == (0, "tocsin 0.1.0\n")


def test_it_checks_a_file_from_another_directory(installed: Installed, tmp_path: Path) -> None:
    shutil.copy(ROOT / "routes.yaml", tmp_path)

    said = installed.run("tocsin", "check", "routes.yaml", cwd=tmp_path)

    assert said.returncode == 0, said.stdout + said.stderr


def test_it_prints_the_schema_that_the_repository_shows(installed: Installed, tmp_path: Path) -> None:
    said = installed.run("tocsin", "schema", cwd=tmp_path)

    assert json.loads(said.stdout) == json.loads((ROOT / "docs/routes.schema.json").read_text())


def test_it_runs_and_sends_notices(installed: Installed, tmp_path: Path) -> None:
    firing = {"status": "firing", "labels": {"alertname": "CheckoutDown"}, "startsAt": "2026-01-01T00:00:00Z"}

    with agent(tmp_path, FILE, [installed.bin / "tocsin"]) as tocsin:
        ask(f"{tocsin.url}/webhooks/alertmanager", {"version": "4", "alerts": [firing]})
        until(lambda: tocsin.figure("tocsin_delivery_attempts_total", verdict="accepted") > 0, "sent notice")

        assert tocsin.incidents()[0]["functions"] == ["checkout"]
