"""YAML text as a tree that knows its lines, by the YAML 1.2 core rules; nothing hides behind duplicates or aliases."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import yaml

_DEPTH = 32
_TEXT = 16 * 1024 * 1024
_ALIASED = 10_000  # more nodes than characters, by so many, come of aliases only: a bomb of nine lines has a billion

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?[0-9]{1,400}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")

Say = Callable[[int, str, str], None]
"""(line, key, message)"""


@dataclass(frozen=True, slots=True)
class Node:
    """One place of the file: a scalar's text, a list, or a mapping. A mapping's child stands on the line of its key."""

    line: int
    key: str  # dotted: `routes[2].to[0]`
    value: "str | tuple[Node, ...] | Mapping[str, Node]"
    is_quoted: bool = False

    @property
    def is_null(self) -> bool:
        return isinstance(self.value, str) and not self.is_quoted and self.value in _NULL

    def at(self, name: str) -> "Node":
        """The child of that name, or the place where it is missing."""
        if isinstance(self.value, Mapping) and name in self.value:
            return self.value[name]
        return Node(self.line, f"{self.key}.{name}".lstrip("."), "")

    def described(self) -> str:
        """What stands here, for a message; never its text, which may be a secret."""
        if self.is_null:
            return "nothing"
        if isinstance(self.value, str):
            return "a text"
        return "a mapping" if isinstance(self.value, Mapping) else "a list"


def plain(node: Node) -> Any:
    """The node as plain values, scalars by the YAML 1.2 core rules: `on` and `12:30` are text, `010` is ten."""
    if isinstance(node.value, Mapping):
        return {name: plain(child) for name, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(child) for child in node.value]
    if node.is_quoted:
        return node.value
    if node.is_null:
        return None
    return _scalar(node.value)


def _scalar(text: str) -> Any:
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def compose(text: str, say: Say) -> Node | None:
    """The root of `text`; None when it is no YAML, which `say` has been told."""
    if len(text) > _TEXT:
        say(1, "yaml", "the file is larger than 16 MiB")
        return None
    try:
        root = _composed(text)
    except yaml.MarkedYAMLError as error:
        say(_line(error), "yaml", _explained(error, text))
        return None
    except yaml.YAMLError:
        at = _CONTROL.search(text)
        line = text.count("\n", 0, at.start()) + 1 if at else 1
        say(line, "yaml", "holds a character that is no text (a control character or half a surrogate pair): remove it")
        return None
    except (RecursionError, ValueError, OverflowError):
        say(1, "yaml", "cannot be read: nested too deep, or an escape such as \\U that is no character")
        return None
    if root is None:
        say(1, "yaml", "the file is empty: `tocsin init` writes a first one")
        return None
    return _Tree(say, len(text) + _ALIASED).grow(root, "", root.start_mark.line + 1, 0)


def _composed(text: str) -> yaml.Node | None:
    """PyYAML's tree, by libyaml in an eighth of the time; what libyaml refuses is asked of PyYAML, which says more."""
    if yaml.__with_libyaml__:
        with suppress(yaml.YAMLError, RecursionError, ValueError, OverflowError):
            return yaml.compose(text, Loader=yaml.CBaseLoader)
    return yaml.compose(text, Loader=yaml.BaseLoader)


def _line(error: yaml.MarkedYAMLError) -> int:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1


def _explained(error: yaml.MarkedYAMLError, text: str) -> str:
    """The parser's complaint and what would put it right; never the line itself, which may hold a secret."""
    problem = error.problem or "it is no YAML"
    lines = text.splitlines()
    marks = [mark.line for mark in (error.problem_mark, error.context_mark) if mark and mark.line < len(lines)]
    guilty = [re.sub(r'"[^"]*"|\'[^\']*\'', "", lines[number]) for number in marks]
    remedy = ""
    if any("${" in line for line in guilty):
        remedy = 'quote it: "${…}" needs quotes'
    elif any("://" in line for line in guilty):
        remedy = "quote it: a URL needs quotes"
    elif "\\t" in problem or "'\t'" in problem:
        remedy = "indent with spaces, not tabs"
    elif "cannot start" in problem or "alias" in problem:
        remedy = "quote the text"
    elif "mapping values" in problem:
        remedy = "quote the text that holds a colon, or mend the indentation"
    elif "document" in problem:
        remedy = "one file holds one document"
    else:
        remedy = "look for a missing bracket, quote or space here or just above"
    return f"cannot be read as YAML ({problem}): {remedy}"


class _Tree:
    """Turns PyYAML's nodes into ours, aliases expanded within bounds."""

    def __init__(self, say: Say, at_most: int) -> None:
        self._say = say
        self._grown = 0
        self._at_most = at_most

    def grow(self, raw: Any, key: str, line: int, depth: int) -> Node:
        self._grown += 1
        if depth > _DEPTH or self._grown > self._at_most:
            if depth > _DEPTH or self._grown == self._at_most + 1:
                self._say(line, key, "too deep or too much: an alias repeats itself, or the nesting has no end")
            return Node(line, key, "")
        if isinstance(raw, yaml.MappingNode):
            self._refuse_tag(raw, "map", key, line)
            return Node(line, key, self._children(raw, key, depth))
        if isinstance(raw, yaml.SequenceNode):
            self._refuse_tag(raw, "seq", key, line)
            return Node(line, key, self._items(raw, key, depth))
        self._refuse_tag(raw, "str", key, line)
        if _CONTROL.search(raw.value):
            self._say(line, key, "holds a control character or half a surrogate pair: remove it")
            return Node(line, key, _CONTROL.sub("", raw.value), is_quoted=True)
        return Node(line, key, raw.value, is_quoted=bool(raw.style))

    def _items(self, raw: yaml.SequenceNode, key: str, depth: int) -> tuple[Node, ...]:
        found = []
        for index, item in enumerate(raw.value):
            if self._grown > self._at_most:
                break
            found.append(self.grow(item, f"{key}[{index}]", item.start_mark.line + 1, depth + 1))
        return tuple(found)

    def _children(self, raw: yaml.MappingNode, key: str, depth: int) -> Mapping[str, Node]:
        children: dict[str, Node] = {}
        lines: dict[str, int] = {}
        for name_node, child in raw.value:
            line = name_node.start_mark.line + 1
            if self._grown > self._at_most:
                break
            if not isinstance(name_node, yaml.ScalarNode) or _CONTROL.search(name_node.value):
                self._say(line, key or "yaml", 'a key must be a plain word; quote what begins with { or [: "[a]"')
                continue
            name = name_node.value
            dotted = f"{key}.{name}" if key else name
            if name in children:
                self._say(line, dotted, f"stands here a second time; the first, on line {lines[name]}, is kept")
                continue
            if name == "<<" and not name_node.style:
                self._say(line, dotted, "merge keys are no YAML 1.2: write the keys out, or use an alias for the value")
                continue
            lines[name] = line
            children[name] = self.grow(child, dotted, line, depth + 1)
        return children

    def _refuse_tag(self, raw: yaml.Node, kind: str, key: str, line: int) -> None:
        if raw.tag not in (f"tag:yaml.org,2002:{kind}", "!"):
            self._say(line, key or "yaml", "tags such as !!int are not used here: write the plain value")
