"""What the archive answers when the agent asks about itself."""

from dataclasses import replace

from agent.model import Change, DeliveryState, Fact
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import NOW, NUMBER, at


def test_since_when_the_oldest_due_delivery_of_each_grade_has_been_due(store: SqliteStore) -> None:
    waiting = replace(nouns.DELIVERY, state=DeliveryState.WAITING, lease_until=None)
    rows = [
        replace(waiting, id="a", grade=1, due_at=at(-1)),
        replace(waiting, id="b", grade=1, due_at=at(-2)),
        replace(waiting, id="ahead", grade=2, due_at=at(1)),
        replace(waiting, id="lost", grade=3, state=DeliveryState.SENDING, due_at=at(-9), lease_until=at(-3)),
        replace(waiting, id="held", grade=2, state=DeliveryState.SENDING, due_at=at(-9), lease_until=at(1)),
        replace(waiting, id="over", grade=2, state=DeliveryState.ACCEPTED, due_at=at(-9)),
    ]
    store.commit(Change(deliveries={row.id: row for row in rows}))

    assert store.due_since(NOW) == {1: at(-2), 3: at(-3)}


def test_the_newest_facts_come_in_the_order_of_writing(store: SqliteStore) -> None:
    for number in range(4):
        store.commit(Change(facts=[Fact(NUMBER if number % 2 else "", NOW, "noted", "agent", {"n": number})]))

    newest = store.newest_facts(3)

    assert [(each.fact.incident, each.seq, each.fact.detail["n"]) for each in newest] == [
        (NUMBER, 1, 1),
        ("", 2, 2),
        (NUMBER, 2, 3),
    ]
