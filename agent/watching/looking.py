"""One look at the agent: is what answers at the address the agent, is it well, and does it know what time it is?"""

import json
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import urlsplit

from agent import clock
from agent.model import Reading, Result, Secret
from agent.watching.judging import Look, Seen

APART_S = 60.0
"""By so much the clocks may differ: what is due within 15 minutes is due by a clock."""

RUNS_OUT_S = 14 * 86400.0
LONGEST_BODY = 64 * 1024


@dataclass(frozen=True, slots=True)
class Target:
    """The agent, and what it may ask of who asks. `url` has no slash at its end."""

    url: str
    token: Secret | None = None
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    within_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, whoever gave it."""

    status: int
    body: bytes
    location: str
    date: str
    certificate_left_s: float | None


class NoAnswer(Exception):
    """There was none; `look` says what that means."""

    def __init__(self, look: Look) -> None:
        super().__init__(look.detail)
        self.look = look


def look(target: Target) -> Look:
    """What is seen of the agent now; never raises for the world's faults."""
    try:
        heard = _ask(target, "/healthz")
        seen = _of_health(heard)
        if seen is None:
            return _of_readiness(_ask(target, "/readyz")) or _of_cautions(heard, clock.now()) or Look(Seen.WELL)
    except NoAnswer as none:
        return none.look
    return seen


def _of_health(heard: Heard) -> Look | None:
    """What is wrong with the answer of /healthz, None for nothing."""
    if 300 <= heard.status < 400:
        return Look(Seen.REDIRECTED, f"redirected to {_host(heard.location) or 'nowhere'}")
    if heard.status in (401, 403):
        return Look(Seen.REFUSED, f"HTTP {heard.status}: it wants a token or a certificate")
    said = _said(heard)
    if heard.status == 200 and said.get("status") == "ok":
        return None
    if heard.status == 503 and said.get("status") == "unavailable":
        return Look(Seen.ILL, _reasons(said))
    return Look(Seen.STRANGER, f"HTTP {heard.status}, not as Tocsin answers")


def _of_readiness(heard: Heard) -> Look | None:
    """Whether the agent says that it cannot do its work; where /readyz is not published, nothing is said."""
    said = _said(heard)
    if heard.status == 503 and said.get("status") == "unavailable":
        return Look(Seen.UNREADY, _reasons(said))
    return None


def _of_cautions(heard: Heard, now: datetime) -> Look | None:
    try:
        apart_s = (now - parsedate_to_datetime(heard.date).astimezone(UTC)).total_seconds()
    except (TypeError, ValueError):
        apart_s = 0.0
    if abs(apart_s) > APART_S:
        way = "behind" if apart_s > 0 else "ahead of"
        return Look(Seen.CLOCK, f"the agent's clock is {abs(apart_s):.0f} s {way} this host's")
    left_s = heard.certificate_left_s
    if left_s is not None and left_s < RUNS_OUT_S:
        return Look(Seen.EXPIRING, f"the certificate expires in {left_s / 86400:.1f} days")
    return None


def _said(heard: Heard) -> dict[str, object]:
    try:
        value = json.loads(heard.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _reasons(said: dict[str, object]) -> str:
    reasons = said.get("reasons")
    return "; ".join(map(str, reasons))[:300] if isinstance(reasons, list) else ""


def _host(address: str) -> str:
    """The server of an address, without what may be secret in it."""
    place = urlsplit(address)
    return f"{place.scheme}://{place.hostname or ''}" + (f":{place.port}" if place.port else "")


def _ask(target: Target, path: str) -> Heard:
    from collectors import _http  # requests takes 0.1 s to load
    from collectors._net import Deadline, verdict

    trust = _trust(target)
    exchange = _http.Exchange(Deadline(target.within_s))
    headers = {"User-Agent": "tocsin-watch", "Accept": "application/json", "Connection": "close"}
    if target.token is not None:
        headers["Authorization"] = f"Bearer {target.token.reveal()}"
    try:
        _http.get(target.url + path, headers, lambda: trust, exchange, redirects=0, limit=LONGEST_BODY)
    except _http.Unfinished as fault:
        raise NoAnswer(_of_fault(fault.cause, verdict(fault.cause, target.within_s))) from None
    return Heard(
        exchange.status or 0, bytes(exchange.body), exchange.location, exchange.date, exchange.certificate_left_s
    )


def _of_fault(cause: BaseException, judged: Reading) -> Look:
    if isinstance(cause, ssl.SSLCertVerificationError):
        return Look(Seen.CERTIFICATE, judged.error)
    if isinstance(cause, ssl.SSLError) and "ALERT" in (cause.reason or ""):
        return Look(Seen.REFUSED, f"it ended the TLS handshake ({cause.reason}): does it want a client certificate?")
    if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return Look(Seen.STRANGER, judged.error)
    return Look(Seen.BLIND if judged.result is Result.UNKNOWN else Seen.SILENT, judged.error)


def _trust(target: Target) -> ssl.SSLContext:
    """Made anew for each look: certificates are renewed while the watch runs.

    Raises:
        NoAnswer: a file of this host cannot be used.
    """
    import certifi

    from collectors._net import BoundedTls

    made = ssl.create_default_context()
    made.sslsocket_class = BoundedTls
    made.load_verify_locations(cafile=certifi.where())
    try:
        if target.ca:
            made.load_verify_locations(cafile=target.ca)
        if target.cert:
            made.load_cert_chain(target.cert, target.key)
    except OSError as fault:  # an SSLError is one
        raise NoAnswer(Look(Seen.BLIND, f"--ca, --cert or --key cannot be used: {fault.strerror or fault}")) from None
    return made


def reaches(host: str, port: int, within_s: float = 5.0) -> bool:
    """Whether a connection to something of nobody's stands: our own network, told from theirs."""
    from collectors._net import Deadline, connect

    try:
        connect(host, port, Deadline(within_s)).close()
    except OSError:
        return False
    return True
