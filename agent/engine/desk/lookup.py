"""Whom and what an act names, looked up; what nobody knows is refused in words."""

from collections.abc import Mapping
from datetime import datetime

from agent.engine.desk.turn import Turn
from agent.errors import NotFound, Refused
from agent.model import Contact, Incident


def contact(turn: Turn, id_: str) -> Contact:
    """The contact of that id.

    Raises:
        NotFound: there is none; says who there is.
    """
    found = turn.settings.contacts.get(id_)
    if found is None:
        known = ", ".join(sorted(turn.settings.contacts))
        raise NotFound(f"{id_[:40]!r} is no contact of the agreement; it knows {known}")
    return found


def incident(turn: Turn, number: str) -> Incident:
    """The incident as it was before this turn, however long ago it ended.

    Raises:
        NotFound: there is none.
    """
    found = turn.known.incidents.get(number) or turn.known.ended.get(number) or turn.store.incident(number)
    if found is None:
        raise NotFound(f"there is no incident {number[:40]}: `tocsin incidents` lists them")
    return found


def incident_now(turn: Turn, number: str) -> Incident:
    """The incident as the turn left it."""
    return turn.change.incidents.get(number) or incident(turn, number)


def time_said(said: Mapping[str, object], name: str, clause: str) -> datetime | None:
    """The moment that an act names; None where it names none.

    Raises:
        Refused: it is no time, or has no time zone.
    """
    text = str(said.get(name) or "")
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{name}: {text[:40]!r} is no time: write 2026-11-23T04:30:00Z", clause) from None
    if at.tzinfo is None:
        raise Refused(f"{name}: {text} has no time zone: write 2026-11-23T04:30:00Z", clause)
    return at
