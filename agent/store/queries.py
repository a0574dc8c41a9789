"""Named queries from `.sql` files: one text for SQLite and PostgreSQL."""

import re
from collections.abc import Mapping
from importlib.resources import files

_NAME = re.compile(r"^-- name: (\w+)\n", re.MULTILINE)
_COMMENT = re.compile(r"^--.*\n", re.MULTILINE)


def load(folder: str = "sql", placeholder: str = "?") -> Mapping[str, str]:
    """Every query of the folder by its name, with `placeholder` (`?` or `%s`) for its values."""
    found: dict[str, str] = {}
    for file in sorted(files("agent.store").joinpath(folder).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            found.update(parse(file.read_text("utf-8"), placeholder))
    return found


def parse(text: str, placeholder: str = "?") -> dict[str, str]:
    """The queries of one text. `-- name: x` begins one; no `?` and no `%` stands in our literals."""
    _, *parts = _NAME.split(text)
    names, bodies = parts[::2], parts[1::2]
    return {
        name: _COMMENT.sub("", body).strip().removesuffix(";").replace("?", placeholder)
        for name, body in zip(names, bodies, strict=True)
    }
