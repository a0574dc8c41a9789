"""What the doctor looks at of `server.tls`: who else reads the key, and how long the certificates are good."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agent import clock
from agent.cli.findings import Finding, fault, ok, warn

if TYPE_CHECKING:
    from agent.config.settings import Server

RENEW = "renew it, then tocsin reload"


def certificates(server: "Server") -> Iterator[Finding]:
    """Each file of `server.tls`, as this user sees it."""
    if server.cert is None or server.key is None:
        return
    yield from _certificates("cert", server.cert)
    yield from _key(server.cert, server.key)
    if server.client_ca:
        yield from _certificates("client_ca", server.client_ca)


def _certificates(key: str, path: Path) -> Iterator[Finding]:
    from agent.config.certificates import SOON, Unusable, read

    try:
        found = read(path)
    except (OSError, Unusable) as wrong:
        yield fault("tls", _said(key, path, wrong), "run this as the agent's user, or name another file")
        return
    now = clock.now()
    for each in found:
        left = each.ends_at - now
        text = f"{key}: {each.name} is good until {each.ends_at:%Y-%m-%d %H:%M} UTC, {left.days} days"
        if left.total_seconds() <= 0:
            yield fault("tls", f"{key}: {each.name} ended on {each.ends_at:%Y-%m-%d %H:%M} UTC", RENEW)
        elif each.starts_at > now:
            yield fault("tls", f"{key}: {each.name} is good from {each.starts_at:%Y-%m-%d %H:%M} UTC on", RENEW)
        elif left < SOON:
            yield warn("tls", text, RENEW)
        else:
            yield ok("tls", text)


def _key(cert: Path, key: Path) -> Iterator[Finding]:
    from agent.config.certificates import why_unfit

    try:
        reason = why_unfit(cert, key)
        mode = key.stat().st_mode
    except OSError as wrong:
        yield fault("tls", _said("key", key, wrong), "run this as the agent's user, or chgrp it to the agent's group")
        return
    if reason:
        yield fault("tls", f"key: {reason}", RENEW)
    elif mode & stat.S_IROTH:
        yield warn("tls", f"key: {key} can be read by everyone", f"chmod o-rwx {key}")
    else:
        yield ok("tls", f"key: {key} fits the certificate, and is closed to others")


def _said(key: str, path: Path, wrong: Exception) -> str:
    return f"{key}: {path}: {wrong.strerror}" if isinstance(wrong, OSError) else f"{key}: {wrong}"
