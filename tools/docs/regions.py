"""The drawn parts of pages that people write: what stands between `<!-- begin NAME -->` and `<!-- end NAME -->`."""

import ast
import re
from collections.abc import Callable
from pathlib import Path

from agent.rules.incidents import diagram

FLOORS = Path(__file__).parents[2] / "tests/architecture/test_imports.py"


def filled(text: str) -> str:
    """The page with its drawn parts as the code has them now."""
    for name, draw in DRAWN.items():
        mark = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
        text = mark.sub(lambda found, draw=draw: f"{found[1]}{draw()}{found[2]}", text)  # type: ignore[misc]
    return text


def _floors() -> str:
    """The floors that the architecture test keeps, upstairs first."""
    tree = ast.parse(FLOORS.read_text())
    value = next(
        node.value
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "FLOORS"
    )
    assert value is not None
    rows = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return "```text\n" + "\n".join(row.replace("agent.", "").replace(" ", "  |  ") for row in rows) + "\n```\n"


DRAWN: dict[str, Callable[[], str]] = {
    "floors": _floors,
    "states": lambda: f"```mermaid\n{diagram()}```\n",
}
