"""Signals in, episodes and incidents out: what arrives is recognised, classified and put where it belongs."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from agent import metrics
from agent.engine import blindness, telling
from agent.engine.known import Key, Place, Tally, place_of
from agent.engine.turn import Turn
from agent.engine.works import Keep, Post, Receipt, Watched
from agent.errors import Malformed
from agent.model import Body, Episode, Grading, Incident, Kind, Letter, Line, ProbeState, Signal, State
from agent.rules import classify, episodes, grading, incidents, windows
from agent.rules.episodes import Step
from agent.rules.incidents import Joining


@dataclass(frozen=True, slots=True)
class Arrival:
    """A signal that begins an episode."""

    key: Key
    signal: Signal
    line: Line
    value: str
    started_at: datetime
    detected_at: datetime


# ---------------------------------------------------------------------------------------------------- works


def take_post(turn: Turn, post: Post) -> Receipt:
    """Read a body from the door and take its signals; see `works.Receipt`."""
    try:
        letter = post.read(post.raw, post.source, post.received_at)
    except Malformed as fault:
        body = Body(sha256(post.raw).hexdigest(), post.received_at, post.source, post.raw, fault=str(fault))
        turn.change.bodies[body.hash] = body
        metrics.LETTERS.labels(post.source, "malformed").inc()
        return Receipt(fault=str(fault))
    new, touched = take_letter(turn, letter)
    metrics.LETTERS.labels(post.source, "bad_alerts" if letter.bad else "new" if new else "repeated").inc()
    metrics.ALERTS_BAD.labels(post.source).inc(len(letter.bad))
    if new or letter.bad:
        fault_text = "; ".join(f"alerts[{index}]: {reason}" for index, reason in letter.bad[:20])
        turn.change.bodies[letter.body] = Body(letter.body, post.received_at, post.source, post.raw, fault_text)
    received = len(letter.signals) + len(letter.bad)
    return Receipt(received=received, new=new, incidents=tuple(touched), bad=letter.bad)


def take_watched(turn: Turn, watched: Watched) -> None:
    """What probes and heartbeats found."""
    blindness.look_at_probes(turn, watched.probes)
    for state in map(partial(_remembering, turn), watched.probes):
        turn.change.probes[state.name] = state
        turn.known.probes[state.name] = state
    for beat in watched.heartbeats:
        turn.change.heartbeats[beat.name] = beat
        turn.known.heartbeats[beat.name] = beat
    take_signals(turn, watched.signals, message="")
    for incident in turn.known.incidents.values():
        if incident.state is State.VERIFYING and watched.probes:
            turn.touch(incident.number)


def _remembering(turn: Turn, state: ProbeState) -> ProbeState:
    """The state, and whether the probe has ever been good."""
    before = turn.known.probes.get(state.name)
    has_been_ok = state.good_run > 0 or (before is not None and before.has_been_ok)
    return replace(state, has_been_ok=True) if has_been_ok and not state.has_been_ok else state


def keep(turn: Turn, work: Keep) -> None:
    """Put a refused body on file."""
    turn.change.bodies[work.body.hash] = work.body


def take_letter(turn: Turn, letter: Letter) -> tuple[int, list[str]]:
    """How many of the letter's signals changed something, and the incidents they belong to."""
    new, touched = take_signals(turn, letter.signals, letter.body)
    if letter.group:
        for number in touched | _of_group(turn, letter.group):
            _mark_truncated(turn, number, letter)
    return new, sorted(touched)


# -------------------------------------------------------------------------------------------------- signals


