"""What the desk knows, read anew from the store: at a start, and after a commit that failed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.engine.desk.keys import Key, as_key
from agent.engine.desk.known import (
    CLOSED_KEPT,
    ENDED_KEPT,
    FORGETS_EVERY,
    GRACE,
    MARK,
    OVER_KEPT,
    Known,
    Open,
    Tally,
    key_of,
    place_of,
)
from agent.engine.desk.ledger import Ledger
from agent.engine.noting import SELF
from agent.model import Episode
from agent.ports import Store
from agent.rules import episodes
from agent.rules.joint import standing

AWAY = timedelta(minutes=1)
"""Who left no sign of life for longer was not there to be told anything."""

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


def recalled(store: Store, now: datetime) -> Known:
    """Everything that matters from now on."""
    waiting = store.held_notices()
    known = Known(
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
    _take_up(known, store.marks(now - ENDED_KEPT), now)
    return known


def _take_up(known: Known, rows: Iterable[Episode], now: datetime) -> None:
    """The latest episode of each signal, first of those that are open."""
    counted: dict[_Spot, Open] = {}
    open_from: dict[_Spot, datetime] = {}
    past: list[_Past] = []
    names: dict[str, str] = {}
    for row in rows:
        key = as_key(row.source, row.fingerprint)
        known.remember(key, _mark_of(row, names))
        if row.muted:
            known.muted[key] = row.id, row.muted
        spot = row.incident, row.line
        if row.ended_at is None:
            if row.expires_at is not None:
                ahead = max(row.received_at - now, timedelta())  # so much the clock it was received by was ahead
                known.timers.set(key, max(row.expires_at - ahead, now + GRACE))
            opened = _count(known, key, row)
            if opened is not None:
                counted[spot] = opened
                open_from[spot] = min(open_from.get(spot, row.received_at), row.received_at)
        elif row.end_received_at is not None and spot in counted and not _was_never_counted(row):
            past.append(_Past(spot, row.received_at, row.end_received_at, row.started_at, row.detected_at))
    _stretch(counted, open_from, past)
    for (number, _), opened in counted.items():
        if number is not None:  # an incident begins with its first signal, or later: at the end of maintenance
            incident = known.incidents[number]
            opened.started_at = max(opened.started_at, incident.started_at)
            opened.detected_at = max(opened.detected_at, incident.detected_at)


def _was_never_counted(row: Episode) -> bool:
    """Whether it was over before it was seen, and nobody was told: it stood in no line."""
    return row.incident is None and row.outcome == "never_seen_firing"


def _count(known: Known, key: Key, row: Episode) -> Open | None:
    """The open line that an open episode belongs to; None where it counts for none."""
    line = known.lines.get(row.line)
    if line is None:
        return None
    if row.incident is None:
        tally = known.loose.setdefault(place_of(line), Tally())
        known.loose_at[place_of(line)] = row.received_at  # look again at once
    elif row.incident in known.incidents:
        tally = known.tallies.setdefault(row.incident, Tally())
    else:  # a false alarm that still fires: nobody is to hear of it
        return None
    opened = tally.add(key, line, row.value, row.started_at, row.detected_at)
    opened.sample = opened.sample or row.labels
    return opened


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
