"""Who reads a page and what they fill in: the form, and in a room, whose link is nobody's, who says to be there."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs

from agent.config.settings import Settings
from agent.model import Contact, Link
from agent.rules import wording
from agent.web.request import Request
from agent.web.wire import TooLarge

FORM_BYTES = 40 * 1024
"""A text of 4,000 characters in any script."""

FIELDS = 8


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    phone: str = ""


async def form(request: Request, limit: int = FORM_BYTES) -> dict[str, str]:
    """The fields of a form that was sent.

    Raises:
        TooLarge: it is longer than `limit` bytes, or has more fields than any page.
    """
    text = (await request.body(limit)).decode("latin-1")
    try:
        found = parse_qs(text, max_num_fields=FIELDS)
    except ValueError:
        raise TooLarge from None
    return {name: values[0].strip() for name, values in found.items()}


def choices(contacts: Iterable[Contact]) -> tuple[Person, ...]:
    """Whom a reader may say to be."""
    return tuple(Person(each.id, wording.plain(each.name or each.id, 60)) for each in contacts)


def chosen(settings: Settings, link: Link, filled_in: dict[str, str]) -> str:
    """Whose link it is, else who says to be acting; "" where no contact of that party was chosen."""
    said = filled_in.get("contact", "")
    contact = settings.contacts.get(said)
    return link.contact or (said if contact and contact.party is link.party else "")