def take_signals(turn: Turn, signals: Iterable[Signal], message: str) -> tuple[int, set[str]]:
    """How many signals changed something, and the incidents they belong to.

    A firing begins or continues an episode, a resolve ends it; the same again changes nothing
    (episodes.step holds the law).
    """
    marks = turn.known.marks
    new = 0
    touched: set[str] = set()
    arrivals: dict[Place, list[Arrival]] = {}
    for signal in signals:
        key = (signal.source, signal.fingerprint)
        mark = marks.get(key)
        step = episodes.step(mark, signal, message)
        if step is Step.REPEAT or step is Step.STALE:
            if mark is not None:
                if not mark.line and step is Step.REPEAT:
                    _beat_again(turn, signal)
                if mark.incident is not None:
                    touched.add(mark.incident)
            continue
        new += 1
        if step is Step.NEW:
            _begin(turn, key, signal, arrivals)
        elif step is Step.CLOSED_UNSEEN:
            _record_unseen(turn, key, signal, touched)
        elif mark is not None:
            _go_on(turn, key, mark, signal, step, message)
            if mark.incident is not None:
                touched.add(mark.incident)
    for place, batch in arrivals.items():
        touched |= _settle(turn, place, batch)
    return new, touched


def _begin(turn: Turn, key: Key, signal: Signal, arrivals: dict[Place, list[Arrival]]) -> None:
    if signal.line:
        line = _line_of_probe(turn, signal)
        times = (signal.started_at, signal.detected_at or signal.started_at)
    else:
        found = turn.sorter.classify(signal.labels)
        if found.row is not None and found.row.heartbeat is not None:
            blindness.beat(turn, signal, found.row.heartbeat)
        if found.line is None:
            _record(turn, key, signal, None, found.outcome)
            return
        line = found.line
        times = classify.times(signal, found.row)
    value = signal.labels.get(line.share_of, "") if line.share_of else ""
    arrivals.setdefault(place_of(line), []).append(Arrival(key, signal, line, value, *times))


def _line_of_probe(turn: Turn, signal: Signal) -> Line:
    probe = turn.settings.probes.get(signal.labels.get("probe", ""))
    condition = signal.condition
    return Line(
        id=signal.line,
        function=signal.function,
        kind=Kind.SECURITY if condition and condition.is_security else Kind.FAULT,
        condition=condition,
        given=signal.grade,
        is_local=bool(probe and probe.is_local),
        rules=("R0", "R1"),
    )


def _go_on(turn: Turn, key: Key, mark: episodes.Known, signal: Signal, step: Step, message: str) -> None:
    """An episode that is known ends, continues, or is doubted."""
    line = turn.known.lines.get(mark.line)
    tally = turn.known.tally_of(mark.incident, line) if line else Tally()
    if step is Step.DOUBTFUL:
        mark.doubt = message
        turn.fact(mark.incident or "", "doubtful_firing_kept", signal=signal.fingerprint, body=message)
    elif step is Step.CONTINUE:
        mark.ended_at, mark.end_received_at, mark.is_end_inferred, mark.doubt = None, None, False, ""
        if line:
            tally.add(key, line, mark.value, mark.started_at, signal.received_at)
            turn.joined[mark.incident or "", line.id] += 1
        _wake_up_again(turn, mark, line)
    elif step is Step.END_TOLD:
        mark.ended_at, mark.is_end_inferred = episodes.end_of(signal, mark.started_at), False
    else:
        mark.ended_at = episodes.end_of(signal, mark.started_at)
        mark.end_received_at, mark.is_end_inferred = signal.received_at, signal.is_inferred
        tally.remove(key, mark.line, mark.value)
        if mark.incident:
            turn.left[mark.incident, mark.line] += 1
    turn.change.ends[mark.id] = _end_of(key, mark, signal)
    if mark.incident:
        turn.touch(mark.incident)


def _wake_up_again(turn: Turn, mark: episodes.Known, line: Line | None) -> None:
    """A continued episode whose incident has ended meanwhile is placed anew."""
    if line is not None and mark.incident is not None and mark.incident not in turn.known.incidents:
        turn.known.loose.setdefault(place_of(line), Tally()).merge(turn.known.tallies.pop(mark.incident, Tally()))
        turn.known.loose_at[place_of(line)] = turn.now
        mark.incident = None


def _end_of(key: Key, mark: episodes.Known, signal: Signal) -> Episode:
    return Episode(
        id=mark.id,
        source=key[0],
        fingerprint=key[1],
        line=mark.line,
        labels={},
        annotations={},
        started_at=mark.started_at,
        detected_at=mark.started_at,
        received_at=signal.received_at,
        incident=mark.incident,
        ended_at=mark.ended_at,
        end_received_at=mark.end_received_at,
        is_end_inferred=mark.is_end_inferred,
        doubt=mark.doubt,
    )


