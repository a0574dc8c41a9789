"""docs/settings.md: every key of routes.yaml, from the table that reads the file."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from markdown import code, table

import collectors
from agent.config import file, later
from agent.config.options import Options
from agent.config.settings import Limits
from agent.config.shapes import Either, Field, ListOf, MapOf, Placed, Record, Scalar, Shape
from agent.model import Agreement, Party, Recovery

HEAD = """# Settings

Every key of `routes.yaml`. `tocsin check FILE` names every fault in a file; `tocsin schema` prints the JSON Schema
that editors complete by. [Configuration](configuration.md) explains the sections by example.

`*` stands for a name of your choosing, `<party>` for `provider` or `customer`, `[]` for each item of a list (a single
item may stand without the list). **required**: the section cannot do without it. *later*: read and checked, and named
by `tocsin check` as accepted, not active yet.

Of `agreement.terms` the limits of `first_notice`, `launch_provider`, `launch_customer`, `launch_teams` and
`decide_response` count already: they pace the holds and the ladders.
"""
_MOST_WORDS = 8
_DEFAULT = re.compile(r"(?:^|[;,] )`?([^;]+?)`? where it is not said$")


@dataclass(frozen=True, slots=True)
class Key:
    path: str
    stands: str
    text: str
    is_required: bool


def text() -> str:
    root = file.shape(collectors.catalogue())
    parts = [HEAD]
    for name, field in root.fields.items():
        keys = list(_below(name, field.shape))
        parts.append(f"## {name}\n\n{field.doc.capitalize()}.{' **Required.**' if field.is_required else ''}\n")
        parts.append(table(("Key", "What stands there", "Default", "Meaning"), map(_row, keys)) + "\n")
    return "\n".join(parts)


def _row(key: Key) -> tuple[str, str, str, str]:
    default, said = _defaults().get(key.path, ""), key.text
    if found := _DEFAULT.search(said):
        default, said = found[1], said[: found.start()] or key.stands
    is_later = any(key.path == each or key.path.startswith((f"{each}.", f"{each}[")) for each in _later())
    shown = "**required**" if key.is_required else code(default)
    return code(key.path), key.stands, shown, said + (" *(later)*" if is_later else "")


def _later() -> tuple[str, ...]:
    sections = (each.replace("parties.provider.", "parties.<party>.") for each in later._SECTIONS)
    return (*sections, "probes.*.depends_on", "routes[].digest")


def _keys(path: str, field: Field) -> Iterator[Key]:
    yield Key(path, _stands(field.shape), field.doc or getattr(field.shape, "doc", ""), field.is_required)
    yield from _below(path, field.shape)


def _below(path: str, shape: Shape) -> Iterator[Key]:
    match shape:
        case Record(fields=fields) if tuple(fields) == tuple(Party):  # both parties have the same keys
            yield from _keys(f"{path}.<party>", replace(fields[Party.PROVIDER], doc="provider, and customer"))
        case Record(fields=fields):
            for name, field in fields.items():
                if isinstance(field.shape, Options):
                    yield Key(
                        f"{path}.{name}",
                        "mapping",
                        f"{field.shape.kinds[name].question} See [its options](collectors.md#{name})",
                        False,
                    )
                else:
                    yield from _keys(f"{path}.{name}", field)
        case MapOf(value=value, pattern=pattern):
            yield from _below(f"{path}.*" if not pattern else f"{path}", value)
        case ListOf(item=item):
            yield from _below(f"{path}[]", item)
        case Placed(items=items):
            yield from _below(path, items)
        case Either(scalar=scalar, other=other):
            yield from _below(path, scalar)
            yield from _below(path, other)


def _stands(shape: Shape) -> str:
    match shape:
        case Scalar(what=what):
            return _short(what)
        case MapOf(value=value, pattern=pattern):
            keys = {"^[123]$": "grades 1, 2, 3", "^[12]$": "grades 1, 2", "^(zh|en)$": "zh, en"}.get(pattern, "names")
            return f"mapping of {keys}" + ("" if isinstance(value, Record) else f" to {_stands(value)}")
        case ListOf(item=item):
            return "list" if isinstance(item, Record) else f"list of {_stands(item)}"
        case Placed(items=items):
            return _stands(items)
        case Either(scalar=scalar, other=other):
            return f"{_stands(scalar)}, or {_stands(other)}"
    return "mapping"


def _short(what: str) -> str:
    """Without its article; of a long row of words the first few."""
    words = what.removeprefix("a ").removeprefix("an ").split(", ")
    if len(words) > _MOST_WORDS:
        return ", ".join(words[:3]) + f", … ({len(words)} words: `tocsin schema` lists them)"
    return ", ".join(words)


def _defaults() -> Mapping[str, str]:
    """Defaults that stand in the values, not in the words of the shapes."""
    plain, recovery, limits = Agreement(system=""), Recovery(), Limits()
    minutes = ", ".join(f"{grade}: {int(span.total_seconds() // 60)}m" for grade, span in recovery.stable.items())
    return {
        "agreement.version": str(plain.version),
        "agreement.status": plain.status,
        "agreement.functions.*.name": "the id",
        "agreement.recovery.good": str(recovery.good),
        "agreement.recovery.stable": f"{{{minutes}}}",
        "agreement.grades.scope": f"{{1: {plain.grades.scope_1:.0%}, 2: {plain.grades.scope_2:.0%}}}",
        "agreement.grades.total_outage_to_1_after": "5m",
        "parties.<party>.label": "the party's word",
        "parties.<party>.contacts.*.language": "the party's",
        "parties.<party>.name": "the label",
        "signals[].function": "system",
        "server.public_url": "where it listens",
        "server.limits.body": f"{limits.body // 2**20}MiB",
        "server.limits.connections": str(limits.connections),
        "server.limits.depth": str(limits.depth),
        "server.limits.alerts": str(limits.alerts),
        "server.limits.label": f"{limits.label // 2**10}KiB",
        "store.url": "sqlite:///tocsin.db",
    }
