"""Which kinds of probe there are: one file per kind, found by its name.

A file whose name begins with an underscore is a part that several kinds share. A kind's file holds

- a docstring whose first line is the question it asks,
- `Options`, a frozen pydantic model that forbids unknown keys; its field descriptions become the documentation,
- `YIELDS`, what each value is; a first word of seconds, bytes or share (0-1) is its unit, in which expressions are
  checked; `"*"` stands for names that only the answer itself tells,
- `TELLS`, what it says by default (without it a failure says `down`),
- `probe(options, timeout_s) -> Reading`, which never raises for the world's faults and keeps within `timeout_s`,
- where they differ from the usual: `EVERY`, `IS_REMOTE`, `WORKERS`.

Bad is what was found to be bad; what could not be found out (a dead resolver, a missing program or permission) is
unknown, with an error that says what would put it right.
"""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from types import ModuleType

from agent.model import Condition, Tell
from agent.ports import Collector

DOWN = (Tell(when="fail", condition=Condition.DOWN),)


class Catalogue(Mapping[str, Collector]):
    """Every kind by name; a kind's file is read when it is first asked for."""

    def __init__(self) -> None:
        found = (module.name for module in pkgutil.iter_modules(__path__))
        self._kinds = tuple(sorted(name for name in found if not name.startswith("_")))
        self._known: dict[str, Collector] = {}

    def __getitem__(self, kind: str) -> Collector:
        if kind not in self._kinds:
            raise KeyError(kind)
        if kind not in self._known:
            self._known[kind] = _described(kind, importlib.import_module(f"{__name__}.{kind}"))
        return self._known[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._kinds

    def __iter__(self) -> Iterator[str]:
        return iter(self._kinds)

    def __len__(self) -> int:
        return len(self._kinds)


@cache
def catalogue() -> Mapping[str, Collector]:
    """The kinds of probe by name."""
    return Catalogue()


def _described(kind: str, module: ModuleType) -> Collector:
    return Collector(
        kind=kind,
        question=(module.__doc__ or "").strip().split("\n", 1)[0],
        options=module.Options,
        probe=module.probe,
        yields=module.YIELDS,
        tells=getattr(module, "TELLS", DOWN),
        every=getattr(module, "EVERY", None),
        is_remote=getattr(module, "IS_REMOTE", True),
        workers=getattr(module, "WORKERS", 8),
    )
