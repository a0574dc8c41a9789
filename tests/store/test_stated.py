"""Statements: found again, and an archive of before them opens."""

from dataclasses import replace
from pathlib import Path

import apsw

from agent.model import Acknowledgement, Change, Party, StatementState
from agent.store import migrations, queries, rows
from agent.store.sqlite import SqliteStore
from tests.store import nouns
from tests.store.nouns import NOW, NUMBER, at


def test_statements_are_found_by_incident_and_the_waiting_ones_of_all(store: SqliteStore) -> None:
    waiting = [
        replace(nouns.STATEMENT, id=f"{NUMBER}/S{number}", state=StatementState.WAITING, on_file_at=at(number))
        for number in (2, 10)
    ]
    elsewhere = replace(waiting[0], id="INC-2/S1", incident="INC-2")

    store.commit(Change(statements={each.id: each for each in (nouns.STATEMENT, *reversed(waiting), elsewhere)}))

    assert store.statements(NUMBER) == [waiting[0], nouns.STATEMENT, waiting[1]]
    assert store.waiting_statements() == [elsewhere, *waiting]


def test_an_archive_of_before_statements_opens_with_its_acknowledgements_and_links(tmp_path: Path) -> None:
    """0011: what was acknowledged before is about no notice in particular, and on file when it was given."""
    path = tmp_path / "old.db"
    older = apsw.Connection(str(path))
    for migration in migrations.known():
        if migration.number < 11:
            older.execute(migration.sql)
    older.execute(
        "INSERT INTO acknowledgement VALUES (?, 'customer', 'wang', 1795403475123456, 'link', '', '192.0.2.7');"
        "INSERT INTO link VALUES ('tok3n', ?, 'customer', 'wang', 1795403475123456, '')",
        (NUMBER, NUMBER),
    )
    [changed] = [migration for migration in migrations.known() if migration.number == 11]
    older.execute(changed.sql)
    asked = queries.load()

    [acknowledged] = older.execute(asked["acknowledgements"], (NUMBER,))
    [link] = older.execute(asked["link"], ("tok3n",))
    older.close()

    assert rows.ACKNOWLEDGEMENT.unpack(acknowledged) == Acknowledgement(
        NUMBER, Party.CUSTOMER, "wang", NOW, "link", address="192.0.2.7"
    )
    assert rows.LINK.unpack(link).about == ""


def test_an_archive_of_before_matters_opens_and_its_statements_are_those_of_incidents(tmp_path: Path) -> None:
    """0018: what was stated before is about an incident; what is about none is found by its matter alone."""
    path = tmp_path / "old.db"
    older = apsw.Connection(str(path))
    for migration in migrations.known():
        if migration.number < 18:
            older.execute(migration.sql)
    older.execute(
        "INSERT INTO statement VALUES (?, ?, 'acknowledged', '', 'customer', 'wang', 1795403475123456,"
        " 1795403475123456, 'phone', 'lee', 'customer', '{}', 'waiting', NULL, NULL, '', NULL, '')",
        (f"{NUMBER}/S1", NUMBER),
    )
    [changed] = [migration for migration in migrations.known() if migration.number == 18]
    older.execute(changed.sql)
    asked = queries.load()

    [found] = older.execute(asked["statements"], (NUMBER,))
    of_none = list(older.execute(asked["statements_of_matter"], ("",)))
    older.close()

    assert (rows.STATEMENT.unpack(found).matter, rows.STATEMENT.unpack(found).subject) == ("", NUMBER)
    assert of_none == []


def test_what_is_about_no_incident_is_found_by_its_matter(store: SqliteStore) -> None:
    """Fact 15: IMP-20261123-001 has statements of its own."""
    line = replace(nouns.STATEMENT, id="IMP-1/S1", incident="", matter="IMP-1")

    store.commit(Change(statements={each.id: each for each in (line, nouns.STATEMENT)}))

    assert store.statements_of_matter("IMP-1") == [line]
    assert line.subject == "IMP-1"
    assert store.statements(NUMBER) == [nouns.STATEMENT]
