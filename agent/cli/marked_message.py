"""A marked message through the channels of one contact, sent at once and kept nowhere."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent import clock
from agent.cli.findings import Finding, fault, ok, warn
from agent.errors import NotFound
from agent.model import Contact, Message, Verdict

if TYPE_CHECKING:
    from agent.config.settings import Settings

DEADLINE_S = 30.0
TEXTS = {
    "en": "[TEST] Tocsin reaches you by this channel\n{system} | {at} UTC\nNothing has happened; nothing to do.",
    "zh": "【测试】Tocsin可经此渠道通知您\n{system}｜{at} UTC\n没有发生任何事件，无需处理。",
}


def send(contact_id: str, settings: "Settings") -> Iterator[Finding]:
    """What became of it, for each endpoint of the contact.

    Raises:
        NotFound: no such contact.
    """
    from agent.notify import Post, is_logbook

    contact = settings.contacts.get(contact_id)
    if contact is None:
        raise NotFound(f"unknown contact {contact_id!r}: the file knows {', '.join(settings.contacts)}")
    message, post = _message(contact, settings.agreement.system), Post()
    for endpoint in (settings.endpoints[id_] for id_ in contact.reach):
        if endpoint.broken:
            continue  # told among the channels
        if is_logbook(endpoint):
            yield ok("send", f"{endpoint.id} is the agent's own log: nothing to try")
            continue
        outcome = post.send(endpoint, message, DEADLINE_S)
        text = f"test message to {endpoint.id}: {outcome.verdict}: {outcome.reason}"
        if outcome.verdict is Verdict.ACCEPTED:
            yield ok("send", f"{text}; ask {contact.name} whether it arrived")
        elif outcome.verdict is Verdict.UNKNOWN:
            yield warn("send", text, f"ask {contact.name} whether it arrived")
        else:
            yield fault("send", text, "mend the address, the account or the network, and send it again")


def _message(contact: Contact, system: str) -> Message:
    text = TEXTS["zh" if contact.language == "zh" else "en"].format(system=system, at=f"{clock.now():%Y-%m-%d %H:%M}")
    subject = text.partition("\n")[0]
    return Message(subject, text, subject, grade=3)
