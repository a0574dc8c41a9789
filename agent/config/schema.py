"""The JSON Schema of routes.yaml, from the same table that reads it."""

from collections.abc import Mapping
from typing import Any

from agent.config import file
from agent.ports import Collector

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def json_schema(kinds: Mapping[str, Collector]) -> dict[str, Any]:
    """What an editor completes and checks by; `kinds` bring their collectors' options."""
    definitions: dict[str, Any] = {}
    schema: dict[str, Any] = _hoisted(file.shape(kinds).schema(), definitions)
    head = {"$schema": DRAFT, "title": "routes.yaml of Tocsin"}
    return head | schema | ({"$defs": dict(sorted(definitions.items()))} if definitions else {})


def _hoisted(part: Any, definitions: dict[str, Any]) -> Any:
    """`part` with the definitions of pydantic models moved to the top, where their references look for them."""
    if isinstance(part, list):
        return [_hoisted(item, definitions) for item in part]
    if not isinstance(part, Mapping):
        return part
    for name, definition in part.get("$defs", {}).items():
        definitions[name] = _hoisted(definition, definitions)
    return {key: _hoisted(value, definitions) for key, value in part.items() if key != "$defs"}
