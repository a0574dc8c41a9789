"""Real programs to test against, unpacked from Debian's packages into `.real/` and never installed.

`python -m tests.support.real` brings them all, so that no test has to wait for the network.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parents[2] / ".real"

PACKAGES = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "amtool": "prometheus-alertmanager",
    "nginx": "nginx",
    "nagios4": "nagios4-core",
    "nagios4-objects": "nagios4-common",
    "check_tcp": "monitoring-plugins-basic",
    "zsh": "zsh",
    "fish": "fish",
    "fish-library": "libpcre2-32-0",
}
"""Program -> the package that holds it."""

PLACES = {
    "nginx": "usr/sbin/nginx",
    "nagios4": "usr/sbin/nagios4",
    "nagios4-objects": "etc/nagios4/objects",
    "check_tcp": "usr/lib/nagios/plugins/check_tcp",
    "zsh": "bin/zsh",
    "fish-library": "usr/lib",
}
"""Where it lies, if not in /usr/bin."""

HOMES = {"prometheus-alertmanager": b"/usr/share/prometheus/alertmanager"}
"""Where Debian's build looks for its own templates, whatever it is told."""

HOME_HERE = "templates"
"""Where the unpacked program looks for them instead: in the folder that it is started in."""

ASK_AGAIN_AFTER_S = 600
"""A failure is remembered so long: without a network every test would wait for it anew."""

APT_CONFIG = """\
// Proxies and sources are the host's own; its hooks, caches and lists are left alone.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Post-Invoke;
#clear Acquire::IndexTargets;
Acquire::IndexTargets::deb::Packages {{
  MetaKey "$(COMPONENT)/binary-$(ARCHITECTURE)/Packages";
  flatMetaKey "Packages";
  ShortDescription "Packages";
  Description "$(RELEASE)/$(COMPONENT) $(ARCHITECTURE) Packages";
  flatDescription "$(RELEASE) Packages";
  Optional "no";
}};
Dir::State "{state}";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "{cache}";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "0";
Acquire::http::Timeout "15";
Acquire::https::Timeout "15";
Debug::NoLocking "true";
"""


class Missing(Exception):
    """The program cannot be had here; the text says why."""


def program(name: str, *, within_s: float = 100, folder: Path = FOLDER) -> Path:
    """The program, unpacked; from the second time on without any download.

    Raises:
        Missing: no apt here, no network, or no such package.
    """
    package = PACKAGES[name]
    unpacked = folder.resolve() / package
    if not unpacked.exists():
        with _alone(folder):
            if not unpacked.exists():  # another worker may have been quicker
                _bring(package, unpacked, time.monotonic() + within_s)
    return unpacked / PLACES.get(name, f"usr/bin/{name}")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time; the lock ends with the process that holds it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _bring(package: str, unpacked: Path, until: float) -> None:
    for tool in ("apt-get", "dpkg"):
        if shutil.which(tool) is None:
            raise Missing(f"{package} cannot be unpacked: there is no {tool} here")
    note = unpacked.with_suffix(".missing")
    if _is_fresh(note):
        raise Missing(note.read_text())
    try:
        _download(package, unpacked, until)
    except Missing as fault:
        note.write_text(str(fault))
        raise
    note.unlink(missing_ok=True)


def _download(package: str, unpacked: Path, until: float) -> None:
    work = unpacked.with_suffix(".coming")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    apt = ["apt-get", "-qq", "-c", str(_apt_config(unpacked.parent / "apt"))]
    updated = unpacked.parent / "apt/updated"
    if not _is_fresh(updated) and not _run([*apt, "update"], work, until):
        updated.touch()
    # A source of the host that is down spoils the update, not the download from one that is up.
    said = _run([*apt, "download", package], work, until)
    found = sorted(work.glob("*.deb"))
    if not found:
        raise Missing(f"apt-get download {package} failed: {said}")
    if said := _run(["dpkg", "-x", str(found[0]), "out"], work, until):
        raise Missing(f"{found[0].name} cannot be unpacked: {said}")
    if home := HOMES.get(package):
        _look_here(work / "out/usr/bin" / package, home)
    (work / "out").rename(unpacked)
    shutil.rmtree(work)


def _is_fresh(file: Path) -> bool:
    return file.exists() and time.time() - file.stat().st_mtime < ASK_AGAIN_AFTER_S


def _look_here(binary: Path, home: bytes) -> None:
    """Writes a relative path of the same length over an absolute one: nothing may be put under /usr here."""
    name = HOME_HERE.encode()
    dots = len(home) - len(name)
    here = b"./" * (dots // 2) + name + b"/" * (dots % 2)
    binary.write_bytes(binary.read_bytes().replace(home, here))


def home_of(program: Path) -> Path:
    """The templates of an unpacked program, to be linked as `HOME_HERE` into the folder that it is started in."""
    unpacked = program.parents[2]
    return unpacked / HOMES[unpacked.name].decode().removeprefix("/")


def _apt_config(apt: Path) -> Path:
    """A configuration under which apt reads the host's sources and writes only into this folder."""
    for part in ("state/lists/partial", "cache/archives/partial"):
        (apt / part).mkdir(parents=True, exist_ok=True)
    path = apt / "apt.conf"
    path.write_text(APT_CONFIG.format(state=apt / "state", cache=apt / "cache"))
    return path


def _run(command: list[str], folder: Path, until: float) -> str:
    """The last line of complaint, "" where all went well."""
    left_s = max(1.0, until - time.monotonic())
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            timeout=left_s,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C"},
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} did not end within {left_s:.0f} s"
    if done.returncode == 0:
        return ""
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    return lines[-1] if lines else f"{command[0]} exited with {done.returncode}"


def main() -> None:
    """Bring them all, also those that failed a while ago; whatever cannot be had is said, and is no failure."""
    for note in FOLDER.glob("*.missing"):
        note.unlink()
    for name in PACKAGES:
        try:
            program(name, within_s=600)
        except Missing as fault:
            print(f"{name}: {fault}; its tests will be skipped", file=sys.stderr)


if __name__ == "__main__":
    main()
