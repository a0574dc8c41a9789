"""Endpoints: channels and the URLs of `reach:` joined with their contacts, each built once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.config.channels import Channel, is_sound
from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.config.references import Resolved, Vault, has_reference
from agent.config.services import manner_of, scheme_of, why_refused
from agent.model import Endpoint, Manner, Secret

_ANYBODY = {"phone": "10000000000", "email": "nobody@example.com"}


@dataclass(slots=True)
class Exchange:
    """Makes endpoints, each once, and names what keeps one from being built."""

    vault: Vault
    faults: Faults
    can_build: Callable[[str], str] | None
    is_strict: bool  # a channel that cannot be built is a fault, not a warning
    channels: Mapping[str, Channel] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)
    _reasons: dict[str, str] = field(default_factory=dict)
    _rooms: dict[str, str] = field(default_factory=dict)

    def endpoint(self, item: Node, text: str, contact: str, count: int, known: Mapping[str, str]) -> Endpoint | None:
        """The endpoint that one item of a contact's `reach` means; `known` holds the contact's phone and email."""
        channel = self.channels.get(text) or self._anonymous(item, text)
        if channel is None:
            return None
        self._used.add(channel.name)
        for need in sorted(channel.asks & _ANYBODY.keys()):
            if not known.get(need):
                self.faults.error(item, f"needs {{{need}}} and {contact} has none: add `{need}:`")
                return None
        return self._made(channel, item, f"{contact}/{channel.name or count}", known)

    def close(self) -> None:
        """Check what no contact names as well, with a contact made up for it."""
        for name, channel in self.channels.items():
            if name not in self._used:
                self.faults.warn(channel.node, "no contact names this channel in `reach`")
                self._why_broken(channel.node, self.vault.resolve(channel.filled(_ANYBODY)))

    def _anonymous(self, item: Node, text: str) -> Channel | None:
        if not scheme_of(text) and not has_reference(text):
            shown = repr(text) if len(text) <= 40 else "of that name"
            near = suggest(text, self.channels)
            self.faults.error(item, f'unknown channel {shown}: {near} (or write a URL: "mailto://lee@example.com")')
            return None
        return Channel("", item, text) if is_sound(item, text, self.vault, self.faults) else None

    def _made(self, channel: Channel, item: Node, id_: str, known: Mapping[str, str]) -> Endpoint:
        resolved = self.vault.resolve(channel.filled(known))
        scheme = scheme_of(resolved.text)
        manner = channel.manner or manner_of(scheme)
        if manner is Manner.GROUP:
            # one room, one endpoint, however many contacts name it
            id_ = channel.name or self._rooms.setdefault(resolved.text, id_)
        place = channel.node if channel.name and (resolved.missing or not channel.asks) else item
        broken = self._why_broken(place, resolved)
        endpoint = Endpoint(id_, channel.name or scheme or "url", manner, Secret(resolved.text), broken)
        return self.endpoints.setdefault(id_, endpoint)

    def _why_broken(self, place: Node, resolved: Resolved) -> str:
        for reason in resolved.missing:
            self.faults.warn(place, f"{reason}; the channel is broken until it is")
        if resolved.missing:
            return "a secret it needs is not on this machine"
        refused = why_refused(scheme_of(resolved.text))
        if refused:
            self.faults.error(place, refused)
            return refused
        reason = self._reason(resolved)
        if reason:
            say = self.faults.error if self.is_strict else self.faults.warn
            say(place, f"cannot be built: {reason}")
        return reason

    def _reason(self, resolved: Resolved) -> str:
        """Why it cannot be built, without any secret; asked once for each URL."""
        scheme = scheme_of(resolved.text)
        if not scheme:
            return "it is no URL: write scheme://…"
        if scheme == "log" or self.can_build is None:
            return ""
        if resolved.text not in self._reasons:
            reason = self.can_build(resolved.text).replace(resolved.text, f"{scheme}://***")
            self._reasons[resolved.text] = resolved.hide(reason)
        return self._reasons[resolved.text]