# ---------------------------------------------------------------------------------------------------- places


def _settle(turn: Turn, place: Place, batch: list[Arrival]) -> set[str]:
    """Put new episodes of one kind and function where they belong; the incident, if one takes them."""
    tally = turn.known.loose.setdefault(place, Tally())
    for arrival in batch:
        opened = tally.add(arrival.key, arrival.line, arrival.value, arrival.started_at, arrival.detected_at)
        if not opened.sample:
            opened.sample = arrival.signal.labels
            opened.summary = arrival.signal.annotations.get("summary", "")
    for line in {arrival.line.id: arrival.line for arrival in batch}.values():
        if turn.known.lines.get(line.id) != line:
            turn.known.lines[line.id] = line
            turn.change.lines[line.id] = line
    taken = consider(turn, place)
    for arrival in batch:
        number = taken.get(arrival.line.id)
        outcome = "joined" if number else "maintenance" if _window(turn, arrival.line) else "alert_only"
        _record(turn, arrival.key, arrival.signal, number, outcome, arrival)
        if number:
            turn.joined[number, arrival.line.id] += 1
    return set(taken.values())


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
    for line_id in [line_id for line_id, opened in tally.lines.items() if not _window(turn, opened.line)]:
        free.lines[line_id] = tally.lines.pop(line_id)
    graded = grading.grade(
        free.evidence(), turn.settings.agreement, turn.now, reference_ok=turn.is_reference_good() is True
    )
    if graded.grade is None:
        tally.merge(free)
        _look_again(turn, place, tally, graded.next_at)
        return {}
    incident, is_reopened = _incident_for(turn, place, free, graded)
    if tally:
        _look_again(turn, place, tally, None)
    else:
        known.loose.pop(place, None)
    lines = dict.fromkeys(free.lines, incident.number)
    known.tallies.setdefault(incident.number, Tally()).merge(free)
    _adopt(turn, free, incident.number)
    if is_reopened:
        telling.reopen(turn, incident)
    turn.touch(incident.number)
    return lines


def _incident_for(turn: Turn, place: Place, free: Tally, graded: Grading) -> tuple[Incident, bool]:
    """The live incident that the evidence joins or reopens, else a new one; and whether it is to be reopened."""
    known, functions = turn.known, turn.settings.agreement.functions
    first = min(free.lines.values(), key=lambda opened: opened.started_at)
    candidates = (*known.incidents.values(), *known.ended.values())
    found, how = incidents.choose(first.line, first.started_at, candidates, functions, turn.now)
    if found is None or how is Joining.RECURRENCE:
        return _open(turn, place, free, graded, recurrence_of=found.number if found else ""), False
    if first.line.function not in found.functions:
        turn.fact(found.number, "function_joined", function=first.line.function, why=how)
    merged = incidents.merged(found, first.line, first.started_at, first.detected_at)
    return turn.put(merged), how is Joining.REOPENED


def _open(turn: Turn, place: Place, free: Tally, graded: Grading, recurrence_of: str) -> Incident:
    kind, function, is_mapped = place
    evidence = free.evidence()
    assert graded.grade is not None
    agreement = turn.settings.agreement
    incident = Incident(
        number=_next_number(turn),
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
        recurrence_of=recurrence_of,
        is_mapped=is_mapped,
    )
    turn.opened.append(incident)
    turn.fact(
        incident.number,
        "incident_opened",
        grade=graded.grade,
        kind=kind,
        function=function,
        rules=list(graded.rules),
        inputs=graded.inputs,
        started_at=incident.started_at.isoformat(),
        recurrence_of=recurrence_of,
    )
    return turn.put(incident)


def _next_number(turn: Turn) -> str:
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
            if mark is not None and mark.incident != number and mark.ended_at is None:
                mark.incident = number
                turn.change.adopted[mark.id] = number


def _window(turn: Turn, line: Line) -> bool:
    """Whether an announced window covers the line (R2); security is never suppressed."""
    if line.kind is Kind.SECURITY or not turn.settings.maintenance:
        return False
    probe = line.id.removeprefix("probe:").split("/")[0] if line.id.startswith("probe:") else ""
    zone = turn.settings.agreement.zone
    return windows.covering(turn.settings.maintenance, line.function, probe, turn.now, zone) is not None


