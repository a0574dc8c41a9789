"""What runs without an incident is found again: people, what the agent said of itself, which channel took something."""

from dataclasses import replace

from agent.model import Change, DeliveryState, Fact
from agent.store.sqlite import SqliteStore
from tests.store import nouns


def test_contacts_are_kept_as_the_file_named_them_last(store: SqliteStore) -> None:
    store.commit(Change(contacts={"wang": nouns.CARD}))
    moved = replace(nouns.CARD, phone="13900000000", version=3, is_gone=False)

    store.commit(Change(contacts={"wang": moved}))

    assert store.contacts() == [moved]


def test_facts_of_the_agent_are_found_by_kind_newest_first(store: SqliteStore) -> None:
    months = [
        Fact("", nouns.at(minute), "calendar_turned", detail={"month": month})
        for minute, month in ((1, "a"), (2, "b"), (3, "c"))
    ]
    store.commit(Change(facts=[*months, nouns.fact("calendar_turned"), Fact("", nouns.NOW, "agent_was_away")]))

    found = store.facts_of_agent("calendar_turned", 2)

    assert [sealed.fact.detail["month"] for sealed in found] == ["c", "b"]


def test_of_each_channel_it_is_known_when_it_last_took_something(store: SqliteStore) -> None:
    taken = replace(nouns.DELIVERY, id="a", contact="wang", endpoint="wang/call", state=DeliveryState.ACCEPTED)
    earlier = replace(taken, id="b", finished_at=nouns.at(-60))
    mail = replace(taken, id="c", endpoint="wang/mail", finished_at=nouns.at(7))
    failed = replace(taken, id="d", endpoint="wang/2", state=DeliveryState.GIVEN_UP)
    store.commit(Change(deliveries={each.id: each for each in (taken, earlier, mail, failed)}))

    assert store.last_taken("wang") == {"wang/call": taken.finished_at, "wang/mail": nouns.at(7)}
    assert store.last_taken("lee") == {}
