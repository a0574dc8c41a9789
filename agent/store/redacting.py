"""A person taken out of the archive: every table's texts, bodies, and the details of facts; the chains go on holding.

The agent must not run: it remembers what it read. Nothing is left in free pages or in the log: the file is written
anew.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from agent.model import Fact
from agent.rules import redaction
from agent.rules.redaction import Person, Redactor
from agent.store import connections, facts, migrations, queries
from agent.store.evidence import reading
from agent.store.facts import Head

LEFT = frozenset({"archive", "migration", "fact", "newest_fact", "body", "agreement_part"})
"""Looked at otherwise, or not at all: the agreement stands as both parties accepted it."""

SEAL = "seal"
ERASED = "personal data was taken out"
"""Why a body's bytes are not those of its hash."""

Erased = tuple[int, Fact, int]
"""(number of the row, the fact as it is, its number in its chain)."""


@dataclass(frozen=True, slots=True)
class Found:
    """What of the person is on file: so many rows by table and column, facts by chain, bodies."""

    rows: Mapping[str, int] = field(default_factory=dict)
    facts: Mapping[str, list[int]] = field(default_factory=dict)  # incident -> numbers
    bodies: int = 0
    attachments: tuple[str, ...] = ()  # of the person's own reports: hashes of files that cannot be searched

    def __bool__(self) -> bool:
        return bool(self.rows or self.facts or self.bodies)


def known(path: Path, contact: str) -> Person:
    """What the archive itself knows of the contact.

    Raises:
        StoreUnavailable
    """
    with reading(path) as connection:
        rows: list[Any] = connection.execute(queries.load()["contact_card"], (contact,)).fetchall()
    name, phone, email = rows[0] if rows else ("", "", "")
    return Person(contact, *(frozenset({each} - {""}) for each in (name, phone, email)))


def look(path: Path, person: Person) -> Found:
    """What would go; nothing is changed.

    Raises:
        StoreUnavailable
    """
    with reading(path) as connection:
        return _found(connection, person, Redactor(person))


def redact(path: Path, person: Person, now: datetime, reason: str) -> Found:
    """Take it out, in one transaction; what was there is said by facts, and what it was is not.

    Raises:
        StoreUnavailable: nothing was changed.
    """
    migrations.check_file(path)
    try:
        migrations.lacking(path)
        redactor = Redactor(person)
        with closing(connections.writer(path)) as connection:
            connection.execute("PRAGMA secure_delete = ON").fetchall()
            connection.execute("BEGIN IMMEDIATE")
            try:
                found = _found(connection, person, redactor)
                _take_out(connection, person, redactor, found, now, reason)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        return found
    except apsw.Error as fault:
        raise connections.unavailable(path, fault) from fault


def _found(connection: apsw.Connection, person: Person, redactor: Redactor) -> Found:
    _teach(connection, "mentions", redactor.mentions)
    rows: Counter[str] = Counter()
    for table, column in _columns(connection):
        rows[f"{table}.{column}"] += _count(connection, f'SELECT COUNT(*) FROM "{table}" WHERE mentions("{column}")')
    for table, column in _OWN:
        query = f'SELECT COUNT(*) FROM "{table}" WHERE {_OWNER[table]} = ? AND "{column}" <> \'\''
        rows[f"{table}.{column}"] = max(rows[f"{table}.{column}"], _count(connection, query, person.id))
    by_chain: dict[str, list[int]] = {}
    for _, fact, seq in _facts(connection):
        by_chain.setdefault(fact.incident, []).append(seq)
    return Found(
        rows={name: count for name, count in sorted(rows.items()) if count},
        facts=by_chain,
        bodies=sum(1 for _ in _bodies(connection, redactor)),
        attachments=tuple(_attachments(connection, person.id)),
    )


def _take_out(
    connection: apsw.Connection, person: Person, redactor: Redactor, found: Found, now: datetime, reason: str
) -> None:
    asked = queries.load()
    _teach(connection, "cleaned", redactor.text)
    for table, column in _columns(connection):
        connection.execute(f'UPDATE "{table}" SET "{column}" = cleaned("{column}") WHERE mentions("{column}")')
    for table, column in _OWN:
        connection.execute(
            f'UPDATE "{table}" SET "{column}" = \'\' WHERE {_OWNER[table]} = ?',
            (person.id,),
        )
    for id_, raw, fault in list(_bodies(connection, redactor)):
        packed = zlib.compress(redactor.raw(raw), 1)
        connection.execute(asked["put_raw"], (packed, fault or ERASED, id_))
    said = []
    for id_, fact, seq in list(_facts(connection)):
        connection.execute(asked["take_out_detail"], (id_,))
        left = {"fact": seq, "kind": fact.kind, "contact": person.id, "said": redactor.value(fact.detail)}
        said.append(Fact(fact.incident, now, redaction.FACT, detail=left))
    counted = {"facts": len(said), "rows": dict(found.rows), "bodies": found.bodies}
    said.append(Fact("", now, "contact_redacted", detail={"contact": person.id, "reason": reason, **counted}))
    sealed, _ = facts.seal_all(said, lambda incident: _head(connection, incident))
    connection.executemany(asked["put_fact"], sealed)
    connection.executemany(asked["put_newest"], facts.newest(sealed))


_OWN = (("acknowledgement", "address"), ("contact", "name"), ("contact", "phone"), ("contact", "email"))
"""What is the person's own whatever it says: emptied."""

_OWNER = {"acknowledgement": "contact", "contact": "id"}


def _count(connection: apsw.Connection, query: str, *values: str) -> int:
    rows: list[Any] = connection.execute(query, values).fetchall()
    return int(rows[0][0])


def _teach(connection: apsw.Connection, name: str, answer: Callable[[str], Any]) -> None:
    """A question about a text that SQL may ask; of what is none the answer is nothing."""

    def of(*asked: Any) -> Any:
        return answer(asked[0]) if isinstance(asked[0], str) else None

    connection.create_scalar_function(name, of, 1, deterministic=True)


def _columns(connection: apsw.Connection) -> Iterator[tuple[str, str]]:
    """Every column of text that is no key."""
    named: list[Any] = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    ).fetchall()
    for (table,) in named:
        if table in LEFT:
            continue
        columns: list[Any] = connection.execute(f'PRAGMA table_info("{table}")').fetchall()
        yield from ((table, column) for _, column, kind, _, _, key in columns if kind == "TEXT" and not key)


def _facts(connection: apsw.Connection) -> Iterator[Erased]:
    for id_, *row in connection.execute(queries.load()["facts_that_mention"]):
        sealed = facts.unpack(tuple(row))
        yield id_, sealed.fact, sealed.seq


def _bodies(connection: apsw.Connection, redactor: Redactor) -> Iterator[tuple[int, bytes, str]]:
    for id_, packed, fault in connection.execute(queries.load()["bodies_but_of"], (SEAL,)):
        raw = zlib.decompress(packed)
        if redactor.raw(raw) != raw:
            yield id_, raw, fault


def _attachments(connection: apsw.Connection, contact: str) -> Iterator[str]:
    yield from (hash_ for (hash_,) in connection.execute(queries.load()["attachments_of"], (contact,)))


def _head(connection: apsw.Connection, incident: str) -> Head | None:
    found: list[Any] = connection.execute(queries.load()["chain_head"], (incident,)).fetchall()
    return next(((seq, hash_) for seq, hash_ in found), None)
