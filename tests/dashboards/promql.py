"""Which metrics and labels an expression of Prometheus names; as much of its grammar as that takes."""

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""
    (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<word>[a-zA-Z_:][\w:]*)
    | (?P<number>\d[\w.]*)
    | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^()\[\]{},=<>])
    """,
    re.VERBOSE,
)
_BETWEEN = frozenset({"and", "or", "unless", "offset", "bool"})
_GROUPING = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})


@dataclass(frozen=True)
class Named:
    """What an expression names: each metric with the matchers put on it, and the labels results are grouped by."""

    selectors: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    grouped_by: set[str] = field(default_factory=set)

    @property
    def metrics(self) -> set[str]:
        return {name for name, _ in self.selectors}


def named(expression: str) -> Named:
    tokens = [found.group() for found in _TOKEN.finditer(re.sub(r"\$\w+", "1m", _without_variables(expression)))]
    found = Named()
    at = 0
    while at < len(tokens):
        token, after = tokens[at], tokens[at + 1] if at + 1 < len(tokens) else ""
        if token == "[":
            at = tokens.index("]", at)
        elif token in _GROUPING:
            end = tokens.index(")", at)
            found.grouped_by.update(word for word in tokens[at + 2 : end] if word != ",")
            at = end
        elif re.match(r"[a-zA-Z_:]", token) and token not in _BETWEEN and after not in {"(", *_GROUPING}:
            matchers: dict[str, str] = {}
            if after == "{":
                end = tokens.index("}", at)
                matchers = _matchers(tokens[at + 2 : end])
                at = end
            found.selectors.append((token, matchers))
        at += 1
    return found


def _matchers(tokens: list[str]) -> dict[str, str]:
    """Label -> the operator and the value that it is matched with."""
    return {tokens[at]: tokens[at + 1] + tokens[at + 2].strip("\"'") for at in range(0, len(tokens), 4)}


def _without_variables(expression: str) -> str:
    """Variables of the dashboard inside texts stand for any text."""
    return re.sub(r'"\$\w+"', '".*"', expression)
