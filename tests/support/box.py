"""A machine in a box: a real systemd as PID 1 of private namespaces, for tests of units where root may make some.

Its root is an overlay of this machine's: nothing that is written inside reaches the disk, and the end of its PID 1 is
the end of everything in it.
"""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

BOOT_S = 20.0
NEEDED = ("setpriv", "unshare", "nsenter", "pivot_root", "ip", "systemctl", "systemd-analyze")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Impossible(Exception):
    """No box can be made here; the text says why."""


class Box:
    """The running box, and commands in it."""

    def __init__(self, init: int) -> None:
        self._init = init

    def run(self, *command: str, typed: str = "", check: bool = True) -> subprocess.CompletedProcess[str]:
        """The command as root inside, with what it wrote."""
        done = subprocess.run(
            [*self._enter(), *command],
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done

    def write(self, path: str, text: str, mode: str = "644") -> None:
        """A file inside, its folders made."""
        self.run("install", "-D", "-m", mode, "/dev/stdin", path, typed=text)

    def show(self, unit: str, *properties: str) -> Mapping[str, str]:
        """Properties of a unit, as systemd has them now."""
        wanted = [f"--property={name}" for name in properties]
        lines = self.run("systemctl", "show", unit, *wanted).stdout.splitlines()
        return dict(line.split("=", 1) for line in lines)

    def journal(self, unit: str) -> list[dict[str, Any]]:
        """What the unit's own processes wrote, entry by entry."""
        said = self.run("journalctl", "--unit", unit, "--output=json", "--quiet", "_TRANSPORT=stdout").stdout
        return [json.loads(line) for line in said.splitlines()]

    def process(self, *command: str) -> "subprocess.Popen[str]":
        """The command inside, running on."""
        return subprocess.Popen([*self._enter(), *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def state(self) -> str:
        return self.run("systemctl", "is-system-running", check=False).stdout.strip()

    def _enter(self) -> list[str]:
        spaces = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd")
        clean = ("env", "-i", f"PATH={PATH}", "LANG=C.UTF-8", "TERM=dumb", "container=box")
        return ["nsenter", f"--target={self._init}", *spaces, *clean]


@contextmanager
def box(folder: Path, shown: Mapping[Path, str]) -> Iterator[Box]:
    """A booted box that sees each folder of `shown` read-only under that path; nothing of it is left afterwards.

    Raises:
        Impossible: not root, a tool is missing, or the kernel refuses.
    """
    _check()
    group = _own_group()
    log = folder / "box.log"
    inside = Path(__file__).with_name("box_inside.sh")
    root = folder / "box"
    root.mkdir()
    apart = ("--mount", "--uts", "--ipc", "--net", "--cgroup", "--pid", "--fork", "--kill-child=SIGKILL")
    # joined before the cgroup namespace is made: its root is then this group
    join = ("sh", "-c", 'echo $$ >"$0/cgroup.procs" && exec "$@"', str(group))
    views = [f"{source}={target}" for source, target in shown.items()]
    with log.open("wb") as out:
        keeper = subprocess.Popen(
            [*join, "setpriv", "--pdeathsig=KILL", "unshare", *apart, "sh", inside, root, *views],
            stdout=out,
            stderr=out,
        )
    try:
        yield _booted(keeper, log)
    finally:
        keeper.send_signal(signal.SIGKILL)
        keeper.wait()
        _remove(group)
        shutil.rmtree(root, ignore_errors=True)


def _check() -> None:
    if os.geteuid() != 0:
        raise Impossible("a box needs root: it makes namespaces and mounts")
    for tool in NEEDED:
        if shutil.which(tool, path=PATH) is None:
            raise Impossible(f"a box needs {tool}, which is not here")
    if not Path("/lib/systemd/systemd").exists():
        raise Impossible("a box needs systemd itself, which is not here")
    if "overlay" not in Path("/proc/filesystems").read_text():
        raise Impossible("a box needs overlay, which this kernel does not know")


def _own_group() -> Path:
    """A new control group of version 2 for the box."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    tree = next((Path(fields[1]) for fields in mounts if fields[2] == "cgroup2"), None)
    if tree is None:
        raise Impossible("a box needs a cgroup2 tree, and none is mounted")
    group = tree / f"box-{os.getpid()}"
    try:
        group.mkdir()
    except OSError as fault:
        raise Impossible(f"a box needs a control group of its own: {fault}") from None
    return group


def _booted(keeper: "subprocess.Popen[bytes]", log: Path) -> Box:
    end = time.monotonic() + BOOT_S
    while time.monotonic() < end:
        if keeper.poll() is not None:
            raise Impossible(f"a box did not come up: {log.read_text(errors='replace').strip()}")
        if (init := _child(keeper.pid)) and (found := Box(init)).state() in {"running", "degraded"}:
            return found
        time.sleep(0.05)
    raise Impossible(f"a box did not boot within {BOOT_S:.0f} s: {log.read_text(errors='replace').strip()}")


def _child(pid: int) -> int | None:
    """The one process that `pid` has started."""
    with suppress(OSError):
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(found[0]) if found else None
    return None


def _remove(group: Path) -> None:
    """The group and all below it, as soon as the last process is gone."""
    for _ in range(100):
        for each, _, _ in os.walk(group, topdown=False):
            with suppress(OSError):
                os.rmdir(each)
        if not group.exists():
            return
        time.sleep(0.05)
