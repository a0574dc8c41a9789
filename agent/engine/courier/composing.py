"""From a delivery to its words: the notice, its incident and its link, in the contact's language."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from agent.config.settings import Settings
from agent.engine.courier.errand import Compose
from agent.model import (
    TRIAL,
    Contact,
    Delivery,
    Endpoint,
    Manner,
    Message,
    Notice,
    NoticeType,
    Obligation,
)
from agent.notify.wording import Case, Gathered, compose
from agent.ports import Clock, Store
from agent.rules import channel_tests, links


def composer(settings: Callable[[], Settings], store: Store, clock: Clock, address: Callable[[], str]) -> Compose:
    """Words for one delivery; `address` is where links point, without a slash at its end."""

    def words(notice: Notice, contact: Contact, endpoint: Endpoint, delivery: Delivery) -> Message:
        incident = store.incident(notice.incident) if notice.incident else None
        now_in_force = settings()
        whose = TRIAL if notice.is_trial else endpoint.id if endpoint.manner is Manner.GROUP else contact.id
        subject, about = links.subject(notice)
        link = store.link_for(subject, whose, about) if subject or about else None
        if notice.type is NoticeType.CHANNEL_TEST:
            link = store.link_for(str(notice.content["test"]), whose, channel_tests.about(endpoint.id))
        case = Case(
            incident=incident,
            contact=contact,
            endpoint=endpoint,
            settings=now_in_force,
            link=f"{address()}/a/{link.token}" if link else "",
            now=clock.now(),
            owed=_owed(store, notice),
            gathered=tuple(_gathered(store, notice, whose, address())),
        )
        return replace(compose(notice, case), id=delivery.id)

    return words


def _gathered(store: Store, digest: Notice, whose: str, address: str) -> Iterator[Gathered]:
    """What a digest tells, each with its reader's own link."""
    for id_ in digest.content.get("items", ()) if digest.type is NoticeType.DIGEST else ():
        notice = store.notice(id_)
        if notice is not None:
            link = store.link_for(notice.incident, whose)
            yield Gathered(notice, store.incident(notice.incident), f"{address}/a/{link.token}" if link else "")


def _owed(store: Store, notice: Notice) -> tuple[Obligation, ...]:
    """The clocks that run now: what a notice says of them is so when it is sent."""
    if not notice.incident:
        return ()
    return tuple(store.obligations(states=("running",), incident=notice.incident, limit=100)[0])
