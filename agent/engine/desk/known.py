"""What the desk knows without asking the store: open signals, live incidents, ladders, held notices.

It is rebuilt from the store at start and after a failed commit, and changed only by the desk's own thread, in step
with what is being written. An open signal takes about 260 bytes: 80 its key, 110 what is remembered of it, the rest
its places in tables.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.engine.desk.keys import Key, as_key
from agent.engine.desk.ledger import Ledger
from agent.engine.desk.timers import Timers
from agent.engine.desk.unsorted import Unsorted
from agent.engine.noting import SELF
from agent.model import (
    Agreement,
    Card,
    Episode,
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
from agent.ports import Store
from agent.rules import episodes, heartbeats, maintenance, reporting, statements
from agent.rules.joint import Standing, standing

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

AWAY = timedelta(minutes=1)
"""Who left no sign of life for longer was not there to be told anything."""

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

    @classmethod
    def load(cls, store: Store, now: datetime) -> "Known":
        """Everything that matters from now on, read anew."""
        waiting = store.held_notices()
        known = cls(
            lines={line.id: line for line in store.lines()},
            incidents={incident.number: incident for incident in store.live_incidents()},
            ended={incident.number: incident for incident in store.ended_incidents(now - CLOSED_KEPT)},
            ladders={(each.incident, each.party): each for each in store.ladders() if each.next_at is not None},
            held={notice.id: notice for notice in waiting if MARK not in notice.content},
            gathered={notice.id: notice for notice in waiting if MARK in notice.content},
            links={key_of(link): link for link in store.live_links()},
            probes=dict(store.probe_states()),
            heartbeats=dict(store.heartbeats()),
            runs={run.probe: (run,) for run in store.last_runs()},
            maintenance={window.id: window for window in store.maintenance(now - OVER_KEPT)},
            snoozes={(each.incident, each.party, each.contact): each for each in store.live_snoozes()},
            reminders={each.contact: each for each in store.reminders()},
            joint=standing(store.standing_parts()),
            ledger=Ledger.load(store, now),
            last_episode=store.last_episode(),
            forgets_at=now + FORGETS_EVERY,
            names_at=now,
            standing_at=now,
            measure_at=now,
            watched_at=now,
            cards={card.id: card for card in store.contacts()},
        )
        for incident in known.incidents.values():
            for function in incident.functions:
                known.by_function.setdefault(function, set()).add(incident.number)
        known.has_no_cards = not known.cards
        own = known.heartbeats.get(SELF)
        if own is not None and now - own.last_at > AWAY:
            known.listens_since = now
        known._recall(store.marks(now - ENDED_KEPT), now)
        return known

    def _recall(self, rows: Iterable[Episode], now: datetime) -> None:
        """Take up the latest episode of each signal, first of those that are open."""
        counted: dict[_Spot, Open] = {}
        open_from: dict[_Spot, datetime] = {}
        past: list[_Past] = []
        names: dict[str, str] = {}
        for row in rows:
            key = as_key(row.source, row.fingerprint)
            self.remember(key, _mark_of(row, names))
            if row.muted:
                self.muted[key] = row.id, row.muted
            spot = row.incident, row.line
            if row.ended_at is None:
                if row.expires_at is not None:
                    ahead = max(row.received_at - now, timedelta())  # so much was the clock that it was received by
                    self.timers.set(key, max(row.expires_at - ahead, now + GRACE))
                opened = self._count(key, row)
                if opened is not None:
                    counted[spot] = opened
                    open_from[spot] = min(open_from.get(spot, row.received_at), row.received_at)
            elif row.end_received_at is not None and spot in counted:
                past.append(_Past(spot, row.received_at, row.end_received_at, row.started_at, row.detected_at))
        _stretch(counted, open_from, past)
        for (number, _), opened in counted.items():
            if number is not None:  # an incident begins with its first signal, or later: at the end of maintenance
                incident = self.incidents[number]
                opened.started_at = max(opened.started_at, incident.started_at)
                opened.detected_at = max(opened.detected_at, incident.detected_at)

    def _count(self, key: Key, row: Episode) -> Open | None:
        """The open line that an open episode belongs to; None where it counts for none."""
        line = self.lines.get(row.line)
        if line is None:
            return None
        if row.incident is None:
            tally = self.loose.setdefault(place_of(line), Tally())
            self.loose_at[place_of(line)] = row.received_at  # look again at once
        elif row.incident in self.incidents:
            tally = self.tallies.setdefault(row.incident, Tally())
        else:  # a false alarm that still fires: nobody is to hear of it
            return None
        opened = tally.add(key, line, row.value, row.started_at, row.detected_at)
        opened.sample = opened.sample or row.labels
        return opened

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


_Spot = tuple[str | None, str]
"""(incident, line) of an episode."""


@dataclass(frozen=True, slots=True)
class _Past:
    """An episode that has ended, of a line that is open."""

    spot: _Spot
    received_at: datetime
    end_received_at: datetime
    started_at: datetime
    detected_at: datetime


def _stretch(counted: Mapping[_Spot, Open], open_from: dict[_Spot, datetime], past: list[_Past]) -> None:
    """A line that was open without a break began with its first signal, also where that one has ended since."""
    for each in sorted(past, key=lambda each: each.end_received_at, reverse=True):
        if each.end_received_at > open_from[each.spot]:
            open_from[each.spot] = min(open_from[each.spot], each.received_at)
            opened = counted[each.spot]
            opened.started_at = min(opened.started_at, each.started_at)
            opened.detected_at = min(opened.detected_at, each.detected_at)


def _mark_of(row: Episode, names: dict[str, str]) -> episodes.Known:
    """`names`: those that are in memory already, each once."""
    return episodes.Known(
        id=row.id,
        # as the sender said it; what a row of `signals:` holds it to be older by is in `started_at` alone
        started_at=row.started_at if row.source == "probe" else row.detected_at,
        end=episodes.End(row.ended_at, row.end_received_at, row.is_end_inferred, row.doubt) if row.ended_at else None,
        incident=row.incident and names.setdefault(row.incident, row.incident),
        line=names.setdefault(row.line, row.line),
        value=row.value,
    )


def _has_ended_before(mark: episodes.Known, moment: datetime) -> bool:
    return mark.end is not None and (mark.end.received_at or mark.end.at) <= moment
