"""What Linux says in /proc and /sys beyond psutil: pressure, and the memory limit of a container."""

import re
from pathlib import Path

PROC = Path("/proc")
CGROUP = Path("/sys/fs/cgroup")

NO_LIMIT = 1 << 60
"""Version 1 writes "no limit" as a number close to 2^63."""


def pressure(resource: str, proc: Path = PROC) -> dict[str, float]:
    """Shares (0-1) of the last minute in which some or all tasks waited for cpu, memory or io; {} where not told."""
    try:
        text = (proc / "pressure" / resource).read_text()
    except OSError:  # the kernel was built or booted without it
        return {}
    found = re.findall(r"^(some|full) .*?avg60=([\d.]+)", text, re.MULTILINE)
    return {f"pressure_{kind}": round(float(per_cent) / 100, 6) for kind, per_cent in found}


def memory_limit(root: Path = CGROUP) -> tuple[int, int] | None:
    """(limit, used) in bytes of the container this runs in; None on a plain host or where there is no limit.

    Only the root of the tree counts: a service's own limit further down is the agent's, not the host's.
    """
    for limit, used, stat, cache in (
        ("memory.max", "memory.current", "memory.stat", "inactive_file"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat", "total_inactive_file"),
    ):
        try:
            ceiling = (root / limit).read_text().strip()
            if not ceiling.isdecimal() or int(ceiling) >= NO_LIMIT:
                continue
            spent = int((root / used).read_text())
            idle = re.search(rf"^{cache} (\d+)$", (root / stat).read_text(), re.MULTILINE)
        except (OSError, ValueError):
            continue
        return int(ceiling), max(spent - int(idle[1]) if idle else spent, 0)
    return None
