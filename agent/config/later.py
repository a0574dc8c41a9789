"""What the file may say already and nothing acts on yet: read, checked, and named by `tocsin check`."""

from collections.abc import Iterator, Mapping
from typing import Any

from agent.config.nodes import Node, plain
from agent.config.shapes import Entry

_SECTIONS = (
    "drills", "store.keep",
)  # fmt: skip


def found(file: Entry) -> Mapping[str, Node]:
    """Those that the file has, by their key."""
    return dict(_found(file))


def extra(waiting: Mapping[str, Node]) -> Mapping[str, Any]:
    """As plain values what has no other place in Settings."""
    return {key: plain(node) for key, node in waiting.items() if key.startswith(("agreement.", "drills"))}


def _found(file: Entry) -> Iterator[tuple[str, Node]]:
    for key in _SECTIONS:
        node: Node | None = file.node
        for name in key.split("."):
            node = node.value.get(name) if node and isinstance(node.value, Mapping) else None
        if node is not None:
            yield key, node
    store = file.get("store")
    if store and str(store.get("url", "")).startswith("postgres"):
        yield "store.url", store.at("url")
    for name, probe in file.get("probes", {}).items():
        if "depends_on" in probe:
            yield f"probes.{name}.depends_on", probe.at("depends_on")
