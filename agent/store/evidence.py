"""All that the archive holds about one incident, read at one moment beside a running agent."""

import json
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import apsw

from agent.errors import NotFound
from agent.model import SealedFact
from agent.rules.evidence import Broken, Head, broken_chains
from agent.store import connections, facts, migrations, queries
from agent.store.rows import from_us

TABLES = (
    *("incident", "notices", "deliveries", "attempts", "acknowledgements", "entries", "reports", "statements"),
    *("obligations", "register", "signals"),
)
"""What a bundle holds of an incident, each by its query `bundle_…`."""

FIRST_DAYS = 60
"""So many of them are looked at; an agreement has one, and a corrected one."""

_JSON = frozenset(
    [
        *("recipients", "content", "said", "attachments", "functions", "rules", "labels", "annotations"),
        *("clauses", "missing", "verified_by", "acknowledged_provider", "acknowledged_customer"),
        *("told_functions", "truncated", "items"),
    ]
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is on file about one incident: its chain, its rows by table, and the bodies as they came in, by hash."""

    facts: list[SealedFact]
    rows: Mapping[str, list[dict[str, Any]]]
    bodies: Mapping[str, bytes]


def held(path: Path, number: str) -> Held:
    """
    Raises:
        NotFound: no such incident.
        StoreUnavailable: the archive is missing, damaged or none.
    """
    with reading(path) as connection:
        asked = queries.load()
        rows = {name: list(_rows(connection, asked[f"bundle_{name}"], number)) for name in TABLES}
        if not rows["incident"]:
            raise NotFound(f"there is no incident {number}: `tocsin incidents` lists them")
        chained = [facts.unpack(row) for row in connection.execute(asked["bundle_facts"], (number,))]
        _mask_links(connection, number, rows["deliveries"])
        return Held(chained, rows, dict(_bodies(connection, number)))


def heads(path: Path) -> list[Head]:
    """The last fact of every chain, by incident."""
    query = queries.load()["heads"]
    with reading(path) as connection:
        return [Head(incident, seq, hash_) for incident, seq, hash_, _ in connection.execute(query)]


def broken(path: Path, put_aside: list[Head]) -> tuple[int, list[Broken]]:
    """How many facts there are, and the first bad one of each chain that does not hold."""
    asked = queries.load()
    with reading(path) as connection:
        count, _ = counted(connection)
        newest = [Head(*row) for row in connection.execute(asked["newest_fact"])]
        chained = map(facts.unpack, connection.execute(asked["all_facts"]))
        return count, broken_chains(chained, [*put_aside, *newest])


def counted(connection: apsw.Connection) -> tuple[int, datetime | None]:
    """How many facts there are, and when the last one was; None where there is none."""
    found: list[Any] = connection.execute(queries.load()["facts_counted"]).fetchall()
    [(count, last)] = found
    return count, None if last is None else from_us(last)


def sealed(path: Path) -> list[tuple[SealedFact, bytes | None]]:
    """The agent's own seals, oldest first, each with its list of heads; None where that is gone."""
    query = queries.load()["seals"]
    with reading(path) as connection:
        found = [facts.unpack(row) for row in connection.execute(query)]
        return [(each, _body(connection, str(each.fact.detail.get("body", "")))) for each in found]


def _body(connection: apsw.Connection, hash_: str) -> bytes | None:
    rows: list[Any] = connection.execute(queries.load()["body_raw"], (hash_,)).fetchall()
    return zlib.decompress(rows[0][0]) if rows else None


@contextmanager
def reading(path: Path) -> Iterator[apsw.Connection]:
    """The archive as of one moment, beside whoever writes it.

    Raises:
        StoreUnavailable
    """
    migrations.check_file(path)
    try:
        migrations.lacking(path)
        with closing(connections.reader(path)) as connection:
            connection.execute("BEGIN")  # all of it as of one moment
            yield connection
    except apsw.Error as fault:
        raise connections.unavailable(path, fault) from fault


def pinned_part(path: Path, number: str) -> str:
    """The agreement part that was in force when an incident opened, as canonical text; "" where it is not on file."""
    query = queries.load()["part_of_incident"]
    with reading(path) as connection:
        found: list[Any] = connection.execute(query, (number,)).fetchall()
        return str(found[0][0]) if found else ""


def part_in_force(path: Path) -> str:
    """The agreement part in force, as canonical text; "" where nothing is."""
    with reading(path) as connection:
        found: list[Any] = connection.execute(queries.load()["part_in_force"]).fetchall()
        return str(found[0][0]) if found else ""


def first_days(path: Path) -> frozenset[str]:
    """The first days of the agreement that are on record: `2026-01-01`."""
    with reading(path) as connection:
        rows = connection.execute(queries.load()["facts_of_agent"], ("agreement_effective", FIRST_DAYS))
        return frozenset(str(facts.unpack(row).fact.detail.get("effective")) for row in rows)


def _rows(connection: apsw.Connection, query: str, number: str) -> Iterator[dict[str, Any]]:
    cursor = connection.execute(query, (number,))
    for row in cursor:
        names = [name for name, _ in cursor.get_description()]
        yield {name: _plain(name, value) for name, value in zip(names, row, strict=True)}


def _plain(name: str, value: Any) -> Any:
    """Times as ISO 8601, lists and maps as such."""
    if value is not None and isinstance(value, int) and (name == "at" or name.endswith(("_at", "_by", "_until"))):
        return from_us(value).isoformat(timespec="microseconds")
    if name in _JSON and isinstance(value, str) and value[:1] in {"[", "{"}:
        return json.loads(value)
    return value


def _mask_links(connection: apsw.Connection, number: str, deliveries: list[dict[str, Any]]) -> None:
    """Whoever has the bundle must not be able to acknowledge with the links in it."""
    tokens = [token for (token,) in connection.execute(queries.load()["bundle_links"], (number,))]
    for row in deliveries:
        for token in tokens:
            row["text"] = row["text"].replace(token, "(token)")


def _bodies(connection: apsw.Connection, number: str) -> Iterator[tuple[str, bytes]]:
    """Those that began a signal, those that a fact of the incident names, and what is attached to its reports."""
    for hash_, raw in connection.execute(queries.load()["bundle_bodies"], (number,)):
        yield hash_, zlib.decompress(raw)
