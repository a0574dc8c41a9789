"""`channels:` — endpoints written once. A channel is a URL that still lacks its contact."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from agent.config.faults import Faults
from agent.config.nodes import Node
from agent.config.references import Vault, has_reference, literal, literal_secret
from agent.config.services import manner_of, scheme_of, why_refused
from agent.config.shapes import FLAG, TEXT, Either, Entry, Field, MapOf, Record, Scalar, one_of
from agent.model import Manner

PLACEHOLDER = re.compile(r"(?<!\$)\{(\w+)\}")


def _name(text: str) -> str:
    if not re.fullmatch(r"\w[\w.-]*", text):
        raise ValueError(f"{text!r} is no channel name: use letters, digits, - and _")
    return text


def _smtp(text: str) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon:
        host, port = text, "465"
    if not host or not port.isdigit() or not 0 < int(port[:6]) < 65536 or "/" in host:
        raise ValueError(f"{text!r} is no mail server: write smtp.example.com:465")
    return host, int(port)


_RECORD = Record(
    {
        "url": Field(TEXT, "any Apprise URL; {phone} and {email} come from the contact"),
        "smtp": Field(
            Scalar("a mail server such as smtp.example.com:465", _smtp), "mail server, host:port; 465 is TLS"
        ),
        "user": Field(TEXT, "login at the mail server"),
        "password": Field(TEXT, 'of the mail login, by reference: "${credential:smtp}"'),
        "from": Field(TEXT, "sender: a display name, or an address"),
        "security": Field(
            one_of(("tls", "starttls", "none")), "of the mail connection; tls on port 465, else starttls"
        ),
        "loud": Field(FLAG, "wakes people: voice, critical push"),
        "group": Field(FLAG, "a room: posted once however many contacts name it"),
        "quiet": Field(FLAG, "may be seen late, as mail is"),
    },
    "an endpoint written once",
)
SHAPE = MapOf(Either(TEXT, _RECORD), _name)


@dataclass(frozen=True, slots=True)
class Channel:
    """A URL that still lacks its contact."""

    name: str  # "" for a URL written in `reach`
    node: Node
    url: str
    manner: Manner | None = None  # None: the scheme's own

    @property
    def asks(self) -> frozenset[str]:
        """What it needs of a contact: phone, email."""
        return frozenset(PLACEHOLDER.findall(self.url))

    def filled(self, contact: Mapping[str, str]) -> str:
        """Its URL with what the contact has, percent-encoded."""
        return PLACEHOLDER.sub(lambda found: quote(contact.get(found[1], ""), safe=""), self.url)


def read(entries: Mapping[str, "Entry | str"], section: Node, vault: Vault, faults: Faults) -> Mapping[str, Channel]:
    """Every channel that is clear."""
    read_ = (_channel(name, entry, section.at(name), vault, faults) for name, entry in entries.items())
    return {channel.name: channel for channel in read_ if channel}


def is_sound(node: Node, url: str, vault: Vault, faults: Faults) -> bool:
    """Whether its references, placeholders and scheme are known ones; a secret written out is warned about."""
    problem = _problem(url, vault)
    if problem:
        faults.error(node, problem)
    elif what := literal_secret(url):
        faults.warn(node, literal(what))
    return not problem


def _problem(url: str, vault: Vault) -> str:
    try:
        vault.resolve(url)
    except ValueError as fault:
        return str(fault)
    for word in PLACEHOLDER.findall(url):
        if word not in {"phone", "email"}:
            return f"unknown {{{word}}}: a channel knows {{phone}} and {{email}} of the contact"
    scheme = scheme_of(url)
    if not scheme and not has_reference(url):
        return 'is no URL: write scheme://…, such as "log://" or "mailto://lee@example.com"'
    return why_refused(scheme)


def _channel(name: str, entry: "Entry | str", node: Node, vault: Vault, faults: Faults) -> Channel | None:
    if isinstance(entry, str):
        found = Channel(name, node, entry)
    elif "smtp" in entry:
        return _mail(name, entry, vault, faults)
    else:
        found = Channel(name, entry.at("url"), entry.get("url", ""), _manner(entry, faults))
        _check_keys(entry, faults)
    return found if found.url and is_sound(found.node, found.url, vault, faults) and _fits(found, faults) else None


def _check_keys(entry: Entry, faults: Faults) -> None:
    for key in ("user", "password", "from", "security"):
        if key in entry:
            faults.error(entry.at(key), "belongs to a mail channel: add `smtp: host:port`")
    if "url" not in entry:
        faults.error(entry.node, "needs a `url:` (any Apprise URL) or `smtp:`, `user:`, `password:`, `from:`")


def _mail(name: str, entry: Entry, vault: Vault, faults: Faults) -> Channel | None:
    if "url" in entry:
        faults.error(entry.at("url"), "a channel has either `url:` or `smtp:`; remove one")
    password = entry.get("password", "")
    if password and not has_reference(password):
        faults.warn(entry.at("password"), literal("a password"))
    manner = _manner(entry, faults) or Manner.QUIET
    if "smtp" not in entry.values:
        return None
    found = Channel(name, entry.node, _mail_url(entry), manner)
    problem = _problem(found.url, vault)
    if problem:
        faults.error(entry.node, problem)
    return None if problem or not _fits(found, faults) else found


def _mail_url(entry: Entry) -> str:
    """The form as Apprise's URL. References stay what they are: each is one component of it."""
    host, port = entry.values["smtp"]
    user, password, sender = entry.get("user", ""), entry.get("password", ""), entry.get("from", "")
    security = entry.get("security") or ("tls" if port == 465 else "starttls" if user else "none")
    domain = host if re.search("[a-z]", host, re.IGNORECASE) and ":" not in host else "localhost"  # no bare address
    address = sender if "@" in sender else user if "@" in user else f"tocsin@{domain}"
    from_ = f"{sender} <{address}>" if sender and "@" not in sender else address
    login = ":".join(_component(part) for part in (user, password) if part)
    scheme = "mailto" if security == "none" else "mailtos"
    mode = {"none": "insecure", "tls": "ssl", "starttls": "starttls"}[security]
    return f"{scheme}://{login}{'@' * bool(login)}{host}:{port}/{{email}}?from={quote(from_, safe='')}&mode={mode}"


def _component(text: str) -> str:
    return text if has_reference(text) else quote(text, safe="")


def _manner(entry: Entry, faults: Faults) -> Manner | None:
    said = [word for word in ("loud", "group", "quiet") if entry.get(word)]
    if len(said) > 1:
        faults.error(entry.at(said[1]), f"a channel is one of loud, group, quiet: this one is already {said[0]}")
    if said:
        return Manner(said[0])
    return Manner.PERSONAL if entry.get("group") is False else None


def _fits(channel: Channel, faults: Faults) -> bool:
    """Whether a room does without anything of a single contact's."""
    is_room = (channel.manner or manner_of(scheme_of(channel.url))) is Manner.GROUP
    if is_room and channel.asks:
        faults.error(channel.node, f"a room has no {{{min(channel.asks)}}}: it belongs to no single contact")
    return not (is_room and channel.asks)
