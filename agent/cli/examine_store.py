"""What the doctor looks at in the archive: read only, beside a running agent."""

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from agent.cli.findings import Finding, fault, ok, warn
from agent.errors import StoreUnavailable

GIB, MIB = 1024**3, 1024**2
LOW, TOO_LOW = GIB, 100 * MIB
LONG_LOG = 256 * MIB


def store(url: str) -> tuple[list[Finding], datetime | None]:
    """Findings, and when the last fact was put on file (None for none)."""
    from agent import store as archive
    from agent.store import connections

    if not url.startswith("sqlite:///"):
        return [fault("store", "PostgreSQL is not active yet", "use sqlite:///tocsin.db for now")], None
    path = connections.path_of(url)
    found = [*_room(path.parent)]
    if not path.exists():
        return [*found, warn("store", f"{path} is not there yet", "the first start of the agent makes it")], None
    try:
        if names := archive.pending(url):
            found.append(fault("store", f"{path} lacks {', '.join(names)}", "stop the agent, back up, tocsin migrate"))
    except StoreUnavailable as unavailable:
        return [*found, fault("store", str(unavailable), "tocsin restore puts a copy in its place")], None
    found += _log_file(path)
    whole, last_at = _read_through(path)
    return [*found, whole], last_at


def _room(folder: Path) -> Iterator[Finding]:
    try:
        told = os.statvfs(folder)
    except OSError:
        return  # permissions tell of it
    yield room(told.f_bavail * told.f_frsize, folder)


def room(free: int, folder: Path) -> Finding:
    """Whether so many bytes are enough."""
    if free < TOO_LOW:
        return fault(
            "store", f"{free / MIB:.0f} MiB free in {folder}", "free space: once it is full nothing can be put on file"
        )
    text = f"{free / GIB:.1f} GiB free in {folder}"
    return warn("store", text, "free space, or move the archive") if free < LOW else ok("store", text)


def _log_file(path: Path) -> Iterator[Finding]:
    try:
        size = path.with_name(f"{path.name}-wal").stat().st_size
    except OSError:
        return
    text = f"its write-ahead log holds {size / MIB:.0f} MiB"
    if size > LONG_LOG:
        yield warn("store", text, "something keeps it from being folded in: end a forgotten shell or copy")
    else:
        yield ok("store", text)


def _read_through(path: Path) -> tuple[Finding, datetime | None]:
    """Every page and every chain of evidence."""
    import apsw

    from agent.store import connections
    from agent.store.damage import damage
    from agent.store.evidence import counted

    try:
        with closing(connections.reader(path)) as connection:
            wrong = damage(connection)
            count, last = counted(connection)
    except apsw.Error as broken:
        return fault("store", str(connections.unavailable(path, broken)), "run this as the agent's user"), None
    if wrong:
        more = f", and {len(wrong) - 3} more" * (len(wrong) > 3)
        return fault("store", f"{path}: {'; '.join(wrong[:3])}{more}", "keep the file aside, then tocsin restore"), None
    return ok("store", f"{path} is whole: {count} facts, every chain unbroken"), last
