"""What the desk knows without asking the store: open signals, live incidents, ladders, held notices.

It is read anew at start and after a failed commit (`recalled`), and changed only by the desk's own thread, in step with
what is being written. An open signal takes about 260 bytes: 80 its key, 110 what is remembered of it, the rest its
places in tables.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.engine.desk.keys import Key
from agent.engine.desk.ledger import Ledger
from agent.engine.desk.timers import Timers
from agent.engine.desk.unsorted import Unsorted
from agent.model import (
    Agreement,
    Card,
    Evidence,
    Heartbeat,
    Incident,
    Kind,
    Ladder,
    Line,
    Link,
    Maintenance,
    Notice,
    Party,
    ProbeState,
    Reminder,
    Run,
    Snooze,
    State,
)
from agent.rules import episodes, heartbeats, maintenance, reporting, statements
from agent.rules.joint import Standing

MARK = "gathered"
"""In the content of a notice that waits for a digest: until when; it tells such a notice from one that is held."""

Place = tuple[Kind, str, bool]
"""(kind, function, is it mapped): what an incident is opened for."""

ENDED_KEPT = timedelta(hours=48)
"""How long an ended episode is remembered, to recognise what arrives late."""

CLOSED_KEPT = timedelta(days=7)
"""How long a closed incident is remembered: what comes now may be its recurrence."""

OVER_KEPT = timedelta(days=7)
"""How long a window that is over is remembered: what began in it counts from its end."""

FORGETS_EVERY = timedelta(hours=1)

GRACE = timedelta(minutes=5)
"""After a start, what ends by itself is given so long to be told again: nobody could reach us before."""


@dataclass(slots=True)
class Open:
    """What is open of one line."""

    line: Line
    started_at: datetime
    detected_at: datetime
    keys: set[Key] = field(default_factory=set)
    values: Counter[str] = field(default_factory=Counter)
    sample: Mapping[str, str] = field(default_factory=dict)  # labels of the first one, for the provider
    summary: str = ""

    def add(self, key: Key, value: str, started_at: datetime, detected_at: datetime) -> None:
        self.started_at = min(self.started_at, started_at)
        self.detected_at = min(self.detected_at, detected_at)
        self.keys.add(key)
        if self.line.share_of:
            self.values[value] += 1

    def evidence(self) -> Evidence:
        return Evidence(
            line=self.line,
            count=len(self.keys),
            values=len(self.values),
            started_at=self.started_at,
            detected_at=self.detected_at,
        )


@dataclass(slots=True)
class Tally:
    """The open lines of one incident, or of one function without an incident."""

    lines: dict[str, Open] = field(default_factory=dict)

    def add(self, key: Key, line: Line, value: str, started_at: datetime, detected_at: datetime) -> Open:
        opened = self.lines.get(line.id)
        if opened is None:
            opened = self.lines[line.id] = Open(line, started_at, detected_at)
        opened.add(key, value, started_at, detected_at)
        return opened

    def remove(self, key: Key, line_id: str, value: str) -> None:
        opened = self.lines.get(line_id)
        if opened is None or key not in opened.keys:
            return
        opened.keys.remove(key)
        if opened.line.share_of:
            opened.values[value] -= 1
            if opened.values[value] <= 0:
                del opened.values[value]
        if not opened.keys:
            del self.lines[line_id]

    def merge(self, other: "Tally") -> None:
        for line_id, theirs in other.lines.items():
            mine = self.lines.setdefault(line_id, theirs)
            if mine is not theirs:
                mine.keys |= theirs.keys
                mine.values += theirs.values
                mine.started_at = min(mine.started_at, theirs.started_at)
                mine.detected_at = min(mine.detected_at, theirs.detected_at)

    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(opened.evidence() for opened in self.lines.values())

    def __bool__(self) -> bool:
        return bool(self.lines)  # one without a signal is taken out

    def __len__(self) -> int:
        return sum(len(opened.keys) for opened in self.lines.values())


@dataclass(slots=True)
class Known:
    marks: dict[Key, episodes.Known] = field(default_factory=dict)
    newest: episodes.Known | None = None  # of the marks
    lines: dict[str, Line] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    ended: dict[str, Incident] = field(default_factory=dict)  # closed in the last 7 days: a new one may recur
    by_function: dict[str, set[str]] = field(default_factory=dict)  # the live incidents of each function
    proposed: set[frozenset[str]] = field(default_factory=set)  # pairs of incidents for which grade 1 was proposed
    tallies: dict[str, Tally] = field(default_factory=dict)  # by incident
    loose: dict[Place, Tally] = field(default_factory=dict)  # open, but without an incident (yet)
    loose_at: dict[Place, datetime] = field(default_factory=dict)  # when to look at them again
    ladders: dict[tuple[str, Party], Ladder] = field(default_factory=dict)
    held: dict[str, Notice] = field(default_factory=dict)
    gathered: dict[str, Notice] = field(default_factory=dict)  # those that wait for a digest
    homes: dict[str, str] = field(default_factory=dict)  # line -> the incident that took it last: a hint
    links: dict[tuple[str, str], Link] = field(default_factory=dict)  # (incident, contact or endpoint)
    probes: dict[str, ProbeState] = field(default_factory=dict)
    heartbeats: dict[str, Heartbeat] = field(default_factory=dict)
    runs: dict[str, tuple[Run, ...]] = field(default_factory=dict)  # probe -> what it measured last
    maintenance: dict[str, Maintenance] = field(default_factory=dict)  # announced by people: live, or over lately
    snoozes: dict[tuple[str, Party, str], Snooze] = field(default_factory=dict)  # by incident, party and contact
    reminders: dict[str, Reminder] = field(default_factory=dict)  # by contact
    joint: Standing = field(default_factory=Standing)  # the agreement part in force, and what is proposed
    pinned: dict[str, Agreement | None] = field(default_factory=dict)  # by hash: of incidents, but the one in force
    certain: dict[str, set[str]] = field(default_factory=dict)  # of security matters: what stands on record of them
    ledger: Ledger = field(default_factory=Ledger)  # what is owed, and what people put on file
    timers: Timers[Key] = field(default_factory=Timers)
    whole: frozenset[str] = frozenset()  # truncated groups of which the last poll found nothing that is not known here
    absent: dict[Key, tuple[int, datetime]] = field(default_factory=dict)  # episode that a poll did not find, and when
    muted: dict[Key, tuple[int, str]] = field(default_factory=dict)  # episode that was silenced or inhibited last
    listens_since: datetime | None = None  # before that nobody could reach us for a while, or the clock was another
    last_episode: int = 0
    unsorted: Unsorted | None = None  # what another configuration has not been asked about yet
    numbers: dict[str, int] = field(default_factory=dict)  # day -> highest incident number given out
    forgets_at: datetime | None = None
    names_at: datetime | None = None  # when to look for names of alerts that are new
    standing_at: datetime | None = None  # when to look at what runs without an incident
    measure_at: datetime | None = None  # when to look for a month whose availability is to be measured
    watched_at: datetime | None = None  # when to look whether the customer watched its own use
    measured_months: dict[str, datetime] = field(default_factory=dict)  # and when; empty before the file was asked
    cards: dict[str, Card] = field(default_factory=dict)  # contacts as the file named them when it was last looked at
    has_no_cards: bool = False  # nobody was on file so far: whom the file names is no change

    def remember(self, key: Key, mark: episodes.Known) -> None:
        """What is known of a signal from now on. Equal starts in a row are kept once: rules find many at one moment."""
        if self.newest is not None and self.newest.started_at == mark.started_at:
            mark.started_at = self.newest.started_at
        self.marks[key] = self.newest = mark

    def take_out(self, key: Key, mark: episodes.Known) -> None:
        """The signal is not open any more, wherever it was counted."""
        line = self.lines.get(mark.line)
        if line is None:
            return
        if mark.incident is not None:
            tally = self.tallies.get(mark.incident)
            if tally is not None:
                tally.remove(key, line.id, mark.value)
            return
        place = place_of(line)
        tally = self.loose.get(place)
        if tally is not None:
            tally.remove(key, line.id, mark.value)
            if not tally:
                del self.loose[place]
                self.loose_at.pop(place, None)

    def end(self, incident: Incident) -> None:
        """Nothing of it is live any more; what was closed may recur."""
        self.incidents.pop(incident.number, None)
        for function in incident.functions:
            self.by_function.get(function, set()).discard(incident.number)
        self.tallies.pop(incident.number, None)
        for key in [key for key in self.links if key[0] == incident.number]:
            del self.links[key]
        for place in [place for place in self.snoozes if place[0] == incident.number]:
            del self.snoozes[place]
        self.ledger.end(incident.number)
        self.certain.pop(incident.number, None)
        if incident.state is State.CLOSED:
            self.ended[incident.number] = incident

    def evidence(self, incident: str) -> tuple[Evidence, ...]:
        tally = self.tallies.get(incident)
        return tally.evidence() if tally else ()

    def forget(self, now: datetime) -> bool:
        """Now and then, drop what ended so long ago that nothing late about it is expected; whether it was time."""
        if self.forgets_at is not None and now < self.forgets_at <= now + FORGETS_EVERY:
            return False  # further off, the clock was set back
        self.forgets_at = now + FORGETS_EVERY
        for key in [key for key, mark in self.marks.items() if _has_ended_before(mark, now - ENDED_KEPT)]:
            del self.marks[key]
            self.muted.pop(key, None)
        old = [each.number for each in self.ended.values() if each.closed_at and each.closed_at < now - CLOSED_KEPT]
        for number in old:
            del self.ended[number]
        self.ledger.forget(frozenset(self.incidents))
        over = [each.id for each in self.maintenance.values() if each.ended_at and each.ended_at < now - OVER_KEPT]
        for id_ in over:
            del self.maintenance[id_]
        return True

    def next_look_at(self) -> datetime | None:
        """When time alone may change something; from any thread, so only copies are walked."""
        times = [incident.wake_at for incident in list(self.incidents.values()) if incident.wake_at is not None]
        times += list(self.loose_at.values())
        times += [notice.due_at for notice in list(self.held.values()) if notice.incident not in self.incidents]
        times += [notice.due_at for notice in list(self.gathered.values())]
        beating = list(self.heartbeats.values())
        times += [at for heartbeat in beating if (at := heartbeats.silent_at(heartbeat, self.listens_since))]
        times += [at for at in (self.timers.next_at(), self.ledger.clocks.next_at()) if at is not None]
        times += [at for at in (self.names_at, self.standing_at, self.measure_at, self.watched_at) if at is not None]
        called = [ladder for ladder in list(self.ladders.values()) if reporting.is_number(ladder.incident)]
        times += [ladder.next_at for ladder in called if ladder.next_at is not None]
        stated = list(self.ledger.statements.values())
        times += [at for each in stated if (at := statements.next_at(each)) is not None]
        times += [each.look_at for each in list(self.reminders.values()) if each.look_at is not None]
        planned = list(self.maintenance.values())
        times += [at for window in planned if (at := maintenance.next_look_at(window)) is not None]
        return min(times, default=None)


def key_of(link: Link) -> tuple[str, str]:
    """What a link is known by: its incident, and whom it is for; one that shows statements is another."""
    whose = link.contact or link.endpoint
    return link.incident, f"{link.about} {whose}" if link.about else whose


def place_of(line: Line) -> Place:
    return line.kind, line.function, line.is_mapped


def _has_ended_before(mark: episodes.Known, moment: datetime) -> bool:
    return mark.end is not None and (mark.end.received_at or mark.end.at) <= moment
