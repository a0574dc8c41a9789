"""Whom and what an act names, looked up; what nobody knows is refused in words."""

from agent.engine.desk.turn import Turn
from agent.errors import NotFound
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
