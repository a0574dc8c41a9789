"""One agent writes an archive. Two would number their episodes alike, and each overwrite the other's."""

import fcntl
import os
from pathlib import Path

from agent.errors import StoreUnavailable

NOTHING = -1


class Hold:
    """The archive's lock file, held until `close` or the end of the process, however it ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def close(self) -> None:
        """Let go; a second time does nothing. The file stays: removing it would let two hold one each."""
        descriptor, self._descriptor = self._descriptor, NOTHING
        if descriptor != NOTHING:
            os.close(descriptor)


def hold(archive: Path) -> Hold:
    """Take the archive for this process.

    A file of its own is locked: closing any descriptor of the archive itself would drop SQLite's locks on it.

    Raises:
        StoreUnavailable: another agent has it, or the lock file cannot be made.
    """
    try:
        descriptor = os.open(f"{archive}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except FileNotFoundError:
        raise StoreUnavailable(
            f"archive {archive}: its folder is missing: mkdir -p {archive.absolute().parent}"
        ) from None
    except OSError as fault:
        raise StoreUnavailable(
            f"archive {archive}: {archive}.lock cannot be made: {fault.strerror}: check the owner of its folder"
        ) from fault
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as fault:
        other = os.read(descriptor, 20).decode("ascii", "replace").strip()
        os.close(descriptor)
        if not isinstance(fault, BlockingIOError):
            raise StoreUnavailable(f"archive {archive}: {archive}.lock cannot be locked: {fault.strerror}") from fault
        raise StoreUnavailable(
            f"archive {archive} belongs to a running agent{f' (process {other})' if other else ''}: stop that one, or"
            " give this one an archive of its own with --store"
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return Hold(descriptor)
