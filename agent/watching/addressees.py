"""Whom the watch tells: Apprise URLs of either party, given one by one or taken from a routes.yaml."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent.config.references import Vault, literal_secret
from agent.config.services import manner_of, scheme_of
from agent.errors import TocsinError
from agent.model import Endpoint, Party, Role, Secret

if TYPE_CHECKING:
    from agent.config.settings import Settings

TOLD = (Role.PRINCIPAL, Role.COORDINATOR)
"""Of a routes.yaml: whoever leads. Nobody else need be woken because the agent is silent."""


class Unusable(TocsinError):
    """An address that nobody can be told by."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One way to tell one of a party. `key` stands for it in the memory, and names no address."""

    key: str
    party: Party
    language: str
    endpoint: Endpoint


def given(urls: Iterable[str], party: Party, language: str, environment: Mapping[str, str]) -> list[Addressee]:
    """Those named one by one; each may be, or hold, a reference such as `${credential:NAME}`.

    Raises:
        Unusable: one cannot be built here.
    """
    vault = Vault(Path.cwd(), environment)
    return [_given(url, f"{party}/{number}", party, language, vault) for number, url in enumerate(urls, 1)]


def _given(text: str, id_: str, party: Party, language: str, vault: Vault) -> Addressee:
    from agent.notify import why_unbuildable

    try:
        found = vault.resolve(text)
    except ValueError as fault:
        raise Unusable(f"--{id_}: {fault}") from None
    if found.missing:
        raise Unusable(f"--{id_}: {'; '.join(found.missing)}")
    if wrong := why_unbuildable(found.text):
        raise Unusable(f"--{id_}: {found.hide(wrong)}")
    scheme = scheme_of(found.text)
    return _addressee(party, language, Endpoint(id_, scheme, manner_of(scheme), Secret(found.text)))


def of_routes(settings: "Settings") -> list[Addressee]:
    """The principals and coordinators of both parties, by every channel of theirs that can be built here."""
    found: dict[str, Addressee] = {}
    for contact in settings.contacts.values():
        if set(contact.roles) & set(TOLD):
            for endpoint in (settings.endpoints[id_] for id_ in contact.reach):
                if not endpoint.broken:
                    each = _addressee(contact.party, contact.language, endpoint)
                    found.setdefault(each.key, each)
    return list(found.values())


def written_out(urls: Iterable[str]) -> list[str]:
    """What is secret in addresses and stands there for everyone on this host to read."""
    return [what for url in urls if (what := literal_secret(url))]


def _addressee(party: Party, language: str, endpoint: Endpoint) -> Addressee:
    key = hashlib.sha256(f"{party} {endpoint.url.reveal()}".encode()).hexdigest()[:16]
    return Addressee(key, party, language, endpoint)
