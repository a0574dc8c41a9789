"""A decision of the desk: everything that one transaction writes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from agent.model.happened import Acknowledgement, Body, Episode, Fact, Heartbeat, Incident, Line, ProbeState
from agent.model.joint import AgreementPart
from agent.model.measured import Exclusion, Run
from agent.model.owed import Obligation
from agent.model.planned import Maintenance, Snooze
from agent.model.registered import Item
from agent.model.reminded import Reminder
from agent.model.standing import Card
from agent.model.stated import Statement
from agent.model.told import Attempt, Delivery, Ladder, Link, Notice
from agent.model.written import Entry, Report


@dataclass(slots=True)
class Change:
    """Rows by their key (the last of a key wins) and facts in order. Written whole or not at all."""

    facts: list[Fact] = field(default_factory=list)
    bodies: dict[str, Body] = field(default_factory=dict)
    episodes: dict[int, Episode] = field(default_factory=dict)  # new ones, and doubtful or continued ones whole
    ends: dict[int, Episode] = field(default_factory=dict)  # episodes of which only the end is new
    adopted: dict[int, str | None] = field(default_factory=dict)  # older episode -> the incident it belongs to now
    expiries: dict[int, datetime] = field(default_factory=dict)  # episode -> when it ends by itself
    mutes: dict[int, str] = field(default_factory=dict)  # episode -> silenced, inhibited or neither
    forgotten_lines: set[str] = field(default_factory=set)  # by id; one that is put as well stays
    forgotten_heartbeats: set[str] = field(default_factory=set)  # by name; one that is put as well stays
    lines: dict[str, Line] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    signals_total: dict[str, int] = field(default_factory=dict)  # of incidents of which nothing else is new
    acknowledgements: list[Acknowledgement] = field(default_factory=list)
    notices: dict[str, Notice] = field(default_factory=dict)
    deliveries: dict[str, Delivery] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    ladders: dict[tuple[str, str], Ladder] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    probes: dict[str, ProbeState] = field(default_factory=dict)
    heartbeats: dict[str, Heartbeat] = field(default_factory=dict)
    maintenance: dict[str, Maintenance] = field(default_factory=dict)
    snoozes: dict[tuple[str, str, str], Snooze] = field(default_factory=dict)  # by incident, party and contact
    obligations: dict[str, Obligation] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    reports: dict[str, Report] = field(default_factory=dict)
    parts: dict[int, AgreementPart] = field(default_factory=dict)  # by number
    statements: dict[str, Statement] = field(default_factory=dict)
    contacts: dict[str, Card] = field(default_factory=dict)
    items: dict[str, Item] = field(default_factory=dict)  # of the registers
    runs: dict[tuple[str, str, datetime], Run] = field(default_factory=dict)  # by probe, function and begin
    forgotten_runs: set[tuple[str, str, datetime]] = field(default_factory=set)
    runs_ahead: dict[str, datetime] = field(default_factory=dict)  # probe -> nothing was measured after that
    exclusions: dict[str, Exclusion] = field(default_factory=dict)
    reminders: dict[str, Reminder] = field(default_factory=dict)  # by contact

    def say(self, *facts: Fact) -> None:
        self.facts.extend(facts)

    def put_deliveries(self, deliveries: Iterable[Delivery]) -> None:
        self.deliveries.update((delivery.id, delivery) for delivery in deliveries)

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__slots__)
