"""Named queries from `.sql` files: one text for SQLite and PostgreSQL."""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)


@cache
def load(folder: str = "sql", placeholder: str = "?") -> Mapping[str, str]:
    """Every query of the folder by its name, read once, with `placeholder` (`?` or `%s`) for its values.

    Raises:
        ValueError: two files have a query of one name.
    """
    found: dict[str, str] = {}
    for file in sorted(files("agent.store").joinpath(folder).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            its = parse(file.read_text("utf-8"), placeholder)
            if twice := sorted(its.keys() & found.keys()):
                raise ValueError(f"{file.name}: another file has a query {twice[0]}")
            found |= its
    return found


def parse(text: str, placeholder: str = "?") -> dict[str, str]:
    """The queries of one text. `-- name: x` begins one; no `?` and no `%` stands in our literals."""
    _, *parts = _NAME.split(text)
    names, bodies = parts[::2], parts[1::2]
    return {
        name: _COMMENT.sub("", body).strip().removesuffix(";").replace("?", placeholder)
        for name, body in zip(names, bodies, strict=True)
    }
