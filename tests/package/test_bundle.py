"""The bundle for hosts without a network: what was changed, or does not fit, is refused; with SLOW=1 all of it."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.package.conftest import ROOT
from tests.support.running_agent import agent

PYTHON, MACHINE = f"{sys.version_info.major}.{sys.version_info.minor}", sysconfig.get_platform()


def pack(folder: Path, python: str = PYTHON, machine: str = MACHINE) -> Path:
    """A folder with nothing to install in it, but with the script that would do it, as `tools/bundle` writes it."""
    folder.mkdir()
    text = (ROOT / "tools/bundle-install").read_text().replace("@PYTHON@", python).replace("@MACHINE@", machine)
    (folder / "install").write_text(text)
    (folder / "install").chmod(0o755)
    (folder / "requirements.lock").write_text("")
    done = subprocess.run(["sha256sum", "install", "requirements.lock"], cwd=folder, capture_output=True, check=True)
    (folder / "SHA256SUMS").write_bytes(done.stdout)
    return folder


def install(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return run([str(folder / "install"), *words], variables)


def run(command: list[str], variables: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Nothing of this machine's settings for pip reaches it."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env={**clean, **variables})


def test_what_was_changed_after_packing_is_refused(tmp_path: Path) -> None:
    bundle = pack(tmp_path / "bundle")
    (bundle / "requirements.lock").write_text("other==1\n")

    done = install(bundle, str(tmp_path / "there"))

    assert (done.returncode, (tmp_path / "there").exists()) == (1, False)
    assert "this is not what was packed" in done.stderr


@pytest.mark.parametrize(("python", "machine"), [("3.99", MACHINE), (PYTHON, "linux-other")])
def test_a_host_that_it_was_not_made_for_is_told(tmp_path: Path, python: str, machine: str) -> None:
    bundle = pack(tmp_path / "bundle", python, machine)

    done = install(bundle, str(tmp_path / "there"))

    assert (done.returncode, (tmp_path / "there").exists()) == (1, False)
    assert f"this bundle was made for Python {python} on {machine}, which is not here" in done.stderr


def test_an_option_that_it_does_not_know_installs_nothing(tmp_path: Path) -> None:
    done = install(pack(tmp_path / "bundle"), "--help")

    assert (done.returncode, "does not know --help" in done.stderr) == (1, True)


@pytest.mark.skipif(
    "SLOW" not in os.environ, reason="takes a minute: make bundle tries it as well; SLOW=1 runs it here"
)
@pytest.mark.timeout(600)
def test_it_installs_without_a_network_and_runs(tmp_path: Path) -> None:
    made = subprocess.run([ROOT / "tools/bundle", tmp_path / "dist"], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    (packed,) = (tmp_path / "dist").glob("*.tar")
    subprocess.run(["sha256sum", "--check", f"{packed.name}.sha256"], cwd=packed.parent, check=True)
    with tarfile.open(packed) as tar:
        tar.extractall(tmp_path, filter="data")
    alone = ["unshare", "--net"] if os.geteuid() == 0 and shutil.which("unshare") else []

    done = run([*alone, str(tmp_path / packed.stem / "install"), str(tmp_path / "there")], {"PYTHON": sys.executable})

    assert (done.returncode, done.stdout, done.stderr) == (0, "tocsin 0.1.0\n", "")
    with agent(tmp_path / "agent", tocsin=[tmp_path / "there/bin/tocsin"]) as tocsin:
        assert tocsin.incidents() == []
