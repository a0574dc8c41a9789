"""What may be asked of the archive, in terms of named queries; the same for every database."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

from agent.errors import Malformed
from agent.model import (
    Acknowledgement,
    AgreementPart,
    Attempted,
    Body,
    Card,
    Delivery,
    Entry,
    Episode,
    Exclusion,
    Grade,
    Heartbeat,
    Incident,
    Item,
    ItemKind,
    ItemState,
    Ladder,
    Line,
    Link,
    Maintenance,
    Notice,
    NoticeType,
    Obligation,
    ObligationState,
    ProbeState,
    Reminder,
    Report,
    Run,
    SealedFact,
    Snooze,
    State,
    Statement,
)
from agent.store import facts, rows
from agent.store.rows import Row

_FAR = 1 << 62
_AT_ONCE = 1_000  # episodes that are taken up together
T = TypeVar("T")


class Reads:
    """The reading half of `ports.Store`; a database says in `_gather` how one query is answered."""

    def _gather(self, gathered: Callable[[Iterable[Row]], T], query: str, *values: Any) -> T:
        """What `gathered` makes of the rows, which come one by one."""
        raise NotImplementedError

    def _all(self, unpack: Callable[[Row], T], query: str, *values: Any) -> list[T]:
        return self._gather(lambda found: list(map(unpack, found)), query, *values)

    def _rows(self, query: str, *values: Any) -> list[Row]:
        return self._all(tuple, query, *values)

    def _one(self, unpack: Callable[[Row], T], query: str, *values: Any) -> T | None:
        return next(iter(self._all(unpack, query, *values)), None)

    # --- what the desk knows again
    def marks(self, closed_after: datetime) -> Iterator[Episode]:
        """First those that are open; a thousand at a time are in memory, however many there are."""
        opened = self._gather(_latest, "open_signals")
        ended = self._gather(_latest, "ended_signals", rows.to_us(closed_after))
        parts = sorted(opened.values()), sorted(ended[signal] for signal in ended.keys() - opened.keys())
        del opened, ended
        for ids in parts:
            for start in range(0, len(ids), _AT_ONCE):
                yield from self._all(rows.EPISODE.unpack, "marks", json.dumps(ids[start : start + _AT_ONCE]))

    def open_episodes(self, after: int, until: int, limit: int) -> Sequence[Episode]:
        """Those open with an id after `after` and up to `until`, in their order; without annotations."""
        return self._all(rows.EPISODE.unpack, "open_episodes", after, until, limit)

    def episode(self, id_: int) -> Episode | None:
        return self._one(rows.EPISODE.unpack, "episode", id_)

    def live_incidents(self) -> Sequence[Incident]:
        return self._all(rows.INCIDENT.unpack, "live_incidents")

    def ended_incidents(self, after: datetime) -> Sequence[Incident]:
        return self._all(rows.INCIDENT.unpack, "ended_incidents", rows.to_us(after))

    def lines(self) -> Sequence[Line]:
        return self._all(rows.LINE.unpack, "lines")

    def live_links(self) -> Sequence[Link]:
        return self._all(rows.LINK.unpack, "live_links")

    def ladders(self) -> Sequence[Ladder]:
        """Those that run, and all of live incidents."""
        return self._all(rows.LADDER.unpack, "ladders")

    def probe_states(self) -> Mapping[str, ProbeState]:
        return {probe.name: probe for probe in self._all(rows.PROBE.unpack, "probe_states")}

    def heartbeats(self) -> Mapping[str, Heartbeat]:
        return {beat.name: beat for beat in self._all(rows.HEARTBEAT.unpack, "heartbeats")}

    def held_notices(self) -> Sequence[Notice]:
        return self._all(rows.NOTICE.unpack, "held_notices")

    def notices_of_agent(self, type_: NoticeType, limit: int) -> Sequence[Notice]:
        """Those of no incident, newest first."""
        return self._all(rows.NOTICE.unpack, "notices_of_agent", type_, limit)

    def last_number(self, day: str) -> int:
        # `.` follows `-`: every number of the day lies between the two
        return int(self._rows("last_number", f"INC-{day}-", f"INC-{day}.")[0][0])

    def due_obligations(self, now: datetime) -> Sequence[Obligation]:
        """Running ones whose time is up, and open ones of which people were to be reminded by now; oldest first."""
        return self._all(rows.OBLIGATION.unpack, "due_obligations", rows.to_us(now))

    def live_obligations(self, standing_after: datetime) -> Sequence[Obligation]:
        """Open ones, all of live incidents, and those of no incident that began after `standing_after`."""
        return self._all(rows.OBLIGATION.unpack, "live_obligations", rows.to_us(standing_after))

    def live_entries(self) -> Sequence[Entry]:
        return self._all(rows.ENTRY.unpack, "live_entries")

    def reminders(self) -> Sequence[Reminder]:
        return self._all(rows.REMINDER.unpack, "reminders")

    def live_reports(self) -> Sequence[Report]:
        """Those of live incidents, and those not acknowledged."""
        return self._all(rows.REPORT.unpack, "live_reports")

    def last_report(self, day: str) -> int:
        """The highest number given out to a report of that day (`20261123`), 0 for none."""
        return int(self._rows("last_report", f"REP-{day}-", f"REP-{day}.")[0][0])

    def maintenance(self, ended_after: datetime) -> Sequence[Maintenance]:
        """The windows that are not over, and those that ended since then; by their start."""
        return self._all(rows.MAINTENANCE.unpack, "maintenance", rows.to_us(ended_after))

    def maintenance_window(self, id_: str) -> Maintenance | None:
        return self._one(rows.MAINTENANCE.unpack, "maintenance_window", id_)

    def maintenance_of(self, starts_at: datetime, ends_at: datetime) -> Sequence[Maintenance]:
        """Those that were to overlap, also those over early; by their start."""
        return self._all(rows.MAINTENANCE.unpack, "maintenance_of", rows.to_us(starts_at), rows.to_us(ends_at))

    def told_of_maintenance(self, window: str) -> Sequence[tuple[Mapping[str, Any], str, datetime]]:
        """What the customer was told of a window, by which endpoint a carrier took it, and when; first ones first."""
        found = self._rows("reached_customer", f"{window}/", f"{window}0")
        return [(msgspec.json.decode(content), endpoint, rows.from_us(at)) for content, endpoint, at in found]

    def runs(self, starts_at: datetime, ends_at: datetime) -> Sequence[Run]:
        """Measured minutes that overlap, by their begin; what goes on stands in `probe_states`."""
        return self._all(rows.RUN.unpack, "runs", rows.to_us(starts_at), rows.to_us(ends_at))

    def last_runs(self) -> Sequence[Run]:
        return self._all(rows.RUN.unpack, "last_runs")

    def exclusion(self, id_: str) -> Exclusion | None:
        return self._one(rows.EXCLUSION.unpack, "exclusion", id_)

    def exclusions(self, starts_at: datetime, ends_at: datetime) -> Sequence[Exclusion]:
        """Those that overlap, by their begin."""
        return self._all(rows.EXCLUSION.unpack, "exclusions", rows.to_us(starts_at), rows.to_us(ends_at))

    def last_exclusion(self, day: str) -> int:
        """The highest number given out to an exclusion of that day, 0 for none."""
        return int(self._rows("last_exclusion", f"EXC-{day}-", f"EXC-{day}.")[0][0])

    def lines_in_maintenance(self) -> Sequence[tuple[str, str, int]]:
        """(line, function, signals that fire) of what began in a window and has no incident so far."""
        return [(line, function, count) for line, function, count in self._rows("lines_in_maintenance")]

    def last_maintenance(self, day: str) -> int:
        return int(self._rows("last_maintenance", f"MW-{day}-", f"MW-{day}.")[0][0])

    def live_snoozes(self) -> Sequence[Snooze]:
        return self._all(rows.SNOOZE.unpack, "live_snoozes")

    def snoozes(self, incident: str) -> Sequence[Snooze]:
        return self._all(rows.SNOOZE.unpack, "snoozes", incident)

    def last_episode(self) -> int:
        return int(self._rows("last_episode")[0][0])

    # --- what the courier asks
    def due_deliveries(self, now: datetime, limit: int) -> Sequence[Delivery]:
        now_us = rows.to_us(now)
        return self._all(rows.DELIVERY.unpack, "due_deliveries", now_us, now_us, limit)

    def next_delivery_at(self) -> datetime | None:
        at = self._rows("next_delivery_at")[0][0]
        return None if at is None else rows.from_us(at)

    def delivery(self, id_: str) -> Delivery | None:
        return self._one(rows.DELIVERY.unpack, "delivery", id_)

    def deliveries_of(self, notice: str, contact: str = "") -> Sequence[Delivery]:
        if contact:
            return self._all(rows.DELIVERY.unpack, "deliveries_to", notice, contact)
        return self._all(rows.DELIVERY.unpack, "deliveries_of", notice)

    def deliveries_for(self, incident: str, after: datetime | None = None) -> Sequence[Delivery]:
        """All of an incident; with `after` only those made since, and those not ended yet."""
        return self._all(rows.DELIVERY.unpack, "deliveries_for", incident, rows.to_us(after) if after else 0)

    def outbox(self) -> tuple[int, datetime | None]:
        """How many deliveries have not ended, and when the oldest of them was made."""
        count, made_us = self._rows("outbox")[0]
        return count, None if made_us is None else rows.from_us(made_us)

    def notice(self, id_: str) -> Notice | None:
        return self._one(rows.NOTICE.unpack, "notice", id_)

    def link(self, token: str) -> Link | None:
        return self._one(rows.LINK.unpack, "link", token)

    def link_for(self, incident: str, contact: str, about: str = "") -> Link | None:
        """The newest link of this contact, or of this group endpoint."""
        return self._one(rows.LINK.unpack, "link_for", incident, about, contact, contact)

    # --- what the agent asks about itself
    def due_since(self, now: datetime) -> Mapping[Grade, datetime]:
        """Of each grade, since when the oldest delivery that is due has been; grades without one are missing."""
        now_us = rows.to_us(now)
        return {grade: rows.from_us(at) for grade, at in self._rows("due_since", now_us, now_us)}

    def heads(self) -> Sequence[tuple[str, int, str, int]]:
        """The last fact of every chain: (incident, its number there, its hash, its number in the archive)."""
        return [(incident, seq, hash_, id_) for incident, seq, hash_, id_ in self._rows("heads")]

    def newest_facts(self, limit: int) -> Sequence[SealedFact]:
        """In the order of writing."""
        return self._all(facts.unpack, "newest_facts", limit)[::-1]

    # --- what runs without an incident
    def contacts(self) -> Sequence[Card]:
        """Everybody whom the file named so far, as it did last."""
        return self._all(rows.CARD.unpack, "contacts")

    def facts_of_agent(self, kind: str, limit: int) -> Sequence[SealedFact]:
        """Those of one kind that belong to no incident, newest first."""
        return self._all(facts.unpack, "facts_of_agent", kind, limit)

    def last_taken(self, contact: str) -> Mapping[str, datetime]:
        """Endpoint -> when a carrier last took something for the contact by it."""
        return {endpoint: rows.from_us(at) for endpoint, at in self._rows("last_taken", contact)}

    # --- what people look at
    def incident(self, number: str) -> Incident | None:
        return self._one(rows.INCIDENT.unpack, "incident", number)

    def incidents(
        self, *, states: Sequence[str] = (), before: str = "", limit: int = 100
    ) -> tuple[Sequence[Incident], str]:
        """Newest first, and the cursor of the next page ("" for none).

        Raises:
            Malformed: `before` is not a cursor of ours.
        """
        wanted = [state for state in State if not states or state in states]
        if not wanted:
            return [], ""
        five = (wanted * len(State))[: len(State)]
        found = self._all(rows.INCIDENT.unpack, "incidents", *_position(before), *five, limit + 1)
        page = found[:limit]
        return page, _cursor(page[-1].opened_at, page[-1].number) if page and len(found) > limit else ""

    def obligation(self, id_: str) -> Obligation | None:
        return self._one(rows.OBLIGATION.unpack, "obligation", id_)

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
        """Begun last first, and the cursor of the next page ("" for none).

        Raises:
            Malformed: `before` is not a cursor of ours.
        """
        wanted = [state for state in ObligationState if not states or state in states]
        if not wanted:
            return [], ""
        nine = (wanted * len(ObligationState))[: len(ObligationState)]
        asked = *_position(before), *nine, incident or None, report or None, debtor or None, limit + 1
        found = self._all(rows.OBLIGATION.unpack, "obligations_of" if incident else "obligations", *asked)
        page = found[:limit]
        return page, _cursor(page[-1].started_at, page[-1].id) if page and len(found) > limit else ""

    def entries(self, incident: str) -> Sequence[Entry]:
        """In the order in which they came on file."""
        return self._all(rows.ENTRY.unpack, "entries", incident)

    def report(self, number: str) -> Report | None:
        return self._one(rows.REPORT.unpack, "report", number)

    def reports(self, *, incident: str = "", before: str = "", limit: int = 100) -> tuple[Sequence[Report], str]:
        """Newest first, and the cursor of the next page ("" for none).

        Raises:
            Malformed: `before` is not a cursor of ours.
        """
        found = self._all(rows.REPORT.unpack, "reports", *_position(before), incident or None, limit + 1)
        page = found[:limit]
        return page, _cursor(page[-1].received_at, page[-1].number) if page and len(found) > limit else ""

    def item(self, id_: str) -> Item | None:
        return self._one(rows.ITEM.unpack, "item", id_)

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
        """Of the registers: newest first, and the cursor of the next page ("" for none).

        Raises:
            Malformed: `before` is not a cursor of ours.
        """
        five, eight = _padded(ItemKind, kinds), _padded(ItemState, states)
        if not five or not eight:
            return [], ""
        asked = *_position(before), *five, *eight, incident or None, owner or None, limit + 1
        found = self._all(rows.ITEM.unpack, "items", *asked)
        page = found[:limit]
        return page, _cursor(page[-1].on_file_at, page[-1].id) if page and len(found) > limit else ""

    def items_of_incident(self, incident: str) -> Sequence[Item]:
        """In the order in which they came on file."""
        return self._all(rows.ITEM.unpack, "items_of_incident", incident)

    def last_item(self, prefix: str, day: str) -> int:
        """The highest number given out to an item of that sort (`IMP`) and day (`20261123`), 0 for none."""
        return int(self._rows("last_item", f"{prefix}-{day}-", f"{prefix}-{day}.")[0][0])

    def statements(self, incident: str) -> Sequence[Statement]:
        """In the order in which they came on file."""
        return self._all(rows.STATEMENT.unpack, "statements", incident)

    def statements_of_matter(self, matter: str) -> Sequence[Statement]:
        """Those about no incident, but about this; in the order of the file."""
        return self._all(rows.STATEMENT.unpack, "statements_of_matter", matter)

    def waiting_statements(self) -> Sequence[Statement]:
        """Those that nobody has confirmed or corrected so far, of all incidents."""
        return self._all(rows.STATEMENT.unpack, "waiting_statements")

    def acknowledgements(self, incident: str) -> Sequence[Acknowledgement]:
        return self._all(rows.ACKNOWLEDGEMENT.unpack, "acknowledgements", incident)

    def timeline(self, incident: str) -> Sequence[SealedFact]:
        return self._all(facts.unpack, "timeline", incident)

    def episodes(self, incident: str, limit: int = 50) -> Sequence[Episode]:
        """Open ones first, then by age; however many there are, no more are read than are asked for."""
        opened = self._all(rows.EPISODE.unpack, "open_episodes_of", incident, limit)
        ended = self._all(rows.EPISODE.unpack, "ended_episodes_of", incident, limit - len(opened))
        return list({episode.id: episode for episode in (*opened, *ended)}.values())  # what ended in between, once

    def notices(self, incident: str) -> Sequence[Notice]:
        return self._all(rows.NOTICE.unpack, "notices", incident)

    def unmapped(self, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        return [_unmapped(*row) for row in self._rows("unmapped", limit)]

    def newly_unmapped(self, after: datetime, limit: int = 100) -> Sequence[Mapping[str, Any]]:
        return [_unmapped(*row) for row in self._rows("newly_unmapped", rows.to_us(after), limit)]

    def attempts(self, starts_at: datetime, ends_at: datetime) -> Sequence[Attempted]:
        return self._all(_attempted, "attempts", rows.to_us(starts_at), rows.to_us(ends_at))

    def body(self, hash_: str) -> Body | None:
        return self._one(rows.BODY.unpack, "body", hash_)

    def standing_parts(self) -> Sequence[AgreementPart]:
        return self._all(rows.PART.unpack, "standing_parts")

    def agreement_part(self, hash_: str) -> AgreementPart | None:
        return self._one(rows.PART.unpack, "agreement_part", hash_)

    def agreement_part_of(self, number: int) -> AgreementPart | None:
        return self._one(rows.PART.unpack, "agreement_part_of", number)

    def bodies(self, limit: int = 100) -> Sequence[Body]:
        """Newest first."""
        return self._all(rows.BODY.unpack, "bodies", limit)


def _unmapped(line: str, count: int, last_at: int, labels: str) -> Mapping[str, Any]:
    known = msgspec.json.decode(labels)
    name = known.get("alertname") or line.partition(":")[2]
    return {"alertname": name, "count": count, "last_at": rows.from_us(last_at), "labels": known}


def _attempted(row: Row) -> Attempted:
    function, count, in_incidents, first_at, last_at = row
    return Attempted(function, count, in_incidents, rows.from_us(first_at), rows.from_us(last_at))


def _padded(words: type[StrEnum], asked: Sequence[str]) -> list[str]:
    """The words asked for, all of them where none is, repeated to the length of the set; [] where none is known."""
    wanted = [word.value for word in words if not asked or word in asked]
    return (wanted * len(words))[: len(words)]


def _cursor(at: datetime, id_: str) -> str:
    return f"{rows.to_us(at)}.{id_}"


def _position(cursor: str) -> tuple[int, str]:
    """Where a page ended; beyond the newest for ""."""
    if not cursor:
        return _FAR, ""
    at, _, number = cursor.partition(".")
    try:
        return min(int(at), _FAR), number
    except ValueError:
        raise Malformed(f"{cursor!r} is no cursor: pass `next` of the page before, or leave it out") from None


def _latest(found: Iterable[Row]) -> dict[str, int]:
    """The highest number of each name: a storm leaves thousands of a signal, and memory is for one of each."""
    latest: dict[str, int] = {}
    for name, id_ in found:
        if id_ > latest.get(name, 0):
            latest[name] = id_
    return latest
