"""Who may ask for what (routes.md, Access). Pure: headers and addresses in, a caller or a refusal out."""

import base64
import binascii
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from agent.config.settings import Server, Token
from agent.model import Party
from agent.model.hot import hot

UNAUTHENTICATED = "unauthenticated"

SIGNED_WITHIN_S = 300


class Right(StrEnum):
    INTAKE = "intake"
    READ = "read"
    ACT = "act"
    PING = "ping"
    ADMIN = "admin"  # may all


@hot
@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as access looks at it. Addresses are of the real socket; "" is a Unix socket."""

    peer: str
    local: str
    headers: Mapping[bytes, bytes]
    certificate: str = ""  # whom the client's certificate is of, checked in the handshake; "" where it showed none


@dataclass(frozen=True, slots=True)
class Caller:
    """Who was let in: a token's name, or `unauthenticated` on loopback; of which party, and which of its contacts."""

    name: str
    party: Party = Party.PROVIDER
    contact: str | None = None  # None: a machine, or nobody in particular

    @property
    def recorded_as(self) -> str:
        """Who brought an act, for the record: the person, else the token."""
        return self.contact or self.name

    @property
    def speaks_for(self) -> Party | None:
        """The one party it may act for; None: either. The provider's desk records what the customer says by phone."""
        return Party.CUSTOMER if self.party is Party.CUSTOMER else None


_ANYBODY = Caller(UNAUTHENTICATED)


class Denied(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def admit(asked: Asked, server: Server, right: Right) -> Caller:
    """
    Raises:
        Denied: 401 without a good credential, 403 where it is good for something else or a certificate is missing.
    """
    check_certificate(asked, server)
    if server.tokens:
        return _by_token(asked, server.tokens, right)
    if reason := why_not_loopback(asked):
        raise Denied(401, f"{reason}; configure server.tokens and send one as a bearer token")
    return _ANYBODY


def check_certificate(asked: Asked, server: Server) -> None:
    """
    Raises:
        Denied: 403 where clients must show a certificate, and this one did not.
    """
    if server.client_ca and not asked.certificate:
        raise Denied(403, "a client certificate is needed, signed by one of server.tls.client_ca")


def signing(asked: Asked, server: Server) -> Token | None:
    """The token whose signature the request claims to carry; None where it carries none."""
    for token in server.tokens:
        if token.hmac_header and token.hmac_header.lower().encode() in asked.headers:
            return token
    return None


def admit_signed(asked: Asked, token: Token, body: bytes, now: datetime, right: Right) -> Caller:
    """
    Raises:
        Denied: 401 where the signature is not that of this body and token, or is too old to be the first one sent.
    """
    said = asked.headers[token.hmac_header.lower().encode()].strip().lower()
    signed = body
    if token.hmac_timestamp_header:
        sent_at = asked.headers.get(token.hmac_timestamp_header.lower().encode(), b"").strip()
        if not sent_at.isdigit() or abs(int(sent_at[:12]) - now.timestamp()) > SIGNED_WITHIN_S:
            raise Denied(401, f"the time in {token.hmac_timestamp_header} is missing, or more than 5 minutes off")
        signed = sent_at + b":" + body
    expected = hmac.new(token.secret.reveal().encode(), signed, sha256).hexdigest().encode()
    if token.is_hashed or not hmac.compare_digest(said, expected):  # of a hash, or of no key, nothing is signed
        raise Denied(401, f"the signature in {token.hmac_header} is not that of the token {token.name} over this body")
    return _granted(token, right)


def why_not_loopback(asked: Asked) -> str:
    """Why a request without a token is not taken for one of this host's own machines; "" where it is."""
    headers = asked.headers
    if not (_is_loopback(asked.peer) and _is_loopback(asked.local)):
        return "the request does not come over loopback"
    if any(name == b"forwarded" or name.startswith(b"x-forwarded-") for name in headers):
        return "the request was forwarded"
    if not _is_loopback_name(headers.get(b"host", b"")):
        return "its Host is no loopback name"
    if b"origin" in headers or headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
        return "it was sent by a page in a browser"
    return ""


def why_closed(server: Server, address: str) -> str:
    """Why the agent must not listen at this address of its real socket as it is configured; "" where it may."""
    if server.tokens:
        return ""
    if not _is_loopback(address):
        return (
            f"listening on {address} without tokens would let everyone in: "
            "add server.tokens to the routes file, or listen on 127.0.0.1"
        )
    if server.public_url:
        return "server.public_url without server.tokens would let everyone in: add server.tokens to the routes file"
    return ""


def client_address(asked: Asked, trusted: Iterable[str]) -> str:
    """Where the request came from: the socket's other end, or what a trusted proxy says of it."""
    proxies = [ip_network(each, strict=False) for each in trusted]
    address = asked.peer
    hops = [hop.strip() for hop in asked.headers.get(b"x-forwarded-for", b"").decode("latin-1").split(",")]
    while hops and (here := _address(address)) and any(here in proxy for proxy in proxies):
        hop = hops.pop()
        if _address(hop) is None:
            break
        address = hop
    return address


def _by_token(asked: Asked, tokens: Iterable[Token], right: Right) -> Caller:
    scheme, _, credential = asked.headers.get(b"authorization", b"").partition(b" ")
    kind = scheme.lower()
    name, secret = b"", credential.strip()
    if kind == b"basic":
        name, secret = _name_and_password(secret)
    found: Token | None = None
    for token in tokens:  # all of them are looked at, each in constant time
        if token.hmac_header:  # a key that signs is never sent
            continue
        is_it = hmac.compare_digest(sha256(secret).hexdigest(), _digest(token))
        if token.is_basic:
            is_it &= kind == b"basic" and hmac.compare_digest(name, token.name.encode())
        else:
            is_it &= kind == b"bearer"
        if is_it:
            found = token
    if found is None:
        missing = "the token is not known here" if credential else "a token is needed"
        raise Denied(401, f"{missing}: send Authorization: Bearer … with one of server.tokens")
    return _granted(found, right)


def _granted(token: Token, right: Right) -> Caller:
    if right not in token.may and Right.ADMIN not in token.may:
        raise Denied(403, f"the token {token.name} may {', '.join(sorted(token.may)) or 'nothing'}, not {right}")
    return Caller(token.name, token.party, token.contact or None)


def _digest(token: Token) -> str:
    secret = token.secret.reveal()
    return secret.removeprefix("sha256:") if token.is_hashed else sha256(secret.encode()).hexdigest()


def _name_and_password(credential: bytes) -> tuple[bytes, bytes]:
    try:
        name, _, password = base64.b64decode(credential, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return b"", b""
    return name, password


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0].strip("[]"))
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=512)  # parsing an address costs more than the rest of the door
def _is_loopback(address: str) -> bool:
    known = _address(address)
    return not address or (known is not None and known.is_loopback)


@lru_cache(maxsize=512)
def _is_loopback_name(host: bytes) -> bool:
    text = host.decode("latin-1").lower()
    name = text[: text.find("]") + 1] if text.startswith("[") else text.partition(":")[0]
    return name == "localhost" or (bool(name) and _is_loopback(name))
