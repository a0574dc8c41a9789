"""TLS of the door: its own certificate, and whom clients must be signed by.

A client's certificate is asked for and checked in the handshake: a wrong one ends it. Who shows none gets no further
than what is open to all (`access.admit` looks): people open the link of a notice with a telephone, which has none.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from agent.config.certificates import Certificate, Unusable, read, why_unfit
from agent.config.settings import Server
from agent.errors import CannotListen


@dataclass(frozen=True, slots=True)
class Papers:
    """What connections begin with from now on; without a context they are not encrypted."""

    context: ssl.SSLContext | None = None
    mark: str = ""  # of what the files hold: the same one, nothing to renew
    certificates: tuple[tuple[str, tuple[Certificate, ...]], ...] = ()  # by the key of `tls:`

    def ends_at(self) -> dict[str, datetime]:
        """When the first certificate of each file ends."""
        return {key: min(each.ends_at for each in found) for key, found in self.certificates}


def papers(server: Server) -> Papers:
    """
    Raises:
        CannotListen: a file is missing, cannot be read, or does not fit the others.
    """
    if server.cert is None or server.key is None:
        return Papers()
    files = {"cert": server.cert, "key": server.key}
    if server.client_ca:
        files["client_ca"] = server.client_ca
    try:
        mark = sha256(b"\x00".join(path.read_bytes() for path in files.values())).hexdigest()
        if reason := why_unfit(server.cert, server.key):
            raise Unusable(reason)
        known = tuple((key, read(path)) for key, path in files.items() if key != "key")
        return Papers(_context(server.cert, server.key, server.client_ca), f"{mark} {len(files)}", known)
    except OSError as fault:
        raise CannotListen(
            f"server.tls: {fault.filename or server.client_ca}: {fault.strerror or fault}; "
            "the agent's user must be able to read it"
        ) from None
    except Unusable as fault:
        raise CannotListen(f"server.tls: {fault}") from None


def shown_by(transport: Any) -> str:
    """Whom the client's certificate names, "" where it showed none; it was checked in the handshake."""
    shown = transport.get_extra_info("peercert")
    if not shown:
        return ""
    names = dict(pair for part in shown.get("subject", ()) for pair in part)
    others = [value for _, value in shown.get("subjectAltName", ())]
    return str(names.get("commonName") or next(iter(others), "") or shown.get("serialNumber", "?"))


def _context(cert: Path, key: Path, client_ca: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    context.set_alpn_protocols(["http/1.1"])
    if client_ca:
        context.load_verify_locations(client_ca)
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # what stands in the file is trusted, root or not
    return context
