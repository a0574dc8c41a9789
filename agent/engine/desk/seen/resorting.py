"""What fires already is sorted anew once another configuration is in force, as if it had just begun.

First every open episode is looked at, a thousand a turn; nothing is written, and most stay where they are. Then those
of which the file now says something else end where they were, and begin anew: all of one function in the same turn, so
that both parties get one message and no grade is raised by half a truth. A turn does one such step, between those that
take what arrives. Killed in between, the agent looks at everything once more: what has moved does not move again.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from agent.engine.desk.keys import Key, as_key
from agent.engine.desk.known import Place, place_of
from agent.engine.desk.seen import expiring, placing, sorting
from agent.engine.desk.seen.placing import Arrival
from agent.engine.desk.turn import Turn
from agent.engine.desk.unsorted import Unsorted
from agent.model import Episode, Incident, Signal
from agent.rules import episodes

LOOKED_AT = 1000
"""Episodes in one step: about 10 ms."""

MOVED = 500
"""Those that end and begin anew in one step: about 50 ms."""

NAMED = 5
"""So many pairs of lines have a fact of their own in the chain of one incident."""

Move = tuple[str, str, str, str]
"""(incident and line before, incident and line now); an incident is "" for none."""


def begin(turn: Turn) -> None:
    """From now on all that is open is to be sorted anew."""
    turn.known.unsorted = Unsorted(until=turn.known.last_episode)


def go_on(turn: Turn) -> None:
    """One step: look at some, or move some of those that are to move."""
    unsorted = turn.known.unsorted
    if unsorted is None:
        return
    if unsorted.after < unsorted.until:
        _look(turn, unsorted)
    else:
        _move(turn, unsorted, unsorted.take(MOVED))
    if unsorted.after >= unsorted.until and not unsorted.moves:
        turn.known.unsorted = None


def is_half_done(turn: Turn, number: str) -> bool:
    """Whether evidence of the incident is about to leave it: until then nothing is raised by what remains."""
    unsorted, tally = turn.known.unsorted, turn.known.tallies.get(number)
    return unsorted is not None and tally is not None and unsorted.holds_any(tally.lines)


# -------------------------------------------------------------------------------------------------- looking


def _look(turn: Turn, unsorted: Unsorted) -> None:
    rows = turn.store.open_episodes(unsorted.after, unsorted.until, LOOKED_AT)
    unsorted.after = rows[-1].id if len(rows) == LOOKED_AT else unsorted.until
    for row in rows:
        mark = _mark_of(turn, row)
        if mark is not None:
            found = turn.sorter.classify(row.labels)
            if placing.kept_as(found, row.labels) != row.line:
                unsorted.add(place_of(found.line) if found.line else None, row.line, row.id)


def _mark_of(turn: Turn, row: Episode) -> episodes.Known | None:
    """What is known of an episode that the file has a say in; None for a probe's, or one that is not open any more.

    What belongs to a false alarm stays so: nobody is to hear of it, however the file calls it now.
    """
    mark = turn.known.marks.get(as_key(row.source, row.fingerprint))
    if mark is None or mark.id != row.id or mark.end is not None or row.source == "probe":
        return None
    is_void = mark.incident is not None and mark.incident not in turn.known.incidents
    return None if is_void else mark


# --------------------------------------------------------------------------------------------------- moving


def _move(turn: Turn, unsorted: Unsorted, ids: Iterable[int]) -> None:
    arrivals: dict[Place, list[Arrival]] = {}
    left: list[tuple[Key, Episode, str]] = []  # the signal, its old episode, the incident it was in
    for row in filter(None, map(turn.store.episode, ids)):
        unsorted.moved(row.line)
        mark = _mark_of(turn, row)
        if mark is not None and placing.kept_as(turn.sorter.classify(row.labels), row.labels) != mark.line:
            key = as_key(row.source, row.fingerprint)
            left.append((key, row, mark.incident or ""))
            _begin_anew(turn, key, row, mark, arrivals)
    sorting.settle(turn, arrivals)
    moves: Counter[Move] = Counter()
    for key, row, before in left:
        mark = turn.known.marks[key]
        moves[before, row.line, mark.incident or "", mark.line] += 1
        _stay_truncated(turn, sorting.group_of(row.source, row.group), before, mark.incident or "")
    _write_down(turn, moves)


def _begin_anew(turn: Turn, key: Key, row: Episode, mark: episodes.Known, arrivals: dict[Place, list[Arrival]]) -> None:
    """The old evidence ends, as far as we can tell; the signal is where it was when it arrived."""
    expires_at = turn.known.timers.get(key)
    sorting.close(turn, key, mark, expiring.presumed_end(key, mark, turn.now, turn.now))
    signal = Signal(
        source=row.source,
        fingerprint=row.fingerprint,
        firing=True,
        labels=row.labels,
        annotations=row.annotations,
        started_at=mark.started_at,
        received_at=turn.now,
        body=row.body,
        group=row.group,
        expires_at=expires_at,
    )
    sorting.begin(turn, key, signal, arrivals)
    if expires_at is not None:
        turn.known.timers.set(key, expires_at)


def _stay_truncated(turn: Turn, group: str, before: str, now: str) -> None:
    """What the sender left out may belong to either of the two now."""
    was, is_ = turn.known.incidents.get(before), turn.known.incidents.get(now)
    if was is not None and is_ is not None and group in was.truncated and group not in is_.truncated:
        turn.put(replace(is_, truncated=tuple(sorted((*is_.truncated, group)))))
        turn.fact(now, "group_truncated", group=group)


def _write_down(turn: Turn, moves: Counter[Move]) -> None:
    """In the chains of both incidents, or in that of none: what was called what, what it is called now, and why."""
    by_chain: dict[str, list[tuple[Move, int]]] = {}
    for move, count in moves.items():
        for chain in dict.fromkeys(number for number in (move[0], move[2]) if number) or ("",):
            by_chain.setdefault(chain, []).append((move, count))
    for chain, listed in by_chain.items():
        for (before, line, now, sorted_as), count in listed[:NAMED]:
            turn.fact(
                chain,
                "signals_sorted_anew",
                line=line,
                sorted_as=sorted_as,
                count=count,
                moved_to=now if now != chain else "",
                moved_from=before if before != chain else "",
                why="the configuration changed",
            )
        if rest := listed[NAMED:]:
            more = f"more:{len(rest)}"
            turn.fact(chain, "signals_sorted_anew", line=more, count=sum(count for _, count in rest))


def moved_to(turn: Turn, incident: Incident) -> list[str]:
    """The incidents that its last signals went to, where they did not end but were sorted anew; [] for none."""
    written = [sealed.fact for sealed in turn.store.timeline(incident.number)] + turn.change.facts
    said = [
        str(fact.detail.get("moved_to") or "")
        for fact in written
        if fact.kind == "signals_sorted_anew" and fact.incident == incident.number and fact.at == incident.cleared_at
    ]
    return [number for number in dict.fromkeys(said) if number]
