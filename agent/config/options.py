"""A collector's own options: read by its pydantic model, faults placed in the file."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from agent.config.faults import Faults, suggest
from agent.config.nodes import Node, plain
from agent.config.references import Vault, has_reference, literal, literal_secret
from agent.config.shapes import Schema
from agent.ports import Collector

_SECRET_NAME = re.compile(r"password|passwd|secret|token|bearer|authorization|api.?key|cookie", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """The place of a collector's options in a probe; they are read once references can be resolved."""

    kinds: Mapping[str, Collector]
    kind: str

    def read(self, node: Node, faults: Faults) -> Node:
        return node

    def schema(self) -> Schema:
        collector = self.kinds[self.kind]
        schema: Schema = _untitled(collector.options.model_json_schema())
        schema["description"] = collector.question
        if not schema.get("required"):
            schema["type"] = ["object", "null"]
        return schema


def _untitled(part: Any, *, is_names: bool = False) -> Any:
    """`part` without the titles that pydantic makes of names; a property may well be called `title`."""
    if isinstance(part, list):
        return [_untitled(item) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _untitled(value, is_names=key in {"properties", "$defs"} and not is_names)
        for key, value in part.items()
        if is_names or key != "title"
    }


def read(collector: Collector, node: Node, vault: Vault, faults: Faults, beside: Collection[str] = ()) -> Any:
    """The frozen Options value, None after a fault was named; `beside` are keys of the probe itself."""
    from pydantic import ValidationError

    secrets: list[str] = []
    raw = {} if node.is_null else _resolved(node, vault, faults, secrets)
    if not isinstance(raw, dict):
        known = ", ".join(_names(collector))
        remedy = f"known: {known}" if known else f"write `{collector.kind}: {{}}`, it has none"
        faults.error(node, f"must be a mapping of options: {remedy}")
        return None
    try:
        options = collector.options.model_validate(raw)
    except ValidationError as found:
        for error in found.errors(include_url=False):
            _name(error, collector, node, faults, secrets, beside)
        return None
    return _beside_the_file(options, vault.folder)


def _resolved(node: Node, vault: Vault, faults: Faults, secrets: list[str]) -> Any:
    """The node as plain values, its references replaced; literal secrets are warned about."""
    if isinstance(node.value, Mapping):
        return {name: _resolved(child, vault, faults, secrets) for name, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [_resolved(child, vault, faults, secrets) for child in node.value]
    if not has_reference(node.value):
        _warn_of_literal(node, faults)
        return plain(node)
    try:
        found = vault.resolve(node.value)
    except ValueError as fault:
        faults.error(node, str(fault))
        return node.value
    for reason in found.missing:
        faults.warn(node, f"{reason}; the probe cannot do its work until it is")
    secrets += found.secrets
    return found.text


def _warn_of_literal(node: Node, faults: Faults) -> None:
    text = str(node.value)
    what = "a secret" if text and _SECRET_NAME.search(node.key.rpartition(".")[2]) else ""
    if "://" in text:
        what = what or literal_secret(text)
    if what:
        faults.warn(node, literal(what))


def _name(
    error: Any, collector: Collector, node: Node, faults: Faults, secrets: list[str], beside: Collection[str]
) -> None:
    steps = list(error["loc"])
    place = _at(node, steps)
    match error["type"]:
        case "missing":
            faults.error(place.at(str(steps[-1])), f"is missing: {_described(collector, str(steps[-1]))}")
        case "extra_forbidden":
            faults.error(place, _unknown(str(steps[-1]), collector, beside))
        case type_:
            message = str(error.get("ctx", {}).get("error", error["msg"]))
            if steps and type_.endswith(("_parsing", "_type")):  # pydantic's own words, which say no remedy
                message += f": {_described(collector, str(steps[0])).rstrip('.')}"
            for secret in secrets:
                message = message.replace(secret, "***")
            faults.error(place, message[:1].lower() + message[1:])


def _unknown(word: str, collector: Collector, beside: Collection[str]) -> str:
    names = _names(collector)
    near = get_close_matches(word, [*names, *beside], n=1)
    if near and near[0] not in names:
        return f"unknown option {word!r} of {collector.kind}: `{near[0]}` is said beside {collector.kind}, not in it"
    return f"unknown option {word!r} of {collector.kind}: {suggest(word, names)}"


def _at(node: Node, steps: list[str | int]) -> Node:
    """The deepest place in the file that pydantic's steps lead to; names of its own validators are no places."""
    for step in steps:
        if isinstance(node.value, Mapping):
            node = node.value.get(str(step), node)
        elif isinstance(node.value, tuple) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
    return node


def _names(collector: Collector) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in collector.options.model_fields.items())


def _described(collector: Collector, name: str) -> str:
    for own, field in collector.options.model_fields.items():
        if name in {own, field.alias}:
            return field.description or "it has no default"
    return "it has no default"


def _beside_the_file(options: Any, folder: Path) -> Any:
    """Relative paths count from the configuration file."""
    moved = {name: folder / value for name, value in _paths(options) if not value.is_absolute()}
    return options.model_copy(update=moved) if moved else options


def _paths(options: Any) -> Iterator[tuple[str, Path]]:
    for name in type(options).model_fields:
        value = getattr(options, name)
        if isinstance(value, Path):
            yield name, value
