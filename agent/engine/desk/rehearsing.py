"""What would happen, by the real rules on a copy of what is known; and a trial that the provider gets, marked.

The copy is thrown away: nothing of it is written, told or counted.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from agent.engine.desk import casework
from agent.engine.desk.keys import as_key
from agent.engine.desk.known import Known, place_of
from agent.engine.desk.seen import maintained, maintenance, placing
from agent.engine.desk.seen.placing import Arrival
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.planned import Announce, Announced, End, Extend, Lift, Tried, Try
from agent.errors import Refused
from agent.model import Incident, Kind, Line, Notice, NoticeState, NoticeType, Party, Signal
from agent.rules import grading, quiet, windows

Act = TypeVar("Act", Announce, Extend, End)
Answer = Announced | Callable[[], Announced]

_LEFT_OUT = frozenset({"marks", "timers", "absent", "muted", "unsorted"})
"""What is known of single signals: much, and nothing is decided by it that a rehearsal asks for."""


def announce(turn: Turn, act: Announce) -> Answer:
    return _really_or_not(turn, act, maintenance.announce)


def extend(turn: Turn, act: Extend) -> Answer:
    return _really_or_not(turn, act, maintenance.extend)


def end(turn: Turn, act: End) -> Answer:
    return _really_or_not(turn, act, maintenance.end)


def try_out(turn: Turn, act: Try) -> Tried:
    """What would happen if the function had this state now; unless it is a rehearsal the provider gets it, marked.

    Raises:
        NotFound: no such function or contact.
        WrongParty: the customer tries nothing on the provider's people.
        Refused: people are at work on an incident of grade 1 or 2.
    """
    maintenance.check_function(turn, act.function)
    if act.by:
        maintenance.provider(turn, act.by)
    if not act.is_rehearsal:
        _refuse_while_in_earnest(turn)
    tried = _played(turn, act)
    if act.is_rehearsal:
        return tried
    sent = tuple(_send(turn, notice) for notice in tried.notices)
    if sent:
        people = dict.fromkeys(recipient.contact for notice in sent for recipient in notice.recipients)
        turn.fact(
            "",
            "trial_sent",
            by=act.by or "agent",
            function=act.function,
            state=act.condition,
            grade=sent[0].grade,
            to=list(people),
            recorded_by=act.recorded_by,
        )
    return replace(tried, sent=sent)


def stage(turn: Turn) -> Turn:
    """A turn that nobody commits, on a copy of what is known: without the marks of single signals."""
    names = [field.name for field in fields(Known) if field.name not in _LEFT_OUT]
    return Turn(
        now=turn.now,
        settings=turn.settings,
        known=Known(**{name: _copied(getattr(turn.known, name)) for name in names}),
        sorter=turn.sorter,
        store=turn.store,
        draw_token=lambda: "",
        is_reference_good=turn.is_reference_good,
        who_is_on_call=turn.who_is_on_call,
    )


def _really_or_not(turn: Turn, act: Act, decide: Callable[[Turn, Act], Callable[[], Announced]]) -> Answer:
    if not act.is_rehearsal:
        return decide(turn, act)
    staged = stage(turn)
    answer = decide(staged, act)
    casework.finish(staged)
    return answer()


def _played(turn: Turn, act: Try) -> Tried:
    staged = stage(turn)
    line = Line(
        id=f"trial:{act.function}/{act.condition}",
        function=act.function,
        kind=Kind.SECURITY if act.condition.is_security else Kind.FAULT,
        condition=act.condition,
        rules=("R0",),
    )
    window = maintained.covering(staged, line) if line.kind is Kind.FAULT else None
    taken = placing.settle(staged, place_of(line), [_arrival(turn, line)])
    casework.finish(staged)
    number = next(iter(taken), None)
    if number is None or number not in staged.known.incidents:
        zone = turn.settings.agreement.zone
        until = windows.end_of(window, turn.now, zone) if window else None
        return Tried(outcome="maintenance" if window else "alert_only", at=turn.now, until=until)
    incident = staged.known.incidents[number]
    told = (each for each in staged.change.notices.values() if each.incident == number)
    return Tried(
        outcome="opened" if number not in turn.known.incidents else "joined",
        at=turn.now,
        incident=incident,
        lifts=_lifts(staged, incident),
        notices=tuple(sorted(told, key=lambda notice: (notice.seq, notice.party is Party.CUSTOMER))),
        ladders=tuple(each for (of, _), each in staged.known.ladders.items() if of == number),
    )


def _arrival(turn: Turn, line: Line) -> Arrival:
    signal = Signal(
        source="trial",
        fingerprint=line.id,
        firing=True,
        labels={},
        annotations={},
        started_at=turn.now,
        received_at=turn.now,
        line=line.id,
        function=line.function,
        condition=line.condition,
    )
    return Arrival(as_key(signal.source, signal.fingerprint), signal, line, "", turn.now, turn.now)


def _lifts(staged: Turn, incident: Incident) -> tuple[Lift, ...]:
    """What time alone adds first (R7), and whether that needs second evidence."""
    evidence, agreement = staged.known.evidence(incident.number), staged.settings.agreement
    at = grading.grade(evidence, agreement, staged.now, current=incident).next_at
    if at is None:
        return ()
    alone, backed = (
        grading.grade(evidence, agreement, at, current=incident, second_evidence=is_backed).grade or incident.grade
        for is_backed in (False, True)
    )
    if min(alone, backed) >= incident.grade:
        return ()
    return (Lift(at, min(alone, backed), needs_second_evidence=backed < alone),)


def _refuse_while_in_earnest(turn: Turn) -> None:
    live = [each.number for each in turn.known.incidents.values() if each.grade < 3 and each.state in quiet.ASKED]
    if live:
        raise Refused(f"{live[0]} is going on: a trial now would be in the way; a dry run shows what would be told")


def _send(turn: Turn, notice: Notice) -> Notice:
    """The provider's own copy, and the customer's to the provider's coordinator; it asks for nothing."""
    trial = replace(
        notice,
        id=f"trial/0/{notice.party}/{int(turn.now.timestamp() * 1000)}/{notice.seq}",
        incident="",
        seq=0,
        type=NoticeType.TRIAL,
        at=turn.now,
        due_at=turn.now,
        state=NoticeState.RELEASED,
        recipients=notice.recipients if notice.party is Party.PROVIDER else notices.in_trial(turn),
        is_trial=True,
        asks=False,
        answer_by=None,
    )
    notices.let_go(turn, trial)
    return trial


def _copied(value: Any) -> Any:
    """Of its own whatever can be changed; frozen nouns are shared."""
    if isinstance(value, Counter | set):
        return value.copy()
    if isinstance(value, dict):
        return {key: _copied(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_copied(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type) and not value.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        return type(value)(**{field.name: _copied(getattr(value, field.name)) for field in fields(value)})
    return value
