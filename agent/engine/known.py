"""What the desk knows without asking the store: open signals, live incidents, ladders, held notices.

It is rebuilt from the store at start and after a failed commit, and changed only by the desk's own thread, in step
with what is being written. About 300 bytes per signal.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from agent.model import Episode, Evidence, Heartbeat, Incident, Kind, Ladder, Line, Link, Notice, Party, ProbeState
from agent.ports import Store
from agent.rules import episodes, heartbeats

Key = tuple[str, str]
"""(source, fingerprint): the identity of a signal."""

Place = tuple[Kind, str, bool]
"""(kind, function, is it mapped): what an incident is opened for."""

CLOSED_KEPT = timedelta(hours=48)
"""How long an ended episode is remembered, to recognise what arrives late."""


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
        opened.started_at = min(opened.started_at, started_at)
        opened.detected_at = min(opened.detected_at, detected_at)
        opened.keys.add(key)
        if line.share_of:
            opened.values[value] += 1
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

    def __len__(self) -> int:
        return sum(len(opened.keys) for opened in self.lines.values())


@dataclass(slots=True)
class Known:
    marks: dict[Key, episodes.Known] = field(default_factory=dict)
    lines: dict[str, Line] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    ended: dict[str, Incident] = field(default_factory=dict)  # closed in the last 7 days: a new one may recur
    tallies: dict[str, Tally] = field(default_factory=dict)  # by incident
    loose: dict[Place, Tally] = field(default_factory=dict)  # open, but without an incident (yet)
    loose_at: dict[Place, datetime] = field(default_factory=dict)  # when to look at them again
    ladders: dict[tuple[str, Party], Ladder] = field(default_factory=dict)
    held: dict[str, Notice] = field(default_factory=dict)
    links: dict[tuple[str, str], Link] = field(default_factory=dict)  # (incident, contact or endpoint)
    probes: dict[str, ProbeState] = field(default_factory=dict)
    heartbeats: dict[str, Heartbeat] = field(default_factory=dict)
    last_episode: int = 0
    numbers: dict[str, int] = field(default_factory=dict)  # day -> highest incident number given out

    @classmethod
    def load(cls, store: Store, now: datetime) -> "Known":
        """Everything that matters from now on, read anew."""
        known = cls(
            lines={line.id: line for line in store.lines()},
            incidents={incident.number: incident for incident in store.live_incidents()},
            ended={incident.number: incident for incident in store.ended_incidents(now - timedelta(days=7))},
            ladders={(ladder.incident, ladder.party): ladder for ladder in store.ladders()},
            held={notice.id: notice for notice in store.held_notices()},
            links={(link.incident, link.contact or link.endpoint): link for link in store.live_links()},
            probes=dict(store.probe_states()),
            heartbeats=dict(store.heartbeats()),
            last_episode=store.last_episode(),
        )
        known._recall(store.marks(now - CLOSED_KEPT))
        return known

    def _recall(self, rows: Iterable[Episode]) -> None:
        for row in rows:
            key = (row.source, row.fingerprint)
            self.marks[key] = episodes.Known(
                id=row.id,
                started_at=row.started_at,
                ended_at=row.ended_at,
                end_received_at=row.end_received_at,
                is_end_inferred=row.is_end_inferred,
                doubt=row.doubt,
                incident=row.incident,
                line=row.line,
                value=row.value,
            )
            line = self.lines.get(row.line)
            if row.ended_at is None and line is not None:
                opened = self.tally_of(row.incident, line).add(key, line, row.value, row.started_at, row.detected_at)
                opened.sample = opened.sample or row.labels
                if row.incident is None:
                    self.loose_at[place_of(line)] = row.received_at  # look again at once

    def tally_of(self, incident: str | None, line: Line) -> Tally:
        if incident is None:
            return self.loose.setdefault(place_of(line), Tally())
        return self.tallies.setdefault(incident, Tally())

    def evidence(self, incident: str) -> tuple[Evidence, ...]:
        tally = self.tallies.get(incident)
        return tally.evidence() if tally else ()

    def forget_ended(self, before: datetime) -> None:
        """Drop what ended so long ago that nothing late about it is expected."""
        old = [key for key, mark in self.marks.items() if mark.ended_at is not None and mark.ended_at < before]
        for key in old:
            del self.marks[key]

    def next_look_at(self) -> datetime | None:
        """When time alone may change something."""
        times = [incident.wake_at for incident in self.incidents.values() if incident.wake_at is not None]
        times += self.loose_at.values()
        times += [at for heartbeat in self.heartbeats.values() if (at := heartbeats.silent_at(heartbeat)) is not None]
        return min(times, default=None)


def place_of(line: Line) -> Place:
    return line.kind, line.function, line.is_mapped
