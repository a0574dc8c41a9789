"""The agreement part on file: one in force, one proposed at most, all of them kept (fact 14)."""

from dataclasses import replace

import pytest

from agent.errors import StoreUnavailable
from agent.model import Change, PartState
from agent.store.sqlite import SqliteStore
from tests.store import nouns

FIRST = replace(nouns.PART, number=1, hash="a1", state=PartState.IN_FORCE, ended_at=None, ended_by="", reason="")
SECOND = replace(FIRST, number=2, hash="b2", state=PartState.PROPOSED, in_force_at=None)


def test_what_stands_is_found_again_after_a_restart(store: SqliteStore) -> None:
    """Fact 14: a restart between proposal and acceptance loses nothing."""
    store.commit(Change(parts={1: FIRST, 2: SECOND}))

    assert store.standing_parts() == [FIRST, SECOND]
    assert store.agreement_part("b2") == SECOND
    assert store.agreement_part("c3") is None


def test_what_comes_into_force_takes_the_place_of_what_was(store: SqliteStore) -> None:
    store.commit(Change(parts={1: FIRST, 2: SECOND}))
    past = replace(FIRST, state=PartState.PAST, ended_at=nouns.at(9))
    in_force = replace(SECOND, state=PartState.IN_FORCE, in_force_at=nouns.at(9))

    store.commit(Change(parts={2: in_force, 1: past}))

    assert store.standing_parts() == [in_force]
    assert store.agreement_part("a1") == past


def test_two_parts_in_force_cannot_be(store: SqliteStore) -> None:
    store.commit(Change(parts={1: FIRST}))

    with pytest.raises(StoreUnavailable):
        store.commit(Change(parts={2: replace(SECOND, state=PartState.IN_FORCE)}))


def test_of_a_hash_that_came_twice_the_one_that_was_in_force_is_found(store: SqliteStore) -> None:
    """Incidents are pinned to it by its hash."""
    past = replace(FIRST, state=PartState.PAST, ended_at=nouns.at(9))
    again = replace(FIRST, number=3, state=PartState.REJECTED, in_force_at=None, ended_at=nouns.at(11))

    store.commit(Change(parts={1: past, 3: again}))

    assert store.agreement_part("a1") == past
