"""How an act came here: by what means, when it was said, and who put it on record (fact 15)."""

from typing import Any

from fastapi import Request

from agent.clock import in_utc
from agent.errors import Refused, WrongParty
from agent.model import Party
from agent.rules.statements import CLAUSE
from agent.web import access
from agent.web.api.faults import UnknownContact
from agent.web.api.models import Brought
from agent.web.office import Office
from agent.web.request import Request as AtTheDoor


def brought(act: Brought, request: Request, office: Office) -> dict[str, Any]:
    """`means`, `called_at` and `recorded_by` of a work.

    Raises:
        UnknownContact, WrongParty, Refused: whoever is said to have recorded it cannot have.
    """
    door: AtTheDoor = request.scope["tocsin"]
    return {
        "means": "phone" if act.called_at else act.means,
        "called_at": in_utc(act.called_at) if act.called_at else None,
        "recorded_by": _recorded_by(door, act, office),
    }


_ACTORS = ("by", "contact", "reporter")


def recorder(door: AtTheDoor) -> str:
    """Who brought the act: a person, else a token; on loopback without tokens nobody proved who they are."""
    return door.caller.recorded_as if door.caller else access.UNAUTHENTICATED


def side(door: AtTheDoor) -> Party | None:
    """The one party that whoever brought the act may act for; None: either."""
    return door.caller.speaks_for if door.caller else None


def _recorded_by(door: AtTheDoor, act: Brought, office: Office) -> str:
    """The person who says to have written it down, of the caller's party; where the token is one's own, its owner."""
    named = act.recorded_by
    if not named or door.caller is None or named in (getattr(act, name, "") for name in _ACTORS):
        return recorder(door)  # whoever says to be writing down their own act proves it by their token or not at all
    contact = office.settings().contacts.get(named)
    if contact is None:
        known = ", ".join(sorted(office.settings().contacts))
        raise UnknownContact(f"{named[:40]!r} is no contact of the agreement: {known}")
    if door.caller.contact and door.caller.contact != named:
        raise Refused(
            f"the token {door.caller.name} is {door.caller.contact}'s own: {named} did not record this", CLAUSE
        )
    if contact.party is not door.caller.party:
        raise WrongParty(
            f"{named} belongs to the {contact.party}; this was recorded at the {door.caller.party}", CLAUSE
        )
    return named
