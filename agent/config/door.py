"""`server:` — the HTTP door and who may come in. An open one without keys is refused."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from agent.config import certificates
from agent.config.faults import Faults, suggest
from agent.config.head import name_of
from agent.config.lookups import WEB, file_of, resolved
from agent.config.probing import is_loopback
from agent.config.references import Vault, has_reference, literal
from agent.config.settings import Limits, Server, Token
from agent.config.shapes import TEXT, Entry, Field, ListOf, MapOf, Record, Scalar, measured, one_of, whole
from agent.model import Contact, Party, Secret
from agent.rules.units import SIZE, size

MAY = ("intake", "read", "act", "ping", "admin")
_SHA256 = re.compile(r"sha256:[0-9a-f]{64}")
_NOBODYS = "sha256:" + "0" * 64
"""The hash of nothing anybody knows: a door whose key is missing stays locked."""


def _listen(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not bare or not port.isdigit() or int(port[:6]) > 65535 or (":" in bare and not host.startswith("[")):
        raise ValueError(f"{text!r} is no address: write 127.0.0.1:8119 or [::1]:8119")
    return bare, int(port)


def _network(text: str) -> str:
    try:
        return str(ipaddress.ip_network(text, strict=False)) if "/" in text else str(ipaddress.ip_address(text))
    except ValueError:
        raise ValueError(f"{text!r} is no address: write 127.0.0.1 or 10.0.0.0/8") from None


def _header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]{1,100}", text):
        raise ValueError(f"{text!r} is no name of a header: write X-Grafana-Alerting-Signature")
    return text


_SIZE = measured("a size such as 8MiB", size, pattern=SIZE)
_ACCESS: dict[str, Field] = {
    "may": Field(ListOf(one_of(MAY), at_least=1), "intake, read, act, ping, admin (all)", True),
    "secret": Field(TEXT, "by reference, or sha256:… of it", True),
    "party": Field(one_of(Party), "whose it is; the customer's sees nothing technical; provider where it is not said"),
    "contact": Field(TEXT, "the one contact who has it; their acts are recorded as theirs"),
}
_HEADER = Scalar("the name of a header", _header)
_SIGNED: dict[str, Field] = {
    "hmac_header": Field(
        _HEADER, "messages are signed instead: the header with the HMAC-SHA256 of the body (Grafana), in hexadecimal"
    ),
    "hmac_timestamp_header": Field(_HEADER, "header with the time that is signed with it; at most 5 minutes off"),
}

SHAPE = Record(
    {
        "listen": Field(
            Scalar("an address such as 127.0.0.1:8119", _listen), "host:port; 127.0.0.1:8119 where it is not said"
        ),
        "public_url": Field(WEB, "address of the links in notices"),
        "tls": Field(certificates.SHAPE, "encrypt the listening socket"),
        "tokens": Field(MapOf(Record({**_ACCESS, **_SIGNED}), name_of("token name")), "machine access by bearer token"),
        "basic": Field(MapOf(Record(_ACCESS), name_of("user name")), "machine access by name and password"),
        "limits": Field(
            Record(
                {
                    "body": Field(_SIZE, "of one request, before and after decompression"),
                    "bodies": Field(_SIZE, "of all requests being read together; at least twice `body`"),
                    "connections": Field(whole(8, 100_000), "at once"),
                    "depth": Field(whole(4, 128), "of nested JSON"),
                    "alerts": Field(whole(1, 1_000_000), "in one message"),
                    "label": Field(_SIZE, "of one label or annotation value"),
                }
            ),
            "what a request may cost",
        ),
        "trusted_proxies": Field(ListOf(Scalar("an address", _network)), "addresses whose X-Forwarded-* count"),
    },
    "the HTTP door",
)


def build(entry: Entry | None, contacts: Mapping[str, Contact], vault: Vault, now: datetime, faults: Faults) -> Server:
    """The door; an open one without keys is refused."""
    if entry is None:
        return Server()
    host, port = entry.get("listen", ("127.0.0.1", 8119))
    tokens = tuple(
        token for section in ("tokens", "basic") for token in _tokens(entry, section, contacts, vault, faults)
    )
    is_guarded = bool(entry.get("tokens") or entry.get("basic"))
    if "listen" in entry.values and not is_loopback(host) and not is_guarded:
        faults.error(entry.at("listen"), f"{host} is open to others: add `tokens:` or `basic:`, or listen on 127.0.0.1")
    if "public_url" in entry and not entry.get("tokens"):
        faults.error(
            entry.at("public_url"), "a public address needs `tokens:`; without them machine requests would be free"
        )
    return Server(
        host=host,
        port=port,
        public_url=entry.get("public_url", ""),
        **_tls(entry.get("tls"), vault, now, faults),
        tokens=tokens,
        limits=_limits(entry.get("limits"), faults),
        trusted_proxies=entry.get("trusted_proxies", ()),
    )


def _tls(entry: Entry | None, vault: Vault, now: datetime, faults: Faults) -> dict[str, Path | None]:
    files = {key: file_of(entry, key, vault, faults) for key in ("cert", "key", "client_ca")}
    if entry is not None:
        certificates.check(entry, files, now, faults)
    return files


def _limits(own: Entry | None, faults: Faults) -> Limits:
    if own is None:
        return Limits()
    limits = replace(Limits(), **own.values)
    least = 2 * limits.body  # one body beside what it is when decompressed
    if "bodies" not in own.values:
        return replace(limits, bodies=max(limits.bodies, least))
    if limits.bodies < least:
        faults.error(own.at("bodies"), "must be at least twice `body`: a compressed body and what it holds count")
    return limits


def _tokens(
    entry: Entry, section: str, contacts: Mapping[str, Contact], vault: Vault, faults: Faults
) -> tuple[Token, ...]:
    found: list[Token] = []
    for name, item in entry.get(section, {}).items():
        written = item.get("secret")
        if written is None:
            continue
        is_hashed = written.startswith("sha256:")
        if is_hashed and not _SHA256.fullmatch(written):
            faults.error(item.at("secret"), "is no SHA-256: write sha256: and 64 hexadecimal digits")
        if not is_hashed and not has_reference(written):
            faults.warn(item.at("secret"), literal("a secret") + " or write sha256:… of it")
        secret = resolved(item, "secret", vault, faults, "nobody can use it until it is") or _NOBODYS
        is_hashed = bool(_SHA256.fullmatch(secret))
        if "hmac_header" in item and is_hashed and secret != _NOBODYS:
            faults.error(item.at("secret"), "is a hash: to check a signature the secret itself is needed")
        if "hmac_timestamp_header" in item and "hmac_header" not in item:
            faults.error(item.at("hmac_timestamp_header"), "needs `hmac_header:`: the time is signed with the body")
        found.append(
            Token(
                name,
                frozenset(item.get("may", ())),
                Secret(secret),
                is_basic=section == "basic",
                is_hashed=is_hashed,
                hmac_header=item.get("hmac_header", ""),
                hmac_timestamp_header=item.get("hmac_timestamp_header", ""),
                party=_party(item, contacts, faults),
                contact=item.get("contact", ""),
            )
        )
    return tuple(found)


def _party(item: Entry, contacts: Mapping[str, Contact], faults: Faults) -> Party:
    """Whose token it is: as it says, else its contact's, else the provider's."""
    holder = contacts.get(item.get("contact", ""))
    if "contact" in item.values and holder is None:
        near = suggest(item.get("contact"), contacts)
        faults.error(item.at("contact"), f"unknown contact {item.get('contact')!r}: {near}")
    party: Party = item.get("party") or (holder.party if holder else Party.PROVIDER)
    if holder and holder.party is not party:
        faults.error(item.at("party"), f"{holder.id} belongs to the {holder.party}: a token has one party")
    if party is Party.CUSTOMER and "admin" in item.get("may", ()):
        faults.error(item.at("may"), "the customer's tokens cannot be `admin`: the file is the provider's to reload")
    return party
