"""What is wrong with an archive's file: pages by SQLite's own check, evidence by its chains."""

import apsw

from agent.store import facts, queries


def damage(connection: apsw.Connection, *, thorough: bool = False) -> list[str]:
    """What is wrong, in sentences; [] for nothing. Reads every page and every fact; `thorough` indexes as well."""
    check = "PRAGMA integrity_check" if thorough else "PRAGMA quick_check"
    try:
        checked = [str(row[0]) for row in connection.execute(check).fetchall()]
        wrong = [f"the file: {line}" for line in checked if line != "ok"]
        chained = map(facts.unpack, connection.execute(queries.load()["all_facts"]))
        return wrong + list(facts.broken_chains(chained))
    except (apsw.CorruptError, apsw.NotADBError) as fault:
        return [f"the file: {fault}"]
