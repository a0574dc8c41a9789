"""A small JSONPath: `$.status`, `$.checks[0].up`, `$['a key']`, `$.nodes[-1]`; one path, at most one value."""

import re
from typing import Any

Step = str | int

_STEP = re.compile(
    r"""\.(?P<name>[^\W\d][\w-]*)             # .name
      | \[(?P<index>-?\d+)\]                  # [0], [-1]
      | \[(?P<quote>['"])(?P<key>.*?)(?P=quote)\]   # ['a key']
    """,
    re.VERBOSE,
)


class Missing(LookupError):
    """The document has nothing at that path."""


def steps(path: str) -> tuple[Step, ...]:
    """The steps of a path.

    Raises:
        ValueError: it is none of the forms above.
    """
    if not path.startswith("$"):
        raise ValueError(f"{path!r} is no JSONPath: it begins with $, as in $.status")
    found: list[Step] = []
    at = 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ValueError(f"{path!r} cannot be read from {path[at:]!r} on: write $.name, $.list[0] or $['a key']")
        index = step["index"]
        found.append(int(index) if index is not None else step["name"] or step["key"] or "")
        at = step.end()
    return tuple(found)


def find(document: Any, path: str) -> Any:
    """The value at `path`.

    Raises:
        Missing: there is none.
    """
    value = document
    for step in steps(path):
        if isinstance(step, int):
            if not isinstance(value, list) or not -len(value) <= step < len(value):
                raise Missing(path)
        elif not isinstance(value, dict) or step not in value:
            raise Missing(path)
        value = value[step]
    return value


def same(found: Any, wanted: Any) -> bool:
    """Whether two JSON values are equal: true is not 1, and text is never a number."""
    if isinstance(found, bool) or isinstance(wanted, bool):
        return found is wanted
    if isinstance(found, list) and isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(same, found, wanted))
    if isinstance(found, dict) and isinstance(wanted, dict):
        return found.keys() == wanted.keys() and all(same(found[key], wanted[key]) for key in found)
    return bool(found == wanted)
