"""Rows of matchers written as one Python function: a small part of what a loop over them costs.

Rows that want exact values of one label are found by a dict, so that few are left to ask in order; each of those asks
equality before sets before regexes. Every text of the rows enters the source through repr or as a named constant.
"""

import string
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from agent.model import Matcher

Regex = Callable[[str], Callable[[str], bool]]
First = Callable[[Mapping[str, str]], int]

_INDEXES = 4  # labels that get a dict, at most
_WORTH_IT = 3  # rows that make a dict worth its lookup
_REMEMBERED = 128  # answers kept per regex, because label values repeat
_SHORT = 128  # characters; longer values are not kept
_SPECIAL = frozenset(r".+*?()[]{}^$|")
_ESCAPABLE = frozenset(string.punctuation) - {"_"}


def generated(rows: Sequence[tuple[Matcher, ...]], regex: Regex) -> First:
    """A function from labels to the index of the first row of which all matchers hold, -1 for none."""
    writer = _Writer(rows, regex)
    exec(compile(writer.source(), "<signals>", "exec"), writer.names)
    first: First = writer.names["first"]
    return first


def alternatives(pattern: str) -> frozenset[str] | None:
    """The texts that `pattern` matches, where it is but literals with `|` between them; else None."""
    found: list[str] = []
    word, escaped = "", False
    for character in pattern:
        if escaped:
            if character not in _ESCAPABLE:
                return None
            word, escaped = word + character, False
        elif character == "\\":
            escaped = True
        elif character == "|":
            found.append(word)
            word = ""
        elif character in _SPECIAL:
            return None
        else:
            word += character
    return None if escaped else frozenset([*found, word])


class _Writer:
    """Collects the lines of one source and the constants they name."""

    def __init__(self, rows: Sequence[tuple[Matcher, ...]], regex: Regex) -> None:
        self.names: dict[str, Any] = {"__builtins__": {"len": len}}
        self._rows = rows
        self._none = len(rows)
        self._regex = regex
        self._constants: dict[object, str] = {}
        self._functions: list[str] = []
        self._tables: list[str] = []

    def source(self) -> str:
        body = ["def first(labels):", " get = labels.get", f" best = {self._none}"]
        rest: Sequence[int] = range(self._none)
        for _ in range(_INDEXES):
            label = self._busiest_label(rest)
            if label is None:
                break
            indexed = [row for row in rest if _wanted(self._rows[row], label) is not None]
            rest = [row for row in rest if _wanted(self._rows[row], label) is None]
            table = self._table(label, indexed)
            body += [f" ask = {table}.get(get({label!r}, ''))", " if ask is not None:"]
            body += ["  found = ask(get)", "  if found < best:", "   best = found"]
        body += self._in_order([(row, self._rows[row]) for row in rest], guard="best > {row} and ")
        body += [f" return best if best < {self._none} else -1"]
        return "\n".join([*self._functions, *self._tables, *body])

    def _busiest_label(self, rows: Iterable[int]) -> str | None:
        """The label of which most rows want exact values; None where too few do."""
        labels = Counter(label for row in rows for label in dict.fromkeys(m.name for m in self._rows[row] if _exact(m)))
        [(label, count)] = labels.most_common(1) or [("", 0)]
        return label if count >= _WORTH_IT else None

    def _table(self, label: str, rows: Sequence[int]) -> str:
        """The name of a dict: value of `label` -> the function that asks the rows wanting it."""
        wanting: dict[str, tuple[int, ...]] = {}
        for row in rows:
            for value in sorted(_exact(_wanted(self._rows[row], label)) or ()):
                wanting[value] = (*wanting.get(value, ()), row)
        asks = {candidates: self._ask(label, candidates) for candidates in dict.fromkeys(wanting.values())}
        entries = ", ".join(f"{value!r}: {asks[candidates]}" for value, candidates in wanting.items())
        self._tables.append(f"table_{len(self._tables)} = {{{entries}}}")
        return f"table_{len(self._tables) - 1}"

    def _ask(self, label: str, rows: Sequence[int]) -> str:
        name = f"ask_{len(self._functions)}"
        left = [(row, tuple(m for m in self._rows[row] if m != _wanted(self._rows[row], label))) for row in rows]
        lines = [f"def {name}(get):", *self._in_order(left), f" return {self._none}"]
        self._functions.append("\n".join(lines))
        return name

    def _in_order(self, rows: Sequence[tuple[int, tuple[Matcher, ...]]], guard: str = "") -> list[str]:
        """Lines that return the first of `rows` that holds; labels are looked up once."""
        names = dict.fromkeys(matcher.name for _, matchers in rows for matcher in matchers)
        labels = {name: f"label_{number}" for number, name in enumerate(names)}
        lines = [f" {variable} = get({name!r}, '')" for name, variable in labels.items()]
        for row, matchers in rows:
            tests = sorted(self._test(matcher, labels[matcher.name]) for matcher in matchers)
            condition = guard.format(row=row) + " and ".join([test for _, test in tests] or ["True"])
            lines.append(f" if {condition}: return {row}")
        return lines

    def _test(self, matcher: Matcher, variable: str) -> tuple[int, str]:
        """How dear the question is, and the expression that asks it."""
        if matcher.op in {"=", "!="}:
            return 0, f"{variable} {'==' if matcher.op == '=' else '!='} {matcher.value!r}"
        texts = alternatives(matcher.value)
        if texts is not None:
            return 1, f"{variable} {'in' if matcher.op == '=~' else 'not in'} {self._constant(texts, texts)}"
        test = self._remembered(matcher.value, variable)
        return 2, test if matcher.op == "=~" else f"not {test}"

    def _remembered(self, pattern: str, variable: str) -> str:
        asked = self._regex(pattern)
        quick = self._constant(("quick", pattern), lru_cache(maxsize=_REMEMBERED)(asked))
        slow = self._constant(("slow", pattern), asked)
        return f"({quick} if len({variable}) <= {_SHORT} else {slow})({variable})"

    def _constant(self, key: object, value: object) -> str:
        """The name of a constant; equal keys share the first one's."""
        name = self._constants.setdefault(key, f"constant_{len(self._constants)}")
        self.names.setdefault(name, value)
        return name


def _exact(matcher: Matcher | None) -> frozenset[str] | None:
    """The only values that satisfy `matcher`, where they can be listed."""
    if matcher is not None and matcher.op == "=":
        return frozenset({matcher.value})
    if matcher is not None and matcher.op == "=~":
        return alternatives(matcher.value)
    return None


def _wanted(row: tuple[Matcher, ...], label: str) -> Matcher | None:
    """The matcher of `row` that lists the values of `label` it wants."""
    return next((matcher for matcher in row if matcher.name == label and _exact(matcher)), None)
