"""TLS contexts, made once: loading the trusted certificates costs some 30 ms of CPU, too much for every look."""

import ssl
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from agent import clock
from collectors._net import BoundedTls, Deadline


def context(verify: bool, ca: Path | None = None) -> ssl.SSLContext:
    """The context that trusts the system's and Mozilla's authorities, and those in the file `ca`.

    Raises:
        OSError, ssl.SSLError: `ca` cannot be read.
    """
    changed_at = ca.stat().st_mtime_ns if ca else 0  # a renewed file is read again
    return _context(verify, ca, changed_at)


@lru_cache(maxsize=64)
def _context(verify: bool, ca: Path | None, changed_at: int) -> ssl.SSLContext:
    made = ssl.create_default_context()
    made.sslsocket_class = BoundedTls
    if not verify:
        made.check_hostname = False
        made.verify_mode = ssl.CERT_NONE
        return made
    import certifi

    made.load_verify_locations(cafile=certifi.where())  # a bare host has none of its own
    if ca:
        made.load_verify_locations(cafile=ca)
    return made


def bound(plug: object, deadline: Deadline) -> None:
    """Keep the reads of a TLS socket within `deadline` from here on."""
    if isinstance(plug, BoundedTls):
        plug.deadline = deadline


def certificate_left_s(plug: ssl.SSLSocket) -> float | None:
    """Seconds until the certificate shown on this very connection expires, negative where it has."""
    verified = plug.getpeercert()
    if verified and "notAfter" in verified:
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(verified["notAfter"])), UTC)
        return (ends - clock.now()).total_seconds()
    raw = plug.getpeercert(binary_form=True)
    return _unverified_left_s(raw) if raw else None


def _unverified_left_s(raw: bytes) -> float | None:
    from cryptography import x509

    try:
        return (x509.load_der_x509_certificate(raw).not_valid_after_utc - clock.now()).total_seconds()
    except ValueError:
        return None
