"""`channels:` and the URLs of `reach:` as endpoints: one way to reach one contact, or one room."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.config.references import Resolved, Vault, has_reference, literal_secret
from agent.config.shapes import FLAG, TEXT, Either, Entry, Field, MapOf, Record, Scalar, one_of
from agent.model import Endpoint, Manner, Secret

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PLACEHOLDER = re.compile(r"(?<!\$)\{(\w+)\}")

GROUPS = frozenset({
    "wecombot", "dingtalk", "feishu", "lark", "slack", "msteams", "workflow", "workflows", "discord", "mmost", "mmosts",
    "rocket", "rockets", "gchat", "guilded", "wxteams", "webex", "zulip", "matrix", "matrixs", "ryver", "twist",
    "flock", "nctalk", "nctalks", "revolt", "cliq", "zcliq", "zohocliq", "stackfield", "synology", "synologys",
    "groupme", "irc", "ircs", "humhub", "humhubs", "kook", "fluxer", "fluxers",
})  # fmt: skip
"""Bots of chat rooms: posted once, never delivery to a person."""

MAIL = frozenset({
    "mailto", "mailtos", "ses", "sendgrid", "mailgun", "sparkpost", "smtp2go", "sendpulse", "resend", "brevo",
    "postmark", "mailersend", "o365", "azure",
})  # fmt: skip

OWN_HOST = frozenset({"dbus", "qt", "kde", "glib", "gio", "gnome", "windows", "macosx", "syslog", "blink1"})
"""They act on the machine the agent runs on: nobody is reached by them."""


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

    name: str  # "" for an URL written in `reach`
    node: Node
    url: str
    manner: Manner | None = None  # None: the scheme's own

    @property
    def asks(self) -> frozenset[str]:
        """What it needs of a contact: phone, email."""
        return frozenset(_PLACEHOLDER.findall(self.url))


@dataclass(slots=True)
class Exchange:
    """Makes endpoints, each once, and names what keeps one from being built."""

    vault: Vault
    faults: Faults
    can_build: Callable[[str], str] | None
    is_strict: bool  # a channel that cannot be built is a fault, not a warning
    channels: Mapping[str, Channel] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    _built: dict[str, str] = field(default_factory=dict)
    _rooms: dict[str, str] = field(default_factory=dict)

    def open(self, entries: Mapping[str, "Entry | str"], section: Node) -> None:
        """Read `channels:`; each is checked even if no contact names it."""
        found: dict[str, Channel] = {}
        for name, entry in entries.items():
            channel = self._channel(name, entry, section.at(name))
            if channel is not None:
                found[name] = channel
        self.channels = found

    def endpoint(self, item: Node, text: str, contact: str, count: int, known: Mapping[str, str]) -> Endpoint | None:
        """The endpoint that one item of a contact's `reach` means; `known` holds the contact's phone and email."""
        channel = self.channels.get(text)
        if channel is None:
            if not (_SCHEME.match(text) or has_reference(text)):
                self.faults.error(item, f"unknown channel {_shown(text)}: {suggest(text, self.channels)} "
                                        "(or write an Apprise URL such as \"mailto://lee@example.com\")")  # fmt: skip
                return None
            if not self._is_sound(item, text):
                return None
            channel = Channel("", item, text)
        self.used.add(channel.name)
        for need in sorted(channel.asks & {"phone", "email"}):
            if not known.get(need):
                self.faults.error(item, f"needs {{{need}}} and {contact} has none: add `{need}:`")
                return None
        return self._made(channel, item, contact, count, known)

    def close(self) -> None:
        """Check what no contact names as well, with a contact made up for it."""
        for name, channel in self.channels.items():
            if name not in self.used:
                self.faults.warn(channel.node, "no contact names this channel in `reach`")
                resolved = self.vault.resolve(_filled(channel, _ANYBODY))
                self._why_broken(channel.node, resolved)

    def _made(self, channel: Channel, item: Node, contact: str, count: int, known: Mapping[str, str]) -> Endpoint:
        resolved = self.vault.resolve(_filled(channel, known))
        scheme = _scheme(resolved.text)
        manner = channel.manner or _manner_of(scheme)
        id_ = f"{contact}/{channel.name or count}"
        if manner is Manner.GROUP:
            # one room, one endpoint, however many contacts name it
            id_ = channel.name or self._rooms.setdefault(resolved.text, id_)
        place = channel.node if channel.name and (resolved.missing or not channel.asks) else item
        broken = self._why_broken(place, resolved)
        endpoint = Endpoint(id_, channel.name or scheme or "url", manner, Secret(resolved.text), broken)
        return self.endpoints.setdefault(id_, endpoint)

    def _why_broken(self, place: Node, resolved: Resolved) -> str:
        if resolved.missing:
            for reason in resolved.missing:
                self.faults.warn(place, f"{reason}; the channel is broken until it is")
            return "a secret it needs is not on this machine"
        scheme = _scheme(resolved.text)
        if scheme in OWN_HOST:
            self.faults.error(place, _own_host(scheme))
            return "acts on the agent's own host"
        if resolved.text not in self._built:
            self._built[resolved.text] = self._reason(resolved, scheme)
        reason = self._built[resolved.text]
        if reason:
            say = self.faults.error if self.is_strict else self.faults.warn
            say(place, f"cannot be built: {reason}")
        return reason

    def _reason(self, resolved: Resolved, scheme: str) -> str:
        if not scheme:
            return "it is no URL: write scheme://…"
        if scheme == "log" or self.can_build is None:
            return ""
        reason = self.can_build(resolved.text)
        return resolved.hide(reason.replace(resolved.text, f"{scheme}://***"))

    def _channel(self, name: str, entry: "Entry | str", node: Node) -> Channel | None:
        if isinstance(entry, str):
            return Channel(name, node, entry) if self._is_sound(node, entry) else None
        manner = self._manner(entry)
        if "smtp" in entry:
            return self._mail(name, entry, manner)
        for key in ("user", "password", "from", "security"):
            if key in entry:
                self.faults.error(entry.at(key), "belongs to a mail channel: add `smtp: host:port`")
        url = entry.get("url")
        if "url" not in entry:
            self.faults.error(entry.node, "needs a `url:` (any Apprise URL) or `smtp:`, `user:`, `password:`, `from:`")
        if url is None or not self._is_sound(entry.at("url"), url):
            return None
        return self._fitting(Channel(name, entry.at("url"), url, manner))

    def _mail(self, name: str, entry: Entry, manner: Manner | None) -> Channel | None:
        if "url" in entry:
            self.faults.error(entry.at("url"), "a channel has either `url:` or `smtp:`; remove one")
        password = entry.get("password", "")
        if password and not has_reference(password):
            self.faults.warn(entry.at("password"), _LITERAL.format("a password"))
        if "smtp" not in entry.values:
            return None
        host, port = entry.values["smtp"]
        user, sender = entry.get("user", ""), entry.get("from", "")
        security = entry.get("security") or ("tls" if port == 465 else "starttls" if user else "none")
        address = sender if "@" in sender else user if "@" in user else f"tocsin@{host}"
        from_ = f"{sender} <{address}>" if sender and "@" not in sender else address
        # a password by reference stays one here: it is encoded as one component when the URL is made
        login = f"{_component(user)}:{_component(password)}@" if password else f"{_component(user)}@" if user else ""
        scheme, mode = (
            ("mailto", "insecure") if security == "none" else ("mailtos", "ssl" if security == "tls" else security)
        )
        url = f"{scheme}://{login}{host}:{port}/{{email}}?from={quote(from_, safe='')}&mode={mode}"
        channel = Channel(name, entry.node, url, manner or Manner.QUIET)
        return channel if self._is_sound(entry.at("password"), password, is_url=False) else None

    def _manner(self, entry: Entry) -> Manner | None:
        said = [word for word in ("loud", "group", "quiet") if entry.get(word)]
        if len(said) > 1:
            self.faults.error(
                entry.at(said[1]), f"a channel is one of loud, group, quiet: this one is already {said[0]}"
            )
        if said:
            return Manner(said[0])
        return Manner.PERSONAL if entry.get("group") is False else None

    def _fitting(self, channel: Channel) -> Channel | None:
        is_group = (channel.manner or _manner_of(_scheme(channel.url))) is Manner.GROUP
        if is_group and channel.asks:
            self.faults.error(channel.node, f"a room has no {{{min(channel.asks)}}}: it belongs to no single contact")
            return None
        return channel

    def _is_sound(self, node: Node, url: str, *, is_url: bool = True) -> bool:
        """Whether its references and placeholders are of known forms; a secret written out is warned about."""
        try:
            self.vault.resolve(url)
        except ValueError as fault:
            self.faults.error(node, str(fault))
            return False
        if not is_url:
            return True
        for word in _PLACEHOLDER.findall(url):
            if word not in {"phone", "email"}:
                self.faults.error(node, f"unknown {{{word}}}: a channel knows {{phone}} and {{email}} of the contact")
                return False
        scheme = _scheme(url)
        if not scheme and not has_reference(url):
            self.faults.error(node, 'is no URL: write scheme://…, such as "log://" or "mailto://lee@example.com"')
            return False
        if scheme in OWN_HOST:
            self.faults.error(node, _own_host(scheme))
            return False
        what = literal_secret(url)
        if what:
            self.faults.warn(node, _LITERAL.format(what))
        return True


_LITERAL = 'holds {} written out: keep it out of the file by a reference such as "${{credential:NAME}}"'


_ANYBODY = {"phone": "10000000000", "email": "nobody@example.com"}


def _filled(channel: Channel, known: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda found: quote(known.get(found[1], ""), safe=""), channel.url)


def literal(what: str) -> str:
    """The warning about a secret that is written out."""
    return _LITERAL.format(what)


def _component(text: str) -> str:
    return text if has_reference(text) else quote(text, safe="")


def _scheme(url: str) -> str:
    found = _SCHEME.match(url)
    return found[1].lower() if found else ""


def _manner_of(scheme: str) -> Manner:
    if scheme in GROUPS:
        return Manner.GROUP
    return Manner.QUIET if scheme in MAIL else Manner.PERSONAL


def _own_host(scheme: str) -> str:
    return f"{scheme}:// acts on the agent's own host and reaches nobody: for a line in the log write log://"


def _shown(text: str) -> str:
    return repr(text) if len(text) <= 40 else "of that name"
