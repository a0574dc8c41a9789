"""What may stand where, as values: one table reads the file, names its faults and writes its JSON Schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from agent.config.faults import Faults, suggest
from agent.config.nodes import Node
from agent.errors import Malformed

Schema = dict[str, Any]


class Shape(Protocol):
    def read(self, node: Node, faults: Faults) -> Any:
        """The value that stands at `node`; None after a fault was named."""
        ...

    def schema(self) -> Schema: ...


@dataclass(frozen=True, slots=True)
class Scalar:
    """One text, read by `parse` (which raises ValueError or Malformed with the remedy)."""

    what: str  # "a duration such as 90s"
    parse: Callable[[str], Any]
    json: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    is_prose: bool = False  # written by people into a form: `[name]` is a placeholder left in

    def read(self, node: Node, faults: Faults) -> Any:
        if self.is_prose and _is_placeholder(node):
            faults.error(node, "a placeholder was left in: write what the parties agreed, or remove the line")
            return None
        if not isinstance(node.value, str) or node.is_null:
            faults.error(node, f"must be {self.what}, but {node.described()} stands here")
            return None
        try:
            return self.parse(node.value)
        except (ValueError, Malformed) as fault:
            faults.error(node, str(fault))
            return None

    def schema(self) -> Schema:
        return dict(self.json)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; a single value stands for a list of one."""

    item: Shape
    at_least: int = 0

    def read(self, node: Node, faults: Faults) -> tuple[Any, ...] | None:
        return tuple(value for _, value in self.placed(node, faults))

    def placed(self, node: Node, faults: Faults) -> tuple[tuple[Node, Any], ...]:
        if node.is_null:
            items: tuple[Node, ...] = ()
        else:
            items = node.value if isinstance(node.value, tuple) else (node,)
        if len(items) < self.at_least:
            faults.error(node, "must not be empty")
        read = ((item, self.item.read(item, faults)) for item in items)
        return tuple((item, value) for item, value in read if value is not None)

    def schema(self) -> Schema:
        one = self.item.schema()
        many: Schema = {"type": "array", "items": one}
        if self.at_least:
            many["minItems"] = self.at_least
        return {"anyOf": [one, many]} if self.at_least else {"anyOf": [one, many, {"type": "null"}]}


@dataclass(frozen=True, slots=True)
class Placed:
    """A list whose values keep their places, for checks that come later."""

    items: ListOf

    def read(self, node: Node, faults: Faults) -> tuple[tuple[Node, Any], ...]:
        return self.items.placed(node, faults)

    def schema(self) -> Schema:
        return self.items.schema()


@dataclass(frozen=True, slots=True)
class MapOf:
    """Names of the file's own choosing, each with a value of one shape."""

    value: Shape
    name: Callable[[str], Any] = str  # raises ValueError for a name that may not stand here
    pattern: str = ""

    def read(self, node: Node, faults: Faults) -> dict[Any, Any] | None:
        if node.is_null:
            return {}
        if not isinstance(node.value, Mapping):
            faults.error(node, f"must be a mapping of names, but {node.described()} stands here")
            return None
        found: dict[Any, Any] = {}
        for text, child in node.value.items():
            try:
                name = self.name(text)
            except ValueError as fault:
                faults.error(child, str(fault))
                continue
            value = self.value.read(child, faults)
            if value is not None:
                found[name] = value
        return found

    def schema(self) -> Schema:
        if self.pattern:
            return {"type": ["object", "null"], "patternProperties": {self.pattern: self.value.schema()},
                    "additionalProperties": False}  # fmt: skip
        return {"type": ["object", "null"], "additionalProperties": self.value.schema()}


@dataclass(frozen=True, slots=True)
class Either:
    """A scalar read one way, a mapping or a list another."""

    scalar: Shape
    other: Shape

    def read(self, node: Node, faults: Faults) -> Any:
        shape = self.scalar if isinstance(node.value, str) else self.other
        return shape.read(node, faults)

    def schema(self) -> Schema:
        return {"anyOf": [self.scalar.schema(), self.other.schema()]}


