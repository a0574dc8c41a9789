"""Where what begins belongs: the live incident that takes it, a new one, or none yet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from agent.engine.desk.keys import Key
from agent.engine.desk.known import Place, Tally, place_of
from agent.engine.desk.owed import ending
from agent.engine.desk.seen import maintained
from agent.engine.desk.told import telling
from agent.engine.desk.turn import Turn
from agent.model import Episode, Grading, Incident, Line, Signal, State
from agent.model.hot import hot
from agent.rules import episodes, grading, incidents, modifiers, windows
from agent.rules.classify import Classified
from agent.rules.incidents import Joining


@hot
@dataclass(frozen=True, slots=True)
class Arrival:
    """A signal that begins an episode."""

    key: Key
    signal: Signal
    line: Line
    value: str
    started_at: datetime
    detected_at: datetime


def settle(turn: Turn, place: Place, batch: list[Arrival]) -> set[str]:
    """Put new episodes of one kind and function where they belong; the incidents that take them."""
    by_line: dict[str, list[Arrival]] = {}
    for arrival in batch:
        by_line.setdefault(arrival.line.id, []).append(arrival)
    taken: set[str] = set()
    homeless: list[Arrival] = []
    for arrivals in by_line.values():
        _know(turn, arrivals[0].line)
        number = _home_of(turn, arrivals[0].line)
        if number is None:
            homeless += arrivals
        else:
            _grow(turn, number, arrivals)
            taken.add(number)
    return taken | _place(turn, place, homeless) if homeless else taken


def _home_of(turn: Turn, line: Line) -> str | None:
    """The open incident that already holds evidence of this line: in a storm nothing else needs to be asked."""
    known = turn.known
    number = known.homes.get(line.id)
    incident = known.incidents.get(number) if number else None
    if incident is None or incident.state is not State.OPEN or line.id not in known.tallies[incident.number].lines:
        return None
    return None if maintained.is_suppressed(turn, line) else incident.number


def _grow(turn: Turn, number: str, arrivals: list[Arrival]) -> None:
    """More of what the incident holds already; it is looked at anew only where that says something new of it."""
    line = arrivals[0].line
    opened = turn.known.tallies[number].lines[line.id]
    before = (opened.started_at, opened.detected_at, len(opened.values))
    is_planned = bool(maintained.all_windows(turn))
    for arrival in arrivals:
        times = arrival.started_at, arrival.detected_at
        opened.add(arrival.key, arrival.value, *(maintained.counted(turn, line, *times) if is_planned else times))
        record(turn, arrival.key, arrival.signal, number, "joined", arrival)
    turn.joined[number, line.id] += len(arrivals)
    if (opened.started_at, opened.detected_at, len(opened.values)) != before or _is_flapping(arrivals):
        _take_in(turn, number, arrivals)
        turn.touch(number)


def _place(turn: Turn, place: Place, arrivals: list[Arrival]) -> set[str]:
    tally = turn.known.loose.setdefault(place, Tally())
    for arrival in arrivals:
        _count(tally, arrival)
    taken = consider(turn, place)
    for arrival in arrivals:
        number = taken.get(arrival.line.id)
        waits = maintained.is_suppressed(turn, arrival.line)
        outcome = "joined" if number else "maintenance" if waits else "alert_only"
        record(turn, arrival.key, arrival.signal, number, outcome, arrival)
        if number:
            turn.joined[number, arrival.line.id] += 1
            _take_in(turn, number, [arrival])
    return set(taken.values())


def _take_in(turn: Turn, number: str, arrivals: list[Arrival]) -> None:
    """Start = earliest; and a probe that comes and goes says so itself (it then tells until it was good for long)."""
    incident = turn.known.incidents[number]
    for arrival in arrivals:
        times = maintained.counted(turn, arrival.line, arrival.started_at, arrival.detected_at)
        incident = incidents.merged(incident, arrival.line, *times)
    if _is_flapping(arrivals) and not incident.is_flapping:
        turn.fact(number, "incident_flapping", line=arrivals[0].line.id)
        incident = replace(incident, is_flapping=True)
    turn.put(incident)


def _is_flapping(arrivals: list[Arrival]) -> bool:
    if arrivals[0].signal.source != "probe":
        return False  # a line is of one source
    return any("flapping" in arrival.signal.annotations for arrival in arrivals)


def _know(turn: Turn, line: Line) -> None:
    known = turn.known.lines.get(line.id)
    if known is not line and known != line:  # comparing two of them costs as much as reading an alert
        turn.known.lines[line.id] = line
        turn.change.lines[line.id] = line


def _count(tally: Tally, arrival: Arrival) -> None:
    opened = tally.add(arrival.key, arrival.line, arrival.value, arrival.started_at, arrival.detected_at)
    if not opened.sample:
        opened.sample = arrival.signal.labels
        opened.summary = arrival.signal.annotations.get("summary", "")


def take_back(turn: Turn, key: Key, mark: episodes.Known, signal: Signal) -> None:
    """An episode that was taken for ended goes on: in its incident, or where it belongs now that this one is over."""
    line = turn.known.lines.get(mark.line)
    if line is None:
        return
    arrival = Arrival(key, signal, line, mark.value, mark.started_at, signal.received_at)
    incident = turn.known.incidents.get(mark.incident or "")
    if incident is not None and incident.state is not State.RECOVERED:
        _count(turn.known.tallies.setdefault(incident.number, Tally()), arrival)
        turn.joined[incident.number, line.id] += 1
        return
    if mark.incident is not None:
        mark.incident = turn.change.adopted[mark.id] = None
    _count(turn.known.loose.setdefault(place_of(line), Tally()), arrival)
    consider(turn, place_of(line))


def record_closed(turn: Turn, arrival: Arrival) -> None:
    """Write an episode that was over before it was seen; should it insist after all, its line is known."""
    _know(turn, arrival.line)
    record(turn, arrival.key, arrival.signal, None, "never_seen_firing", arrival)


def consider(turn: Turn, place: Place) -> dict[str, str]:
    """Look at what is open of a kind and function without an incident; line -> the incident that takes it now.

    R2: what stands in an announced window waits for its end. Below grade 3 nothing is opened.
    """
    known = turn.known
    known.loose_at.pop(place, None)
    tally = known.loose.get(place)
    if not tally:
        known.loose.pop(place, None)
        return {}
    free = Tally()
    for line_id, opened in list(tally.lines.items()):
        if not maintained.is_suppressed(turn, opened.line):
            free.lines[line_id] = tally.lines.pop(line_id)
    outlived = [(opened.line, maintained.let_count(turn, opened)) for opened in free.lines.values()]
    graded = grading.grade(
        free.evidence(), turn.settings.agreement, turn.now, reference_ok=turn.is_reference_good() is True
    )
    if graded.grade is None:
        tally.merge(free)
        _look_again(turn, place, tally, graded.next_at)
        return {}
    _leave_out_what_is_below(turn, free, tally)
    incident, is_reopened = _incident_for(turn, place, free, graded)
    maintained.tell_outlived(turn, incident, [(line, count) for line, count in outlived if line.id in free.lines])
    if tally:
        _look_again(turn, place, tally, None)
    else:
        known.loose.pop(place, None)
    lines = dict.fromkeys(free.lines, incident.number)
    known.tallies.setdefault(incident.number, Tally()).merge(free)
    known.homes.update(lines)
    _adopt(turn, free, incident.number)
    if is_reopened:
        telling.reopen(turn, incident, min(free.lines))
    turn.touch(incident.number)
    return lines


def _leave_out_what_is_below(turn: Turn, free: Tally, tally: Tally) -> None:
    """What alone calls for no grade stays on record only, whichever came first (agreement.md 3, "Below grade 3").

    Else what fires at that level for weeks would keep each incident of its function from its recovery.
    """
    agreement = turn.settings.agreement
    for line_id, opened in list(free.lines.items()):
        if len(free.lines) > 1 and grading.grade((opened.evidence(),), agreement, turn.now).grade is None:
            tally.lines[line_id] = free.lines.pop(line_id)


def _incident_for(turn: Turn, place: Place, free: Tally, graded: Grading) -> tuple[Incident, bool]:
    """The live incident that the evidence joins or reopens, else a new one; and whether it is to be reopened."""
    known, functions = turn.known, turn.settings.agreement.functions
    first = min(free.lines.values(), key=lambda opened: opened.started_at)
    candidates = (*known.incidents.values(), *known.ended.values())
    found, how = incidents.choose(first.line, first.started_at, candidates, functions, turn.now)
    if found is None or how is Joining.RECURRENCE:
        return _open(turn, place, free, graded, found), False
    if first.line.function not in found.functions:
        turn.fact(found.number, "function_joined", function=first.line.function, why=how)
    merged = incidents.merged(found, first.line, first.started_at, first.detected_at)
    return turn.put(merged), how is Joining.REOPENED


def _open(turn: Turn, place: Place, free: Tally, graded: Grading, earlier: Incident | None) -> Incident:
    """A new one; `earlier` is the one that it may be a recurrence of."""
    kind, function, is_mapped = place
    evidence = free.evidence()
    assert graded.grade is not None
    agreement = turn.settings.agreement
    incident = Incident(
        number=next_number(turn),
        kind=kind,
        key=incidents.key(kind, function, is_mapped=is_mapped),
        state=State.OPEN,
        grade=graded.grade,
        is_provisional=True,
        functions=(function,),
        rules=graded.rules,
        started_at=min(item.started_at for item in evidence),
        detected_at=min(item.detected_at for item in evidence),
        opened_at=turn.now,
        graded_at=turn.now,
        agreement_version=agreement.version,
        agreement_hash=agreement.hash,
        recurrence_of=earlier.number if earlier else "",
        occurred=modifiers.occurred(earlier, turn.now),
        is_mapped=is_mapped,
    )
    return opened(turn, incident, graded)


def opened(turn: Turn, incident: Incident, graded: Grading) -> Incident:
    """A new incident put on record, by whatever it was opened."""
    turn.opened.append(incident)
    turn.fact(
        incident.number,
        "incident_opened",
        grade=graded.grade,
        kind=incident.kind,
        function=incident.functions[0],
        rules=list(graded.rules),
        inputs=graded.inputs,
        started_at=incident.started_at.isoformat(),
        recurrence_of=incident.recurrence_of,
    )
    ending.mark(turn, incident.number)
    return turn.put(incident)


def next_number(turn: Turn) -> str:
    """`INC-20261123-001`: the day in the agreement's zone, and a number within it."""
    day = turn.now.astimezone(turn.settings.agreement.zone).strftime("%Y%m%d")
    numbers = turn.known.numbers
    numbers[day] = (numbers[day] if day in numbers else turn.store.last_number(day)) + 1
    return f"INC-{day}-{numbers[day]:03d}"


