"""Which incident a line of evidence belongs to, and the life of an incident as a table."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum

from agent.errors import IllegalStep
from agent.model import Function, Incident, Kind, Line, State
from agent.model.hot import replace

DEPENDENT_WITHIN = timedelta(minutes=10)
REOPEN_WITHIN = timedelta(hours=24)
RECUR_WITHIN = timedelta(days=7)
CLOSES_AFTER = timedelta(hours=24)

_LIVE = frozenset({State.OPEN, State.VERIFYING})


class Event(StrEnum):
    CLEAR = "clear"  # all linked signals clear
    RELAPSE = "relapse"  # bad again before the gate opened
    VERIFIED = "verified"  # the recovery gate opened
    REOPEN = "reopen"  # bad again within 24 h of recovery
    SPLIT = "split"  # what came back is another matter: the recovery stands
    CLOSE = "close"
    VOID = "void"  # a false alarm, with a reason


NEXT: dict[State, dict[Event, State]] = {
    State.OPEN: {Event.CLEAR: State.VERIFYING, Event.SPLIT: State.RECOVERED, Event.VOID: State.VOID},
    State.VERIFYING: {Event.RELAPSE: State.OPEN, Event.VERIFIED: State.RECOVERED, Event.VOID: State.VOID},
    State.RECOVERED: {Event.REOPEN: State.OPEN, Event.CLOSE: State.CLOSED, Event.VOID: State.VOID},
    State.CLOSED: {},
    State.VOID: {},
}


_CLAUSES = {Event.CLOSE: "3.4(e)", Event.VOID: "3.2(a)"}
"""By which a person may take the step; the others follow of what is seen."""


class Joining(StrEnum):
    """Why a line went where it went (agreement.md 4, "Joining" and "Recovery gate")."""

    JOINED_SAME = "joined_same"  # an open or verifying incident of this function
    JOINED_DEPENDENT = "joined_dependent"  # … of a function that depends on it or that it depends on
    REOPENED = "reopened"  # one recovered at most 24 h ago opens again
    RECURRENCE = "recurrence"  # a new one, `recurrence_of` the one returned
    NEW = "new"


def step(state: State, event: Event) -> State:
    """The state after `event`.

    Raises:
        IllegalStep: the table has no such step; the message names those it has, but for the split, which follows of
            what is said of another incident.
    """
    allowed = NEXT[state]
    if event not in allowed:
        named = (f"{able} (to {after})" for able, after in allowed.items() if able is not Event.SPLIT)
        said = ", ".join(named) or "nothing: it has ended"
        raise IllegalStep(f"an incident that is {state} has no step {event}; allowed: {said}", _CLAUSES.get(event, ""))
    return allowed[event]


def diagram() -> str:
    """The state table as a mermaid state diagram."""
    lines = ["stateDiagram-v2", f"    [*] --> {State.OPEN}"]
    for state, events in NEXT.items():
        lines += [f"    {state} --> {after}: {event}" for event, after in events.items()]
    lines += [f"    {state} --> [*]" for state, events in NEXT.items() if not events]
    return "\n".join(lines) + "\n"


def key(kind: Kind, function: str, *, is_mapped: bool = True) -> str:
    """The open key: of each there is at most one open or verifying incident.

    Unmapped alerts have keys, and so incidents, of their own: what no row matched must never reach the customer,
    neither as a text nor as a grade.
    """
    return f"{kind}:{function}" if is_mapped else f"{kind}:{function}:unmapped"


def joins(line: Line, started_at: datetime, incident: Incident, functions: Mapping[str, Function]) -> Joining | None:
    """Why `line` joins this open or verifying incident, or None (agreement.md 4, "Joining").

    Security and fault are never merged, nor are unmapped alerts with the rest.
    """
    if incident.state not in _LIVE or not _is_alike(line, incident):
        return None
    if line.function in incident.functions:
        return Joining.JOINED_SAME
    is_near = abs(started_at - incident.started_at) <= DEPENDENT_WITHIN
    if is_near and not _kin(line.function, functions).isdisjoint(incident.functions):
        return Joining.JOINED_DEPENDENT
    return None


def choose(
    line: Line, started_at: datetime, incidents: Iterable[Incident], functions: Mapping[str, Function], now: datetime
) -> tuple[Incident | None, Joining]:
    """The incident that `line` goes to, and why.

    `incidents`: all that are neither closed nor void, and those closed that recovered in the last seven days. With
    RECURRENCE the incident is the earlier one, and a new one is opened.
    """
    known = tuple(incidents)
    kin = _kin(line.function, functions)
    related = (incident for incident in known if not kin.isdisjoint(incident.functions))
    fitting = [(incident, why) for incident in related if (why := joins(line, started_at, incident, functions))]
    if fitting:
        return min(fitting, key=lambda found: _nearness(line, *found))
    return _earlier(line, known, now)


def merged(incident: Incident, line: Line, started_at: datetime, detected_at: datetime) -> Incident:
    """The incident with `line` in it: its function added, the earliest start kept."""
    added = () if line.function in incident.functions else (line.function,)
    return replace(
        incident,
        functions=incident.functions + added,
        started_at=min(incident.started_at, started_at),
        detected_at=min(incident.detected_at, detected_at),
    )


def closes_itself_at(incident: Incident) -> datetime | None:
    """When a recovered incident of grade 3 closes by itself; those of grades 1 and 2 never do."""
    if incident.state is not State.RECOVERED or incident.grade != 3 or incident.recovered_at is None:
        return None
    return incident.recovered_at + CLOSES_AFTER


def _is_alike(line: Line, incident: Incident) -> bool:
    return line.kind is incident.kind and line.is_mapped == incident.is_mapped


def _nearness(line: Line, incident: Incident, why: Joining) -> tuple[bool, bool, datetime, str]:
    """The least is the nearest: of this function, then begun with it, then the oldest."""
    return why is Joining.JOINED_DEPENDENT, incident.functions[0] != line.function, incident.started_at, incident.number


def _earlier(line: Line, known: tuple[Incident, ...], now: datetime) -> tuple[Incident | None, Joining]:
    """The latest incident of this function that recovered in the last seven days, and what becomes of it."""
    over = [
        (incident.recovered_at, incident.number, incident)
        for incident in known
        if incident.state in {State.RECOVERED, State.CLOSED}
        and incident.recovered_at is not None
        and _is_alike(line, incident)
        and line.function in incident.functions
        and now - incident.recovered_at <= RECUR_WITHIN
    ]
    if not over:
        return None, Joining.NEW
    recovered_at, _, latest = max(over, key=lambda found: found[:2])
    taken = {incident.key for incident in known if incident.state in _LIVE}
    is_fresh = latest.state is State.RECOVERED and now - recovered_at <= REOPEN_WITHIN
    # its key may have been taken since by an incident that this line does not join: two open ones of a key cannot be
    if is_fresh and latest.key not in taken:
        return latest, Joining.REOPENED
    return latest, Joining.RECURRENCE


def _kin(function: str, functions: Mapping[str, Function]) -> set[str]:
    """Itself, all that it depends on, and all that depends on it, directly or through others."""
    needed = {id_: each.depends_on for id_, each in functions.items()}
    needed_by: dict[str, list[str]] = {}
    for id_, others in needed.items():
        for other in others:
            needed_by.setdefault(other, []).append(id_)
    return {function, *_reached(function, needed), *_reached(function, needed_by)}


def _reached(start: str, steps: Mapping[str, Collection[str]]) -> set[str]:
    """Wherever the steps lead to; a circle ends the walk."""
    found: set[str] = set()
    ahead = [*steps.get(start, ())]
    while ahead:
        here = ahead.pop()
        if here not in found:
            found.add(here)
            ahead += steps.get(here, ())
    return found
