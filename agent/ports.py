"""What the engine asks of the world, as Protocols: a clock, a store, a channel, a collector."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from agent.model import (
    Acknowledgement,
    AgreementPart,
    Attempted,
    Body,
    Card,
    Change,
    Delivery,
    Endpoint,
    Entry,
    Episode,
    Exclusion,
    Grade,
    Heartbeat,
    Incident,
    Item,
    Ladder,
    Line,
    Link,
    Maintenance,
    Message,
    Notice,
    NoticeType,
    Obligation,
    Outcome,
    ProbeState,
    Reading,
    Reminder,
    Report,
    Run,
    SealedFact,
    Snooze,
    Statement,
    Tell,
)


class Clock(Protocol):
    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    def wait(self, event: threading.Event, seconds: float) -> bool: ...


class Store(Protocol):
    """Where everything is kept. One thread commits; any thread reads.

    Raises from every method:
        StoreUnavailable: it could not be read or written now; after a failed commit nothing is certain.
    """

    def commit(self, change: Change) -> Mapping[str, str]:
        """Write `change` in one durable transaction; the new chain head per incident whose chain grew."""
        ...

    # --- what the desk knows again after a start or a failed commit
    def marks(self, closed_after: datetime) -> Iterator[Episode]:
        """The latest episode of every signal that is open, then of those ended after `closed_after`, each by age.

        Without annotations; they are read as they are asked for.
        """
        ...

    def open_episodes(self, after: int, until: int, limit: int) -> Sequence[Episode]:
        """Those open with an id after `after` and up to `until`, in their order; without annotations."""
        ...

    def episode(self, id_: int) -> Episode | None: ...
    def live_incidents(self) -> Sequence[Incident]:
        """Every incident that is neither closed nor void."""
        ...

    def ended_incidents(self, after: datetime) -> Sequence[Incident]:
        """Closed since `after`: what comes now may be their recurrence."""
        ...

    def lines(self) -> Sequence[Line]: ...
    def live_links(self) -> Sequence[Link]:
        """The links of live incidents."""
        ...

    def ladders(self) -> Sequence[Ladder]: ...
    def probe_states(self) -> Mapping[str, ProbeState]: ...
    def heartbeats(self) -> Mapping[str, Heartbeat]: ...
    def held_notices(self) -> Sequence[Notice]: ...
    def notices_of_agent(self, type_: NoticeType, limit: int) -> Sequence[Notice]:
        """Those of no incident, newest first."""
        ...

    def newly_unmapped(self, after: datetime, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        """As `unmapped`, but only names of which the first came after `after`, in the order of their coming."""
        ...

    def last_number(self, day: str) -> int:
        """The highest number given out to an incident of that day (`20261123`), 0 for none."""
        ...

    def maintenance(self, ended_after: datetime) -> Sequence[Maintenance]:
        """The windows that people announced: those not over, and those that ended since then; by their start."""
        ...

    def maintenance_window(self, id_: str) -> Maintenance | None: ...
    def lines_in_maintenance(self) -> Sequence[tuple[str, str, int]]:
        """(line, function, signals that fire) of what began in a window and has no incident so far."""
        ...

    def last_maintenance(self, day: str) -> int:
        """The highest number given out to a window of that day, 0 for none."""
        ...

    def live_snoozes(self) -> Sequence[Snooze]:
        """Those of live incidents, also past ones."""
        ...

    def snoozes(self, incident: str) -> Sequence[Snooze]: ...
    def due_obligations(self, now: datetime) -> Sequence[Obligation]:
        """Running ones whose time is up, and open ones of which people were to be reminded by now; oldest first."""
        ...

    def live_obligations(self, standing_after: datetime) -> Sequence[Obligation]:
        """Open ones, all of live incidents, and those of no incident that began after `standing_after`."""
        ...

    def live_entries(self) -> Sequence[Entry]: ...
    def reminders(self) -> Sequence[Reminder]: ...
    def live_reports(self) -> Sequence[Report]:
        """Those of live incidents, and those not acknowledged."""
        ...

    def last_report(self, day: str) -> int: ...
    def standing_parts(self) -> Sequence[AgreementPart]:
        """The agreement part in force, the one proposed, and the newest of all, as far as there are any."""
        ...

    def agreement_part(self, hash_: str) -> AgreementPart | None:
        """The one of that hash that was in force last, else the last one."""
        ...

    def agreement_part_of(self, number: int) -> AgreementPart | None: ...

    def last_episode(self) -> int:
        """The highest episode id, 0 for none."""
        ...

    # --- what the courier asks
    def due_deliveries(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Waiting ones that are due and sending ones whose lease has ended, grade 1 first, then oldest."""
        ...

    def next_delivery_at(self) -> datetime | None: ...
    def delivery(self, id_: str) -> Delivery | None: ...
    def deliveries_of(self, notice: str, contact: str = "") -> Sequence[Delivery]: ...
    def deliveries_for(self, incident: str, after: datetime | None = None) -> Sequence[Delivery]:
        """All of an incident; with `after` only those made since, and those not ended yet."""
        ...

    def outbox(self) -> tuple[int, datetime | None]:
        """How many deliveries have not ended, and when the oldest of them was made."""
        ...

    def notice(self, id_: str) -> Notice | None: ...
    def link(self, token: str) -> Link | None: ...
    def link_for(self, incident: str, contact: str, about: str = "") -> Link | None: ...

    # --- what the agent asks about itself
    def due_since(self, now: datetime) -> Mapping[Grade, datetime]:
        """Of each grade, since when the oldest delivery that is due has been; grades without one are missing."""
        ...

    def heads(self) -> Sequence[tuple[str, int, str, int]]:
        """The last fact of every chain: (incident, its number there, its hash, its number in the archive)."""
        ...

    def newest_facts(self, limit: int) -> Sequence[SealedFact]:
        """In the order of writing."""
        ...

    # --- what runs without an incident
    def maintenance_of(self, starts_at: datetime, ends_at: datetime) -> Sequence[Maintenance]:
        """Windows that were to overlap, also those over early; by their start."""
        ...

    def told_of_maintenance(self, window: str) -> Sequence[tuple[Mapping[str, Any], str, datetime]]:
        """What the customer was told of a window, by which endpoint a carrier took it, and when; first ones first."""
        ...

    def runs(self, starts_at: datetime, ends_at: datetime) -> Sequence[Run]:
        """Measured minutes that overlap, by their begin; what goes on stands in `probe_states`."""
        ...

    def last_runs(self) -> Sequence[Run]:
        """Of each probe the newest."""
        ...

    def exclusion(self, id_: str) -> Exclusion | None: ...
    def exclusions(self, starts_at: datetime, ends_at: datetime) -> Sequence[Exclusion]:
        """Those that overlap, by their begin."""
        ...

    def last_exclusion(self, day: str) -> int:
        """The highest number given out to an exclusion of that day, 0 for none."""
        ...

    def contacts(self) -> Sequence[Card]:
        """Everybody whom the file named so far, as it did last."""
        ...

    def facts_of_agent(self, kind: str, limit: int) -> Sequence[SealedFact]:
        """Those of one kind that belong to no incident, newest first."""
        ...

    def last_taken(self, contact: str) -> Mapping[str, datetime]:
        """Endpoint -> when a carrier last took something for the contact by it."""
        ...

    # --- what people look at
    def incident(self, number: str) -> Incident | None: ...
    def incidents(
        self, *, states: Sequence[str] = (), before: str = "", limit: int = 100
    ) -> tuple[Sequence[Incident], str]:
        """Newest first, and the cursor of the next page ("" for none)."""
        ...

    def obligation(self, id_: str) -> Obligation | None: ...
    def obligations(
        self,
        *,
        states: Sequence[str] = (),
        incident: str = "",
        report: str = "",
        debtor: str = "",
        before: str = "",
        limit: int = 100,
    ) -> tuple[Sequence[Obligation], str]:
        """Begun last first, and the cursor of the next page ("" for none)."""
        ...

    def entries(self, incident: str) -> Sequence[Entry]: ...
    def report(self, number: str) -> Report | None: ...
    def reports(self, *, incident: str = "", before: str = "", limit: int = 100) -> tuple[Sequence[Report], str]:
        """Newest first, and the cursor of the next page ("" for none)."""
        ...

    def item(self, id_: str) -> Item | None: ...
    def items(
        self,
        *,
        kinds: Sequence[str] = (),
        states: Sequence[str] = (),
        incident: str = "",
        owner: str = "",
        before: str = "",
        limit: int = 100,
    ) -> tuple[Sequence[Item], str]:
        """Of the registers: newest first, and the cursor of the next page ("" for none)."""
        ...

    def items_of_incident(self, incident: str) -> Sequence[Item]: ...
    def last_item(self, prefix: str, day: str) -> int:
        """The highest number given out to an item of that sort (`IMP`) and day, 0 for none."""
        ...

    def body(self, hash_: str) -> Body | None:
        """What came in from outside, as it came: a webhook's bytes, or what was attached to a report."""
        ...

    def acknowledgements(self, incident: str) -> Sequence[Acknowledgement]: ...
    def statements(self, incident: str) -> Sequence[Statement]:
        """In the order in which they came on file."""
        ...

    def statements_of_matter(self, matter: str) -> Sequence[Statement]:
        """Those about no incident, but about this; in the order of the file."""
        ...

    def waiting_statements(self) -> Sequence[Statement]:
        """Those that nobody has confirmed or corrected so far, of all incidents."""
        ...

    def timeline(self, incident: str) -> Sequence[SealedFact]: ...
    def episodes(self, incident: str, limit: int = 50) -> Sequence[Episode]: ...
    def notices(self, incident: str) -> Sequence[Notice]: ...
    def unmapped(self, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        """Alert names that no row matched: `{alertname, count, last_at, labels}`, most frequent first."""
        ...

    def attempts(self, starts_at: datetime, ends_at: datetime) -> Sequence[Attempted]:
        """Blocked attempts that began in that time, by function; functions without any are missing."""
        ...

    def checkpoint(self) -> tuple[int, int]:
        """Fold the write-ahead log in, beside the writer: (pages in it, pages folded)."""
        ...

    def version(self) -> str:
        """Of the database library: `3.54.1`."""
        ...

    def close(self) -> None: ...


class Channel(Protocol):
    """Sends one message to one endpoint, within a hard deadline, and never raises for the world's faults."""

    def send(self, endpoint: Endpoint, message: Message, deadline_s: float) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Health:
    """What /healthz and /readyz answer: alive is no hang, ready is able to do the work; each reason is a sentence."""

    is_alive: bool
    is_ready: bool
    reasons: tuple[str, ...] = ()
    checks: Mapping[str, str] = field(default_factory=dict)  # what was looked at -> "" where it is well, else why not
    audited_at: datetime | None = None  # when the agent last looked at itself


@dataclass(frozen=True, slots=True)
class Collector:
    """One kind of probe, found by its file in `collectors/`."""

    kind: str  # the file's name
    question: str  # the docstring's first line
    options: type[Any]  # a frozen pydantic model
    probe: Callable[[Any, float], Reading]  # (options, timeout_s) -> Reading
    yields: Mapping[str, str]  # value name -> what it is, with its unit
    tells: tuple[Tell, ...]  # the default
    every: timedelta | None = None  # the kind's own default
    is_remote: bool = True  # a network lies in between
    workers: int = 8  # at most so many at once of this kind