def _look_again(turn: Turn, place: Place, tally: Tally, at: datetime | None) -> None:
    zone = turn.settings.agreement.zone
    ends = [
        windows.end_of(window, turn.now, zone)
        for window in turn.settings.maintenance
        if any(_window(turn, opened.line) for opened in tally.lines.values())
    ]
    times = [end for end in (*ends, at) if end is not None]
    if times:
        turn.known.loose_at[place] = min(times)


# --------------------------------------------------------------------------------------------------- episodes


def _record(
    turn: Turn, key: Key, signal: Signal, incident: str | None, outcome: str, arrival: Arrival | None = None
) -> Episode:
    """Write a new episode and remember it."""
    known = turn.known
    known.last_episode += 1
    line = arrival.line if arrival else None
    started_at = arrival.started_at if arrival else min(signal.started_at, signal.received_at)
    episode = Episode(
        id=known.last_episode,
        source=key[0],
        fingerprint=key[1],
        line=line.id if line else "",
        labels=signal.labels,
        annotations=signal.annotations,
        started_at=started_at,
        detected_at=arrival.detected_at if arrival else started_at,
        received_at=signal.received_at,
        body=signal.body,
        group=signal.group,
        function=line.function if line else "",
        condition=line.condition if line else None,
        given=line.given if line else None,
        is_mapped=line.is_mapped if line else False,
        incident=incident,
        outcome=outcome,
        value=arrival.value if arrival else "",
    )
    turn.change.episodes[episode.id] = episode
    known.marks[key] = episodes.Known(
        id=episode.id,
        started_at=started_at,
        incident=incident,
        line=episode.line,
        value=episode.value,
    )
    return episode


def _record_unseen(turn: Turn, key: Key, signal: Signal, touched: set[str]) -> None:
    """A resolve of what was never seen firing: the closed episode is recorded, and a grade 1 is told."""
    arrivals: dict[Place, list[Arrival]] = {}
    _begin(turn, key, replace(signal, firing=True), arrivals)
    for place, batch in arrivals.items():
        arrival = batch[0]
        alone = Tally()
        alone.add(key, arrival.line, arrival.value, arrival.started_at, arrival.detected_at)
        graded = grading.grade(alone.evidence(), turn.settings.agreement, signal.ended_at or turn.now)
        if graded.grade == 1 and not _window(turn, arrival.line):
            touched |= _settle(turn, place, batch)
        else:
            _record(turn, key, signal, None, "never_seen_firing", arrival)
    mark = turn.known.marks[key]
    _go_on(turn, key, mark, signal, Step.CLOSE, "")
    written = turn.change.episodes[mark.id]
    turn.change.ends.pop(mark.id)
    turn.change.episodes[mark.id] = replace(
        written, ended_at=mark.ended_at, end_received_at=mark.end_received_at, outcome="never_seen_firing"
    )


# -------------------------------------------------------------------------------------------------- truncation


def _of_group(turn: Turn, group: str) -> set[str]:
    return {number for number, incident in turn.known.incidents.items() if group in incident.truncated}


def _mark_truncated(turn: Turn, number: str, letter: Letter) -> None:
    """While a group's last message left alerts out, its incident cannot leave `open` by signals."""
    incident = turn.known.incidents.get(number)
    if incident is None or (letter.group in incident.truncated) == (letter.truncated > 0):
        return
    groups = {*incident.truncated} ^ {letter.group}
    turn.put(replace(incident, truncated=tuple(sorted(groups))))
    kind = "group_truncated" if letter.truncated else "group_complete_again"
    turn.fact(number, kind, group=letter.group, left_out=letter.truncated)
    turn.touch(number)


def _beat_again(turn: Turn, signal: Signal) -> None:
    """A repeated firing is nothing new, but of a heartbeat it is a beat."""
    row = turn.sorter.classify(signal.labels).row
    if row is not None and row.heartbeat is not None:
        blindness.beat(turn, signal, row.heartbeat)
