"""Asking a file system for its room, without being caught by a dead network mount."""

import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "afs", "glusterfs", "lustre", "beegfs", "gfs2", "ocfs2"}
    | {"davfs", "virtiofs", "gpfs", "autofs"}
)
ASK = """
import os, sys
v = os.statvfs(sys.argv[1])
print(v.f_frsize, v.f_blocks, v.f_bfree, v.f_bavail, v.f_files, v.f_favail)
"""
"""The question, for a process that may be left behind: a statvfs that hangs cannot be interrupted."""

_left_behind: dict[str, "subprocess.Popen[str]"] = {}
_guard = threading.Lock()


class Room(NamedTuple):
    """What statvfs tells."""

    unit: int
    blocks: int
    free: int
    available: int  # to everyone but root
    files: int
    files_available: int


class Silent(Exception):
    """The file system did not answer."""


def room(path: str, timeout_s: float, mounts: Path = Path("/proc/self/mountinfo")) -> Room:
    """The room on the file system that holds `path`.

    Raises:
        OSError: it says why not.
        Silent: it said nothing in time.
    """
    if is_remote(path, mounts):
        return ask_apart(path, timeout_s)
    told = os.statvfs(path)
    return Room(told.f_frsize, told.f_blocks, told.f_bfree, told.f_bavail, told.f_files, told.f_favail)


def is_remote(path: str, mounts: Path) -> bool:
    """Whether `path` lies on a network mount, as far as its text tells: looking at it might already hang."""
    try:
        lines = mounts.read_text().splitlines()
    except OSError:
        return False
    kind, longest = "", -1
    for line in lines:
        fields, _, rest = line.partition(" - ")
        point = fields.split()[4].encode().decode("unicode_escape")  # spaces are written \040
        if _holds(point, os.path.normpath(path)) and len(point) >= longest:
            kind, longest = rest.split()[0], len(point)
    return kind in NETWORK or kind.startswith("fuse.")


def ask_apart(path: str, timeout_s: float, question: tuple[str, ...] = (sys.executable, "-I", "-S", "-c", ASK)) -> Room:
    """The same answer from a process of its own, which is killed at the deadline and left behind if it cannot die."""
    with _guard:
        before = _left_behind.get(path)
        if before is not None and before.poll() is None:
            raise Silent("the file system still does not answer")
        child = subprocess.Popen(
            [*question, path], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        _left_behind[path] = child
    try:
        told, fault = child.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        _leave(child)
        raise Silent("the file system does not answer") from None
    if child.returncode:
        raise OSError(fault.strip().rpartition("\n")[2] or "it could not be asked")
    return Room(*map(int, told.split()))


def _leave(child: "subprocess.Popen[str]") -> None:
    """Kill it; one that hangs in the kernel dies when the mount comes back, and is not asked twice until then."""
    child.kill()
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(0.1)
    for pipe in (child.stdout, child.stderr):
        if pipe is not None:
            pipe.close()


def _holds(point: str, path: str) -> bool:
    return point in {"/", path} or path.startswith(point + "/")