def _adopt(turn: Turn, tally: Tally, number: str) -> None:
    """Older episodes of the lines now belong to the incident; those of this turn are written with it."""
    for opened in tally.lines.values():
        for key in opened.keys:
            mark = turn.known.marks.get(key)
            if mark is not None and mark.incident != number and mark.end is None:
                mark.incident = number
                turn.change.adopted[mark.id] = number
                turn.joined[number, opened.line.id] += 1


def _look_again(turn: Turn, place: Place, tally: Tally, at: datetime | None) -> None:
    zone = turn.settings.agreement.zone
    ends = [
        windows.end_of(window, turn.now, zone)
        for window in maintained.all_windows(turn)
        if any(maintained.is_suppressed(turn, opened.line) for opened in tally.lines.values())
    ]
    times = [end for end in (*ends, at) if end is not None]
    if times:
        turn.known.loose_at[place] = min(times)


def record(
    turn: Turn, key: Key, signal: Signal, incident: str | None, outcome: str, arrival: Arrival | None = None
) -> Episode:
    """Write a new episode and remember it."""
    known = turn.known
    known.last_episode += 1
    if arrival is None:
        name, value, function, condition, given, is_mapped = _named(signal.labels, outcome), "", "", None, None, False
        started_at = detected_at = min(signal.started_at, signal.received_at)
    else:
        line, value, started_at, detected_at = arrival.line, arrival.value, arrival.started_at, arrival.detected_at
        name, function, condition = line.id, line.function, line.condition
        given, is_mapped = line.given, line.is_mapped
    episode = Episode(  # by position: by name it takes three times as long
        known.last_episode,
        signal.source,
        signal.fingerprint,
        name,
        signal.labels,
        signal.annotations,
        started_at,
        detected_at,
        signal.received_at,
        signal.body,
        signal.group,
        function,
        condition,
        given,
        is_mapped,
        incident,
        outcome,
        None,
        None,
        False,
        value,
        "",
        signal.expires_at,
    )
    turn.change.episodes[episode.id] = episode
    # as the sender says when it began: only so can its later messages be compared
    known.remember(key, episodes.Known(episode.id, signal.started_at, None, incident, name, value))
    return episode


def kept_as(found: Classified, labels: Mapping[str, str]) -> str:
    """Under which name the episode of an alert is put on file."""
    return found.line.id if found.line is not None else _named(labels, found.outcome)


def _named(labels: Mapping[str, str], outcome: str) -> str:
    """Under which name an alert without a line is counted; a heartbeat under none."""
    return "" if outcome == "heartbeat" else f"{outcome}:{labels.get('alertname', '')}"
