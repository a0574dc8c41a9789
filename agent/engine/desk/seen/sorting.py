"""Signals in, episodes and incidents out: what arrives is recognised, classified and put where it belongs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import partial
from hashlib import sha256

from agent import metrics
from agent.engine.desk.keys import Key, as_key, parts_of
from agent.engine.desk.known import GRACE, Place, Tally, place_of
from agent.engine.desk.seen import blindness, maintained, measured, placing
from agent.engine.desk.seen.placing import Arrival
from agent.engine.desk.turn import Turn
from agent.engine.works import Keep, Post, Receipt, Watched
from agent.errors import Malformed
from agent.model import Body, Episode, Kind, Letter, Line, ProbeState, Signal, State
from agent.rules import classify, episodes, grading
from agent.rules.episodes import End, Step

ALERTMANAGER = "alertmanager"

# ---------------------------------------------------------------------------------------------------- works


def body_of(post: Post, fault: str) -> Body:
    """What came in, as it is kept on file."""
    return Body(sha256(post.raw).hexdigest(), post.received_at, post.source, post.raw, fault)


def take_post(turn: Turn, post: Post) -> Receipt:
    """Read a body from the door and take its signals; see `works.Receipt`."""
    try:
        letter = post.read(post.raw, post.source, post.received_at)
    except Malformed as fault:
        body = body_of(post, str(fault))
        turn.change.bodies[body.hash] = body
        turn.count(metrics.LETTERS, post.source, "malformed")
        return Receipt(fault=str(fault))
    new, touched = take_letter(turn, letter)
    turn.count(metrics.LETTERS, post.source, "bad_alerts" if letter.bad else "new" if new else "repeated")
    turn.count(metrics.ALERTS_BAD, post.source, times=len(letter.bad))
    firing = sum(signal.firing for signal in letter.signals)
    turn.count(metrics.ALERTS, post.source, "firing", times=firing)
    turn.count(metrics.ALERTS, post.source, "resolved", times=len(letter.signals) - firing)
    if new or letter.bad:
        fault_text = "; ".join(f"alerts[{index}]: {reason}" for index, reason in letter.bad[:20])
        turn.change.bodies[letter.body] = Body(letter.body, post.received_at, post.source, post.raw, fault_text)
    received = len(letter.signals) + len(letter.bad)
    return Receipt(received=received, new=new, incidents=tuple(touched), bad=letter.bad)


def take_watched(turn: Turn, watched: Watched) -> None:
    """What probes and heartbeats found."""
    blindness.look_at_probes(turn, watched.probes)
    for state in map(partial(_remembering, turn), watched.probes):
        measured.take(turn, state)
        turn.change.probes[state.name] = state
        turn.known.probes[state.name] = state
    for beat in watched.heartbeats:
        turn.change.heartbeats[beat.name] = beat
        turn.known.heartbeats[beat.name] = beat
    take_signals(turn, (*watched.signals, *blindness.came_back(turn, watched)), message="")
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
        group = group_of(letter.source, letter.group)
        marked = _of_group(turn, group)
        for number in touched | marked if letter.truncated else marked:
            _mark_truncated(turn, number, group, letter.truncated)
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
    begun: set[Key] = set()
    for signal in signals:
        key = as_key(signal.source, signal.fingerprint)
        if begun and key in begun:  # twice in one message: what it began is put in its place first
            touched |= settle(turn, arrivals)
            begun.clear()
        mark = marks.get(key)
        step = episodes.step(mark, signal, message)
        if step is Step.CONTINUE and mark is not None and _is_sorted_otherwise(turn, signal, mark):
            step = Step.NEW  # it had ended when another configuration came into force
        if signal.expires_at is not None:
            _prolong(turn, key, mark, signal.expires_at, step)
        if step is Step.REPEAT or step is Step.STALE:
            if mark is not None:
                if not mark.line and step is Step.REPEAT:
                    _beat_again(turn, signal)
                if mark.incident is not None:
                    touched.add(mark.incident)
            continue
        new += 1
        if step is Step.NEW:
            begun.add(key)
            begin(turn, key, signal, arrivals)
        elif step is Step.CLOSED_UNSEEN:
            _record_unseen(turn, key, signal, touched)
        elif mark is not None:
            _go_on(turn, key, mark, signal, step, message)
            if mark.incident is not None:
                touched.add(mark.incident)
    touched |= settle(turn, arrivals)
    return new, touched


def _prolong(turn: Turn, key: Key, mark: episodes.Known | None, expires_at: datetime, step: Step) -> None:
    """A firing that was told again ends by itself only later.

    That goes on file where it is so much later that the time given after a restart does not cover it: what is told
    again every minute costs no row each time.
    """
    is_open = mark is not None and mark.end is None
    if step is not Step.NEW and step is not Step.CONTINUE and not (step is Step.REPEAT and is_open):
        return
    timers = turn.known.timers
    if timers.get(key) == expires_at:
        return
    if mark is not None and step is not Step.NEW and expires_at > turn.now + GRACE:
        turn.change.expiries[mark.id] = expires_at
    timers.set(key, expires_at)


def settle(turn: Turn, arrivals: dict[Place, list[Arrival]]) -> set[str]:
    """Put what has begun in its place; the incidents that took it."""
    touched: set[str] = set()
    for place, batch in arrivals.items():
        touched |= placing.settle(turn, place, batch)
    arrivals.clear()
    return touched


def begin(turn: Turn, key: Key, signal: Signal, arrivals: dict[Place, list[Arrival]]) -> None:
    """Find out what a signal that begins says; where it belongs is decided for all of them together."""
    if signal.line:
        line = _line_of_probe(turn, signal)
        times = (signal.started_at, signal.detected_at or signal.started_at)
    else:
        found = turn.sorter.classify(signal.labels)
        if found.row is not None and found.row.heartbeat is not None:
            blindness.beat(turn, signal, found.row.heartbeat)
        if found.line is None:
            placing.record(turn, key, signal, None, found.outcome)
            return
        line = found.line
        times = classify.times(signal, found.row)
    value = signal.labels.get(line.share_of, "") if line.share_of else ""
    arrivals.setdefault(place_of(line), []).append(Arrival(key, signal, line, value, *times))


def _is_sorted_otherwise(turn: Turn, signal: Signal, mark: episodes.Known) -> bool:
    """Whether the configuration now in force calls a signal something else than it was called."""
    return not signal.line and placing.kept_as(turn.sorter.classify(signal.labels), signal.labels) != mark.line


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
    if step is Step.DOUBTFUL:
        assert mark.end is not None
        mark.end = replace(mark.end, doubt=message)
        turn.fact(mark.incident or "", "doubtful_firing_kept", signal=signal.fingerprint, body=message)
    elif step is Step.CONTINUE:
        mark.end = None
        placing.take_back(turn, key, mark, signal)
        if not mark.line:
            _beat_again(turn, signal)
    elif step is Step.END_TOLD:
        assert mark.end is not None
        mark.end = replace(mark.end, at=episodes.end_of(signal, mark.started_at), is_inferred=False)
    else:
        close(turn, key, mark, signal)
        if mark.incident:
            (turn.presumed if signal.is_inferred else turn.left)[mark.incident, mark.line] += 1
        return
    turn.change.ends[mark.id] = _end_of(key, mark, signal)
    if mark.incident:
        turn.touch(mark.incident)


def close(turn: Turn, key: Key, mark: episodes.Known, signal: Signal) -> None:
    """An open episode ends, as `signal` says."""
    mark.end = End(episodes.end_of(signal, mark.started_at), signal.received_at, signal.is_inferred)
    turn.known.take_out(key, mark)
    turn.known.timers.stop(key)
    turn.change.ends[mark.id] = _end_of(key, mark, signal)
    if mark.incident:
        turn.touch(mark.incident)


def _end_of(key: Key, mark: episodes.Known, signal: Signal) -> Episode:
    source, fingerprint = parts_of(key)
    end = mark.end
    return Episode(
        id=mark.id,
        source=source,
        fingerprint=fingerprint,
        line=mark.line,
        labels={},
        annotations={},
        started_at=mark.started_at,
        detected_at=mark.started_at,
        received_at=signal.received_at,
        incident=mark.incident,
        ended_at=end.at if end else None,
        end_received_at=end.received_at if end else None,
        is_end_inferred=end.is_inferred if end else False,
        doubt=end.doubt if end else "",
    )


def _record_unseen(turn: Turn, key: Key, signal: Signal, touched: set[str]) -> None:
    """A resolve of what was never seen firing: the closed episode is recorded, and a grade 1 is told."""
    arrivals: dict[Place, list[Arrival]] = {}
    begin(turn, key, replace(signal, firing=True), arrivals)
    for place, batch in arrivals.items():
        arrival = batch[0]
        alone = Tally()
        alone.add(key, arrival.line, arrival.value, arrival.started_at, arrival.detected_at)
        graded = grading.grade(alone.evidence(), turn.settings.agreement, signal.ended_at or turn.now)
        if graded.grade == 1 and not maintained.is_suppressed(turn, arrival.line):
            touched |= placing.settle(turn, place, batch)
        else:
            placing.record_closed(turn, arrival)
    mark = turn.known.marks[key]
    _go_on(turn, key, mark, signal, Step.CLOSE, "")
    written, ended = turn.change.episodes[mark.id], turn.change.ends.pop(mark.id)
    turn.change.episodes[mark.id] = replace(
        written, ended_at=ended.ended_at, end_received_at=ended.end_received_at, outcome="never_seen_firing"
    )


# -------------------------------------------------------------------------------------------------- truncation


def group_of(source: str, key: str) -> str:
    """What a group is called here: two senders may give the same key to groups of their own."""
    return key if source == ALERTMANAGER else f"{source} {key}"


def _of_group(turn: Turn, group: str) -> set[str]:
    return {number for number, incident in turn.known.incidents.items() if group in incident.truncated}


def _mark_truncated(turn: Turn, number: str, group: str, left_out: int) -> None:
    """While a group's last message left alerts out, its incident cannot leave `open` by signals."""
    incident = turn.known.incidents.get(number)
    if incident is None or (group in incident.truncated) == (left_out > 0):
        return
    groups = {*incident.truncated} ^ {group}
    turn.put(replace(incident, truncated=tuple(sorted(groups))))
    kind = "group_truncated" if left_out else "group_complete_again"
    turn.fact(number, kind, group=group, left_out=left_out)
    turn.touch(number)


def _beat_again(turn: Turn, signal: Signal) -> None:
    """A repeated firing is nothing new, but of a heartbeat it is a beat."""
    row = turn.sorter.classify(signal.labels).row
    if row is not None and row.heartbeat is not None:
        blindness.beat(turn, signal, row.heartbeat)
