"""Rows written several to a statement are the rows written one by one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import StoreUnavailable
from agent.model import Change, Party
from agent.rules import chain
from agent.store import facts, queries
from agent.store.batches import SIZES, batches
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import NUMBER, everything, fact

QUERY = "INSERT INTO kept (\n  id, name\n)\nVALUES (?, ?)\nON CONFLICT (id) DO NOTHING"


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5, 15, 16, 17, 20, 39, 64, 100])
def test_every_row_is_written_once_and_in_order(count: int) -> None:
    rows = [(number, f"name {number}") for number in range(count)]

    written: list[object] = []
    for statement, runs in batches(QUERY, iter(rows)):
        for values in runs:
            assert statement.count("?") == len(values)
            written += values

    assert written == [value for row in rows for value in row]


def test_a_hundred_rows_take_seven_steps() -> None:
    found = [(statement.count("(?, ?)"), len(runs)) for statement, runs in batches(QUERY, [(1, "a")] * 100)]

    assert found == [(SIZES[0], 6), (SIZES[1], 1)]


def test_what_inserts_nothing_goes_row_by_row() -> None:
    rows = [("INC-1", number) for number in range(20)]

    assert list(batches("UPDATE episode SET incident = ? WHERE id = ?", rows)) == [
        ("UPDATE episode SET incident = ? WHERE id = ?", rows)
    ]


def test_every_query_that_inserts_can_be_widened() -> None:
    inserting = [query for query in queries.load().values() if query.startswith("INSERT")]

    for query in inserting:
        columns = query.count("?")
        [(statement, _)] = batches(query, [(None,) * columns] * SIZES[0])
        assert statement.count("?") == SIZES[0] * columns


@pytest.mark.parametrize("count", [1, 4, 21, 100])
def test_a_storm_is_on_file_row_by_row(store: SqliteStore, count: int) -> None:
    episodes = [replace(nouns.EPISODE, id=number, fingerprint=f"{number:016x}") for number in range(1, count + 1)]

    store.commit(Change(episodes={each.id: each for each in episodes}, facts=[fact(number=n) for n in range(count)]))

    assert store.episodes(NUMBER, 1000) == episodes
    assert [sealed.seq for sealed in store.timeline(NUMBER)] == list(range(1, count + 1))
    assert store.integrity() == []


def test_one_row_that_cannot_be_kept_keeps_all_of_them_out(store: SqliteStore) -> None:
    store.commit(everything())
    episodes = {number: replace(nouns.EPISODE, id=number) for number in range(10, 40)}
    episodes[25] = replace(nouns.EPISODE, id=25, muted="loud")

    with pytest.raises(StoreUnavailable):
        store.commit(Change(episodes=episodes))

    assert [each.id for each in store.episodes(NUMBER)] == [nouns.EPISODE.id]


PLAIN = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.text(), st.characters(categories=["Cs", "Cc", "Co"])),
    st.sampled_from(Party),
)
NESTED = st.recursive(
    st.one_of(PLAIN, st.floats(allow_nan=False), st.sets(st.integers())),
    lambda inner: st.one_of(st.lists(inner), st.tuples(inner), st.dictionaries(st.text(), inner)),
    max_leaves=5,
)


@given(st.dictionaries(st.text(), NESTED))
def test_a_detail_is_written_as_the_chain_has_it(detail: dict[str, object]) -> None:
    assert facts.canonical(detail) == chain.canonical(detail)
