"""`server.tls` — what its files hold: whether the key fits, who signs clients, and until when they are good."""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from agent.config.faults import Faults
from agent.config.nodes import Node
from agent.config.shapes import TEXT, Entry, Field, Record

SOON = timedelta(days=21)
"""A certificate that ends within this is warned about: most are renewed 30 days before their end."""

SHAPE = Record(
    {
        "cert": Field(TEXT, "certificate chain, PEM", True),
        "key": Field(TEXT, "its key, PEM, without a passphrase", True),
        "client_ca": Field(
            TEXT,
            "PEM certificates that clients must be signed by; without it none is asked for. /a/…, /healthz and /readyz "
            "stay open to all",
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One certificate of a file, as far as people ask about it."""

    name: str
    starts_at: datetime
    ends_at: datetime


class Unusable(Exception):
    """What is wrong with a file, for people."""


def read(path: Path) -> tuple[Certificate, ...]:
    """The certificates of a PEM file; the first is its own, the others sign it.

    Raises:
        OSError
        Unusable: it holds none, or what it holds cannot be read.
    """
    from cryptography import x509  # half a tenth of a second, for those who use TLS

    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise Unusable(f"{path} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)") from None
    return tuple(
        Certificate(each.subject.rfc4514_string() or "?", each.not_valid_before_utc, each.not_valid_after_utc)
        for each in found
    )


def why_unfit(cert: Path, key: Path) -> str:
    """Why no server can use the two together, "" where one can.

    Raises:
        OSError
    """

    def no_passphrase() -> str:
        raise Unusable(f"{key} is encrypted, and nobody is there to ask: write it with openssl pkey -in … -out …")

    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert, key, no_passphrase)
    except Unusable as fault:
        return str(fault)
    except ssl.SSLError as fault:
        if fault.reason == "KEY_VALUES_MISMATCH":
            return f"{key} is not the key of {cert}: was one of them renewed without the other?"
        if fault.reason == "EE_KEY_TOO_SMALL":
            return f"the key of {cert} is too short to be safe: 2048 bits of RSA, or an elliptic curve"
        return f"{cert} and {key} cannot be used: {fault.reason or fault}"
    return ""


def check(entry: Entry, files: dict[str, Path | None], now: datetime, faults: Faults) -> None:
    """Name what is wrong with the files. What is not here, or not for this user to read, is a warning."""
    here = {key: path for key, path in files.items() if path and path.exists()}
    good = {key for key in ("cert", "client_ca") if key in here and _is_good(entry.at(key), here[key], now, faults)}
    if "cert" in good and "key" in here:
        cert, key_file = here["cert"], here["key"]
        try:
            reason = why_unfit(cert, key_file)
        except OSError as fault:
            faults.warn(entry.at("key"), f"{key_file} cannot be read by this user: {fault.strerror}")
            return
        if reason:
            faults.error(entry.at("key"), reason)


def ending(certificates: tuple[Certificate, ...], now: datetime) -> Iterator[str]:
    """Which of them are not good, or not for long, and when that is."""
    for each in certificates:
        left = each.ends_at - now
        if left <= timedelta():
            yield f"{each.name} ended on {each.ends_at:%Y-%m-%d %H:%M} UTC: who checks it does not connect; renew it"
        elif left < SOON:
            yield f"{each.name} ends on {each.ends_at:%Y-%m-%d %H:%M} UTC, in {left.days} days: renew it, then reload"
        elif each.starts_at > now:
            yield f"{each.name} is good from {each.starts_at:%Y-%m-%d %H:%M} UTC on, and that is still to come"


def _is_good(place: Node, path: Path, now: datetime, faults: Faults) -> bool:
    try:
        certificates = read(path)
    except OSError as fault:
        faults.warn(place, f"{path} cannot be read by this user: {fault.strerror}")
        return False
    except Unusable as fault:
        faults.error(place, str(fault))
        return False
    for said in ending(certificates, now):
        faults.warn(place, said)
    return True
