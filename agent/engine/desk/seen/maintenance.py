"""Windows of maintenance that people announce, extend and end; each act is on file and told to both parties."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from typing import Any

from agent.engine.desk.seen import maintained, placing
from agent.engine.desk.told import notices
from agent.engine.desk.turn import Turn
from agent.engine.planned import Announce, Announced, End, Extend
from agent.errors import IllegalStep, NotFound, Refused, WrongParty
from agent.model import Contact, Maintenance, Notice, NoticeState, NoticeType, Party, Recipient, Role
from agent.rules import maintenance, quiet, routing, statements

CLAUSE = "4.1(a)"

SAME = timedelta(minutes=5)
"""The same announcement again so soon is a repeated request, not a second window."""


def announce(turn: Turn, act: Announce) -> Callable[[], Announced]:
    """A window from now on or ahead. What is open already goes on being told; what begins in it waits for its end.

    Raises:
        NotFound: no such contact, function or probe.
        WrongParty: the customer plans no maintenance of the provider's.
        Refused: it covers nothing, says nothing, or its times cannot be.
    """
    contact = provider(turn, act.by)
    _check_covered(turn, act)
    if not act.what.strip():
        raise Refused("say what is done: the customer reads it", CLAUSE)
    starts_at = max(act.starts_at or turn.now, turn.now)
    maintenance.check_times(starts_at, act.ends_at, turn.now)
    earlier = _the_same(turn, act)
    if earlier is not None:
        return lambda: replace(_answer(turn, earlier), is_repeated=True)
    window = _put(
        turn,
        Maintenance(
            id=_next_id(turn),
            what=act.what.strip(),
            starts_at=starts_at,
            ends_at=act.ends_at,
            announced_at=turn.now,
            announced_until=act.ends_at,
            by=contact.id,
            functions=act.functions,
            probes=act.probes,
        ),
    )
    turn.fact(
        "",
        "maintenance_announced",
        by=contact.id,
        window=window.id,
        what=window.what,
        covers=[*window.functions, *window.probes],
        since=window.starts_at.isoformat(),
        until=window.ends_at.isoformat(),
        short=maintenance.is_short_notice(window),
        recorded_by=act.recorded_by,
    )
    _tell(turn, window, "announced", by=contact.id)
    return lambda: _answer(turn, window)


def extend(turn: Turn, act: Extend) -> Callable[[], Announced]:
    """A later end. Minutes that were not announced 72 h before count as they are.

    Raises:
        NotFound, WrongParty.
        IllegalStep: it is over.
        Refused: no later end, or too late a one.
    """
    contact = provider(turn, act.by)
    window = _live(turn, act.window)
    if act.until == window.ends_at:
        return lambda: replace(_answer(turn, window), is_repeated=True)
    if act.until < window.ends_at:
        raise Refused(f"{window.id} ends later than that: `tocsin maintenance end` ends it early", CLAUSE)
    maintenance.check_times(window.starts_at, act.until, turn.now)
    is_early = window.ends_at - turn.now >= maintenance.LEAD
    extended = replace(window, ends_at=act.until, announced_until=act.until if is_early else window.announced_until)
    _put(turn, extended)
    turn.fact(
        "",
        "maintenance_extended",
        by=contact.id,
        window=window.id,
        since=window.ends_at.isoformat(),
        until=extended.ends_at.isoformat(),
        reason=act.reason,
        recorded_by=act.recorded_by,
    )
    _tell(turn, extended, "extended", by=contact.id, reason=act.reason, was_until=window.ends_at.isoformat())
    return lambda: _answer(turn, extended)


def end(turn: Turn, act: End) -> Callable[[], Announced]:
    """Over now. What fires in it is an incident at once, as at any end.

    Raises:
        NotFound, WrongParty.
        IllegalStep: it is over already.
    """
    contact = provider(turn, act.by)
    window = _live(turn, act.window)
    has_begun = window.starts_at <= turn.now
    ended = _put(turn, replace(window, ended_at=turn.now, ended_by=contact.id))
    turn.fact(
        "",
        "maintenance_ended" if has_begun else "maintenance_called_off",
        by=contact.id,
        window=window.id,
        reason=act.reason,
        recorded_by=act.recorded_by,
    )
    _tell(turn, ended, "ended" if has_begun else "called_off", by=contact.id, reason=act.reason)
    before = {incident.number for incident in turn.opened}
    for place in list(turn.known.loose):
        for number in placing.consider(turn, place).values():
            turn.touch(number)
    opened = tuple(incident.number for incident in turn.opened if incident.number not in before)
    return lambda: _answer(turn, ended, opened)


def look_at(turn: Turn) -> None:
    """Remind the provider of an end that will open incidents, and note what is over."""
    for window in list(turn.known.maintenance.values()):
        if window.ended_at is not None:
            continue
        if window.ends_at <= turn.now:
            over = _put(turn, replace(window, ended_at=window.ends_at, ended_by="agent"))
            turn.fact("", "maintenance_over", window=window.id, count=maintained.outlasting(turn, over))
        elif window.reminded_of != window.ends_at and maintenance.remind_at(window) <= turn.now:
            _put(turn, replace(window, reminded_of=window.ends_at))
            waiting = maintained.waiting(turn, window)
            if waiting:
                _tell(turn, window, "ends_soon", (Party.PROVIDER,), waiting=waiting)


def provider(turn: Turn, id_: str) -> Contact:
    """
    Raises:
        NotFound, WrongParty.
        Refused: an observer.
    """
    contact = turn.settings.contacts.get(id_)
    if contact is None:
        known = ", ".join(sorted(turn.settings.contacts))
        raise NotFound(f"{id_[:40]!r} is no contact of the agreement; it knows {known}")
    if contact.party is not Party.PROVIDER:
        raise WrongParty(f"{contact.id} belongs to the customer; this is the provider's to do", CLAUSE)
    if statements.is_observer(contact):
        raise Refused(f"{contact.id} only looks on: it takes somebody of the provider's team", CLAUSE)
    return contact


def check_function(turn: Turn, id_: str) -> None:
    """
    Raises:
        NotFound
    """
    _check_known("function", id_, turn.settings.agreement.functions)


def _check_covered(turn: Turn, act: Announce) -> None:
    if not act.functions and not act.probes:
        raise Refused("a window covers functions or probes: name at least one", CLAUSE)
    for function in act.functions:
        check_function(turn, function)
    for probe in act.probes:
        _check_known("probe", probe, turn.settings.probes)


def _check_known(what: str, id_: str, known: Any) -> None:
    if id_ not in known:
        near = get_close_matches(id_, known, n=1)
        meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(known)) or 'none'}"
        raise NotFound(f"there is no {what} {id_[:60]!r}: {meant}")


def _the_same(turn: Turn, act: Announce) -> Maintenance | None:
    """A window that was announced with the very same words just now."""
    for window in turn.known.maintenance.values():
        said = (window.what, window.by, window.ends_at, window.functions, window.probes)
        asked = (act.what.strip(), act.by, act.ends_at, act.functions, act.probes)
        starts_alike = act.starts_at is None or max(act.starts_at, window.announced_at) == window.starts_at
        if said == asked and starts_alike and window.ended_at is None and turn.now - window.announced_at < SAME:
            return window
    return None


def _live(turn: Turn, id_: str) -> Maintenance:
    window = turn.known.maintenance.get(id_) or turn.store.maintenance_window(id_)
    if window is None:
        shown = "`tocsin maintenance list` shows them; those of routes.yaml are changed there"
        raise NotFound(f"nobody announced a window {id_[:40]!r}: {shown}")
    if not maintenance.is_live(window, turn.now):
        raise IllegalStep(f"{window.id} is over: announce another one if work goes on", CLAUSE)
    return window


def _next_id(turn: Turn) -> str:
    """`MW-20261123-001`: the day in the agreement's zone, and a number within it."""
    day = turn.now.astimezone(turn.settings.agreement.zone).strftime("%Y%m%d")
    given = [int(id_.rsplit("-", 1)[1]) for id_ in turn.known.maintenance if id_.startswith(f"MW-{day}-")]
    return f"MW-{day}-{max(turn.store.last_maintenance(day), *given, 0) + 1:03d}"


