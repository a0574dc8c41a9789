"""The units as files: nothing in them that systemd does not know, and walls as high as the work allows."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.systemd.host import ROOT

pytestmark = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="systemd is not installed (apt install systemd)"
)


def test_systemd_has_nothing_to_say_about_the_units(units: list[Path], tmp_path: Path) -> None:
    """It ends with 0 on an unknown key: what counts is that it is silent."""
    for unit in units:
        # the program is not installed here
        (tmp_path / unit.name).write_text(unit.read_text().replace("/opt/tocsin/.venv/bin/tocsin", "/bin/true"))

    said = subprocess.run(
        ["systemd-analyze", "verify", *(tmp_path / unit.name for unit in units)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (said.returncode, said.stdout, said.stderr) == (0, "", "")
    assert len(units) == 8


@pytest.mark.parametrize(
    "name",
    ["tocsin.service", "tocsin@.service", "tocsin-backup.service", "tocsin-backup@.service", "tocsin-watch.service"],
)
def test_the_exposure_is_at_most_1_2(name: str) -> None:
    said = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=12", "--no-pager", ROOT / "systemd" / name],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert said.returncode == 0, said.stdout[-200:]


def test_the_user_of_the_units_is_the_one_that_is_made(units: list[Path]) -> None:
    users = {user for unit in units for user in re.findall(r"^User=(.+)$", unit.read_text(), re.MULTILINE)}

    assert users == {"tocsin", "tocsin-%i"}
    assert (ROOT / "systemd/tocsin.sysusers").read_text().startswith("u tocsin ")


@pytest.mark.parametrize("name", ["tocsin.service", "tocsin-watch.service"])
def test_the_service_never_stays_down(name: str) -> None:
    text = (ROOT / "systemd" / name).read_text()

    assert {"Restart=always", "StartLimitIntervalSec=0", "Type=notify"} <= set(text.splitlines())


@pytest.mark.parametrize("name", ["tocsin", "tocsin-backup"])
def test_a_template_has_the_walls_and_clocks_of_the_service_and_only_names_of_its_own(name: str) -> None:
    plain, template = (settings(ROOT / f"systemd/{unit}.service") for unit in (name, f"{name}@"))

    differing = {line for line in template if line not in plain}

    assert {line.replace("-%i", "").replace("@%i", "").replace(": %i", "") for line in template} == set(plain)
    assert {line.partition("=")[0] for line in differing} <= {
        *("Description", "Wants", "Also", "ExecStart", "User", "Group"),
        *("StateDirectory", "RuntimeDirectory", "LoadCredential", "ReadWritePaths"),
    }


def settings(unit: Path) -> list[str]:
    return [line for line in unit.read_text().splitlines() if line and not line.startswith("#")]
