"""One delivery's way: its words, its claim, its channel. It knows neither tray nor threads."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent.config.settings import Settings
from agent.engine.works import Claim, Submit
from agent.errors import NotFound, StoreUnavailable
from agent.log import Log
from agent.model import Contact, Delivery, Endpoint, Message, Notice, Outcome, Verdict
from agent.ports import Channel, Clock, Store

log = Log("agent.engine.courier.courier")

DEADLINE_S = 20.0
"""The hard end of one send, which the channel keeps."""

LEASE_S = 30.0
"""How long a claim holds; longer than any send, so that only a dead courier's delivery is claimed again."""

CLAIM_WAIT_S = 10.0

Compose = Callable[[Notice, Contact, Endpoint, Delivery], Message]
"""Words for one contact in their language; where it raises, the plain words go out."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What is about to be sent, and where; `endpoint` None: it is gone from the configuration."""

    message: Message
    endpoint: Endpoint | None


@dataclass(frozen=True, slots=True)
class Errand:
    store: Store
    submit: Submit
    channel_for: Callable[[Endpoint], Channel]
    settings: Callable[[], Settings]
    compose: Compose
    clock: Clock
    claim_wait_s: float = CLAIM_WAIT_S

    def pack(self, delivery: Delivery) -> Packed:
        """The message in its present words; a retry says what was said first.

        Raises:
            StoreUnavailable, NotFound: the notice cannot be read, or is not on file.
        """
        notice = self.store.notice(delivery.notice)
        if notice is None:
            raise NotFound(f"notice {delivery.notice} of delivery {delivery.id} is not on file")
        settings = self.settings()
        endpoint = settings.endpoints.get(delivery.endpoint)
        contact = settings.contacts.get(delivery.contact)
        message = self._words(notice, contact, endpoint, delivery)
        if delivery.text:
            message = replace(message, subject=delivery.subject, text=delivery.text)
        return Packed(message, endpoint)

    def claim(self, claim: Claim) -> Delivery | None:
        """The delivery with the attempt on file; None: not wanted, not due, or in other hands.

        Raises:
            StoreUnavailable, TooBusy: nothing is certain; the same claim may be made again.
        """
        try:
            claimed: Delivery | None = self.submit(claim).result(self.claim_wait_s)
        except TimeoutError:
            raise StoreUnavailable("the desk did not answer a claim in time: it is made again") from None
        return claimed

    def send(self, packed: Packed, claimed: Delivery) -> Outcome:
        """What became of it; a fault of the channel's own is an outcome too."""
        endpoint = packed.endpoint
        if endpoint is None:
            return Outcome(Verdict.REJECTED, f"{claimed.endpoint} is no longer in the configuration")
        if endpoint.broken:
            return Outcome(Verdict.REJECTED, f"the channel cannot be built: {endpoint.broken}")
        message = replace(packed.message, subject=claimed.subject, text=claimed.text)
        started_s = self.clock.monotonic()
        try:
            return self.channel_for(endpoint).send(endpoint, message, DEADLINE_S)
        except Exception as fault:
            # its text may hold a URL or a key: only the kind of fault is told
            kind = type(fault).__name__
            log.error("channel failed", delivery=claimed.id, endpoint=endpoint.id, fault=kind)
            return Outcome(Verdict.UNKNOWN, f"channel fault: {kind}", took_s=self.clock.monotonic() - started_s)

    def _words(self, notice: Notice, contact: Contact | None, endpoint: Endpoint | None, delivery: Delivery) -> Message:
        if contact is None or endpoint is None:
            return plain_words(notice, delivery)
        try:
            message = self.compose(notice, contact, endpoint, delivery)
        except Exception as fault:
            log.error("notice could not be composed", exc=fault, notice=notice.id, contact=contact.id)
            return plain_words(notice, delivery, contact.language)
        return message if message.text.strip() else plain_words(notice, delivery, contact.language)


def plain_words(notice: Notice, delivery: Delivery, language: str = "en") -> Message:
    """Never nothing: number and grade, where the wording failed."""
    if language == "zh":
        subject = f"【{'一二三'[notice.grade - 1]}级】{notice.incident} 第{notice.seq}号通知"
        text = f"{subject}\n本通知全文未能生成。请立即查看平台，或致电本方指定人员。"
    else:
        subject = f"[GRADE {notice.grade}] {notice.incident} #{notice.seq}: {notice.type.replace('_', ' ')}"
        text = f"{subject}\nIts full text could not be made. Please look at the board, or call your coordinator."
    return Message(
        subject=subject, text=text, short=subject, thread=notice.incident, id=delivery.id, grade=notice.grade
    )
