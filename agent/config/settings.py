"""routes.yaml as one value. Replaced whole on reload, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from agent.model import (
    Agreement,
    Contact,
    Endpoint,
    Party,
    PartyTerms,
    Plan,
    Probe,
    Rota,
    Route,
    Row,
    Secret,
    Window,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A machine's key. `secret` is the plain text or `sha256:<hex>` of it."""

    name: str
    may: frozenset[str]  # intake | read | act | ping | admin; admin may all
    secret: Secret
    is_basic: bool = False  # name and password instead of a bearer token
    is_hashed: bool = False
    hmac_header: str = ""  # the key is never sent: this header carries the HMAC-SHA256 of the body under it
    hmac_timestamp_header: str = ""  # what is signed then begins with its value and a colon
    party: Party = Party.PROVIDER  # whose it is: it sees that party's copy of everything
    contact: str = ""  # the one person who has it; "" is a machine, or shared


@dataclass(frozen=True, slots=True)
class Limits:
    body: int = 8 * 1024 * 1024  # bytes, before and after decompression
    bodies: int = 128 * 1024 * 1024  # bytes, of all bodies being read together
    connections: int = 2048
    depth: int = 16  # of nested JSON
    alerts: int = 20_000  # in one message
    label: int = 4096  # bytes of one label or annotation value


@dataclass(frozen=True, slots=True)
class Server:
    host: str = "127.0.0.1"
    port: int = 8119
    public_url: str = ""  # without a slash at its end; "" means links point at host:port
    cert: Path | None = None
    key: Path | None = None
    client_ca: Path | None = None  # who signs the certificates that clients must show
    tokens: tuple[Token, ...] = ()
    limits: Limits = field(default_factory=Limits)
    trusted_proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadMan:
    every: timedelta
    urls: tuple[Secret, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the body of a monitor with a shape of its own says what: names from outside inwards; () is nowhere."""

    title: tuple[str, ...]
    each: tuple[str, ...] = ()  # the list of alerts; () is the body itself
    status: tuple[str, ...] = ()
    words: Mapping[str, bool] = field(default_factory=dict)  # its own of `status`, in small letters: whether they fire
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    annotations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    starts_at: tuple[str, ...] = ()
    ends_at: tuple[str, ...] = ()
    fingerprint: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the file, where, and what would be right."""

    line: int
    key: str  # dotted: `parties.customer.contacts.wang.reach[0]`
    message: str
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.line}: {self.key}: {'warning: ' if self.is_warning else ''}{self.message}"


@dataclass(frozen=True, slots=True)
class Settings:
    path: Path
    agreement: Agreement
    parties: Mapping[Party, PartyTerms]
    contacts: Mapping[str, Contact]  # of both parties, by id
    endpoints: Mapping[str, Endpoint]  # by id
    rows: tuple[Row, ...]  # the file's own, then the shipped heartbeats (Watchdog, DeadMansSwitch)
    routes: tuple[Route, ...]  # the file's own, then the defaults
    probes: Mapping[str, Probe]
    reference: Probe | None
    maintenance: tuple[Window, ...]
    plans: tuple[Plan, ...]
    server: Server
    store_url: str  # sqlite:////absolute/path or postgresql://…
    keep: timedelta
    templates: Path | None = None  # the operator's own wording
    dead_man: DeadMan | None = None
    alertmanager_url: str = ""
    layouts: Mapping[str, Layout] = field(default_factory=dict)  # of other monitors, by name
    rotas: Mapping[Party, Rota] = field(default_factory=dict)  # as they were when the file was read
    later: tuple[str, ...] = ()  # keys accepted whose behaviour is not active yet
    warnings: tuple[Fault, ...] = ()
    late_start: Fault | None = None  # what a first day would cost that is not on record yet
    part: str = ""  # the file's agreement part as canonical text; `agreement` is the one in force
    extra: Mapping[str, Any] = field(default_factory=dict)  # accepted sections not active yet, as plain values

    def contacts_of(self, party: Party) -> tuple[Contact, ...]:
        """A party's contacts, in the order of the file."""
        return tuple(self.contacts[id_] for id_ in self.parties[party].contacts)
