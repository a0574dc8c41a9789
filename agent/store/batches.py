"""Rows written several to a statement.

With each step SQLite lets go of the interpreter and must wait to get it back, which under load costs more than the row.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import chain

from agent.store.rows import Row

SIZES = (16, 4)
"""Few, so that SQLite keeps all of them prepared."""

_VALUES = re.compile(r"\bVALUES (\([?, ]+\))")


def batches(query: str, rows: Iterable[Row]) -> Iterator[tuple[str, Sequence[Row]]]:
    """The statements that do what `query` does for each of `rows`, and the values of each of their runs."""
    waiting = list(rows)
    start = 0
    if len(waiting) >= SIZES[-1] and _VALUES.search(query):
        for size in SIZES:
            end = start + (len(waiting) - start) // size * size
            if end > start:
                yield _for(query, size), [tuple(chain(*waiting[at : at + size])) for at in range(start, end, size)]
            start = end
    if start < len(waiting):
        yield query, waiting[start:]


@cache
def _for(query: str, size: int) -> str:
    return _VALUES.sub(lambda found: f"VALUES {', '.join([found[1]] * size)}", query)
