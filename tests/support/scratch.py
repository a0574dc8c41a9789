"""Where tests write: in memory where there is plenty, since thousands of small commits wait for a disk otherwise."""

import os
from pathlib import Path

MEMORY = Path("/dev/shm")
ENOUGH = 2 * 1024**3
"""Bytes: what a run holds at once is a tenth of it."""


def folder(memory: Path = MEMORY, enough: int = ENOUGH) -> Path | None:
    """The folder of memory where there is room and programs may run; None: let pytest take its usual one."""
    try:
        room = os.statvfs(memory)
    except OSError:
        return None
    is_wide = room.f_bavail * room.f_frsize >= enough and _free() >= 2 * enough
    may_run = not room.f_flag & os.ST_NOEXEC
    return memory if is_wide and may_run and os.access(memory, os.W_OK) else None


def _free() -> int:
    """Bytes of memory that programs may still take; 0 where nobody says."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return 0
    said = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(said[0]) * 1024 if said else 0
