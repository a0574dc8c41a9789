"""An incident's episodes are found by stretches of their numbers, without an index entry for each (decision 24)."""

from dataclasses import replace
from pathlib import Path

import apsw

from agent.model import Change, Episode
from agent.store import migrate, migrations, open_store, queries, rows
from agent.store.sqlite import SqliteStore
from agent.store.writes import STRETCH
from tests.store import nouns

ONE, OTHER = "INC-20261123-001", "INC-20261123-002"


def episode(id_: int, incident: str | None) -> Episode:
    return replace(nouns.EPISODE, id=id_, fingerprint=f"{id_:016x}", incident=incident)


def committed(store: SqliteStore, *episodes: Episode) -> None:
    store.commit(Change(episodes={each.id: each for each in episodes}))


def found(store: SqliteStore, incident: str) -> list[int]:
    return sorted(each.id for each in store.episodes(incident))


def test_the_episodes_of_one_incident_are_found_wherever_they_stand(store: SqliteStore) -> None:
    of_one = [1, 3, STRETCH - 1, STRETCH, 1000 * STRETCH]
    of_other = [2, STRETCH + 1, 1000 * STRETCH - 1]

    committed(store, *(episode(id_, ONE) for id_ in of_one), *(episode(id_, OTHER) for id_ in of_other))
    committed(store, episode(4, None))

    assert (found(store, ONE), found(store, OTHER)) == (of_one, of_other)
    assert found(store, "INC-20261123-003") == []


def test_an_episode_is_found_with_the_incident_that_took_it_last(store: SqliteStore) -> None:
    committed(store, episode(1, None), episode(2, ONE), episode(3, ONE))

    store.commit(Change(adopted={1: OTHER, 2: OTHER, 3: None}))

    assert (found(store, ONE), found(store, OTHER)) == ([], [1, 2])


def test_a_storm_writes_one_row_for_many_episodes_of_an_incident(store: SqliteStore) -> None:
    for id_ in range(0, 3 * STRETCH, 16):
        committed(store, episode(id_, ONE))

    outside = apsw.Connection(str(store.path))
    assert outside.execute("SELECT * FROM stretch").fetchall() == [(ONE, 0), (ONE, 1), (ONE, 2)]
    outside.close()


def test_fifty_episodes_are_shown_without_reading_sixty_thousand(store: SqliteStore) -> None:
    """Those of a list of incidents, where each has a long story: `tocsin incidents` took seconds."""
    outside = apsw.Connection(str(store.path))
    for name in ("open_episodes_of", "ended_episodes_of"):
        plan = outside.execute(f"EXPLAIN QUERY PLAN {queries.load()[name]}", (ONE, 50))
        assert [step for *_, step in plan if "B-TREE" in step or "SCAN" in step] == []
    outside.close()


def test_an_archive_of_before_stretches_shows_the_episodes_of_its_incidents(tmp_path: Path) -> None:
    """0021: they are counted from what is on file."""
    path = tmp_path / "old.db"
    older = apsw.Connection(str(path))
    for migration in migrations.known():
        if migration.number < 21:
            older.execute(migration.sql)
            older.execute("INSERT INTO migration VALUES (?, ?, 0)", (migration.number, migration.name))
    before = [episode(1, ONE), episode(2, OTHER), episode(3, None), episode(7 * STRETCH, ONE)]
    older.executemany(queries.load()["put_episode"], map(rows.EPISODE.pack, before))
    older.close()

    assert migrate(f"sqlite:///{path}") == ["0021_stretches"]
    store = open_store(f"sqlite:///{path}", create=False)
    committed(store, episode(8 * STRETCH, ONE))

    assert found(store, ONE) == [1, 7 * STRETCH, 8 * STRETCH]
    assert found(store, OTHER) == [2]
    store.close()
