"""What the doctor looks at in the daily seal: its key, and when the chains were sealed last."""

import stat
from collections.abc import Iterator

from agent import clock
from agent.cli.findings import Finding, fault, ok, warn
from agent.errors import StoreUnavailable, TocsinError
from agent.rules import seals


def seal(url: str) -> Iterator[Finding]:
    """Whether the agent can sign the heads of its chains, and did so lately."""
    from agent.store import connections, seal_key
    from agent.store.evidence import sealed

    if not url.startswith("sqlite:///"):
        return
    path = connections.path_of(url)
    key = seal_key.place(path)
    has_key = key.exists()
    if not has_key:
        yield warn("evidence", f"{key} is missing: the chains are not sealed", "tocsin evidence key, as its user")
    else:
        yield _key(str(key), key.stat().st_mode)
        try:
            seal_key.sign(key, b"")
        except TocsinError as unusable:
            yield fault("evidence", str(unusable), "the agent cannot sign with it")
    if not path.exists():
        return
    try:
        found = sealed(path)
    except StoreUnavailable:
        return  # told of by the archive's own findings
    last_at = found[-1][0].fact.at if found else None
    late = seals.lateness(last_at, has_key, clock.now())
    if late:
        finding = fault if seals.is_missing(last_at, clock.now()) else warn
        yield finding("evidence", late, "see the agent's log for `chains not sealed`; does it run?")
    elif last_at is not None:
        yield ok("evidence", f"{len(found)} seals, the last of {last_at:%Y-%m-%d %H:%M} UTC")
    elif has_key:
        yield warn("evidence", "the chains were never sealed", "the running agent does it within a minute")


def _key(name: str, mode: int) -> Finding:
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return warn("evidence", f"{name} is open to others: whoever has it can seal", f"chmod 600 {name}")
    return ok("evidence", f"{name} is its owner's alone")