def _put(turn: Turn, window: Maintenance) -> Maintenance:
    turn.known.maintenance[window.id] = turn.change.maintenance[window.id] = window
    return window


def _tell(turn: Turn, window: Maintenance, event: str, parties: tuple[Party, ...] = tuple(Party), **more: Any) -> None:
    """One quiet notice to the coordinators of each party, at once: it may concern the next minute."""
    for party in parties:
        is_trial = turn.settings.agreement.is_trial and party is Party.CUSTOMER
        people = routing.contacts_of_role(Role.COORDINATOR, party, turn.settings.contacts)
        recipients = tuple(Recipient(id_, "maintenance: role coordinator") for id_ in people)
        if event == "ends_soon" and window.by not in people:
            recipients = (Recipient(window.by, "maintenance: announced it"), *recipients)
        notices.let_go(
            turn,
            Notice(
                id=f"{window.id}/0/{party}/{event}/{int(turn.now.timestamp() * 1000)}",
                incident="",
                seq=0,
                type=NoticeType.MAINTENANCE,
                party=party,
                grade=3,
                at=turn.now,
                due_at=turn.now,
                state=NoticeState.RELEASED,
                recipients=notices.in_trial(turn) if is_trial else recipients,
                content=_content(window, event, party, more),
                is_trial=is_trial,
            ),
        )


def _content(window: Maintenance, event: str, party: Party, more: dict[str, Any]) -> dict[str, Any]:
    """What is told of a window; see `agent/notify/windows.py`."""
    return {
        "window": window.id,
        "event": event,
        "what": window.what,
        "functions": list(window.functions),
        "probes": list(window.probes) if party is Party.PROVIDER else [],
        "starts_at": window.starts_at.isoformat(),
        "ends_at": maintenance.over_at(window).isoformat(),
        "is_short": maintenance.is_short_notice(window),
        **more,
    }


def _answer(turn: Turn, window: Maintenance, opened: tuple[str, ...] = ()) -> Announced:
    live = [
        incident.number
        for incident in turn.known.incidents.values()
        if incident.state in quiet.ASKED
        and incident.number not in opened
        and not set(incident.functions).isdisjoint(window.functions)
    ]
    told = [notice for notice in turn.change.notices.values() if notice.id.startswith(f"{window.id}/")]
    told += [notice for notice in turn.change.notices.values() if notice.incident in opened and notice.incident]
    return Announced(window, tuple(told), maintained.waiting(turn, window), tuple(live), opened)