@dataclass(frozen=True, slots=True)
class Field:
    shape: Shape
    doc: str = ""
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A mapping that was read: its good values, and the places of all."""

    node: Node
    values: Mapping[str, Any]

    def __contains__(self, name: str) -> bool:
        """Whether the file says it, well or badly."""
        return isinstance(self.node.value, Mapping) and name in self.node.value

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def at(self, name: str) -> Node:
        return self.node.at(name)


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys."""

    fields: Mapping[str, Field]
    doc: str = ""

    def read(self, node: Node, faults: Faults) -> Entry | None:
        if not node.is_null and not isinstance(node.value, Mapping):
            faults.error(node, f"must be a mapping with {_listed(self.fields)}, but {node.described()} stands here")
            return None
        children: Mapping[str, Node] = node.value if isinstance(node.value, Mapping) else {}
        values: dict[str, Any] = {}
        for name, child in children.items():
            known = self.fields.get(name)
            if known is None:
                faults.error(child, f"unknown key {name!r}: {suggest(name, self.fields, at_most=40)}")
                continue
            value = known.shape.read(child, faults)
            if value is not None:
                values[name] = value
        for name, known in self.fields.items():
            if known.is_required and name not in children:
                faults.error(node.at(name), f"is missing: {known.doc or 'it has no default'}")
        return Entry(node, values)

    def schema(self) -> Schema:
        properties = {name: _documented(known) for name, known in self.fields.items()}
        required = [name for name, known in self.fields.items() if known.is_required]
        text: Schema = {"type": "object" if required else ["object", "null"]}
        if self.doc:
            text["description"] = self.doc
        text |= {"properties": properties, "additionalProperties": False}
        return text | {"required": required} if required else text


def one_of(words: type[StrEnum] | tuple[str, ...], what: str = "one of") -> Scalar:
    """One word of a closed set."""
    known = {str(word): word for word in words}

    def parse(text: str) -> Any:
        if text not in known:
            raise ValueError(f"unknown word {text!r}: {suggest(text, known)}")
        return known[text]

    return Scalar(f"{what} {', '.join(known)}", parse, {"enum": list(known)})


def whole(low: int, high: int) -> Scalar:
    def parse(text: str) -> int:
        if not text.lstrip("+-").isascii() or not text.lstrip("+-").isdigit() or not low <= int(text[:12]) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return Scalar("a whole number", parse, {"type": "integer", "minimum": low, "maximum": high})


def measured(what: str, parse: Callable[[str], Any], *, pattern: str = "", may_be_number: bool = False) -> Scalar:
    """A text with a grammar of its own, such as a duration."""
    json: Schema = {"type": ["string", "integer"] if may_be_number else "string"}
    if pattern:
        json["pattern"] = f"^(?:{pattern})$"
    return Scalar(what, parse, json)


def _flag(text: str) -> bool:
    if text.lower() not in {"true", "false"}:
        raise ValueError("must be true or false")
    return text.lower() == "true"


_ANY_TEXT: Mapping[str, Any] = {"type": ["string", "number", "boolean"]}

TEXT = Scalar("a text", str, _ANY_TEXT)
FLAG = Scalar("true or false", _flag, {"type": "boolean"})


def _prose(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text.strip()


WORDS = Scalar("a text", _prose, _ANY_TEXT)
"""Words for people to read."""

PROSE = Scalar("a text", _prose, _ANY_TEXT, is_prose=True)
"""Words that people agreed on: names, addresses, numbers. A placeholder left in is a fault."""


def _is_placeholder(node: Node) -> bool:
    # unquoted, `[name]` is a list to YAML
    if isinstance(node.value, tuple):
        return len(node.value) == 1 and isinstance(node.value[0].value, str)
    if not isinstance(node.value, str):
        return False
    opened = node.value.replace("【", "[").replace("】", "]")
    start = opened.find("[")
    return start >= 0 and opened.find("]", start) > start


def _documented(known: Field) -> Schema:
    schema = known.shape.schema()
    return {"description": known.doc, **schema} if known.doc and "description" not in schema else schema


def _listed(fields: Mapping[str, Field]) -> str:
    return ", ".join(list(fields)[:6]) + (", …" if len(fields) > 6 else "")
