"""docs/collectors.md: each kind of probe by its own file: question, options, values, what it says by default."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from markdown import code, table
from pydantic import SecretStr
from pydantic.fields import FieldInfo

import collectors
from agent.engine.watcher.watch import HEARTBEAT
from agent.model import Hold, Tell
from agent.ports import Collector
from agent.rules.units import written

EXAMPLES = Path(__file__).parent / "examples.yaml"

HEAD = """# Kinds of probe

Each kind is one file in `collectors/`. A probe names exactly one kind with its options, and beside it how it is asked
(`every`, `timeout`, `for`, `retry`, `recover`, `flap`) and what its answers say (`tells`). Those keys are the same for
every kind: see [configuration](configuration.md#probes) and [settings](settings.md#probes).

An answer is **ok**, **bad** or **unknown**. Unknown is what the agent could not find out: a dead resolver, a missing
program, a deadline that passed in the collector. It opens nothing and closes nothing; after three in a row the agent
reports itself blind. A kind marked *remote* is asked across a network: before it reads bad, the agent looks at its own.

Values are what `tells` compares: `when: "latency > 500ms"`. Seconds are written with a unit (`500ms`, `4h`), shares as
per cent (`95%`), bytes as sizes (`5GiB`). A value that an answer lacks is unknown in an expression, never 0.
"""


def text() -> str:
    examples: Mapping[str, Any] = yaml.safe_load(EXAMPLES.read_text())
    found = collectors.catalogue()
    listed = [(f"[`{kind}`](#{kind})", collector.question) for kind, collector in found.items()]
    parts = [HEAD, table(("Kind", "Question"), listed) + "\n"]
    for kind, collector in found.items():
        parts += list(_section(collector, examples.get(kind, "")))
    return "\n".join(parts)


def _section(collector: Collector, example: str) -> Iterator[str]:
    yield f"## {collector.kind}\n\n{collector.question}\n"
    told = [f"Asked {'across a network' if collector.is_remote else 'on this host'}"]
    if collector.every:
        told.append(f"every {written(collector.every)} unless the file says otherwise")
    told.append(f"at most {collector.workers} at once")
    yield "; ".join(told) + ".\n"
    if example:
        yield f"```yaml\nprobes:\n{_indented(example)}\n```\n"
    if collector.options.model_fields:
        yield table(("Option", "What stands there", "Default", "Meaning"), _options(collector)) + "\n"
    else:
        yield "It has no options.\n"
    yield table(("Value", "What it is"), ((code(name), said) for name, said in collector.yields.items())) + "\n"
    yield "Without `tells:` it says:\n"
    yield table(("When", "State", "For"), (_tell(tell, collector.kind) for tell in collector.tells)) + "\n"


def _options(collector: Collector) -> Iterator[tuple[str, str, str, str]]:
    schema = collector.options.model_json_schema()
    for name, field in collector.options.model_fields.items():
        key = field.alias or name
        shape = schema["properties"][key]
        default = "**required**" if field.is_required() else code(_default(field, shape))
        yield code(key), _sort(shape), default, field.description or ""


def _sort(shape: Mapping[str, Any]) -> str:
    """What stands there, in words: a text, a whole number, a list."""
    if "anyOf" in shape:
        return " or ".join(dict.fromkeys(_sort(each) for each in shape["anyOf"] if each.get("type") != "null"))
    kinds = shape.get("type", "anything")
    said = " or ".join(_WORDS.get(kind, kind) for kind in (kinds if isinstance(kinds, list) else [kinds]))
    if "pattern" in shape and shape.get("examples"):
        said = f"such as `{shape['examples'][0]}`"
    low, high = shape.get("minimum"), shape.get("maximum")
    return said + (f", {low} to {high}" if low is not None and high is not None else "")


_WORDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "true or false",
    "object": "mapping",
    "array": "list",
}


def _default(field: FieldInfo, shape: Mapping[str, Any]) -> str:
    value = field.default
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, timedelta):
        return written(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and "iB" in shape.get("pattern", ""):
        return _size(value)
    if isinstance(value, tuple) and value and isinstance(value[0], tuple):
        return ", ".join(f"{low}-{high}" if low != high else str(low) for low, high in value)
    return "" if value in (None, (), {}) else str(value)


def _size(count: int) -> str:
    for unit in ("GiB", "MiB", "KiB"):
        scale = {"GiB": 2**30, "MiB": 2**20, "KiB": 2**10}[unit]
        if count % scale == 0:
            return f"{count // scale}{unit}"
    return f"{count}B"


def _tell(tell: Tell, kind: str) -> tuple[str, str, str]:
    lasting = "at once; `grace` is its tolerance" if kind == HEARTBEAT else _hold(tell.hold)
    return code(tell.when), code(tell.condition or f"grade {tell.grade}"), lasting


def _hold(hold: Hold | None) -> str:
    if hold is None:
        return "the probe's own `for`"
    if hold.lasting:
        return code(written(hold.lasting))
    return code(f"{hold.times}/{hold.of}" if hold.of else str(hold.times))


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" if line else "" for line in text.strip().splitlines())
