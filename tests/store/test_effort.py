"""How much SQLite has to do for a question: what is asked for each notice must not grow with the archive."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import apsw

from agent.model import Change
from agent.store.sqlite import SqliteStore
from tests.store import nouns


@contextmanager
def counted_steps() -> Iterator[list[int]]:
    """Steps of SQLite's machine, by statement, on connections that are opened inside."""
    steps: list[int] = []

    def note(event: dict[str, Any]) -> None:
        steps.append(event["stmt_status"]["SQLITE_STMTSTATUS_VM_STEP"])

    def watch(connection: apsw.Connection) -> None:
        connection.trace_v2(apsw.SQLITE_TRACE_PROFILE, note)

    apsw.connection_hooks.append(watch)
    try:
        yield steps
    finally:
        apsw.connection_hooks.remove(watch)


def test_the_duties_of_one_incident_are_found_without_a_walk_through_those_of_all_others(store: SqliteStore) -> None:
    others = [replace(nouns.OBLIGATION, id=f"duty-{number}", incident=f"INC-{number}") for number in range(500)]
    store.commit(Change(obligations={each.id: each for each in (*others, nouns.OBLIGATION)}))

    with counted_steps() as steps:
        found, _ = store.obligations(incident=nouns.NUMBER)

    assert found == [nouns.OBLIGATION]
    assert 0 < sum(steps) < 1000
