"""What is wrong with the file, gathered in one run."""

from collections.abc import Iterable
from difflib import get_close_matches

from agent.config.nodes import Node
from agent.config.settings import Fault


class Faults:
    """Every fault found so far. Reading goes on after each, so that one run names them all."""

    def __init__(self) -> None:
        self._found: list[Fault] = []

    def at(self, line: int, key: str, message: str) -> None:
        self._found.append(Fault(line, key, message))

    def error(self, node: Node, message: str) -> None:
        self._found.append(Fault(node.line, node.key or "file", message))

    def warn(self, node: Node, message: str) -> None:
        self._found.append(Fault(node.line, node.key, message, is_warning=True))

    @property
    def are_fatal(self) -> bool:
        return any(not fault.is_warning for fault in self._found)

    def in_order(self) -> tuple[Fault, ...]:
        """By line; the same sentence about the same place once."""
        return tuple(sorted(dict.fromkeys(self._found), key=lambda fault: fault.line))


def suggest(word: str, known: Iterable[str], *, at_most: int = 12) -> str:
    """What would be right instead of `word`: `did you mean disk_space?`, else the whole list."""
    words = list(known)
    near = get_close_matches(word.lower(), {w.lower(): w for w in words}, n=1, cutoff=0.6)
    if near:
        return f"did you mean {next(w for w in words if w.lower() == near[0])}?"
    if not words:
        return "there is none yet"
    return f"known: {', '.join(words[:at_most])}{', …' if len(words) > at_most else ''}"
