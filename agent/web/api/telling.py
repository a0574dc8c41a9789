"""What contacts are told, or would be: recipients, channels and words, by the same rules as when it is sent."""

from collections.abc import Iterable, Iterator

from agent.model import Contact, Endpoint, Incident, Manner, Notice, NoticeState, Party, Secret
from agent.notify.wording import Case, compose
from agent.rules import routing
from agent.web.api.planned import ToldShape
from agent.web.office import Office

_NOWHERE = Endpoint("", "", Manner.PERSONAL, Secret(""))
"""Where somebody without a working channel would be told."""


def told(office: Office, notices: Iterable[Notice], incident: Incident | None = None) -> list[ToldShape]:
    """One for each notice and recipient, the provider's first. `incident`: as it would be; None where there is none."""
    ordered = sorted(notices, key=lambda notice: (notice.due_at, notice.party is Party.CUSTOMER))
    return [each for notice in ordered for each in _copies(office, notice, incident)]


def _copies(office: Office, notice: Notice, incident: Incident | None) -> Iterator[ToldShape]:
    settings = office.settings()
    for recipient in notice.recipients:
        contact = settings.contacts.get(recipient.contact)
        if contact is None:
            continue
        at_once = routing.endpoints_for(contact, settings.endpoints, notice.grade, notice.is_loud)
        subject, text = _words(office, notice, contact, at_once[0] if at_once else _NOWHERE, incident)
        yield ToldShape(
            contact=contact.id,
            party=notice.party,
            type=notice.type,
            why=recipient.why,
            at=notice.due_at,
            held=notice.state is NoticeState.HELD,
            trial=notice.is_trial,
            channels=[endpoint.id for endpoint in at_once],
            subject=subject,
            text=text,
        )


def _words(
    office: Office, notice: Notice, contact: Contact, endpoint: Endpoint, incident: Incident | None
) -> tuple[str, str]:
    """Subject and text. Where a link to answer stands, the real one is drawn only when it is sent."""
    settings = office.settings()
    link = f"{settings.server.public_url}/a/…" if notice.asks else ""
    message = compose(notice, Case(incident, contact, endpoint, settings, link, max(notice.due_at, office.clock.now())))
    return message.subject, message.text
